from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import pytest
from containers import avi, avi_pictures, avi_sound, bitmap_header, chunk, stream_list
from pictures import probed

from mediaprep.model import Fault, Kind

FILM = Fraction(24000, 1001)
WIDE = chunk(b"vprp", struct.pack("<5I2H2I", 0, 0, 0, 0, 0, 9, 16, 640, 360))
NARROW = chunk(b"vprp", struct.pack("<5I2H2I", 0, 0, 0, 0, 0, 3, 4, 640, 360))


def test_pictures_and_sound_are_measured() -> None:
    info = probed(avi(avi_pictures(), avi_sound()))
    assert (info.kind, info.container, info.faults) == (Kind.VIDEO, "avi", [])
    assert (info.width, info.height, info.video_codec, info.has_alpha) == (640, 360, "mpeg4", False)
    assert (info.fps, info.frames, info.rotation) == (FILM, 48, 0)
    assert (info.audio_codec, info.sample_rate, info.channels) == ("mp3", 44100, 2)
    assert info.duration_s == info.clocks["track"] == 48 / FILM
    assert info.clocks["container"] == Fraction(48 * 41708, 1_000_000)


@pytest.mark.parametrize(
    ("streams", "facts"),
    [
        pytest.param(
            [avi_sound()],
            {"kind": Kind.AUDIO, "video_tracks": 0, "duration_s": 2, "width": None},
            id="sound alone is audio",
        ),
        pytest.param(
            [avi_pictures(WIDE)],
            {"sample_aspect": 1, "width": 640},
            id="the picture's aspect is not a sample's",
        ),
        pytest.param(
            [avi_pictures(NARROW)],
            {"sample_aspect": Fraction(3, 4)},
            id="a picture of 4:3 in 16:9 samples is squeezed",
        ),
        pytest.param(
            [stream_list(b"vids", 1, 25, 50, bitmap_header(640, -360, b"\0\0\0\0"))],
            {"height": 360, "video_codec": "rawvideo", "has_alpha": None},
            id="raw rows from the top have a height below zero",
        ),
        pytest.param(
            [avi_pictures(codec=b"ab\n\x1b")],
            {"video_codec": None, "width": 640},
            id="an unknown FOURCC has no name",
        ),
        pytest.param(
            [avi_sound(0x1234)], {"audio_codec": None}, id="nor has an unknown format tag"
        ),
        pytest.param(
            [stream_list(b"vids", 1, 0, 50, bitmap_header(640, 360, b"H264"))],
            {"fps": None, "duration_s": None, "frames": 50},
            id="a rate of zero is no rate",
        ),
        pytest.param(
            [stream_list(b"vids", 1, 25, 50, b"short")],
            {"width": None, "height": None, "fps": 25},
            id="a format that is cut short has no size",
        ),
        pytest.param(
            [
                avi_pictures(frames=0),
                chunk(b"LIST", b"odml", chunk(b"dmlh", struct.pack("<I", 96))),
            ],
            {"frames": 96, "duration_s": 96 / FILM},
            id="OpenDML counts the frames of the whole file",
        ),
    ],
)
def test_stream_headers_are_read(streams: list[bytes], facts: dict[str, Any]) -> None:
    info = probed(avi(*streams))
    assert {name: getattr(info, name) for name in facts} == facts
    unread = {name for name, value in facts.items() if value is None} - {"has_alpha"}
    assert unread <= info.unread.keys() or info.video_tracks == 0


def test_an_unknown_codec_is_quoted_without_its_control_characters() -> None:
    why = probed(avi(avi_pictures(codec=b"ab\n\x1b"))).unread["video_codec"]
    assert why.isprintable()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(avi()[:-4], Fault.TRUNCATED, id="the RIFF chunk ends past the file"),
        pytest.param(avi(riff_size=0), Fault.TRUNCATED, id="the writer never came back"),
        pytest.param(avi(movi=b""), Fault.NO_SAMPLES, id="headers without frames"),
        pytest.param(
            avi() + chunk(b"RIFF", b"AVIX", bytes(9), size=99),
            Fault.TRUNCATED,
            id="the second RIFF chunk of a long file is cut",
        ),
    ],
)
def test_a_file_that_is_not_all_there_says_so(data: bytes, fault: Fault) -> None:
    info = probed(data)
    assert [found for found, _ in info.faults] == [fault]
    assert info.width == 640


def test_the_counts_of_an_unfinished_file_are_not_believed() -> None:
    info = probed(avi(avi_pictures(frames=1 << 30), riff_size=0))
    assert (info.duration_s, info.frames) == (None, None)


def test_headers_without_streams_are_malformed() -> None:
    info = probed(chunk(b"RIFF", b"AVI ", chunk(b"LIST", b"movi", bytes(8))))
    assert [found for found, _ in info.faults] == [Fault.MALFORMED]


def test_a_file_of_endless_empty_chunks_is_given_up() -> None:
    info = probed(chunk(b"RIFF", b"AVI ", chunk(b"JUNK") * 5000))
    assert [found for found, _ in info.faults] == [Fault.TOO_COSTLY]
