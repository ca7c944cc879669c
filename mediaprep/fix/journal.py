"""What a run has finished, so that the next one takes up where it stopped.

JSON lines beside the output, each synced before work goes on. A result is entered as `ready`
before it gets its name and as `done` after: whichever of the two a crash leaves last, a file that
bears the name can be told from one that somebody else put there. A torn last line is passed over.
"""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from hashlib import file_digest

from mediaprep.fix.safewrite import make_folder

NAME = ".mediaprep-journal.jsonl"
_VERSION = 1


@dataclass(frozen=True, slots=True)
class Stamp:
    """A file's identity: cheap to compare, and its hash where that is in doubt."""

    size: int
    mtime_ns: int
    inode: int
    sha256: str

    @classmethod
    def of(cls, path: str) -> Stamp:
        """Measure a file; reads it whole."""
        with open(path, "rb") as file:
            digest = file_digest(file, "sha256").hexdigest()
            status = os.fstat(file.fileno())
        return cls(status.st_size, status.st_mtime_ns, status.st_ino, digest)

    def holds(self, path: str) -> bool:
        """Whether the file at a path is this one still; read only if its times have changed."""
        try:
            status = os.stat(path)
            if status.st_size != self.size:
                return False
            if (status.st_mtime_ns, status.st_ino) == (self.mtime_ns, self.inode):
                return True
            with open(path, "rb") as file:
                return file_digest(file, "sha256").hexdigest() == self.sha256
        except OSError:
            return False


@dataclass(frozen=True, slots=True)
class Entry:
    """One result: made from which bytes, by which plan, and what it is."""

    target: str  # as seen from the journal's folder
    origin: str  # likewise: what it was made from
    plan: str  # digest of the plan
    source: Stamp
    result: Stamp
    done: bool = False


class Journal:
    """The journal of one folder; results may be entered from several threads."""

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._path = os.path.join(folder, NAME)
        self._fd: int | None = None
        # The last result that was done, and those that may have been since.
        self._entries: dict[str, list[Entry]] = {}
        self._lock = threading.Lock()
        self._read()

    def find(self, target: str) -> Entry | None:
        """Return what is known of the file that bears a target's name, if it is ours still."""
        entries = self._entries.get(self._key(target), ())
        return next((entry for entry in reversed(entries) if entry.result.holds(target)), None)

    def finished(self, target: str, source: str, plan: str) -> bool:
        """Whether a result is there already, of this source by this plan."""
        entry = self.find(target)
        return entry is not None and entry.plan == plan and entry.source.holds(source)

    def ready(self, target: str, origin: str, source: Stamp, plan: str, result: Stamp) -> None:
        """Enter a result that is about to get its name."""
        self._append(Entry(self._key(target), self._key(origin), plan, source, result))

    def done(self, target: str) -> None:
        """Enter that a result has its name."""
        self._append(replace(self._entries[self._key(target)][-1], done=True))

    def interrupted(self) -> Iterator[tuple[str, str, Entry]]:
        """Yield target, origin and entry of every result that was not seen to its end."""
        for entry in [entries[-1] for entries in self._entries.values()]:
            if not entry.done:
                yield self._path_of(entry.target), self._path_of(entry.origin), entry

    def close(self) -> None:
        """Let go of the file."""
        if self._fd is not None:
            os.close(self._fd)
            self._fd = None

    def _path_of(self, key: str) -> str:
        return os.path.normpath(os.path.join(self._folder, key))

    def _key(self, target: str) -> str:
        return os.path.relpath(os.path.abspath(target), self._folder)

    def _read(self) -> None:
        with suppress(FileNotFoundError), open(self._path, "rb") as lines:
            for line in lines:
                with suppress(ValueError, TypeError, KeyError, AttributeError):
                    self._enter(_parse(line))

    def _append(self, entry: Entry) -> None:
        line = json.dumps({"version": _VERSION, **asdict(entry)}, separators=(",", ":")) + "\n"
        with self._lock:
            if self._fd is None:
                self._fd = self._open()
            os.write(self._fd, line.encode())
            os.fsync(self._fd)
            self._enter(entry)

    def _enter(self, entry: Entry) -> None:
        entries = [] if entry.done else self._entries.get(entry.target, [])
        self._entries[entry.target] = [*entries, entry]

    def _open(self) -> int:
        """Open the file for appending; a line that a crash tore off is ended first."""
        make_folder(self._folder)
        flags = os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC
        fd = os.open(self._path, flags, 0o666)
        size = os.fstat(fd).st_size
        if size and os.pread(fd, 1, size - 1) != b"\n":
            os.write(fd, b"\n")
        return fd


def _parse(line: bytes) -> Entry:
    data = json.loads(line)
    if data.pop("version") != _VERSION:
        raise ValueError("written by another version")
    for name in ("source", "result"):
        data[name] = Stamp(**data[name])
    return Entry(**data)
