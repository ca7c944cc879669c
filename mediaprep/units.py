"""Exact numbers with units: parse and print intervals such as `[0.4, 2.5]` and `(0, 30 MB)`.

A round bracket leaves the end itself out, as in ISO 31-11. Numbers are kept as fractions, so a
border is a border. "MB" in a provider's table may mean 10⁶ or 2²⁰ bytes: such an interval has two
readings, and a value that only one of them takes is contested.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

# Unit -> the factors that it may stand for, by dimension. Two factors are two readings.
UNITS: dict[str, dict[str, tuple[int, ...]]] = {
    "ratio": {"": (1,)},
    "count": {"": (1,)},
    "pixels": {"px": (1,)},
    "seconds": {"s": (1,)},
    "rate": {"fps": (1,), "": (1,)},
    "frequency": {"Hz": (1,), "kHz": (1000,)},
    "bits": {"bit": (1,)},
    "bytes": {
        "B": (1,),
        "KB": (1000, 1024),
        "KiB": (1024,),
        "MB": (10**6, 2**20),
        "MiB": (2**20,),
        "GB": (10**9, 2**30),
        "GiB": (2**30,),
    },
}
_NUMBER = r"\d+(?:\.\d+)?(?:/\d+)?"
_INTERVAL = re.compile(
    rf"""\s*(?P<open>[\[(])
         \s*(?P<lo>{_NUMBER}|-inf)\s*(?P<lo_unit>[A-Za-z]*)\s*,
         \s*(?P<hi>{_NUMBER}|inf)\s*(?P<hi_unit>[A-Za-z]*)\s*
         (?P<close>[\])])\s*(?P<unit>[A-Za-z]*)\s*""",
    re.VERBOSE,
)


class Interval(NamedTuple):
    """A range of numbers, each end open (left out) or closed; None is no bound on that side."""

    lo: Fraction | None
    hi: Fraction | None
    lo_open: bool = False
    hi_open: bool = False

    def side(self, numerator: int, denominator: int = 1) -> int:
        """Tell where a number lies: -1 below, 0 inside, 1 above; compared as integers."""
        lo, hi, lo_open, hi_open = self
        if lo is not None:
            end, parts = lo.as_integer_ratio()
            apart = numerator * parts - end * denominator
            if apart < 0 or (lo_open and apart == 0):
                return -1
        if hi is not None:
            end, parts = hi.as_integer_ratio()
            apart = numerator * parts - end * denominator
            if apart > 0 or (hi_open and apart == 0):
                return 1
        return 0

    def __contains__(self, value: Fraction | int) -> bool:  # type: ignore[override]
        return self.side(value.numerator, value.denominator) == 0

    def __str__(self) -> str:
        lo = "-inf" if self.lo is None else _plain(self.lo)
        hi = "inf" if self.hi is None else _plain(self.hi)
        return f"{'(' if self.lo_open else '['}{lo}, {hi}{')' if self.hi_open else ']'}"


def parse_interval(text: str, dimension: str) -> tuple[Interval, ...]:
    """Parse interval notation into its readings: one, or one for each meaning of its unit.

    Raises ValueError, with what was expected, for a form, unit or order that makes no sense.
    """
    match = _INTERVAL.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no interval; write it as [2, 15] or (0, 30 MB)")
    factors = _factors(match, dimension)
    readings = tuple(dict.fromkeys(_reading(match, factor) for factor in factors))
    for interval in readings:
        _check_order(interval, text)
    return readings


def _factors(match: re.Match[str], dimension: str) -> tuple[int, ...]:
    units = UNITS[dimension]
    written = {match[group] for group in ("lo_unit", "hi_unit", "unit") if match[group]}
    if len(written) > 1:
        raise ValueError(f"{match[0]!r} has two units: {' and '.join(sorted(written))}")
    unit = written.pop() if written else ""
    if unit not in units:
        expected = " or ".join(known or "no unit" for known in units)
        raise ValueError(f"{match[0]!r} has the unit {unit or 'none'!r}; expected {expected}")
    return units[unit]


def _reading(match: re.Match[str], factor: int) -> Interval:
    return Interval(
        None if match["lo"] == "-inf" else Fraction(match["lo"]) * factor,
        None if match["hi"] == "inf" else Fraction(match["hi"]) * factor,
        match["open"] == "(",
        match["close"] == ")",
    )


def _check_order(interval: Interval, text: str) -> None:
    lo, hi = interval.lo, interval.hi
    if lo is None or hi is None or lo < hi:
        return
    if lo > hi:
        raise ValueError(f"{text!r} is reversed: the lower end comes first")
    if interval.lo_open or interval.hi_open:
        raise ValueError(f"{text!r} is empty: both ends are the same and one is left out")


def _plain(number: Fraction) -> str:
    """Write a fraction so that it can be read back: 5/2 as 2.5, 1/3 as 1/3."""
    return str(number) if 10**30 % number.denominator else format_decimal(number, 30)


def format_decimal(number: Fraction, places: int) -> str:
    """Write a number with at most so many decimals, rounded half to even, no trailing zeros."""
    shown = _fixed(number, places)
    return shown.rstrip("0").rstrip(".") if places else shown


def _fixed(number: Fraction, places: int) -> str:
    scaled = round(number * 10**places)
    whole, rest = divmod(abs(scaled), 10**places)
    return f"{'-' if scaled < 0 else ''}{whole}{f'.{rest:0{places}d}' if places else ''}"


def format_beside(number: Fraction, interval: Interval, places: int) -> str:
    """Write a number with enough decimals that it cannot be mistaken for one inside the interval.

    2.50004 beside [0.4, 2.5] is not written 2.5.
    """
    side = interval.side(number.numerator, number.denominator)
    for digits in range(places, 13):
        shown = Fraction(round(number * 10**digits), 10**digits)
        if interval.side(shown.numerator, shown.denominator) == side:
            return _fixed(shown, digits)
    return str(number)


def format_bytes(size_bytes: int) -> str:
    """Write a byte count for people: decimal megabytes and the exact number."""
    if size_bytes < 1000:
        return f"{size_bytes} bytes"
    for factor, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if size_bytes >= factor:
            return f"{size_bytes / factor:.2f} {unit} ({size_bytes:,} bytes)"
    raise AssertionError(size_bytes)
