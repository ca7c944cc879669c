"""Add up what the files of folders and named sets are together: counts, seconds, twins, namesakes.

Plain counting over facts, without limits: what the sums mean is judged in `rules.batch`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction


@dataclass(slots=True)
class Tally:
    """What the files of one set add up to, by kind."""

    counts: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, Fraction] = field(default_factory=dict)
    untimed: dict[str, int] = field(default_factory=dict)  # files without a known duration

    def add(self, kind: str, duration_s: Fraction | None) -> None:
        """Count one file in."""
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if kind == "image":
            return
        if duration_s is None:
            self.untimed[kind] = self.untimed.get(kind, 0) + 1
        else:
            self.seconds[kind] = self.seconds.get(kind, Fraction(0)) + duration_s

    def key(self) -> str:
        """Return a word that is the same for sets that add up to the same."""
        parts = (self.counts, self.seconds, self.untimed)
        # A kind is an enumeration's member or, from the cache, its bare word.
        return repr([{str(kind): value for kind, value in part.items()} for part in parts])


class Tallies:
    """Sees every file once, in walking order."""

    def __init__(self, digest: Callable[[str], bytes] | None = None) -> None:
        self._digest_of = digest or sha256_of
        self._folders: dict[str, Tally] = {}
        self._named: dict[str, Tally] = {}
        self._first_with: dict[tuple[int, int], str] = {}
        self._digests: dict[str, bytes] = {}
        self._first_of: dict[bytes, str] = {}
        self._names_in = ""
        self._names: dict[str, str] = {}

    def add(
        self, path: str, kind: str | None, duration_s: Fraction | None, named: Sequence[str] = ()
    ) -> None:
        """Count a file into its folder and into the sets that it is named for."""
        if kind is None:
            return
        folder = path.rpartition("/")[0]
        tally = self._folders.get(folder)
        if tally is None:
            tally = self._folders[folder] = Tally()
        tally.add(kind, duration_s)
        for name in named:
            self._named.setdefault(name, Tally()).add(kind, duration_s)

    def folders(self) -> Iterator[tuple[str, Tally]]:
        """Yield the folders in walking order."""
        return ((name or ".", tally) for name, tally in self._folders.items())

    def named(self) -> Iterator[tuple[str, Tally]]:
        """Yield the named sets."""
        return iter(self._named.items())

    def twin(self, path: str, size_bytes: int | None, head_crc: int | None) -> str | None:
        """Return an earlier path with the same bytes; only likely pairs are read in full.

        Hard links are one file, not twins.
        """
        if size_bytes is None or head_crc is None:
            return None
        first = self._first_with.setdefault((size_bytes, head_crc), path)
        if first is path:
            return None
        try:
            if os.path.samefile(first, path):
                return None
            self._first_of.setdefault(self._digest(first), first)
            twin = self._first_of.setdefault(self._digest_of(path), path)
            return None if os.path.samefile(twin, path) else twin
        except OSError:  # it vanished: then there is no second copy to speak of
            return None

    def namesake(self, path: str) -> str | None:
        """Return an earlier name of the same folder that differs in case or Unicode form only."""
        folder, _, name = path.rpartition("/")
        if folder != self._names_in:
            self._names_in, self._names = folder, {}
        first = self._names.setdefault(name.lower() if name.isascii() else _folded(name), name)
        return None if first == name else first

    def _digest(self, first: str) -> bytes:
        """Hash a file that others are compared with, once."""
        if first not in self._digests:
            self._digests[first] = self._digest_of(first)
        return self._digests[first]


def _folded(name: str) -> str:
    import unicodedata

    return unicodedata.normalize("NFC", name).casefold()


def sha256_of(path: str) -> bytes:
    """Read a file in full and return its SHA-256; raises OSError."""
    from hashlib import file_digest

    with open(path, "rb") as file:
        return file_digest(file, "sha256").digest()
