"""Walk the boxes of an ISO base media file, on disk and in memory.

ISO/IEC 14496-12 section 4.2: 32-bit sizes, 64-bit sizes (1) and "to the end" (0). QuickTime calls
the same thing an atom. A box on disk may say that it ends past the end of the file; inside a
parent it is cut to the parent, as players do.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import NamedTuple

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.source import Malformed, Source

MAX_CHILDREN = 1 << 16  # of one parent: a photo has a few hundred items, a movie a few tracks
MAX_LOADED_BYTES = 8 << 20  # of one box held in memory
MAX_LEAF_BYTES = 64 << 10  # of each table in a box that is larger than that
_MAX_DEPTH = 6
_TOP_TYPES = frozenset(
    (
        *(b"ftyp", b"styp", b"moov", b"moof", b"mdat", b"meta", b"mini", b"sidx", b"mfra", b"emsg"),
        *(b"free", b"skip", b"wide", b"udta", b"uuid", b"pdin", b"prft", b"ssix", b"pnot", b"mpvd"),
    )
)

_HEADER = struct.Struct(">I4s")
_U64 = struct.Struct(">Q")

Child = tuple[bytes, int, int]  # type, start of the body, end
Span = tuple[int, int]  # start of a body, end


class Box(NamedTuple):
    """A box on disk; `end` is what its header says, not what the file holds."""

    type: bytes
    start: int
    body: int
    end: int


def walk(source: Source, at: int = 0, end: int | None = None) -> Iterator[Box]:
    """Yield the boxes of a file from `at` to `end` (that of the file), until they make no sense.

    A box of impossible size ends the walk, and so does one that says it ends past the end, after
    it was yielded.
    """
    end = source.size if end is None else min(end, source.size)
    while at + 8 <= end:
        header = source.at(at, 16)
        size, kind = _HEADER.unpack_from(header)
        body = at + 8
        if size == 1 and len(header) == 16:
            size = _U64.unpack_from(header, 8)[0]
            body = at + 16
        elif size == 0:
            size = end - at
        if size < body - at:
            return
        yield Box(kind, at, body, at + size)
        at += size


def children(data: bytes, at: int, end: int) -> list[Child]:
    """Return the boxes between two offsets of a buffer, the last one cut where its parent ends."""
    found: list[Child] = []
    while at + 8 <= end:
        size, kind = _HEADER.unpack_from(data, at)
        body = at + 8
        if size == 1 and body + 8 <= end:
            size = _U64.unpack_from(data, body)[0]
            body += 8
        elif size == 0:
            size = end - at
        if size < body - at:  # QuickTime ends some lists with four zero bytes
            break
        at += size
        if at > end:
            at = end
        found.append((kind, body, at))
        if len(found) > MAX_CHILDREN:
            raise Malformed(f"more than {MAX_CHILDREN} boxes in one parent")
    return found


def by_type(data: bytes, span: Span) -> dict[bytes, Span]:
    """Return the first child of each type between two offsets of a buffer."""
    at, end = span
    found: dict[bytes, Span] = {}
    while at + 8 <= end:
        size, kind = _HEADER.unpack_from(data, at)
        stop = at + size
        if size < 8 or stop > end:  # the rare kinds of sizes
            for kind, body, stop in children(data, at, end):
                found.setdefault(kind, (body, stop))
            break
        if kind not in found:
            found[kind] = at + 8, stop
        at = stop
    return found


def load(source: Source, box: Box, parents: frozenset[bytes]) -> tuple[bytes, bool]:
    """Return the body of a box as far as the file holds it, and whether it is all there.

    Of a box too large to hold, a copy with its tables cut short: those outside `parents`.
    """
    end = min(box.end, source.size)
    if end - box.body > MAX_LOADED_BYTES:
        return _shortened(source, box.body, end, parents, _MAX_DEPTH), False
    # One more header, so that reading the next box costs no read of its own.
    block = source.window(box.start, end - box.start + 16)
    return block[box.body - box.start : end - box.start], end == box.end


def _shortened(source: Source, at: int, end: int, parents: frozenset[bytes], depth: int) -> bytes:
    parts: list[bytes] = []
    for box in walk(source, at, end):
        stop = min(box.end, end)
        if box.type in parents and depth:
            body = _shortened(source, box.body, stop, parents, depth - 1)
        else:
            body = source.at(box.body, min(stop - box.body, MAX_LEAF_BYTES))
        parts += _HEADER.pack(8 + len(body), box.type), body
    return b"".join(parts)


def note_end(box: Box, source: Source, info: MediaInfo) -> None:
    """Say what is wrong with a box at the top of a file that ends past the end of the file.

    Bytes after the last box that make no box are harmless: recorders and uploaders leave them.
    """
    if box.end <= source.size:
        return
    if box.type in _TOP_TYPES:
        message = f"{name(box.type)} says it ends at {box.end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, message))
    else:
        info.marks["trailing"] = f"{source.size - box.start:,} bytes after the last box"


def name(kind: bytes) -> str:
    """Return a box or sample entry type as one line can show it."""
    text = kind.decode("latin-1")
    return text.strip() if text.isprintable() else kind.hex()
