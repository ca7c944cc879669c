"""Read a BMP: OS/2 1.x and 2.x, and Windows' headers of version 3, 4 and 5.

Microsoft's BITMAPFILEHEADER, BITMAPINFOHEADER, BITMAPV4HEADER and BITMAPV5HEADER; the OS/2 2.x
header may be cut after any field behind its sixteenth byte.
"""

from __future__ import annotations

from struct import Struct
from typing import NamedTuple

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.exif import show
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.source import Malformed, Source

PROFILE_BYTES = 4096  # of an embedded ICC profile: its description stands near its start

_AT = 14  # where the second header starts
_CORE = Struct("<4xHHHH")  # width, height, planes, bits: OS/2 1.x
_INFO = Struct("<4xiiHHI12xI4x")  # width, height, planes, bits, compression, colours
_MASKS = Struct("<40xIIII")
_PROFILE = Struct("<56x4s52xII")  # colour space, offset and size of the profile: version 5
_OS2_SIZES = frozenset(range(16, 65)) - {40, 52, 56}
_SIZES = _OS2_SIZES | {12, 40, 52, 56, 108, 124}

_INDEXED = frozenset((1, 2, 4, 8))
_DEPTHS = {16: 5, 24: 8, 32: 8}  # bits a pixel -> bits a channel, without masks
_PLAIN, _BITFIELDS, _ALPHA_BITFIELDS = 0, 3, 6  # the methods that do not compress
_WRAPPED = {4: "JPEG", 5: "PNG"}


class _Header(NamedTuple):
    size: int
    width: int
    height: int
    bits: int  # a pixel
    method: int = _PLAIN
    colors: int = 0  # in the palette; 0: all that the bits allow


def read(source: Source, info: MediaInfo) -> None:
    """Read the header, and make sure that uncompressed pixels are all there.

    A height below zero means that the top row comes first, not that the picture is turned. Wrong
    counts of planes, resolutions and the file size in the header are ignored, as decoders do.
    """
    header = _read_header(source)
    width, height = header.width, abs(header.height)
    if width <= 0 or height == 0:
        message = f"the header says {width} x {header.height}"
        raise Malformed(message)
    info.coded_width, info.coded_height = width, height
    info.frames, info.frame_pixels, info.has_alpha = 1, width * height, False
    show(info, None)
    if header.size not in _SIZES:
        info.faults.append((Fault.MALFORMED, f"a header of {header.size} bytes: no version has it"))
    _read_pixels(source, header, info)
    _check_end(source, header, info)
    if header.size == 124:
        space, offset, length = _PROFILE.unpack(source.need(_AT, _PROFILE.size))
        if space == b"DEBM":
            info.icc = describe_profile(source.at(_AT + offset, min(length, PROFILE_BYTES)))


def _read_header(source: Source) -> _Header:
    size = int.from_bytes(source.need(_AT, 4), "little")
    if size == 12:
        width, height, _, bits = _CORE.unpack(source.need(_AT, _CORE.size))
        return _Header(size, width, height, bits)
    # A short OS/2 2.x header lacks what comes behind the bits: all of it counts as zero.
    fields = source.need(_AT, min(max(size, 16), _INFO.size)).ljust(_INFO.size, b"\0")
    width, height, _, bits, method, colors = _INFO.unpack(fields)
    return _Header(size, width, height, bits, method, colors)


def _read_pixels(source: Source, header: _Header, info: MediaInfo) -> None:
    # Sets the mode, the depth and the alpha.
    bits, method = header.bits, header.method
    if method in _WRAPPED and header.size not in _OS2_SIZES:
        why = f"{_WRAPPED[method]} inside BMP"
        info.marks["bmp-wrapped"] = f"{why}, which few decoders read"
        info.color_mode, info.unread["bit_depth"], info.has_alpha = "rgb", why, None
        info.unread["has_alpha"] = why
    elif bits in _INDEXED:
        info.color_mode, info.bit_depth = "palette", 8
    elif bits in _DEPTHS:
        info.color_mode, info.bit_depth = "rgb", _DEPTHS[bits]
        if method in (_BITFIELDS, _ALPHA_BITFIELDS) and header.size not in _OS2_SIZES:
            masks = _MASKS.unpack(source.need(_AT, _MASKS.size))
            if not any(masks[:3]):
                message = "the masks of red, green and blue are all zero"
                raise Malformed(message)
            info.bit_depth = max(mask.bit_count() for mask in masks[:3])
            # In the smaller headers the fourth mask is there with one method only.
            info.has_alpha = masks[3] != 0 and (header.size >= 56 or method == _ALPHA_BITFIELDS)
    else:
        message = f"{bits} bits a pixel"
        raise Malformed(message)


def _check_end(source: Source, header: _Header, info: MediaInfo) -> None:
    start = int.from_bytes(source.need(10, 4), "little")
    bits = header.width * header.bits
    rows = (bits + 31) // 32 * 4 * (abs(header.height) - 1)  # all but the last are padded for sure
    masked = header.method in (_BITFIELDS, _ALPHA_BITFIELDS) and header.size not in _OS2_SIZES
    end = start + 1
    if header.method == _PLAIN or masked:
        end = start + rows + (bits + 7) // 8
    if end > source.size:
        fault = f"the pixels end at {end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, fault))
    elif header.colors > source.size // 4:
        fault = f"a palette of {header.colors} colours, more than the file can hold"
        info.faults.append((Fault.MALFORMED, fault))
