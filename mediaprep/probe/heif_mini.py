"""Read the low-overhead image file format: a whole picture's description in a few bytes.

ISO/IEC 23008-12:2025 (`mini`, brand `mif3`). Its orientation is that of EXIF, and is applied.
"""

from __future__ import annotations

from mediaprep.model import MediaInfo
from mediaprep.probe.bits import Bits
from mediaprep.probe.exif import show
from mediaprep.probe.pixels import hdr_of_transfer
from mediaprep.probe.source import Malformed

MAX_BYTES = 64  # of the fields before the first length
_MONOCHROME = 0  # of chroma_subsampling
_SITED = {1: 2, 2: 1}  # chroma_subsampling -> bits that say where the chroma samples lie


def read_mini(body: bytes, info: MediaInfo) -> None:
    """Fill in the facts of a picture from the start of its `mini` box."""
    bits = Bits(body[:MAX_BYTES])
    try:
        _read(bits, info)
    except ValueError:
        raise Malformed("the picture's description (mini) ends early") from None


def _read(bits: Bits, info: MediaInfo) -> None:
    if bits.u(2):
        raise Malformed("a version of the mini box that we do not know")
    bits.u(1)
    floating, _, alpha, code_points, _ = (bits.u(1) for _ in range(5))
    bits.u(3)
    chroma, orientation = bits.u(2), bits.u(3) + 1
    length = 15 if bits.u(1) else 7
    info.coded_width, info.coded_height = bits.u(length) + 1, bits.u(length) + 1
    show(info, orientation)
    info.has_alpha, info.rotation = bool(alpha), 0
    info.frames, info.frame_pixels = 1, info.coded_width * info.coded_height
    info.color_mode = "gray" if chroma == _MONOCHROME else "rgb"
    if chroma in _SITED:
        bits.u(_SITED[chroma])
    if floating:
        info.bit_depth = 16 << bits.u(2)
    else:
        info.bit_depth = 9 + bits.u(3) if bits.u(1) else 8
    if alpha:
        bits.u(1)
    if code_points:
        bits.u(8)
        info.hdr = hdr_of_transfer(bits.u(8))
