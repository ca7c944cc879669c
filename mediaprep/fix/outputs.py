"""Where every result of a batch goes, settled before the first one is written.

The output tree mirrors the input. Two names are the same if they are so after NFC and case folding:
on Windows, on macOS and in some buckets they are one.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count

from mediaprep.errors import UsageError
from mediaprep.formats import EXTENSIONS, FORMATS, extension_of, misleads

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Clash:
    """A file whose result cannot have its name, and a name that is free."""

    source: str
    target: str
    why: str
    suggestion: str

    def __str__(self) -> str:
        return f"{self.source} → {self.target}: {self.why}"


def new_name(name: str, container: str) -> str:
    """Return a file's name with an extension that goes with the container; a right one is kept."""
    extension = extension_of(name)
    named = EXTENSIONS.get(extension)
    if named == container or (named and not misleads(named, container)):
        return name
    stem = name[: -len(extension) - 1] if named else name
    return f"{stem}.{FORMATS[container].extensions[0]}"


def common_root(paths: Sequence[str]) -> str:
    """Return the folder that the output tree is seen from: the one that holds all paths."""
    if not paths:
        return os.path.abspath(".")
    folders = [p if os.path.isdir(p) else os.path.dirname(p) for p in map(os.path.abspath, paths)]
    return os.path.commonpath(folders)


def backup_root(paths: Sequence[str]) -> str:
    """Return the folder that keeps the backup: where one is at work, if files below are named."""
    root, here = common_root(paths), os.path.abspath(".")
    below = os.path.commonpath([root, here]) == here
    return here if below and not all(map(os.path.isdir, paths)) else root


def require_apart(out: str, paths: Sequence[str]) -> None:
    """Refuse an output folder that is itself read; whoever walks leaves out one that lies below."""
    real = os.path.realpath(out)
    for path in paths:
        inside = os.path.realpath(path if os.path.isdir(path) else os.path.dirname(path) or ".")
        if real == inside:
            words = f"--out {out} is the source's own folder"
            hint = "name another folder, or use --in-place, which keeps a backup"
            raise UsageError(words, hint)
    if os.path.lexists(out) and not os.path.isdir(out):
        raise UsageError(f"--out {out} is not a folder", "name a folder")
    there = real
    while not os.path.exists(there):
        there = os.path.dirname(there)
    if not os.access(there, os.W_OK | os.X_OK):
        raise UsageError(f"--out {out} cannot be written to", "choose another folder")


