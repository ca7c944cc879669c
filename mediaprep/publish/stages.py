"""How many files are at which stage of a run, for a person who waits."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager


class Stages:
    """Counts of what was handed in, is being worked on, and is done; shared by threads."""

    def __init__(self) -> None:
        self._counts: Counter[str] = Counter()
        self._lock = threading.Lock()

    def add(self, stage: str, more: int = 1) -> None:
        """Count files into a stage, or out of it."""
        with self._lock:
            self._counts[stage] += more

    @contextmanager
    def at(self, stage: str) -> Iterator[None]:
        """Count a file at a stage for as long as the block runs."""
        self.add(stage)
        try:
            yield
        finally:
            self.add(stage, -1)

    def counts(self, queued: int = 0) -> dict[str, int]:
        """Return the counts now; who is neither queued, at a stage nor done is waited for."""
        with self._lock:
            seen = self._counts.copy()
        busy = {stage: seen[stage] for stage in ("uploading", "registering")}
        waiting = seen["read"] - seen["done"] - queued - sum(busy.values())
        ends = {"waiting": max(waiting, 0), "done": seen["done"]}
        return {"read": seen["read"], "queued": queued, **busy, **ends}
