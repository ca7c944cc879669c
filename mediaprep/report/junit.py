"""JUnit XML for the test tabs of CI systems, valid against the Jenkins xUnit plugin's junit-10.xsd.

One test suite for the run's profiles and one test case a file or set. An error finding makes a
`failure`; where nothing but `unknown` was found it makes an `error`, JUnit's word for a test that
could not be carried out. So `failures` and `errors` are our `fail` and `unknown`. Consumers read
the first such element alone: there is one, and its text lists every finding. Warnings (contested)
and notes leave the test passed and stand in `system-out`, because `skipped` would say that the file
was not judged. Nothing is `skipped`: files that are not media have no test case.
"""

from __future__ import annotations

import io
import posixpath
from collections.abc import Sequence
from typing import TextIO

from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary, Verdict
from mediaprep.report import Options
from mediaprep.report.paths import printable

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})


class JunitReport:
    """Holds the test cases until `close`, since the counts stand before them."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write
        self._suite = _xml(" ".join(("mediaprep", ",".join(options.profiles))).strip())
        self._cases = io.StringIO()
        self._tests = 0
        self._counts = {"failure": 0, "error": 0}

    def file(self, result: FileResult) -> None:
        """Hold the file's test case."""
        folder, name = posixpath.split(result.path)
        self._case(folder or "(root)", name, result.findings)

    def set(self, result: SetResult) -> None:
        """Hold the set's test case."""
        self._case(result.path, "(set of files)", result.findings)

    def close(self, summary: Summary) -> None:
        """Write the document."""
        counts = (
            f'name="{self._suite}" tests="{self._tests}" '
            f'failures="{self._counts["failure"]}" errors="{self._counts["error"]}"'
        )
        self._write(f'<?xml version="1.0" encoding="UTF-8"?>\n<testsuites {counts}>\n')
        self._write(f'<testsuite {counts} skipped="0">\n')
        self._write(self._cases.getvalue())
        self._write("</testsuite>\n</testsuites>\n")

    def _case(self, folder: str, name: str, findings: Sequence[Finding]) -> None:
        self._tests += 1
        start = f'<testcase classname="{_xml(folder)}" name="{_xml(name)}"'
        if not findings:
            self._cases.write(f"{start}/>\n")
            return
        errors = [finding for finding in findings if finding.severity is Severity.ERROR]
        others = [finding for finding in findings if finding.severity is not Severity.ERROR]
        self._cases.write(f"{start}>\n")
        if errors:
            self._cases.write(self._broken(errors))
        if others:
            self._cases.write(f"<system-out>{_listed(others)}</system-out>\n")
        self._cases.write("</testcase>\n")

    def _broken(self, errors: list[Finding]) -> str:
        first = next((f for f in errors if f.verdict is not Verdict.UNKNOWN), errors[0])
        tag = "error" if first.verdict is Verdict.UNKNOWN else "failure"
        self._counts[tag] += 1
        more = f" (and {len(errors) - 1} more)" if len(errors) > 1 else ""
        message = _xml(f"{first.code} {first.message}{more}")
        kind = _xml(f"{first.code} {first.name}")
        return f'<{tag} type="{kind}" message="{message}">{_listed(errors)}</{tag}>\n'


def _listed(findings: Sequence[Finding]) -> str:
    lines = []
    for finding in findings:
        lines.append(_xml(f"{finding.code} {finding.message}"))
        if finding.hint:
            lines.append(_xml(f"  → {finding.hint}"))
        if finding.source:
            lines.append(_xml(f"  source: {finding.source}"))
    return "\n".join(lines)


def _xml(text: str) -> str:
    # `printable` also removes what XML 1.0 cannot hold: most control characters, U+FFFE, surrogates
    return printable(text).translate(_ESCAPES)


RENDERER = JunitReport
