"""Bring a picture of a forbidden shape to the nearest legal one, by padding it or by cropping it.

Only the axis that is too short is padded, only the one that is too long is cropped; the other is
spanned by the picture. Written for pictures that are too wide; tall ones are turned on their side.
"""

from __future__ import annotations

from collections.abc import Callable
from math import isqrt

from mediaprep.fix.bounds import MAX_SIDE, Bounds
from mediaprep.fix.recipe import Allow, Aspect, Box, Framing, Size

_Solve = Callable[[int, int, Bounds, int, bool], "_Shape | None"]
_Shape = tuple[tuple[int, int] | None, tuple[int, int] | None, tuple[int, int] | None]


def reshape(width: int, height: int, bounds: Bounds, allow: Allow, step: int) -> Framing | None:
    """Pad or crop W×H, as `allow` chooses, to the legal shape that is nearest.

    Padding: the largest scaling down w×h of the picture, w ≤ W and h the nearest legal number to
    wH/W, for which some legal canvas w×c has c ≥ h; of those the smallest c. Cropping: the tallest
    legal w×h with h ≤ H that shows no more than the picture has, w ≤ hW/H, and of those the widest.
    Where no scaling down will do, the smallest scaling up that does. For pictures that are too tall
    the same holds with the axes exchanged; for a shape that is legal both are tried.
    """
    solve = _crop if allow.aspect is Aspect.CROP else _pad
    wide_first = bounds.shape_side(width, height) >= 0
    turned = bounds.turned()
    for up in (False, True):
        for wide in (wide_first, not wide_first):
            shape = (
                solve(width, height, bounds, step, up)
                if wide
                else solve(height, width, turned, step, up)
            )
            if shape:
                return _framing(shape, width, height, wide, step, allow)
    return None


def _pad(width: int, height: int, bounds: Bounds, step: int, up: bool) -> _Shape | None:
    for columns in _spans(width, bounds.width, _most_columns(width, height, bounds), step, up):
        rows = _nearest(height * columns, width, step)
        low, high = bounds.heights(columns)
        canvas = max(rows, low + -low % step)
        if canvas <= high:
            same = (columns, rows) == (width, height)
            content = None if same else (columns, rows)
            return None, content, None if canvas == rows else (columns, canvas)
    return None


def _crop(width: int, height: int, bounds: Bounds, step: int, up: bool) -> _Shape | None:
    for rows in _spans(height, bounds.height, MAX_SIDE, step, up):
        low, high = bounds.widths(rows)
        columns = min(high, width * rows // height)
        columns -= columns % step
        if columns >= max(low, step):
            if 0 <= height - rows < step:
                return (columns, rows), None, None
            kept = max(1, min(width, (2 * columns * height + rows) // (2 * rows)))
            return (kept, height), (columns, rows), None
    return None


def _spans(side: int, limits: tuple[int, int], most: int, step: int, up: bool) -> range:
    """Walk the lengths that the spanned axis may have: from its own downwards, or upwards."""
    if up:
        first = max(side, limits[0])
        return range(first + -first % step, min(limits[1], most, MAX_SIDE) + 1, step)
    first = min(side, limits[1], most)
    return range(first - first % step, max(limits[0], step) - 1, -step)


def _most_columns(width: int, height: int, bounds: Bounds) -> int:
    """Bound the spanned axis of a canvas: it holds the picture and has the legal shape."""
    most = min(MAX_SIDE, isqrt(bounds.pixels[1] * width // height) + 4)
    hi = bounds.aspect.hi
    if hi is not None:
        most = min(most, isqrt(bounds.pixels[1] * hi.numerator // hi.denominator) + 1)
    return most


def _nearest(numerator: int, denominator: int, step: int) -> int:
    """Return the multiple of `step` nearest to a ratio, at least one; of two the smaller."""
    return max(step, -((denominator * step - 2 * numerator) // (2 * denominator * step)) * step)


def _framing(
    shape: _Shape, width: int, height: int, wide: bool, step: int, allow: Allow
) -> Framing:
    crop, scale, canvas = (
        Size(*(size if wide else size[::-1])) if size else None for size in shape
    )
    fill = "blur" if allow.aspect is Aspect.BLUR else allow.pad_color
    return Framing(
        crop=_centred(crop, width, height, step) if crop else None,
        scale=scale,
        canvas=canvas,
        fill=fill if canvas else "black",
    )


def _centred(size: Size, width: int, height: int, step: int) -> Box | None:
    if (size.width, size.height) == (width, height):
        return None
    left, top = (width - size.width) // 2, (height - size.height) // 2
    return Box(left - left % step, top - top % step, size.width, size.height)
