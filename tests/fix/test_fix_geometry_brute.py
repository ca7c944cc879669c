"""The geometry solver against every small case, and what holds of whatever it finds."""

from __future__ import annotations

from fractions import Fraction

from fix_cases import ends, small_bounds
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.recipe import Allow, Aspect, Framing, Size
from mediaprep.fix.solve.bounds import Bounds
from mediaprep.fix.solve.geometry import solve_geometry

SAFE, UNSAFE = Allow(), Allow(content=True)
CROP = Allow(content=True, aspect=Aspect.CROP)
F = Fraction


def scalings(
    width: int, height: int, bounds: Bounds, even: bool, sizes: range
) -> list[tuple[int, int]]:
    """All legal sizes that are nearest roundings of sW×sH for some s, within 1 % of the shape."""
    step = 2 if even else 1
    half = F(step, 2)
    found = []
    for w in sizes[::step]:
        for h in sizes[::step]:
            if not bounds.fits(w, h):
                continue
            least = max((w - half) / width, (h - half) / height)
            most = min((w + half) / width, (h + half) / height)
            along = h * width if width >= height else w * height
            straight = abs(w * height - h * width) * 100 <= along
            line = (width - w, height - h) == (width % step, height % step)
            if least <= most and (straight or line):
                found.append((w, h))
    return found


def distortion(size: tuple[int, int], width: int, height: int) -> Fraction:
    shape = F(size[0] * height, size[1] * width)
    return max(shape, 1 / shape)


def brute_force(
    width: int, height: int, bounds: Bounds, allow: Allow, even: bool
) -> Size | str | None:
    """The docstring of `solve_geometry`, read literally; "reshape" stands for its last step."""
    if bounds.fits(width, height) and not (even and (width % 2 or height % 2)):
        return Size(width, height)
    step = 2 if even else 1
    smaller = [
        (w, h)
        for w, h in scalings(width, height, bounds, even, range(step, 27))
        if w <= width and h <= height
    ]
    if smaller:
        area = max(w * h for w, h in smaller)
        largest = min(
            (s for s in smaller if s[0] * s[1] == area),
            key=lambda s: distortion(s, width, height),
        )
        exact = [(w, h) for w, h in smaller if w * height == h * width]
        best = max(exact, default=(0, 0))
        return Size(*(best if best[0] * best[1] * 10 >= area * 9 else largest))
    if not allow.content:
        return None
    larger = [
        (w, h)
        for w, h in scalings(width, height, bounds, even, range(step, 70))
        if w >= width and h >= height
    ]
    if bounds.shape_side(width, height) == 0 and larger:
        smallest = min(larger, key=lambda s: (s[0] * s[1], distortion(s, width, height)))
        exact = [(w, h) for w, h in larger if w * height == h * width]
        best = min(exact, default=(1 << 20, 1 << 20))
        return Size(
            *(best if best[0] * best[1] * 9 <= smallest[0] * smallest[1] * 10 else smallest)
        )
    return "reshape"


def same_quality(one: Size, other: Size, width: int, height: int) -> bool:
    """Equal, or two sizes that the docstring does not tell apart."""
    a, b = (one.width, one.height), (other.width, other.height)
    return one == other or (
        one.width * one.height == other.width * other.height
        and distortion(a, width, height) == distortion(b, width, height)
    )


@settings(max_examples=80, deadline=None)
@given(ends, ends, small_bounds, st.booleans(), st.sampled_from((SAFE, UNSAFE)))
def test_the_solver_equals_brute_force(
    width: int, height: int, bounds: Bounds, even: bool, allow: Allow
) -> None:
    truth = brute_force(width, height, bounds, allow, even)
    found = solve_geometry(width, height, bounds, allow, even)
    if truth == "reshape":
        assert found is None or found.canvas or found.crop or found.scale
    elif truth is None:
        assert found is None
    else:
        assert isinstance(truth, Size)
        assert found is not None
        assert found.crop is None
        assert found.canvas is None
        assert same_quality(found.scale or Size(width, height), truth, width, height)


def result(framing: Framing, width: int, height: int) -> tuple[int, int]:
    size = framing.canvas or framing.scale or framing.crop or Size(width, height)
    return size.width, size.height


@settings(max_examples=80, deadline=None)
@given(ends, ends, small_bounds, st.booleans(), st.sampled_from((SAFE, UNSAFE, CROP)))
def test_whatever_is_found_is_legal_and_even(
    width: int, height: int, bounds: Bounds, even: bool, allow: Allow
) -> None:
    framing = solve_geometry(width, height, bounds, allow, even)
    if framing is None:
        return
    w, h = result(framing, width, height)
    assert bounds.fits(w, h)
    assert not even or (w % 2, h % 2) == (0, 0)
    if framing.crop:
        box = framing.crop
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= width
        assert box.y + box.height <= height
    if framing.canvas:
        content = framing.scale or Size(width, height)
        spans = (content.width == w, content.height == h)
        assert sorted(spans) == [False, True]
        assert content.width <= w
        assert content.height <= h


