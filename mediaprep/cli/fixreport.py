"""What a fix run says: lines for people; for programs the JSON contract's shape with `fix`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol, TextIO

from mediaprep import __version__
from mediaprep.cli.options import FIX_FORMATS
from mediaprep.cli.planlines import PlanLines, command_of
from mediaprep.errors import UsageError
from mediaprep.fix.outcome import Deed, Fixed
from mediaprep.fix.recipe import FixPlan
from mediaprep.measures import facts
from mediaprep.model import Finding, SetResult, Severity, Summary, Verdict
from mediaprep.report.paths import printable
from mediaprep.report.shape import SCHEMA, encode, result_shape, set_shape, summary_shape

_ORDER = (
    *((Deed.FIXED, "fixed"), (Deed.COPIED, "copied"), (Deed.KEPT, "compliant already")),
    *((Deed.FOUND, "there already"), (Deed.LEFT, "left alone"), (Deed.FAILED, "failed")),
)
_UNITS = ("bytes", "kB", "MB", "GB", "TB")


class FixLines:
    """Says for every file that was not compliant what was done, and sums up."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write
        self._counts = dict.fromkeys(Deed, 0)
        self._before = self._after = 0

    def file(self, fixed: Fixed) -> None:
        """Say what became of a file."""
        self._counts[fixed.deed] += 1
        for line in fixed_lines(fixed):
            self._write(line + "\n")
        if fixed.deed is Deed.FIXED:
            self._before += fixed.before.info.size_bytes or 0
            self._after += fixed.after.info.size_bytes or 0

    def set(self, group: SetResult) -> None:
        """Say what no fix of single files settles."""
        for finding in group.findings:
            if finding.severity is Severity.ERROR:
                self._write(f"{printable(group.path)}  {finding.code} {finding.message}\n")

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the summary line."""
        total = sum(self._counts.values())
        parts = ", ".join(f"{self._counts[d]:,} {words}" for d, words in _ORDER if self._counts[d])
        line = f"{total:,} file{'' if total == 1 else 's'}: {parts or 'nothing to do'}"
        if self._counts[Deed.FIXED]:
            line += f"; {size(self._before)} → {size(self._after)}"
        self._write(f"{line} in {seconds:.1f} s\n")


class FixJson:
    """The object of `check --output json`, each result with `fix`."""

    def __init__(self, out: TextIO, profiles: Sequence[str]) -> None:
        self._write = out.write
        head = {"schema": SCHEMA, "tool": "mediaprep", "version": __version__}
        self._before = encode({**head, "profiles": list(profiles)})[:-1] + ', "results": [\n'
        self._sets: list[str] = []
        self._tally = _Tally()

    def file(self, fixed: Fixed) -> None:
        """Write a file's object."""
        self._tally.add(fixed)
        self._write(self._before + encode(fixed_shape(fixed)))
        self._before = ",\n"

    def set(self, group: SetResult) -> None:
        """Hold a set's object until the files are through."""
        self._sets.append(encode(set_shape(group)))

    def close(self, summary: Summary, seconds: float) -> None:
        """Write sets and counts, and end the document."""
        last = "" if self._before == ",\n" else self._before
        counts = encode(summary_shape(self._tally.summary(summary)))
        sets = ",\n".join(self._sets)
        self._write(f'{last}\n], "sets": [\n{sets}\n], "summary": {counts}}}\n')


class FixJsonLines:
    """A line for each file and set, as `check --output jsonl`, each with `fix`."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write

    def file(self, fixed: Fixed) -> None:
        """Write a file's line."""
        self._write(encode({"schema": SCHEMA, **fixed_shape(fixed)}) + "\n")

    def set(self, group: SetResult) -> None:
        """Write a set's line."""
        self._write(encode({"schema": SCHEMA, **set_shape(group)}) + "\n")

    def close(self, summary: Summary, seconds: float) -> None:
        """Write nothing: a reader of lines counts them itself."""


class _Tally:
    """Counts files as they stand now."""

    def __init__(self) -> None:
        self._verdicts = dict.fromkeys(Verdict, 0)
        self._codes: dict[str, int] = {}

    def add(self, fixed: Fixed) -> None:
        self._verdicts[fixed.after.verdict] += 1
        for finding in fixed.after.findings:
            self._codes[finding.code] = self._codes.get(finding.code, 0) + 1

    def summary(self, before: Summary) -> Summary:
        return Summary(
            files=sum(self._verdicts.values()),
            skipped=before.skipped,
            verdicts=self._verdicts,
            codes=self._codes,
            excluded=before.excluded,
        )


