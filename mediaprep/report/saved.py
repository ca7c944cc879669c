"""Reads back what `--output json` and `jsonl` wrote, a line at a time, to show it otherwise.

The contract (docs/json-v1.md) puts each result on a line of its own, so memory does not grow with
the run. A document that some tool laid out anew is read whole.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from fractions import Fraction
from itertools import chain
from typing import Any

from mediaprep.errors import UsageError
from mediaprep.measures import EXACT_FACTS
from mediaprep.model import (
    FileResult,
    Finding,
    Fixability,
    Kind,
    MediaInfo,
    SetResult,
    Severity,
    Summary,
    Verdict,
)
from mediaprep.report.shape import SCHEMA

_START = '"results": ['
_WORKED_OUT = ("pixels", "aspect")
_BROKEN = (ValueError, TypeError, KeyError, AttributeError)


class Saved:
    """One saved report; `profiles` and the counts of its summary are known once it was read."""

    def __init__(self, lines: Iterable[str], name: str) -> None:
        self.profiles: list[str] = []
        self.summary = Summary()
        self._lines = iter(lines)
        self._name = name

    def results(self) -> Iterator[FileResult | SetResult]:
        """Yield files and sets as they were judged; raises UsageError for anything else."""
        try:
            for entry in self._entries():
                yield _read(entry)
        except _BROKEN as error:
            words = f"{self._name}: not what --output json or jsonl writes ({error})"
            raise UsageError(words, "name such a file, or - for stdin") from None

    def _entries(self) -> Iterator[dict[str, Any]]:
        first = next(self._lines, "")
        if first.rstrip().endswith(_START):
            self._head(json.loads(first.rstrip() + "]}"))
            yield from self._by_line()
        elif isinstance(one := _whole(first), dict) and "path" in one:
            yield one
            yield from map(json.loads, self._lines)
        else:
            whole = json.loads(first + "".join(self._lines))
            self._head(whole)
            self._tail(whole)
            yield from chain(whole["results"], whole.get("sets", ()))

    def _by_line(self) -> Iterator[dict[str, Any]]:
        for line in self._lines:
            if line.startswith("]"):
                if '"summary":' in line:
                    self._tail(json.loads("{" + line[line.index('"summary":') :]))
                    return
            elif text := line.strip().rstrip(","):
                yield json.loads(text)
        raise ValueError("it has no end: the run was stopped")

    def _head(self, told: dict[str, Any]) -> None:
        if told["schema"] != SCHEMA:
            raise ValueError(f"schema {told['schema']}, where {SCHEMA} was expected")
        self.profiles = [str(name) for name in told["profiles"]]

    def _tail(self, told: dict[str, Any]) -> None:
        counts = told["summary"]
        for name in ("skipped", "excluded", "suppressed"):
            setattr(self.summary, name, int(counts.get(name, 0)))


def _whole(line: str) -> object:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _read(entry: dict[str, Any]) -> FileResult | SetResult:
    path = _path(entry)
    findings = [_finding(told) for told in entry["findings"]]
    if entry["kind"] == "set":
        return SetResult(path, findings)
    return FileResult(path, _info(path, entry), findings, Verdict(entry["verdict"]))


def _path(entry: dict[str, Any]) -> str:
    if "path_bytes" in entry:
        return bytes.fromhex(entry["path_bytes"]).decode(errors="surrogateescape")
    return str(entry["path"])


def _finding(told: dict[str, Any]) -> Finding:
    names = Finding.__dataclass_fields__
    values = {name: told[name] for name in names if name in told}
    values["severity"] = Severity(values["severity"])
    values["verdict"] = Verdict(values["verdict"])
    values["fix"] = Fixability(values.get("fix", Fixability.NONE))
    return Finding(**values)


def _info(path: str, entry: dict[str, Any]) -> MediaInfo:
    kind = entry["kind"]
    info = MediaInfo(path, kind=None if kind is None else Kind(kind))
    for name, value in entry["facts"].items():
        if name in MediaInfo.__dataclass_fields__ and name not in _WORKED_OUT:
            exact = name in EXACT_FACTS and value is not None
            setattr(info, name, Fraction(str(value)) if exact else value)
    info.unread = dict(entry.get("unread", {}))
    return info
