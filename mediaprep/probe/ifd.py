"""Walk the directories of a TIFF or BigTIFF file and fetch the values of their entries.

TIFF 6.0 section 2, and the BigTIFF proposal (64-bit offsets, version 43).
"""

from __future__ import annotations

from struct import Struct, iter_unpack, unpack
from typing import NamedTuple

from mediaprep.probe.source import Malformed, Source, Truncated

MAX_ENTRIES = 512  # of one directory
AHEAD_BYTES = 1024  # read with the start of a directory; most end within it

_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4}
_SIZES |= {16: 8, 17: 8, 18: 8}  # BigTIFF
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i", 13: "I", 16: "Q", 17: "q", 18: "Q"}


class Entry(NamedTuple):
    """One entry of a directory; `value` is the value itself where it fits, else its offset."""

    kind: int
    items: int
    value: bytes


Directory = dict[int, Entry]  # by tag


class Directories:
    """The directories of one file, read in its byte order and with its size of offsets."""

    __slots__ = ("_count", "_entry", "_entry_format", "_offset", "_order", "_source", "first")

    def __init__(self, source: Source) -> None:
        order = "<" if source.head[:1] == b"I" else ">"
        big = source.head[2:4] in (b"+\0", b"\0+")
        self._source = source
        self._order = order
        self._count = Struct(order + ("Q" if big else "H"))
        self._offset = Struct(order + ("Q" if big else "I"))
        self._entry_format = order + ("HHQ8s" if big else "HHI4s")
        self._entry = 20 if big else 12
        if big and source.need(4, 4) != Struct(order + "HH").pack(8, 0):
            message = "BigTIFF with offsets of another size than 8 bytes"
            raise Malformed(message)
        self.first: int = self._offset.unpack(source.need(8 if big else 4, self._offset.size))[0]

    def read(self, at: int) -> tuple[Directory, int]:
        """Return a directory's entries by tag, and where the next directory is (0: there is none).

        A tag that is there twice keeps its first value.
        """
        source, start = self._source, self._count.size
        data = source.window(at, AHEAD_BYTES) if at >= 8 else b""
        if len(data) < start:
            message = f"a directory at byte {at}, the file ends at {source.size}"
            raise Truncated(message)
        count = self._count.unpack_from(data)[0]
        if not 0 < count <= MAX_ENTRIES:
            message = f"a directory of {count} entries at byte {at}"
            raise Malformed(message)
        end = start + self._entry * count
        if len(data) < end + self._offset.size:
            data = source.at(at, end + self._offset.size)
        if len(data) < end:
            message = f"a directory ends at {at + end}, the file ends at {source.size}"
            raise Truncated(message)
        entries: Directory = {}
        for tag, kind, items, value in iter_unpack(self._entry_format, data[start:end]):
            entries.setdefault(tag, Entry(kind, items, value))
        following = data[end:]  # some writers leave the last link out
        complete = len(following) >= self._offset.size
        return entries, self._offset.unpack_from(following)[0] if complete else 0

    def raw(self, entry: Entry, limit: int, *, tail: bool = False) -> bytes:
        """Return at most `limit` bytes of a value, those at its end with `tail`."""
        length = entry.items * _SIZES.get(entry.kind, 0)
        skipped = max(length - limit, 0) if tail else 0
        if length <= len(entry.value):
            return entry.value[skipped : min(length, skipped + limit)]
        at: int = self._offset.unpack(entry.value)[0]
        return self._source.at(at + skipped, min(length, limit))

    def numbers(
        self, directory: Directory, tag: int, limit: int, *, tail: bool = False
    ) -> tuple[int, ...]:
        """Return at most `limit` whole numbers of a tag; none where there are none.

        Raises `Truncated` where they are beyond the end of the file.
        """
        entry = directory.get(tag)
        code = _CODES.get(entry.kind) if entry else None
        if entry is None or code is None:
            return ()
        items, size = min(entry.items, limit), _SIZES[entry.kind]
        data = self.raw(entry, items * size, tail=tail)
        if len(data) < items * size:
            message = f"the values of tag {tag} are beyond the file's end at {self._source.size}"
            raise Truncated(message)
        return unpack(f"{self._order}{items}{code}", data)

    def number(self, directory: Directory, tag: int) -> int | None:
        """Return the first whole number of a tag, None where there is none."""
        numbers = self.numbers(directory, tag, 1)
        return numbers[0] if numbers else None
