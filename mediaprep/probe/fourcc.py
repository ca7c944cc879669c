"""Name codecs by the identifiers of Video for Windows, which AVI and Matroska both carry.

BITMAPINFOHEADER.biCompression (registered FOURCCs) and WAVEFORMATEX.wFormatTag (RFC 2361).
"""

from __future__ import annotations

import struct
from typing import NamedTuple

_VIDEO: dict[str, tuple[bytes, ...]] = {
    "h264": (b"H264", b"X264", b"AVC1", b"DAVC", b"VSSH"),
    "hevc": (b"HEVC", b"H265", b"HVC1", b"HEV1", b"X265"),
    "vp8": (b"VP80",),
    "vp9": (b"VP90",),
    "av1": (b"AV01",),
    "mpeg4": (b"MP4V", b"XVID", b"DIVX", b"DX50", b"FMP4", b"MP4S", b"M4S2", b"FVFW", b"RMP4"),
    "msmpeg4": (b"DIV3", b"DIV4", b"MP43", b"MP42", b"MPG4", b"DIV5", b"DIV6", b"AP41", b"COL1"),
    "mpegvideo": (b"MPG1", b"MPG2", b"MPEG", b"\1\0\0\x10", b"\2\0\0\x10"),
    "h263": (b"H263", b"U263", b"S263", b"VIVO"),
    "mjpeg": (b"MJPG", b"AVRN", b"LJPG", b"JPEG", b"DMB1"),
    "vc1": (b"WVC1", b"WMVA"),
    "wmv": (b"WMV1", b"WMV2", b"WMV3"),
    "dv": (b"DVSD", b"DVHD", b"DVSL", b"DV25", b"DV50", b"DVC "),
    "ffv1": (b"FFV1",),
    "huffyuv": (b"HFYU", b"FFVH"),
    "utvideo": (b"ULRA", b"ULRG", b"ULY0", b"ULY2", b"ULY4", b"ULH0", b"ULH2"),
    "lagarith": (b"LAGS",),
    "theora": (b"THEO",),
    "cinepak": (b"CVID",),
    "indeo": (b"IV31", b"IV32", b"IV41", b"IV50"),
    "rawvideo": (b"\0\0\0\0", b"DIB ", b"RGB ", b"YUY2", b"UYVY", b"I420", b"IYUV", b"YV12"),
}
# Codecs that cannot carry alpha at all.
OPAQUE = frozenset(
    ("h264", "mpeg4", "msmpeg4", "vp8", "vp9", "av1", "mpegvideo", "h263", "theora", "mjpeg", "dv")
)
_BY_FOURCC = {fourcc: codec for codec, fourccs in _VIDEO.items() for fourcc in fourccs}

_AUDIO: dict[str, tuple[int, ...]] = {
    "pcm": (0x0001, 0x0003),
    "adpcm": (0x0002, 0x0011, 0x0020, 0x0069),
    "g711": (0x0006, 0x0007),
    "gsm": (0x0031,),
    "mp2": (0x0050,),
    "mp3": (0x0055,),
    "aac": (0x00FF, 0x706D, 0x1600, 0x1601, 0x1602, 0x4143, 0xA106),
    "wma": (0x0160, 0x0161, 0x0162, 0x0163),
    "ac3": (0x2000,),
    "dts": (0x2001, 0x0008),
    "vorbis": (0x674F, 0x6750, 0x6751, 0x676F, 0x6770, 0x6771, 0x566F),
    "flac": (0xF1AC,),
    "opus": (0x704F,),
}
_BY_TAG = {tag: codec for codec, tags in _AUDIO.items() for tag in tags}

_BITMAP = struct.Struct("<IiiHH4s")


class Bitmap(NamedTuple):
    """What a BITMAPINFOHEADER says of a picture track; a height below zero means top row first."""

    width: int
    height: int
    bits: int  # of a pixel
    fourcc: bytes


def bitmap(data: bytes) -> Bitmap | None:
    """Read a BITMAPINFOHEADER, or return None where it is cut short."""
    if len(data) < _BITMAP.size:
        return None
    _, width, height, _, bits, fourcc = _BITMAP.unpack_from(data)
    return Bitmap(width, height, bits, fourcc)


def video_codec(fourcc: bytes) -> str | None:
    """Name the codec behind a FOURCC in either case, or return None where it has no name here."""
    return _BY_FOURCC.get(fourcc.upper())


def audio_codec(tag: int) -> str | None:
    """Name the codec behind a format tag, or return None where it has no name here."""
    return _BY_TAG.get(tag)
