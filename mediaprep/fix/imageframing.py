"""Crop, scale, turn upright and pad one picture.

Cropping and scaling work on the picture as it is stored, so that only the smaller result has to be
turned, and a JPEG is decoded at a half, a quarter or an eighth where the result is small enough.
"""

from __future__ import annotations

import math
from typing import NamedTuple

from PIL import Image, ImageColor, ImageFilter

from mediaprep.errors import FixFailed
from mediaprep.fix.recipe import Box, Framing, Size

_T = Image.Transpose
_TURNS = {
    2: _T.FLIP_LEFT_RIGHT,
    3: _T.ROTATE_180,
    4: _T.FLIP_TOP_BOTTOM,
    5: _T.TRANSPOSE,
    6: _T.ROTATE_270,
    7: _T.TRANSVERSE,
    8: _T.ROTATE_90,
}
# How a rectangle of the upright picture is found in the stored one: mirrored, then sides swapped.
_MIRRORED_X, _MIRRORED_Y = (2, 3, 6, 7), (3, 4, 7, 8)
_FIRST_SWAPPED = 5

DRAFT_MARGIN = 2  # a JPEG is decoded at no less than so many times the size that is wanted
BLUR = "blur"
_GAP = 3.0  # above it, larger pictures are averaged down to so many times the size first
_STRIP_ROWS = 256
_BLUR_SHRINK = 16  # a blurred background is made at a sixteenth of its size
_BLUR_SIGMA = 2.5
_DARKEN = 0.6
_BLURRED = {"1": "L", "LA": "RGBA"}


class Stored(NamedTuple):
    """A picture as it is stored: its full size, and what of the decoded pixels that covers."""

    width: int
    height: int
    orientation: int = 1
    extent: tuple[float, float] | None = None  # None: decoded at full size

    @property
    def displayed(self) -> tuple[int, int]:
        """Width and height when upright."""
        swapped = self.orientation >= _FIRST_SWAPPED
        return (self.height, self.width) if swapped else (self.width, self.height)


def draft(picture: Image.Image, stored: Stored, framing: Framing) -> Stored:
    """Have a JPEG decoded smaller where that does not show; call it before loading."""
    if framing.scale is None:
        return stored
    _, _, box_width, box_height = _stored_box(stored, framing.crop)
    width, height = _stored_size(stored, framing.scale)
    wanted = (
        math.ceil(stored.width * width * DRAFT_MARGIN / box_width),
        math.ceil(stored.height * height * DRAFT_MARGIN / box_height),
    )
    if wanted[0] * 2 > stored.width or wanted[1] * 2 > stored.height:
        return stored
    done = picture.draft(None, wanted)
    return stored._replace(extent=done[1][2:]) if done else stored


def cut(picture: Image.Image, stored: Stored, framing: Framing) -> Image.Image:
    """Crop, scale and turn upright."""
    whole = (0, 0, stored.width, stored.height)
    box = _stored_box(stored, framing.crop)
    if framing.scale is not None:
        picture = _scale(picture, stored, box, _stored_size(stored, framing.scale))
    elif box != whole:
        x, y, width, height = box
        picture = picture.crop((x, y, x + width, y + height))
    turn = _TURNS.get(stored.orientation)
    return picture if turn is None else picture.transpose(turn)


