"""Edit an EXIF block where it stands: upright, right size, nothing private, no thumbnail.

Exif 3.0 (CIPA DC-008), section 4.6. What stays keeps its offset, so that maker notes, which count
from anywhere, stay readable. A block that cannot be followed, or still shows something private
afterwards, is dropped as a whole.
"""

from __future__ import annotations

import struct

from mediaprep.model import MediaInfo
from mediaprep.probe.exif import read_exif

PREFIX = b"Exif\0\0"
_ORIENTATION, _EXIF_IFD, _GPS_IFD = 0x0112, 0x8769, 0x8825
_INTEROP_IFD, _INTEROP_INDEX, _COLOR_SPACE = 0xA005, 0x0001, 0xA001
_SRGB, _SRGB_INDEX = 1, b"R98\0"
_WIDTHS, _HEIGHTS = (0x0100, 0xA002), (0x0101, 0xA003)
_PRIVATE = frozenset(
    {
        _GPS_IFD,
        0x02BC,  # an XMP packet
        0xC62F, 0xFDE9, 0xC634, 0xC65D,  # serial numbers and private data of DNG
        0x927C, 0xA420, 0xA430, 0xA431, 0xA435,  # maker note, ids, owner, serial numbers
    }
)  # fmt: skip
_SIZES = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 129: 1}
_ASCII = 2
_CODES = {1: "B", 3: "H", 4: "I", 6: "b", 8: "h", 9: "i"}
_MAX_ENTRIES = 1024


def edit(
    blob: bytes,
    *,
    size: tuple[int, int] | None = None,
    upright: bool = False,
    private: bool = False,
    srgb: bool = False,
) -> bytes:
    """Return the block with its prefix, b"" for none.

    With `upright` it says that nothing has to be turned, with `size` how large the picture is now;
    either of them, or `private`, drops the thumbnail. With `srgb` it says that colours are sRGB's.
    """
    while blob.startswith(PREFIX):
        blob = blob[len(PREFIX) :]
    if not blob:
        return b""
    try:
        block = _Block(blob, srgb)
        block.go(size, upright, private)
    except (struct.error, ValueError, KeyError):
        return b""
    edited = block.bytes()
    if private and {"gps", "serial"} & _marks(edited):
        return b""
    return PREFIX + edited if edited else b""


def orientation_of(blob: bytes) -> int:
    """Return the orientation that an EXIF block gives, 1 where it gives none."""
    return read_exif(blob, MediaInfo("")) or 1


def interoperability_of(blob: bytes) -> bytes:
    """Return the index that tells the colour space ("R98": sRGB, "R03": Adobe RGB), or b""."""
    try:
        block = _Block(blob.removeprefix(PREFIX))
        block.go(None, False, False)
    except (struct.error, ValueError, KeyError):
        return b""
    return block.interoperability


def _marks(blob: bytes) -> set[str]:
    info = MediaInfo("")
    read_exif(blob, info)
    return set(info.marks)


class _Block:
    """A TIFF structure that is being edited."""

    def __init__(self, blob: bytes, srgb: bool = False) -> None:
        self._srgb = srgb
        self.interoperability = b""
        self._data = bytearray(blob)
        self._order = {b"II": "<", b"MM": ">"}[blob[:2]]
        self._end = 8  # of all that is still in use
        self._used = [(0, 8)]
        self._private = False

    def go(self, size: tuple[int, int] | None, upright: bool, private: bool) -> None:
        self._private = private
        (first,) = self._get("I", 4)
        pointers = self._directory(first, size, upright, private)
        if size is not None or upright or private:
            self._cut_thumbnail(first)
        if _EXIF_IFD in pointers:
            pointers |= self._directory(pointers[_EXIF_IFD], size, upright, private)
        if _INTEROP_IFD in pointers:
            self._directory(pointers[_INTEROP_IFD], None, False, False)
        if _GPS_IFD in pointers:
            self._directory(pointers[_GPS_IFD], None, False, False)

    def bytes(self) -> bytes:
        """Return the block; where privacy matters, nothing that no entry points at stays in it."""
        if self._private:
            kept = bytearray(self._end)
            for start, end in self._used:
                kept[start:end] = self._data[start:end]
            return bytes(kept)
        tail = bytes(self._data[self._end :]).rstrip(b"\0")
        return bytes(self._data[: self._end]) + tail

    def _directory(
        self, at: int, size: tuple[int, int] | None, upright: bool, private: bool
    ) -> dict[int, int]:
        (count,) = self._get("H", at)
        if count > _MAX_ENTRIES:
            raise ValueError
        entries, pointers = [], {}
        for start in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, number = self._get("HHI", start)
            if private and tag in _PRIVATE:
                continue
            if tag == _ORIENTATION and upright:
                self._put(_CODES[kind], start + 8, 1)
            elif size is not None and tag in _WIDTHS + _HEIGHTS and kind in (3, 4):
                self._put(_CODES[kind], start + 8, size[tag in _HEIGHTS])
            elif tag == _COLOR_SPACE and self._srgb:
                self._put(_CODES[kind], start + 8, _SRGB)
            elif tag == _INTEROP_INDEX and kind == _ASCII and number == len(_SRGB_INDEX):
                self.interoperability = bytes(self._data[start + 8 : start + 11])
                if self._srgb:
                    self._data[start + 8 : start + 12] = _SRGB_INDEX
            elif tag in (_EXIF_IFD, _GPS_IFD, _INTEROP_IFD):
                pointers[tag] = self._get("I", start + 8)[0]
            self._use(start, kind, number)
            entries.append(bytes(self._data[start : start + 12]))
        after = at + 2 + 12 * count
        kept = struct.pack(self._order + "H", len(entries)) + b"".join(entries)
        kept += bytes(self._data[after : after + 4])
        self._data[at : after + 4] = kept.ljust(after + 4 - at, b"\0")
        self._mark(at, at + len(kept))
        return pointers

    def _cut_thumbnail(self, first: int) -> None:
        (count,) = self._get("H", first)
        link = first + 2 + 12 * count
        if link + 4 > len(self._data):
            return
        (at,) = self._get("I", link)
        self._put("I", link, 0)
        if not at or at + 2 > len(self._data):
            return
        values = {}
        (count,) = self._get("H", at)
        for start in range(at + 2, at + 2 + 12 * min(count, _MAX_ENTRIES), 12):
            tag, _, _, value = self._get("HHII", start)
            values[tag] = value
        self._zero(values.get(0x0201, 0), values.get(0x0202, 0))
        self._zero(at, 2 + 12 * count + 4)

    def _use(self, start: int, kind: int, number: int) -> None:
        length = _SIZES.get(kind, 1) * number
        if length > 4:
            (at,) = self._get("I", start + 8)
            self._mark(at, min(at + length, len(self._data)))

    def _mark(self, start: int, end: int) -> None:
        self._used.append((start, end))
        self._end = max(self._end, end)

    def _zero(self, at: int, length: int) -> None:
        end = min(at + length, len(self._data))
        if 8 <= at < end:
            self._data[at:end] = bytes(end - at)

    def _get(self, codes: str, at: int) -> tuple[int, ...]:
        return struct.unpack_from(self._order + codes, self._data, at)

    def _put(self, code: str, at: int, value: int) -> None:
        struct.pack_into(self._order + code, self._data, at, value)
