"""The default report: what fails, the number found, the limit, its source and the way out.

One line a finding, `a/pano.jpg  GEO002 aspect is 3.00 (3000×1000), atlascloud accepts [0.4, 2.5]`,
then the hint on a line of its own. A source is named where it first comes up and not again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TextIO

from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary
from mediaprep.report import Options
from mediaprep.report.counts import describe, refused
from mediaprep.report.paths import printable

# ECMA-48 select graphic rendition
_BOLD, _DIM, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[0m"
_COLORS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.NOTE: "\x1b[36m"}
_LOUD = "\x1b[1;31m"


class TextReport:
    """Lists what fails and closes with a summary line, or with counts for each rule."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write
        self._color = options.color
        self._show_notes = options.show_notes
        self._statistics = options.statistics
        self._sources: set[str] = set()  # as many as there are limits, not files
        self._names: dict[str, str] = {}
        self._refused_sets = 0

    def file(self, result: FileResult) -> None:
        """List the file's findings, if it has any."""
        if result.findings:
            self._list(result.path, result.findings)

    def set(self, result: SetResult) -> None:
        """List the set's findings, if it has any."""
        self._refused_sets += refused(result.findings)
        self._list(result.path, result.findings)

    def close(self, summary: Summary) -> None:
        """Write the summary line, below the counts for each rule where those were asked for."""
        if self._statistics:
            self._write(self._table(summary.codes))
        line = describe(summary, self._refused_sets)
        if self._color:
            line = f"{_BOLD if summary.files else _LOUD}{line}{_RESET}"
        self._write(f"{line}\n")

    def _list(self, path: str, findings: Sequence[Finding]) -> None:
        if self._statistics:
            self._names.update((finding.code, finding.name) for finding in findings)
            return
        shown = findings
        if not self._show_notes:
            shown = [f for f in findings if f.severity is not Severity.NOTE]
        name = printable(path)
        self._write("".join([self._lines(name, finding) for finding in shown]))

    def _lines(self, name: str, finding: Finding) -> str:
        code, message = finding.code, printable(finding.message)
        if self._color:
            name = f"{_BOLD}{name}{_RESET}"
            code = f"{_COLORS[finding.severity]}{code}{_RESET}"
        lines = f"{name}  {code} {message}\n"
        if finding.hint:
            lines += f"  → {printable(finding.hint)}\n"
        if finding.source and finding.source not in self._sources:
            self._sources.add(finding.source)
            source = f"source: {printable(finding.source)}"
            lines += f"  {_DIM}{source}{_RESET}\n" if self._color else f"  {source}\n"
        return lines

    def _table(self, codes: dict[str, int]) -> str:
        rows = sorted(codes.items(), key=lambda row: (-row[1], row[0]))
        width = max((len(f"{count:,}") for _, count in rows), default=0)
        return "".join(
            f"{count:>{width},}  {code}  {self._names.get(code, '')}".rstrip() + "\n"
            for code, count in rows
        )


RENDERER = TextReport
