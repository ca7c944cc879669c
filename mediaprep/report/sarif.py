"""SARIF 2.1.0 (OASIS) as GitHub code scanning takes it: one run, a location on every result.

GitHub refuses a file of more than 25,000 results or 10 MB, so what does not fit is left out, notes
first and warnings next, the last of their kind first; the log and `cut` say so. Without
`primaryLocationLineHash` GitHub would read media as lines of text to tell alerts apart. Paths are
relative to the repository's top folder, wherever the check ran.
"""

from __future__ import annotations

import json
import os
import posixpath
from collections import Counter, deque
from collections.abc import Sequence
from typing import Any, TextIO
from urllib.parse import quote

from mediaprep import __version__
from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary
from mediaprep.report import Options
from mediaprep.report.fingerprint import fingerprint
from mediaprep.report.paths import printable, raw_bytes, well_formed
from mediaprep.report.repository import naming
from mediaprep.rules import RULES

MAX_RESULTS = 25_000
MAX_BYTES = 10_000_000  # of the uncompressed text: within either reading of "10 MB"
_ENVELOPE_BYTES = 20_000  # all that is neither a rule nor a result
_SCHEMA_URI = "https://json.schemastore.org/sarif-2.1.0.json"
_LEAST_FIRST = (Severity.NOTE, Severity.WARNING, Severity.ERROR)

_encode = json.JSONEncoder(allow_nan=False, check_circular=False).encode


class SarifReport:
    """Holds results until `close`, never more than the limits allow."""

    cut: str | None = None  # what was left out, for the person; known after `close`

    def __init__(
        self,
        out: TextIO,
        options: Options,
        max_results: int = MAX_RESULTS,
        max_bytes: int = MAX_BYTES,
    ) -> None:
        self._write = out.write
        self._profiles = options.profiles
        self._name = naming()
        self._max_results = max_results
        self._room = max_bytes - _ENVELOPE_BYTES
        self._indexes: dict[str, int] = {}  # code -> place of its descriptor
        self._rules: list[str] = []
        self._kept: dict[Severity, deque[tuple[int, str]]] = {s: deque() for s in _LEAST_FIRST}
        self._seen = 0
        self._dropped = 0

    def file(self, result: FileResult) -> None:
        """Hold a result for each finding, as far as there is room."""
        self._take(result.path, result.findings)

    def set(self, result: SetResult) -> None:
        """Hold a result for each finding, located at the folder."""
        self._take(result.path, result.findings)

    def close(self, summary: Summary) -> None:
        """Write the document; `cut` tells what was left out of it."""
        if self._dropped:
            self.cut = (
                f"SARIF holds {self._seen - self._dropped:,} of {self._seen:,} findings: "
                "GitHub takes no more; the json and csv formats have them all"
            )
        results = sorted(entry for kept in self._kept.values() for entry in kept)
        driver = _encode({"name": "mediaprep", "version": __version__})[:-1]
        rules = ",\n".join(self._rules)
        # code scanning replaces an earlier upload of the same category, so each profile has its own
        category = {"id": f"mediaprep/{'+'.join(map(printable, self._profiles))}/"}
        self._write(f'{{"$schema": "{_SCHEMA_URI}", "version": "2.1.0", "runs": [{{\n')
        self._write(f'"tool": {{"driver": {driver}, "rules": [\n{rules}\n]}}}},\n')
        self._write(f'"automationDetails": {_encode(category)},\n')
        self._write(f'"invocations": [{_encode(self._invocation())}],\n"results": [\n')
        for position, (_, line) in enumerate(results):
            self._write(f",\n{line}" if position else line)
        self._write("\n]}]}\n")

    def _invocation(self) -> dict[str, Any]:
        invocation: dict[str, Any] = {"executionSuccessful": True}
        if self.cut:
            note = {"level": "warning", "message": {"text": self.cut}}
            invocation["toolExecutionNotifications"] = [note]
        return invocation

    def _take(self, path: str, findings: Sequence[Finding]) -> None:
        if not findings:
            return
        location = _location(self._name(path))
        repeats: Counter[str] = Counter()
        for finding in findings:
            self._seen += 1
            index = self._rule_index(finding)
            line = _encode(_result(path, finding, location, index, repeats))
            self._kept[finding.severity].append((self._seen, line))
            self._room -= len(line) + 2
            self._make_room()

    def _rule_index(self, finding: Finding) -> int:
        index = self._indexes.setdefault(finding.code, len(self._rules))
        if index == len(self._rules):
            self._rules.append(_encode(_descriptor(finding)))
            self._room -= len(self._rules[-1]) + 2
        return index

    def _make_room(self) -> None:
        while self._room < 0 or self._seen - self._dropped > self._max_results:
            kept = next((self._kept[s] for s in _LEAST_FIRST if self._kept[s]), None)
            if kept is None:
                return
            self._room += len(kept.pop()[1]) + 2
            self._dropped += 1


def _result(
    path: str, finding: Finding, location: dict[str, Any], index: int, repeats: Counter[str]
) -> dict[str, Any]:
    text = printable(finding.message)
    if finding.hint:
        text += f"\n{printable(finding.hint)}"
    # The base name alone: the file may move; GitHub compares the location itself.
    mark = fingerprint(posixpath.basename(path), finding)
    repeats[mark] += 1
    return {
        "ruleId": finding.code,
        "ruleIndex": index,
        "level": finding.severity,
        "message": {"text": text},
        "locations": [location],
        "partialFingerprints": {"primaryLocationLineHash": f"{mark}:{repeats[mark]}"},
        "properties": {
            "profile": printable(finding.profile or ""),
            "verdict": finding.verdict,
            "fix": finding.fix,
        },
    }


def _location(path: str) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": uri(path)}, "region": _FIRST_LINE}}


_FIRST_LINE = {"startLine": 1}  # media has no lines; GitHub wants one


def uri(path: str) -> str:
    """Write a path as a URI reference (RFC 3986), relative if the path is."""
    quoted = quote(raw_bytes(path.replace(os.sep, "/")), safe="/~")
    if quoted.startswith("/"):
        return f"file:///{quoted.lstrip('/')}"
    while quoted.startswith("./"):
        quoted = quoted[2:].lstrip("/")
    return quoted or "."


def _descriptor(finding: Finding) -> dict[str, Any]:
    """Describe a rule from its documentation."""
    rule = RULES.get(finding.code)
    if rule is None:
        return {"id": finding.code, "name": finding.name}
    doc = well_formed(rule.doc.strip())
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": doc.partition("\n")[0]},
        "help": {"text": doc, "markdown": doc},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["media", rule.code[:3]]},
    }


RENDERER = SarifReport
