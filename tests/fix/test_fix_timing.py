"""Frame rates and lengths: what people have, and what they get."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

import pytest
from conftest import audio, video
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.errors import UsageError
from mediaprep.fix.recipe import Allow, Short, Window
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.rates import STANDARD_RATES, best_rate
from mediaprep.fix.solve.target import Demand, Target, make_target
from mediaprep.fix.solve.timing import Timing, solve_time, too_long
from mediaprep.model import Kind, MediaInfo
from mediaprep.profiles import Limit
from mediaprep.units import Interval, parse_interval

F = Fraction
UNSAFE = Allow(content=True)
NTSC = F(30000, 1001)


def limits(kind: Kind = Kind.VIDEO, **texts: str) -> Target:
    """Build a target of limits written as profiles write them."""
    units = {"duration": "seconds", "fps": "rate", "frames": "count"}
    return make_target(
        [
            Demand(
                "test",
                kind,
                Limit(name, text, "", date.min, parse_interval(text, units[name])),
            )
            for name, text in texts.items()
        ]
    )


RATES = limits(fps="[24, 60]").interval("fps")


@pytest.mark.parametrize(
    ("source", "nominal", "rate"),
    [
        pytest.param(F(120), F(120), F(60), id="120 is halved"),
        pytest.param(F(240), F(240), F(60), id="240 keeps every fourth frame"),
        pytest.param(F(100), F(100), F(50), id="100 is halved, 60 would judder"),
        pytest.param(F(75), F(75), F(60), id="half of 75 would lose too many frames"),
        pytest.param(NTSC * 4, NTSC * 4, NTSC * 2, id="119.88 is halved exactly"),
        pytest.param(F(24000, 1001), F(24000, 1001), F(24), id="23.976 becomes 24"),
        pytest.param(F(12), F(12), F(24), id="12 shows every frame twice"),
        pytest.param(F(15), F(15), F(30), id="15 shows every frame twice"),
        pytest.param(F(10), F(10), F(30), id="10 shows every frame three times"),
        pytest.param(F(20), F(20), F(24), id="40 would repeat too many frames"),
        pytest.param(F(6004, 100), F(60), F(60), id="a phone's 60.04 on average is 60"),
        pytest.param(F(2390, 100), F(24), F(24), id="23.9 on average is 24"),
        pytest.param(F(118), F(120), F(60), id="120 that drops frames is halved too"),
        pytest.param(F(2997, 100), F(90000), F(30000, 1001), id="nonsense of a nominal rate"),
        pytest.param(None, None, F(60), id="an unknown rate loses no frame at the highest"),
        pytest.param(None, F(25), F(25), id="a nominal rate alone is believed"),
        pytest.param(F(1, 2), F(1, 2), F(24), id="a slide show"),
    ],
)
def test_the_rate_that_does_least(
    source: Fraction | None, nominal: Fraction, rate: Fraction
) -> None:
    assert best_rate(source, nominal, RATES) == rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        pytest.param("(60, 61)", F(121, 2), id="between standard rates the middle will do"),
        pytest.param("[61, 62]", F(62), id="or an end that is inside"),
        pytest.param("[400, inf)", F(420), id="or a multiple"),
    ],
)
def test_odd_limits_have_a_rate_too(text: str, rate: Fraction) -> None:
    assert best_rate(F(60), F(60), limits(fps=text).interval("fps")) == rate


def test_no_rate_at_all() -> None:
    assert best_rate(F(60), F(60), Interval(F(30), F(30), True, True)) is None


@given(
    st.fractions(F(1, 10), 300, max_denominator=1001),
    st.none() | st.fractions(F(1, 10), 300, max_denominator=1001),
    st.tuples(st.fractions(1, 200, max_denominator=7), st.fractions(0, 60, max_denominator=7)),
    st.booleans(),
    st.booleans(),
)
def test_a_rate_is_always_inside_and_never_loses_frames_without_need(
    source: Fraction,
    nominal: Fraction | None,
    ends: tuple[Fraction, Fraction],
    lo_open: bool,
    hi_open: bool,
) -> None:
    rates = Interval(ends[0], ends[0] + ends[1], lo_open, hi_open)
    rate = best_rate(source, nominal, rates)
    if rate is None:
        assert rates.lo == rates.hi
        assert lo_open or hi_open
        return
    assert rate in rates
    slower = rates.side(*source.as_integer_ratio()) < 0
    assert rate >= source or not slower
    allowed = [r for r in STANDARD_RATES if r in rates]
    if allowed and rate != nominal and rates.side(*source.as_integer_ratio()) > 0:
        assert rate >= allowed[-1] * F(4, 5)


ATLAS = limits(duration="[2, 15] s", fps="[24, 60]")


def solve(
    info: MediaInfo, allow: Allow = UNSAFE, target: Target = ATLAS, *, copied: bool = False
) -> Timing:
    return solve_time(info, target, allow, None, info.container or "", copied=copied)


@pytest.mark.parametrize(
    ("info", "trim", "start", "end"),
    [
        pytest.param(
            video(duration_s=F(20), frames=480), "start", 0, F(358, 24), id="clear of 15 s"
        ),
        pytest.param(
            video(duration_s=F(20), audio_tracks=0), "start", 0, F(359, 24), id="silent: a frame"
        ),
        pytest.param(
            *(video(duration_s=F(20), fps=F(60), fps_nominal=F(60)), "start", 0, F(897, 60)),
            id="sound needs more room than a frame of 60 fps",
        ),
        pytest.param(video(duration_s=F(20)), "end", 20 - F(358, 24), 20, id="the end of the clip"),
        pytest.param(
            *(video(duration_s=F(20)), "center", 10 - F(179, 24), 10 + F(179, 24)),
            id="the middle of the clip",
        ),
        pytest.param(video(duration_s=F(20)), "2.5", F(5, 2), F(5, 2) + F(358, 24), id="seconds"),
        pytest.param(
            video(duration_s=F(20)), "19", 20 - F(358, 24), 20, id="seconds too near the end"
        ),
        pytest.param(
            video(duration_s=F(20)), "auto", 0, F(358, 24), id="auto without eyes: the start"
        ),
        pytest.param(audio(duration_s=F(20)), "start", 0, F(14999, 1000), id="a WAV to the ms"),
        pytest.param(
            audio(duration_s=F(20), container="mp3", sample_rate=44100),
            *("start", 0, F(14920, 1000)),
            id="an MP3 has padding",
        ),
    ],
)
def test_what_is_too_long_is_cut(
    info: MediaInfo, trim: str, start: Fraction, end: Fraction
) -> None:
    window = solve(info, Allow(content=True, trim=trim)).window
    assert window is not None
    assert window.start_s == start
    assert window.end_s == end


@pytest.mark.parametrize(
    ("info", "length"),
    [
        pytest.param(video(duration_s=F(1)), F(50, 24), id="a clip, in whole frames"),
        pytest.param(audio(duration_s=F(1)), F(2001, 1000), id="a sound, to the ms"),
    ],
)
def test_what_is_too_short_is_lengthened(info: MediaInfo, length: Fraction) -> None:
    assert solve(info, Allow(content=True, short=Short.LOOP)) == Timing(extend_to_s=length)


@pytest.mark.parametrize("seconds", [F(1), F(16)])
def test_neither_is_done_without_leave(seconds: Fraction) -> None:
    with pytest.raises(Infeasible):
        solve(video(duration_s=seconds), Allow())


@pytest.mark.parametrize("trim", ["", "middle", "-1", "1/0", "nan"])
def test_a_trim_that_makes_no_sense_is_refused(trim: str) -> None:
    with pytest.raises(UsageError, match="cannot trim"):
        solve(video(duration_s=F(20)), Allow(content=True, trim=trim))


def test_a_finder_is_told_the_lengths_and_believed() -> None:
    asked: list[tuple[Fraction, Fraction]] = []

    def finder(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window:
        asked.append((shortest_s, longest_s))
        return Window(F(3), F(9), "ends in silence at 9 s")

    info, allow = video(duration_s=F(20)), Allow(content=True, trim="auto")
    window = solve_time(info, ATLAS, allow, finder, "mp4").window
    assert window == Window(F(3), F(9), "ends in silence at 9 s")
    assert asked == [(F(50, 24), F(358, 24))]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param(None, id="finds nothing"),
        pytest.param(Window(F(3), F(4)), id="finds too short a part"),
        pytest.param(Window(F(0), F(16)), id="finds too long a part"),
        pytest.param(Window(F(10), F(21)), id="finds a part beyond the end"),
        pytest.param(Window(F(-1), F(5)), id="finds a part before the start"),
    ],
)
def test_a_finder_that_is_no_help_is_not_believed(found: Window | None) -> None:
    allow = Allow(content=True, trim="auto")
    info = video(duration_s=F(20))
    window = solve_time(info, ATLAS, allow, lambda *_: found, "mp4").window
    assert window is not None
    assert window.start_s == 0
    assert window.end_s == F(358, 24)


def test_a_rate_that_is_legal_is_kept() -> None:
    assert solve(video(fps=F(25), fps_nominal=F(25)), Allow()) == Timing()


def test_frames_that_come_unevenly_are_evened_out() -> None:
    info = video(fps=F(299, 10), fps_nominal=F(30), variable_fps=True)
    assert solve(info, Allow()) == Timing(F(30))


def test_a_limit_on_frames_is_met_by_a_lower_rate_before_anything_is_cut() -> None:
    info = video(duration_s=F(10), fps=F(60), fps_nominal=F(60), frames=600)
    target = limits(duration="[2, 15] s", fps="[24, 60]", frames="[1, 400]")
    assert solve(info, target=target) == Timing(F(30))


def test_what_an_edit_list_hides_is_left_out_by_encoding() -> None:
    info = video(duration_s=F(15), clocks={"container": F(15), "counted": F(15) + F(1024, 48000)})
    assert too_long(info, ATLAS.interval("duration"))
    assert solve(info, Allow()) == solve(info) == Timing(F(24))


@settings(deadline=None, max_examples=80)
@given(
    st.fractions(F(1, 10), 40, max_denominator=1000),
    st.sampled_from(STANDARD_RATES),
    st.sampled_from(["[2, 15] s", "(2, 15) s", "[4, 5] s", "[0, 3] s", "[2, inf) s"]),
    st.sampled_from(["start", "center", "end", "1.5", "auto"]),
    st.sampled_from([8000, 16000, 44100, 48000, None]),
    st.booleans(),
)
def test_lengths_are_whole_frames_inside_the_limits(
    seconds: Fraction, rate: Fraction, text: str, trim: str, sample_rate: int, sounds: bool
) -> None:
    target = limits(duration=text, fps="[24, 60]")
    info = video(
        duration_s=seconds,
        fps=rate,
        fps_nominal=rate,
        sample_rate=sample_rate,
        audio_tracks=int(sounds),
    )
    timing = solve(info, Allow(content=True, trim=trim), target)
    pace, durations = timing.fps or rate, target.interval("duration")
    assert pace in RATES
    length = seconds
    if timing.window:
        length = timing.window.end_s - timing.window.start_s
        assert timing.window.start_s >= 0
        assert timing.window.end_s <= seconds
    elif timing.extend_to_s:
        length = timing.extend_to_s
        assert length > seconds
    assert length in durations
    if length != seconds:
        assert (length * pace).denominator == 1
