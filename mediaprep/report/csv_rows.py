"""A table for spreadsheets (RFC 4180, lines ended by LF): one row a finding, one for each pass.

A cell that a spreadsheet would run as a formula gets an apostrophe in front, as OWASP's page on
CSV injection advises. Names are printed as for people, since a cell must be valid UTF-8.
"""

from __future__ import annotations

import csv
from typing import TextIO

from mediaprep.model import FileResult, Finding, SetResult, Summary
from mediaprep.report import Options
from mediaprep.report.paths import printable

_HEAD = (
    *("path", "kind", "file_verdict", "code", "name", "severity", "verdict", "profile"),
    *("measure", "found", "allowed", "source", "message", "hint", "fix"),
)
_NO_FINDING = ("",) * (len(_HEAD) - 3)
_STARTS_FORMULA = tuple("=+-@\t\r\n＝＋－＠")  # some locales take the full-width forms as well


class CsvRows:
    """Writes the header row with the first row, then rows as they come."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._row = csv.writer(out, lineterminator="\n").writerow
        self._started = False

    def file(self, result: FileResult) -> None:
        """Write a row for each finding, or one that says that the file passed."""
        kind = result.info.kind
        self._list((_cell(result.path), kind or "", result.verdict), result.findings)

    def set(self, result: SetResult) -> None:
        """Write a row for each finding, or one for the set."""
        self._list((_cell(result.path), "set", ""), result.findings)

    def close(self, summary: Summary) -> None:
        """Write the header row if nothing else was."""
        self._start()

    def _list(self, start: tuple[str, ...], findings: list[Finding]) -> None:
        self._start()
        for finding in findings:
            self._row(start + _cells(finding))
        if not findings:
            self._row(start + _NO_FINDING)

    def _start(self) -> None:
        if not self._started:
            self._started = True
            self._row(_HEAD)


def _cells(finding: Finding) -> tuple[str | int | float, ...]:
    found = finding.found
    if isinstance(found, float):
        found = round(found, 6)
    return (
        finding.code,
        finding.name,
        finding.severity,
        finding.verdict,
        _cell(finding.profile),
        finding.measure or "",
        _cell(found) if found is None or isinstance(found, str) else found,
        _cell(finding.allowed),
        _cell(finding.source),
        _cell(finding.message),
        _cell(finding.hint),
        finding.fix,
    )


def _cell(text: str | None) -> str:
    text = printable(text or "")
    return f"'{text}" if text.startswith(_STARTS_FORMULA) else text


RENDERER = CsvRows
