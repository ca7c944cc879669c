"""Read a GIF: its canvas, and every frame's place and delay by a walk over the blocks.

GIF89a specification (CompuServe, 1990), sections 17-23 and 26. LZW data is stepped over, never
decoded.
"""

from __future__ import annotations

import re
import struct
from fractions import Fraction

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.exif import show
from mediaprep.probe.source import Malformed, Source, TooCostly, Truncated
from mediaprep.probe.xmp import read_xmp

PIECE_BYTES = 64 << 10
MAX_STEPS = 300_000  # over blocks and runs of sub-blocks
MAX_CODE_SIZE = 11  # what decoders take; the specification stops at 8
XMP_BYTES = 64 << 10

_SCREEN = struct.Struct("<6xHHBxx")
_IMAGE = struct.Struct("<xHHHHB")
_DELAY = struct.Struct("<xxBBHxx")  # length, flags, delay: the graphic control extension
_EXTENSION, _IMAGE_MARK, _TRAILER = 0x21, 0x2C, 0x3B
_BLOCK = re.compile(rb"[!,;]")
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LONG_RUN = 128  # sub-blocks of at least this size are stepped over many at a time


def read(source: Source, info: MediaInfo) -> None:
    """Read the canvas and count the frames, their pixels and their delays.

    The canvas is the picture, even where the first frame is larger. A missing trailer is harmless
    and common; a file that ends inside a block is cut.
    """
    width, height, flags = _SCREEN.unpack(source.need(0, _SCREEN.size))
    if width == 0 or height == 0:
        message = f"the canvas is {width} x {height}"
        raise Malformed(message)
    info.color_mode, info.bit_depth = "palette", 8
    info.coded_width, info.coded_height = width, height
    show(info, None)
    walk = _Walk(source, info)
    try:
        walk.run(_SCREEN.size + _table_bytes(flags))
    except TooCostly as error:
        for fact in ("frames", "frame_pixels", "has_alpha", "duration_s"):
            info.unread[fact] = f"{walk.frames} frames counted, then {error}"
    except Truncated:
        walk.tell()
        raise
    else:
        walk.tell()


def _table_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


class _Walk:
    """One pass over the blocks of a file, and what has been counted on it."""

    __slots__ = (
        *("_base", "_data", "_info", "_source", "_steps", "_xmp"),
        *("alpha", "delay", "frames", "pixels"),
    )

    def __init__(self, source: Source, info: MediaInfo) -> None:
        self._source = source
        self._info = info
        self._data = source.head
        self._base = 0
        self._steps = MAX_STEPS
        self._xmp = False  # whether it was read
        self.frames = 0
        self.pixels = 0
        self.delay = 0  # hundredths of a second
        self.alpha = False

    def run(self, at: int) -> None:
        """Walk from `at` to the trailer, or to the end of a file that has none."""
        while block := self._peek(at, 10):
            kind = block[0]
            if kind == _IMAGE_MARK:
                at = self._read_image(at, block)
            elif kind == _EXTENSION:
                at = self._read_extension(at, block)
            elif kind == _TRAILER:
                break
            else:
                at = self._skip_junk(at)
        if not self.frames:
            message = "no frame: there is no picture in it"
            raise Malformed(message)
        if at + 1 < self._source.size:
            rest = self._source.size - at - 1
            self._info.marks["trailing"] = f"{rest:,} bytes after the last block"

    def tell(self) -> None:
        """Set what was counted, where anything was."""
        info = self._info
        if not self.frames:
            return
        assert info.coded_width is not None
        assert info.coded_height is not None
        info.frames, info.has_alpha = self.frames, self.alpha
        info.frame_pixels = max(self.pixels, info.coded_width * info.coded_height)
        if self.frames > 1:
            info.duration_s = Fraction(self.delay, 100)

    def _skip_junk(self, at: int) -> int:
        # Zero bytes too many, or whole headers of a second file: most decoders look for the next
        # block, so that a reader that stopped here would miss frames.
        self._step()
        here = at - self._base
        found = _BLOCK.search(self._data, here)
        return self._base + found.start() if found else self._base + len(self._data)

    def _read_image(self, at: int, block: bytes) -> int:
        if len(block) < _IMAGE.size:
            raise self._cut(at)
        width, height, flags = _IMAGE.unpack(block)[2:]
        if not self.frames and not (width and height):
            fault = f"the first frame is {width} x {height}"
            self._info.faults.append((Fault.MALFORMED, fault))
        self.frames += 1
        self.pixels += width * height
        at += _IMAGE.size + _table_bytes(flags)
        code_size = self._peek(at, 1)
        if not code_size:
            raise self._cut(at)
        if code_size[0] > MAX_CODE_SIZE:
            message = f"frame {self.frames} has LZW codes of {code_size[0]} bits"
            raise Malformed(message)
        return self._skip(at + 1)

    def _read_extension(self, at: int, block: bytes) -> int:
        if len(block) < 3:
            raise self._cut(at)
        if block[1] == _CONTROL and len(block) >= _DELAY.size:
            _, flags, delay = _DELAY.unpack_from(block)
            self.delay += delay
            self.alpha = self.alpha or flags & 1 == 1
        elif (
            block[1] == _APPLICATION and not self._xmp and self._peek(at + 3, 11) == b"XMP DataXMP"
        ):
            self._xmp = True
            read_xmp(self._source.at(at + 14, XMP_BYTES), self._info)
        return self._skip(at + 2)

    def _skip(self, at: int) -> int:
        # Returns the position behind the terminator of the sub-blocks at `at`.
        while True:
            self._step()
            length = self._peek(at, 1)
            if not length:
                raise self._cut(at)
            size = length[0]
            if size == 0:
                return at + 1
            if size < _LONG_RUN:
                at += size + 1
                continue
            # Encoders write full sub-blocks: look at every length that the piece shows, at once.
            lengths = self._data[at - self._base :: size + 1]
            at += (size + 1) * (len(lengths) - len(lengths.lstrip(length)))

    def _peek(self, at: int, length: int) -> bytes:
        here = at - self._base
        if here + length > len(self._data):
            self._data, self._base, here = self._source.at(at, PIECE_BYTES), at, 0
        return self._data[here : here + length]

    def _step(self) -> None:
        self._steps -= 1
        if self._steps < 0:
            message = f"gave up after {MAX_STEPS} blocks"
            raise TooCostly(message)

    def _cut(self, at: int) -> Truncated:
        return Truncated(f"the file ends at {self._source.size} inside the block at {at}")
