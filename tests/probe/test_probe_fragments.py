from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isobmff import (
    SOUND_ENTRY,
    VIDEO_ENTRY,
    box,
    elst,
    ftyp,
    moof,
    mvex,
    mvhd,
    stbl,
    tkhd,
    traf,
    trak,
    trun,
    video,
)
from pictures import probed

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import source

EMPTY_VIDEO = trak(b"vide", stbl(VIDEO_ENTRY), ticks=0)
EMPTY_SOUND = trak(b"soun", stbl(SOUND_ENTRY), ticks=0, header=tkhd(2))
MDAT = box(b"mdat", bytes(100))


def fragmented(
    *fragments: bytes,
    tracks: tuple[bytes, ...] = (EMPTY_VIDEO,),
    extends: bytes | None = None,
    header: bytes | None = None,
) -> bytes:
    index = (header or mvhd(ticks=0), *tracks, mvex(1, 2, step=40) if extends is None else extends)
    return ftyp(b"iso5") + box(b"moov", *index) + b"".join(part + MDAT for part in fragments)


def test_samples_are_added_up_over_all_fragments() -> None:
    data = fragmented(moof(traf(1, trun(10), time=0)), moof(traf(1, trun(15), time=400)))
    info = probed(data)
    assert (info.kind, info.fragmented, info.faults, info.unread) == (Kind.VIDEO, True, [], {})
    assert (info.frames, info.variable_fps, info.width) == (25, False, 96)
    assert info.fps == info.fps_nominal == 25
    assert info.duration_s == info.clocks["counted"] == 1


@pytest.mark.parametrize(
    ("fragments", "seconds"),
    [
        pytest.param([moof(traf(1, trun(25), time=0))], 1, id="the default step of the movie"),
        pytest.param([moof(traf(1, trun(25), step=80))], 2, id="of the fragment"),
        pytest.param([moof(traf(1, trun(0, (40,) * 25)))], 1, id="a step for each sample"),
        pytest.param([moof(traf(1, trun(5), trun(20)))], 1, id="two runs in a fragment"),
        pytest.param(
            [moof(traf(1, trun(25), time=143_164_000))], 1, id="time that starts at forty hours"
        ),
        pytest.param(
            [moof(traf(9, trun(900))), moof(traf(1, trun(25)))], 1, id="a track of another movie"
        ),
        pytest.param([moof(traf(1, trun(25)), traf(2, trun(10, ())))], 1, id="the longest track"),
    ],
)
def test_the_duration_is_what_the_samples_add_up_to(fragments: list[bytes], seconds: int) -> None:
    info = probed(fragmented(*fragments, tracks=(EMPTY_VIDEO, EMPTY_SOUND)))
    assert info.duration_s == seconds
    assert info.frames == 25


@pytest.mark.parametrize(
    ("changes", "container"),
    [
        pytest.param({"extends": mvex(1, step=40, ticks=143_165_000)}, 143_165, id="mehd"),
        pytest.param({"header": mvhd(ticks=90_000)}, 90, id="mvhd"),
        pytest.param({"header": mvhd(ticks=1_000)}, 1, id="a header that is right"),
    ],
)
def test_a_stated_duration_is_never_believed(changes: dict[str, bytes], container: int) -> None:
    info = probed(fragmented(moof(traf(1, trun(25))), **changes))  # type: ignore[arg-type]
    assert info.duration_s == 1
    assert info.clocks["container"] == container


def test_edits_written_before_the_fragments_do_not_shorten_them() -> None:
    track = trak(b"vide", stbl(VIDEO_ENTRY), elst((40, 0)), ticks=0)
    assert probed(fragmented(moof(traf(1, trun(25))), tracks=(track,))).duration_s == 1


def test_samples_of_the_index_and_of_fragments_count_together() -> None:
    info = probed(fragmented(moof(traf(1, trun(25), time=1000)), tracks=(video((25, 40)),)))
    assert (info.frames, info.fragmented) == (50, True)
    assert info.duration_s == 2


def test_frames_of_uneven_length_are_told() -> None:
    info = probed(fragmented(moof(traf(1, trun(0, (40, 40, 40, 90, 40))))))
    assert info.variable_fps is True
    assert info.fps_nominal == 25
    assert info.fps == Fraction(5 * 1000, 250)


def test_a_lone_last_step_is_not_judged() -> None:
    info = probed(fragmented(moof(traf(1, trun(24))), moof(traf(1, trun(0, (13,))))))
    assert info.variable_fps is False


def test_sound_alone_has_a_bit_rate() -> None:
    data = fragmented(moof(traf(2, trun(25))), tracks=(EMPTY_SOUND,))
    info = probed(data)
    assert (info.kind, info.bitrate) == (Kind.AUDIO, 800)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(fragmented(), Fault.NO_SAMPLES, id="an init segment"),
        pytest.param(moof(traf(1, trun(25))) + MDAT, Fault.MALFORMED, id="a media segment"),
        pytest.param(
            fragmented(moof(traf(1, trun(25))))[: -len(MDAT)], Fault.TRUNCATED, id="no media data"
        ),
        pytest.param(
            fragmented(moof(traf(1, trun(25))))[:-1], Fault.TRUNCATED, id="media data is cut"
        ),
        pytest.param(
            fragmented() + moof(traf(1, trun(0, (40,) * 25)))[:-9], Fault.TRUNCATED, id="a cut moof"
        ),
    ],
)
def test_a_part_of_a_fragmented_movie_is_a_fault(data: bytes, fault: Fault) -> None:
    assert fault in [found for found, _ in probed(data).faults]


def test_too_many_fragments_are_not_guessed_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "BUDGET_READS", 40)
    info = probed(fragmented(*[moof(traf(1, trun(1), box(b"free", bytes(900))))] * 200))
    assert [fault for fault, _ in info.faults] == [Fault.TOO_COSTLY]
    assert (info.width, info.duration_s, info.frames, info.fps) == (96, None, None, None)
    assert {"duration_s", "frames", "fps"} <= info.unread.keys()


WHOLE = fragmented(
    moof(traf(1, trun(10), time=0), traf(2, trun(0, (40,) * 5))),
    moof(traf(1, trun(15), time=400)),
    tracks=(EMPTY_VIDEO, EMPTY_SOUND),
)


@settings(max_examples=200)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_changed_bytes_never_raise(at: int, change: bytes) -> None:
    info: MediaInfo = probed(WHOLE[:at] + change + WHOLE[at + len(change) :])
    assert info.size_bytes


@settings(max_examples=100)
@given(st.lists(st.integers(1, 500), min_size=1, max_size=30), st.integers(1, 29))
def test_how_samples_are_cut_into_fragments_does_not_matter(steps: list[int], cut: int) -> None:
    parts = [tuple(part) for part in (steps[:cut], steps[cut:]) if part]
    info = probed(fragmented(*(moof(traf(1, trun(0, part))) for part in parts)))
    assert info.frames == len(steps)
    assert info.duration_s == Fraction(sum(steps), 1000)
