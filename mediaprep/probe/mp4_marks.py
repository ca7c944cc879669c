"""Mark what a movie's metadata gives away: where it was shot, on which device, by which tools.

QuickTime user data (`udta`), QuickTime and iTunes metadata (`meta`), 3GPP TS 26.244 (`loci`), XMP
part 3 and the C2PA specification (`uuid` boxes). Values are looked at, never kept.
"""

from __future__ import annotations

from mediaprep.model import MediaInfo
from mediaprep.probe.boxes import Box, Child, Span, by_type, children
from mediaprep.probe.source import Source
from mediaprep.probe.xmp import MAX_BYTES, read_xmp

_C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")

# type of a box in `udta` -> mark, what was found
_USER_DATA = {
    b"\xa9xyz": ("gps", "GPS position in udta (©xyz)"),
    b"loci": ("gps", "GPS position in udta (loci)"),
    b"chpl": ("chapters", "chapters in udta (chpl)"),
    b"CAME": ("serial", "camera identity in udta (CAME)"),
    b"\xa9ser": ("serial", "serial number in udta (©ser)"),
}
# name of a key in `meta` -> mark, what was found
_KEYS = {
    b"com.apple.quicktime.location.ISO6709": ("gps", "GPS position in QuickTime metadata"),
    b"com.apple.quicktime.camera.identifier": ("serial", "camera identity in QuickTime metadata"),
    b"com.apple.quicktime.content.identifier": ("live-photo", "a content identifier"),
}
_TELEMETRY = b"gpmd"  # sample entry of a track of a camera's sensors


def mark_metadata(data: bytes, boxes: list[Child], info: MediaInfo) -> None:
    """Mark what stands in the `udta`, `meta` and `uuid` boxes of a movie, and its telemetry."""
    if _TELEMETRY in data:
        info.marks["gps"] = "GoPro telemetry track (gpmd)"
    for kind, at, end in boxes:
        if kind == b"meta":
            _mark_keys(data, (at, end), info)
        elif kind == b"uuid":
            _mark_uuid(data[at : min(end, at + 16 + MAX_BYTES)], info)
        else:
            for inner, start, stop in children(data, at, end):
                if stop > start and inner in _USER_DATA:
                    info.marks.setdefault(*_USER_DATA[inner])
                elif inner == b"meta":
                    _mark_keys(data, (start, stop), info)
                elif inner == b"XMP_":
                    read_xmp(data[start : min(stop, start + MAX_BYTES)], info)


def mark_top_uuid(source: Source, box: Box, info: MediaInfo) -> None:
    """Mark what a `uuid` box at the top of a file is known to hold."""
    head = source.at(box.body, 16)
    if head == _XMP:
        head += source.at(box.body + 16, min(box.end - box.body - 16, MAX_BYTES))
    _mark_uuid(head, info)


def _mark_uuid(body: bytes, info: MediaInfo) -> None:
    identity = body[:16]
    if identity == _C2PA:
        info.marks["c2pa"] = "C2PA manifest in a uuid box"
    elif identity == _XMP:
        read_xmp(body[16:], info)


def _mark_keys(data: bytes, span: Span, info: MediaInfo) -> None:
    at, end = span
    if data.find(b"keys", at, end) < 0:
        return
    # ISO's `meta` has four bytes of version and flags, QuickTime's has none.
    boxes = by_type(data, (at if data[at + 4 : at + 8] == b"hdlr" else at + 4, end))
    if b"keys" not in boxes:
        return
    at, end = boxes[b"keys"]
    for _, start, stop in children(data, at + 8, end):
        if found := _KEYS.get(data[start:stop]):
            info.marks.setdefault(*found)
