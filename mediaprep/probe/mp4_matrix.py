"""Read a display matrix: how far a picture is turned, and whether it is mirrored or stretched.

ISO/IEC 14496-12 section 6.2.2. The sense of rotation is that of phones and ffprobe's `rotate`
tag: 90 means that the stored picture is turned clockwise to be shown.
"""

from __future__ import annotations

import math
import struct
from fractions import Fraction
from typing import NamedTuple

_TURNING = struct.Struct(">ii4xii")  # a b (u) c d: the part that does not move the picture
_ONE = 1 << 16
_UNTURNED = (_ONE, 0, 0, _ONE)

Turning = tuple[int, int, int, int]


class Placement(NamedTuple):
    """What a matrix does to a picture; `rotation` is None for one that is not a right angle."""

    rotation: int | None = 0
    mirrored: bool = False
    stretch: Fraction | None = None  # across over down of the stored picture, unless they agree

    @property
    def sideways(self) -> bool:
        """Whether width and height change places."""
        return self.rotation in (90, 270)


_USUAL: dict[Turning, Placement] = {
    (0, 0, 0, 0): Placement(),  # never written; players show the picture as it is
    _UNTURNED: Placement(),
    (0, _ONE, -_ONE, 0): Placement(90),
    (-_ONE, 0, 0, -_ONE): Placement(180),
    (0, -_ONE, _ONE, 0): Placement(270),
}


def turning(data: bytes, at: int) -> Turning:
    """Return the turning part of the 36-byte matrix at `at`."""
    a, b, c, d = _TURNING.unpack_from(data, at)
    return a, b, c, d


def placement(track: Turning, movie: Turning = _UNTURNED) -> Placement:
    """Return what the matrices of a track and its movie do together."""
    if movie not in (_UNTURNED, (0, 0, 0, 0)):
        (a, b, c, d), (e, f, g, h) = track, movie
        track = (
            (a * e + b * g) // _ONE,
            (a * f + b * h) // _ONE,
            (c * e + d * g) // _ONE,
            (c * f + d * h) // _ONE,
        )
    return _USUAL.get(track) or _unusual(track)


def _unusual(track: Turning) -> Placement:
    a, b, c, d = track
    mirrored = a * d - b * c < 0
    angle = math.degrees(math.atan2(b, a))
    nearest = round(angle / 90) * 90
    if abs(angle - nearest) > 1:
        return Placement(None, mirrored)
    across, down = (b, c) if nearest % 180 else (a, d)
    stretched = across and down and abs(across) != abs(down)
    stretch = Fraction(abs(across), abs(down)) if stretched else None
    return Placement(nearest % 360, mirrored, stretch)
