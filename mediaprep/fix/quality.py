"""Measure how alike two pictures look: SSIM of luma at the geometry of the result.

Wang et al., "Image Quality Assessment: From Error Visibility to Structural Similarity", with
windows of 8×8 pixels, at every fourth pixel. Padding is left out: the source has nothing there.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image, ImageMath

from mediaprep.errors import FixFailed
from mediaprep.fix import colour, imagecodes, imagework
from mediaprep.fix.imageopen import failing_as, frame_numbers, opened
from mediaprep.fix.recipe import Framing

if TYPE_CHECKING:
    from mediaprep.fix.image import Job

_WINDOW, _STRIDE = 8, 4
_C1, _C2 = (0.01 * 255) ** 2, (0.03 * 255) ** 2
_STRIP = 512  # rows that are worked on at a time, a multiple of the window


def score(source: BinaryIO, result: BinaryIO, job: Job) -> float:
    """Return the SSIM of the first frames, 1 for no difference, or raise `FixFailed`."""
    framing = replace(job.recipe.framing, canvas=None)
    recipe = replace(job.recipe, framing=framing)
    whole = replace(recipe, framing=Framing())
    with failing_as("it cannot be decoded"):
        reference = _shown(source, replace(job, recipe=recipe), job.container)
        turn = 1 if recipe.encode else job.orientation
        upright = replace(job, orientation=turn, size=None, recipe=replace(whole, frame=None))
        made = _shown(result, upright, recipe.container)
    width, height = reference.size
    if width > made.width or height > made.height:
        raise FixFailed("the result is smaller than what it should show")
    x, y = (made.width - width) // 2, (made.height - height) // 2
    return ssim(reference, made.crop((x, y, x + width, y + height)))


def ssim(one: Image.Image, other: Image.Image) -> float:
    """Return the mean SSIM of two gray pictures of one size."""
    total, windows = 0.0, 0
    for top in range(0, one.height, _STRIP):
        bottom = min(top + _STRIP, one.height)
        strips = [
            picture.crop((0, top, one.width, bottom)).convert("F") for picture in (one, other)
        ]
        for part, count in _parts(*strips):
            total += part * count
            windows += count
    return min(total / windows, 1.0)


def _parts(one: Image.Image, other: Image.Image) -> Iterator[tuple[float, int]]:
    """Yield the mean and the number of windows for each of the grids they lie on."""
    width, height = one.size
    for x in (0, _STRIDE) if width >= _WINDOW + _STRIDE else (0,):
        for y in (0, _STRIDE) if height >= _WINDOW + _STRIDE else (0,):
            right = x + max((width - x) // _WINDOW * _WINDOW, min(width, _WINDOW))
            low = y + max((height - y) // _WINDOW * _WINDOW, min(height, _WINDOW))
            box = x, y, min(right, width), min(low, height)
            similar = _map(one.crop(box), other.crop(box))
            mean = similar.resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
            assert isinstance(mean, float)
            yield mean, similar.width * similar.height


def _map(one: Image.Image, other: Image.Image) -> Image.Image:
    def mean(picture: Image.Image) -> Image.Image:
        return picture.reduce(_WINDOW)

    def product(a: Image.Image, b: Image.Image) -> Image.Image:
        return _picture(ImageMath.lambda_eval(lambda p: p["a"] * p["b"], a=a, b=b))

    similar = ImageMath.lambda_eval(
        lambda p: (
            (2 * p["ma"] * p["mb"] + _C1)
            * (2 * (p["ab"] - p["ma"] * p["mb"]) + _C2)
            / (
                (p["ma"] * p["ma"] + p["mb"] * p["mb"] + _C1)
                * (p["aa"] - p["ma"] * p["ma"] + p["bb"] - p["mb"] * p["mb"] + _C2)
            )
        ),
        ma=mean(one), mb=mean(other),
        aa=mean(product(one, one)), bb=mean(product(other, other)), ab=mean(product(one, other)),
    )  # fmt: skip
    return _picture(similar)


def _picture(value: object) -> Image.Image:
    assert isinstance(value, Image.Image)
    return value


def _shown(file: BinaryIO, job: Job, container: str) -> Image.Image:
    """Return the gray of a picture on an sRGB screen, on black where it is transparent."""
    with opened(file, container) as picture:
        picture.seek(frame_numbers(picture, job.recipe.frame, animate=False)[0])
        icc = imagecodes.told(picture, file, container) or picture.info.get("icc_profile")
        shaped = imagework.shaped(picture, job, job.recipe, exact=True)
    shown = colour.to_srgb(shaped, icc)
    return colour.flatten(shown, job.recipe.flatten or "black").convert("L")
