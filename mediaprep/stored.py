"""Write facts and findings as JSON text and read them back, exactly: fractions stay fractions."""

from __future__ import annotations

import json
from dataclasses import fields
from fractions import Fraction

from mediaprep.measures import EXACT_FACTS
from mediaprep.model import Fault, Finding, Fixability, Kind, MediaInfo, Severity, Verdict

_NAMES = tuple(f.name for f in fields(MediaInfo) if f.name not in ("path", "clocks", "faults"))
_FINDING = tuple(f.name for f in fields(Finding))
# What reading a damaged row can raise.
DAMAGED = (ValueError, TypeError, AttributeError, ArithmeticError, LookupError)
# A look-up costs a tenth of calling the enumeration.
_SEVERITIES = {str(word): word for word in Severity}
_VERDICTS = {str(word): word for word in Verdict}
_FIXES = {str(word): word for word in Fixability}
_encode = json.JSONEncoder(separators=(",", ":")).encode


def dump_info(info: MediaInfo) -> str:
    """Write what was measured, without the path; None and empty values are left out."""
    data: dict[str, object] = {}
    for name in _NAMES:
        value = getattr(info, name)
        if value is not None and value != {}:
            data[name] = str(value) if name in EXACT_FACTS else value
    if info.clocks:
        data["clocks"] = {name: str(value) for name, value in info.clocks.items()}
    if info.faults:
        data["faults"] = info.faults
    return _encode(data)


def parse_info(path: str, text: str) -> MediaInfo:
    """Read back what `dump_info` wrote; raises one of `DAMAGED` for anything else."""
    data = dict(json.loads(text))
    for name in EXACT_FACTS & data.keys():
        data[name] = Fraction(data[name])
    if "clocks" in data:
        data["clocks"] = {name: Fraction(value) for name, value in data["clocks"].items()}
    if "faults" in data:
        data["faults"] = [(Fault(fault), words) for fault, words in data["faults"]]
    if "kind" in data:
        data["kind"] = Kind(data["kind"])
    return MediaInfo(path, **data)


def dump_findings(findings: list[Finding]) -> str:
    """Write findings as text; none at all is an empty text."""
    if not findings:
        return ""
    return _encode([[getattr(finding, name) for name in _FINDING] for finding in findings])


def parse_findings(text: str) -> list[Finding]:
    """Read back what `dump_findings` wrote."""
    findings = [Finding(*values) for values in json.loads(text)] if text else []
    for finding in findings:
        finding.severity = _SEVERITIES[finding.severity]
        finding.verdict = _VERDICTS[finding.verdict]
        finding.fix = _FIXES[finding.fix]
    return findings
