# ruff: noqa: S608  (what is put into statements are names of our own columns)
"""What was done, in SQLite: written before and after each outside call, so that a crash is resumed.

WAL, and durable (`synchronous=FULL`) for the steps that cost money. One row for each content in
each library. A row is claimed while a process works on it; a claim ends with its process.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from mediaprep.errors import MediaprepError, UsageError
from mediaprep.model import Kind
from mediaprep.publish.owner import Owner
from mediaprep.publish.records import NEXT, Key, Record, State, Target

SCHEMA = 1
_BUSY_S = 30.0
_KEY = ("sha256", "backend", "base_url", "account", "project", "grp")
_FACTS = (
    *("state", "kind", "size_bytes", "path", "name", "store_key", "asset_id", "ref_id", "uri"),
    *("raw_status", "reason", "updated_at", "registered_at"),
)
_TABLES = f"""
CREATE TABLE IF NOT EXISTS assets (
  {", ".join(f"{name} TEXT NOT NULL" for name in _KEY)},
  state TEXT NOT NULL, kind TEXT NOT NULL DEFAULT '', size_bytes INTEGER NOT NULL DEFAULT 0,
  path TEXT NOT NULL DEFAULT '', name TEXT NOT NULL DEFAULT '',
  store_key TEXT NOT NULL DEFAULT '', asset_id TEXT NOT NULL DEFAULT '',
  ref_id TEXT NOT NULL DEFAULT '', uri TEXT NOT NULL DEFAULT '',
  raw_status TEXT NOT NULL DEFAULT '', reason TEXT NOT NULL DEFAULT '',
  updated_at REAL NOT NULL DEFAULT 0, registered_at REAL NOT NULL DEFAULT 0,
  claim TEXT NOT NULL DEFAULT '',
  PRIMARY KEY ({", ".join(_KEY)})) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_asset ON assets (backend, account, asset_id);
CREATE TABLE IF NOT EXISTS groups (
  backend TEXT, base_url TEXT, account TEXT, project TEXT, wanted TEXT,
  id TEXT NOT NULL DEFAULT '', claim TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (backend, base_url, account, project, wanted)) WITHOUT ROWID;
"""
_OF_KEY = " AND ".join(f"{name}=?" for name in _KEY)
_OF_GROUP = "backend=? AND base_url=? AND account=? AND project=? AND wanted=?"
_COLUMNS = ", ".join((*_KEY, *_FACTS))
# Losing these to a power cut would cost money or make a duplicate; what was uploaded is looked for.
_DURABLE = frozenset({State.REGISTERING, State.REGISTERED})


class LedgerDamaged(MediaprepError):  # noqa: N818
    """The ledger cannot be read, or is a newer version's."""