class FixRenderer(Protocol):
    """Takes what became of files, or what would."""

    def file(self, fixed: Fixed) -> None:
        """Take the next file."""

    def set(self, group: SetResult) -> None:
        """Take a set of files that was judged together."""

    def close(self, summary: Summary, seconds: float) -> None:
        """Write what needs the whole run."""


def open_report(
    name: str, out: TextIO, profiles: Sequence[str], *, plans: bool = False
) -> FixRenderer:
    """Open the renderer of one format, of what was done or of `plans` alone.

    Raises UsageError for a format that there is not.
    """
    if name == "json":
        return FixJson(out, profiles)
    if name == "jsonl":
        return FixJsonLines(out)
    if name == "text":
        return PlanLines(out) if plans else FixLines(out)
    raise UsageError(f"fix has no output format {name!r}", f"known: {', '.join(FIX_FORMATS)}")


def fixed_shape(fixed: Fixed) -> dict[str, Any]:
    """Shape one file: how it stands now, and what was done."""
    plan, score = fixed.plan, fixed.score
    conflict = plan.conflict
    return {
        **result_shape(fixed.after),
        "fix": {
            "action": fixed.deed,
            "safety": plan.safety.name.lower() if plan.steps else None,
            "steps": [
                {
                    "words": step.words,
                    "safety": step.safety.name.lower(),
                    "codes": list(step.codes),
                    "loss": step.loss or None,
                }
                for step in plan.steps
            ],
            "output": fixed.output,
            "settled": sorted({finding.code for finding in fixed.settled}),
            "before": facts(fixed.before.info),
            "after": None if fixed.after is fixed.before else facts(fixed.after.info),
            "expected": facts(plan.expected) if plan.expected else None,
            "score": score and {"ssim": score.ssim, "vmaf": score.vmaf},
            "seconds": round(fixed.seconds, 3),
            "why": fixed.why or None,
            "conflict": conflict and {"limits": list(conflict.limits), "remedy": conflict.remedy},
            "command": (command_of(plan) or None) if fixed.deed is Deed.PLANNED else None,
        },
    }


def fixed_lines(fixed: Fixed) -> Iterator[str]:
    """Say in a line or two what became of one file; compliant ones are passed over."""
    name = printable(fixed.before.path)
    if fixed.deed is Deed.FIXED:
        codes = " ".join(dict.fromkeys(finding.code for finding in fixed.settled))
        yield f"{name}  fixed {codes}: {'; '.join(steps(fixed.plan))}"
        yield f"  → {printable(fixed.output or '')}  {', '.join(_measured(fixed))}"
    elif fixed.deed is Deed.LEFT:
        yield f"{name}  left alone: {printable(fixed.why)}"
        yield from (f"  {finding.code} {printable(finding.message)}" for finding in _wrong(fixed))
        if fixed.hint:
            yield f"  → {printable(fixed.hint)}"
    elif fixed.deed is Deed.FAILED:
        yield f"{name}  not fixed: {printable(fixed.why)}"
        if fixed.hint:
            yield f"  → {printable(fixed.hint)}"


def steps(plan: FixPlan) -> list[str]:
    """List the steps of a plan, each with what it costs."""
    return [step.words + (f" ({step.loss})" if step.loss else "") for step in plan.steps]


def size(count: int) -> str:
    """Write a number of bytes as people do."""
    number, unit = float(count), 0
    while number >= 999.5 and unit < len(_UNITS) - 1:
        number, unit = number / 1000, unit + 1
    return f"{count} bytes" if unit == 0 else f"{number:.3g} {_UNITS[unit]}"


def _wrong(fixed: Fixed) -> list[Finding]:
    return [f for f in fixed.after.findings if f.severity is not Severity.NOTE]


def _measured(fixed: Fixed) -> Iterator[str]:
    before, after = fixed.before.info.size_bytes or 0, fixed.after.info.size_bytes or 0
    yield f"{size(before)} → {size(after)}"
    if fixed.score and fixed.score.ssim is not None:
        yield f"SSIM {fixed.score.ssim:.4f}"
    if fixed.score and fixed.score.vmaf is not None:
        yield f"VMAF {fixed.score.vmaf:.1f}"
    yield f"{fixed.seconds:.1f} s"
