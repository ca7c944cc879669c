"""Find the size of least loss that meets all bounds at once: sides, shape, pixels, even sides.

Losses are ranked: no change, scaling down, padding or cropping (as chosen), scaling up, and both.
Only the first two are open without leave to change content. Everything is whole numbers, and one
side is walked at most; most pictures are settled by the first step of that walk.
"""

from __future__ import annotations

from math import gcd, isqrt

from mediaprep.fix.recipe import Allow, Framing, Size
from mediaprep.fix.solve.bounds import MAX_SIDE, Bounds
from mediaprep.fix.solve.reshape import reshape

MAX_DISTORTION = 100  # a shape may change by one part in so many
KEPT_BY_EXACT = (9, 10)  # of the largest size's area, for the exact ratio to be preferred


def solve_geometry(
    width: int, height: int, bounds: Bounds, allow: Allow, even: bool
) -> Framing | None:
    """Solve for the framing of least loss, None when nothing that is allowed meets the bounds.

    A *scaling* of W×H is a size w×h whose sides are each a nearest legal number (even ones, if
    `even`) to sW and sH for one scale s, and whose shape differs from W:H by 1 % at most. The
    answer is, in this order:

    1. no change, if W×H is legal;
    2. the largest legal scaling with w ≤ W and h ≤ H (of equal ones the least distorted), or the
       largest legal one of exactly the shape W:H if that keeps 90 % of the other's area;
    3. with leave to change content, and if the shape can be legal at some size: the smallest legal
       scaling with w ≥ W and h ≥ H, or the smallest of exactly the shape W:H if 90 % of its area
       is not more than that;
    4. with leave: the picture padded or cropped to the nearest legal shape, scaled down or not at
       all if that is enough, else scaled up (see `reshape`).
    """
    step = 2 if even else 1
    if bounds.fits(width, height) and not (even and (width | height) & 1):
        return Framing()
    if bounds.empty:
        return None
    if size := shrink(width, height, bounds, step):
        return Framing(scale=size)
    if not allow.content:
        return None
    scalable = bounds.shape_side(width, height) == 0
    if scalable and (size := enlarge(width, height, bounds, step)):
        return Framing(scale=size)
    return reshape(width, height, bounds, allow, step)


