"""Find the frame rate and the span of time of least loss that meet all limits.

Rates are exact fractions; a clip's length is a whole number of frames. What is cut or lengthened
ends a little inside the limits, since encoders and muxers add a frame here and there: AAC begins
with a frame of silence, MP3 with one and ends with another.
"""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from typing import NamedTuple, Protocol

from mediaprep.errors import UsageError
from mediaprep.fix.recipe import Allow, Window
from mediaprep.fix.solve.bounds import ANYTHING, least, meet, most
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.rates import candidate_rates
from mediaprep.fix.solve.target import NOMINAL, Target
from mediaprep.model import Kind, MediaInfo
from mediaprep.units import Interval, format_decimal

_MILLISECOND = Fraction(1, 1000)
_AAC_SAMPLES, _MP3_SAMPLES = 1024, 1152  # in one frame
_ENDLESS = 1 << 62


class WindowFinder(Protocol):
    """Looks into the media for the part that is best kept (`--trim auto`); may find none."""

    def __call__(self, info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
        """Return a window no shorter and no longer than these, and why it was chosen."""


class Timing(NamedTuple):
    """What is to be done about time; None leaves it as it is."""

    fps: Fraction | None = None
    window: Window | None = None
    extend_to_s: Fraction | None = None


class Span(NamedTuple):
    """The lengths that are allowed, in steps of one frame or one millisecond."""

    durations: Interval
    frames: Interval
    rate: Fraction  # steps a second
    slack_s: Fraction  # kept clear of both ends
    counted: bool  # a step is a frame

    def steps(self) -> tuple[int, int]:
        """Return the least and the most steps inside the limits, clear of the ends if possible."""
        lo, hi = self.durations.lo, self.durations.hi
        clear = Interval(lo and lo + self.slack_s, None if hi is None else hi - self.slack_s)
        low, high = self._whole(clear)
        return (low, high) if low <= high else self._whole(self.durations)

    def _whole(self, durations: Interval) -> tuple[int, int]:
        low, high = _scaled(durations, self.rate)
        if self.counted:
            of_frames = _scaled(self.frames, Fraction(1))
            low, high = max(low, of_frames[0]), min(high, of_frames[1])
        return low, high


def solve_time(
    info: MediaInfo,
    target: Target,
    allow: Allow,
    finder: WindowFinder | None,
    container: str,
    *,
    copied: bool = False,
) -> Timing:
    """Solve for frame rate and length together: a clip's frames are limited by both.

    A rate that lets the length be is preferred to any other. Raises Infeasible, and UsageError for
    an `allow.trim` that is neither a word we know nor a number of seconds.
    """
    durations, frames = target.interval("duration"), target.interval("frames")
    rates = list(_rates(info, target, copied=copied))
    late = too_long(info, durations)
    for rate in rates:
        if not _misses(info, durations, frames, rate):
            if not late:
                return Timing(rate)
            if not copied and (pace := rate or info.fps):
                return Timing(pace)  # encoding it leaves out what an edit list hides
    if allow.content and info.duration_s is not None:
        for rate in rates:
            pace = rate or info.fps
            slack = _slack(info, container, pace)
            span = Span(durations, frames, pace or Fraction(1000), slack, pace is not None)
            timing = _cut_or_lengthen(info, span, rate, allow.trim, finder)
            if timing and not (copied and timing.extend_to_s):
                return timing
    raise Infeasible("duration", "fps", NOMINAL, "frames")


def too_long(info: MediaInfo, durations: Interval) -> bool:
    """Whether a file lasts too long, or only does not if sound before its start is left out."""
    if info.duration_s is None:
        return False
    if durations.side(*info.duration_s.as_integer_ratio()) > 0:
        return True
    counted = info.clocks.get("counted")
    late = [clock for clock in info.clocks.values() if clock not in durations]
    return (
        counted is not None
        and late == [counted]
        and durations.side(*counted.as_integer_ratio()) > 0
    )


def _rates(info: MediaInfo, target: Target, *, copied: bool) -> Iterable[Fraction | None]:
    if info.kind is Kind.AUDIO or copied:
        return (None,)
    rates = meet(target.interval("fps"), target.interval(NOMINAL))
    frames = target.interval("frames")
    legal = not target.broken(info) & {"fps", NOMINAL}
    countable = info.fps is not None or frames == ANYTHING
    keep = legal and countable and not info.variable_fps
    return candidate_rates(info, rates, frames, target.interval("duration"), keep=keep)


def _misses(info: MediaInfo, durations: Interval, frames: Interval, rate: Fraction | None) -> bool:
    """Whether a file's own length misses the limits at a rate."""
    duration, pace = info.duration_s, rate or info.fps
    if durations != ANYTHING and (duration is None or duration not in durations):
        return True
    if frames == ANYTHING or info.kind is Kind.AUDIO:
        return False
    count = info.frames if rate is None else None
    if count is None and duration is not None and pace is not None:
        count = round(duration * pace)
    return count is None or count not in frames


def _cut_or_lengthen(
    info: MediaInfo, span: Span, rate: Fraction | None, trim: str, finder: WindowFinder | None
) -> Timing | None:
    assert info.duration_s is not None
    low, high = span.steps()
    if low > high or high < 1:
        return None
    if info.duration_s * span.rate > high:
        window = place_window(info, span, trim, finder)
        return Timing(rate, window)
    if info.duration_s * span.rate < max(low, 1):
        return Timing(rate, None, max(low, 1) / span.rate)
    return None


def place_window(info: MediaInfo, span: Span, trim: str, finder: WindowFinder | None) -> Window:
    """Choose the part of a file that is too long which is kept.

    Raises UsageError for a `trim` that is neither a word we know nor a number of seconds.
    """
    assert info.duration_s is not None
    low, high = span.steps()
    shortest, longest = max(low, 1) / span.rate, high / span.rate
    if trim == "auto":
        found = finder(info, shortest, longest) if finder else None
        if found and _sensible(found, info.duration_s, shortest, longest):
            return found
        return Window(Fraction(0), longest, "from the start: no better place was found")
    start, why = _start(trim, info.duration_s - longest)
    return Window(start, start + longest, why)


def _start(trim: str, latest: Fraction) -> tuple[Fraction, str]:
    if trim == "start":
        return Fraction(0), "from the start"
    if trim == "center":
        return latest / 2, "the middle"
    if trim == "end":
        return latest, "up to the end"
    try:
        start = Fraction(trim)
    except (ValueError, ZeroDivisionError):
        start = Fraction(-1)
    if start < 0:
        hint = "use start, center, end, auto or a number of seconds"
        raise UsageError(f"cannot trim at {trim!r}", hint)
    if start > latest:
        return latest, f"up to the end: {format_decimal(start, 3)} s leaves too little"
    return start, f"from {format_decimal(start, 3)} s, as asked"


def _sensible(window: Window, duration: Fraction, shortest: Fraction, longest: Fraction) -> bool:
    length = window.end_s - window.start_s
    return window.start_s >= 0 and window.end_s <= duration and shortest <= length <= longest


def _slack(info: MediaInfo, container: str, rate: Fraction | None) -> Fraction:
    """Return how far from a limit a cut has to stay for what is written to be inside it."""
    sample = Fraction(1, info.sample_rate or 8000)
    if info.kind is Kind.AUDIO:
        padding = 3 * _MP3_SAMPLES * sample if container == "mp3" else Fraction(0)
        return padding + _MILLISECOND
    frame = 1 / rate if rate else Fraction(1, 24)
    silent = info.audio_tracks == 0
    audible = Fraction(0) if silent else 2 * _AAC_SAMPLES * sample + _MILLISECOND
    return max(frame, audible)


def _scaled(interval: Interval, rate: Fraction) -> tuple[int, int]:
    """Return the whole numbers n with n/rate inside an interval."""
    lo, hi = interval.lo, interval.hi
    low = 0 if lo is None else least(*(lo * rate).as_integer_ratio(), interval.lo_open)
    high = _ENDLESS if hi is None else most(*(hi * rate).as_integer_ratio(), interval.hi_open)
    return max(low, 0), high
