"""Collect what a picture says about itself, as it should stand in the result."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

from PIL import Image, TiffImagePlugin

from mediaprep.fix import imageexif, imagexmp

_EXIF_IFD, _GPS_IFD = 0x8769, 0x8825
# What a TIFF's first directory says of the picture and not of how it is stored.
_TOLD = (0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x013C, 0x8298)
_MAX_DPI = 65535
_MAX_TEXT = 1 << 20
_OTHERWISE = ("raw profile", "xml:", "exif", "xmp")  # text that is EXIF or XMP in disguise


@dataclass(slots=True)
class Meta:
    """What goes into the new file beside its pixels; empty for nothing."""

    exif: bytes = b""
    xmp: bytes = b""
    icc: bytes = b""
    dpi: tuple[float, float] | None = None
    comment: bytes = b""
    text: dict[str, str] | None = None
    srgb: bool = False  # colours were brought there from a wider space


def collect(picture: Image.Image, private: bool) -> Meta:
    """Return what the picture carries; `private`: without positions, serial numbers and owners."""
    meta = Meta()
    info = picture.info
    meta.exif = _tiff_exif(picture) if picture.format == "TIFF" else _bytes(info.get("exif"))
    meta.xmp = _bytes(info.get("xmp"))
    meta.icc = _bytes(info.get("icc_profile"))
    meta.dpi = _dpi(info.get("dpi"))
    meta.comment = _bytes(info.get("comment"))
    meta.text = {
        key: str(value)
        for key, value in info.items()
        if isinstance(key, str) and isinstance(value, str) and picture.format == "PNG"
        if len(value) <= _MAX_TEXT and not key.lower().startswith(_OTHERWISE)
    }
    if private:
        meta.exif = imageexif.edit(meta.exif, private=True)
        meta.xmp = imagexmp.edit(meta.xmp, private=True)
    return meta


def settle(meta: Meta, size: tuple[int, int]) -> None:
    """Have it say that the picture is upright, of this size, and whose its colours are."""
    meta.exif = imageexif.edit(meta.exif, size=size, upright=True, srgb=meta.srgb)
    meta.xmp = imagexmp.edit(meta.xmp, size=size, upright=True)


def _bytes(value: Any) -> bytes:
    if isinstance(value, str):
        return value.encode()
    return bytes(value) if isinstance(value, bytes | bytearray) else b""


def _dpi(value: Any) -> tuple[float, float] | None:
    try:
        across, down = (float(number) for number in value)
    except (TypeError, ValueError, ZeroDivisionError):
        return None
    good = all(math.isfinite(n) and 1 <= n <= _MAX_DPI for n in (across, down))
    return (across, down) if good else None


def _tiff_exif(picture: Image.Image) -> bytes:
    assert isinstance(picture, TiffImagePlugin.TiffImageFile)
    found, told = picture.getexif(), Image.Exif()
    for tag in _TOLD:
        if tag in found:
            told[tag] = found[tag]
    for directory in (_EXIF_IFD, _GPS_IFD):
        if values := found.get_ifd(directory):
            told.get_ifd(directory).update(values)
            told[directory] = values
    return told.tobytes() if len(told) else b""
