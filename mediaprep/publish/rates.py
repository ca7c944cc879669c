"""How often and how many at a time: one pool for each of a backend's rates, shared by threads.

A window is counted from when a call was answered, so that no `calls + 1` of them can reach the
backend within `seconds`, however long each was on its way.
"""

from __future__ import annotations

import heapq
import threading
import time
from collections.abc import Callable, Mapping
from types import TracebackType

from mediaprep.backends.values import InFlight, Rate
from mediaprep.errors import MediaprepError

# A call is on its way for no longer than this: a slow answer does not stretch the window further.
_LONGEST_WAY_S = 0.25
_LOOK_S = 0.2  # how often a waiting thread looks whether it is to stop
_CROWDED_S = 5.0  # for so long after somebody waited for a place, others are likely to
# A backend that says "too often" has another limit than the one we know: calls are spaced wider at
# each such answer, and slowly closer again.
_WIDER, _CLOSER, _WIDEST_S = 2.0, 0.85, 10.0


class Stopped(MediaprepError):  # noqa: N818
    """The run is being ended; nothing was sent."""


class Slot:
    """One call's place among those in flight; give it back once, later calls do nothing."""

    __slots__ = ("_pool", "_released", "_sent_at")

    def __init__(self, pool: Pool, sent_at: float | None) -> None:
        self._pool = pool
        self._sent_at = sent_at
        self._released = False

    def answered(self) -> None:
        """Start the window: the call has reached the backend, or never will."""
        if self._sent_at is not None:
            self._pool._returned(self._sent_at)
            self._sent_at = None

    def release(self) -> None:
        """Let another call fly."""
        self.answered()
        if not self._released:
            self._released = True
            self._pool._landed()

    def __enter__(self) -> Slot:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()


class Pool:
    """The calls that one rate counts together."""

    def __init__(
        self,
        rate: Rate,
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.until_settled = rate.until is InFlight.SETTLED and rate.in_flight is not None
        self._rate = rate
        self._stop = stop
        self._clock = clock
        self._changed = threading.Condition()
        self._fresh = rate.calls  # of the window's places, those never used
        self._ready: list[float] = []  # when each of the others may be used again
        self._flying = 0
        self._full_at = float("-inf")  # when somebody last found no place in flight
        self._paused_until = 0.0
        self._gap_s = 0.0  # between two calls; 0 until the backend says "too often"
        self._next_at = 0.0
        self._answers = False  # a call has gone well

    def acquire(self) -> Slot:
        """Wait for a place in the window and in flight; raises Stopped when the run ends."""
        with self._changed:
            while True:
                if self._stop.is_set():
                    raise Stopped("the run was stopped")
                wait = self._wait_s()
                if wait <= 0:
                    break
                self._changed.wait(min(wait, _LOOK_S))
            if self._fresh:
                self._fresh -= 1
            else:
                heapq.heappop(self._ready)
            self._flying += 1
            self._next_at = self._clock() + self._gap_s
            return Slot(self, self._clock())

    @property
    def crowded(self) -> bool:
        """Whether calls wait for assets to settle, or did so a moment ago."""
        return self.until_settled and self._clock() - self._full_at < _CROWDED_S

    def occupy(self) -> Slot:
        """Count something as in flight that an earlier run sent, even beyond the limit."""
        with self._changed:
            self._flying += 1
        return Slot(self, None)

    @property
    def answers(self) -> bool:
        """Whether a call has gone well."""
        return self._answers

    def refused(self, wait_s: float) -> None:
        """Go slower from now on, and send nothing for a while: it was too often."""
        with self._changed:
            now = self._clock()
            if now >= self._paused_until:  # once for all that were sent at one pace
                least_s = self._rate.seconds / self._rate.calls
                self._gap_s = min(max(self._gap_s, least_s) * _WIDER, _WIDEST_S)
            self._paused_until = max(self._paused_until, now + wait_s)

    def went_well(self) -> None:
        """Go a little faster again, up to the rate."""
        with self._changed:
            self._answers = True
            least_s = self._rate.seconds / self._rate.calls
            self._gap_s = self._gap_s * _CLOSER if self._gap_s > least_s else 0.0

    def _wait_s(self) -> float:
        now = self._clock()
        if self._rate.in_flight is not None and self._flying >= self._rate.in_flight:
            self._full_at = now
            return _LOOK_S
        paused = max(self._paused_until, self._next_at) - now
        if self._fresh:
            return paused
        return max(paused, self._ready[0] - now) if self._ready else _LOOK_S

    def _returned(self, sent_at: float) -> None:
        with self._changed:
            arrived = min(self._clock(), sent_at + _LONGEST_WAY_S)
            heapq.heappush(self._ready, arrived + self._rate.seconds)
            self._changed.notify()

    def _landed(self) -> None:
        with self._changed:
            self._flying -= 1
            self._changed.notify()


class Pools:
    """A backend's pools by name; one that it does not name is not limited but for politeness."""

    def __init__(
        self,
        rates: Mapping[str, Rate],
        stop: threading.Event,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stop = stop
        self._clock = clock
        self._pools = {name: Pool(rate, stop, clock) for name, rate in rates.items()}
        self._lock = threading.Lock()

    def __getitem__(self, name: str) -> Pool:
        with self._lock:
            if name not in self._pools:
                self._pools[name] = Pool(Rate(10, in_flight=10), self._stop, self._clock)
            return self._pools[name]