def shrink(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the scaling down that is chosen, None when none is legal."""
    if width < height:
        size = shrink(height, width, bounds.turned(), step)
        return size and Size(size.height, size.width)
    largest = _largest(width, height, bounds, step)
    exact = largest and _exact_below(width, height, bounds, step)
    return exact if largest and exact and _near(exact, largest) else largest


def enlarge(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the smallest legal scaling up, None when none is legal; the sides may stay."""
    if width < height:
        size = enlarge(height, width, bounds.turned(), step)
        return size and Size(size.height, size.width)
    smallest = _smallest(width, height, bounds, step)
    exact = smallest and _exact_above(width, height, bounds, step)
    return exact if smallest and exact and _near(smallest, exact) else smallest


def _largest(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the largest legal scaling down of a picture that is not higher than wide."""
    whole = Size(width - width % step, height - height % step)
    if whole.width and whole.height and bounds.fits(whole.width, whole.height):
        return whole  # at most a line of each side is lost, however small the picture
    best: Size | None = None
    for row in range(*_rows_down(width, height, bounds, step), -step):
        low, high = _columns(row, width, height, step)
        high = min(high, whole.width)
        if high * row < bounds.pixels[0] or high < bounds.width[0]:
            break
        if best and high * row < best.width * best.height:
            break
        legal = bounds.widths(row)
        column = min(high, legal[1])
        column -= column % step
        if column >= max(low, legal[0]):
            found = Size(column, row)
            if best is None or _better(found, best, width, height, larger=True):
                best = found
    return best


def _smallest(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the smallest legal scaling up of a picture that is not higher than wide."""
    best: Size | None = None
    for row in range(*_rows_up(width, height, bounds, step), step):
        low, high = _columns(row, width, height, step)
        low, high = max(low, _up(width, step)), min(high, MAX_SIDE)
        smallest = low * row
        if smallest > bounds.pixels[1] or low > bounds.width[1]:
            break
        if best and smallest > best.width * best.height:
            break
        legal = bounds.widths(row)
        column = max(low, _up(legal[0], step))
        if column <= min(high, legal[1]):
            found = Size(column, row)
            if best is None or _better(found, best, width, height, larger=False):
                best = found
    return best


def _exact_below(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the largest legal size of exactly the picture's own shape that is not larger."""
    times, across, down = _shape(width, height)
    most = min(
        times,
        bounds.width[1] // across,
        bounds.height[1] // down,
        isqrt(bounds.pixels[1] // (across * down)),
    )
    if step == 2 and (across | down) & 1:
        most -= most & 1
    size = Size(most * across, most * down)
    return size if most and bounds.fits(size.width, size.height) else None


def _exact_above(width: int, height: int, bounds: Bounds, step: int) -> Size | None:
    """Find the smallest legal size of exactly the picture's own shape that is not smaller."""
    times, across, down = _shape(width, height)
    least = max(
        times,
        -(-bounds.width[0] // across),
        -(-bounds.height[0] // down),
        isqrt((bounds.pixels[0] - 1) // (across * down)) + 1,
    )
    if step == 2 and (across | down) & 1:
        least += least & 1
    size = Size(least * across, least * down)
    return size if bounds.fits(size.width, size.height) else None


def _shape(width: int, height: int) -> tuple[int, int, int]:
    """Return how many times the smallest picture of a shape goes into it, and that picture."""
    times = gcd(width, height)
    return times, width // times, height // times


def _near(smaller: Size, larger: Size) -> bool:
    """Whether one size has most of another's area."""
    share, of = KEPT_BY_EXACT
    return smaller.width * smaller.height * of >= larger.width * larger.height * share


def _columns(row: int, width: int, height: int, step: int) -> tuple[int, int]:
    """Return the least and the largest side that makes a scaling together with a row count.

    With t = step/2, some s has |w − sW| ≤ t and |h − sH| ≤ t if and only if (w − t)H ≤ (h + t)W and
    (h − t)W ≤ (w + t)H; twice both sides are whole numbers.
    """
    low = -(-((2 * row - step) * width - step * height) // (2 * height))
    high = ((2 * row + step) * width + step * height) // (2 * height)
    straight, slack = row * width, MAX_DISTORTION * height
    low = max(low, -(-straight * (MAX_DISTORTION - 1) // slack), 1)
    high = min(high, straight * (MAX_DISTORTION + 1) // slack)
    return _up(low, step), high - high % step


def _rows_down(width: int, height: int, bounds: Bounds, step: int) -> tuple[int, int]:
    """Return the first row count worth trying on the way down, and the one to stop before."""
    first = min(
        height,
        bounds.height[1],
        isqrt(bounds.pixels[1] * height // width) + 1 + 2 * step,
        bounds.width[1] * height // width + 1 + 2 * step,
        _reach(width, height, bounds, step),
    )
    return first - first % step, max(bounds.height[0], step) - 1


def _rows_up(width: int, height: int, bounds: Bounds, step: int) -> tuple[int, int]:
    first = max(
        height,
        bounds.height[0],
        isqrt(bounds.pixels[0] * height // width) - 1 - 2 * step,
        bounds.width[0] * height // width - 1 - 2 * step,
    )
    last = min(bounds.height[1], MAX_SIDE, _reach(width, height, bounds, step))
    return _up(first, step), last + 1


def _reach(width: int, height: int, bounds: Bounds, step: int) -> int:
    """Return the largest row count at which rounding can bring a forbidden shape within limits.

    Rounding moves w by less than t(W/H + 1) from hW/H, which is less than the gap to the limit's
    h·limit as soon as h is large.
    """
    side = bounds.aspect.side(width, height)
    end = bounds.aspect.hi if side > 0 else bounds.aspect.lo
    if not side or end is None:
        return MAX_SIDE
    gap = abs(width * end.denominator - height * end.numerator)
    return step * (width + height) * end.denominator // (2 * gap) if gap else MAX_SIDE


def _better(found: Size, best: Size, width: int, height: int, *, larger: bool) -> bool:
    area, other = found.width * found.height, best.width * best.height
    if area != other:
        return (area > other) is larger
    return _distortion_below(found, best, width, height)


def _distortion_below(one: Size, other: Size, width: int, height: int) -> bool:
    """Whether one size keeps the shape better; compared as products, without dividing."""
    a, b = one.width * height, one.height * width
    c, d = other.width * height, other.height * width
    return max(a, b) * min(c, d) < max(c, d) * min(a, b)


def _up(number: int, step: int) -> int:
    return number + -number % step
