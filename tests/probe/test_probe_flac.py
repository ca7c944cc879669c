from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import probed
from sounds import flac_file, flac_frame, id3, streaminfo

from mediaprep.model import Fault, Kind
from mediaprep.probe.flac import parse_streaminfo

WHOLE = (flac_frame(0), flac_frame(1), flac_frame(2, block=1000))
SAMPLES = 2 * 4096 + 1000
DURATION = Fraction(SAMPLES, 44100)
PICTURE = b"\x06" + bytes(70_000)
PADDING = b"\x01" + bytes(40)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(flac_file(SAMPLES, *WHOLE), id="nothing but the stream"),
        pytest.param(flac_file(SAMPLES, *WHOLE, blocks=(PADDING, PICTURE)), id="with a picture"),
        pytest.param(id3(700) + flac_file(SAMPLES, *WHOLE), id="behind an ID3 tag"),
        pytest.param(flac_file(SAMPLES, *WHOLE) + b"TAG" + bytes(125), id="before an ID3 tag"),
    ],
)
def test_a_whole_file_is_measured(file: bytes) -> None:
    info = probed(file)
    assert (info.container, info.kind, info.faults) == ("flac", Kind.AUDIO, [])
    assert (info.audio_codec, info.audio_tracks, info.bit_depth) == ("flac", 1, 16)
    assert (info.sample_rate, info.channels, info.duration_s) == (44100, 2, DURATION)
    assert info.clocks == {"container": DURATION, "counted": DURATION}


def test_an_encoder_that_could_not_seek_back_leaves_the_count_to_the_last_frame() -> None:
    info = probed(flac_file(0, *WHOLE))
    assert (info.duration_s, info.faults) == (DURATION, [])
    assert info.clocks == {"counted": DURATION}


def test_the_bit_rate_leaves_metadata_out() -> None:
    plain, adorned = flac_file(SAMPLES, *WHOLE), flac_file(SAMPLES, *WHOLE, blocks=(PICTURE,))
    assert probed(plain).bitrate == probed(adorned).bitrate == round(600 * 8 / DURATION)


def test_a_cut_file_is_truncated_and_measures_what_is_there() -> None:
    info = probed(flac_file(SAMPLES, *WHOLE)[:-350])
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]
    assert info.duration_s == Fraction(8192, 44100)
    assert info.clocks["container"] == DURATION


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(flac_file(SAMPLES), Fault.TRUNCATED, id="no frames"),
        pytest.param(flac_file(SAMPLES, *WHOLE)[:30], Fault.TRUNCATED, id="cut in the description"),
        pytest.param(
            flac_file(SAMPLES, *WHOLE, blocks=(PADDING,)).replace(b"\x81\0\0\x28", b"\x81\xff\0\0"),
            Fault.TRUNCATED,
            id="a block that ends past the file",
        ),
        pytest.param(
            b"fLaC\x01" + flac_file(SAMPLES, *WHOLE)[5:], Fault.MALFORMED, id="another block first"
        ),
        pytest.param(
            b"fLaC" + (b"\0\0\0\x22" + streaminfo(0)) + b"\1\0\0\0" * 2000 + WHOLE[0],
            Fault.MALFORMED,
            id="two thousand blocks",
        ),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    assert fault in [fault for fault, _ in probed(file).faults]


def test_a_broken_block_does_not_hide_the_duration() -> None:
    file = flac_file(SAMPLES, *WHOLE, blocks=(PADDING,)).replace(b"\x81\0\0\x28", b"\x81\xff\0\0")
    assert probed(file).duration_s == DURATION


def test_a_frame_header_whose_checksum_is_wrong_is_none() -> None:
    broken = WHOLE[2][:7] + bytes((WHOLE[2][7] ^ 1,)) + WHOLE[2][8:]
    assert probed(flac_file(0, *WHOLE[:2], broken)).duration_s == Fraction(8192, 44100)


def test_a_rate_of_zero_is_unread() -> None:
    info = probed(b"fLaC\x80\0\0\x22" + streaminfo(0, rate=0))
    assert (info.sample_rate, info.duration_s) == (None, None)
    assert {"sample_rate", "duration_s"} <= info.unread.keys()


@given(
    samples=st.integers(0, 2**36 - 1),
    rate=st.integers(0, 2**20 - 1),
    channels=st.integers(1, 8),
    bits=st.integers(1, 32),
)
def test_the_description_keeps_its_numbers(
    samples: int, rate: int, channels: int, bits: int
) -> None:
    found = parse_streaminfo(streaminfo(samples, rate=rate, channels=channels, bits=bits))
    assert found[2:] == (rate, channels, bits, samples)