class Ledger:
    """One file for all libraries of a user; safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._owner = Owner(path.parent / f"{path.name}-owners")
        try:
            self._db = sqlite3.connect(
                path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
            )
            os.chmod(path, 0o600)
            self._prepare()
        except sqlite3.DatabaseError as error:
            self._owner.close()
            raise self._unusable(error) from None
        except BaseException:
            self._owner.close()
            raise

    def _prepare(self) -> None:
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=FULL")
        with self._writing(State.REGISTERED):
            version = self._db.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA:
                raise LedgerDamaged(
                    f"{self.path}: written by a newer mediaprep (schema {version})",
                    "update mediaprep, or name another ledger with MEDIAPREP_LEDGER",
                )
            for statement in filter(str.strip, _TABLES.split(";")):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version={SCHEMA}")

    def get(self, key: Key) -> Record | None:
        """Return what is known of a content in a library."""
        rows = self._rows(f"SELECT {_COLUMNS} FROM assets WHERE {_OF_KEY}", _flat(key))
        return next(rows, None)

    def is_held(self, key: Key) -> bool:
        """Say whether somebody, of this process or another, works on a content."""
        with self._lock:
            sql = f"SELECT claim FROM assets WHERE {_OF_KEY}"
            row = self._db.execute(sql, _flat(key)).fetchone()
        return bool(row and row[0]) and self._owner.is_alive(row[0])

    def claim(self, key: Key) -> Record | None:
        """Take a content to work on it, planned if it is new; None if someone else has it."""
        with self._writing(State.PLANNED):
            self._db.execute(
                f"INSERT OR IGNORE INTO assets ({', '.join(_KEY)}, state, updated_at) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (*_flat(key), State.PLANNED, time.time()),
            )
            sql = f"SELECT claim FROM assets WHERE {_OF_KEY}"
            holder = self._db.execute(sql, _flat(key)).fetchone()[0]
            if holder and self._owner.is_alive(holder):
                return None
            self._db.execute(
                f"UPDATE assets SET claim=? WHERE {_OF_KEY}", (self._owner.name, *_flat(key))
            )
            return self.get(key)

    def release(self, key: Key) -> None:
        """Let others have a content; does nothing if it is not ours."""
        with self._writing(State.PLANNED):
            self._db.execute(
                f"UPDATE assets SET claim='' WHERE {_OF_KEY} AND claim=?",
                (*_flat(key), self._owner.name),
            )

    def move(self, key: Key, state: State, **facts: str | int | float) -> Record:
        """Write a step that this process has claimed; a step that cannot follow is refused."""
        with self._writing(state):
            before = self.get(key)
            if before is None or state not in NEXT[before.state]:
                raise LedgerDamaged(f"{key.sha256[:16]}: {before and before.state} → {state}?")
            facts = {**facts, "state": state, "updated_at": time.time()}
            settings = ", ".join(f"{name}=?" for name in facts)
            done = self._db.execute(
                f"UPDATE assets SET {settings} WHERE {_OF_KEY} AND claim=?",
                (*facts.values(), *_flat(key), self._owner.name),
            )
            if not done.rowcount:
                raise LedgerDamaged(f"{key.sha256[:16]} is no longer claimed by this process")
        after = self.get(key)
        assert after is not None
        return after

    def forget(self, key: Key) -> None:
        """Drop a content that nobody works on, as if it had never been published."""
        with self._writing(State.REGISTERED):
            self._db.execute(f"DELETE FROM assets WHERE {_OF_KEY}", _flat(key))

    def forget_asset(self, target: Target, asset_id: str) -> int:
        """Drop what is known under an id, in whatever group; return how many rows that were."""
        with self._writing(State.REGISTERED):
            return self._db.execute(
                "DELETE FROM assets WHERE backend=? AND base_url=? AND account=? AND asset_id=?",
                (*target[:3], asset_id),
            ).rowcount

    def forget_group(self, target: Target, group_id: str) -> None:
        """Drop a group and what was in it."""
        with self._writing(State.REGISTERED):
            for sql in (
                "DELETE FROM groups WHERE backend=? AND base_url=? AND account=? AND id=?",
                "DELETE FROM assets WHERE backend=? AND base_url=? AND account=? AND grp=?",
            ):
                self._db.execute(sql, (*target[:3], group_id))

    def adopt(self, record: Record) -> bool:
        """Enter what another machine knows; what is known here stays. Says whether it was new."""
        values = [getattr(record, name) or "" for name in _FACTS[:-2]]
        marks = ", ".join("?" * (len(_KEY) + len(_FACTS)))
        with self._writing(State.REGISTERED):
            known = self.get(record.key)
            if known and known.state not in (State.PLANNED, State.UPLOADED, State.FAILED):
                return False
            return bool(
                self._db.execute(
                    f"INSERT OR REPLACE INTO assets ({_COLUMNS}) VALUES ({marks})",
                    (*_flat(record.key), *values, time.time(), record.registered_at),
                ).rowcount
            )

    def records(
        self, target: Target | None = None, states: tuple[State, ...] = ()
    ) -> Iterator[Record]:
        """Yield what is known, of one library (its group empty: of all groups) or of all."""
        sql, values = f"SELECT {_COLUMNS} FROM assets WHERE 1", list[str]()
        if target is not None:
            sql += " AND backend=? AND base_url=? AND account=? AND project=?"
            values += target[:4]
            if target.group:
                sql, values = f"{sql} AND grp=?", [*values, target.group]
        if states:
            sql += f" AND state IN ({', '.join('?' * len(states))})"
            values += states
        yield from self._rows(f"{sql} ORDER BY path, sha256", values)

    def group(self, target: Target) -> str:
        """Return the id of the group that is wanted by this name, or an empty string."""
        sql = f"SELECT id FROM groups WHERE {_OF_GROUP}"
        with self._lock:
            row = self._db.execute(sql, target).fetchone()
        return row[0] if row else ""

    def wanted(self, target: Target) -> str:
        """Return a name that a group, given by its id, was wanted by, or an empty string."""
        sql = (
            "SELECT wanted FROM groups WHERE backend=? AND base_url=? AND account=? AND project=? "
            "AND id=? AND wanted<>id ORDER BY wanted LIMIT 1"
        )
        with self._lock:
            row = self._db.execute(sql, target).fetchone()
        return row[0] if row else ""

    def claim_group(self, target: Target) -> bool:
        """Take a group to make it; False if another process is at it."""
        with self._writing(State.REGISTERED):
            self._db.execute(
                "INSERT OR IGNORE INTO groups (backend, base_url, account, project, wanted) "
                "VALUES (?, ?, ?, ?, ?)",
                target,
            )
            sql = f"SELECT claim FROM groups WHERE {_OF_GROUP}"
            holder = self._db.execute(sql, target).fetchone()[0]
            if holder and holder != self._owner.name and self._owner.is_alive(holder):
                return False
            sql = f"UPDATE groups SET claim=? WHERE {_OF_GROUP}"
            self._db.execute(sql, (self._owner.name, *target))
            return True

    def remember_group(self, target: Target, group_id: str) -> None:
        """Write which group it is, and let go of it; an empty id only lets go."""
        with self._writing(State.REGISTERED):
            sql = f"UPDATE groups SET id=?, claim='' WHERE {_OF_GROUP}"
            self._db.execute(sql, (group_id, *target))

    def close(self) -> None:
        """Close the file; what is still claimed is free for others."""
        with self._lock:
            self._db.close()
            self._owner.close()

    def _unusable(self, error: sqlite3.Error) -> LedgerDamaged:
        return LedgerDamaged(
            f"{self.path}: the ledger cannot be used ({error})",
            "make room, move it away, or name another with MEDIAPREP_LEDGER",
        )

    @contextmanager
    def _writing(self, state: State) -> Iterator[None]:
        with self._lock:
            if not self._db.in_transaction:
                level = "FULL" if state in _DURABLE else "NORMAL"
                self._db.execute(f"PRAGMA synchronous={level}")
            try:
                self._db.execute("BEGIN IMMEDIATE")
                yield
                self._db.execute("COMMIT")
            except BaseException as error:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                if isinstance(error, sqlite3.Error):
                    raise self._unusable(error) from None
                raise

    def _rows(self, sql: str, values: tuple[str, ...] | list[str]) -> Iterator[Record]:
        with self._lock:
            rows = self._db.execute(sql, tuple(values)).fetchall()
        for row in rows:
            target = Target(*row[1:6])
            facts = dict(zip(_FACTS, row[6:], strict=True))
            facts["state"] = State(facts["state"])
            facts["kind"] = Kind(facts["kind"]) if facts["kind"] else None
            yield Record(Key(row[0], target), **facts)


def _flat(key: Key) -> tuple[str, ...]:
    return (key.sha256, *key.target)


def ledger_path(environ: Mapping[str, str]) -> Path:
    """Return where the ledger is: MEDIAPREP_LEDGER, or the user's data folder."""
    named = environ.get("MEDIAPREP_LEDGER", "")
    if named:
        if Path(named).is_dir():
            raise UsageError(f"MEDIAPREP_LEDGER is a folder: {named}", "name a file")
        return Path(named)
    from platformdirs import user_data_path

    return user_data_path("mediaprep") / "ledger.sqlite"
