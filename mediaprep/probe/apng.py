"""Count the frames of an animated PNG and add up their delays.

PNG third edition (W3C, 2025), section 11.3.6: acTL claims a number of frames, one fcTL stands
before each of them.
"""

from __future__ import annotations

import struct
from fractions import Fraction

from mediaprep.model import Fault, MediaInfo

MAX_UNITS = 64  # different units of delay: an exact sum of more may have thousands of digits

_FCTL = struct.Struct(">4xII8xHH2x")


class Animation:
    """The frames of one file, as far as its chunks have shown them."""

    __slots__ = ("_delays", "_disorder", "_frames", "_pixels", "_sequence", "claimed")

    def __init__(self) -> None:
        self.claimed = 0  # by acTL; 0: not an animation
        self._sequence = 0  # the number that the next fcTL or fdAT should have
        self._disorder = False
        self._frames = 0
        self._pixels = 0
        self._delays: dict[int, int] = {}  # parts of a second -> how many of them

    def add(self, kind: bytes, body: bytes) -> None:
        """Take note of the start of an acTL, fcTL or fdAT chunk."""
        if kind == b"acTL":
            self.claimed = self.claimed or int.from_bytes(body[:4])
            return
        self._disorder |= int.from_bytes(body[:4]) != self._sequence
        self._sequence += 1
        if kind == b"fcTL" and len(body) == _FCTL.size:
            width, height, delay, unit = _FCTL.unpack(body)
            self._frames += 1
            self._pixels += width * height
            unit = unit or 100
            if unit in self._delays or len(self._delays) <= MAX_UNITS:
                self._delays[unit] = self._delays.get(unit, 0) + delay

    def tell(self, info: MediaInfo) -> None:
        """Set frames, their pixels and the duration; a file without animation has one frame."""
        assert info.coded_width is not None
        assert info.coded_height is not None
        info.frames, info.frame_pixels = 1, info.coded_width * info.coded_height
        if not self.claimed:
            return
        if self.claimed >> 31:
            info.faults.append((Fault.MALFORMED, f"acTL says {self.claimed} frames"))
        if self._disorder:
            info.faults.append((Fault.MALFORMED, "the animation's chunks are out of order"))
        if self.claimed != self._frames:
            info.marks["frame-count"] = f"acTL says {self.claimed} frames, {self._frames} are there"
        if not self._frames:
            return
        info.frames, info.frame_pixels = self._frames, max(self._pixels, info.frame_pixels)
        if len(self._delays) > MAX_UNITS:
            info.unread["duration_s"] = f"delays in more than {MAX_UNITS} different units"
        else:
            parts = (Fraction(delay, unit) for unit, delay in self._delays.items())
            info.duration_s = sum(parts, Fraction())
