"""Read the orientation and the private marks out of an EXIF block.

Exif 3.0 (CIPA DC-008), section 4.6: a TIFF structure of which three directories matter here. The
dimensions that EXIF carries are never read: editors leave those of another picture behind.
"""

from __future__ import annotations

import struct
from typing import NamedTuple

from mediaprep.model import MediaInfo

MAX_ENTRIES = 1024  # of one directory; cameras write fewer than a hundred

_ORIENTATION = 0x0112
_EXIF_IFD = 0x8769
_GPS_IFD = 0x8825
_LATITUDE, _LONGITUDE = 2, 4
# In the first directory: DNG's, and what Camera Raw writes.
_FIRST_SERIALS = {0xC62F: "CameraSerialNumber", 0xFDE9: "SerialNumber"}
SERIALS = {0xA431: "BodySerialNumber", 0xA435: "LensSerialNumber", 0xA430: "CameraOwnerName"}
_INTEGER_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}  # field type -> struct code
BLANK = b"\0 \t0-"  # what cameras write into a serial number that they do not have


class _Order(NamedTuple):
    """One byte order: how it unpacks, and the tags as they look in it, for searching."""

    mark: str
    short: struct.Struct
    long: struct.Struct
    keys: dict[int, bytes]


def _order(mark: str) -> _Order:
    short = struct.Struct(mark + "H")
    tags = (_ORIENTATION, _EXIF_IFD, _GPS_IFD, _LATITUDE, _LONGITUDE, *_FIRST_SERIALS, *SERIALS)
    return _Order(mark, short, struct.Struct(mark + "I"), {tag: short.pack(tag) for tag in tags})


_ORDERS = {b"II": _order("<"), b"MM": _order(">")}


def read_exif(blob: bytes, info: MediaInfo) -> int | None:
    """Return the orientation 1-8 of an EXIF block, None when it has none, and mark what is private.

    `blob` may start with `Exif\\0\\0` or with the TIFF header. Nothing in it can raise: a broken
    block is a block without facts.
    """
    for _ in range(2):  # some writers put the prefix twice
        if blob.startswith(b"Exif\0"):
            blob = blob[6:]
    order = _ORDERS.get(blob[:2])
    if order is None or len(blob) < 14:
        return None
    first = _directory_at(blob, order.long.unpack_from(blob, 4)[0], order)
    if entry := _entry(first, _GPS_IFD, order):
        _mark_gps(_directory_at(blob, order.long.unpack_from(entry, 8)[0], order), order, info)
    if entry := _entry(first, _EXIF_IFD, order):
        private = _directory_at(blob, order.long.unpack_from(entry, 8)[0], order)
        _mark_serials(blob, private, SERIALS, order, info)
    _mark_serials(blob, first, _FIRST_SERIALS, order, info)
    entry = _entry(first, _ORIENTATION, order)
    return _orientation(entry, order) if entry else None


def show(info: MediaInfo, exif: int | None, xmp: int | None = None) -> None:
    """Set the orientation, and the displayed size from the coded one.

    EXIF alone turns a picture: values outside 1-8 count as 1, as in every reader. An orientation
    that only XMP has is marked and not applied: browsers, ffmpeg, libvips and OpenCV ignore it,
    Pillow does not.
    """
    info.orientation = exif if exif is not None and 1 <= exif <= 8 else 1
    info.width, info.height = info.coded_width, info.coded_height
    if info.orientation >= 5:
        info.width, info.height = info.height, info.width
    if exif is None and xmp is not None and 2 <= xmp <= 8:
        info.marks["xmp-orientation"] = f"orientation {xmp} in XMP alone: few readers turn it"


def _mark_gps(directory: bytes, order: _Order, info: MediaInfo) -> None:
    # Phones without a fix write a directory with no position, or with half of one.
    if _entry(directory, _LATITUDE, order) and _entry(directory, _LONGITUDE, order):
        info.marks["gps"] = "GPS position in EXIF"


def _directory_at(blob: bytes, at: int, order: _Order) -> bytes:
    # Returns its entries of 12 bytes each.
    count = blob[at : at + 2]
    if len(count) < 2:
        return b""
    entries = min(order.short.unpack(count)[0], MAX_ENTRIES)
    return blob[at + 2 : at + 2 + 12 * entries]


def _entry(directory: bytes, tag: int, order: _Order) -> bytes:
    # Searching for the tag's bytes is several times faster than a loop over the entries.
    key = order.keys[tag]
    at = directory.find(key)
    while at % 12 and at >= 0:
        at = directory.find(key, at + 1)
    entry = directory[at : at + 12] if at >= 0 else b""
    return entry if len(entry) == 12 else b""


def _orientation(entry: bytes, order: _Order) -> int:
    # A SHORT by the specification; BYTE and LONG occur, and readers take them too.
    code = _INTEGER_CODES.get(order.short.unpack_from(entry, 2)[0], "H")
    value: int = struct.unpack_from(order.mark + code, entry, 8)[0]
    return value if 1 <= value <= 8 else 1


def _mark_serials(
    blob: bytes, directory: bytes, names: dict[int, str], order: _Order, info: MediaInfo
) -> None:
    for tag, name in names.items():
        entry = _entry(directory, tag, order)
        if entry and _text(blob, entry, order).strip(BLANK):
            info.marks.setdefault("serial", f"{name} in EXIF")


def _text(blob: bytes, entry: bytes, order: _Order) -> bytes:
    length: int = order.long.unpack_from(entry, 4)[0]
    if length <= 4:
        return entry[8 : 8 + length]
    at: int = order.long.unpack_from(entry, 8)[0]
    return blob[at : at + min(length, 256)]
