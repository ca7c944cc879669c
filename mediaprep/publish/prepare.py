"""The first stage of a file: hash it, claim its content, upload once, sign, look at the URL."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Protocol

from mediaprep.errors import MediaprepError
from mediaprep.formats import FORMATS
from mediaprep.model import Finding, Kind, Severity, worst
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.outcome import End, Job, Published, Settings
from mediaprep.publish.presign import Presigned
from mediaprep.publish.records import Key, State, Target
from mediaprep.publish.storing import Store

_MARGIN_S = 60.0  # between the end of the wait and the end of the URL
_UNKNOWN_MIME = "application/octet-stream"


class Look(Protocol):
    """Fetches a URL as the backend will, and returns what would go wrong."""

    def __call__(self, url: Presigned, job: Job) -> list[Finding]:
        """Return findings; those of error severity stop the file."""


class TooShort(MediaprepError):  # noqa: N818
    """A URL would end before the backend has surely fetched it."""


class Preparer:
    """Brings a file to where it can be registered; shared by threads."""

    def __init__(
        self,
        ledger: Ledger,
        target: Callable[[], Target],
        store: Callable[[], Store],
        look: Look | None,
        settings: Settings,
    ) -> None:
        self._ledger = ledger
        self._target = target
        self._open = store
        self._look = look
        self._settings = settings
        self._store: Store | None = None
        self._lock = threading.Lock()

    @property
    def store(self) -> Store:
        """The store, opened when the first file needs it."""
        with self._lock:
            if self._store is None:
                self._store = self._open()
            return self._store

    def claim(self, job: Job) -> Published | None:
        """Hash the file and claim its content; `job.watching` if somebody else has it.

        Returns its end if nothing is left to do.
        """
        sha256, size_bytes = hash_file(job.path)
        stated = job.result.info.size_bytes
        if not job.output and stated not in (None, size_bytes):
            why = f"the file changed while it was read: {stated} bytes, now {size_bytes}"
            return job.ended(End.COULD_NOT, why=why, hint="run the command again")
        job.key = Key(sha256, self._target())
        job.record = self._ledger.claim(job.key)
        job.watching = job.record is None
        if job.record is None:
            return None
        if job.record.state is State.ACTIVE:
            self._ledger.release(job.key)
            done = job.ended(End.ACTIVE)
            done.reused = True
            return done
        if job.record.state in (State.FAILED, State.TRASHED):
            job.record = self._ledger.move(job.key, State.PLANNED, asset_id="", uri="", reason="")
        return None

    def prepare(self, job: Job) -> Presigned | Published:
        """Upload what is not there, and return a URL that a look found good."""
        assert job.key is not None
        self._require_life(job.kind)
        container = job.result.info.container
        mime = FORMATS[container].mime if container in FORMATS else _UNKNOWN_MIME
        stored = self.store.put(job.path, job.key.sha256, mime)
        job.record = self._ledger.move(
            job.key,
            State.UPLOADED,
            store_key=stored.key,
            kind=job.kind,
            size_bytes=stored.size_bytes,
            path=os.fsencode(job.result.path).decode("utf-8", "replace"),
        )
        signed = self.sign(job)
        findings = self._looked(signed, job)
        if findings:
            job.result.findings += findings
            job.result.verdict = worst(job.result.findings)
        if any(finding.severity is Severity.ERROR for finding in findings):
            return job.ended(End.BLOCKED, why="the backend could not fetch it")
        return signed

    def _looked(self, signed: Presigned, job: Job) -> list[Finding]:
        """Look at the URL, and once more before the file is given up for a dropped connection."""
        if self._look is None:
            return []
        findings = self._look(signed, job)
        if any(finding.severity is Severity.ERROR for finding in findings):
            findings = self._look(signed, job)
        return findings

    def sign(self, job: Job) -> Presigned:
        """Make a URL that outlives the wait; raises TooShort."""
        assert job.record is not None
        signed = self.store.presign(job.record.store_key, self._settings.life_s)
        if not self.lasts(signed, job.kind):
            raise self._too_short(job.kind, int(signed.left_s(datetime.now(UTC))))
        return signed

    def lasts(self, signed: Presigned, kind: Kind) -> bool:
        """Say whether a URL outlives the wait that begins now."""
        return signed.left_s() >= self._settings.deadlines_s[kind]

    def _require_life(self, kind: Kind) -> None:
        life = self.store.life(self._settings.life_s)
        if life.seconds < needed_s(self._settings, kind):
            raise self._too_short(kind, life.seconds, life.why)

    def _too_short(self, kind: Kind, seconds: int, why: str = "") -> TooShort:
        needed = int(needed_s(self._settings, kind))
        told = f" ({why})" if why else ""
        return TooShort(
            f"a URL would live {seconds} s{told}, and {kind} assets need {needed} s",
            "ask for a longer --life, or use credentials that last longer",
        )


def needed_s(settings: Settings, kind: Kind) -> float:
    """Return how long a URL has to live: as long as is waited, and a margin."""
    return settings.deadlines_s[kind] + min(_MARGIN_S, settings.deadlines_s[kind] / 2)


def hash_file(path: str) -> tuple[str, int]:
    """Return a file's SHA-256 and its size, read in pieces."""
    with open(path, "rb", buffering=0) as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()
