from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from struct import pack
from typing import Any

import pytest
from isobmff import (
    SOUND_ENTRY,
    VIDEO_ENTRY,
    audio,
    box,
    elst,
    ftyp,
    full,
    movie,
    mvhd,
    stbl,
    tkhd,
    trak,
    video,
)
from pictures import probed

from mediaprep.model import Fault, Kind


def test_pictures_and_sound_are_measured() -> None:
    info = probed(movie(video(), audio()))
    assert (info.kind, info.container, info.faults, info.unread) == (Kind.VIDEO, "mp4", [], {})
    assert (info.width, info.height, info.rotation) == (96, 64, 0)
    assert info.sample_aspect == 1
    assert (info.video_codec, info.pix_fmt, info.bit_depth) == ("h264", "yuv420p", 8)
    assert (info.audio_codec, info.sample_rate, info.channels) == ("aac", 44100, 2)
    assert (info.frames, info.variable_fps) == (25, False)
    assert info.fps == info.fps_nominal == 25
    assert info.duration_s == 1
    assert info.clocks == {"container": 1, "track": 1, "counted": 1}
    assert (info.video_tracks, info.audio_tracks) == (1, 1)
    assert (info.moov_at_end, info.fragmented, info.marks) == (False, False, {})


@pytest.mark.parametrize(
    ("runs", "facts"),
    [
        pytest.param(
            [(24, 40), (1, 13)],
            {"fps_nominal": 25, "variable_fps": False},
            id="the last step only fills up",
        ),
        pytest.param(
            [(10, 33), (10, 34), (4, 33)],
            {"fps_nominal": Fraction(24 * 1000, 802), "variable_fps": False},
            id="a coarse clock rounds",
        ),
        pytest.param(
            [(20, 40), (5, 80)],
            {"fps_nominal": 25, "fps": Fraction(25 * 1000, 1200), "variable_fps": True},
            id="some frames are shown longer",
        ),
        pytest.param(
            [(3, 1), (3, 2)], {"variable_fps": True}, id="a tick is a lot to a clock of frames"
        ),
        pytest.param([(1, 40)], {"frames": 1, "fps": 25, "variable_fps": False}, id="one frame"),
        pytest.param(
            [(5, 0)],
            {"frames": 5, "fps": None, "fps_nominal": None},
            id="a clock that stands still",
        ),
    ],
)
def test_frame_rates(runs: list[tuple[int, int]], facts: dict[str, Any]) -> None:
    info = probed(movie(video(*runs)))
    assert {fact: getattr(info, fact) for fact in facts} == facts
    assert ("fps" in info.unread) == (info.fps is None)


@pytest.mark.parametrize(
    ("tracks", "header", "duration"),
    [
        pytest.param([video((50, 40))], mvhd(ticks=2000), 2, id="all clocks agree"),
        pytest.param(
            [video((50, 40))], mvhd(ticks=2040), Fraction(204, 100), id="the movie's is near enough"
        ),
        pytest.param([video((50, 40))], mvhd(ticks=90_000), 2, id="the movie's is a lie"),
        pytest.param([video((50, 40))], mvhd(ticks=0), 2, id="the movie's is not there"),
        pytest.param([video((50, 40))], mvhd(timescale=0), 2, id="the movie has no clock"),
        pytest.param(
            [video((50, 40), ticks=90_000)],
            mvhd(ticks=90_000),
            2,
            id="samples outvote both headers",
        ),
        pytest.param(
            [video((50, 40)), audio((20, 250))], mvhd(ticks=0), 5, id="the longest track counts"
        ),
        pytest.param(
            [trak(b"vide", stbl(VIDEO_ENTRY, (50, 40)), elst((1500, 500)))],
            mvhd(ticks=1500),
            Fraction(3, 2),
            id="an edit cuts the start off",
        ),
        pytest.param(
            [trak(b"vide", stbl(VIDEO_ENTRY, (50, 40)), elst((500, -1), (2000, 80)))],
            mvhd(ticks=2000),
            2,
            id="a late start shortens nothing",
        ),
        pytest.param(
            [
                video((50, 40)),
                trak(b"soun", stbl(SOUND_ENTRY, (20, 100)), elst((500, -1), (2000, 0))),
            ],
            mvhd(ticks=0),
            Fraction(5, 2),
            id="a late track ends later",
        ),
        pytest.param(
            [trak(b"vide", stbl(VIDEO_ENTRY, (50, 40)), elst((90_000, 0)))],
            mvhd(ticks=90_000),
            2,
            id="an edit shows no more than there is",
        ),
    ],
)
def test_the_duration_is_the_best_supported_reading(
    tracks: list[bytes], header: bytes, duration: Fraction
) -> None:
    info = probed(movie(*tracks, header=header))
    assert info.duration_s == duration
    assert info.faults == []


