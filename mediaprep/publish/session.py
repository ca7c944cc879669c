"""The one way to a backend: authorized, paced, sent, read, and tried again where that is safe.

A call that may be repeated is repeated after any passing trouble. A creation is repeated only if
nothing was sent, or the backend said that it did not take it; any other end of it is `Unsettled`,
and whoever called looks what became of it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.interface import Backend
from mediaprep.errors import MediaprepError
from mediaprep.publish.rates import Pool, Pools, Slot, Stopped
from mediaprep.publish.redact import scrub
from mediaprep.publish.transport import Transport, TransportFailed

T = TypeVar("T")

_TRIES = 6
_PATIENCE = 3  # times as many tries for who is only too fast
_REREADS = 3  # an answer may be cut off once; a wrong base URL answers so each time
_FIRST_WAIT_S = 0.5
_LONGEST_WAIT_S = 30.0
_LONGEST_ASKED_S = 300.0  # a Retry-After beyond this ends the call instead
_TELLING_SKEW_S = 30.0


class Unsettled(MediaprepError):  # noqa: N818
    """Whether the backend acted is not known: look before it is asked again."""


class Session:
    """Calls to one backend, for all threads of a run."""

    def __init__(
        self,
        backend: Backend,
        environ: Mapping[str, str],
        stop: threading.Event | None = None,
        *,
        first_wait_s: float = _FIRST_WAIT_S,
        tries: int = _TRIES,
    ) -> None:
        self.backend = backend
        self.stop = stop or threading.Event()
        self.calls: dict[str, int] = {}  # by action, as they were sent
        self._pools = Pools(backend.limits.rates, self.stop)
        self._transport = Transport(environ)
        self._first_wait_s = first_wait_s
        self._tries = tries
        self._skew = timedelta(0)  # the server's clock less ours, where that is much
        self._lock = threading.Lock()

    def ask(self, call: Call | Callable[[], Call], parse: Callable[[Reply], T]) -> T:
        """Send a call and return what `parse` reads in the answer.

        Raises BackendError, TransportFailed, Stopped; for a call that is not idempotent also
        Unsettled. A function is called anew for each try.
        """
        value, slot = self.hold(call, parse)
        slot.release()
        return value

    def hold(self, call: Call | Callable[[], Call], parse: Callable[[Reply], T]) -> tuple[T, Slot]:
        """As `ask`, but the call stays counted as in flight until the slot is released."""
        for attempt in range(_PATIENCE * self._tries):
            made = call() if callable(call) else call
            pool = self._pools[made.pool]
            slot = pool.acquire()
            skew = self._skew
            try:
                value = parse(self._exchange(call, made, slot))
            except (BackendError, TransportFailed) as error:
                slot.release()
                moved = abs((self._skew - skew).total_seconds()) > _TELLING_SKEW_S
                wait = self._wait_s(error, made, attempt, clock_moved=moved)
                if wait is None:
                    raise self._told(error, made) from None
                self._rest(error, pool, wait)
            except BaseException:
                slot.release()
                raise
            else:
                pool.went_well()
                return value, slot
        raise AssertionError("the last try returns or raises")

    def pool(self, name: str) -> Pool:
        """Return a pool, to count in it what an earlier run sent."""
        return self._pools[name]

    @property
    def skew_s(self) -> float:
        """The server's clock less ours, 0 where that is little."""
        return self._skew.total_seconds()

    def scrub(self, text: str) -> str:
        """Take this backend's secrets out of words."""
        return scrub(text, self.backend.secrets)

    def close(self) -> None:
        """Close the connections."""
        self._transport.close()

    def _exchange(self, call: Call | Callable[[], Call], made: Call, slot: Slot) -> Reply:
        # Waiting for the slot may have outlived a signed URL, so the call is made again.
        fresh = call() if callable(call) else made
        ready = self.backend.authorize(fresh, datetime.now(UTC) + self._skew)
        with self._lock:
            self.calls[made.action] = self.calls.get(made.action, 0) + 1
        try:
            reply = self._transport.send(ready)
        finally:
            slot.answered()
        self._set_clock(reply)
        return reply

    def _set_clock(self, reply: Reply) -> None:
        told = reply.date()
        if told is not None:
            skew = told - datetime.now(UTC)
            if abs((skew - self._skew).total_seconds()) > _TELLING_SKEW_S:
                self._skew = skew

    def _wait_s(
        self, error: BackendError | TransportFailed, call: Call, attempt: int, *, clock_moved: bool
    ) -> float | None:
        """Return after how long to try again, or None if that is not safe or not of use."""
        limited = isinstance(error, BackendError) and error.category is Category.RATE_LIMITED
        # Some refuse a wrong key in the same words: who has never been let in is told sooner.
        most = self._tries * (_PATIENCE if limited and self._pools[call.pool].answers else 1)
        if attempt + 1 >= most or self.stop.is_set():
            return None
        growing = min(self._first_wait_s * 2**attempt, _LONGEST_WAIT_S)
        jittered = growing * random.uniform(0.5, 1.0)
        if isinstance(error, TransportFailed):
            return jittered if call.idempotent or not error.sent else None
        if error.category is Category.AUTH and clock_moved:
            return 0.0  # refused for our clock: the next is signed by theirs
        cut_off = error.category is Category.MALFORMED_ANSWER and attempt < _REREADS
        safe = call.idempotent or error.settled
        if not (safe and (error.retryable or cut_off)):
            return None
        asked = error.retry_after_s or 0.0
        return None if asked > _LONGEST_ASKED_S else max(asked, jittered)

    def _rest(self, error: BackendError | TransportFailed, pool: Pool, wait_s: float) -> None:
        if isinstance(error, BackendError) and error.category is Category.RATE_LIMITED:
            pool.refused(wait_s)  # all of them went too fast
        elif self.stop.wait(wait_s):
            raise Stopped("the run was stopped")

    def _told(self, error: BackendError | TransportFailed, call: Call) -> MediaprepError:
        if call.idempotent:
            return error
        settled = error.settled if isinstance(error, BackendError) else not error.sent
        return error if settled else Unsettled(str(error), error.hint)