def widest(width: int, height: int, bounds: Bounds) -> Fraction:
    """The picture's own shape, or the widest one that sides, pixels and aspect leave."""
    hi = bounds.aspect.hi
    return min(
        F(width, height),
        F(bounds.width[1], bounds.height[0]),
        F(bounds.width[1] ** 2, bounds.pixels[0]),
        F(bounds.pixels[1], bounds.height[0] ** 2),
        F(width, height) if hi is None else hi,
    )


def pads(width: int, height: int, bounds: Bounds, step: int) -> list[tuple[int, int, int]]:
    """Width of content and canvas, height of both, of a picture too wide, scaled down: by trial."""
    found = []
    near = widest(width, height, bounds) * F(99, 100)
    for w in range(step, width + 1, step):
        h = min(range(step, 200, step), key=lambda row: (abs(row * width - height * w), row))
        for canvas in range(h, 200, step):
            if bounds.fits(w, canvas) and F(w, canvas) >= near:
                found.append((w, h, canvas))
                break
    return found


def crops(width: int, height: int, bounds: Bounds, step: int) -> list[tuple[int, int]]:
    near = widest(width, height, bounds) * F(99, 100)
    return [
        (w, h)
        for h in range(step, height + 1, step)
        for w in range(step, width + 1, step)
        if w * height <= width * h and bounds.fits(w, h) and F(w, h) >= near
    ]


@settings(max_examples=80, deadline=None)
@given(ends, ends, small_bounds, st.booleans(), st.sampled_from((UNSAFE, CROP)))
def test_padding_and_cropping_equal_brute_force(
    width: int, height: int, bounds: Bounds, even: bool, allow: Allow
) -> None:
    step = 2 if even else 1
    if bounds.shape_side(width, height) <= 0 or brute_force(width, height, bounds, SAFE, even):
        return
    framing = solve_geometry(width, height, bounds, allow, even)
    if allow is UNSAFE and (tried := pads(width, height, bounds, step)):
        w, h, canvas = max(tried)
        assert framing is not None
        assert (framing.scale or Size(width, height)) == Size(w, h)
        assert result(framing, width, height) == (w, canvas)
    elif allow is CROP and (kept := crops(width, height, bounds, step)):
        assert framing is not None
        assert result(framing, width, height) == max(kept, key=lambda s: (s[1], s[0]))


def rank(framing: Framing | None, width: int, height: int) -> int:
    """The ranks of loss that `solve_geometry` names; nothing at all is the worst."""
    if framing is None:
        return 9
    whole_size = framing.crop or Size(width, height)
    enlarged = framing.scale is not None and framing.scale.width > whole_size.width
    reshaped = framing.crop is not None or framing.canvas is not None
    return 4 * (enlarged and reshaped) or 3 * enlarged or 2 * reshaped or int(framing.changes)


@settings(max_examples=40, deadline=None)
@given(ends, ends, small_bounds, st.booleans(), st.sampled_from((UNSAFE, CROP)))
def test_more_leave_never_means_more_loss(
    width: int, height: int, bounds: Bounds, even: bool, allow: Allow
) -> None:
    safe = solve_geometry(width, height, bounds, SAFE, even)
    unsafe = solve_geometry(width, height, bounds, allow, even)
    assert rank(unsafe, width, height) <= rank(safe, width, height)
    if safe is not None:
        assert unsafe == safe


@settings(max_examples=40, deadline=None)
@given(ends, ends, small_bounds, st.booleans())
def test_a_result_is_not_changed_again(width: int, height: int, bounds: Bounds, even: bool) -> None:
    framing = solve_geometry(width, height, bounds, UNSAFE, even)
    if framing is not None:
        assert solve_geometry(*result(framing, width, height), bounds, SAFE, even) == Framing()


@settings(max_examples=40, deadline=None)
@given(ends, ends, small_bounds)
def test_a_picture_on_its_side_gets_the_same_framing_on_its_side(
    width: int, height: int, bounds: Bounds
) -> None:
    one = solve_geometry(width, height, bounds, UNSAFE, True)
    other = solve_geometry(height, width, bounds.turned(), UNSAFE, True)
    if width != height and one is not None:
        assert other is not None
        assert result(one, width, height) == result(other, height, width)[::-1]