def test_a_track_without_a_clock_is_unread_not_an_error() -> None:
    info = probed(movie(video(timescale=0), header=mvhd(ticks=0)))
    assert (info.duration_s, info.fps, info.faults) == (None, None, [])
    assert {"duration_s", "fps"} <= info.unread.keys()


@pytest.mark.parametrize(
    ("tracks", "kind"),
    [
        pytest.param([audio()], Kind.AUDIO, id="sound alone"),
        pytest.param([audio(), video(entry=VIDEO_ENTRY)], Kind.VIDEO, id="sound first"),
        pytest.param([audio(), trak(b"text", b"")], Kind.AUDIO, id="text is not a picture"),
        pytest.param(
            [
                trak(
                    b"soun", stbl(SOUND_ENTRY, (10, 100)), box(b"tref", box(b"chap", pack(">I", 9)))
                ),
                video((3, 300), header=tkhd(9)),
            ],
            Kind.AUDIO,
            id="the pictures of chapters are no video",
        ),
        pytest.param(
            [audio(), trak(b"vide", stbl(VIDEO_ENTRY))],
            Kind.VIDEO,
            id="an empty track still counts alone",
        ),
    ],
)
def test_the_tracks_decide_the_kind(tracks: list[bytes], kind: Kind) -> None:
    info = probed(movie(*tracks, brand=b"mp42"))
    assert (info.kind, info.container) == (kind, "mp4")


def test_a_song_with_a_film_in_it_is_no_m4a() -> None:
    assert probed(movie(audio(), brand=b"M4A ")).container == "m4a"
    assert probed(movie(audio(), video(), brand=b"M4A ")).container == "mp4"


def test_the_first_enabled_track_counts() -> None:
    tracks = [
        video((5, 100), header=tkhd(1, enabled=False)),
        video((25, 40), header=tkhd(2)),
    ]
    info = probed(movie(*tracks))
    assert (info.frames, info.video_tracks) == (25, 2)


def test_an_index_behind_the_media_data_is_told() -> None:
    moov = box(b"moov", mvhd(), video())
    assert probed(ftyp() + box(b"mdat", bytes(400)) + moov).moov_at_end is True
    assert probed(ftyp() + moov + box(b"mdat", bytes(400))).moov_at_end is False


def test_a_compressed_index_is_inflated() -> None:
    moov = box(b"moov", mvhd(), video())
    packed = pack(">I", len(moov)) + zlib.compress(moov)
    cmov = box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", packed))
    info = probed(ftyp(b"qt  ") + box(b"moov", cmov) + box(b"mdat", bytes(400)))
    assert (info.container, info.width, info.frames, info.faults) == ("mov", 96, 25, [])


def test_a_compressed_index_that_does_not_inflate_is_malformed() -> None:
    cmov = box(b"cmov", box(b"dcom", b"zlib"), box(b"cmvd", b"\0\0\0\x09not zlib"))
    info = probed(ftyp(b"qt  ") + box(b"moov", cmov))
    assert [fault for fault, _ in info.faults] == [Fault.MALFORMED]


def test_a_large_index_gives_all_but_how_even_the_frames_are() -> None:
    steps = b"".join(struct.pack(">II", 1, 40 + (n & 1)) for n in range(1_200_000))
    long = full(b"stts", pack(">I", 1_200_000), steps)
    tables = stbl(VIDEO_ENTRY, (1_200_000, 40), size=1, times=long)
    track = trak(b"vide", tables, ticks=48_600_000)
    data = ftyp() + box(b"moov", mvhd(ticks=48_600_000), track) + box(b"mdat", bytes(1_200_000))
    info = probed(data)
    assert (info.width, info.frames) == (96, 1_200_000)
    assert info.duration_s == 48_600
    assert info.variable_fps is None
    assert "variable_fps" in info.unread
    assert info.faults == []
