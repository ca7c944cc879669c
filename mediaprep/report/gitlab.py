"""GitLab Code Quality: what the widget of a merge request lists, as one JSON array.

https://docs.gitlab.com/ci/testing/code_quality/: description, check_name, fingerprint, severity,
location.path and location.lines.begin. A fingerprint has to stay the same from one run to the next.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary
from mediaprep.report import Options
from mediaprep.report.fingerprint import fingerprint
from mediaprep.report.paths import printable, well_formed
from mediaprep.report.repository import naming

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


class GitlabCodeQuality:
    """Writes an entry a finding as results come."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write
        self._name = naming()
        self._before = "[\n"

    def file(self, result: FileResult) -> None:
        """Write an entry for each finding of the file."""
        self._list(result.path, result.findings)

    def set(self, result: SetResult) -> None:
        """Write an entry for each finding, located at the folder."""
        self._list(result.path, result.findings)

    def close(self, summary: Summary) -> None:
        """End the array."""
        self._write("[]\n" if self._before == "[\n" else "\n]\n")

    def _list(self, path: str, findings: Sequence[Finding]) -> None:
        name = well_formed(self._name(path))
        repeats: Counter[str] = Counter()
        for finding in findings:
            mark = fingerprint(name, finding)
            repeats[mark] += 1
            self._write(self._before + json.dumps(_entry(name, finding, f"{mark}:{repeats[mark]}")))
            self._before = ",\n"


def _entry(name: str, finding: Finding, mark: str) -> dict[str, object]:
    text = f"{finding.code} {printable(finding.message)}"
    return {
        "description": f"{text} → {printable(finding.hint)}" if finding.hint else text,
        "check_name": f"{finding.code} {finding.name}",
        "fingerprint": mark,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": name, "lines": {"begin": 1}},
    }


RENDERER = GitlabCodeQuality
