from __future__ import annotations

import struct
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import probed
from sounds import chunk, fmt, frames, wave

from mediaprep.model import Fault, Kind, MediaInfo

SECOND = bytes(32000)  # of 8 kHz, two channels, 16 bits
PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
PCM_GUID_BE = bytes.fromhex("00000001000000108000" + "00aa00389b71")


def data(body: bytes = SECOND, size: int | None = None, order: str = "<") -> bytes:
    return chunk(b"data", body, order, size)


def ds64(size: int) -> bytes:
    return chunk(b"ds64", struct.pack("<QQQI", 0, size, 0, 0))


def extension(valid_bits: int, guid: bytes, order: str = "<") -> bytes:
    return struct.pack(order + "HHI", 22, valid_bits, 3) + guid


def faults(info: MediaInfo) -> list[Fault]:
    return [fault for fault, _ in info.faults]


def test_pcm_is_measured() -> None:
    info = probed(wave(fmt(), data()))
    assert (info.container, info.kind, info.faults) == ("wav", Kind.AUDIO, [])
    assert (info.audio_codec, info.bit_depth, info.audio_tracks) == ("pcm", 16, 1)
    assert (info.sample_rate, info.channels, info.bitrate) == (8000, 2, 256_000)
    assert info.duration_s == 1
    assert info.clocks == {"container": 1, "counted": 1}


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(wave(fmt(order=">"), data(order=">"), form=b"RIFX", order=">"), id="RIFX"),
        pytest.param(
            wave(ds64(32000), fmt(), data(size=0xFFFFFFFF), form=b"RF64"), id="RF64 with ds64"
        ),
        pytest.param(wave(ds64(32000), fmt(), data(), form=b"BW64"), id="BW64"),
        pytest.param(wave(fmt(), data(size=0xFFFFFFFF)), id="a pipe's size is all ones"),
        pytest.param(wave(fmt(), data(size=0)), id="or zero"),
        pytest.param(wave(fmt(), data(size=0x7FFFF000)), id="or about 2 GiB"),
        pytest.param(wave(data(), fmt()), id="the samples before their description"),
        pytest.param(wave(chunk(b"LIST", b"odd"), fmt(), data()), id="an odd chunk is padded"),
        pytest.param(
            wave(b"LIST\3\0\0\0odd", fmt(), data()), id="an odd chunk whose padding was forgotten"
        ),
        pytest.param(
            wave(chunk(b"JUNK", bytes(28)), chunk(b"bext", bytes(602)), fmt(), data()),
            id="broadcast chunks first",
        ),
        pytest.param(
            wave(fmt(), data(), chunk(b"id3 ", bytes(50))) + b"TAG" + bytes(125),
            id="tags behind the samples",
        ),
        pytest.param(wave(fmt(), b"\1\2\3\4" + bytes(30), data()), id="garbage between the chunks"),
        pytest.param(
            wave(fmt(0xFFFE, extra=extension(16, PCM_GUID)), data()), id="extensible format"
        ),
        pytest.param(
            wave(
                fmt(0xFFFE, extra=extension(16, PCM_GUID_BE, ">"), order=">"),
                data(order=">"),
                form=b"RIFX",
                order=">",
            ),
            id="extensible format in a big-endian file",
        ),
        pytest.param(wave(fmt(block=3), data()), id="a block that is no whole number of samples"),
        pytest.param(wave(fmt(block=0, byte_rate=0), data()), id="no block at all"),
        pytest.param(wave(fmt(), data(SECOND + b"x")), id="a sample that is not complete"),
    ],
)
def test_a_second_is_a_second(file: bytes) -> None:
    info = probed(file)
    assert info.faults == []
    assert (info.duration_s, info.channels, info.audio_codec) == (Fraction(1), 2, "pcm")
    assert (info.sample_rate, info.bit_depth, info.bitrate) == (8000, 16, 256_000)


