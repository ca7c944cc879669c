"""Frame rate, length and frame count together, against every count of frames there could be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from fractions import Fraction

from conftest import video
from fix_cases import RATES, profiles
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.recipe import Allow
from mediaprep.fix.solve.bounds import meet
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.rates import STANDARD_RATES
from mediaprep.fix.solve.target import NOMINAL, Demand, Target, make_target, target_of
from mediaprep.fix.solve.timing import Timing, solve_time
from mediaprep.model import Kind, MediaInfo
from mediaprep.profiles import Limit, built_in_names, load_profile
from mediaprep.rules import select_rules
from mediaprep.units import Interval

F = Fraction
MOST_FRAMES = 1000  # of 16 s at 60 fps
UNSAFE, SAFE = Allow(content=True), Allow()

seconds = st.fractions(F(1, 10), 20, max_denominator=50)
lengths, paces = (
    st.fractions(F(1, 2), 6, max_denominator=20),
    st.fractions(2, 40, max_denominator=9),
)


@st.composite
def intervals(draw: st.DrawFn, numbers: st.SearchStrategy[Fraction]) -> Interval:
    lo, hi = sorted((draw(numbers), draw(numbers)))
    if draw(st.booleans()):
        hi = lo + (hi - lo) / 100  # few rates and lengths go together
    return Interval(lo, hi, draw(st.booleans()) and lo < hi, draw(st.booleans()) and lo < hi)


@st.composite
def made_up(draw: st.DrawFn) -> Target:
    limits = {
        "duration": draw(intervals(lengths)),
        "fps": draw(intervals(paces)),
        "frames": draw(intervals(st.integers(1, 200).map(F))),
    }
    chosen = draw(st.lists(st.sampled_from(sorted(limits)), unique=True))
    return make_target(
        [
            Demand("test", Kind.VIDEO, Limit(name, "", "", date.min, (limits[name],)))
            for name in chosen
        ]
    )


_BUILT_IN = [
    target_of([limits], Kind.VIDEO, select_rules())
    for limits in map(load_profile, built_in_names())
    if Kind.VIDEO in limits.limits
]
at_random = profiles().map(lambda chosen: target_of(chosen, Kind.VIDEO, select_rules()))
targets = st.one_of(st.sampled_from(_BUILT_IN), at_random, made_up())


@st.composite
def clips(draw: st.DrawFn) -> MediaInfo:
    rate, length = draw(st.sampled_from(RATES)), draw(seconds)
    nominal = draw(st.sampled_from((rate, F(30), None)))
    frames = draw(st.sampled_from((None, round(rate * length))))
    return video(duration_s=length, fps=rate, fps_nominal=nominal, frames=frames)


def limits_of(target: Target) -> tuple[Interval, Interval, Interval]:
    rates = meet(target.interval("fps"), target.interval(NOMINAL))
    return target.interval("duration"), rates, target.interval("frames")


def counts(target: Target) -> Iterator[int]:
    """Every number of frames that some allowed rate plays in some allowed time."""
    durations, rates, frames = limits_of(target)
    for count in range(1, MOST_FRAMES):
        slowest = count / durations.hi if durations.hi else None
        fastest = count / durations.lo if durations.lo else None
        fitting = Interval(slowest, fastest, durations.hi_open, durations.lo_open)
        if F(count) in frames and _holds_any(meet(rates, fitting)):
            yield count


def _holds_any(interval: Interval) -> bool:
    lo, hi = interval.lo or F(0), interval.hi
    if hi is None or lo < hi:
        return True
    return lo == hi and lo > 0 and not interval.lo_open and not interval.hi_open


def solved(info: MediaInfo, target: Target, allow: Allow) -> Timing | None:
    try:
        return solve_time(info, target, allow, None, "mp4")
    except Infeasible:
        return None


@settings(deadline=None, max_examples=120)
@given(clips(), targets)
def test_with_leave_a_clip_is_refused_only_if_no_count_of_frames_will_do(
    info: MediaInfo, target: Target
) -> None:
    timing = solved(info, target, UNSAFE)
    if timing is None:
        assert next(counts(target), None) is None
        return
    durations, rates, frames = limits_of(target)
    rate = timing.fps or info.fps
    assert rate is not None
    assert info.duration_s is not None
    assert rate in rates
    length = info.duration_s
    if timing.window:
        length = timing.window.end_s - timing.window.start_s
    length = timing.extend_to_s or length
    assert length in durations
    kept = info.frames if length == info.duration_s and timing.fps is None else None
    assert F(kept or round(length * rate)) in frames


@settings(deadline=None, max_examples=120)
@given(clips(), targets)
def test_nothing_is_cut_where_a_rate_alone_would_do(info: MediaInfo, target: Target) -> None:
    durations, rates, frames = limits_of(target)
    assert info.duration_s is not None
    usual = [rate for rate in STANDARD_RATES if rate in rates]
    will_do = info.duration_s in durations and any(
        F(round(info.duration_s * rate)) in frames for rate in usual
    )
    for allow in (SAFE, UNSAFE):
        timing = solved(info, target, allow)
        if will_do:
            assert timing is not None
        if will_do or (timing and allow is SAFE):
            assert timing is not None
            assert timing.window is None
            assert timing.extend_to_s is None


@settings(deadline=None, max_examples=120)
@given(clips(), targets)
def test_no_frame_more_than_needed_is_cut_or_added(info: MediaInfo, target: Target) -> None:
    """All but what has to stay clear of a limit: at most a frame, or two packets of AAC."""
    timing = solved(info, target, UNSAFE)
    if timing is None or not (timing.window or timing.extend_to_s):
        return
    durations, _, frames = limits_of(target)
    rate = timing.fps or info.fps
    assert rate is not None
    legal = [n for n in range(1, 40 * MOST_FRAMES) if n / rate in durations and F(n) in frames]
    slack = 2 * F(1024, 48_000) * rate + 2
    if timing.window:
        kept = (timing.window.end_s - timing.window.start_s) * rate
        assert legal[-1] - slack <= kept <= legal[-1]
    else:
        assert timing.extend_to_s is not None
        assert legal[0] <= timing.extend_to_s * rate <= legal[0] + slack
