"""Says in one line how a run went, for the formats that people read."""

from __future__ import annotations

from collections.abc import Sequence

from mediaprep.model import Finding, Severity, Summary, Verdict

_ORDER = (Verdict.PASS, Verdict.CONTESTED, Verdict.FAIL, Verdict.UNKNOWN)


def refused(findings: Sequence[Finding]) -> bool:
    """Tell whether a finding among these has error severity."""
    return any(finding.severity is Severity.ERROR for finding in findings)


def describe(summary: Summary, refused_sets: int = 0) -> str:
    """Write `2,300 files checked: 2,100 pass, 200 fail (17 skipped)`; zero counts are left out."""
    if summary.files:
        verdicts = ((summary.verdicts.get(verdict, 0), verdict) for verdict in _ORDER)
        counts = ", ".join(f"{count:,} {verdict}" for count, verdict in verdicts if count)
        line = f"{_plural(summary.files, 'file')} checked: {counts}"
    else:
        line = "0 files checked: found no image, video or audio file"
    asides = []
    if summary.skipped:
        asides.append(f"{summary.skipped:,} skipped")
    if summary.excluded:
        asides.append(f"{summary.excluded:,} excluded")
    if summary.suppressed:
        asides.append(f"{_plural(summary.suppressed, 'finding')} held back by the baseline")
    if asides:
        line += f" ({', '.join(asides)})"
    if refused_sets:
        line += f"; {_plural(refused_sets, 'set')} of files refused"
    return line


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"
