"""The geometry solver: the examples that people care about, and every small case by brute force."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.recipe import Allow, Aspect, Box, Framing, Size
from mediaprep.fix.solve.bounds import NO_LIMIT, Bounds, meet, whole
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.units import Interval, parse_interval

SAFE, UNSAFE = Allow(), Allow(content=True)
CROP = Allow(content=True, aspect=Aspect.CROP)
F = Fraction


def aspect(text: str) -> Interval:
    return parse_interval(text, "ratio")[0]


CLIP = Bounds((300, 6000), (300, 6000), (409_600, 927_408), aspect("[0.4, 2.5]"))
PHOTO = Bounds((301, 5999), (301, 5999), (1, NO_LIMIT), aspect("(0.4, 2.5)"))


def scaled(width: int, height: int) -> Framing:
    return Framing(scale=Size(width, height))


@pytest.mark.parametrize(
    ("size", "bounds", "allow", "even", "framing"),
    [
        pytest.param((1280, 720), CLIP, SAFE, True, Framing(), id="what fits is not touched"),
        pytest.param((1920, 1080), CLIP, SAFE, True, scaled(1280, 720), id="exact 16:9, not 1284"),
        pytest.param((3840, 2160), CLIP, SAFE, True, scaled(1280, 720), id="4K as well"),
        pytest.param((1080, 1920), CLIP, SAFE, True, scaled(720, 1280), id="upright as well"),
        pytest.param((4096, 2160), CLIP, SAFE, True, scaled(1326, 698), id="no exact size is near"),
        pytest.param((1281, 721), CLIP, SAFE, True, scaled(1280, 720), id="odd sides lose a line"),
        pytest.param((1281, 721), CLIP, SAFE, False, Framing(), id="odd sides of a picture stay"),
        pytest.param((8000, 6000), PHOTO, SAFE, False, scaled(5996, 4497), id="exact 4:3"),
        pytest.param((6000, 4000), PHOTO, SAFE, False, scaled(5997, 3998), id="an open end is out"),
        pytest.param((848, 480), CLIP, SAFE, True, None, id="too small is not safe to mend"),
        pytest.param(
            (848, 480), CLIP, UNSAFE, True, scaled(850, 482), id="the smallest legal enlargement"
        ),
        pytest.param((200, 200), PHOTO, UNSAFE, False, scaled(301, 301), id="a square stays one"),
        pytest.param((6000, 1000), PHOTO, SAFE, False, None, id="a 6:1 panorama has no safe fix"),
        pytest.param(
            *((6000, 1000), CLIP, UNSAFE, True),
            Framing(scale=Size(1520, 254), canvas=Size(1520, 608)),
            id="a panorama is scaled and padded at once",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, UNSAFE, False),
            Framing(canvas=Size(3000, 1201)),
            id="padding alone does not scale",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, Allow(content=True, aspect=Aspect.BLUR), False),
            Framing(canvas=Size(3000, 1201), fill="blur"),
            id="blur fills the canvas",
        ),
        pytest.param(
            *((1000, 3000), PHOTO, Allow(content=True, pad_color="#ff0000"), False),
            Framing(canvas=Size(1201, 3000), fill="#ff0000"),
            id="a tall picture is padded at its sides",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, CROP, False),
            Framing(crop=Box(250, 0, 2499, 1000)),
            id="cropping keeps the middle",
        ),
        pytest.param(
            *((9000, 3000), CLIP, CROP, True),
            Framing(crop=Box(762, 0, 7475, 3000), scale=Size(1520, 610)),
            id="cropping and scaling down",
        ),
        pytest.param(
            *((600, 100), PHOTO, UNSAFE, False),
            Framing(canvas=Size(600, 301)),
            id="padding may also settle a side that is too short",
        ),
        pytest.param(
            *((200, 50), PHOTO, UNSAFE, False),
            Framing(scale=Size(745, 186), canvas=Size(745, 301)),
            id="too small and too wide: enlarged and padded",
        ),
        pytest.param(
            *((200, 50), PHOTO, CROP, False),
            Framing(crop=Box(37, 0, 125, 50), scale=Size(752, 301)),
            id="too small and too wide: cropped and enlarged",
        ),
        pytest.param(
            *((2501, 1000), CLIP, SAFE, True),
            scaled(1520, 608),
            id="a shape that rounding settles needs no leave",
        ),
        pytest.param(
            *((400, 400), Bounds((500, 600), (100, 200)), UNSAFE, False),
            Framing(scale=Size(200, 200), canvas=Size(500, 200)),
            id="sides alone can forbid a shape",
        ),
        pytest.param(
            *((400, 400), Bounds((500, 400), (1, 9)), UNSAFE, False), None, id="nothing can fit"
        ),
    ],
)
def test_the_least_loss_is_chosen(
    size: tuple[int, int], bounds: Bounds, allow: Allow, even: bool, framing: Framing | None
) -> None:
    assert solve_geometry(*size, bounds, allow, even) == framing


def test_the_longest_sides_are_walked_in_no_time() -> None:
    bounds = Bounds((300, 6000), (300, 6000), (409_600, 927_408), Interval(F(16, 9), F(16, 9)))
    assert solve_geometry(65_535, 36_863, bounds, SAFE, True) == scaled(1280, 720)
    assert solve_geometry(65_536, 65_535, bounds, SAFE, True) is None


# ---- brute force ------------------------------------------------------------------------------

ends = st.integers(1, 26)


@st.composite
def bounds_of(draw: st.DrawFn) -> Bounds:
    def pair(most: int) -> tuple[int, int]:
        low, high = sorted((draw(st.integers(1, most)), draw(st.integers(1, most))))
        return (draw(st.sampled_from((1, low))), draw(st.sampled_from((high, NO_LIMIT))))

    ratios = st.fractions(F(1, 6), 6, max_denominator=8)
    lo, hi = sorted((draw(ratios), draw(ratios)))
    shape = Interval(
        draw(st.sampled_from((None, lo))), draw(st.sampled_from((None, hi))), draw(st.booleans())
    )
    return Bounds(pair(26), pair(26), pair(500), shape)


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


@settings(max_examples=120, deadline=None)
@given(ends, ends, bounds_of(), st.booleans(), st.sampled_from((SAFE, UNSAFE)))
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
@given(ends, ends, bounds_of(), st.booleans(), st.sampled_from((SAFE, UNSAFE, CROP)))
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
@given(ends, ends, bounds_of(), st.booleans(), st.sampled_from((UNSAFE, CROP)))
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


@settings(max_examples=60, deadline=None)
@given(ends, ends, bounds_of(), st.booleans(), st.sampled_from((UNSAFE, CROP)))
def test_more_leave_never_means_more_loss(
    width: int, height: int, bounds: Bounds, even: bool, allow: Allow
) -> None:
    safe = solve_geometry(width, height, bounds, SAFE, even)
    unsafe = solve_geometry(width, height, bounds, allow, even)
    assert rank(unsafe, width, height) <= rank(safe, width, height)
    if safe is not None:
        assert unsafe == safe


@settings(max_examples=120, deadline=None)
@given(ends, ends, bounds_of(), st.booleans())
def test_a_result_is_not_changed_again(width: int, height: int, bounds: Bounds, even: bool) -> None:
    framing = solve_geometry(width, height, bounds, UNSAFE, even)
    if framing is not None:
        assert solve_geometry(*result(framing, width, height), bounds, SAFE, even) == Framing()


@settings(max_examples=60, deadline=None)
@given(ends, ends, bounds_of())
def test_a_picture_on_its_side_gets_the_same_framing_on_its_side(
    width: int, height: int, bounds: Bounds
) -> None:
    one = solve_geometry(width, height, bounds, UNSAFE, True)
    other = solve_geometry(height, width, bounds.turned(), UNSAFE, True)
    if width != height and one is not None:
        assert other is not None
        assert result(one, width, height) == result(other, height, width)[::-1]


# ---- bounds -----------------------------------------------------------------------------------


@given(st.integers(1, 40), st.integers(1, 40), bounds_of())
def test_the_widths_of_a_height_are_those_that_fit(width: int, height: int, bounds: Bounds) -> None:
    low, high = bounds.widths(height)
    assert (low <= width <= high) == bounds.fits(width, height)
    low, high = bounds.heights(width)
    assert (low <= height <= high) == bounds.fits(width, height)
    assert bounds.turned().fits(height, width) == bounds.fits(width, height)


@settings(deadline=None)
@given(ends, ends, bounds_of())
def test_a_shape_is_called_forbidden_only_if_no_scale_is_legal(
    width: int, height: int, bounds: Bounds
) -> None:
    if bounds.shape_side(width, height):
        times = range(1, 30)
        assert not any(bounds.fits(k * width, k * height) for k in times)


@given(
    st.lists(st.sampled_from(["[2, 15]", "(2, 15)", "[3, 15)", "[0, 9]", "(-inf, 4]"]), min_size=2)
)
def test_what_lies_in_all_intervals_lies_in_their_meeting(texts: list[str]) -> None:
    intervals = [parse_interval(text, "count")[0] for text in texts]
    met = intervals[0]
    for interval in intervals[1:]:
        met = meet(met, interval)
    for number in (F(n, 2) for n in range(-2, 34)):
        assert (number in met) == all(number in interval for interval in intervals)


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        pytest.param("(0, 30 MB)", (1, 29_999_999), id="the smaller megabyte, and below it"),
        pytest.param("(0, 50 MB]", (1, 50_000_000), id="a closed end is inside"),
    ],
)
def test_whole_numbers_lie_inside_every_reading(text: str, numbers: tuple[int, int]) -> None:
    readings = parse_interval(text, "bytes")
    met = readings[0]
    for reading in readings[1:]:
        met = meet(met, reading)
    assert whole(met) == numbers
