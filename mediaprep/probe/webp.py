"""Read a WebP: still or animated, lossy or lossless.

RFC 9649 (WebP container and lossless bitstream), RFC 6386 section 9.1 (the VP8 frame header), C2PA
2.1 section A.3 (RIFF).
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from struct import Struct

from mediaprep.model import MediaInfo
from mediaprep.probe.exif import read_exif, show
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.source import Malformed, Source, TooCostly, Truncated
from mediaprep.probe.xmp import read_xmp

MAX_CHUNKS = 20_000
AHEAD_BYTES = 256

_CHUNK = Struct("<4sI")
_VP8 = Struct("<HB3sHH")  # frame tag in two parts, start code, width and height
_EXIF, _ALPHA, _ANIMATED = 0x08, 0x10, 0x02  # flags of VP8X
# How much of each chunk is looked at.
_LOOKS = {
    b"VP8 ": 10,
    b"VP8L": 5,
    b"VP8X": 10,
    b"ANMF": 16,
    b"ICCP": 4096,
    b"EXIF": 1 << 16,
    b"XMP ": 1 << 16,
}
_TURNS = {b"EXIF": read_exif, b"XMP ": read_xmp}

Chunk = tuple[bytes, int, bytes]  # type, length, as much of the body as is looked at


def read(source: Source, info: MediaInfo) -> None:
    """Read the canvas and, where there is a VP8X chunk, all other chunks but their picture data."""
    riff_end = 8 + int.from_bytes(source.need(4, 4), "little")
    chunks = _chunks(source, riff_end)
    kind, length, body = next(chunks, (b"", 0, b""))
    info.color_mode, info.bit_depth = "rgb", 8
    if kind == b"VP8X":
        _Extended(body, info).read(chunks)
    elif kind in (b"VP8 ", b"VP8L"):
        info.coded_width, info.coded_height, info.has_alpha = _read_stream(kind, length, body)
        info.frames, info.frame_pixels = 1, info.coded_width * info.coded_height
        show(info, None)
        next(chunks, None)  # whether this one ends where it says
    else:
        message = f"it starts with {kind!r} instead of VP8, VP8L or VP8X"
        raise Malformed(message)
    if riff_end < source.size:
        info.marks["trailing"] = f"{source.size - riff_end:,} bytes after the end of RIFF"


def _chunks(source: Source, riff_end: int) -> Iterator[Chunk]:
    # The body as far as `_LOOKS` says; raises where the file is cut.
    data, base, at = source.head, 0, 12
    for _ in range(MAX_CHUNKS):
        if at + 8 > riff_end:
            return
        here = at - base
        if here + 8 > len(data):
            data, base, here = source.at(at, AHEAD_BYTES), at, 0
            if len(data) < 8:
                message = f"RIFF says it ends at {riff_end}, the file ends at {source.size}"
                raise Truncated(message)
        kind, length = _CHUNK.unpack_from(data, here)
        wanted = 8 + min(length, _LOOKS.get(kind, 0))
        if here + wanted > len(data):
            data, base, here = source.at(at, wanted + AHEAD_BYTES), at, 0
        yield kind, length, data[here + 8 : here + wanted]
        end = at + 8 + length
        if end > source.size:
            message = f"{kind!r} says it ends at {end}, the file ends at {source.size}"
            raise Truncated(message)
        if end > riff_end:
            message = f"{kind!r} says it ends at {end}, RIFF ends at {riff_end}"
            raise Malformed(message)
        at = end + (length & 1)
    message = f"gave up after {MAX_CHUNKS} chunks"
    raise TooCostly(message)


def _read_stream(kind: bytes, length: int, body: bytes) -> tuple[int, int, bool]:
    # The width, the height and whether there is alpha, from the start of a VP8 or VP8L chunk.
    if len(body) < _LOOKS[kind]:
        message = f"{kind!r} holds {len(body)} bytes"
        raise Malformed(message)
    if kind == b"VP8L":
        bits = int.from_bytes(body[1:5], "little")
        if body[0] != 0x2F or bits >> 29:
            message = "VP8L without its signature, or of a later version"
            raise Malformed(message)
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF), bits >> 28 & 1 == 1
    tag, high, start, width, height = _VP8.unpack(body)
    width, height = width & 0x3FFF, height & 0x3FFF  # two bits of scale are above
    # Bit 0: not a key frame; bits 1-3: the version, up to 3; bit 4: shown; then 19 bits of length.
    if tag & 0x19 != 0x10 or start != b"\x9d\x01\x2a" or not (width and height):
        message = f"VP8 without a key frame at its start, or of {width} x {height}"
        raise Malformed(message)
    partition = (tag | high << 16) >> 5
    if partition > length - 10:
        message = f"VP8 says its first partition has {partition} bytes, of {length} in all"
        raise Malformed(message)
    return width, height, False


class _Extended:
    """A file with VP8X: the canvas, and what the chunks behind it have told so far."""

    __slots__ = ("_delay", "_flags", "_frames", "_info", "_pixels", "_still", "_turns")

    def __init__(self, header: bytes, info: MediaInfo) -> None:
        if len(header) < _LOOKS[b"VP8X"]:
            message = f"VP8X holds {len(header)} bytes"
            raise Malformed(message)
        self._info = info
        self._flags = header[0]
        self._still: tuple[int, int] | None = None
        self._turns: dict[bytes, int | None] = {}
        self._frames = self._pixels = self._delay = 0
        info.coded_width = 1 + int.from_bytes(header[4:7], "little")
        info.coded_height = 1 + int.from_bytes(header[7:10], "little")
        info.has_alpha = self._flags & _ALPHA != 0

    def read(self, chunks: Iterator[Chunk]) -> None:
        """Look at all chunks; the orientation is known only at the end, where EXIF stands."""
        try:
            for kind, length, body in chunks:
                self._look(kind, length, body)
        finally:
            # Decoders follow EXIF only where the flag announces it.
            exif = self._turns.get(b"EXIF") if self._flags & _EXIF else None
            show(self._info, exif, self._turns.get(b"XMP "))
            self._tell()
        self._check()

    def _look(self, kind: bytes, length: int, body: bytes) -> None:
        info = self._info
        if kind == b"ANMF" and len(body) == 16:
            width = 1 + int.from_bytes(body[6:9], "little")
            height = 1 + int.from_bytes(body[9:12], "little")
            self._frames += 1
            self._pixels += width * height
            self._delay += int.from_bytes(body[12:15], "little")
        elif kind in (b"VP8 ", b"VP8L") and self._still is None and not self._flags & _ANIMATED:
            width, height, alpha = _read_stream(kind, length, body)
            self._still = width, height
            info.has_alpha = info.has_alpha or alpha
        elif kind == b"ALPH":
            info.has_alpha = True
        elif kind in _TURNS:
            if kind not in self._turns:
                self._turns[kind] = _TURNS[kind](body, info)
        elif kind == b"ICCP":
            info.icc = describe_profile(body)
        elif kind == b"C2PA":
            info.marks["c2pa"] = "C2PA manifest in a RIFF chunk"

    def _tell(self) -> None:
        info = self._info
        assert info.coded_width is not None
        assert info.coded_height is not None
        info.frames, info.frame_pixels = 1, info.coded_width * info.coded_height
        if self._flags & _ANIMATED:
            info.frames = self._frames or None
            info.frame_pixels = max(info.frame_pixels, self._pixels)
            info.duration_s = Fraction(self._delay, 1000)

    def _check(self) -> None:
        info = self._info
        message = None
        if self._flags & _ANIMATED:
            if not self._frames:
                message = "an animation without one ANMF chunk"
        elif self._still is None:
            message = "no VP8 or VP8L chunk: there is no picture in it"
        elif self._still != (info.coded_width, info.coded_height):
            message = "the canvas is {} x {}, the picture {} x {}".format(
                info.coded_width, info.coded_height, *self._still
            )
        if message:
            raise Malformed(message)
