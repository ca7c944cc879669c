from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import probed

from mediaprep.model import Fault, Kind

NARROW = b"#!AMR\n"
WIDE = b"#!AMR-WB\n"
NARROW_BYTES = (12, 13, 15, 17, 19, 20, 26, 31, 5)
SPEECH = b"\x3c".ljust(32, b"\0")  # 12.2 kbit/s
WIDE_SPEECH = b"\x44".ljust(61, b"\0")  # 23.85 kbit/s
SILENCE = b"\x7c"


@pytest.mark.parametrize(
    ("file", "rate", "channels", "count"),
    [
        pytest.param(NARROW + SPEECH * 50, 8000, 1, 50, id="narrow band"),
        pytest.param(WIDE + WIDE_SPEECH * 50, 16000, 1, 50, id="wide band"),
        pytest.param(NARROW + (SPEECH + SILENCE * 9) * 10, 8000, 1, 100, id="with silence"),
        pytest.param(
            b"#!AMR_MC1.0\n\0\0\0\2" + SPEECH * 50, 8000, 2, 25, id="two channels in turn"
        ),
        pytest.param(NARROW + SPEECH * 5000, 8000, 1, 5000, id="more than one window"),
    ],
)
def test_frames_are_counted(file: bytes, rate: int, channels: int, count: int) -> None:
    info = probed(file)
    assert (info.container, info.kind, info.faults) == ("amr", Kind.AUDIO, [])
    assert (info.audio_codec, info.sample_rate, info.channels) == ("amr", rate, channels)
    assert info.duration_s == info.clocks["counted"] == Fraction(count, 50)


@pytest.mark.parametrize(
    ("file", "fault", "count"),
    [
        pytest.param(NARROW + (SPEECH * 50)[:-9], Fault.TRUNCATED, 49, id="a cut frame"),
        pytest.param(NARROW + SPEECH * 9 + b"\x64junk", Fault.MALFORMED, 9, id="a reserved type"),
        pytest.param(b"#!AMR of another kind\n", Fault.MALFORMED, 0, id="another first line"),
        pytest.param(NARROW + SILENCE * 3_200_000, Fault.TOO_COSTLY, 0, id="a day of silence"),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault, count: int) -> None:
    info = probed(file)
    assert [fault for fault, _ in info.faults] == [fault]
    assert (info.duration_s or 0) * 50 == count


def test_a_file_without_frames_has_no_duration() -> None:
    info = probed(NARROW)
    assert (info.duration_s, set(info.unread)) == (None, {"duration_s"})


@given(st.lists(st.integers(0, 8), min_size=1, max_size=200))
def test_every_frame_is_20_milliseconds(types: list[int]) -> None:
    frames = (bytes((kind << 3,)) + bytes(NARROW_BYTES[kind]) for kind in types)
    info = probed(NARROW + b"".join(frames))
    assert (info.duration_s, info.faults) == (Fraction(len(types), 50), [])
