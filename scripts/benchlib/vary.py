"""Make a file different from its siblings without touching what a header says of it.

Each function takes a healthy file and a few bytes that are to be its own, and puts these where the
format has room for a remark: a comment, a text chunk, a free box.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable


def jpeg(data: bytes, own: bytes, exif: bytes = b"", icc: bytes = b"") -> bytes:
    """Put EXIF and ICC segments first where they are given; the comment follows JFIF or Adobe."""
    first = 4 + int.from_bytes(data[4:6], "big")
    segments = b""
    if exif:
        segments += _segment(0xE1, exif)
    if icc:
        segments += _segment(0xE2, b"ICC_PROFILE\0\1\1" + icc)
    return data[:2] + segments + data[2:first] + _segment(0xFE, own) + data[first:]


def _segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def png(data: bytes, own: bytes) -> bytes:
    """Put a tEXt chunk after IHDR."""
    chunk = b"tEXt" + b"Comment\0" + own
    text = struct.pack(">I", len(chunk) - 4) + chunk + struct.pack(">I", zlib.crc32(chunk))
    return data[:33] + text + data[33:]


def _riff(name: bytes) -> Callable[[bytes, bytes], bytes]:
    def more(data: bytes, own: bytes) -> bytes:
        chunk = name + struct.pack("<I", len(own)) + own + bytes(len(own) & 1)
        return data[:4] + struct.pack("<I", len(data) + len(chunk) - 8) + data[8:] + chunk

    return more


def gif(data: bytes, own: bytes) -> bytes:
    """Put a comment extension before the trailer."""
    return data[:-1] + b"\x21\xfe" + bytes([len(own)]) + own + b"\0" + data[-1:]


def bmp(data: bytes, own: bytes) -> bytes:
    """Open a gap between the headers and the pixels, which `bfOffBits` steps over."""
    size, start = len(data) + len(own), int.from_bytes(data[10:14], "little")
    head = data[:2] + struct.pack("<I", size) + data[6:10] + struct.pack("<I", start + len(own))
    return head + data[14:start] + own + data[start:]


def tiff(data: bytes, own: bytes) -> bytes:
    """Add bytes at the end that no directory points to."""
    return data + own


def boxes(data: bytes, own: bytes) -> bytes:
    """Add a `free` box at the end."""
    return data + struct.pack(">I", len(own) + 8) + b"free" + own


def mp3(data: bytes, own: bytes) -> bytes:
    """Put an ID3v2.3 tag with a title first, in place of the one that is there."""
    if data[:3] == b"ID3":
        data = data[10 + _syncsafe(data[6:10]) :]
    frame = b"TIT2" + struct.pack(">IH", len(own) + 1, 0) + b"\0" + own
    size = len(frame)
    return b"ID3\x03\0\0" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)) + frame + data


def _syncsafe(four: bytes) -> int:
    value = 0
    for byte in four:
        value = value << 7 | byte
    return value


VARY: dict[str, Callable[[bytes, bytes], bytes]] = {
    "jpg": jpeg,
    "png": png,
    "webp": _riff(b"vary"),
    "tif": tiff,
    "heic": boxes,
    "gif": gif,
    "bmp": bmp,
    "mp4": boxes,
    "mov": boxes,
    "wav": _riff(b"junk"),
    "mp3": mp3,
}
