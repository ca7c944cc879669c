from __future__ import annotations

import struct
from fractions import Fraction

import pytest
from pictures import probed
from sounds import opus, page, streaminfo, vorbis

from mediaprep.model import Fault, Kind

SOUND = bytes(255 * 60)
THEORA = (
    b"\x80theora\3\2\1"
    + struct.pack(">HH", 20, 12)
    + b"\x00\x01\x40"  # 320 wide
    + b"\x00\x00\xb4"  # 180 high
    + bytes(2)
    + struct.pack(">II", 25, 1)
    + b"\0\0\4\0\0\3"  # pixels of 4:3
    + bytes(4)
    + b"\x00\xc0"  # six bits of a granule count from the key frame
)


def speex(rate: int = 16000) -> bytes:
    return (b"Speex   ".ljust(36, b"\0") + struct.pack("<IIII", rate, 0, 0, 1)).ljust(80, b"\0")


@pytest.mark.parametrize(
    ("packet", "granule", "codec", "rate", "channels", "duration"),
    [
        pytest.param(vorbis(), 44100, "vorbis", 44100, 2, Fraction(1), id="Vorbis"),
        pytest.param(opus(), 48312, "opus", 48000, 2, Fraction(1), id="Opus without its pre-skip"),
        pytest.param(opus(1, 0), 24000, "opus", 48000, 1, Fraction(1, 2), id="Opus, mono"),
        pytest.param(speex(), 8000, "speex", 16000, 1, Fraction(1, 2), id="Speex"),
        pytest.param(
            b"\x7fFLAC\1\0\0\1fLaC\x80\0\0\x22" + streaminfo(0, rate=8000, channels=3),
            *(4000, "flac", 8000, 3, Fraction(1, 2)),
            id="FLAC",
        ),
    ],
)
def test_codecs(
    packet: bytes, granule: int, codec: str, rate: int, channels: int, duration: Fraction
) -> None:
    info = probed(page(packet, first=True) + page(bytes(10 * 255)) + page(SOUND, granule))
    assert (info.container, info.kind, info.faults) == ("ogg", Kind.AUDIO, [])
    assert (info.audio_codec, info.sample_rate, info.channels) == (codec, rate, channels)
    assert info.duration_s == info.clocks["container"] == duration
    assert info.audio_tracks == 1


def test_a_page_on_which_no_packet_ends_tells_no_time() -> None:
    file = page(vorbis(), first=True) + page(SOUND, 44100) + page(bytes(255 * 8), -1)
    assert probed(file).duration_s == 1


def test_pictures_make_it_a_video() -> None:
    file = (
        page(THEORA, first=True)
        + page(vorbis(), serial=2, first=True)
        + page(SOUND, 44100, serial=2)
        + page(SOUND, 48 << 6 | 2)
    )
    info = probed(file)
    assert (info.kind, info.container, info.video_codec) == (Kind.VIDEO, "ogg", "theora")
    assert (info.width, info.height, info.sample_aspect) == (320, 180, Fraction(4, 3))
    assert (info.fps, info.duration_s, info.audio_codec) == (Fraction(25), Fraction(2), "vorbis")
    assert (info.video_tracks, info.audio_tracks) == (1, 1)


def test_streams_that_follow_each_other_add_up() -> None:
    file = b"".join(
        page(vorbis(rate), serial=serial, first=True)
        + page(SOUND, 4000, serial=serial)
        + page(SOUND, 8000, serial=serial)
        for serial, rate in ((1, 8000), (2, 16000), (3, 8000))
    )
    info = probed(file)
    assert (info.duration_s, info.faults) == (Fraction(5, 2), [])


def test_a_recording_that_begins_late_has_no_known_duration() -> None:
    file = page(vorbis(), first=True) + page(SOUND, 44100 * 3600) + page(SOUND, 44100 * 3601)
    info = probed(file)
    assert (info.duration_s, info.faults) == (None, [])
    assert "duration_s" in info.unread


def test_an_unknown_stream_beside_a_known_one_is_passed_over() -> None:
    file = (
        page(vorbis(), first=True)
        + page(b"a pretty codec", serial=9, first=True)
        + page(SOUND, 44100)
        + page(SOUND, 7, serial=9)
    )
    info = probed(file)
    assert (info.duration_s, info.audio_tracks, info.faults) == (Fraction(1), 1, [])


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(
            page(vorbis(), first=True) + page(SOUND, 44100)[:-20], Fault.TRUNCATED, id="a cut page"
        ),
        pytest.param(
            page(b"a pretty codec", first=True), Fault.MALFORMED, id="nothing that we know"
        ),
        pytest.param(
            page(vorbis()[:12], first=True), Fault.MALFORMED, id="a first packet that is cut"
        ),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    assert [fault for fault, _ in probed(file).faults] == [fault]


def test_zeros_in_the_first_packet_are_unread() -> None:
    info = probed(page(vorbis(0, 0), first=True) + page(SOUND, 44100))
    assert {"sample_rate", "channels", "duration_s"} <= info.unread.keys()
