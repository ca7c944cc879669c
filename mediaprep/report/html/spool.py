"""Waits for previews, and keeps them and the records on disk until the page is written.

Memory holds a few dozen previews that are being made; a large run spends bytes more sparingly the
more it has spent, and says what it left out.
"""

from __future__ import annotations

import base64
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import CancelledError, Future
from dataclasses import dataclass, field
from tempfile import TemporaryFile
from typing import IO, Any

from mediaprep.model import MediaInfo
from mediaprep.report.html.previews import Preview, Previews
from mediaprep.report.shape import encode

# Spent so far, in bytes -> the longest side in pixels, and the most bytes, of the next one.
_TIERS = ((6 << 20, 720, 28_000), (40 << 20, 320, 7_000))
_WAITING = 48
_BLOCK = 1 << 20
LEFT_OUT = "the page was large enough"


@dataclass(slots=True)
class Ticket:
    """A preview to come; `shape` is what a record says of it once it is there."""

    future: Future[Preview] | None
    shape: dict[str, Any] = field(default_factory=dict)


class Spool:
    """Previews and records in temporary files, in the order in which they were given."""

    def __init__(self, previews: Previews | None) -> None:
        self._previews = previews
        self._pictures: IO[bytes] = TemporaryFile(prefix="mediaprep-page-")  # noqa: SIM115  closed by `close`
        self._records: IO[bytes] = TemporaryFile(prefix="mediaprep-page-")  # noqa: SIM115
        self._tickets: deque[Ticket] = deque()
        self._held: deque[tuple[dict[str, Any], Sequence[tuple[str, Ticket]]]] = deque()
        self._spent = self._count = 0
        self.left_out = 0

    def preview(self, info: MediaInfo, path: str) -> Ticket:
        """Begin a preview of the file at `path`."""
        tier = next((tier for tier in _TIERS if self._spent < tier[0]), None)
        if self._previews is None:
            return Ticket(None, {"why": "this run makes none"})
        if tier is None:
            self.left_out += 1
            return Ticket(None, {"why": LEFT_OUT})
        ticket = Ticket(self._previews.start(info, path, tier[1], tier[2]))
        self._tickets.append(ticket)
        while len(self._tickets) > _WAITING:
            self._settle(self._tickets.popleft())
        return ticket

    def add(self, record: dict[str, Any], **tickets: Ticket | None) -> None:
        """Keep a record; each ticket's shape goes into it under its name."""
        self._held.append((record, [(name, t) for name, t in tickets.items() if t is not None]))
        while self._held and all(t.future is None for _, t in self._held[0][1]):
            self._write()
        while len(self._held) > _WAITING:
            self._write()

    def _write(self) -> None:
        record, tickets = self._held.popleft()
        for name, ticket in tickets:
            self._settle(ticket)
            record[name] = ticket.shape
        self._records.write(inert(encode(record)).encode("ascii") + b",\n")

    def _settle(self, ticket: Ticket) -> None:
        if ticket.future is None:
            return
        try:
            made = ticket.future.result()
        except CancelledError:
            made = Preview(why="the run was stopped")
        ticket.future = None
        if made.wave:
            ticket.shape = {"wave": base64.b64encode(made.wave).decode("ascii")}
        elif made.picture:
            self._pictures.write(base64.b64encode(made.picture) + b"\n")
            self._spent += len(made.picture)
            ticket.shape = {"n": self._count}
            self._count += 1
        else:
            ticket.shape = {"why": made.why}

    def settle(self) -> None:
        """Wait for every preview that was begun."""
        while self._tickets:
            self._settle(self._tickets.popleft())

    def finish(self) -> None:
        """Wait for what is still being made, and keep it."""
        while self._held:
            self._write()
        self.settle()

    def records(self) -> Iterator[str]:
        """Yield the records in blocks of text, each record followed by a comma and a line end."""
        return _blocks(self._records)

    def pictures(self) -> Iterator[str]:
        """Yield the previews in blocks of text, one a line."""
        return _blocks(self._pictures)

    def close(self) -> None:
        """Forget everything."""
        if self._previews is not None:
            self._previews.close()
        self._pictures.close()
        self._records.close()


def _blocks(file: IO[bytes]) -> Iterator[str]:
    file.seek(0)
    while block := file.read(_BLOCK):
        yield block.decode("ascii")


def inert(json: str) -> str:
    """Escape what could end a script element or begin a comment in ASCII JSON; it stays JSON."""
    return json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
