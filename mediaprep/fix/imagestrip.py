"""Take private metadata out of a file without touching its pixels.

JPEG (ITU T.81, JFIF), PNG (W3C PNG, third edition) and WebP (RIFF) keep metadata in pieces of
their own, which are edited or left out. Everything behind the end of the picture goes: videos,
further pictures and makers' trailers carry positions of their own.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable

from mediaprep.errors import FixFailed
from mediaprep.fix import imageexif, imagexmp

_XMP = b"http://ns.adobe.com/xap/1.0/\0"
_DROPPED = (b"http://ns.adobe.com/xmp/extension/\0", b"MPF\0", b"JP")  # and C2PA, as JUMBF
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PNG_TEXT = (b"tEXt", b"zTXt", b"iTXt")
_XMP_KEY = b"XML:com.adobe.xmp"
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def strip(data: bytes, container: str, private: bool) -> bytes:
    """Return the file without private metadata; `FixFailed` where its pixels are in the way."""
    if container in _STRIPPERS:
        try:
            return _STRIPPERS[container](data)
        except (struct.error, IndexError):
            raise FixFailed(f"its structure cannot be followed as {container}") from None
    if container in ("bmp", "gif") and not private:
        return data
    raise FixFailed(
        f"private metadata cannot be taken out of {container} without encoding it anew",
    )


def _jpeg(data: bytes) -> bytes:
    out, at = [data[:2]], 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        marker = data[at + 1]
        if marker == 0xFF:  # fill
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        end = at + 2 + length
        if length < 2 or end > len(data):
            raise IndexError
        body = data[at + 4 : end]
        kept = _segment(marker, body)
        if kept is not None and len(kept) == len(body):
            out.append(data[at : at + 4] + kept)
        elif kept is not None:
            out.append(bytes((0xFF, marker)) + struct.pack(">H", len(kept) + 2) + kept)
        at = end
        if marker == 0xDA:
            return b"".join((*out, data[at : _end_of_scans(data, at)]))


def _segment(marker: int, body: bytes) -> bytes | None:
    """Return what is kept of a segment, None for nothing."""
    if marker == 0xE1 and body.startswith(imageexif.PREFIX[:5]):
        return imageexif.edit(body, private=True) or None
    if marker == 0xE1 and body.startswith(_XMP):
        packet = imagexmp.edit(body[len(_XMP) :], private=True)
        return _XMP + packet if packet else None
    application = 0xE0 <= marker <= 0xEF
    return None if application and body.startswith(_DROPPED) else body


def _end_of_scans(data: bytes, at: int) -> int:
    """Return where the picture ends; tables between scans can hold any bytes."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            return len(data)
        marker = data[at + 1]
        if marker == 0xD9:
            return at + 2
        if marker == 0xFF:
            at += 1
        elif marker == 0 or 0xD0 <= marker <= 0xD7 or marker == 0x01:
            at += 2
        else:
            at += 2 + struct.unpack_from(">H", data, at + 2)[0]


def _png(data: bytes) -> bytes:
    out, at = [data[:8]], 8
    if data[:8] != _PNG_SIGNATURE:
        raise IndexError
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise IndexError
        body = data[at + 8 : end - 4]
        kept = _chunk(kind, body)
        if kept is body:
            out.append(data[at:end])
        elif kept is not None:
            crc = zlib.crc32(kept, zlib.crc32(kind))
            out.append(struct.pack(">I4s", len(kept), kind) + kept + struct.pack(">I", crc))
        at = end
        if kind == b"IEND":
            break
    return b"".join(out)


def _chunk(kind: bytes, body: bytes) -> bytes | None:
    if kind == b"eXIf":
        return imageexif.edit(body, private=True)[len(imageexif.PREFIX) :] or None
    if kind == b"caBX":
        return None
    if kind in _PNG_TEXT:
        key = body.split(b"\0", 1)[0]
        if key == _XMP_KEY:
            return _png_xmp(body)
        if key.lower().startswith((b"raw profile type", b"exif", b"xmp")):
            return None
    return body


def _png_xmp(body: bytes) -> bytes | None:
    # Keyword, compression flag and method, language, translated keyword, text.
    head = body[: len(_XMP_KEY) + 3]
    if head[len(_XMP_KEY) :] != b"\0\0\0":
        return None
    rest = body[len(head) :].split(b"\0", 2)
    packet = imagexmp.edit(rest[2], private=True) if len(rest) == 3 else b""
    return head + b"\0".join((rest[0], rest[1], packet)) if packet else None


def _webp(data: bytes) -> bytes:
    (length,) = struct.unpack_from("<I", data, 4)
    stop = min(8 + length, len(data))
    chunks: list[tuple[bytes, bytes]] = []
    at = 12
    while at + 8 <= stop:
        kind, size = struct.unpack_from("<4sI", data, at)
        body = data[at + 8 : at + 8 + size]
        if len(body) < size:
            raise IndexError
        kept: bytes | None = body
        if kind == b"EXIF":
            kept = _without_prefix(body, imageexif.edit(body, private=True))
        elif kind == b"XMP ":
            kept = imagexmp.edit(body, private=True)
        elif kind == b"C2PA":
            kept = None
        if kept:
            chunks.append((kind, kept))
        at += 8 + size + size % 2
    names = {kind for kind, _ in chunks}
    gone = (0 if b"EXIF" in names else _EXIF_FLAG) | (0 if b"XMP " in names else _XMP_FLAG)
    out = b"".join(
        kind
        + struct.pack("<I", len(body))
        + (bytes((body[0] & ~gone,)) + body[1:] if kind == b"VP8X" else body)
        + b"\0" * (len(body) % 2)
        for kind, body in chunks
    )
    return b"RIFF" + struct.pack("<I", len(out) + 4) + b"WEBP" + out


def _without_prefix(old: bytes, new: bytes) -> bytes:
    return new if old.startswith(imageexif.PREFIX) else new[len(imageexif.PREFIX) :]


_STRIPPERS: dict[str, Callable[[bytes], bytes]] = {"jpeg": _jpeg, "png": _png, "webp": _webp}