class Outputs:
    """The names of one batch: each source is entered once, then `clashes` tells what cannot be.

    `out` None means in place. Who keeps its name comes first, then who was entered first; with
    `keep_both` the others get names that are free, which `settled` tells once all are entered.
    `ours` tells whether a file that is there already was made by an earlier run and may be
    replaced. Memory grows by a few hundred bytes a file and no more.
    """

    def __init__(
        self,
        root: str,
        out: str | None,
        ours: Callable[[str], bool] = lambda target: False,
        *,
        keep_both: bool = False,
    ) -> None:
        self._root = os.path.abspath(root)
        self._out = out
        self._ours = ours
        self._keep_both = keep_both
        self.renamed: dict[str, str] = {}  # path of a source -> target instead of the usual one
        self._sources: dict[str, str] = {}  # key -> path as given
        self._targets: dict[str, str] = {}  # key of what will be written -> path of its source
        self._links: dict[str, str] = {}  # key of what a symbolic link names -> the link
        self._clashes: list[Clash] = []
        self._folders: dict[str, str] = {}  # folder -> its key
        self._listings: dict[str, set[str]] = {}

    def relative(self, source: str) -> str:
        """Return a source's path as seen from the root; one that lies elsewhere keeps its name."""
        relative = os.path.relpath(os.path.abspath(source), self._root)
        return os.path.basename(source) if relative.startswith("..") else relative

    def add(self, source: str, container: str | None = None, *, writes: bool = True) -> str:
        """Enter a source and return where its result goes; without a container the name stays."""
        self._enter_source(source)
        name = os.path.basename(source)
        fresh = name if container is None else new_name(name, container)
        if self._out is None:
            target = os.path.join(os.path.dirname(source), fresh)
            claims = writes and fresh != name
        else:
            target = os.path.join(self._out, os.path.dirname(self.relative(source)), fresh)
            claims = writes
        if claims:
            self._claim(source, target)
        return target

    def clashes(self) -> Iterator[Clash]:
        """Yield what stands in the way, once every source has been entered."""
        yield from self._clashes
        for key in self._targets.keys() & self._sources.keys():
            source, other = self._targets[key], self._sources[key]
            target = self._target_name(source, key)
            yield Clash(source, target, f"it would overwrite {other}", _free_name(source, target))

    def refuse_clashes(self) -> None:
        """Raise UsageError naming the first few clashes, if there is any."""
        if self._keep_both:
            self._keep_all(list(self.clashes()))
            return
        found = list({clash.source: clash for clash in self.clashes()}.values())
        if not found:
            return
        lines = [str(clash) for clash in found[:_SHOWN]]
        if len(found) > _SHOWN:
            lines.append(f"and {len(found) - _SHOWN:,} more")
        first = found[0]
        hint = (
            f"rename one of them, or let --keep-both make it {first.suggestion}; nothing is written"
        )
        raise UsageError("names would collide: " + "; ".join(lines), hint)

    def settled(self, source: str, target: str) -> str:
        """Return where a source's result goes, now that all are known; `add` returned `target`."""
        return self.renamed.get(source, target)

    def link_to(self, source: str) -> str | None:
        """Return a symbolic link of this batch that names a source, if there is one."""
        return self._links.get(self._key(source)) if self._links else None

    def _keep_all(self, clashes: Sequence[Clash]) -> None:
        """Give every file that cannot have its name one that is free."""
        for clash in clashes:
            if clash.source in self.renamed:
                continue
            folder = os.path.dirname(clash.target)
            for name in _free_names(clash.suggestion):
                target = os.path.join(folder, name)
                key = self._key(target)
                taken = key in self._targets or key in self._sources
                if not taken and (not self._on_disk(target) or self._ours(target)):
                    break
            self._targets[key] = clash.source
            self.renamed[clash.source] = target

    def _claim(self, source: str, target: str) -> None:
        key = self._key(target)
        first = self._targets.setdefault(key, source)
        if first != source:
            if not _keeps_name(source, target) or _keeps_name(first, target):
                self._clash(source, target, f"the name that {first} gets")
                return
            self._targets[key] = source
            self._clash(first, target, f"the name that {source} keeps")
        if self._on_disk(target) and not self._ours(target):
            why = "it is there already, and no run of mediaprep made it what it is"
            self._clash(source, target, why)

    def _clash(self, source: str, target: str, why: str) -> None:
        self._clashes.append(Clash(source, target, why, _free_name(source, target)))

    def _target_name(self, source: str, key: str) -> str:
        folder = os.path.dirname(source)
        if self._out is not None:
            folder = os.path.join(self._out, os.path.dirname(self.relative(source)))
        return os.path.join(folder, os.path.basename(key))

    def _enter_source(self, source: str) -> None:
        self._sources.setdefault(self._key(source), source)
        if os.path.islink(source):
            named = self._key(os.path.realpath(source))
            self._sources.setdefault(named, source)
            self._links.setdefault(named, source)

    def _key(self, path: str) -> str:
        folder, name = os.path.split(path)
        known = self._folders.get(folder)
        if known is None:
            known = self._folders[folder] = fold(os.path.realpath(folder or "."))
        return f"{known}/{fold(name)}"

    def _on_disk(self, target: str) -> bool:
        """Whether the target's folder holds a file of that name, in any case or Unicode form."""
        folder, name = os.path.split(target)
        if folder not in self._listings:
            try:
                self._listings[folder] = {fold(entry) for entry in os.listdir(folder or ".")}
            except OSError:
                self._listings[folder] = set()
        return fold(name) in self._listings[folder]


def fold(name: str) -> str:
    """Return what two names have in common that are one to some file systems."""
    return name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()


def _keeps_name(source: str, target: str) -> bool:
    return fold(os.path.basename(source)) == fold(os.path.basename(target))


def _free_names(suggestion: str) -> Iterator[str]:
    """Yield a name and, for when it is taken, as many others as it takes."""
    yield suggestion
    stem, dot, extension = suggestion.rpartition(".")
    yield from (f"{stem}-{number}{dot}{extension}" for number in count(2))


def _free_name(source: str, target: str) -> str:
    """Suggest a name that says what the file was: `a.png.jpg`, or `a-2.jpg`."""
    extension = extension_of(target)
    name = os.path.basename(source)
    if extension_of(name) != extension:
        return f"{name}.{extension}"
    return f"{name[: -len(extension) - 1]}-2.{extension}"
