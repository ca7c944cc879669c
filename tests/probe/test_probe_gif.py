from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import gif, gif_control, gif_frame, probed, xmp

from mediaprep.model import Fault, Kind
from mediaprep.probe import gif as reader

COMMENT = b"!\xfe\x05hello\0"
LOOP = b"!\xff\x0bNETSCAPE2.0\3\1\0\0\0"
LONG_DATA = (b"\xff" + bytes(255)) * 700 + b"\x80" + bytes(128) + b"\7" + bytes(7) + b"\0"


def test_a_picture_is_measured() -> None:
    info = probed(gif(gif_frame()))
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "gif", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.has_alpha, info.color_mode, info.duration_s) == (False, "palette", None)


def test_frames_are_counted_and_delays_add_up() -> None:
    blocks = (
        *(LOOP, gif_control(7), gif_frame(), COMMENT),
        *(gif_control(10, transparent=True), gif_frame(10, 10, table=bytes(6)), gif_frame(1, 1)),
    )
    info = probed(gif(*blocks))
    assert (info.frames, info.frame_pixels, info.has_alpha) == (3, 1200 + 100 + 1, True)
    assert info.duration_s == Fraction(17, 100)


@pytest.mark.parametrize(
    ("data", "frames"),
    [
        pytest.param(
            gif(gif_frame(data=LONG_DATA), gif_frame()), 2, id="frames of many sub-blocks"
        ),
        pytest.param(gif(gif_frame(data=b"\1x" * 9000 + b"\0"), gif_frame()), 2, id="of tiny ones"),
        pytest.param(gif(gif_frame(), gif_frame(), trailer=b""), 2, id="no trailer"),
        pytest.param(gif(gif_frame(), b"\0\0", gif_frame()), 2, id="terminators too many"),
        pytest.param(gif(gif_frame(), b"GIF89a", gif_frame()), 2, id="junk between blocks"),
        pytest.param(gif(gif_frame(90, 90)), 1, id="a frame larger than the canvas"),
    ],
)
def test_the_canvas_is_the_picture(data: bytes, frames: int) -> None:
    info = probed(data)
    assert (info.faults, info.width, info.height, info.frames) == ([], 40, 30, frames)


def test_bytes_behind_the_trailer_are_no_fault() -> None:
    info = probed(gif(gif_frame()) + b"x" * 1234)
    assert (info.faults, info.marks) == ([], {"trailing": "1,234 bytes after the last block"})


def test_xmp_is_looked_into() -> None:
    packet = xmp('aux:SerialNumber="A12"').replace(b"\0", b"")
    magic = b"\1" + bytes(range(255, -1, -1)) + b"\0"
    info = probed(gif(b"!\xff\x0bXMP DataXMP" + packet + magic, gif_frame()))
    assert (set(info.marks), info.frames) == ({"serial"}, 1)


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(gif(gif_frame(), width=0), Fault.MALFORMED, id="a canvas of width zero"),
        pytest.param(gif(COMMENT), Fault.MALFORMED, id="no frame"),
        pytest.param(gif(gif_frame(0, 9)), Fault.MALFORMED, id="a first frame of width zero"),
        pytest.param(gif(gif_frame()[:-5] + b"\x0c\0"), Fault.MALFORMED, id="codes of 12 bits"),
        pytest.param(gif(gif_frame()[:-1], trailer=b""), Fault.TRUNCATED, id="cut inside a frame"),
        pytest.param(gif(gif_frame(data=LONG_DATA))[:-99], Fault.TRUNCATED, id="cut far inside"),
        pytest.param(gif(gif_frame(), b"!\xf9\4\0", trailer=b""), Fault.TRUNCATED, id="cut later"),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    assert [kind for kind, _ in probed(data).faults] == [fault]


def test_what_is_too_long_to_count_is_unread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reader, "MAX_STEPS", 100)
    info = probed(gif(*[gif_frame()] * 200))
    assert (info.width, info.frames, info.frame_pixels, info.faults) == (40, None, None, [])
    assert {"frames", "frame_pixels", "has_alpha", "duration_s"} == info.unread.keys()


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), st.binary(max_size=600)), min_size=2, max_size=9))
def test_any_division_into_sub_blocks_is_stepped_over(frames: list[tuple[int, bytes]]) -> None:
    blocks = b""
    for number, (delay, data) in enumerate(frames):
        size = 1 + number * 37 % 255
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        stored = b"".join(bytes((len(piece),)) + piece for piece in pieces) + b"\0"
        blocks += gif_control(delay) + gif_frame(data=stored)
    info = probed(gif(blocks))
    assert (info.frames, info.faults, info.marks) == (len(frames), [], {})
    assert info.duration_s == Fraction(sum(delay for delay, _ in frames), 100)


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(gif(LOOP, gif_control(3), gif_frame(), COMMENT, gif_frame()))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(6, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged[: data.draw(st.integers(6, len(damaged)))]))
    assert info.faults or info.frames
