"""Bounds and intervals: what fits, what goes with what, and what lies in all of them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from fix_cases import bounds_of, ends
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.solve.bounds import Bounds, meet, whole
from mediaprep.units import parse_interval

F = Fraction


@settings(deadline=None, max_examples=60)
@given(st.integers(1, 40), st.integers(1, 40), bounds_of())
def test_the_widths_of_a_height_are_those_that_fit(width: int, height: int, bounds: Bounds) -> None:
    low, high = bounds.widths(height)
    assert (low <= width <= high) == bounds.fits(width, height)
    low, high = bounds.heights(width)
    assert (low <= height <= high) == bounds.fits(width, height)
    assert bounds.turned().fits(height, width) == bounds.fits(width, height)


@settings(deadline=None, max_examples=60)
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
