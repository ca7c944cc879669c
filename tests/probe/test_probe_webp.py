from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import anmf, exif, icc_v2, part, probed, vp8, vp8l, vp8x, webp, xmp

from mediaprep.model import Fault, Kind

ANIMATED, XMP, EXIF, ALPHA, ICC = 0x02, 0x04, 0x08, 0x10, 0x20
ANIM, ALPH = part(b"ANIM", bytes(6)), part(b"ALPH", bytes(9))


@pytest.mark.parametrize(
    ("data", "alpha"),
    [
        pytest.param(webp(vp8()), False, id="lossy"),
        pytest.param(webp(vp8l()), False, id="lossless"),
        pytest.param(webp(vp8l(alpha=True)), True, id="lossless with alpha"),
        pytest.param(webp(vp8x(0), vp8()), False, id="extended"),
        pytest.param(webp(vp8x(ALPHA), ALPH, vp8()), True, id="extended with alpha"),
        pytest.param(webp(vp8x(0), vp8l(alpha=True)), True, id="alpha without the flag"),
        pytest.param(webp(part(b"VP8 ", vp8()[8:] + b"!")), False, id="an odd chunk is padded"),
    ],
)
def test_a_picture_is_measured(data: bytes, alpha: bool) -> None:
    info = probed(data)
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "webp", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.has_alpha, info.color_mode, info.duration_s) == (alpha, "rgb", None)


def test_the_canvas_is_read_in_24_bits() -> None:
    info = probed(webp(vp8x(ANIMATED, 1 << 24, 70_000), ANIM, anmf(5)))
    assert (info.width, info.height) == (1 << 24, 70_000)


def test_frames_are_counted_and_delays_add_up() -> None:
    info = probed(webp(vp8x(ANIMATED), ANIM, anmf(40), anmf(3, 10, 10), anmf(0)))
    assert (info.frames, info.frame_pixels) == (3, 2 * 1200 + 100)
    assert (info.duration_s, info.faults) == (Fraction(43, 1000), [])


@pytest.mark.parametrize("filler", [0, 9000], ids=["in the first 4 KiB", "far behind"])
def test_metadata_behind_the_picture_is_read(filler: int) -> None:
    picture = part(b"VP8 ", vp8()[8:] + bytes(filler))
    info = probed(
        webp(
            *(vp8x(ICC | EXIF | XMP), part(b"ICCP", icc_v2("Display P3")), picture),
            *(part(b"EXIF", exif(6, gps=(2, 4))), part(b"XMP ", xmp('aux:SerialNumber="A12"'))),
            part(b"C2PA", b"jumb"),
        )
    )
    assert (info.orientation, info.width, info.height) == (6, 30, 40)
    assert (info.icc, set(info.marks)) == ("Display P3", {"gps", "serial", "c2pa"})


def test_exif_without_its_flag_is_marked_and_turns_nothing() -> None:
    info = probed(webp(vp8x(0), vp8(), part(b"EXIF", exif(6, gps=(2, 4)))))
    assert (info.orientation, info.width, set(info.marks)) == (1, 40, {"gps"})


def test_bytes_behind_riff_are_no_fault() -> None:
    info = probed(webp(vp8()) + b"x" * 77)
    assert (info.faults, info.marks) == ([], {"trailing": "77 bytes after the end of RIFF"})


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(webp(ALPH), Fault.MALFORMED, id="it starts with another chunk"),
        pytest.param(webp(), Fault.MALFORMED, id="no chunk"),
        pytest.param(webp(part(b"VP8 ", b"abc")), Fault.MALFORMED, id="a short frame header"),
        pytest.param(webp(part(b"VP8X", b"abc")), Fault.MALFORMED, id="a short VP8X"),
        pytest.param(webp(vp8(0, 30)), Fault.MALFORMED, id="width zero"),
        pytest.param(webp(vp8(tag=0x11 | 4 << 5)), Fault.MALFORMED, id="not a key frame"),
        pytest.param(webp(vp8(tag=0x10 | 99 << 5)), Fault.MALFORMED, id="a partition too long"),
        pytest.param(webp(part(b"VP8L", bytes(9))), Fault.MALFORMED, id="no signature of VP8L"),
        pytest.param(webp(vp8x(0)), Fault.MALFORMED, id="no picture"),
        pytest.param(webp(vp8x(0, 41), vp8()), Fault.MALFORMED, id="a canvas of another size"),
        pytest.param(webp(vp8x(ANIMATED), ANIM), Fault.MALFORMED, id="an animation of no frame"),
        pytest.param(webp(vp8(), size=20), Fault.MALFORMED, id="a chunk beyond the end of RIFF"),
        pytest.param(webp(vp8x(0), vp8(), size=999), Fault.TRUNCATED, id="RIFF beyond the file"),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    assert [kind for kind, _ in probed(data).faults] == [fault]


@given(st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    simple, extended = webp(vp8()), webp(vp8x(EXIF), vp8(), part(b"EXIF", exif(6)))
    whole = data.draw(st.sampled_from([simple, extended]))
    assert probed(whole[: data.draw(st.integers(12, len(whole) - 1))]).faults


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(webp(vp8x(ANIMATED | EXIF), ANIM, anmf(4), part(b"EXIF", exif(6))))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(12, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged))
    assert info.faults or info.width
