"""Read a PNG or an APNG: its header, the chunks before the picture, and whether it ends.

PNG third edition (W3C, 2025), sections 5 (chunks), 11.2 (IHDR, IDAT, IEND) and 11.3.1 (tRNS).
The pixels are never inflated.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from zlib import crc32

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.apng import Animation
from mediaprep.probe.exif import show
from mediaprep.probe.pngmeta import LOOKS, look_into
from mediaprep.probe.source import Malformed, Source, TooCostly, Truncated

TAIL_BYTES = 4096  # read at the end: metadata that was added later stands there
MAX_CHUNKS = 50_000
AHEAD_BYTES = 512

# colour type -> mode, alpha, bit depths (table 11.1)
_COLORS = {
    0: ("gray", False, (1, 2, 4, 8, 16)),
    2: ("rgb", False, (8, 16)),
    3: ("palette", False, (1, 2, 4, 8)),
    4: ("gray", True, (8, 16)),
    6: ("rgb", True, (8, 16)),
}
_IHDR = struct.Struct(">I4sIIBBBBBI")
_CHUNK = struct.Struct(">I4s")
_IEND = b"\0\0\0\0IEND\xaeB`\x82"
_LOOKS = LOOKS | {b"acTL": 8, b"fcTL": 26, b"fdAT": 4}  # how much of a chunk is looked at
# What makes a chunk behind the picture worth reading, and where in the chunk it stands.
_LATE = ((b"eXIf", 4), (b"caBX", 4), (b"Raw profile type ", 8), (b"XML:com.adobe.xmp\0", 8))


def read(source: Source, info: MediaInfo) -> None:
    """Read the header and the chunks before the picture, then make sure that the file ends.

    Frames are counted: acTL's number is a claim. Chunks behind the picture are looked for in the
    last 4 KiB alone, because to walk there would mean reading a finely split picture whole.
    """
    at = _read_header(source, info)
    picture = _Picture(source, info)
    try:
        chunks = _chunks(source, at)
        at = picture.read_front(chunks)
        if picture.animation.claimed or not picture.read_tail(at):
            picture.read_rest(chunks)
    finally:
        show(info, picture.turns.get("exif"), picture.turns.get("xmp"))
        picture.animation.tell(info)


def _read_header(source: Source, info: MediaInfo) -> int:
    at = 8
    if source.head[12:16] == b"CgBI":
        info.faults.append((Fault.MALFORMED, "an Apple CgBI file, which others cannot read"))
        at += 16
    length, kind, width, height, depth, color, method, filters, interlace, crc = _IHDR.unpack(
        source.need(at, _IHDR.size)
    )
    problem = None
    mode, alpha, depths = _COLORS.get(color, ("", False, ()))
    if kind != b"IHDR" or length != 13:
        problem = f"it starts with {kind!r} of {length} bytes instead of IHDR"
    elif crc32(source.head[at + 4 : at + 21]) != crc:
        problem = "the checksum of IHDR is wrong"
    elif not (0 < width < 1 << 31 and 0 < height < 1 << 31):
        problem = f"IHDR says {width} x {height}"
    elif depth not in depths or method or filters or interlace > 1:
        problem = f"IHDR with colour type {color}, {depth} bits, filter {filters}, {interlace=}"
    if problem:
        raise Malformed(problem)
    info.coded_width, info.coded_height, info.bit_depth = width, height, depth
    info.has_alpha, info.color_mode = alpha, mode if depth > 1 or color else "bilevel"
    if color == 3:
        info.bit_depth = 8  # of the palette; IHDR gives that of the indices
    return at + _IHDR.size


def _chunks(source: Source, at: int) -> Iterator[tuple[bytes, int, bytes]]:
    # Yields (type, where the chunk starts, as much of its body as `_LOOKS` says) to IEND.
    data, base = source.head, 0
    for _ in range(MAX_CHUNKS):
        here = at - base
        if here + 8 > len(data):
            data, base, here = source.at(at, AHEAD_BYTES), at, 0
            if len(data) < 8:
                message = f"the file ends at {source.size} without IEND"
                raise Truncated(message)
        length, kind = _CHUNK.unpack_from(data, here)
        if not kind.isalpha():
            message = f"no chunk at byte {at} but {kind!r}"
            raise Malformed(message)
        after = at + 12 + length
        if after > source.size:
            message = f"{kind.decode()} says it ends at {after}, the file ends at {source.size}"
            raise Truncated(message)
        wanted = min(length, _LOOKS.get(kind, 0))
        if here + 8 + wanted > len(data):
            data, base, here = source.at(at, 8 + wanted + AHEAD_BYTES), at, 0
        yield kind, at, data[here + 8 : here + 8 + wanted]
        if kind == b"IEND":
            return
        at = after
    message = f"gave up after {MAX_CHUNKS} chunks"
    raise TooCostly(message)


class _Picture:
    """What the chunks have told so far."""

    __slots__ = ("animation", "info", "source", "turns")

    def __init__(self, source: Source, info: MediaInfo) -> None:
        self.source = source
        self.info = info
        self.turns: dict[str, int | None] = {}
        self.animation = Animation()

    def read_front(self, chunks: Iterator[tuple[bytes, int, bytes]]) -> int:
        """Read up to the picture and return where it starts."""
        palette = False
        for kind, at, body in chunks:
            if kind == b"IDAT":
                if not palette and self.info.color_mode == "palette":
                    self.info.faults.append((Fault.MALFORMED, "a palette picture without PLTE"))
                return at
            palette = palette or kind == b"PLTE"
            self._look(kind, body)
        message = "no IDAT: there is no picture in it"
        raise Malformed(message)

    def read_tail(self, picture_at: int) -> bool:
        """Read what stands behind the picture, and return whether the file ends as a PNG does."""
        source = self.source
        if source.at(source.size - len(_IEND), len(_IEND)) != _IEND:
            return False
        if self._picture_ends_file(picture_at):
            return True
        start = max(picture_at, source.size - TAIL_BYTES)
        tail = source.at(start, TAIL_BYTES)
        for needle, offset in _LATE:
            at = tail.find(needle) - offset
            if at >= 0 and _leads_to_end(tail, at):
                self.read_rest(_chunks(source, start + at))
                break
        return True

    def _picture_ends_file(self, at: int) -> bool:
        # Encoders write IDAT chunks of one size and then a shorter one: step to where that is.
        source, end = self.source, self.source.size - len(_IEND)
        step = 12 + int.from_bytes(source.at(at, 4))
        at += (source.size - at) // step * step
        if at == end:
            return True
        header = source.at(at, 8)
        return header[4:] == b"IDAT" and at + 12 + int.from_bytes(header[:4]) == end

    def read_rest(self, chunks: Iterator[tuple[bytes, int, bytes]]) -> None:
        """Read all chunks that are left, and mark what follows the last one."""
        end = 0
        for kind, at, body in chunks:
            end = at + 12
            self._look(kind, body)
        if end < self.source.size:
            self.info.marks["trailing"] = f"{self.source.size - end:,} bytes after IEND"

    def _look(self, kind: bytes, body: bytes) -> None:
        if kind == b"tRNS":
            self.info.has_alpha = True
        elif kind in LOOKS:
            look_into(kind, body, self.info, self.turns)
        elif kind in (b"acTL", b"fcTL", b"fdAT"):
            self.animation.add(kind, body)


def _leads_to_end(tail: bytes, at: int) -> bool:
    # The needle may stand in compressed data by chance: a real chunk is followed by others.
    while at + 12 <= len(tail):
        at += 12 + int.from_bytes(tail[at : at + 4])
    return at == len(tail)
