"""Remember what files measured and how they were judged, so that unchanged files cost a `stat`.

A SQLite file in the user's cache folder. A row holds as long as the file's size, times and inode
do; facts are kept apart from verdicts, so changed limits never read media again. It is a cache:
whatever is wrong with it, it is left aside without a word and the files are read.
"""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from contextlib import suppress
from typing import NamedTuple

from mediaprep.tally import sha256_of

_SCHEMA = """
CREATE TABLE IF NOT EXISTS file (
  folder BLOB, name BLOB, size INT, mtime_ns INT, ctime_ns INT, inode INT,
  kind TEXT, duration TEXT, crc INT, facts TEXT, judged TEXT, verdict TEXT, findings TEXT,
  planned TEXT, plan TEXT,
  PRIMARY KEY (folder, name)
) WITHOUT ROWID
"""
_ROWS = """
SELECT name, size, mtime_ns, ctime_ns, inode, kind, duration, crc, facts, judged, verdict, findings,
  planned, plan
FROM file WHERE folder = ?
"""
_SET_SCHEMA = "CREATE TABLE IF NOT EXISTS sums (judged TEXT, tally TEXT, findings TEXT)"
_DIGEST_SCHEMA = """
CREATE TABLE IF NOT EXISTS digest (
  device INT, size INT, mtime_ns INT, ctime_ns INT, inode INT, sha256 BLOB,
  PRIMARY KEY (device, inode)
) WITHOUT ROWID
"""
_DIGEST = """
SELECT sha256 FROM digest
WHERE device = ? AND size = ? AND mtime_ns = ? AND ctime_ns = ? AND inode = ?
"""
_PUT_DIGEST = "INSERT OR REPLACE INTO digest VALUES (?, ?, ?, ?, ?, ?)"
_UNSTAMP = "DELETE FROM stamp"
_PUT = "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, NULL)"
_PUT_PLAN = "UPDATE file SET planned = ?, plan = ? WHERE folder = ? AND name = ?"
_COMMIT_EVERY = 1000
# A file written in the same clock tick as it was read may change without its times changing.
_SETTLED_NS = 50_000_000
_INT64 = 2**63 - 1
_FACTS, _PLAN = slice(5, 12), slice(12, 14)  # of a row
_BROKEN = (sqlite3.Error, ValueError)  # a message about damage may itself be no text
CODE_FOLDERS = ("probe", "rules", "profiles", "profiles/data", "fix", "fix/solve", ".")


class Row(NamedTuple):
    """What is remembered of one file."""

    kind: str | None
    duration: str | None
    crc: int | None
    facts: str
    judged: str  # which profiles and rules the verdict comes from
    verdict: str
    findings: str  # JSON list, empty for none


def default_path(folder: str | None = None) -> str:
    """Return the cache file in a folder: the one given, MEDIAPREP_CACHE_DIR, or the user's own."""
    folder = folder or os.environ.get("MEDIAPREP_CACHE_DIR") or _own_folder()
    return os.path.join(folder, "facts.sqlite")


def _own_folder() -> str:
    """Return the user's cache folder, on Linux as the XDG Base Directory Specification has it."""
    if sys.platform == "linux":  # platformdirs says the same, and takes 9 ms to load
        root = os.environ.get("XDG_CACHE_HOME", "").strip() or os.path.expanduser("~/.cache")
        return os.path.join(root, "mediaprep")
    from platformdirs import user_cache_dir

    return user_cache_dir("mediaprep")


def code_stamp() -> str:
    """Return a word that changes when this program does: facts read by other code do not count."""
    package = os.path.dirname(__file__)
    return "-".join(str(os.stat(f"{package}/{name}").st_mtime_ns) for name in CODE_FOLDERS)


