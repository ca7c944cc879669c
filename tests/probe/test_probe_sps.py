from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isobmff import AVC_SPS, HEVC_PQ_SPS

from mediaprep.probe.bits import Bits
from mediaprep.probe.pixels import hdr_of_transfer, pixel_format
from mediaprep.probe.sps import Picture, read_avc, read_hevc

SQUARE = Fraction(1)


@pytest.mark.parametrize(
    ("unit", "picture"),
    [
        pytest.param(AVC_SPS.hex(), Picture(96, 64, 1, 8, SQUARE), id="high profile"),
        pytest.param(
            "6742c00ad90626c044000003000400000300c83c489920",
            Picture(96, 64, 1, 8, SQUARE),
            id="baseline says nothing of chroma",
        ),
        pytest.param(
            "6764000aacd9472f8888c04400000fa40003a9803c489658",
            Picture(98, 66, 1, 8, SQUARE),
            id="cropped out of whole macroblocks",
        ),
        pytest.param(
            "67640015acd9464d808800000300080000030190f8a14cb0",
            Picture(96, 64, 1, 8, SQUARE),
            id="interlaced",
        ),
        pytest.param(
            "677a000ab6cd94626c0440000003004000000c83c4896580",
            Picture(96, 64, 2, 10, SQUARE),
            id="4:2:2 with 10 bits",
        ),
        pytest.param(
            "67f4000a919b28c4d80b70202004000003000400000300c83c489658",
            Picture(96, 64, 3, 8, SQUARE, full_range=True, transfer=2, matrix=0),
            id="4:4:4 of red, green and blue",
        ),
        pytest.param(
            "6764000aacd94626c384000003000400000300c83c489658",
            Picture(96, 64, 1, 8, Fraction(4, 3)),
            id="a sample aspect of the table",
        ),
        pytest.param(
            "6764000aacd94626c404000003000400000300c83c489658",
            Picture(96, 64, 1, 8, Fraction(2)),
            id="the last one of the table",
        ),
    ],
)
def test_h264(unit: str, picture: Picture) -> None:
    assert read_avc(bytes.fromhex(unit)) == picture


@pytest.mark.parametrize(
    ("unit", "picture"),
    [
        pytest.param(
            HEVC_PQ_SPS.hex(),
            Picture(96, 64, 1, 10, SQUARE, transfer=16, matrix=9),
            id="10 bits and PQ",
        ),
        pytest.param(
            "420101040800000300980800000300001e900610208a52cacd24995e02d0100000030010000003019080",
            Picture(96, 64, 3, 12, SQUARE),
            id="4:4:4 with 12 bits",
        ),
        pytest.param(
            "42010101600000030090000003000003001ea030810596566924caf0468080000003008000000c84",
            Picture(96, 64, 1, 8, Fraction(16, 11)),
            id="a sample aspect of the table",
        ),
    ],
)
def test_h265(unit: str, picture: Picture) -> None:
    assert read_hevc(bytes.fromhex(unit)) == picture


@given(st.binary(max_size=64))
def test_no_bytes_raise(unit: bytes) -> None:
    for picture in (read_avc(unit), read_hevc(unit)):
        assert picture is None or (picture.width > 0 and picture.height > 0)


@given(st.integers(0, len(AVC_SPS) - 1))
def test_a_set_cut_short_is_none_or_lacks_its_end(length: int) -> None:
    picture = read_avc(AVC_SPS[:length])
    assert picture is None or (picture.width, picture.height) == (96, 64)


def test_bits_are_read_most_significant_first() -> None:
    bits = Bits(bytes([0b1010_0110, 0b0100_0000]))
    assert (bits.u(3), bits.ue(), bits.ue()) == (5, 5, 1)
    with pytest.raises(ValueError, match="end early"):
        bits.u(9)


@given(st.integers(0, 2**32))
def test_an_exponential_number_reads_back(value: int) -> None:
    code = f"{value + 1:b}"
    text = "0" * (len(code) - 1) + code
    padded = text.ljust(-(-len(text) // 8) * 8, "0")
    assert Bits(int(padded, 2).to_bytes(len(padded) // 8, "big")).ue() == value


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        pytest.param(("h264", 1, 8, False, None), "yuv420p", id="the usual"),
        pytest.param(("h264", 1, 8, True, None), "yuvj420p", id="full range in eight bits"),
        pytest.param(("hevc", 1, 10, True, None), "yuv420p10le", id="full range in ten"),
        pytest.param(("av1", 1, 8, True, None), "yuv420p", id="full range that AV1 does not name"),
        pytest.param(("hevc", 0, 8, False, None), "gray", id="gray"),
        pytest.param(("h264", 0, 8, False, None), "yuv420p", id="gray that H.264 fills up"),
        pytest.param(("h264", 3, 8, True, 0), "gbrp", id="red, green and blue"),
    ],
)
def test_pixel_formats(arguments: tuple[str, int, int, bool, int | None], name: str) -> None:
    codec, chroma, bits, full_range, matrix = arguments
    assert pixel_format(codec, chroma, bits, full_range=full_range, matrix=matrix) == name


def test_transfer_functions_of_high_dynamic_range() -> None:
    assert [hdr_of_transfer(code) for code in (None, 1, 16, 18)] == [None, None, "pq", "hlg"]
