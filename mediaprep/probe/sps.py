"""Read what an H.264 or H.265 sequence parameter set says of the picture.

ITU-T H.264 section 7.3.2.1.1 and annex E, ITU-T H.265 section 7.3.2.2 and annex E. The decoder
believes these numbers over those of the container, so they are the ones that count.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from mediaprep.probe.bits import Bits

MAX_BYTES = 1024  # of one parameter set; with all scaling lists it has a few hundred

# Table E-1 of either standard: aspect_ratio_idc -> width : height of a sample.
_ASPECTS = (
    *((0, 1), (1, 1), (12, 11), (10, 11), (16, 11), (40, 33), (24, 11), (20, 11), (32, 11)),
    *((80, 33), (18, 11), (15, 11), (64, 33), (160, 99), (4, 3), (3, 2), (2, 1)),
)
_EXTENDED_ASPECT = 255
_HIGH_PROFILES = frozenset((100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135))
_MAX_REFERENCE_SETS = 64
_MAX_LONG_TERM = 32


class Picture(NamedTuple):
    """A decoded picture: its size after cropping, and how its samples are to be understood."""

    width: int
    height: int
    chroma: int  # chroma_format_idc: 0 gray, 1 4:2:0, 2 4:2:2, 3 4:4:4
    bit_depth: int
    sample_aspect: Fraction | None = None
    full_range: bool = False
    transfer: int | None = None  # code points of ITU-T H.273
    matrix: int | None = None


class _Usability(NamedTuple):
    """The part of the video usability information that is of use here."""

    sample_aspect: Fraction | None = None
    full_range: bool = False
    transfer: int | None = None
    matrix: int | None = None


@lru_cache(maxsize=256)  # one camera or encoder writes the same set into all of its files
def read_avc(unit: bytes) -> Picture | None:
    """Return what an H.264 sequence parameter set says, None when it cannot be followed.

    `unit` starts with the NAL unit's header byte.
    """
    try:
        return _avc(_bits(unit))
    except ValueError:
        return None


@lru_cache(maxsize=256)
def read_hevc(unit: bytes) -> Picture | None:
    """Return what an H.265 sequence parameter set says, None when it cannot be followed.

    `unit` starts with the two bytes of the NAL unit's header.
    """
    try:
        return _hevc(_bits(unit))
    except ValueError:
        return None


def _bits(unit: bytes) -> Bits:
    # Two zero bytes are followed by a three where a start code would come about (section 7.4.1).
    return Bits(unit[:MAX_BYTES].replace(b"\0\0\3", b"\0\0"))


def _avc(bits: Bits) -> Picture:
    bits.u(8)
    profile = bits.u(8)
    bits.u(16)
    bits.ue()
    chroma, depth, planes = 1, 8, 0
    if profile in _HIGH_PROFILES:
        chroma = bits.ue()
        if chroma == 3:
            planes = bits.u(1)
        depth = 8 + bits.ue()
        bits.ue()
        bits.u(1)
        if bits.u(1):
            _skip_avc_scaling(bits, 12 if chroma == 3 else 8)
    bits.ue()
    _skip_picture_order(bits)
    bits.ue()
    bits.u(1)
    width, height = 16 * (bits.ue() + 1), 16 * (bits.ue() + 1)
    frame_only = bits.u(1)
    if not frame_only:
        height *= 2
        bits.u(1)
    bits.u(1)
    width, height = _crop(bits, width, height, 0 if planes else chroma, 2 - frame_only)
    usability = _usability(bits) if bits.u(1) else _Usability()
    return _picture(width, height, chroma, depth, usability)


def _skip_avc_scaling(bits: Bits, lists: int) -> None:
    for index in range(lists):
        if not bits.u(1):
            continue
        last = scale = 8
        for _ in range(16 if index < 6 else 64):
            if scale:
                code = bits.ue()
                scale = (last + (code + 1 >> 1) * (1 if code & 1 else -1)) % 256
            last = scale or last


def _skip_picture_order(bits: Bits) -> None:
    kind = bits.ue()
    if kind == 0:
        bits.ue()
    elif kind == 1:
        bits.u(1)
        bits.skip_ue(2)
        bits.skip_ue(min(bits.ue(), 255))


def _crop(bits: Bits, width: int, height: int, chroma: int, fields: int) -> tuple[int, int]:
    if not bits.u(1):
        return width, height
    left, right, top, bottom = bits.ue(), bits.ue(), bits.ue(), bits.ue()
    across = 2 if chroma in (1, 2) else 1
    down = (2 if chroma == 1 else 1) * fields
    return width - across * (left + right), height - down * (top + bottom)


def _usability(bits: Bits) -> _Usability:
    aspect = None
    if bits.u(1):
        code = bits.u(8)
        if code == _EXTENDED_ASPECT:
            across, down = bits.u(16), bits.u(16)
        else:
            across, down = _ASPECTS[code] if code < len(_ASPECTS) else (0, 1)
        aspect = Fraction(across, down) if across and down else None
    if bits.u(1):
        bits.u(1)
    full_range, transfer, matrix = False, None, None
    if bits.u(1):
        bits.u(3)
        full_range = bits.u(1) == 1
        if bits.u(1):
            bits.u(8)
            transfer, matrix = bits.u(8), bits.u(8)
    return _Usability(aspect, full_range, transfer, matrix)


def _picture(width: int, height: int, chroma: int, depth: int, usability: _Usability) -> Picture:
    if width <= 0 or height <= 0 or chroma > 3 or depth > 16:
        raise ValueError("no such picture")
    return Picture(width, height, chroma, depth, *usability)


def _hevc(bits: Bits) -> Picture:
    bits.u(16 + 4)
    layers = bits.u(3)
    bits.u(1)
    _skip_profile_tier_level(bits, layers)
    bits.ue()
    chroma = bits.ue()
    planes = bits.u(1) if chroma == 3 else 0
    width, height = bits.ue(), bits.ue()
    width, height = _crop(bits, width, height, 0 if planes else chroma, 1)
    depth = 8 + bits.ue()
    bits.ue()
    order_bits = bits.ue() + 4
    bits.skip_ue(3 * (layers + 1 if bits.u(1) else 1))
    bits.skip_ue(6)
    if bits.u(1) and bits.u(1):
        _skip_hevc_scaling(bits)
    bits.u(2)
    if bits.u(1):
        bits.u(8)
        bits.skip_ue(2)
        bits.u(1)
    _skip_reference_sets(bits)
    if bits.u(1):
        bits.at += (order_bits + 1) * min(bits.ue(), _MAX_LONG_TERM)
    bits.u(2)
    usability = _usability(bits) if bits.u(1) else _Usability()
    return _picture(width, height, chroma, depth, usability)


def _skip_profile_tier_level(bits: Bits, layers: int) -> None:
    bits.at += 96
    if not layers:
        return
    present = [(bits.u(1), bits.u(1)) for _ in range(layers)]
    bits.at += 2 * (8 - layers)
    bits.at += sum(88 * profile + 8 * level for profile, level in present)


def _skip_hevc_scaling(bits: Bits) -> None:
    for size in range(4):
        for _ in range(2 if size == 3 else 6):
            if bits.u(1):
                bits.skip_ue(min(64, 16 << 2 * size) + (size > 1))
            else:
                bits.ue()


def _skip_reference_sets(bits: Bits) -> None:
    pictures = 0  # in the set before
    for index in range(min(bits.ue(), _MAX_REFERENCE_SETS)):
        if index and bits.u(1):
            bits.u(1)
            bits.ue()
            # A picture is left out of the set only by two zero bits.
            pictures = sum(bits.u(1) or bits.u(1) for _ in range(pictures + 1))
        else:
            pictures = min(bits.ue(), 16) + min(bits.ue(), 16)
            for _ in range(pictures):
                bits.ue()
                bits.u(1)
