"""What the page's script reads: the JSON contract's shapes, with what it takes to draw them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fractions import Fraction
from typing import Any

from mediaprep.measures import MEASURES
from mediaprep.model import FileResult, SetResult
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.report.paths import printable
from mediaprep.report.shape import result_shape, set_shape
from mediaprep.rules import RULES
from mediaprep.secret import redact
from mediaprep.units import Interval

Record = dict[str, Any]


def file_record(result: FileResult) -> Record:
    """Shape one file as the `json` format does, with names and words made fit to be seen."""
    return seen(result_shape(result), result.path)


def set_record(result: SetResult) -> Record:
    """Shape one set of files."""
    return seen(set_shape(result), result.path)


def seen(record: Record, path: str) -> Record:
    """Add the name as people read it, and take every query off the URLs in what is said."""
    folder, _, name = printable(path).rpartition("/")
    record |= {"name": name, "folder": folder}
    for finding in record["findings"]:
        for key in ("message", "hint", "found"):
            finding[key] = words(finding[key])
    return record


def words(text: Any) -> Any:
    """Make text fit to be seen: no control characters, no signature of a URL."""
    if not isinstance(text, str):
        return text
    return printable(redact(text) if "://" in text else text)


def profile_shape(profile: Profile) -> Record:
    """Shape whose limits these are and every limit, by kind of media."""
    tables: dict[str, Mapping[str, Limit]] = {str(k): v for k, v in profile.limits.items()}
    tables["set"] = profile.sets
    return {
        "source": profile.source,
        "checked": profile.checked.isoformat(),
        "limits": {
            kind: {name: _limit(limit) for name, limit in table.items()}
            for kind, table in tables.items()
        },
    }


def _limit(limit: Limit) -> Record:
    shape: Record = {"text": limit.text, "source": limit.source}
    if limit.choices:
        return shape | {"choices": list(limit.choices)}
    shape["readings"] = [_ends(reading) for reading in limit.readings]
    if limit.observed:
        shape["observed"] = [_ends(reading) for reading in limit.observed]
    if limit.inherited_from:
        shape["inherited"] = limit.inherited_from
    return shape


def _ends(interval: Interval) -> list[float | None]:
    return [_number(interval.lo), _number(interval.hi)]


def _number(end: Fraction | None) -> float | None:
    return None if end is None else round(float(end), 9)


def measure_shapes() -> dict[str, list[str]]:
    """Shape each measure: its words, its unit, and the fact that it is read from."""
    derived = {"aspect": "aspect", "pixels": "pixels"}
    return {
        name: [measure.words, measure.unit, derived.get(name, measure.fact)]
        for name, measure in MEASURES.items()
    }


def rule_shapes(codes: Iterable[str]) -> dict[str, Record]:
    """Shape the rules of these codes."""
    rules = [RULES[code] for code in sorted(codes) if code in RULES]
    return {
        rule.code: {"name": rule.name, "doc": rule.doc, "severity": rule.severity, "fix": rule.fix}
        for rule in rules
    }


def codes_of(record: Record) -> set[str]:
    """Return the codes of the rules that speak in a record."""
    return {finding["code"] for finding in (*record["findings"], *record.get("settled", ()))}
