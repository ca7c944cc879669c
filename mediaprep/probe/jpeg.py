"""Read a JPEG: its frame header, wherever that lies, and what its segments say beside it.

ITU-T T.81 annex B (markers), EXIF and XMP in APP1, ICC.1:2022 annex B.4 (APP2), CIPA DC-007 (MPF in
APP2), ISO 19566-5 (JUMBF in APP11, where C2PA lives).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from mediaprep.model import MediaInfo
from mediaprep.probe.exif import read_exif, show
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.jpegend import check_end, find_height
from mediaprep.probe.source import Malformed, Source, TooCostly, Truncated
from mediaprep.probe.xmp import read_xmp

MAX_SEGMENTS = 2000  # before the first scan; the longest ICC profile takes 255
AHEAD_BYTES = 2048  # read past a long segment: the rest of the header is seldom longer

_DHP, _SOS, _EOI, _JPEG_LS = 0xDE, 0xDA, 0xD9, 0xF7
_FRAMES = frozenset((*range(0xC0, 0xD0), _DHP, _JPEG_LS)) - {0xC4, 0xC8, 0xCC}  # DHT, JPG, DAC
_STANDALONE = frozenset((0x01, *range(0xD0, 0xD9)))  # TEM, RSTn, SOI: no length follows
_APP1, _APP2, _APP11 = 0xE1, 0xE2, 0xEB
# How much of a segment is looked at; the others are stepped over.
_LOOK = dict.fromkeys(_FRAMES, 64) | {_APP1: 0xFFFF, _APP2: 4096, _APP11: 256, _SOS: 0}
_MARKER = re.compile(rb"\xff[^\x00\xff]")

_MODES = {1: "gray", 3: "rgb", 4: "cmyk"}
_RARE = {
    **dict.fromkeys((0xC3, 0xC7, 0xCB, 0xCF), "lossless"),
    **dict.fromkeys((0xC5, 0xC6, 0xCD, 0xCE, _DHP), "hierarchical"),
    **dict.fromkeys((0xC9, 0xCA), "arithmetic"),
    _JPEG_LS: "JPEG-LS",
}
_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_ICC = b"ICC_PROFILE\0"


def read(source: Source, info: MediaInfo) -> None:
    """Walk the segments up to the first scan, then make sure that the picture ends.

    A size in EXIF or in a thumbnail is never taken for the picture's own.
    """
    turns: dict[str, int | None] = {}
    try:
        scan_at = _read_segments(source, info, turns)
        if info.coded_height is None:  # it stands behind the first scan
            info.coded_height = find_height(source, scan_at)
    finally:
        width, height = info.coded_width, info.coded_height
        if width and height:
            info.frames, info.has_alpha, info.frame_pixels = 1, False, width * height
            show(info, turns.get("exif"), turns.get("xmp"))
    check_end(source, scan_at, info)


def _read_segments(source: Source, info: MediaInfo, turns: dict[str, int | None]) -> int:
    # Returns where the first scan starts.
    for marker, at, body in _segments(source):
        if marker == _APP1:
            _read_app1(body, info, turns)
        elif marker in (_APP2, _APP11):
            _read_app(body, info)
        elif marker in _FRAMES:
            if info.coded_width is None:  # a hierarchical file has more: the first is the whole
                _read_frame(marker, body, info)
        elif marker == _SOS:
            if info.coded_width is None:
                message = f"a scan at byte {at} and no frame header before it"
                raise Malformed(message)
            return at
    message = "it ends without a scan: there is no picture in it"
    raise Malformed(message)


def _segments(source: Source) -> Iterator[tuple[int, int, bytes]]:
    # Yields (marker, where it is, as much of its body as `_LOOK` says).
    data, base, at = source.head, 0, 2
    for _ in range(MAX_SEGMENTS):
        here = at - base
        if here + 4 > len(data):
            data, base, here = source.at(at, AHEAD_BYTES), at, 0
            if len(data) < 2:
                raise _cut(source)
            if len(data) < 4:
                data += b"\0\0"  # so that an EOI at the very end can be looked at like the others
        marker = data[here + 1]
        length = data[here + 2] << 8 | data[here + 3]
        if data[here] != 0xFF or marker == 0xFF or marker == 0:
            # Fill bytes are allowed, junk is not, and every decoder skips both.
            found = _MARKER.search(data, here + 1)
            at = base + (found.start() if found else len(data) - 1)
        elif marker in _STANDALONE:
            at += 2
        elif marker == _EOI:
            return
        elif length < 2:
            message = f"a segment of {length} bytes at byte {at}"
            raise Malformed(message)
        else:
            if marker in _LOOK:
                wanted = 4 + min(length - 2, _LOOK[marker])
                if here + wanted > len(data):
                    data, base, here = source.at(at, wanted + AHEAD_BYTES), at, 0
                    if wanted > len(data):
                        raise _cut(source)
                yield marker, at, data[here + 4 : here + wanted]
            at += 2 + length
    message = f"more than {MAX_SEGMENTS} segments before the picture's data"
    raise TooCostly(message)


def _cut(source: Source) -> Truncated:
    return Truncated(f"the file ends at {source.size}, before the picture's data")


def _read_frame(marker: int, body: bytes, info: MediaInfo) -> None:
    # P, Y, X, Nf and three bytes a component: T.81 B.2.2
    parts = body[5] if len(body) > 5 else 0
    if len(body) < 6 or len(body) != min(6 + 3 * parts, _LOOK[marker]):
        message = f"a frame header of {len(body)} bytes for {parts} components"
        raise Malformed(message)
    bits, height, width = body[0], body[1] << 8 | body[2], body[3] << 8 | body[4]
    if width == 0 or not 2 <= bits <= 16:
        message = f"a frame header with width {width} and {bits} bits a sample"
        raise Malformed(message)
    info.coded_width, info.coded_height, info.bit_depth = width, height or None, bits
    info.color_mode = _MODES.get(parts)
    if info.color_mode is None:
        info.unread["color_mode"] = f"{parts} components"
    if process := _RARE.get(marker):
        info.marks["jpeg-process"] = f"{process} JPEG, which few decoders read"


def _read_app1(body: bytes, info: MediaInfo, turns: dict[str, int | None]) -> None:
    if body.startswith(b"Exif\0"):
        if "exif" not in turns:  # the first is the picture's
            turns["exif"] = read_exif(body, info)
    elif body.startswith(_XMP) and "xmp" not in turns:
        turns["xmp"] = read_xmp(body[len(_XMP) :], info)


def _read_app(body: bytes, info: MediaInfo) -> None:
    if body.startswith(_ICC):
        if info.icc is None and body[12:13] == b"\1":  # the first of the profile's pieces
            info.icc = describe_profile(body[14:])
    elif body.startswith(b"MPF\0"):
        info.marks["mpo"] = "more pictures after the first, listed in APP2 (MPF)"
    elif body.startswith(b"JP") and b"c2pa" in body:
        info.marks["c2pa"] = "C2PA manifest in APP11"
