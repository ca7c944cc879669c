"""From results of a check to assets: the stages side by side, memory bounded, resumable.

    check (caller) → hash, upload, look → register → poll → in walking order to the caller

The caller's thread feeds and collects; no more than a window of files is on its way at once.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue
from typing import TypeVar

from mediaprep.errors import MediaprepError
from mediaprep.model import FileResult
from mediaprep.publish.groups import Groups, library
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.outcome import End, Job, Published, Settings, is_blocked
from mediaprep.publish.poll import THREADS, Poller
from mediaprep.publish.prepare import Look, Preparer
from mediaprep.publish.presign import Presigned
from mediaprep.publish.rates import Stopped
from mediaprep.publish.records import Key, State
from mediaprep.publish.register import InDoubt, Registrar, concerns_all
from mediaprep.publish.session import Session
from mediaprep.publish.stages import Stages
from mediaprep.publish.storing import Store

WINDOW = 2048  # files on their way at a time, so that one slow one does not hold up the rest
_REGISTRARS = 32
# A request whose answer was lost has arrived after so many polls, or never will.
_SETTLE_STEPS, _SETTLE_LEAST_S = 4, 1.0
_LOOK_S = 0.2
T = TypeVar("T")
# What is to be published: the result to show and judge by, and the file where it is another one.
Item = tuple[FileResult, str]


class Pipeline:
    """One run against one backend; iterate `run()` once."""

    def __init__(
        self,
        session: Session,
        ledger: Ledger,
        store: Callable[[], Store],
        look: Look | None,
        settings: Settings,
    ) -> None:
        settle_s = max(_SETTLE_STEPS * settings.poll_interval_s, _SETTLE_LEAST_S)
        self._first: SimpleQueue[Job | None] = SimpleQueue()
        self._second: SimpleQueue[tuple[Job, Presigned] | None] = SimpleQueue()
        self._session = session
        self._ledger = ledger
        self._settings = settings
        self.groups = Groups(session, ledger, settings.group, settle_s)
        self._preparer = Preparer(ledger, self.groups.target, store, look, settings)
        self._registrar = Registrar(session, ledger, self._preparer, settings, settle_s)
        self._poller = Poller(
            session, ledger, settings, self._done, self._first.put, self._fail_all
        )
        self._ends: dict[int, Published] = {}
        self._failed: dict[Key, tuple[str, str]] = {}  # of this run: not tried again for a twin
        self._changed = threading.Condition()
        self._fatal: MediaprepError | None = None
        self._bug: BaseException | None = None
        self._threads: list[threading.Thread] = []
        self.interrupted = False
        self._stages = Stages()

    def run(self, items: Iterable[Item]) -> Iterator[Published]:
        """Publish files and yield what became of each, in the order of `items`."""
        waiting: deque[int] = deque()
        try:
            self._start()
            for number, (result, output) in enumerate(items):
                waiting.append(number)
                self._submit(number, result, output)
                yield from self._ended(waiting, most=WINDOW - 1)
                if self.interrupted:
                    break
            yield from self._ended(waiting, most=0)
        finally:
            self._end()

    def standing(self) -> dict[str, int]:
        """Return how many files are at each stage now."""
        return self._stages.counts(self._first.qsize() + self._second.qsize())

    def interrupt(self) -> None:
        """Send nothing more; what is being sent is seen to its end and written down."""
        self.interrupted = True
        self._session.stop.set()

    # The caller's thread

    def _start(self) -> None:
        jobs = self._settings.jobs
        roles = [self._prepare_all] * jobs + [self._register_all] * _REGISTRARS
        for role in roles + [self._poller.run] * THREADS:
            thread = threading.Thread(target=self._guarded, args=(role,), daemon=True)
            self._threads.append(thread)
            thread.start()
        self._count_earlier()

    def _count_earlier(self) -> None:
        """Count as in flight what an earlier run registered and did not see settle."""
        pool = self._session.pool("create")
        target = self.groups.known() or library(self._session.backend)
        if not pool.until_settled:
            return
        for record in self._ledger.records(target._replace(group=""), (State.REGISTERED,)):
            if record.kind is None:
                continue
            result = FileResult(record.path, lambda: None, [], None)  # type: ignore[arg-type,return-value]
            job = Job(-1, result, record.path, record.kind, record=record, ghost=True)
            job.slot = pool.occupy()
            self._poller.add(job)

    def _submit(self, number: int, result: FileResult, output: str) -> None:
        self._stages.add("read")
        if is_blocked(result) or result.info.kind is None:
            self._stages.add("done")
            self._ends[number] = Published(result, End.BLOCKED, output=output)
            return
        path = output or result.path
        self._first.put(Job(number, result, path, result.info.kind, output))

    def _ended(self, waiting: deque[int], most: int) -> Iterator[Published]:
        """Yield from the head of the line what has ended; wait while more than `most` have not."""
        while waiting:
            with self._changed:
                while waiting[0] not in self._ends and len(waiting) > most:
                    if self._session.stop.is_set():
                        break
                    self._changed.wait(_LOOK_S)
                published = self._ends.pop(waiting[0], None)
            if published is not None:
                waiting.popleft()
                yield published
            elif self._session.stop.is_set():
                self._end()
                if self._bug is not None:
                    raise self._bug
            else:
                return

    def _end(self) -> None:
        """Stop every thread, and say of what is left that the next run goes on with it."""
        self._session.stop.set()
        self._poller.wake()
        for _ in self._threads:
            self._first.put(None)
            self._second.put(None)
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        for job in [*self._poller.abandon(), *_drained(self._first)]:
            self._stopped(job)
        for job, _ in _drained(self._second):
            self._stopped(job)

    # The stages' threads

    def _guarded(self, role: Callable[[], None]) -> None:
        try:
            role()
        except BaseException as error:  # noqa: BLE001  a bug: the caller's thread raises it
            with self._changed:
                self._bug = self._bug or error
                self._changed.notify_all()
            self._session.stop.set()

    def _prepare_all(self) -> None:
        while (job := self._first.get()) is not None:
            if self._session.stop.is_set():
                self._stopped(job)
                continue
            with self._stages.at("uploading"):
                self._attempt(job, self._prepare)

    def _register_all(self) -> None:
        while (pair := self._second.get()) is not None:
            job, signed = pair
            if self._session.stop.is_set():
                self._stopped(job)
                continue
            with self._stages.at("registering"):
                self._attempt(job, lambda job, signed=signed: self._register(job, signed))  # type: ignore[misc]

    def _attempt(self, job: Job, step: Callable[[Job], None]) -> None:
        """Take a job one step on; whatever is raised on purpose is its end."""
        try:
            if self._fatal is not None:
                raise self._fatal
            step(job)
        except Stopped:
            self._stopped(job)
        except InDoubt as error:
            self._done(job, job.ended(End.UNKNOWN, error))
        except MediaprepError as error:
            if concerns_all(error):
                self._fail_all(error)
            self._done(job, job.ended(End.COULD_NOT, error))
        except OSError as error:
            why = f"{error.filename or job.path}: {error.strerror or type(error).__name__}"
            self._done(job, job.ended(End.COULD_NOT, why=why))

    def _prepare(self, job: Job) -> None:
        if self.groups.known() is None:
            self._session.backend.check_kind(job.kind)  # before a group is made for nothing
        ended = self._preparer.claim(job)
        if ended is not None:
            self._done(job, ended)
            return
        if job.watching:
            self._poller.add(job)
            return
        assert job.key is not None
        assert job.record is not None
        if earlier := self._failed.get(job.key):
            self._done(job, job.ended(End.FAILED, why=earlier[0], hint=earlier[1]))
            return
        if job.record.state is State.REGISTERING and (ended := self._registrar.resolve(job)):
            self._done(job, ended)
            return
        if job.record.state in (State.REGISTERED, State.ACTIVE):
            self._wait_for(job)
            return
        self._session.backend.check_kind(job.kind)
        prepared = self._preparer.prepare(job)
        if isinstance(prepared, Published):
            self._done(job, prepared)
        else:
            self._second.put((job, prepared))

    def _register(self, job: Job, signed: Presigned) -> None:
        self._registrar.register(job, signed)
        self._wait_for(job)

    def _wait_for(self, job: Job) -> None:
        assert job.record is not None
        if job.record.state is State.ACTIVE:
            self._done(job, job.ended(End.ACTIVE))
            return
        if not self._settings.wait:
            self._tell(job, job.ended(End.REGISTERED))
            job.ghost = True
            if not self._session.pool("create").until_settled:
                self._let_go(job)
                return
        elif not self._session.pool("create").until_settled and job.slot is not None:
            job.slot.release()
        self._poller.add(job)

    def _fail_all(self, error: MediaprepError) -> None:
        self._fatal = self._fatal or error

    def _stopped(self, job: Job) -> None:
        registered = job.record is not None and job.record.state is State.REGISTERED
        end = End.REGISTERED if registered else End.STOPPED
        hint = "run the command again to go on"
        self._done(job, job.ended(end, why="interrupted", hint=hint))

    def _done(self, job: Job, published: Published) -> None:
        self._let_go(job)
        if published.end is End.FAILED and job.key is not None:
            self._failed[job.key] = (published.why, published.hint)
        if not job.ghost:
            self._tell(job, published)

    def _let_go(self, job: Job) -> None:
        if job.slot is not None:
            job.slot.release()
        if job.record is not None and job.key is not None:
            self._ledger.release(job.key)

    def _tell(self, job: Job, published: Published) -> None:
        self._stages.add("done")
        with self._changed:
            self._ends[job.number] = published
            self._changed.notify_all()


def _drained(queue: SimpleQueue[T | None]) -> Iterator[T]:
    while not queue.empty():
        item = queue.get()
        if item is not None:
            yield item
