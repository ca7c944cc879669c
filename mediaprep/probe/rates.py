"""Give a frame rate that a file wrote rounded its exact value back."""

from __future__ import annotations

from fractions import Fraction

# Whole rates, the NTSC family (30000/1001) and rates that somebody typed with two decimals.
_UNITS = (Fraction(1), Fraction(1000, 1001), Fraction(1, 100))


def nearest_rate(rate: Fraction, slack: Fraction) -> Fraction:
    """Return the usual rate within `slack` of `rate`, or `rate` itself where there is none."""
    for unit in _UNITS:
        usual = round(rate / unit) * unit
        if usual and abs(usual - rate) <= slack:
            return usual
    return rate
