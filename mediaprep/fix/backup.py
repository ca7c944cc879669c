"""Keep what was there before a file is replaced in place.

The backup mirrors the tree that was named. What it holds is never overwritten: a file that is
replaced again later is kept again, as `a.png.~1~`. Where the file system can, the backup is a
second name of the old bytes, so that keeping them costs neither time nor room.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from hashlib import file_digest
from itertools import count

from mediaprep.fix.safewrite import beside, copy_bytes, keep_metadata, link, make_folder, put_new

FOLDER = ".mediaprep-backup"


class Backup:
    """The backup of one tree."""

    def __init__(self, root: str) -> None:
        self.folder = os.path.join(root, FOLDER)

    def keep(self, path: str, relative: str) -> str:
        """Keep the file at a path; return where. Nothing is kept twice."""
        self._hide()
        place = os.path.join(self.folder, relative)
        make_folder(os.path.dirname(place))
        for name in self._names(place):
            if not os.path.lexists(name):
                _copy(path, name)
                return name
            if _same(path, name):
                return name
        raise AssertionError("unreachable: there is always one more name")

    def holds(self, path: str, relative: str) -> bool:
        """Whether a kept file is another name of the one at a path."""
        place = os.path.join(self.folder, relative)
        for name in self._names(place):
            if not os.path.lexists(name):
                return False
            with suppress(OSError):
                if os.path.samefile(path, name):
                    return True
        return False

    @staticmethod
    def _names(place: str) -> Iterator[str]:
        yield place
        yield from (f"{place}.~{number}~" for number in count(1))

    def _hide(self) -> None:
        """Keep git from offering the backup for a commit."""
        make_folder(self.folder)
        with suppress(FileExistsError), open(os.path.join(self.folder, ".gitignore"), "x") as file:
            file.write("*\n")


def _copy(path: str, name: str) -> None:
    if link(path, name):
        return
    with beside(name) as temp:
        copy_bytes(path, temp, share=True)
        keep_metadata(path, temp)
        put_new(temp, name)


def _same(path: str, name: str) -> bool:
    if os.path.samefile(path, name):
        return True
    return os.path.getsize(path) == os.path.getsize(name) and _digest(path) == _digest(name)


def _digest(path: str) -> bytes:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").digest()
