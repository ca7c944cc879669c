"""Edit an XMP packet as text: upright, and without what is private.

XMP part 1 (ISO 16684-1). A packet in which private properties are left after the edit is dropped.
"""

from __future__ import annotations

import re

from mediaprep.model import MediaInfo
from mediaprep.probe.xmp import read_xmp

_NAMES = (
    rb"(?:GPS\w+|(?:Body|Lens)?SerialNumber|(?:Camera)?OwnerName|CameraSerialNumber|ImageUniqueID)"
)
_ATTRIBUTE = re.compile(rb"\s[\w.-]{1,64}:" + _NAMES + rb"\s*=\s*(?:\"[^\"]*\"|'[^']*')")
_ELEMENT = re.compile(
    rb"<([\w.-]{1,64}:" + _NAMES + rb")(?:\s[^<>]*)?(?:/>|>.*?</\1\s*>)", re.DOTALL
)
_TURN = re.compile(rb"(tiff:Orientation\s*(?:=\s*[\"']|>)\s*)[2-8]")
_SIDES = (
    re.compile(rb"((?:exif:PixelXDimension|tiff:ImageWidth)\s*(?:=\s*[\"']|>)\s*)\d+"),
    re.compile(rb"((?:exif:PixelYDimension|tiff:ImageLength)\s*(?:=\s*[\"']|>)\s*)\d+"),
)
_LOST = (b"Container:Directory", b"GCamera:", b"MotionPhoto", b"MicroVideo", b"HasExtendedXMP")


def edit(
    blob: bytes,
    *,
    size: tuple[int, int] | None = None,
    upright: bool = False,
    private: bool = False,
) -> bytes:
    """Return the packet, b"" for none."""
    if (upright or private) and b"\0" in blob[:8]:
        return b""  # UTF-16: rare enough to be dropped instead of rewritten
    if upright:
        blob = _TURN.sub(rb"\g<1>1", blob)
    for pattern, side in zip(_SIDES, size or (), strict=False):
        blob = pattern.sub(rb"\g<1>%d" % side, blob)
    if private:
        blob = _ELEMENT.sub(b"", _ATTRIBUTE.sub(b"", blob))
        # Besides, what it says of pictures and videos behind the picture is no longer true.
        if any(word in blob for word in _LOST) or _marks(blob) & {"gps", "serial"}:
            return b""
    return blob


def _marks(blob: bytes) -> set[str]:
    info = MediaInfo("")
    read_xmp(blob, info)
    return set(info.marks)
