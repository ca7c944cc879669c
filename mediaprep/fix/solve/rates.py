"""Choose a constant frame rate: exact fractions, standard rates, evenly dropped frames."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction

from mediaprep.fix.solve.bounds import least, meet, whole
from mediaprep.model import MediaInfo
from mediaprep.units import Interval

_NTSC = Fraction(1000, 1001)
STANDARD_RATES = tuple(
    sorted(
        {Fraction(rate) for rate in (5, 8, 10, 12, 15, 20, 24, 25, 30, 48, 50, 60, 90, 100, 120)}
        | {rate * _NTSC for rate in (24, 30, 60, 120)}
    )
)
_EVEN_SHARE = Fraction(4, 5)  # of the frames that dropping unevenly would keep
_MOST_USUAL = 60
_USUAL_RATE = Fraction(30)
_MOST_TIMES = 1000  # a rate is divided or multiplied at most so often


def best_rate(
    source: Fraction | None, nominal: Fraction | None, rates: Interval
) -> Fraction | None:
    """Choose the constant rate that does least to a clip, None when no rate is allowed.

    The nominal rate if it is allowed. Else, of a clip that is too fast, the largest standard rate,
    or the largest whole fraction of its own rate if that keeps 80 % of those frames, since evenly
    dropped frames do not judder; of a clip that is too slow likewise the smallest. Where the rate
    is not known, the largest standard rate up to 60: repeating frames loses none.
    """
    if nominal is not None and nominal in rates:
        return nominal
    allowed = [rate for rate in STANDARD_RATES if rate in rates]
    if source is None:
        usual = [rate for rate in allowed if rate <= _MOST_USUAL] or allowed
        return usual[-1] if usual else _any_rate(rates)
    side = rates.side(source.numerator, source.denominator)
    if side == 0:
        average = source
        return min(allowed, key=lambda rate: abs(rate - average), default=average)
    if nominal is not None and rates.side(nominal.numerator, nominal.denominator) == side:
        source = nominal
    standard = (allowed[-1] if side > 0 else allowed[0]) if allowed else None
    even = _even_rate(source, rates, side)
    if even is None or standard is None:
        return even or standard or _any_rate(rates)
    share = even / standard if side > 0 else standard / even
    return even if share >= _EVEN_SHARE else standard


def _even_rate(source: Fraction, rates: Interval, side: int) -> Fraction | None:
    """Return the whole fraction, or multiple, of a rate that is nearest to it and allowed."""
    end = rates.hi if side > 0 else rates.lo
    if not end or not source:
        return None
    times = source / end if side > 0 else end / source
    for count in (least(*times.as_integer_ratio()), least(*times.as_integer_ratio(), True)):
        rate = source / count if side > 0 else source * count
        if count <= _MOST_TIMES and rate in rates:
            return rate
    return None


def _any_rate(rates: Interval) -> Fraction | None:
    """Return some allowed rate: an end that is inside, or the middle."""
    lo, hi = rates.lo or Fraction(0), rates.hi
    tried = [lo + 1] if hi is None else [hi, lo, (lo + hi) / 2]
    return next((rate for rate in tried if rate > 0 and rate in rates), None)


def candidate_rates(
    info: MediaInfo, rates: Interval, frames: Interval, durations: Interval, *, keep: bool
) -> Iterable[Fraction | None]:
    """List the rates worth trying, the best first; None stands for the clock as it is.

    If any rate at all goes with some length and some count of frames, one that does is listed.
    """
    if keep:
        yield None
    best = best_rate(info.fps, info.fps_nominal, rates)
    if best is None:
        return
    yield best
    yield from (rate for rate in reversed(STANDARD_RATES) if rate in rates)
    ends = [rates.hi, rates.lo]
    if info.duration_s:
        ends += [n and n / info.duration_s for n in (frames.hi, frames.lo)]
    yield from (rate for rate in ends if rate and rate in rates)
    if (last := _rate_by_count(info, rates, frames, durations)) is not None:
        yield last


def _rate_by_count(
    info: MediaInfo, rates: Interval, frames: Interval, durations: Interval
) -> Fraction | None:
    """Return a rate at which a whole number of frames lasts an allowed time, None for no such rate.

    The products of all allowed rates and lengths are an interval; any count inside it will do.
    """
    low, high = whole(meet(frames, _product(rates, durations)))
    if low > high:
        return None
    pace, length = info.fps or _USUAL_RATE, info.duration_s or Fraction(1)
    count = min(max(round(pace * length), low), high)
    shortest, longest = durations.lo, durations.hi
    fitting = Interval(
        count / longest if longest else None,
        count / shortest if shortest else None,
        durations.hi_open,
        durations.lo_open,
    )
    return best_rate(info.fps, info.fps_nominal, meet(rates, fitting))


def _product(one: Interval, other: Interval) -> Interval:
    """Return what products of a number in one interval and one in the other there are."""
    lo, hi = (one.lo or 0) * (other.lo or 0), None
    if one.hi is not None and other.hi is not None:
        hi = one.hi * other.hi
    return Interval(Fraction(lo), hi, one.lo_open or other.lo_open, one.hi_open or other.hi_open)
