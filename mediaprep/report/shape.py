r"""The shape of the JSON contract, version 1, shared by `json` and `jsonl`; see docs/json-v1.md.

Output is ASCII, and I-JSON (RFC 7493) in that no string holds a lone surrogate: several parsers
refuse a whole document for one. A name that is not valid UTF-8 is given with its odd bytes written
`\xNN`, and byte for byte in hexadecimal as `path_bytes`. NaN and infinity become null.
"""

from __future__ import annotations

import json
import math
from fractions import Fraction
from typing import Any

from mediaprep.measures import facts
from mediaprep.model import FileResult, Finding, SetResult, Summary, Verdict, worst
from mediaprep.report.paths import raw_bytes, well_formed

SCHEMA = 1
_DECIMALS = 6


def result_shape(result: FileResult) -> dict[str, Any]:
    """Shape one file."""
    info = result.info
    return {
        **_path(result.path),
        "kind": info.kind,
        "verdict": result.verdict,
        "facts": facts(info),
        "unread": info.unread,
        "findings": [_finding_shape(finding) for finding in result.findings],
    }


def set_shape(result: SetResult) -> dict[str, Any]:
    """Shape one set of files; its verdict is the worst of its findings."""
    return {
        **_path(result.path),
        "kind": "set",
        "verdict": worst(result.findings),
        "findings": [_finding_shape(finding) for finding in result.findings],
    }


def summary_shape(summary: Summary) -> dict[str, Any]:
    """Shape the counts; the four verdicts add up to `files`."""
    return {
        "files": summary.files,
        **{verdict: summary.verdicts.get(verdict, 0) for verdict in Verdict},
        "skipped": summary.skipped,
        "excluded": summary.excluded,
        "suppressed": summary.suppressed,
        "codes": dict(sorted(summary.codes.items())),
    }


def _path(path: str) -> dict[str, str]:
    if path.isascii() or well_formed(path) == path:
        return {"path": path}
    return {"path": path, "path_bytes": raw_bytes(path).hex()}


def _finding_shape(finding: Finding) -> dict[str, Any]:
    found = finding.found
    return {
        "code": finding.code,
        "name": finding.name,
        "severity": finding.severity,
        "verdict": finding.verdict,
        "profile": finding.profile,
        "measure": finding.measure,
        "found": found if type(found) is not float else _rounded(found),
        "allowed": finding.allowed,
        "source": finding.source,
        "message": finding.message,
        "hint": finding.hint,
        "fix": finding.fix,
    }


def _rounded(number: float | Fraction) -> float | None:
    try:
        return round(float(number), _DECIMALS) if math.isfinite(number) else None
    except OverflowError:  # an exact number may be larger than any float
        return None


_encode = json.JSONEncoder(allow_nan=False, check_circular=False, default=_rounded).encode


def encode(value: dict[str, Any]) -> str:
    """Write one object on one line."""
    try:
        line = _encode(value)
    except ValueError:  # NaN or infinity among the facts
        return _encode(_portable(value))
    if "\\ud" in line:  # a surrogate, which most often is half of an emoji
        return _encode(_portable(value))
    return line


def _portable(value: Any) -> Any:
    if isinstance(value, str):
        return well_formed(value)
    if isinstance(value, dict):
        return {_portable(key): _portable(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_portable(item) for item in value]
    return _rounded(value) if isinstance(value, float) else value
