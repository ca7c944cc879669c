"""Find where a JPEG's picture ends, and what stands after it.

ITU-T T.81 B.1.1.5: in coded data 0xFF is always followed by 0x00 or a restart marker, so that the
first EOI after the first scan is the picture's, whatever has been appended to the file.
"""

from __future__ import annotations

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.source import Malformed, Source

TAIL_BYTES = 64
SEARCH_BYTES = 30 << 20  # for a marker, in a file whose end does not show one
_PIECE_BYTES = 256 << 10

_EOI = b"\xff\xd9"
_DNL = b"\xff\xdc\0\4"


def check_end(source: Source, scan_at: int, info: MediaInfo) -> None:
    """Add a fault when the picture does not end, a mark when something follows its end."""
    size = source.size
    start = max(scan_at, size - TAIL_BYTES)
    tail = source.at(start, size - start)
    if tail.endswith(_EOI) or tail.rstrip(b"\0").endswith(_EOI):
        return
    found = tail.find(_EOI)
    at = start + found if found >= 0 else _find(source, _EOI, scan_at)
    if at is not None:
        _mark_trailing(source, at + 2, info)
    elif size - scan_at <= SEARCH_BYTES:
        info.faults.append((Fault.TRUNCATED, f"the file ends at {size} inside the picture's data"))
    else:
        info.marks["trailing"] = f"no end of the picture in the first {SEARCH_BYTES >> 20} MiB"


def find_height(source: Source, scan_at: int) -> int:
    """Return the height that the DNL segment after the first scan gives (T.81 B.2.5)."""
    at = _find(source, _DNL, scan_at)
    height = 0 if at is None else int.from_bytes(source.at(at + 4, 2))
    if height == 0:
        message = "the frame header says height 0 and no DNL segment gives another"
        raise Malformed(message)
    return height


def _mark_trailing(source: Source, end: int, info: MediaInfo) -> None:
    info.marks["trailing"] = f"{source.size - end:,} bytes after the end of the picture"
    after = source.at(end, 128)
    if b"ftyp" in after or b"MotionPhoto_Data" in after:
        info.marks.setdefault("motion-photo", "video after the end of the picture")
    elif after.startswith(b"\xff\xd8\xff"):
        info.marks.setdefault("mpo", "another JPEG after the end of the picture")


def _find(source: Source, marker: bytes, start: int) -> int | None:
    overlap = len(marker) - 1
    limit = min(source.size, start + SEARCH_BYTES)
    for at in range(start, limit, _PIECE_BYTES):
        piece = source.at(at, _PIECE_BYTES + overlap)
        found = piece.find(marker)
        if found >= 0:
            return at + found
    return None
