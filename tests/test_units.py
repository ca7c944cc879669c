"""Intervals: what is read, what is refused, what is printed, and on which side a number lies."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from mediaprep.units import (
    UNITS,
    Interval,
    format_beside,
    format_bytes,
    format_decimal,
    parse_interval,
)

_MB, _MIB = 10**6, 2**20


@pytest.mark.parametrize(
    ("text", "dimension", "readings"),
    [
        pytest.param(
            *("[0.4, 2.5]", "ratio", [Interval(Fraction(2, 5), Fraction(5, 2))]),
            id="square brackets take their ends in",
        ),
        pytest.param(
            *("(0.4, 2.5)", "ratio", [Interval(Fraction(2, 5), Fraction(5, 2), True, True)]),
            id="round brackets leave their ends out",
        ),
        pytest.param(
            *("(0, 50 MB]", "bytes"),
            [Interval(Fraction(0), Fraction(50 * m), True) for m in (_MB, _MIB)],
            id="MB has two readings",
        ),
        pytest.param(
            *("(0, 50 MiB]", "bytes", [Interval(Fraction(0), Fraction(50 * _MIB), True)]),
            id="MiB has one",
        ),
        pytest.param(
            *("[0, 100 B]", "bytes", [Interval(Fraction(0), Fraction(100))]),
            id="bytes have one",
        ),
        pytest.param(
            *("[0, 0 MB]", "bytes", [Interval(Fraction(0), Fraction(0))]),
            id="equal readings are one",
        ),
        pytest.param(
            *("[300, 6000] px", "pixels", [Interval(Fraction(300), Fraction(6000))]),
            id="the unit stands behind the bracket",
        ),
        pytest.param(
            *("[300 px, 6000 px]", "pixels", [Interval(Fraction(300), Fraction(6000))]),
            id="or behind each number",
        ),
        pytest.param(
            *(
                "[24000/1001, inf) fps",
                "rate",
                [Interval(Fraction(24000, 1001), None, False, True)],
            ),
            id="inf is no bound above",
        ),
        pytest.param(
            *("(-inf, 2.5]", "ratio", [Interval(None, Fraction(5, 2), True)]),
            id="-inf is no bound below",
        ),
        pytest.param(
            *("  [ 2 ,15 ]  s ", "seconds", [Interval(Fraction(2), Fraction(15))]),
            id="blanks do not count",
        ),
        pytest.param(
            *("[8, 48] kHz", "frequency", [Interval(Fraction(8000), Fraction(48_000))]),
            id="kHz is a thousand",
        ),
        pytest.param(
            *("[3, 3]", "count", [Interval(Fraction(3), Fraction(3))]),
            id="one number is an interval",
        ),
    ],
)
def test_an_interval_is_read(text: str, dimension: str, readings: list[Interval]) -> None:
    assert parse_interval(text, dimension) == tuple(readings)


@pytest.mark.parametrize(
    ("text", "dimension", "expectation"),
    [
        pytest.param("2-15", "seconds", r"write it as \[2, 15\]", id="a dash is no interval"),
        pytest.param("", "seconds", "no interval", id="nothing is no interval"),
        pytest.param("[2, 15", "seconds", "no interval", id="a bracket is missing"),
        pytest.param("[-1, 15] s", "seconds", "no interval", id="nothing here is below zero"),
        pytest.param("[1e3, 15] s", "seconds", "no interval", id="no exponents"),
        pytest.param("[nan, 15] s", "seconds", "no interval", id="no NaN"),
        pytest.param("[15, 2] s", "seconds", "reversed: the lower end", id="reversed"),
        pytest.param("(2, 2] s", "seconds", "empty: both ends", id="nothing is left inside"),
        pytest.param("[2, 15] MB", "seconds", "'MB'; expected s", id="a unit of something else"),
        pytest.param("[2, 15]", "seconds", "'none'; expected s", id="a unit is missing"),
        pytest.param("[2 s, 15 px]", "seconds", "two units: px and s", id="two units"),
        pytest.param("(0, 30 mb)", "bytes", "'mb'; expected B or KB", id="case counts"),
    ],
)
def test_what_makes_no_sense_says_what_was_expected(
    text: str, dimension: str, expectation: str
) -> None:
    with pytest.raises(ValueError, match=expectation):
        parse_interval(text, dimension)


_ends = st.fractions(min_value=0, max_value=10**12) | st.integers(0, 10**12).map(Fraction)
_numbers = st.fractions(min_value=-10, max_value=10**12)


@st.composite
def _intervals(draw: st.DrawFn) -> Interval:
    lo, hi = sorted((draw(_ends), draw(_ends)))
    flags = draw(st.tuples(st.booleans(), st.booleans())) if lo < hi else (False, False)
    bounded = draw(st.tuples(st.booleans(), st.booleans()))
    return Interval(
        lo if bounded[0] else None,
        hi if bounded[1] else None,
        *flags,
    )


@given(_intervals())
@example(Interval(Fraction(1, 2**40), None))
@example(Interval(Fraction(1, 3), Fraction(10**40, 7)))
def test_what_is_printed_reads_back(interval: Interval) -> None:
    assert parse_interval(str(interval), "ratio") == (interval,)


@given(st.sampled_from([(d, u) for d, units in UNITS.items() for u in units]), _intervals())
def test_a_unit_scales_both_ends_in_each_reading(where: tuple[str, str], plain: Interval) -> None:
    dimension, unit = where
    readings = parse_interval(f"{plain} {unit}", dimension)
    scaled = [
        Interval(
            None if plain.lo is None else plain.lo * factor,
            None if plain.hi is None else plain.hi * factor,
            plain.lo_open,
            plain.hi_open,
        )
        for factor in UNITS[dimension][unit]
    ]
    assert readings == tuple(dict.fromkeys(scaled))


def _side_of_fractions(interval: Interval, number: Fraction) -> int:
    if interval.lo is not None and (
        number < interval.lo or (interval.lo_open and number == interval.lo)
    ):
        return -1
    if interval.hi is not None and (
        number > interval.hi or (interval.hi_open and number == interval.hi)
    ):
        return 1
    return 0


@given(_intervals(), _numbers, st.integers(1, 1000))
def test_integers_decide_as_fractions_do(interval: Interval, number: Fraction, common: int) -> None:
    for value in (number, interval.lo, interval.hi):
        if value is None:
            continue
        side = interval.side(value.numerator * common, value.denominator * common)
        assert side == _side_of_fractions(interval, value)
        assert (value in interval) == (side == 0)


@given(_intervals(), st.sampled_from(["lo", "hi"]), st.integers(-3, 3), st.integers(0, 15))
def test_a_number_close_to_an_end_is_printed_on_its_own_side(
    interval: Interval, end: str, steps: int, digits: int
) -> None:
    border = getattr(interval, end)
    assume(border is not None)
    number = border + Fraction(steps, 10**digits * 7)
    assume(number >= 0)
    shown = format_beside(number, interval, 2)
    assert _side_of_fractions(interval, Fraction(shown)) == _side_of_fractions(interval, number)


@pytest.mark.parametrize(
    ("number", "text", "places", "shown"),
    [
        pytest.param("3", "[0.4, 2.5]", 2, "3.00", id="far outside keeps its places"),
        pytest.param("2.50004", "[0.4, 2.5]", 2, "2.50004", id="2.50004 is not written 2.5"),
        pytest.param("0.39999", "[0.4, 2.5]", 2, "0.39999", id="just below is not written 0.4"),
        pytest.param("5/2", "(0.4, 2.5)", 2, "2.50", id="an open end itself is plain"),
        pytest.param("24000/1001", "[24, 60]", 3, "23.976", id="23.976 shows that it is below 24"),
        pytest.param("299", "[300, 6000]", 0, "299", id="whole numbers stay whole"),
        pytest.param(
            "5000000000000001/2000000000000000",
            *("[0.4, 2.5]", 2, "5000000000000001/2000000000000000"),
            id="what no decimals can tell apart is written as a fraction",
        ),
    ],
)
def test_decimals_grow_until_the_offence_shows(
    number: str, text: str, places: int, shown: str
) -> None:
    (interval,) = parse_interval(text, "ratio")
    assert format_beside(Fraction(number), interval, places) == shown


@given(st.fractions(), st.integers(0, 12))
def test_decimals_are_within_half_of_the_last_place(number: Fraction, places: int) -> None:
    shown = format_decimal(number, places)
    assert abs(Fraction(shown) - number) * 2 <= Fraction(1, 10**places)
    assert not ("." in shown and shown.endswith("0"))
    exponent = Decimal(shown).as_tuple().exponent
    assert isinstance(exponent, int)
    assert -exponent <= places


@pytest.mark.parametrize(
    ("size_bytes", "shown"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.00 kB (1,000 bytes)"),
        (31_500_000, "31.50 MB (31,500,000 bytes)"),
        (2**30, "1.07 GB (1,073,741,824 bytes)"),
    ],
)
def test_bytes_are_written_for_people_and_exactly(size_bytes: int, shown: str) -> None:
    assert format_bytes(size_bytes) == shown
