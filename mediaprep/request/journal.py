"""Which generations were asked for, in the ledger's file: written before and after each submission.

A generation is paid for, so an answer that was lost is never met by asking again in silence. One
row a submission, told apart by what was sent; no URL and no secret is in it.
"""

from __future__ import annotations

import hashlib
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from mediaprep.errors import MediaprepError
from mediaprep.publish.ledger import LedgerDamaged
from mediaprep.publish.owner import Owner

_BUSY_S = 30.0
_TABLE = """
CREATE TABLE IF NOT EXISTS generations (
  number INTEGER PRIMARY KEY, body_sha256 TEXT NOT NULL, backend TEXT NOT NULL,
  base_url TEXT NOT NULL, account TEXT NOT NULL, file TEXT NOT NULL, step TEXT NOT NULL,
  generation_id TEXT NOT NULL DEFAULT '', claim TEXT NOT NULL, updated_at REAL NOT NULL)
"""


class Step(StrEnum):
    """How far a submission has come."""

    SUBMITTING = "submitting"  # sent or about to be; the answer is not known, or never was
    SUBMITTED = "submitted"
    DONE = "done"
    REFUSED = "refused"
    FAILED = "failed"
    NOT_TAKEN = "not-taken"  # surely not accepted: as if it had not been sent


class Sent(NamedTuple):
    """What a submission is told by: where it goes, and the digest of its bytes."""

    body_sha256: str
    backend: str
    base_url: str
    account: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One row."""

    number: int
    step: Step
    generation_id: str
    updated_at: float
    is_held: bool  # by a process that lives


class InDoubt(MediaprepError):  # noqa: N818
    """A generation may have been asked for already, and nobody here can tell."""


class Journal:
    """The submissions of a user; safe for several processes."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._owner = Owner(path.parent / f"{path.name}-owners")
        try:
            self._db = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
            path.chmod(0o600)
            self._db.execute("PRAGMA journal_mode=WAL")
            self._db.execute("PRAGMA synchronous=FULL")
            self._db.execute(_TABLE)
        except sqlite3.Error as error:
            self._owner.close()
            raise self._unusable(error) from None

    def last(self, sent: Sent) -> Entry | None:
        """Return the newest submission of the same bytes to the same place."""
        row = self._db.execute(
            "SELECT number, step, generation_id, updated_at, claim FROM generations "
            "WHERE body_sha256=? AND backend=? AND base_url=? AND account=? "
            "ORDER BY number DESC LIMIT 1",
            sent,
        ).fetchone()
        if row is None:
            return None
        held = row[4] != self._owner.name and self._owner.is_alive(row[4])
        return Entry(row[0], Step(row[1]), row[2], row[3], held)

    def begin(self, sent: Sent, file: str, seen: Entry | None) -> int:
        """Write down that it is about to be sent; returns the row's number.

        Raises InDoubt if another process has begun since `seen` was read.
        """
        with self._writing():
            now = self.last(sent)
            if (now and now.number) != (seen and seen.number):
                raise InDoubt("another process has just sent the same request", "wait for it")
            values = (*sent, file, Step.SUBMITTING, self._owner.name, time.time())
            row = self._db.execute(
                "INSERT INTO generations (body_sha256, backend, base_url, account, file, step, "
                "claim, updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            )
        assert row.lastrowid is not None
        return row.lastrowid

    def move(self, number: int, step: Step, generation_id: str = "") -> None:
        """Write the next step of a submission; an id that is known stays."""
        with self._writing():
            self._db.execute(
                "UPDATE generations SET step=?, updated_at=?, "
                "generation_id=CASE WHEN ?='' THEN generation_id ELSE ? END WHERE number=?",
                (step, time.time(), generation_id, generation_id, number),
            )

    def close(self) -> None:
        """Close the file."""
        self._db.close()
        self._owner.close()

    def _unusable(self, error: sqlite3.Error) -> LedgerDamaged:
        return LedgerDamaged(
            f"{self._path}: the ledger cannot be used ({error})",
            "make room, move it away, or name another with MEDIAPREP_LEDGER",
        )

    @contextmanager
    def _writing(self) -> Iterator[None]:
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


def digest(body: bytes) -> str:
    """Tell bodies apart without keeping them."""
    return hashlib.sha256(body).hexdigest()
