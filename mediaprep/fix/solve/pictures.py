"""Solve for the change of least loss to one image: format, frame, size and bytes together."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from typing import NamedTuple

from mediaprep.fix.recipe import Allow, Framing, ImageRecipe, Size
from mediaprep.fix.solve.bounds import Bounds
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.containers import (
    PICTURES,
    STRIPPED_AS_THEY_ARE,
    coded_size,
    has_private,
    picture_formats,
)
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.fix.solve.predict import fits_bytes, most_pixels, picture_bytes
from mediaprep.fix.solve.target import Target
from mediaprep.model import MediaInfo

GEOMETRY = ("width", "height", "aspect", "pixels")
_FORMAT = ("container", "size", "frames", "bit_depth")
_PRINT = frozenset({"cmyk", "lab"})
_BITS = 8  # a channel, of everything that is written


class _Choice(NamedTuple):
    """One way to write the picture; of several the least is taken, field by field."""

    content: bool  # loses alpha or frames
    smaller: bool  # scaled down more than the bounds ask for, to save bytes
    order: int
    recipe: ImageRecipe


def solve_picture(info: MediaInfo, target: Target, allow: Allow) -> ImageRecipe:
    """Solve for one image; raises Infeasible when nothing that is allowed meets the target."""
    container, broken = info.container or "", target.broken(info)
    private = has_private(info, allow)
    encode = private and container not in STRIPPED_AS_THEY_ARE
    if not (broken or target.disputed(info) or encode):
        return ImageRecipe(container, encode=False, strip_private=private)
    if not info.width or not info.height:
        raise Infeasible("width", "height")
    best: _Choice | None = None
    for choice in _choices(info, target, allow, broken):
        if not (choice.content or choice.smaller):
            return choice.recipe
        best = min(best or choice, choice)
    if best is None:
        raise Infeasible(*_FORMAT, *GEOMETRY)
    return best.recipe


def _choices(
    info: MediaInfo, target: Target, allow: Allow, broken: Collection[str]
) -> Iterator[_Choice]:
    depths, counts = target.interval("bit_depth"), target.interval("frames")
    if _BITS not in depths:
        raise Infeasible(*_FORMAT, *GEOMETRY)
    if _solve(info, target.bounds, allow) is None:
        raise Infeasible(*GEOMETRY)
    for order, container in enumerate(picture_formats(info, target)):
        framing = _frame(info, target.bounds, allow, container)
        if framing is None:
            continue
        holds, frames = PICTURES[container], info.frames or 1
        single = frames > 1 and (not holds.frames or "frames" in broken)
        flat = bool(info.has_alpha) and not holds.alpha
        if (single or flat) and not allow.content:
            continue
        if "frames" in broken and 1 not in counts:
            raise Infeasible("frames")
        recipe = ImageRecipe(
            container,
            frame=min(allow.frame, frames - 1) if single else None,
            framing=framing,
            srgb=info.color_mode in _PRINT or not (info.icc is None or "srgb" in info.icc.lower()),
            flatten=allow.alpha if flat else None,
            max_bytes=target.max_bytes,
            strip_private=allow.strip_private,
        )
        kept = 1 if single else frames
        if _small_enough(info, target, recipe, kept):
            yield _Choice(single or flat, False, order, recipe)
        elif target.max_bytes is not None:
            cap = most_pixels(info, container, target.max_bytes, kept)
            if less := _frame(info, target.bounds.capped(cap), allow, container):
                yield _Choice(single or flat, True, order, replace(recipe, framing=less))


def _frame(info: MediaInfo, bounds: Bounds, allow: Allow, container: str) -> Framing | None:
    """Solve for a framing that is legal as it is shown, and as it is stored in a format."""
    for even in (False, True):
        framing = _solve(info, bounds, allow, even=even)
        if framing is None:
            return None
        size = _size(info, framing)
        if bounds.fits(*coded_size(container, size.width, size.height)):
            return framing
    return None


def _solve(info: MediaInfo, bounds: Bounds, allow: Allow, *, even: bool = False) -> Framing | None:
    assert info.width is not None
    assert info.height is not None
    return solve_geometry(info.width, info.height, bounds, allow, even)


def _size(info: MediaInfo, framing: Framing) -> Size:
    """Return the size of the result."""
    whole = Size(info.width or 0, info.height or 0)
    crop = framing.crop and Size(framing.crop.width, framing.crop.height)
    return framing.canvas or framing.scale or crop or whole


def _small_enough(info: MediaInfo, target: Target, recipe: ImageRecipe, frames: int) -> bool:
    """Whether a format can hold the picture within the byte limits, by prediction."""
    least, most = target.bytes
    size = _size(info, recipe.framing)
    measured = replace(info, width=size.width, height=size.height, frames=frames)
    predicted = picture_bytes(info, recipe.container, measured)
    if predicted < least:
        return False
    return target.max_bytes is None or fits_bytes(info, recipe.container, measured, most)
