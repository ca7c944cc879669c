from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import bmp, icc_v2, probed

from mediaprep.model import Fault, Kind

R8, G8, B8, A8 = 0xFF0000, 0xFF00, 0xFF, 0xFF000000


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        pytest.param(bmp(), ("rgb", 8, False), id="24 bits"),
        pytest.param(bmp(size=12), ("rgb", 8, False), id="OS/2 1.x"),
        pytest.param(bmp(size=16), ("rgb", 8, False), id="OS/2 2.x, cut short"),
        pytest.param(bmp(size=64, method=4), ("rgb", 8, False), id="OS/2 2.x, whole, RLE24"),
        pytest.param(bmp(size=108), ("rgb", 8, False), id="version 4"),
        pytest.param(bmp(height=-30), ("rgb", 8, False), id="the top row first"),
        pytest.param(bmp(bits=1), ("palette", 8, False), id="1 bit"),
        pytest.param(bmp(bits=8, method=1, pixels=7), ("palette", 8, False), id="RLE"),
        pytest.param(bmp(bits=16), ("rgb", 5, False), id="16 bits"),
        pytest.param(
            bmp(bits=16, method=3, masks=(0xF800, 0x7E0, 0x1F)), ("rgb", 6, False), id="5-6-5"
        ),
        pytest.param(bmp(bits=32), ("rgb", 8, False), id="32 bits: the fourth byte is no alpha"),
        pytest.param(
            bmp(bits=32, method=3, masks=(R8, G8, B8)), ("rgb", 8, False), id="masks, none of alpha"
        ),
        pytest.param(
            bmp(bits=32, method=3, size=108, masks=(R8, G8, B8, A8)),
            ("rgb", 8, True),
            id="version 4 with a mask of alpha",
        ),
        pytest.param(
            bmp(bits=32, size=108, masks=(R8, G8, B8, A8)),
            ("rgb", 8, False),
            id="masks that the method does not use",
        ),
        pytest.param(
            bmp(bits=32, method=6, masks=(R8, G8, B8, A8)),
            ("rgb", 8, True),
            id="alpha bit fields behind a small header",
        ),
    ],
)
def test_a_picture_is_measured(data: bytes, facts: tuple[str, int, bool]) -> None:
    info = probed(data)
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "bmp", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.color_mode, info.bit_depth, info.has_alpha) == facts


@pytest.mark.parametrize(("method", "inside"), [(4, "JPEG"), (5, "PNG")])
def test_another_format_inside_is_marked(method: int, inside: str) -> None:
    info = probed(bmp(bits=0, method=method, pixels=9))
    assert (info.width, info.faults, info.has_alpha, info.bit_depth) == (40, [], None, None)
    assert info.marks["bmp-wrapped"].startswith(inside)
    assert {"has_alpha", "bit_depth"} == info.unread.keys()


def test_the_profile_of_version_5_is_described() -> None:
    plain = bytearray(bmp(size=124))
    profile = icc_v2("Display P3")
    plain[70:74] = b"DEBM"
    plain[126:134] = pack("<II", len(plain) - 14, len(profile))
    assert probed(bytes(plain) + profile).icc == "Display P3"


def test_wrong_planes_and_file_size_are_ignored_as_decoders_do() -> None:
    odd = bytearray(bmp())
    odd[2:6], odd[26:28] = pack("<I", 7), pack("<H", 999)
    assert probed(bytes(odd)).faults == []


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(bmp(0, 30), Fault.MALFORMED, id="width zero"),
        pytest.param(bmp(-40, 30, pixels=999), Fault.MALFORMED, id="a width below zero"),
        pytest.param(bmp(bits=7), Fault.MALFORMED, id="7 bits a pixel"),
        pytest.param(bmp(size=66), Fault.MALFORMED, id="a header of no version"),
        pytest.param(bmp(colors=1 << 30), Fault.MALFORMED, id="more colours than bytes"),
        pytest.param(bmp(bits=32, method=3, masks=(0, 0, 0)), Fault.MALFORMED, id="masks of zero"),
        pytest.param(bmp(pixels=3599 - 30), Fault.TRUNCATED, id="pixels past the end"),
        pytest.param(bmp(3_000_000, 2_000_000, pixels=99), Fault.TRUNCATED, id="a claim of 6 Tpx"),
        pytest.param(bmp(bits=8, method=1, pixels=0), Fault.TRUNCATED, id="RLE without a byte"),
        pytest.param(bmp()[:30], Fault.TRUNCATED, id="cut inside the header"),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    assert [kind for kind, _ in probed(data).faults] == [fault]


@given(st.integers(1, 99), st.integers(1, 99), st.sampled_from([1, 4, 8, 24, 32]), st.data())
def test_uncompressed_pixels_are_all_there_or_it_is_said(
    width: int, height: int, bits: int, data: st.DataObject
) -> None:
    whole = bmp(width, height, bits)
    padding = -((width * bits + 7) // 8) % 4  # of the last row, which decoders do not miss
    assert probed(whole[: len(whole) - padding]).faults == []
    lost = data.draw(st.integers(padding + 1, len(whole) - 18))
    assert [kind for kind, _ in probed(whole[: len(whole) - lost]).faults] == [Fault.TRUNCATED]


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(bmp(bits=32, method=3, size=124, masks=(R8, G8, B8, A8)))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(10, 138))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged))
    assert info.faults or info.width
