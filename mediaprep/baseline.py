"""Findings that a team has chosen to live with, keyed by content and rule.

A key names the bytes, not the path: a rename keeps an entry, any edit voids it, and a new offence
cannot hide behind an old one as it can behind a count.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable

from mediaprep.errors import ConfigError
from mediaprep.model import FileResult, Finding, Severity
from mediaprep.tally import sha256_of

Digest = Callable[[str], bytes]

_SCHEMA = 1


class Baseline:
    """The entries of a baseline file; `stale` are those that no file matched in this run."""

    def __init__(self, entries: Iterable[tuple[str, str]] = ()) -> None:
        self._entries = frozenset(entries)
        self._hashes = frozenset(sha256 for sha256, _ in self._entries)
        self._used: set[tuple[str, str]] = set()

    @classmethod
    def read(cls, path: str | os.PathLike[str]) -> Baseline:
        """Read a baseline file; raises ConfigError where it is not one."""
        try:
            with open(path, encoding="utf-8") as file:
                data = json.load(file)
            if data["schema"] != _SCHEMA:
                raise ConfigError(f"{path}: baseline schema {data['schema']}, expected {_SCHEMA}")
            pairs = [(e["sha256"], code) for e in data["files"] for code in e["codes"]]
        except OSError as error:
            hint = "make one with --write-baseline"
            raise ConfigError(f"{path}: {error.strerror or error}", hint) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ConfigError(f"{path}: not a baseline file ({error})") from error
        return cls(pairs)

    def hold_back(self, result: FileResult, digest: Digest = sha256_of) -> int:
        """Take the findings out of a result that the baseline has; return how many."""
        sha256 = content_hash(result.path, digest)
        if sha256 not in self._hashes:
            return 0
        kept = [finding for finding in result.findings if not self._has(sha256, finding)]
        held_back = len(result.findings) - len(kept)
        result.findings[:] = kept
        return held_back

    def _has(self, sha256: str, finding: Finding) -> bool:
        entry = (sha256, finding.code)
        if entry in self._entries:
            self._used.add(entry)
            return True
        return False

    @property
    def stale(self) -> int:
        """How many entries no file of this run matched."""
        return len(self._entries - self._used)


class BaselineWriter:
    """Collects the findings of a run and writes them as a baseline."""

    def __init__(self) -> None:
        self._files: dict[str, tuple[str, set[str]]] = {}

    def add(self, result: FileResult) -> None:
        """Take in the errors and warnings of one file."""
        codes = {f.code for f in result.findings if f.severity is not Severity.NOTE}
        sha256 = content_hash(result.path) if codes else ""
        if sha256:
            self._files.setdefault(sha256, (result.path, set()))[1].update(codes)

    def write(self, path: str | os.PathLike[str]) -> int:
        """Write the file whole, by way of a temporary one; return the number of entries."""
        files = [
            {"sha256": sha256, "path": name.encode(errors="replace").decode(), "codes": sorted(c)}
            for sha256, (name, c) in sorted(self._files.items(), key=lambda item: item[1][0])
        ]
        folder, name = os.path.split(path)
        beside = os.path.join(folder, f".{name}.tmp")
        text = json.dumps({"schema": _SCHEMA, "tool": "mediaprep", "files": files}, indent=1)
        with open(beside, "w", encoding="utf-8") as file:
            file.write(text + "\n")
        os.replace(beside, path)
        return sum(len(codes) for _, codes in self._files.values())


def content_hash(path: str, digest: Digest = sha256_of) -> str:
    """Return the SHA-256 of a file in hex, or nothing where it cannot be read."""
    if not os.path.isfile(path):
        return ""  # a pipe would wait for ever
    try:
        return digest(path).hex()
    except OSError:
        return ""
