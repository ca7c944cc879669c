"""Put EXIF into a finished TIFF: libtiff, which compresses, cannot write its directories.

TIFF 6.0, section 2. The directories are appended, and a longer first directory after them.
"""

from __future__ import annotations

import struct

from PIL import Image


def add(tiff: bytes, exif: bytes) -> bytes:
    """Return the TIFF with the tags of an EXIF block that it does not have itself."""
    told = Image.Exif()
    told.load(exif)
    told.endian = order = {b"II": "<", b"MM": ">"}[tiff[:2]]
    start = len(tiff) + len(tiff) % 2
    body = told.tobytes(offset=start)[len(b"Exif\0\0") + 8 :]
    body += bytes(len(body) % 2)
    whole = tiff.ljust(start, b"\0") + body
    (first,) = struct.unpack_from(order + "I", tiff, 4)
    own, following = _entries(whole, first, order)
    new, _ = _entries(whole, start, order)
    merged = sorted((new | own).items())
    directory = struct.pack(order + "H", len(merged)) + b"".join(entry for _, entry in merged)
    head = whole[:4] + struct.pack(order + "I", len(whole)) + whole[8:]
    return head + directory + following


def _entries(data: bytes, at: int, order: str) -> tuple[dict[int, bytes], bytes]:
    (count,) = struct.unpack_from(order + "H", data, at)
    end = at + 2 + 12 * count
    found = {}
    for start in range(at + 2, end, 12):
        (tag,) = struct.unpack_from(order + "H", data, start)
        found[tag] = data[start : start + 12]
    return found, data[end : end + 4].ljust(4, b"\0")
