"""Pictures to encode, and the encoders' settings that keep them small and repeatable."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from PIL import Image, ImageDraw

Size = tuple[int, int]
SKY, SAND = (58, 110, 165), (236, 200, 140)
_ORIENTED = Image.Transpose
# EXIF orientation -> what was done to the upright picture before it was stored.
_STORED_AS = {
    2: _ORIENTED.FLIP_LEFT_RIGHT,
    3: _ORIENTED.ROTATE_180,
    4: _ORIENTED.FLIP_TOP_BOTTOM,
    5: _ORIENTED.TRANSPOSE,
    6: _ORIENTED.ROTATE_90,
    7: _ORIENTED.TRANSVERSE,
    8: _ORIENTED.ROTATE_270,
}


def flat(size: Size, mode: str = "RGB", color: Any = SKY) -> Image.Image:
    """Draw one colour, which every format stores in next to nothing."""
    return Image.new(mode, size, color)


def two_tone(size: Size) -> Image.Image:
    """Draw a picture of one bit a pixel, so that 15 megapixels stay below 10 KB."""
    image = Image.new("P", size, 0)
    image.putpalette([*SKY, *SAND])
    return image


def gradient(size: Size) -> Image.Image:
    """Draw sky over sand, softly enough for a JPEG of a few kilobytes."""
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        share = y / size[1]
        mixed = [round(a + (b - a) * share) for a, b in zip(SKY, SAND, strict=True)]
        column.putpixel((0, y), (mixed[0], mixed[1], mixed[2]))
    return column.resize(size, Image.Resampling.NEAREST)


def arrow(size: Size) -> Image.Image:
    """Draw an arrow that points up."""
    width, height = size
    image = flat(size)
    draw = ImageDraw.Draw(image)
    draw.polygon([(width // 2, 30), (width - 60, height // 2), (60, height // 2)], fill=SAND)
    draw.rectangle([width // 2 - 30, height // 2, width // 2 + 30, height - 30], fill=SAND)
    return image


def stored_for(orientation: int, size: Size) -> Image.Image:
    """Draw the arrow as it is stored when `orientation` is to turn it upright again."""
    upright = arrow(size)
    if orientation == 1:
        return upright
    return upright.transpose(_STORED_AS[orientation])


def exif(tags: dict[int, Any], gps: dict[int, Any] | None = None) -> bytes:
    """Make an EXIF block of IFD0 tags, with a GPS directory where one is given."""
    block = Image.Exif()
    block.update(tags)
    if gps:
        block.get_ifd(0x8825).update(gps)
    return block.tobytes()


def encode(image: Image.Image, form: str, **options: Any) -> bytes:
    """Write a picture as `form` into memory."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def jpeg(draw: Callable[[], Image.Image], **options: Any) -> Callable[[], bytes]:
    """Return a recipe for a JPEG of quality 60."""
    return lambda: encode(draw(), "JPEG", **{"quality": 60, "optimize": True, **options})


def png(draw: Callable[[], Image.Image], **options: Any) -> Callable[[], bytes]:
    """Return a recipe for a PNG."""
    return lambda: encode(draw(), "PNG", **{"optimize": True, **options})


def heic(draw: Callable[[], Image.Image], **options: Any) -> Callable[[], bytes]:
    """Return a recipe for a HEIC; the encoder is imported only when it is needed."""

    def build() -> bytes:
        import pillow_heif

        pillow_heif.register_heif_opener()
        return encode(draw(), "HEIF", **{"quality": 40, **options})

    return build


def animation(size: Size, form: str, frames: int = 3) -> Callable[[], bytes]:
    """Return a recipe for an animation that steps from one shade to the next."""

    def build() -> bytes:
        first, *rest = [flat(size, color=(40 * n, 80, 200 - 40 * n)) for n in range(frames)]
        return encode(first, form, save_all=True, append_images=rest, duration=200, loop=0)

    return build