class Cache:
    """The remembered files, read a folder at a time."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self._db: sqlite3.Connection | None = None
        self._folder: bytes | None = None
        self._last_folder = ("\0", b"")  # as given, and absolute
        self._rows: dict[bytes, tuple[int | str | bytes | None, ...]] = {}
        self._new: list[tuple[int | str | bytes | None, ...]] = []
        self._found: str | None = None  # path of the file last asked for, if it was known
        self._new_plans: list[tuple[str | bytes, ...]] = []
        self._new_digests: list[tuple[int | bytes, ...]] = []
        try:
            os.makedirs(os.path.dirname(os.path.abspath(path)), exist_ok=True)
            self._db = self._open(os.fspath(path))
        except (OSError, *_BROKEN):
            self._db = None

    def _open(self, path: str) -> sqlite3.Connection:
        try:
            return self._connect(path)
        except sqlite3.OperationalError:
            raise  # another process holds it, or it cannot be written: it may be sound
        except sqlite3.DatabaseError:  # not a database, or another program's: start anew
            os.unlink(path)
            return self._connect(path)

    def _connect(self, path: str) -> sqlite3.Connection:
        db = sqlite3.connect(path, timeout=2.0)
        db.execute("PRAGMA journal_mode=WAL")
        db.execute("PRAGMA synchronous=OFF")
        stamp = code_stamp()
        db.execute("CREATE TABLE IF NOT EXISTS stamp (code TEXT)")
        known = db.execute("SELECT code FROM stamp").fetchone()
        if known != (stamp,):
            for forget in ("DROP TABLE IF EXISTS file", "DROP TABLE IF EXISTS sums", _UNSTAMP):
                db.execute(forget)
            db.execute("INSERT INTO stamp VALUES (?)", (stamp,))
        db.execute(_SCHEMA)
        db.execute(_SET_SCHEMA)
        db.execute(_DIGEST_SCHEMA)
        db.commit()
        return db

    def get(self, path: str, status: os.stat_result) -> Row | None:
        """Return what is remembered of a file if it has not changed since."""
        if self._db is None:
            return None
        folder, name = self._key(path)
        if folder != self._folder:
            self._load(folder)
        row = self._rows.get(name)
        if row is None or row[1:5] != _stamp(status):
            self._found = None
            return None
        self._found = path
        return Row._make(row[_FACTS])

    def get_plan(self, path: str, planned: str) -> str | None:
        """Return the plan remembered of the file that `get` was last asked for.

        `planned` names all that the plan rests on beside the file.
        """
        if self._found != path:
            return None
        key, plan = self._rows[self._key(path)[1]][_PLAN]
        return plan if key == planned and isinstance(plan, str) else None

    def put_plan(self, path: str, planned: str, plan: str) -> None:
        """Remember the plan for a file whose facts are remembered; they are forgotten together."""
        if self._db is not None:
            self._new_plans.append((planned, plan, *self._key(path)))

    def put(self, path: str, status: os.stat_result, row: Row) -> None:
        """Remember a file; written in batches, and when the cache is closed."""
        if self._db is None or time.time_ns() - status.st_ctime_ns < _SETTLED_NS:
            return
        self._new.append((*self._key(path), *_stamp(status), *row))
        if len(self._new) >= _COMMIT_EVERY:
            self._write()

    def digest(self, path: str) -> bytes:
        """Return a file's SHA-256, read in full only if it changed since; raises OSError."""
        status = os.stat(path)
        key = (status.st_dev & _INT64, *_stamp(status))
        if self._db is not None:
            with suppress(*_BROKEN):
                row = self._db.execute(_DIGEST, key).fetchone()
                if row and isinstance(row[0], bytes):
                    return row[0]
        sha256 = sha256_of(path)
        if time.time_ns() - status.st_ctime_ns >= _SETTLED_NS:
            self._new_digests.append((*key, sha256))
            if len(self._new_digests) >= _COMMIT_EVERY:
                self._write()
        return sha256

    def get_set(self, judged: str, tally: str) -> str | None:
        """Return the findings about files that added up to the same, judged by the same rules."""
        if self._db is None:
            return None
        query = "SELECT findings FROM sums WHERE judged = ? AND tally = ?"
        with suppress(*_BROKEN):
            row = self._db.execute(query, (judged, tally)).fetchone()
            return row[0] if row else None
        return None

    def put_set(self, judged: str, tally: str, findings: str) -> None:
        """Remember the findings about files that add up to a tally."""
        if self._db is not None:
            with suppress(*_BROKEN):
                self._db.execute("INSERT INTO sums VALUES (?, ?, ?)", (judged, tally, findings))

    def close(self) -> None:
        """Write what is new and let go of the file."""
        if self._db is not None:
            self._write()
            with suppress(*_BROKEN):
                self._db.commit()
                self._db.close()
            self._db = None

    def _key(self, path: str) -> tuple[bytes, bytes]:
        """Split a path into its absolute folder and its name, as bytes."""
        folder, _, name = path.rpartition("/")
        if self._last_folder[0] != folder:
            absolute = os.path.abspath(folder or ("/" if path.startswith("/") else "."))
            self._last_folder = (folder, os.fsencode(absolute))
        return self._last_folder[1], os.fsencode(name)

    def _load(self, folder: bytes) -> None:
        self._folder, self._rows = folder, {}
        with suppress(*_BROKEN):
            assert self._db is not None
            self._rows = {row[0]: row for row in self._db.execute(_ROWS, (folder,))}

    def _write(self) -> None:
        if self._db is not None and (self._new or self._new_digests or self._new_plans):
            with suppress(*_BROKEN):  # full disk, or another process holds it for long
                self._db.executemany(_PUT, self._new)
                self._db.executemany(_PUT_PLAN, self._new_plans)
                self._db.executemany(_PUT_DIGEST, self._new_digests)
                self._db.commit()
        self._new.clear()
        self._new_plans.clear()
        self._new_digests.clear()


def _stamp(status: os.stat_result) -> tuple[int, int, int, int]:
    times = status.st_mtime_ns & _INT64, status.st_ctime_ns & _INT64  # a year beyond 2262
    return status.st_size, *times, status.st_ino & _INT64
