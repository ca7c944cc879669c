"""Annotations on a pull request, as workflow commands of GitHub Actions.

GitHub shows 10 errors, 10 warnings and 10 notices of a step and 50 annotations of a job; the rest
is in the log alone. The log shows neither `file` nor `title`, so the message says both again. The
escapes are those of the runner: `%`, CR and LF everywhere, `:` and `,` in properties as well.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary
from mediaprep.report import Options
from mediaprep.report.counts import describe, refused
from mediaprep.report.paths import printable
from mediaprep.report.repository import naming

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


class GithubAnnotations:
    """Writes a command a finding and closes with the summary as a notice."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write
        self._show_notes = options.show_notes
        self._refused_sets = 0
        self._name = naming()

    def file(self, result: FileResult) -> None:
        """Annotate the file with each finding."""
        if result.findings:
            self._list(result.path, result.findings)

    def set(self, result: SetResult) -> None:
        """Annotate the folder with each finding."""
        self._refused_sets += refused(result.findings)
        self._list(result.path, result.findings)

    def close(self, summary: Summary) -> None:
        """Write the summary as a notice."""
        line = describe(summary, self._refused_sets).translate(_DATA)
        self._write(f"::notice title=mediaprep::{line}\n")

    def _list(self, path: str, findings: Sequence[Finding]) -> None:
        name = printable(self._name(path))
        for finding in findings:
            if self._show_notes or finding.severity is not Severity.NOTE:
                self._write(_command(name, finding))


def _command(name: str, finding: Finding) -> str:
    title = f"{finding.code} {finding.name}".translate(_PROPERTY)
    text = f"{name}  {finding.code} {printable(finding.message)}"
    if finding.hint:
        text += f"\n→ {printable(finding.hint)}"
    command = _COMMANDS[finding.severity]
    return f"::{command} file={name.translate(_PROPERTY)},title={title}::{text.translate(_DATA)}\n"


RENDERER = GithubAnnotations
