"""The two places that results go to: a tree of their own, or the place of the original.

Both enter a result in the journal before it gets its name and after.
"""

from __future__ import annotations

import os
from typing import Protocol

from mediaprep.errors import FixFailed
from mediaprep.fix.backup import Backup
from mediaprep.fix.journal import Journal
from mediaprep.fix.safewrite import (
    in_words,
    make_folder,
    put,
    put_new,
    sweep,
    sync_folder,
)


class Place(Protocol):
    """Where results go."""

    journal: Journal

    def prepare(self, source: str, target: str) -> str:
        """Return the path that a result will really have; FixFailed says why it may not."""

    def settle(self, temp: str, source: str, target: str) -> None:
        """Give a finished result its name."""


class Tree:
    """A folder of their own that mirrors the input."""

    def __init__(self, out: str) -> None:
        self.journal = Journal(os.path.abspath(out))
        self._swept: set[str] = set()

    def prepare(self, source: str, target: str) -> str:
        """Make the target's folder."""
        folder = os.path.dirname(target)
        if folder not in self._swept:
            with in_words(target):
                make_folder(folder)
            sweep(folder)
            self._swept.add(folder)
        return target

    def settle(self, temp: str, source: str, target: str) -> None:
        """Replace what an earlier run made, and nothing else."""
        _put_over_ours(temp, target, self.journal)


class InPlace:
    """The place of the original, which goes to the backup."""

    def __init__(self, root: str, *, break_hardlinks: bool = False) -> None:
        self.backup = Backup(root)
        self._root = os.path.abspath(root)
        self._break_hardlinks = break_hardlinks
        self.journal = Journal(os.path.abspath(self.backup.folder))
        self._swept: set[str] = set()

    def finish_interrupted(self) -> None:
        """See to its end what a killed run began: a new name is there, and the old one still."""
        for target, origin, entry in self.journal.interrupted():
            if target == origin or not entry.result.holds(target):
                continue
            if entry.source.holds(origin):
                self._drop(origin)
            self.journal.done(target)

    def prepare(self, source: str, target: str) -> str:
        """Follow a link to what it names; a file with other names is not parted from them."""
        real = os.path.realpath(source)
        if os.path.basename(target) != os.path.basename(source):
            if real != os.path.abspath(source) and os.path.islink(source):
                words = "it is a symbolic link, and the file it names would change its name"
                raise FixFailed(words, "fix the file itself, or use --out")
            place = target
        else:
            place = real
        self._refuse_hard_links(real)
        folder = os.path.dirname(place)
        if folder not in self._swept:
            sweep(folder)
            self._swept.add(folder)
        return place

    def settle(self, temp: str, source: str, target: str) -> None:
        """Keep the old file, then let the new one take its place."""
        real = os.path.realpath(source)
        self.backup.keep(real, self._relative(real))
        if os.path.realpath(target) == real:
            put(temp, real)
        else:
            _put_over_ours(temp, target, self.journal)
            self._drop(real)

    def _drop(self, origin: str) -> None:
        """Remove a file whose successor has another name; it is kept in the backup first."""
        real = os.path.realpath(origin)
        self.backup.keep(real, self._relative(real))
        os.unlink(real)
        sync_folder(os.path.dirname(real))

    def _refuse_hard_links(self, real: str) -> None:
        names = os.stat(real).st_nlink
        if self.backup.holds(real, self._relative(real)):
            names -= 1
        if names > 1 and not self._break_hardlinks:
            words = f"it has {names} names (hard links), and the others would keep the old bytes"
            raise FixFailed(words, "--break-hardlinks fixes this one alone; --out leaves all be")

    def _relative(self, real: str) -> str:
        relative = os.path.relpath(real, os.path.realpath(self._root))
        return relative if not relative.startswith("..") else f"elsewhere{real}"


def _put_over_ours(temp: str, target: str, journal: Journal) -> None:
    """Put a result where nothing is, or where its own predecessor is."""
    if os.path.lexists(target) and journal.find(target) is not None:
        put(temp, target)
    else:
        put_new(temp, target)
