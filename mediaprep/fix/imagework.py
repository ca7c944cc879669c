"""Make one new picture from one open file, in a worker: open, frame, colour, encode, write.

Profiles, modes and metadata each have a module of their own; the order is kept here.
"""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, BinaryIO

from PIL import Image

from mediaprep.errors import FixFailed
from mediaprep.fix import (
    colour,
    imagecodes,
    imageexif,
    imageframing,
    imagemeta,
    imagesave,
    imagestrip,
)
from mediaprep.fix.imageframing import Stored
from mediaprep.fix.imageopen import failing_as, frame_numbers, opened
from mediaprep.fix.recipe import Framing, ImageRecipe, Size

if TYPE_CHECKING:
    from mediaprep.fix.image import Job

_ANIMATED = frozenset({"gif", "webp", "png", "tiff"})
_UPRIGHT_ALREADY = ("HEIF", "TIFF")  # turned by libheif, and by Pillow when it loads
_HEAD_BYTES = 4096
_SEE_THROUGH = "webp"  # holds transparent pixels
_UNEQUAL = "its frames or pages are of different sizes", "one can be chosen: --frame N"


def make(source: BinaryIO, out: BinaryIO, job: Job) -> None:
    """Write what the recipe makes of `source` into `out`, or raise `FixFailed`."""
    recipe = job.recipe
    write = source
    if recipe.encode:
        write = io.BytesIO(_encoded(source, job))
    elif recipe.strip_private:
        write = io.BytesIO(imagestrip.strip(source.read(), job.container, job.private))
    try:
        shutil.copyfileobj(write, out, 1 << 20)
        out.flush()
    except OSError as error:
        raise FixFailed(f"it cannot be written: {error.strerror or error}") from None


def _encoded(source: BinaryIO, job: Job) -> bytes:
    recipe = job.recipe
    head = source.read(_HEAD_BYTES)
    source.seek(0)
    with opened(source, job.container) as picture:
        with failing_as("it cannot be decoded"):
            numbers = frame_numbers(picture, recipe.frame, recipe.container in _ANIMATED)
            meta = imagemeta.collect(picture, recipe.strip_private)
            told = imagecodes.told(picture, source, job.container)
            same_grid = recipe.framing.scale is None and recipe.framing.crop is None
            traits = imagesave.traits_of(picture, head, same_grid)
            if told:  # by code points, which few formats can carry on
                meta.icc, job = told, replace(job, recipe=replace(recipe, srgb=True))
            frames = [_frame(picture, number, job, meta, traits) for number in numbers]
        if len({frame.size for frame in frames}) > 1 and recipe.container != "tiff":
            raise FixFailed(*_UNEQUAL)
    traits.see_through = any(colour.has_alpha(frame) for frame in frames)
    imagemeta.settle(meta, frames[0].size)
    with failing_as(f"it cannot be encoded as {recipe.container}"):
        return imagesave.encode(frames, recipe.container, meta, traits, recipe.max_bytes)


def _frame(
    picture: Image.Image, number: int, job: Job, meta: imagemeta.Meta, traits: imagesave.Traits
) -> Image.Image:
    """Decode one frame and bring it into its final shape and colours."""
    recipe = job.recipe
    if picture.tell() != number:
        picture.seek(number)
    frame = shaped(picture, *_of_page(picture, job))
    traits.durations.append(int(picture.info.get("duration") or 0))
    icc: bytes | None = meta.icc
    if recipe.flatten is not None:
        if recipe.srgb:  # first, since the colour behind it is one of sRGB
            frame, icc = colour.convert(frame, icc, _SEE_THROUGH, srgb=True)
        frame = colour.flatten(frame, recipe.flatten)
    frame, icc = colour.convert(frame, icc, recipe.container, recipe.srgb)
    if frame.mode != "P":
        frame.info = {}  # whatever is kept is handed over on its own
    if icc is None:
        meta.srgb |= recipe.srgb and bool(meta.icc)
        meta.icc = b""
    framing = recipe.framing
    if framing.canvas is not None:
        if frame.mode == "I;16" and not imageframing.is_gray(framing.fill):
            frame = colour.eight_bit(frame)
        frame = imageframing.pad(frame, framing.canvas, framing.fill)
        frame = colour.hold(frame, recipe.container)
    return frame


def _of_page(picture: Image.Image, job: Job) -> tuple[Job, ImageRecipe]:
    """Scale a page of another size by as much as the first one; pages are not framed alike."""
    recipe, size = job.recipe, job.size
    scale = recipe.framing.scale
    other = picture.format == "TIFF" == recipe.container.upper() and size not in (
        None,
        picture.size,
    )
    if not other or size is None or picture.tell() == 0 or recipe.framing != Framing(scale=scale):
        return job, recipe
    if scale is not None:
        sides = zip(picture.size, size, (scale.width, scale.height), strict=True)
        scale = Size(*(max(round(Fraction(side * new, old)), 1) for side, old, new in sides))
    recipe = replace(recipe, framing=Framing(scale=scale))
    return replace(job, size=None, recipe=recipe), recipe


def shaped(picture: Image.Image, job: Job, recipe: ImageRecipe, exact: bool = False) -> Image.Image:
    """Return the current frame cropped, scaled and upright, in its own colours."""
    framing = recipe.framing
    # What a GIF draws beside its screen is not seen.
    size = job.size if picture.format == "GIF" and job.size else picture.size
    stored = Stored(*size, _orientation(picture, job.orientation))
    _compare_sizes(stored, job, later=picture.tell() > 0)
    if not exact:
        stored = imageframing.draft(picture, stored, framing)
    picture.info.pop("xmp", None)  # Pillow would turn a TIFF by it, as nothing else does
    picture.load()
    frame: Image.Image = picture
    if picture.format == "GIF" and picture.size != size:
        frame = picture.crop((0, 0, *size))
    if framing.changes or frame.mode not in ("P", "1") or not _kept_as_it_is(frame, recipe):
        frame = colour.scalable(frame, recipe.container)
    frame = imageframing.cut(frame, stored, framing)
    return frame.copy() if frame is picture else frame


def _kept_as_it_is(frame: Image.Image, recipe: ImageRecipe) -> bool:
    return recipe.flatten is None and not recipe.srgb and not recipe.framing.changes


def _orientation(picture: Image.Image, orientation: int) -> int:
    if picture.format in _UPRIGHT_ALREADY:
        return 1
    if picture.format == "AVIF":  # Pillow puts the file's own boxes in terms of EXIF
        return imageexif.orientation_of(picture.info.get("exif") or b"")
    return orientation


def _compare_sizes(stored: Stored, job: Job, later: bool) -> None:
    if job.size is not None and stored.displayed != job.size and job.recipe.framing != Framing():
        if later:
            raise FixFailed(*_UNEQUAL)
        decoded, read = ("×".join(map(str, size)) for size in (stored.displayed, job.size))
        raise FixFailed(f"it is {decoded} when decoded, not {read} as its header was read")
