"""A bounded view of one file's bytes: every reader goes through here.

A hostile file can ask a parser to seek and read without end. A `Source` counts bytes and reads and
stops the reader when either passes its budget, so that time and memory are bounded by
construction and no reader has to remember it.
"""

from __future__ import annotations

import os

HEAD_BYTES = 4096
BUDGET_BYTES = 32 << 20
BUDGET_READS = 20_000
WINDOW_BYTES = 64 << 10


class ReadError(Exception):
    """The bytes do not let the reader go on; the message says where and why."""


class Malformed(ReadError):  # noqa: N818
    """The structure breaks its own format's rules."""


class Truncated(ReadError):  # noqa: N818
    """The structure says there is more than the file holds."""


class TooCostly(ReadError):  # noqa: N818
    """The next read would pass the byte or read budget."""


class Source:
    """Random access to one open file, within a budget of bytes and reads.

    `head` holds the first 4 KiB (or all of a smaller file) and costs nothing to look at.
    """

    __slots__ = ("_bytes_left", "_fd", "_reads_left", "_window", "_window_at", "head", "size")

    def __init__(self, fd: int, size: int, head: bytes) -> None:
        self._fd = fd
        self.size = size
        self.head = head
        self._bytes_left = BUDGET_BYTES
        self._reads_left = BUDGET_READS
        self._window = b""
        self._window_at = 0

    def at(self, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer only where the file ends.

        Raises `TooCostly` when the budget is spent.
        """
        end = offset + length
        head = self.head
        if end <= len(head):
            return head[offset:end]
        start = offset - self._window_at
        if start >= 0 and start + length <= len(self._window):
            return self._window[start : start + length]
        if offset >= self.size or length <= 0:
            return b""
        return self._read(offset, length)

    def need(self, offset: int, length: int) -> bytes:
        """Return exactly `length` bytes from `offset`, or raise `Truncated`."""
        data = self.at(offset, length)
        if len(data) < length:
            message = f"{length} bytes expected at {offset}, the file ends at {self.size}"
            raise Truncated(message)
        return data

    def window(self, offset: int, length: int = WINDOW_BYTES) -> bytes:
        """Read a block ahead so that the small reads after it cost nothing, and return it."""
        length = min(length, self.size - offset)
        if length <= 0:
            return b""
        data = self.at(offset, length)
        self._window, self._window_at = data, offset
        return data

    def _read(self, offset: int, length: int) -> bytes:
        length = min(length, self.size - offset)
        self._bytes_left -= length
        self._reads_left -= 1
        if self._bytes_left < 0 or self._reads_left < 0:
            message = f"gave up at byte {offset}: the structure asks for more than a header read"
            raise TooCostly(message)
        data = os.pread(self._fd, length, offset)
        if len(data) < length:  # large reads may come in pieces
            while piece := os.pread(self._fd, length - len(data), offset + len(data)):
                data += piece
        return data