def pad(picture: Image.Image, canvas: Size, fill: str) -> Image.Image:
    """Centre a picture on a larger canvas of one colour, or of its own blurred likeness."""
    width, height = picture.size
    if width > canvas.width or height > canvas.height:
        raise FixFailed(f"{width}×{height} does not fit a canvas of {canvas.width}×{canvas.height}")
    if fill == BLUR:
        picture = picture.convert(_BLURRED.get(picture.mode, picture.mode))
        ground = _blurred(picture, canvas)
    else:
        picture = _holding(picture, fill)
        ground = Image.new(picture.mode, (canvas.width, canvas.height), _colour(fill, picture.mode))
    ground.paste(picture, ((canvas.width - width) // 2, (canvas.height - height) // 2))
    return ground


def rgb_of(colour: str) -> tuple[int, ...]:
    """Return a colour by its CSS name or number as red, green and blue."""
    try:
        return ImageColor.getrgb(colour)[:3]
    except ValueError:
        raise FixFailed(f"no such colour: {colour}", "a CSS name, or #rrggbb") from None


def is_gray(fill: str) -> bool:
    """Whether a pad is a plain gray, which fits gray pictures of any depth."""
    return fill != BLUR and len(set(rgb_of(fill))) == 1


def _stored_box(stored: Stored, crop: Box | None) -> tuple[int, int, int, int]:
    width, height = stored.displayed
    if crop is None:
        return 0, 0, stored.width, stored.height
    x, y = crop.x, crop.y
    if min(x, y) < 0 or x + crop.width > width or y + crop.height > height:
        raise FixFailed(
            f"the crop reaches beyond the picture, which is {width}×{height} when decoded"
        )
    x = width - x - crop.width if stored.orientation in _MIRRORED_X else x
    y = height - y - crop.height if stored.orientation in _MIRRORED_Y else y
    if stored.orientation >= _FIRST_SWAPPED:
        return y, x, crop.height, crop.width
    return x, y, crop.width, crop.height


def _stored_size(stored: Stored, size: Size) -> tuple[int, int]:
    swapped = stored.orientation >= _FIRST_SWAPPED
    return (size.height, size.width) if swapped else (size.width, size.height)


def _scale(
    picture: Image.Image, stored: Stored, box: tuple[int, int, int, int], size: tuple[int, int]
) -> Image.Image:
    extent = stored.extent or picture.size
    across, down = extent[0] / stored.width, extent[1] / stored.height
    left, top = box[0] * across, box[1] * down
    right, bottom = left + box[2] * across, top + box[3] * down
    # Nothing of what is cut away may bleed in through the filter, so it is cut away first.
    outer = (
        math.floor(left), math.floor(top),
        min(math.ceil(right), picture.width), min(math.ceil(bottom), picture.height),
    )  # fmt: skip
    if outer != (0, 0, *picture.size):
        picture = picture.crop(outer)
    inner = (
        left - outer[0], top - outer[1],
        min(right - outer[0], picture.width), min(bottom - outer[1], picture.height),
    )  # fmt: skip
    if picture.size == size and inner == (0, 0, *size):
        return picture
    # What libjpeg has averaged already is scaled on with less effort: SSIM stays above 0.99.
    resampling = Image.Resampling.LANCZOS if stored.extent is None else Image.Resampling.BICUBIC
    if picture.mode in ("RGBA", "LA"):
        # Alpha is multiplied in by Pillow itself, so that nothing shines through at soft edges.
        return picture.resize(size, resampling, box=inner, reducing_gap=_GAP)
    return _in_strips(picture, size, resampling, inner)


def _in_strips(
    picture: Image.Image,
    size: tuple[int, int],
    resampling: Image.Resampling,
    box: tuple[float, float, float, float],
) -> Image.Image:
    """Scale a few rows at a time, to have no half-scaled picture in memory as a whole."""
    left, top, right, bottom = box
    width, height = size
    down = (bottom - top) / height
    out = Image.new(picture.mode, size)
    gap = None if picture.mode == "I;16" else _GAP  # Pillow averages no 16-bit pictures
    for y in range(0, height, _STRIP_ROWS):
        end = min(y + _STRIP_ROWS, height)
        rows = left, top + y * down, right, min(top + end * down, bottom)
        strip = picture.resize((width, end - y), resampling, box=rows, reducing_gap=gap)
        out.paste(strip, (0, y))
    return out


def _blurred(picture: Image.Image, canvas: Size) -> Image.Image:
    small = max(canvas.width // _BLUR_SHRINK, 8), max(canvas.height // _BLUR_SHRINK, 8)
    width, height = picture.size
    cover = min(width / canvas.width, height / canvas.height)
    # One of the two is none at all, but for rounding.
    x = max(0.0, width - canvas.width * cover) / 2
    y = max(0.0, height - canvas.height * cover) / 2
    box = (x, y, min(x + canvas.width * cover, width), min(y + canvas.height * cover, height))
    ground = picture.resize(small, Image.Resampling.BOX, box=box)
    if ground.mode == "RGBA":
        ground = Image.alpha_composite(Image.new("RGBA", small, (0, 0, 0, 255)), ground)
    ground = ground.filter(ImageFilter.GaussianBlur(_BLUR_SIGMA))
    ground = ground.resize((canvas.width, canvas.height), Image.Resampling.BICUBIC)
    dark = [
        band if name == "A" else band.point(_darker(name))
        for name, band in zip(ground.getbands(), ground.split(), strict=True)
    ]
    return Image.merge(ground.mode, dark)


def _darker(band: str) -> list[int]:
    if band in "CMYK":
        return [round(255 - (255 - value) * _DARKEN) for value in range(256)]
    return [round(value * _DARKEN) for value in range(256)]


def _holding(picture: Image.Image, fill: str) -> Image.Image:
    """Return the picture in a mode that can hold a colour beside it."""
    red, green, blue = rgb_of(fill)
    if picture.mode == "1":
        picture = picture.convert("L")
    if red == green == blue or picture.mode not in ("L", "LA"):
        return picture
    return picture.convert("RGBA" if picture.mode == "LA" else "RGB")


def _colour(fill: str, mode: str) -> int | tuple[int, ...]:
    rgb = rgb_of(fill)
    if mode == "I;16":
        return round(sum(rgb) / 3 * 257)
    pixel = Image.new("RGB", (1, 1), rgb).convert(mode).getpixel((0, 0))
    assert isinstance(pixel, int | tuple)
    return pixel
