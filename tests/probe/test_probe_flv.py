from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import pytest
from containers import avc_configuration, flv, metadata, tag
from pictures import probed

from mediaprep.model import Fault, Kind

FRAME = tag(9, b"\x22frame", 1000)
SOUND = tag(8, b"\x2fframe", 1000)


def test_pictures_and_sound_are_measured() -> None:
    info = probed(flv())
    assert (info.kind, info.container, info.faults) == (Kind.VIDEO, "flv", [])
    assert (info.width, info.height, info.video_codec, info.pix_fmt) == (64, 48, "h264", "yuv420p")
    assert (info.audio_codec, info.sample_rate, info.channels) == ("aac", 44100, 2)
    assert (info.fps, info.duration_s) == (Fraction(25), Fraction(2))
    assert info.clocks == {"container": 2, "track": Fraction(196, 100)}
    assert (info.video_tracks, info.audio_tracks) == (1, 1)


@pytest.mark.parametrize(
    ("tags", "facts"),
    [
        pytest.param(
            [FRAME], {"video_codec": "h263", "width": None}, id="a bare frame has no size"
        ),
        pytest.param(
            [metadata(width=320, height=240), FRAME],
            {"width": 320, "height": 240},
            id="metadata has",
        ),
        pytest.param(
            [metadata(width=320, height=240), tag(9, b"\x17\0\0\0\0" + avc_configuration())],
            {"width": 64, "height": 48},
            id="the decoder's configuration is believed over the metadata",
        ),
        pytest.param(
            [tag(9, b"\x90avc1" + avc_configuration())],
            {"video_codec": "h264", "width": 64},
            id="enhanced Flash names codecs by letters",
        ),
        pytest.param(
            [metadata(width=0.5, height=240), FRAME], {"width": None}, id="half a pixel is no width"
        ),
        pytest.param(
            [metadata(duration=0, width=320), FRAME],
            {"duration_s": 1},
            id="a stream that does not know its duration lasts to its last tag",
        ),
        pytest.param(
            [metadata(duration=float("nan")), FRAME], {"duration_s": 1}, id="nor is NaN one"
        ),
        pytest.param(
            [metadata(framerate=29.97), FRAME], {"fps": Fraction(30000, 1001)}, id="29.97"
        ),
        pytest.param(
            [metadata(framerate=23.976), FRAME], {"fps": Fraction(24000, 1001)}, id="23.976"
        ),
        pytest.param([metadata(framerate=12.5), FRAME], {"fps": Fraction(25, 2)}, id="12.5"),
        pytest.param(
            [metadata(framerate=0), FRAME], {"fps": None}, id="a frame rate of zero is none"
        ),
        pytest.param(
            [SOUND],
            {"kind": Kind.AUDIO, "audio_codec": "mp3", "sample_rate": 44100, "channels": 2},
            id="sound alone is audio",
        ),
        pytest.param(
            [tag(8, b"\xafXX", 5)],
            {"audio_codec": "aac", "channels": None, "sample_rate": None},
            id="AAC without its configuration says nothing",
        ),
        pytest.param(
            [tag(9, b"\x1e", 7)], {"video_codec": None}, id="an unknown codec has no name"
        ),
    ],
)
def test_the_first_tags_are_read(tags: list[bytes], facts: dict[str, Any]) -> None:
    info = probed(flv(*tags))
    assert {name: getattr(info, name) for name in facts} == facts
    assert {name for name, value in facts.items() if value is None} <= info.unread.keys()
    assert info.faults == []


def test_a_tag_that_ends_past_the_file_is_truncated() -> None:
    info = probed(flv(metadata(width=64, height=48), FRAME)[:-6])
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]
    assert info.width == 64


def test_a_file_that_is_cut_far_behind_the_first_tags_is_truncated() -> None:
    info = probed(flv(FRAME, SOUND, *[FRAME] * 50)[:-9])
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]


def test_writers_that_leave_the_header_out_of_the_last_length_are_understood() -> None:
    info = probed(flv(FRAME)[:-4] + struct.pack(">I", 6))
    assert (info.duration_s, info.faults) == (Fraction(1), [])


def test_filtered_tags_are_encrypted() -> None:
    info = probed(flv(tag(9 | 0x20, b"\x27secret", 10)))
    assert [fault for fault, _ in info.faults] == [Fault.ENCRYPTED]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(flv(metadata(width=64)), id="metadata alone"),
        pytest.param(b"FLV\1\5" + bytes(4), id="a header cut short"),
        pytest.param(flv(tag(9, b"")), id="a tag without content"),
    ],
)
def test_a_file_without_pictures_or_sound_is_malformed(data: bytes) -> None:
    info = probed(data)
    assert Fault.MALFORMED in [fault for fault, _ in info.faults]
    assert info.kind is None


def test_a_header_without_its_flags_is_truncated() -> None:
    assert [fault for fault, _ in probed(b"FLV\1").faults] == [Fault.TRUNCATED]


@pytest.mark.parametrize(
    "frame", [pytest.param(FRAME, id="of pictures"), pytest.param(SOUND, id="of sound")]
)
def test_a_file_that_ends_behind_the_header_of_a_tag_is_truncated(frame: bytes) -> None:
    info = probed(flv(metadata(width=64, height=48), frame[:11]))
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]
    assert info.kind is (Kind.VIDEO if frame is FRAME else Kind.AUDIO)
    assert info.video_codec is info.audio_codec is None
