"""One poller for everything that is waited for: politely, with growing steps and an end.

A few threads share one agenda. Nothing but the backend's own word for active is a success; any
other word is waited on and shown.
"""

from __future__ import annotations

import heapq
import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace

from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, AssetStatus
from mediaprep.errors import MediaprepError
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.outcome import End, Job, Published, Settings, advice
from mediaprep.publish.pace import Pace
from mediaprep.publish.rates import Stopped
from mediaprep.publish.records import Record, State
from mediaprep.publish.register import concerns_all
from mediaprep.publish.session import Session

THREADS = 16
_WATCH_GROWTH = 1.3
# A new asset may not be known to every server of the backend at once.
_MISSING_STEPS = 10
_IDLE_S = 0.25
_WATCH_S = 0.2


class Poller:
    """Waits for jobs; `done` is called with each end, from any thread."""

    def __init__(
        self,
        session: Session,
        ledger: Ledger,
        settings: Settings,
        done: Callable[[Job, Published], None],
        again: Callable[[Job], None],
        fail_all: Callable[[MediaprepError], None],
    ) -> None:
        self._session = session
        self._ledger = ledger
        self._settings = settings
        self._done = done
        self._again = again
        self._fail_all = fail_all
        self._pace = Pace(settings.poll_interval_s)
        self._places = session.pool("create")
        self._hurries = False
        self._agenda: list[tuple[float, int, Job]] = []
        self._entered = 0
        self._changed = threading.Condition()

    def add(self, job: Job) -> None:
        """Begin to wait for a job that is registered, or for whoever else has its content."""
        job.since_s = job.looked_s = time.monotonic()
        job.interval_s = _WATCH_S if job.watching else self._pace.grown(0)
        self._enter(job)

    def run(self) -> None:
        """Work off the agenda until the session is stopped; for a thread of its own."""
        stop = self._session.stop
        while not stop.is_set():
            job = self._next()
            if job is None:
                continue
            try:
                self._watch(job) if job.watching else self._poll(job)
            except Stopped:
                self._enter(job)
                return

    def wake(self) -> None:
        """Let the threads see that the session was stopped."""
        with self._changed:
            self._changed.notify_all()

    def abandon(self) -> list[Job]:
        """Return what is still waited for, and wait no more."""
        with self._changed:
            jobs = [job for _, _, job in self._agenda]
            self._agenda.clear()
        return jobs

    def _enter(self, job: Job) -> None:
        with self._changed:
            self._entered += 1
            heapq.heappush(self._agenda, (self._due_s(job), self._entered, job))
            self._changed.notify()

    def _due_s(self, job: Job) -> float:
        step_s = job.interval_s
        if self._hurries and job.slot is not None and not job.watching:
            step_s = self._pace.hurried(job.kind, job.looked_s - job.since_s, step_s)
        return job.looked_s + step_s * random.uniform(0.9, 1.0)

    def _next(self) -> Job | None:
        with self._changed:
            if self._hurries is not self._places.crowded:
                self._hurries = not self._hurries
                self._agenda = [(self._due_s(job), number, job) for _, number, job in self._agenda]
                heapq.heapify(self._agenda)
            now = time.monotonic()
            if not self._agenda or self._agenda[0][0] > now:
                wait = min(self._agenda[0][0] - now, _IDLE_S) if self._agenda else _IDLE_S
                self._changed.wait(wait)
                return None
            return heapq.heappop(self._agenda)[2]

    def _watch(self, job: Job) -> None:
        """Look whether another file, or another process, has brought the content to an end."""
        assert job.key is not None
        job.looked_s = time.monotonic()
        if self._ledger.is_held(job.key):
            job.interval_s = min(job.interval_s * _WATCH_GROWTH, self._settings.poll_interval_s)
            self._enter(job)
            return
        job.watching, job.record = False, None
        self._again(job)

    def _poll(self, job: Job) -> None:
        record = job.record
        assert record is not None
        job.looked_s = time.monotonic()
        try:
            asset = self._session.ask(
                self._session.backend.get_asset(record.asset_id), self._session.backend.parse_asset
            )
        except BackendError as error:
            self._not_told(job, error)
        except Stopped:
            raise
        except MediaprepError as error:
            self._still(job, str(error))
        else:
            self._told(job, record, asset)

    def _told(self, job: Job, record: Record, asset: Asset) -> None:
        facts = {"raw_status": asset.raw_status, "ref_id": asset.ref_id, "uri": asset.uri}
        settled = asset.status in (AssetStatus.ACTIVE, AssetStatus.FAILED)
        if settled and job.slot is not None and job.key is not None:  # of this run: of known age
            self._pace.settled(job.kind, self._waited_s(job))
        if asset.status is AssetStatus.ACTIVE:
            self._move(job, State.ACTIVE, **facts)
            self._end(job, job.ended(End.ACTIVE))
        elif asset.status is AssetStatus.FAILED:
            reason = self._session.scrub(asset.reason or "the backend does not say why")
            self._move(job, State.FAILED, **facts, reason=reason)
            told = f" (request {asset.request_id})" if asset.request_id else ""
            word = asset.raw_status
            word = f"failed ({word})" if word.isdigit() else word
            why = f"{asset.backend}: {word}: {reason}{told}"
            self._end(job, job.ended(End.FAILED, why=why, hint=advice(reason)))
        else:
            if asset.raw_status != record.raw_status:
                self._move(job, State.REGISTERED, **facts)
            self._still(job, f"it is still {asset.raw_status!r}")

    def _not_told(self, job: Job, error: BackendError) -> None:
        steps = _MISSING_STEPS * self._settings.poll_interval_s
        if concerns_all(error):
            self._fail_all(error)
            self._end(job, job.ended(End.REGISTERED, error))
        elif error.category is Category.NOT_FOUND and self._waited_s(job) > steps:
            self._move(job, State.FAILED, reason="it is not there any more")
            self._end(job, job.ended(End.FAILED, error))
        else:
            self._still(job, str(error))

    def _still(self, job: Job, what: str) -> None:
        """Wait on, or give up waiting: the next run goes on from here."""
        waited = self._waited_s(job)
        if waited >= self._settings.deadlines_s[job.kind]:
            why = f"registered, but after {waited:,.0f} s {what}"
            hint = "run the command again to go on waiting"
            self._end(job, job.ended(End.REGISTERED, why=why, hint=hint))
            return
        job.interval_s = self._pace.grown(job.interval_s)
        self._enter(job)

    def _waited_s(self, job: Job) -> float:
        return time.monotonic() - job.since_s

    def _move(self, job: Job, state: State, **facts: str) -> None:
        assert job.record is not None
        if job.key is None:  # met at the start, and not of this run's files: not ours to write
            job.record = replace(job.record, state=state)
            return
        job.record = self._ledger.move(job.record.key, state, **facts)

    def _end(self, job: Job, published: Published) -> None:
        self._done(job, published)
