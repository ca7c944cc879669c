"""Follow a picture's properties: its stored size, and what crops, turns and colours it.

ISO/IEC 23008-12 section 6.5 (`ispe`, `pixi`, `irot`, `imir`, `auxC`), ISO/IEC 14496-12 section
12.1.4 and MIAF section 7.3.6 (`clap`), ISO/IEC 23001-17 (`uncC`, `cmpd`). Transformations apply in
the order in which they are listed.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass
from fractions import Fraction

from mediaprep.probe import sps
from mediaprep.probe.boxes import Child, Span
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.mp4_video import av1_format, hevc_picture, parameter_sets

_PAIR = struct.Struct(">II")
_CLAP = struct.Struct(">8i")
ALPHA = (b"urn:mpeg:mpegB:cicp:systems:auxiliary:alpha", b"urn:mpeg:hevc:2015:auxid:1")
_MONOCHROME, _ALPHA_COMPONENT = 0, 7  # component types of uncompressed pictures
_PROFILE_BITS = {b"rgb3": 8, b"rgba": 8, b"abgr": 8}
_TRANSFORMATIONS = frozenset((b"clap", b"irot"))  # may be repeated
_MAX_NAME_BYTES = 128
_UNSPECIFIED = 2


@dataclass(slots=True, repr=False, eq=False)
class Shape:
    """What the properties of one picture say; None is what they do not say."""

    stored: tuple[int, int] | None = None  # `ispe`
    decoded: tuple[int, int] | None = None  # what the codec's own header says
    width: int = 0  # as the transformations so far leave it
    height: int = 0
    rotation: int = 0  # clockwise degrees
    chroma: int | None = None
    bit_depth: int | None = None
    channels: int | None = None
    icc: str | None = None
    primaries: int | None = None
    transfer: int | None = None
    alpha: bool = False  # among the components of an uncompressed picture
    problem: str | None = None


def read_shape(data: bytes, properties: list[Child], size: tuple[int, int] | None = None) -> Shape:
    """Apply the properties of one picture in their order; `size` is for one without its own."""
    shape = Shape()
    if size:
        shape.stored = shape.width, shape.height = size
    seen = set()
    for kind, at, end in properties:
        reader = _READERS.get(kind)
        if reader and (kind not in seen or kind in _TRANSFORMATIONS or kind == b"colr"):
            seen.add(kind)
            reader(shape, data, (at, end))
    return shape


def is_alpha(data: bytes, properties: list[Child]) -> bool:
    """Whether an auxiliary picture says that it is the alpha of another."""
    for kind, at, end in properties:
        if kind == b"auxC":
            purpose = data[at + 4 : min(end, at + _MAX_NAME_BYTES)]
            return purpose.partition(b"\0")[0] in ALPHA
    return False


def _read_ispe(shape: Shape, data: bytes, span: Span) -> None:
    if span[1] - span[0] >= 12 and shape.stored is None:
        shape.stored = width, height = _PAIR.unpack_from(data, span[0] + 4)
        shape.width, shape.height = width, height


def _read_clap(shape: Shape, data: bytes, span: Span) -> None:
    if span[1] - span[0] < _CLAP.size or not shape.stored:
        return
    wide, wide_d, high, high_d, right, right_d, down, down_d = _CLAP.unpack_from(data, span[0])
    if min(wide_d, high_d, right_d, down_d) <= 0:
        shape.problem = "the clean aperture (clap) divides by zero or less"
        return
    width = _aperture(shape.width, Fraction(wide, wide_d), Fraction(right, right_d))
    height = _aperture(shape.height, Fraction(high, high_d), Fraction(down, down_d))
    if width <= 0 or height <= 0:
        shape.problem = f"the clean aperture (clap) shows nothing of {shape.width}x{shape.height}"
        return
    shape.width, shape.height = width, height


def _aperture(side: int, length: Fraction, offset: Fraction) -> int:
    """Return how many samples of a side an aperture shows; `offset` is between the two middles."""
    rounded = math.floor(length + Fraction(1, 2))
    first = math.floor(offset + Fraction(side - 1, 2) - (length - 1) / 2)
    return min(first + rounded, side) - max(first, 0)


def _read_irot(shape: Shape, data: bytes, span: Span) -> None:
    if span[1] > span[0]:
        turns = data[span[0]] & 3  # anticlockwise
        shape.rotation = (shape.rotation - 90 * turns) % 360
        if turns & 1:
            shape.width, shape.height = shape.height, shape.width


def _read_pixi(shape: Shape, data: bytes, span: Span) -> None:
    at, end = span
    if end - at >= 6 and data[at + 4]:
        bits = data[at + 5 : min(end, at + 5 + data[at + 4])]
        shape.channels, shape.bit_depth = len(bits), max(bits) or None


def _read_hvcc(shape: Shape, data: bytes, span: Span) -> None:
    if found := hevc_picture(data, span):
        chroma, depth, picture = found
        shape.chroma = picture.chroma if picture else chroma
        shape.bit_depth = shape.bit_depth or depth
        if picture:
            shape.decoded = picture.width, picture.height
            shape.transfer = shape.transfer or picture.transfer


def _read_avcc(shape: Shape, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 7:
        return
    units = parameter_sets(data, at + 6, end, data[at + 5] & 31)
    if units and (picture := sps.read_avc(units[0][: sps.MAX_BYTES])):
        shape.chroma, shape.decoded = picture.chroma, (picture.width, picture.height)
        shape.bit_depth = shape.bit_depth or picture.bit_depth


def _read_av1c(shape: Shape, data: bytes, span: Span) -> None:
    if found := av1_format(data, span):
        shape.chroma, depth = found
        shape.bit_depth = shape.bit_depth or depth


def _read_colr(shape: Shape, data: bytes, span: Span) -> None:
    at, end = span
    kind = data[at : at + 4]
    if kind == b"nclx" and end - at >= 11:
        shape.primaries = int.from_bytes(data[at + 4 : at + 6])
        transfer = int.from_bytes(data[at + 6 : at + 8])
        shape.transfer = transfer if transfer != _UNSPECIFIED else shape.transfer
    elif kind in (b"prof", b"rICC") and shape.icc is None:
        shape.icc = describe_profile(data[at + 4 : end]) or "without a description"


def _read_components(shape: Shape, data: bytes, span: Span) -> None:
    at, end = span
    count = min(int.from_bytes(data[at : at + 4]), (end - at - 4) // 2)
    kinds = struct.unpack_from(f">{max(count, 0)}H", data, at + 4) if end - at >= 4 else ()
    shape.alpha = _ALPHA_COMPONENT in kinds
    if set(kinds) <= {_MONOCHROME, _ALPHA_COMPONENT} and kinds:
        shape.chroma = 0


def _read_uncompressed(shape: Shape, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 12:
        return
    if data[at] == 1:  # a profile stands for the list of components
        profile = data[at + 4 : at + 8]
        shape.bit_depth = shape.bit_depth or _PROFILE_BITS.get(profile)
        shape.alpha = shape.alpha or profile in (b"rgba", b"abgr")
        return
    count = min(int.from_bytes(data[at + 8 : at + 12]), (end - at - 12) // 5)
    depths = data[at + 14 : at + 12 + 5 * count : 5]  # each minus one
    if depths and not shape.bit_depth:
        shape.bit_depth = max(depths) + 1


def grid_size(grid: bytes) -> tuple[int, int] | None:
    """Return the size that the data of a grid says it has, None when it is cut short."""
    if len(grid) < 8:
        return None
    size = 4 if grid[1] & 1 else 2
    width, height = grid[4 : 4 + size], grid[4 + size : 4 + 2 * size]
    return (int.from_bytes(width), int.from_bytes(height)) if len(height) == size else None


_READERS = {
    b"ispe": _read_ispe,
    b"clap": _read_clap,
    b"irot": _read_irot,
    b"pixi": _read_pixi,
    b"hvcC": _read_hvcc,
    b"avcC": _read_avcc,
    b"av1C": _read_av1c,
    b"colr": _read_colr,
    b"cmpd": _read_components,
    b"uncC": _read_uncompressed,
}
