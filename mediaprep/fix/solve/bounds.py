"""The sizes that are allowed together: sides, total pixels and shape, as whole numbers.

Ratios stay fractions and are compared by cross multiplication; nothing is rounded into a limit.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from mediaprep.units import Interval

NO_LIMIT = 1 << 62
ANYTHING = Interval(None, None)
MAX_SIDE = 65_536  # no format that we write has longer sides
Range = tuple[int, int]  # both ends are inside


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a displayed picture may measure; the ends of whole ranges are always inside."""

    width: Range = (1, NO_LIMIT)
    height: Range = (1, NO_LIMIT)
    pixels: Range = (1, NO_LIMIT)
    aspect: Interval = ANYTHING

    def fits(self, width: int, height: int) -> bool:
        """Whether a picture of this size meets all bounds."""
        return (
            self.width[0] <= width <= self.width[1]
            and self.height[0] <= height <= self.height[1]
            and self.pixels[0] <= width * height <= self.pixels[1]
            and self.aspect.side(width, height) == 0
        )

    def widths(self, height: int) -> Range:
        """Return the widths that go with a height; the first is larger than the last for none."""
        if not self.height[0] <= height <= self.height[1]:
            return 1, 0
        low = max(self.width[0], -(-self.pixels[0] // height))
        high = min(self.width[1], self.pixels[1] // height)
        lo, hi = self.aspect.lo, self.aspect.hi
        if lo is not None:
            low = max(low, least(lo.numerator * height, lo.denominator, self.aspect.lo_open))
        if hi is not None:
            high = min(high, most(hi.numerator * height, hi.denominator, self.aspect.hi_open))
        return low, high

    def heights(self, width: int) -> Range:
        """Return the heights that go with a width; the first is larger than the last for none."""
        if not self.width[0] <= width <= self.width[1]:
            return 1, 0
        low = max(self.height[0], -(-self.pixels[0] // width))
        high = min(self.height[1], self.pixels[1] // width)
        lo, hi = self.aspect.lo, self.aspect.hi
        if hi == 0:
            return 1, 0
        if hi is not None:
            low = max(low, least(width * hi.denominator, hi.numerator, self.aspect.hi_open))
        if lo:
            high = min(high, most(width * lo.denominator, lo.numerator, self.aspect.lo_open))
        return low, high

    def turned(self) -> Bounds:
        """Return the bounds of the same picture lying on its side."""
        lo, hi = self.aspect.lo, self.aspect.hi
        aspect = Interval(
            None if hi is None else 1 / hi,
            1 / lo if lo else None,
            self.aspect.hi_open,
            self.aspect.lo_open if lo else False,
        )
        return Bounds(self.height, self.width, self.pixels, aspect)

    def capped(self, pixels: int) -> Bounds:
        """Return the bounds with a lower cap on total pixels."""
        if pixels >= self.pixels[1]:
            return self
        return Bounds(self.width, self.height, (self.pixels[0], pixels), self.aspect)

    def shape_side(self, width: int, height: int) -> int:
        """Tell whether a shape is too tall (-1) or too wide (1) at any scale, or allowed (0)."""
        if self.aspect.side(width, height) > 0 or self.widest(width, height) != (width, height):
            return 1
        turned = self.turned()
        if turned.aspect.side(height, width) > 0 or turned.widest(height, width) != (height, width):
            return -1
        return 0

    def widest(self, width: int, height: int) -> tuple[int, int]:
        """Return the widest shape that is allowed at some scale, or width:height if less wide.

        Sides and pixels bound the shape as well: in logarithms all bounds are linear, so the widest
        shape lies at a corner: widest by lowest, widest by fewest pixels, lowest by most pixels.
        """
        corners = [
            (self.width[1], self.height[0]),
            (self.width[1] ** 2, self.pixels[0]),
            (self.pixels[1], self.height[0] ** 2),
        ]
        if self.aspect.hi is not None:
            corners.append((self.aspect.hi.numerator, self.aspect.hi.denominator))
        for across, down in corners:
            if width * down > across * height:
                width, height = across, down
        return width, height

    @property
    def empty(self) -> bool:
        """Whether no size at all can meet the bounds; False promises nothing."""
        ranges = (self.width, self.height, self.pixels)
        if any(low > high for low, high in ranges):
            return True
        return (
            self.width[0] * self.height[0] > self.pixels[1]
            or self.width[1] * self.height[1] < self.pixels[0]
        )


def least(numerator: int, denominator: int, open_end: bool = False) -> int:
    """Return the least whole number above (`open_end`) or not below a ratio."""
    return numerator // denominator + 1 if open_end else -(-numerator // denominator)


def most(numerator: int, denominator: int, open_end: bool = False) -> int:
    """Return the largest whole number below (`open_end`) or not above a ratio."""
    return -(-numerator // denominator) - 1 if open_end else numerator // denominator


def whole(interval: Interval, lowest: int = 1) -> Range:
    """Return the whole numbers inside an interval, from `lowest` upwards."""
    lo, hi = interval.lo, interval.hi
    low = lowest if lo is None else least(lo.numerator, lo.denominator, interval.lo_open)
    high = NO_LIMIT if hi is None else most(hi.numerator, hi.denominator, interval.hi_open)
    return max(low, lowest), high


def meet(one: Interval, other: Interval) -> Interval:
    """Return what lies inside both; an interval whose ends are crossed holds nothing."""
    lo, lo_open = max(
        (one.lo, one.lo_open), (other.lo, other.lo_open), key=lambda end: _low_key(*end)
    )
    hi, hi_open = min(
        (one.hi, one.hi_open), (other.hi, other.hi_open), key=lambda end: _high_key(*end)
    )
    return Interval(lo, hi, lo_open, hi_open)


def _low_key(end: Fraction | None, is_open: bool) -> tuple[bool, Fraction, bool]:
    return end is not None, end or Fraction(0), is_open


def _high_key(end: Fraction | None, is_open: bool) -> tuple[bool, Fraction, bool]:
    return end is None, end or Fraction(0), not is_open