@pytest.mark.parametrize(
    ("chunks", "facts"),
    [
        pytest.param(
            [fmt(3, bits=32), data()], {"audio_codec": "pcm", "bit_depth": 32}, id="float"
        ),
        pytest.param(
            [fmt(bits=12), data()], {"duration_s": 1, "bit_depth": 12}, id="12 bits take two bytes"
        ),
        pytest.param(
            [fmt(0xFFFE, bits=32, extra=extension(24, PCM_GUID)), data()],
            {"duration_s": Fraction(1, 2), "bit_depth": 24},
            id="24 valid bits in 32",
        ),
        pytest.param(
            [fmt(7, 1, bits=8), data()], {"audio_codec": "g711", "duration_s": 4}, id="mu-law"
        ),
        pytest.param(
            [fmt(6, 2, bits=8), data()], {"audio_codec": "g711", "duration_s": 2}, id="A-law"
        ),
        pytest.param(
            [fmt(0x11, 1, bits=4, block=256, extra=struct.pack("<HH", 2, 505)), data(bytes(2560))],
            {"audio_codec": "adpcm", "duration_s": Fraction(5050, 8000)},
            id="IMA ADPCM counts in blocks",
        ),
        pytest.param(
            [fmt(0x11, 1, bits=4, block=256), data(bytes(2560))],
            {"duration_s": Fraction(5050, 8000)},
            id="also where the header does not say how many samples a block has",
        ),
        pytest.param(
            [
                fmt(0x11, 1, bits=4, block=256),
                chunk(b"fact", struct.pack("<I", 5000)),
                data(bytes(2560)),
            ],
            {"duration_s": Fraction(5000, 8000)},
            id="a fact chunk tells how far the last block is filled",
        ),
        pytest.param(
            [
                fmt(0x11, 1, bits=4, block=256),
                chunk(b"fact", struct.pack("<I", 50_000)),
                data(bytes(2560)),
            ],
            {"duration_s": Fraction(5050, 8000)},
            id="a fact chunk that the blocks refute is not believed",
        ),
        pytest.param(
            [fmt(0x02, 2, bits=4, block=256), data(bytes(2560))],
            {"audio_codec": "adpcm", "duration_s": Fraction(2440, 8000)},
            id="MS ADPCM",
        ),
        pytest.param(
            [
                fmt(0xFFFE, 2, bits=4, block=256, extra=extension(4, b"\2" + PCM_GUID[1:])),
                chunk(b"fact", struct.pack("<I", 999_999)),
                data(bytes(2560)),
            ],
            {"audio_codec": "adpcm", "duration_s": Fraction(2440, 8000)},
            id="MS ADPCM in an extensible format, which says valid bits where samples would be",
        ),
        pytest.param(
            [fmt(0x28F, 1, 16000, 0), data(bytes(8000))],
            {"audio_codec": "g722", "duration_s": 1},
            id="G.722 has two samples a byte whatever the header says of its rate",
        ),
        pytest.param(
            [fmt(0x160, byte_rate=16000), data()],
            {"audio_codec": "wma", "duration_s": 2, "bitrate": 128_000, "bit_depth": None},
            id="other codecs by their byte rate",
        ),
        pytest.param(
            [fmt(0x55, 2, 44100, 0, byte_rate=1), data(frames(20))],
            {"audio_codec": "mp3", "duration_s": Fraction(20 * 1152, 44100), "bitrate": 127_706},
            id="MP3 by its frames",
        ),
        pytest.param(
            [fmt(0x4242, byte_rate=16000), data()],
            {"audio_codec": None, "duration_s": 2},
            id="a codec without a name has a length still",
        ),
    ],
)
def test_formats(chunks: list[bytes], facts: dict[str, Any]) -> None:
    info = probed(wave(*chunks))
    assert info.faults == []
    assert {name: getattr(info, name) for name in facts} == facts


@pytest.mark.parametrize(
    ("chunks", "missing"),
    [
        pytest.param([fmt(rate=0), data()], {"sample_rate", "duration_s"}, id="a rate of 0"),
        pytest.param([fmt(channels=0), data()], {"channels", "duration_s"}, id="no channels"),
        pytest.param([fmt(bits=0), data()], {"duration_s"}, id="no bits"),
        pytest.param([fmt(0x160, byte_rate=0), data()], {"duration_s"}, id="no byte rate"),
        pytest.param(
            [fmt(0x160, byte_rate=16000), chunk(b"fact", b"\xff\xff\xff\7"), data()],
            {"duration_s"},
            id="a fact chunk and a byte rate that contradict each other",
        ),
        pytest.param([fmt(0x55), data(bytes(900))], {"duration_s"}, id="MP3 without one frame"),
        pytest.param([fmt(0x4242), data()], {"audio_codec"}, id="an unheard-of format tag"),
    ],
)
def test_what_is_not_told_is_unread(chunks: list[bytes], missing: set[str]) -> None:
    info = probed(wave(*chunks))
    assert missing <= info.unread.keys()
    assert [getattr(info, name) for name in missing] == [None] * len(missing)


def test_a_cut_file_is_truncated_and_measures_what_is_there() -> None:
    info = probed(wave(fmt(), data())[:-16000])
    assert faults(info) == [Fault.TRUNCATED]
    assert (info.duration_s, info.bitrate) == (Fraction(1, 2), 256_000)
    assert info.clocks == {"container": 1, "counted": Fraction(1, 2)}


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(wave(fmt(), data(b"")), Fault.NO_SAMPLES, id="an empty data chunk"),
        pytest.param(
            wave(fmt(), data(b""), chunk(b"LIST", bytes(20))),
            Fault.NO_SAMPLES,
            id="an empty data chunk is told from one of unknown size by what follows",
        ),
        pytest.param(wave(fmt()), Fault.MALFORMED, id="no data chunk"),
        pytest.param(wave(data()), Fault.MALFORMED, id="no fmt chunk"),
        pytest.param(
            wave(chunk(b"fmt ", b"\1\0"), data()), Fault.MALFORMED, id="a short fmt chunk"
        ),
        pytest.param(wave(fmt(), data())[:36], Fault.TRUNCATED, id="cut before the samples"),
        pytest.param(
            wave(*[chunk(b"JUNK", b"")] * 5000, fmt(), data()), Fault.TOO_COSTLY, id="5000 chunks"
        ),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    info = probed(file)
    assert faults(info) == [fault]
    assert info.duration_s is None


def test_one_missing_byte_of_padding_is_no_fault() -> None:
    assert probed(wave(fmt(), data(SECOND + b"x"))[:-1]).faults == []


@given(
    channels=st.integers(1, 8),
    rate=st.integers(1, 400_000),
    bits=st.integers(1, 64),
    count=st.integers(1, 50),
    before=st.lists(st.binary(max_size=9), max_size=4),
)
def test_samples_over_rate_is_the_duration(
    channels: int, rate: int, bits: int, count: int, before: list[bytes]
) -> None:
    samples = bytes(channels * -(-bits // 8) * count)
    other = [chunk(b"JUNK", body) for body in before]
    info = probed(wave(*other, fmt(1, channels, rate, bits), data(samples)))
    assert (info.duration_s, info.faults, info.bit_depth) == (Fraction(count, rate), [], bits)
