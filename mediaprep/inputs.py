"""From paths to files, in a stable order: folders are walked, what is ignored stays out.

Folders are read one at a time, so memory does not grow with the tree. `.gitignore` files count as
git reads them, from the folder that holds `.git` downwards.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from mediaprep.errors import UsageError
from mediaprep.formats import EXTENSIONS, extension_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

_PRUNED = frozenset({".git", ".hg", ".svn", ".venv", "node_modules", "__pycache__"})
_MAX_DEPTH = 256


@dataclass(slots=True)
class Entry:
    """One file to look at."""

    path: str
    explicit: bool  # named by the user: judged whatever it is
    status: os.stat_result | None = None


@dataclass(slots=True)
class Walk:
    """What to leave out while walking, and how much was left out."""

    exclude: Sequence[str] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False  # let exclusions apply to files that were named, too
    excluded: int = 0  # files and folders left out by a pattern
    links_skipped: int = 0  # links to folders, which are not followed
    _patterns: GitIgnoreSpec | None = field(default=None, init=False)

    def files(self, paths: Iterable[str]) -> Iterator[Entry]:
        """Yield the files that the paths name or hold, each once, folders in sorted order.

        A path that leads nowhere is yielded too: whoever opens it says why it cannot.
        """
        self._patterns = _compile(self.exclude) if self.exclude else None
        seen: set[str] = set()
        for path in paths:
            if path in seen:
                continue
            seen.add(path)
            if os.path.isdir(path):
                ignores = _outer_ignores(path) if self.respect_gitignore else []
                yield from self._folder(path, ignores, seen, 0)
            elif not (self.force_exclude and self._left_out(path)):
                yield Entry(path, explicit=True)

    def _folder(
        self, folder: str, ignores: list[_Ignore], seen: set[str], depth: int
    ) -> Iterator[Entry]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=lambda entry: entry.name)
        except OSError:
            yield Entry(folder, explicit=True)  # the probe says why it cannot be opened
            return
        if self.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            ignores = [*ignores, _Ignore.read(folder)]
        folders = []
        for entry in entries:
            path = entry.path.removeprefix("./")
            is_folder = entry.is_dir(follow_symlinks=False)
            if (ignores or self._patterns) and self._ignored(path, is_folder, ignores):
                self.excluded += 1
            elif is_folder:
                folders.append(entry)
            elif entry.is_symlink() and _leads_to_folder(entry):
                self.links_skipped += 1
            elif path not in seen:
                yield Entry(path, explicit=False, status=_stat(entry))
        for entry in folders:
            if entry.name not in _PRUNED and depth < _MAX_DEPTH:
                yield from self._folder(entry.path, ignores, seen, depth + 1)

    def _ignored(self, path: str, is_folder: bool, ignores: list[_Ignore]) -> bool:
        if self._patterns and self._patterns.match_file(path + "/" if is_folder else path):
            return True
        for ignore in reversed(ignores):
            verdict = ignore.verdict(path, is_folder)
            if verdict is not None:
                return verdict
        return False

    def _left_out(self, path: str) -> bool:
        ignores = _outer_ignores(path) if self.respect_gitignore else []
        return self._ignored(path, False, ignores)


def require_paths(paths: Iterable[str]) -> None:
    """Raise UsageError for the first path that does not exist."""
    for path in paths:
        if "\0" in path or not os.path.lexists(path):
            hint = "check the spelling and the working folder"
            raise UsageError(f"{path!r}: no such file or folder", hint)


class PathPatterns:
    """Patterns in the manner of `.gitignore`, for paths seen from one root folder."""

    def __init__(self, root: str, patterns: Iterable[str]) -> None:
        self._root = os.path.abspath(root)
        self._patterns = _compile(patterns)

    def match(self, path: str) -> bool:
        """Whether a path, as given or absolute, is one that the patterns mean."""
        return self._patterns.match_file(os.path.relpath(os.path.abspath(path), self._root))


def is_media_name(path: str) -> bool:
    """Whether the name promises media, so that the file is judged even if it holds none."""
    return extension_of(path) in EXTENSIONS


def read_list(data: bytes) -> list[str]:
    """Split a list of paths: one a line, or NUL-separated as `find -print0` writes it."""
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part) for part in parts if part]


@dataclass(slots=True)
class _Ignore:
    """One `.gitignore`, and the folder below which it holds."""

    folder: str
    patterns: GitIgnoreSpec

    @classmethod
    def read(cls, folder: str) -> _Ignore:
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as f:
                return cls(os.path.abspath(folder), _compile(f.read(1 << 20).splitlines()))
        except OSError:
            return cls(os.path.abspath(folder), _compile(()))

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Tell whether it ignores a path, takes it back in, or does not speak of it."""
        relative = os.path.relpath(os.path.abspath(path), self.folder)
        return self.patterns.check_file(relative + "/" if is_folder else relative).include


def _compile(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(lines)


def _outer_ignores(path: str) -> list[_Ignore]:
    """Collect the `.gitignore` files above a path, up to the root of its git repository."""
    outer: list[_Ignore] = []
    folder = os.path.dirname(os.path.abspath(path))
    found_root = os.path.exists(os.path.join(os.path.abspath(path), ".git"))
    while not found_root:
        if os.path.exists(os.path.join(folder, ".gitignore")):
            outer.insert(0, _Ignore.read(folder))
        found_root = os.path.exists(os.path.join(folder, ".git"))
        parent = os.path.dirname(folder)
        if parent == folder and not found_root:
            return []  # no repository: files that happen to lie above do not count
        folder = parent
    return outer


def _leads_to_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False


def _stat(entry: os.DirEntry[str]) -> os.stat_result | None:
    try:
        return entry.stat()
    except OSError:
        return None
