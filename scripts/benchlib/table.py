"""Print what was measured as Markdown, and keep it as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from benchlib.contenders import Contender
from benchlib.measure import Cost
from benchlib.ratios import PEAK_GROWTH, PEAK_MB, RATIOS, median_cost, paired

Costs = Mapping[str, Sequence[Cost]]
Rows = Mapping[str, Contender]


def markdown(rows: Rows, costs: Costs, about: Mapping[str, str], missing: Iterable[str]) -> str:
    """Write the whole report."""
    facts = [f"- {name}: {value}" for name, value in about.items()]
    blocks = ["\n".join(facts), "\n".join(_costs(rows, costs)), "\n".join(_ratios(rows, costs))]
    left_out = [f"- {line}" for line in missing]
    if left_out:
        blocks.append("\n".join(["Not measured:", "", *left_out]))
    return "\n\n".join(blocks) + "\n"


def _costs(rows: Rows, costs: Costs) -> Iterator[str]:
    yield "| process | files | CPU s | µs CPU a file | wall s | peak MB | rounds |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for key, runs in costs.items():
        row, middle = rows[key], median_cost(runs)
        files = round(row.files * row.factor)
        each = f"{middle.cpu_s / files * 1e6:,.0f}" if files else "–"
        times = f"{middle.cpu_s:.3f} | {each} | {middle.wall_s:.3f}"
        name = f"{row.name} ({row.note})" if row.note else row.name
        read = f"{files:,}" if files else "–"
        yield f"| {name} | {read} | {times} | {middle.peak_mb:.0f} | {len(runs)} |"


def _ratios(rows: Rows, costs: Costs) -> Iterator[str]:
    yield "| ratio | median | lowest–highest round | goal | met |"
    yield "|---|--:|--:|--:|:-:|"
    for ratio in RATIOS:
        if values := paired(ratio, costs):
            middle = statistics.median(values)
            names = f"{rows[ratio.of].name} ÷ {rows[ratio.to].name}"
            span = f"{min(values):.3g}–{max(values):.3g}"
            yield f"| {names} | {middle:.3g} | {span} | {ratio.goal} | {_word(ratio.met(middle))} |"
    yield from _peaks(rows, costs)


def _peaks(rows: Rows, costs: Costs) -> Iterator[str]:
    if "check" not in costs:
        return
    peak = median_cost(costs["check"]).peak_mb
    met = _word(peak <= PEAK_MB)
    yield f"| peak memory, {rows['check'].name} | {peak:.0f} MB | – | ≤ {PEAK_MB:.0f} MB | {met} |"
    for key in (key for key in costs if key.startswith("many-")):
        growth = median_cost(costs[key]).peak_mb / peak
        met = _word(growth <= PEAK_GROWTH)
        name = f"peak memory, {rows[key].name} ÷ at {rows['check'].files:,}"
        yield f"| {name} | {growth:.2f} | – | ≤ {PEAK_GROWTH} | {met} |"


def _word(met: bool | None) -> str:
    return {True: "yes", False: "**no**", None: "–"}[met]


def as_json(
    rows: Rows, costs: Costs, about: Mapping[str, str], missing: list[str]
) -> dict[str, Any]:
    """Return everything that was measured, round by round."""
    measured = {
        key: {
            "name": rows[key].name,
            "note": rows[key].note,
            "files": rows[key].files,
            "factor": rows[key].factor,
        }
        | {"rounds": [asdict(cost) for cost in runs]}
        for key, runs in costs.items()
    }
    quotients = [
        {"of": r.of, "to": r.to, "rounds": values, "median": statistics.median(values)}
        | {"goal": r.goal, "met": r.met(statistics.median(values))}
        for r in RATIOS
        if (values := paired(r, costs))
    ]
    return {"about": dict(about), "missing": missing, "measured": measured, "ratios": quotients}
