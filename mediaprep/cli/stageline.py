"""One line on a terminal: how many files are at which stage, redrawn while they move."""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TextIO

_EVERY_S = 0.2
_COLUMNS = 80  # where the terminal does not say
Counts = Callable[[], Mapping[str, int]]
Quiet = Callable[[], AbstractContextManager[None]]


class StageLine:
    """Draws until it is closed; whoever writes meanwhile does so inside `quiet`."""

    def __init__(self, out: TextIO, counts: Counts) -> None:
        self._out = out
        self._counts = counts
        self._drawn = 0
        self._lock = threading.RLock()  # a signal's handler may write while its thread does
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._redraw, daemon=True)
        self._thread.start()

    @contextmanager
    def quiet(self) -> Iterator[None]:
        """Wipe the line, and leave it so while the block writes."""
        with self._lock:
            self._draw("")
            yield

    def close(self) -> None:
        """Wipe the line for good."""
        self._over.set()
        self._thread.join()
        self._draw("")

    def _redraw(self) -> None:
        while not self._over.wait(_EVERY_S):
            with self._lock:
                self._draw(words(self._counts()))

    def _draw(self, text: str) -> None:
        text = text[: _columns(self._out) - 1]
        if not text and not self._drawn:
            return
        blank = " " * (self._drawn - len(text))
        self._out.write(f"\r{text}{blank}" + ("" if text else "\r"))
        self._out.flush()
        self._drawn = len(text)


def words(counts: Mapping[str, int]) -> str:
    """Say the counts; stages without a file are left out."""
    busy = [f"{n:,} {name}" for name, n in counts.items() if n and name not in ("read", "done")]
    return f"{counts['done']:,} of {counts['read']:,} done" + "".join(f", {part}" for part in busy)


@contextmanager
def stage_line(counts: Counts, *, wanted: bool = True) -> Iterator[Quiet]:
    """Draw on stderr where that is a terminal, for as long as the block runs; yields `quiet`."""
    if not wanted or not sys.stderr.isatty():
        yield nullcontext
        return
    line = StageLine(sys.stderr, counts)
    try:
        yield line.quiet
    finally:
        line.close()


def _columns(out: TextIO) -> int:
    try:
        return os.get_terminal_size(out.fileno()).columns or _COLUMNS
    except (OSError, ValueError):
        return _COLUMNS
