"""From paths to files, in a stable order: folders are walked, what is ignored stays out.

Folders are read one at a time, so memory does not grow with the tree. `.gitignore` files count as
git reads them, from the folder that holds `.git` downwards.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple

from mediaprep.errors import UsageError
from mediaprep.formats import MEDIA_EXTENSIONS, extension_of

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

_HISTORY = frozenset({".git", ".hg", ".svn"})  # hold no files of anybody's own
_PRUNED = (
    _HISTORY
    | frozenset({".venv", "node_modules", "__pycache__"})
    | {
        ".mediaprep-backup"  # what `fix --in-place` keeps
    }
)
_MAX_DEPTH = 256
_INSIDE = re.compile(r"/\*\*\s*$")


class Entry(NamedTuple):
    """One file to look at."""

    path: str
    explicit: bool  # named by the user: judged whatever it is
    status: os.stat_result | None = None


@dataclass(slots=True)
class Walk:
    """What to leave out while walking, and how much was left out."""

    exclude: Sequence[str] = ()  # patterns seen from here
    config_exclude: Sequence[str] = ()  # patterns seen from `root`
    root: str = "."  # the folder of the config file
    respect_gitignore: bool = True
    force_exclude: bool = False  # let exclusions apply to files that were named, too
    apart: str | None = None  # a folder that is never entered: results go there
    excluded: int = 0  # files and folders left out by a pattern
    links_skipped: int = 0  # links to folders, which are not followed
    _patterns: list[PathPatterns] = field(default_factory=list, init=False)
    _named: dict[str, str] = field(default_factory=dict, init=False)  # absolute -> as given

    def files(self, paths: Iterable[str]) -> Iterator[Entry]:
        """Yield the files that the paths name or hold, each once, folders in sorted order.

        A path that leads nowhere is yielded too: whoever opens it says why it cannot.
        """
        given = ((".", self.exclude), (self.root, self.config_exclude))
        self._patterns = [PathPatterns(root, words) for root, words in given if words]
        self._named = {}
        for path in paths:
            self._named.setdefault(os.path.abspath(path), path)
        for path in self._named.values():
            is_folder = os.path.isdir(path)
            if self.force_exclude and self._left_out(path, is_folder):
                self.excluded += 1
            elif is_folder:
                ignores = _outer_ignores(path) if self.respect_gitignore else []
                yield from self._folder(path, ignores, 0)
            else:
                yield Entry(path, explicit=True, status=_stat(path))

    def _folder(self, folder: str, ignores: list[_Ignore], depth: int) -> Iterator[Entry]:
        try:
            with os.scandir(folder) as listing:
                entries = sorted(listing, key=attrgetter("name"))
        except OSError:
            yield Entry(folder, explicit=True)  # the probe says why it cannot be opened
            return
        if self.respect_gitignore and any(entry.name == ".gitignore" for entry in entries):
            ignores = [*ignores, _Ignore.read(folder)]
        if len(self._named) > 1:  # what is named comes in its own turn, and once
            here = os.path.abspath(folder)
            entries = [e for e in entries if os.path.join(here, e.name) not in self._named]
        folders = []
        entries.reverse()
        while entries:  # each holds on to its status once it was asked for
            entry = entries.pop()
            path = entry.path.removeprefix("./")
            is_folder = entry.is_dir(follow_symlinks=False)
            if (ignores or self._patterns) and self._ignored(path, is_folder, ignores):
                self.excluded += 1
            elif is_folder:
                folders.append(entry)
            elif entry.is_symlink() and _leads_to_folder(entry):
                self.links_skipped += 1
            else:
                yield Entry(path, False, _stat(entry))
        for entry in folders:
            if self._is_apart(entry):
                continue
            if entry.name in _PRUNED:
                self.excluded += entry.name not in _HISTORY
            elif depth < _MAX_DEPTH:
                yield from self._folder(entry.path, ignores, depth + 1)
            else:
                yield Entry(entry.path.removeprefix("./"), explicit=True)  # not passed in silence

    def _is_apart(self, folder: os.DirEntry[str]) -> bool:
        return self.apart is not None and os.path.realpath(folder.path) == self.apart

    def _ignored(self, path: str, is_folder: bool, ignores: list[_Ignore]) -> bool:
        if any(patterns.match(path, is_folder) for patterns in self._patterns):
            return True
        for ignore in reversed(ignores):
            verdict = ignore.verdict(path, is_folder)
            if verdict is not None:
                return verdict
        return False

    def _left_out(self, path: str, is_folder: bool) -> bool:
        ignores = _outer_ignores(path) if self.respect_gitignore else []
        above = accumulate(path.split("/")[:-1], lambda folder, name: f"{folder}/{name}")
        # What lies below an ignored folder cannot be taken back in.
        return any(self._ignored(folder, True, ignores) for folder in above if folder) or (
            self._ignored(path, is_folder, ignores)
        )


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

    def match(self, path: str, is_folder: bool = False) -> bool:
        """Whether a path, as given or absolute, is one that the patterns mean."""
        relative = os.path.relpath(os.path.abspath(path), self._root)
        return self._patterns.match_file(f"{relative}/" if is_folder else relative)


def is_media_name(path: str) -> bool:
    """Whether the name promises media, so that the file is judged even if it holds none."""
    return extension_of(path) in MEDIA_EXTENSIONS


def read_list(data: bytes) -> list[str]:
    """Split a list of paths: one a line, or NUL-separated as `find -print0` writes it."""
    parts = data.split(b"\0") if b"\0" in data else data.splitlines()
    return [os.fsdecode(part) for part in parts if part]


@dataclass(slots=True)
class _Ignore:
    """One `.gitignore`, and the folder below which it holds."""

    folder: str
    of_files: list[GitIgnoreSpecPattern]  # the last line first: it counts
    of_folders: list[GitIgnoreSpecPattern]

    @classmethod
    def read(cls, folder: str) -> _Ignore:
        try:
            with open(os.path.join(folder, ".gitignore"), encoding="utf-8", errors="replace") as f:
                lines = f.read(1 << 20).splitlines()
        except OSError:
            lines = []
        lines = [line if line.endswith("\\ ") else line.rstrip() for line in reversed(lines)]
        of_files = _patterns(line for line in lines if not line.endswith("/"))
        of_folders = _patterns(line.rstrip("/") for line in lines)
        return cls(os.path.join(os.path.abspath(folder), ""), of_files, of_folders)

    def verdict(self, path: str, is_folder: bool) -> bool | None:
        """Tell whether it ignores a path, takes it back in, or does not speak of it.

        Folders above the path are not looked at: who walks does not enter those that are ignored.
        """
        path = os.path.abspath(path)
        if not path.startswith(self.folder):
            return None
        relative = path[len(self.folder) :]
        for pattern in self.of_folders if is_folder else self.of_files:
            found = pattern.match_file(relative)
            if found and found.match.lastgroup is None:  # not by a folder above it
                return pattern.include
        return None


def _patterns(lines: Iterable[str]) -> list[GitIgnoreSpecPattern]:
    """Compile lines of a `.gitignore`; like git, pass over those that make no sense."""
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern

    patterns = []
    for line in lines:
        with suppress(ValueError, re.error):
            # To pathspec `a/**` takes in the folder `a/` itself, to git it does not.
            patterns.append(GitIgnoreSpecPattern(_INSIDE.sub("/**/*", line)))
    return patterns


def _compile(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    try:
        return GitIgnoreSpec.from_lines(_INSIDE.sub("/**/*", line) for line in lines)
    except (ValueError, re.error) as error:
        raise UsageError(str(error), "patterns are written as in .gitignore") from error


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


def _stat(entry: os.DirEntry[str] | str) -> os.stat_result | None:
    try:
        return os.stat(entry) if isinstance(entry, str) else entry.stat()
    except (OSError, ValueError):
        return None
