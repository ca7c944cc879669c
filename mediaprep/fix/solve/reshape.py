"""Bring a picture of a forbidden shape to the nearest legal one, by padding it or by cropping it.

Only the axis that is too short is padded, only the one that is too long is cropped; the other is
spanned by the picture. Written for pictures that are too wide; tall ones are turned on their side.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from math import isqrt

from mediaprep.fix.recipe import Allow, Aspect, Box, Framing, Size
from mediaprep.fix.solve.bounds import MAX_SIDE, Bounds, Range

_NEAR = (99, 100)  # a shape is near another if it is at least so much of it
_Ratio = tuple[int, int]
_Shape = tuple[Range | None, Range | None, Range | None]  # crop, scale, canvas


def reshape(width: int, height: int, bounds: Bounds, allow: Allow, step: int) -> Framing | None:
    """Pad or crop W×H, as `allow` chooses, to the legal shape that is nearest.

    For a picture that is too wide: let r be the widest shape that the bounds allow, or the
    picture's own if that is less wide. Padding takes the largest scaling down w×h of the picture,
    w ≤ W and h the nearest legal number to wH/W, for which some legal canvas w×c has c ≥ h and
    w/c ≥ 0.99 r; of those the least c. Cropping takes the highest legal w×h with h ≤ H, w ≤ hW/H
    and w/h ≥ 0.99 r; of those the widest. Where r cannot be had, the same without regard to it;
    where no scaling down will do, the smallest scaling up that does, near r first. For pictures
    that are too tall the axes are exchanged; for a shape that is legal both are tried.
    """
    solve: Callable[..., _Shape | None] = _crop if allow.aspect is Aspect.CROP else _pad
    side, turned = bounds.shape_side(width, height), bounds.turned()
    ways = (side > 0,) if side else (width >= height, width < height)
    for up, near, wide in product((False, True), (True, False), ways):
        size, limits = ((width, height), bounds) if wide else ((height, width), turned)
        ratio = _widest(*size, limits) if near else (0, 1)
        if shape := solve(*size, limits, ratio, step, up):
            return _framing(shape, width, height, wide, step, allow)
    return None


def _pad(
    width: int, height: int, bounds: Bounds, ratio: _Ratio, step: int, up: bool
) -> _Shape | None:
    least = max(
        bounds.width[0],
        bounds.height[0] * ratio[0] // ratio[1],
        isqrt(bounds.pixels[0] * ratio[0] // ratio[1]),
    )
    most = min(bounds.width[1], _most_columns(width, height, bounds))
    for columns in _spans(width, (least, most), step, up):
        rows = _nearest(height * columns, width, step)
        low, high = bounds.heights(columns)
        canvas = max(rows, low + -low % step)
        if canvas <= high and columns * ratio[1] >= canvas * ratio[0]:
            content = None if (columns, rows) == (width, height) else (columns, rows)
            return None, content, None if canvas == rows else (columns, canvas)
    return None


def _crop(
    width: int, height: int, bounds: Bounds, ratio: _Ratio, step: int, up: bool
) -> _Shape | None:
    least = max(bounds.height[0], isqrt(bounds.pixels[0] * height // width))
    most = bounds.height[1]
    if ratio[0]:
        across, down = ratio
        most = min(most, bounds.width[1] * down // across, isqrt(bounds.pixels[1] * down // across))
    for rows in _spans(height, (least, most), step, up):
        low, high = bounds.widths(rows)
        columns = min(high, width * rows // height)
        columns -= columns % step
        if columns >= max(low, step) and columns * ratio[1] >= rows * ratio[0]:
            if 0 <= height - rows < step:
                return (columns, rows), None, None
            kept = max(1, min(width, (2 * columns * height + rows) // (2 * rows)))
            return (kept, height), (columns, rows), None
    return None


def _widest(width: int, height: int, bounds: Bounds) -> _Ratio:
    """Return what is near the widest shape that the bounds allow, or the picture's own."""
    share, of = _NEAR
    across, down = bounds.widest(width, height)
    return across * share, down * of


def _spans(side: int, limits: Range, step: int, up: bool) -> range:
    """Walk the lengths that the spanned axis may have: from its own downwards, or upwards."""
    if up:
        first = max(side, limits[0])
        return range(first + -first % step, min(limits[1], MAX_SIDE) + 1, step)
    first = min(side, limits[1])
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
