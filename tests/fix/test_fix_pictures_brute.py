"""Format, size and bytes of a picture together, against every format and every smaller size."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from conftest import image
from fix_cases import PICTURES as WORDS
from fix_cases import ends, small_bounds
from hypothesis import given, settings
from hypothesis import strategies as st
from test_fix_geometry_brute import scalings

from mediaprep.fix.recipe import Allow, ImageRecipe
from mediaprep.fix.solve.bounds import Bounds, Range
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.containers import PICTURES, coded_size
from mediaprep.fix.solve.pictures import solve_picture
from mediaprep.fix.solve.predict import fits_bytes, most_pixels
from mediaprep.fix.solve.target import Demand, Target, make_target
from mediaprep.model import Kind, MediaInfo
from mediaprep.profiles import Limit
from mediaprep.units import Interval

SAFE, UNSAFE = Allow(), Allow(content=True)


def between(ends: Range) -> Interval:
    return Interval(Fraction(ends[0]), Fraction(ends[1]))


@st.composite
def targets(draw: st.DrawFn) -> Target:
    """Bounds on sides, the formats that are taken, and at most so many bytes."""
    bounds = draw(small_bounds)
    words = tuple(draw(st.lists(st.sampled_from(WORDS), min_size=1, unique=True)))
    ranges = {
        "width": between(bounds.width),
        "height": between(bounds.height),
        "pixels": between(bounds.pixels),
        "aspect": bounds.aspect,
        "size": Interval(Fraction(0), Fraction(draw(st.integers(2200, 3600)))),
    }
    limits = [Limit("container", "", "", date.min, choices=words)]
    limits += [Limit(name, "", "", date.min, (limit,)) for name, limit in ranges.items()]
    return make_target([Demand("test", Kind.IMAGE, limit) for limit in limits])


@st.composite
def offenders(draw: st.DrawFn) -> MediaInfo:
    frames = draw(st.sampled_from((1, 1, 3)))
    width, height = draw(ends), draw(ends)
    return image(
        container=draw(st.sampled_from(WORDS)),
        width=width,
        height=height,
        frames=frames,
        has_alpha=draw(st.booleans()),
        size_bytes=9999,
    )


def sizes(info: MediaInfo, bounds: Bounds, container: str) -> list[tuple[int, int]]:
    """Every legal size that shows the picture as it is, or smaller."""
    assert info.width is not None
    assert info.height is not None
    return [
        (w, h)
        for even in ((False, True) if container == "heif" else (False,))
        for w, h in scalings(info.width, info.height, bounds, even, range(1 + even, 27))
        if w <= info.width and h <= info.height
    ]


def holds_all(info: MediaInfo, container: str) -> bool:
    holds = PICTURES[container]
    return (holds.alpha or not info.has_alpha) and (holds.frames or (info.frames or 1) == 1)


def light(info: MediaInfo, target: Target, container: str, size: tuple[int, int]) -> bool:
    """Whether a size is one that is sure to be light enough, or the largest and likely to be."""
    assert target.max_bytes is not None
    measured = replace(info, width=size[0], height=size[1])
    if size != largest(info, target, container):
        sure = most_pixels(info, container, target.max_bytes, info.frames or 1)
        return size[0] * size[1] <= sure
    return fits_bytes(info, container, measured, target.max_bytes)


def largest(info: MediaInfo, target: Target, container: str) -> tuple[int, int] | None:
    """The size that a picture has in a format if nothing limits its bytes."""
    kept = [d for d in target.demands if d.measure not in ("size", "container")]
    only = Limit("container", "", "", date.min, choices=(container,))
    wanted = solved(
        replace(info, container="other"),
        make_target([*kept, Demand("test", Kind.IMAGE, only)]),
        SAFE,
    )
    if wanted is None:
        return None
    scale = wanted.framing.scale
    return (scale.width, scale.height) if scale else (info.width or 0, info.height or 0)


def legal(info: MediaInfo, target: Target) -> set[str]:
    """The formats in which some smaller size, or the picture's own, is legal without leave."""
    return {
        container
        for container in WORDS
        if target.takes("container", container) and holds_all(info, container)
        for size in sizes(info, target.bounds, container)
        if target.bounds.fits(*coded_size(container, *size))
        and light(info, target, container, size)
    }


def solved(info: MediaInfo, target: Target, allow: Allow) -> ImageRecipe | None:
    try:
        return solve_picture(info, target, allow)
    except Infeasible:
        return None


@settings(deadline=None, max_examples=150)
@given(offenders(), targets())
def test_without_leave_a_picture_is_refused_only_if_no_format_takes_any_size(
    info: MediaInfo, target: Target
) -> None:
    formats = legal(info, target)
    recipe = solved(info, target, SAFE)
    assert (recipe is None) == (not formats)
    if recipe is not None:
        assert recipe.container in formats


@settings(deadline=None, max_examples=150)
@given(offenders(), targets())
def test_a_format_that_is_light_enough_is_not_left_for_another(
    info: MediaInfo, target: Target
) -> None:
    weightless = make_target([d for d in target.demands if d.measure != "size"])
    wanted = solved(info, weightless, SAFE)
    if wanted is None or not wanted.encode:
        return
    size = largest(info, target, wanted.container)
    assert size is not None
    if light(info, target, wanted.container, size):
        assert solved(info, target, SAFE) == replace(wanted, max_bytes=target.max_bytes)


@settings(deadline=None, max_examples=150)
@given(offenders(), targets())
def test_leave_is_not_made_use_of_without_need(info: MediaInfo, target: Target) -> None:
    safe = solved(info, target, SAFE)
    if safe is not None:
        unsafe = solved(info, target, UNSAFE)
        assert unsafe is not None
        assert (unsafe.flatten, unsafe.frame, unsafe.framing.canvas) == (None, None, None)
        if not safe.framing.changes:
            assert unsafe == safe
