"""Read a visual sample entry: the codec, the stored size and how its samples are to be shown.

ISO/IEC 14496-12 section 12.1 (visual sample entries, `pasp`, `colr`), 14496-15 (`avcC`, `hvcC`),
the AV1 and VP codec ISO media bindings (`av1C`, `vpcC`) and Dolby Vision streams within the ISO
base media file format.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction

from mediaprep.probe import fourcc, sps
from mediaprep.probe.boxes import Child, Span, children
from mediaprep.probe.mp4_codecs import DOLBY_VISION, ENCRYPTED, OBJECT_TYPES, VIDEO_CODECS
from mediaprep.probe.mp4_esds import MAX_BYTES as MAX_ESDS_BYTES
from mediaprep.probe.mp4_esds import read_esds
from mediaprep.probe.pixels import hdr_of_transfer, pixel_format

MAX_CONFIG_BYTES = 1 << 16  # of a decoder configuration record
_FIXED_BYTES = 78  # of a visual sample entry, before its boxes
_UNSPECIFIED = 2  # code point of a transfer function
_SPS_H264, _SPS_H265 = 7, 33  # NAL unit types
_DOLBY_BOXES = (b"dvcC", b"dvvC", b"dvwC")

_SQUARE = Fraction(1)
_SIZE = struct.Struct(">HH")
_PAIR = struct.Struct(">II")
_NCLX = struct.Struct(">4sHHH")

# What codecs without a readable configuration always or usually store: chroma format, bits.
_USUAL = {"mpeg4": (1, 8), "h263": (1, 8), "vp8": (1, 8)}
_PRORES_422 = frozenset((b"apco", b"apcs", b"apcn", b"apch"))
# Entries in which a depth of 32 says that there is alpha (QTFF, video sample description).
_SEE_THROUGH, _WITH_ALPHA = frozenset((b"ap4h", b"ap4x", b"rle ", b"png ")), 32


@dataclass(slots=True, repr=False, eq=False)
class Visual:
    """What one visual sample entry says; None is what it does not say."""

    kind: bytes
    codec: str | None = None
    width: int = 0
    height: int = 0
    entry_size: tuple[int, int] = (0, 0)  # before the decoder's own headers were asked
    sample_aspect: Fraction | None = None  # of a `pasp`
    stream_aspect: Fraction | None = None  # of the stream's own headers, which yield to the track
    pix_fmt: str | None = None
    bit_depth: int | None = None
    transfer: int | None = None  # of a `colr`, or else of the stream
    colr: bool = False  # a box that says how colours are coded was seen
    dolby_vision: bool = False
    encrypted: bool = False
    alpha: bool = False

    @property
    def hdr(self) -> str | None:
        """The kind of high dynamic range, None when the entry shows none."""
        return "dolby-vision" if self.dolby_vision else hdr_of_transfer(self.transfer)


def read_visual(data: bytes, entry: Child) -> Visual:
    """Read one visual sample entry out of the buffer that holds its `stsd`."""
    kind, body, end = entry
    visual = Visual(kind)
    if end - body < _FIXED_BYTES:
        return visual
    visual.width, visual.height = visual.entry_size = _SIZE.unpack_from(data, body + 24)
    boxes = children(data, body + _FIXED_BYTES, end)
    if kind in ENCRYPTED:
        visual.encrypted = True
        visual.kind = kind = original_format(data, boxes) or kind
    visual.dolby_vision = kind in DOLBY_VISION
    visual.codec = VIDEO_CODECS.get(kind) or fourcc.video_codec(kind)
    depth = int.from_bytes(data[body + 74 : body + 76])
    visual.alpha = depth == _WITH_ALPHA and visual.kind in _SEE_THROUGH
    for box, at, stop in boxes:
        if reader := _READERS.get(box):
            reader(visual, data, (at, stop))
        elif box in _DOLBY_BOXES:
            visual.dolby_vision = True
    if visual.bit_depth is None:
        _usual_format(visual)
    return visual


def original_format(data: bytes, boxes: list[Child]) -> bytes | None:
    """Return the type that a protected sample entry had before encryption (`sinf`, `frma`)."""
    for box, at, stop in boxes:
        if box == b"sinf":
            for inner, start, inner_end in children(data, at, stop):
                if inner == b"frma" and inner_end - start >= 4:
                    return data[start : start + 4]
    return None


def parameter_sets(data: bytes, at: int, end: int, count: int) -> list[bytes]:
    """Return up to `count` length-prefixed units from a decoder configuration record."""
    units = []
    for _ in range(count):
        size = int.from_bytes(data[at : at + 2])
        if at + 2 + size > end or not size:
            break
        units.append(data[at + 2 : at + 2 + size])
        at += 2 + size
    return units


def hevc_picture(data: bytes, span: Span) -> tuple[int, int, sps.Picture | None] | None:
    """Return chroma format, bit depth and picture of an `hvcC` body, None when it is cut short."""
    at, end = span[0], min(span[1], span[0] + MAX_CONFIG_BYTES)
    if end - at < 23:
        return None
    chroma, depth = data[at + 16] & 3, 8 + (data[at + 17] & 7)
    arrays, at = data[at + 22], at + 23
    for _ in range(arrays):
        if at + 3 > end:
            break
        kind, count = data[at] & 0x3F, int.from_bytes(data[at + 1 : at + 3])
        units = parameter_sets(data, at + 3, end, count)
        if kind == _SPS_H265 and units:
            return chroma, depth, sps.read_hevc(units[0][: sps.MAX_BYTES])
        at += 3 + sum(2 + len(unit) for unit in units)
    return chroma, depth, None


def _read_avcc(visual: Visual, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 7:
        return
    units = parameter_sets(data, at + 6, end, data[at + 5] & 31)
    picture = (
        sps.read_avc(units[0][: sps.MAX_BYTES]) if units and units[0][0] & 31 == _SPS_H264 else None
    )
    if picture:
        _take(visual, picture)


def _read_hvcc(visual: Visual, data: bytes, span: Span) -> None:
    if found := hevc_picture(data, span):
        chroma, depth, picture = found
        if picture:
            _take(visual, picture)
        else:
            visual.bit_depth, visual.pix_fmt = depth, pixel_format("hevc", chroma, depth)


def _take(visual: Visual, picture: sps.Picture) -> None:
    visual.width, visual.height = picture.width, picture.height
    visual.stream_aspect = picture.sample_aspect
    visual.bit_depth = picture.bit_depth
    visual.pix_fmt = pixel_format(
        visual.codec or "h264",
        picture.chroma,
        picture.bit_depth,
        full_range=picture.full_range,
        matrix=picture.matrix,
    )
    if visual.transfer is None:
        visual.transfer = picture.transfer


def _read_av1c(visual: Visual, data: bytes, span: Span) -> None:
    if found := av1_format(data, span):
        chroma, visual.bit_depth = found
        visual.pix_fmt = pixel_format("av1", chroma, visual.bit_depth)


def av1_format(data: bytes, span: Span) -> tuple[int, int] | None:
    """Return chroma format and bit depth of an `av1C` body, None when it is cut short."""
    at, end = span
    if end - at < 4:
        return None
    flags = data[at + 2]
    depth = 8 if not flags & 0x40 else 12 if flags & 0x20 else 10
    if flags & 0x10:
        return 0, depth
    return 3 - (flags >> 3 & 1) - (flags >> 2 & 1), depth


def _read_vpcc(visual: Visual, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 10:
        return
    packed, transfer, matrix = data[at + 6], data[at + 8], data[at + 9]
    chroma, visual.bit_depth = max(1, min(packed >> 1 & 7, 3)), packed >> 4
    if visual.bit_depth not in (8, 10, 12):
        visual.bit_depth = None
        return
    visual.pix_fmt = pixel_format("vp9", chroma, visual.bit_depth, matrix=matrix)
    if visual.transfer is None:
        visual.transfer = transfer


def _read_esds(visual: Visual, data: bytes, span: Span) -> None:
    if esds := read_esds(data[span[0] : min(span[1], span[0] + MAX_ESDS_BYTES)]):
        visual.codec = OBJECT_TYPES.get(esds.object_type, visual.codec)


def _read_colr(visual: Visual, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 10:
        return
    kind, _, transfer, _ = _NCLX.unpack_from(data, at)
    if kind in (b"nclx", b"nclc") and transfer != _UNSPECIFIED and not visual.colr:
        visual.transfer, visual.colr = transfer, True  # players take the first


def _read_pasp(visual: Visual, data: bytes, span: Span) -> None:
    at, end = span
    if end - at >= 8:
        across, down = _PAIR.unpack_from(data, at)
        if across and down:
            visual.sample_aspect = _SQUARE if across == down else Fraction(across, down)


_READERS = {
    b"avcC": _read_avcc,
    b"hvcC": _read_hvcc,
    b"av1C": _read_av1c,
    b"vpcC": _read_vpcc,
    b"esds": _read_esds,
    b"colr": _read_colr,
    b"pasp": _read_pasp,
}


def _usual_format(visual: Visual) -> None:
    usual = _USUAL.get(visual.codec or "")
    if visual.kind in _PRORES_422:
        usual = (2, 10)
    if usual:
        chroma, visual.bit_depth = usual
        visual.pix_fmt = pixel_format(visual.codec or "", chroma, visual.bit_depth)
