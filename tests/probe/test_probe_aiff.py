from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import probed
from sounds import aiff, chunk, comm, ssnd

from mediaprep.model import Fault, Kind

SECOND = bytes(32000)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(aiff(comm(8000), ssnd(SECOND)), id="AIFF"),
        pytest.param(
            aiff(comm(8000, compression=b"NONE\0\0"), ssnd(SECOND), form=b"AIFC"), id="AIFF-C"
        ),
        pytest.param(
            aiff(comm(8000, compression=b"sowt\0\0"), ssnd(SECOND), form=b"AIFC"),
            id="little-endian",
        ),
        pytest.param(aiff(ssnd(SECOND), comm(8000)), id="the samples first"),
        pytest.param(aiff(chunk(b"NAME", b"odd", ">"), comm(8000), ssnd(SECOND)), id="a name"),
        pytest.param(aiff(comm(8000), ssnd(SECOND), chunk(b"ID3 ", bytes(9), ">")), id="a tag"),
    ],
)
def test_a_second_is_a_second(file: bytes) -> None:
    info = probed(file)
    assert (info.container, info.kind, info.faults) == ("aiff", Kind.AUDIO, [])
    assert (info.audio_codec, info.bit_depth, info.audio_tracks) == ("pcm", 16, 1)
    assert (info.sample_rate, info.channels, info.bitrate) == (8000, 2, 256_000)
    assert info.clocks == {"container": 1, "counted": 1}
    assert info.duration_s == 1


@pytest.mark.parametrize(
    ("compression", "codec", "duration"),
    [
        pytest.param(b"ulaw", "g711", Fraction(1), id="mu-law"),
        pytest.param(b"fl32", "pcm", Fraction(1, 2), id="float"),
        pytest.param(b"ima4", "adpcm", Fraction(64), id="IMA counts packets of 64 samples"),
        pytest.param(b"what", None, Fraction(1), id="a name we do not know"),
    ],
)
def test_compressions(compression: bytes, codec: str | None, duration: Fraction) -> None:
    bits = 32 if compression == b"fl32" else 16
    sound = comm(8000, bits=bits, compression=compression + b"\0\0")
    info = probed(aiff(sound, ssnd(SECOND), form=b"AIFC"))
    assert (info.audio_codec, info.duration_s, info.faults) == (codec, duration, [])


def test_a_cut_file_is_truncated_and_measures_what_is_there() -> None:
    info = probed(aiff(comm(8000), ssnd(SECOND))[:-8000])
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]
    assert info.clocks == {"container": 1, "counted": Fraction(3, 4)}
    assert info.duration_s == Fraction(3, 4)


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(aiff(comm(8000)), Fault.NO_SAMPLES, id="no samples"),
        pytest.param(aiff(ssnd(SECOND)), Fault.MALFORMED, id="no description"),
        pytest.param(aiff(comm(8000), ssnd(SECOND))[:30], Fault.TRUNCATED, id="cut in it"),
        pytest.param(aiff(*[chunk(b"JUNK", b"")] * 5000), Fault.TOO_COSTLY, id="5000 chunks"),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    info = probed(file)
    assert [fault for fault, _ in info.faults] == [fault]
    assert info.duration_s is None


@pytest.mark.parametrize(
    ("sound", "missing"),
    [
        pytest.param(comm(8000, rate=0), {"sample_rate", "duration_s"}, id="no rate"),
        pytest.param(comm(8000, channels=0), {"channels"}, id="no channels"),
        pytest.param(comm(0), {"duration_s"}, id="no count"),
    ],
)
def test_what_is_not_told_is_unread(sound: bytes, missing: set[str]) -> None:
    info = probed(aiff(sound, ssnd(SECOND)))
    assert (set(info.unread), info.faults) == (missing, [])


@given(rate=st.integers(1, 2**31))
def test_any_whole_rate_survives_the_80_bit_number(rate: int) -> None:
    info = probed(aiff(comm(10, rate=rate), ssnd(bytes(40))))
    assert (info.sample_rate, info.duration_s) == (rate, Fraction(10, rate))
