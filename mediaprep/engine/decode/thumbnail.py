"""Make a small WebP of a picture for people to look at, in a worker: decode, turn, shrink, encode.

Nothing of the file goes along but its pixels and, where it is short, its colour profile.
"""

from __future__ import annotations

import contextlib
import importlib
import io
from typing import Any, BinaryIO

from PIL import Image, ImageOps

from mediaprep.engine.decode import image  # it readies Pillow's plugins
from mediaprep.engine.decode.formats import MAX_PIXELS, OPENERS

importlib.import_module("PIL.ImageCms")  # LAB is converted by it, when nothing can be loaded
MODULES = ("mediaprep.engine.decode.thumbnail", image.__name__)
_QUALITIES = (80, 66, 50, 34, 18)
_METHOD = 1  # of WebP: four times as fast as the usual 4, and hardly larger
_SMALLEST = 64  # pixels, below which no bytes are worth saving
_LONGEST_ICC = 1024  # Display P3 takes 548 bytes, a printer's profile half a megabyte
_SIXTEEN_BITS = ("I", "I;16", "I;16B", "I;16L", "I;16N")


def thumbnail(file: BinaryIO, job: dict[str, Any]) -> bytes:
    """Return the first frame of `file` as WebP, `job` being its container, side and most bytes."""
    side = job["side"]
    with Image.open(file, formats=OPENERS[job["container"]]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise ValueError("it has too many pixels")
        picture.draft("RGB", (side, side))
        picture.load()
        small = _plain(picture)
        small.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
        with contextlib.suppress(Exception):  # EXIF that cannot be read turns nothing
            small = ImageOps.exif_transpose(small)
        return _encoded(small, picture.info.get("icc_profile") or b"", job["most_bytes"])


def _plain(picture: Image.Image) -> Image.Image:
    """Bring a picture to 8 bits of RGB, with alpha where it has any."""
    if picture.mode in _SIXTEEN_BITS:
        deep = picture.convert("I")
        return deep.point(lambda value: value * (1 / 257)).convert("L")
    has_alpha = picture.mode in ("RGBA", "LA", "PA", "La", "RGBa") or "transparency" in picture.info
    wanted = "RGBA" if has_alpha else "RGB"
    return picture.copy() if picture.mode == wanted else picture.convert(wanted)


def _encoded(small: Image.Image, icc: bytes, most_bytes: int) -> bytes:
    kept = icc if small.mode != "L" and len(icc) <= _LONGEST_ICC else b""
    small.info = {}
    while True:
        for quality in _QUALITIES:
            out = io.BytesIO()
            small.save(out, "WEBP", quality=quality, method=_METHOD, icc_profile=kept)
            if out.tell() <= most_bytes or max(small.size) <= _SMALLEST:
                return out.getvalue()
        small = small.resize([max(1, side // 2) for side in small.size])  # it is mostly noise
