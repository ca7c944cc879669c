from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import (
    ASCII,
    LONG,
    RATIONAL,
    big_tiff,
    directory,
    icc_v2,
    probed,
    tiff,
    tiff_fields,
    xmp,
)

from mediaprep.model import Fault, Kind

UNDEFINED = 7


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(tiff(order="<"), id="little-endian"),
        pytest.param(tiff(order=">"), id="big-endian"),
        pytest.param(big_tiff(tiff_fields("<", 16), "<"), id="BigTIFF, little-endian"),
        pytest.param(big_tiff(tiff_fields(">", 16), ">"), id="BigTIFF, big-endian"),
        pytest.param(
            tiff(tiff_fields(width=pack("<H", 40), height=pack("<H", 30))), id="sides as SHORT"
        ),
        pytest.param(tiff(tiff_fields(width=pack("<2H", 40, 7))), id="a width of two numbers"),
        pytest.param(tiff(tiff_fields(counts=None)), id="no counts of bytes"),
        pytest.param(
            tiff(tiff_fields(offsets=None, counts=None, tile_offsets=8, tile_counts=10)), id="tiles"
        ),
        pytest.param(tiff(tiff_fields(offsets=None, counts=None, jpeg=8)), id="an old JPEG"),
    ],
)
def test_a_picture_is_measured(data: bytes) -> None:
    info = probed(data)
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "tiff", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.has_alpha, info.color_mode, info.bit_depth) == (False, "rgb", 8)


@pytest.mark.parametrize(
    ("photometric", "bits", "samples", "mode", "depth"),
    [
        (0, 1, 1, "bilevel", 1),
        (1, 16, 1, "gray", 16),
        (3, 4, 1, "palette", 8),
        (5, 8, 4, "cmyk", 8),
        (6, 8, 3, "ycbcr", 8),
        (8, 8, 3, "lab", 8),
        (99, 8, 3, None, 8),
        (None, 8, 3, None, 8),
    ],
)
def test_the_photometric_interpretation_tells_the_mode(
    photometric: int | None, bits: int, samples: int, mode: str | None, depth: int
) -> None:
    fields = tiff_fields(photometric=photometric, bits=pack("<H", bits), samples=samples)
    info = probed(tiff(fields))
    assert (info.color_mode, info.bit_depth, info.faults) == (mode, depth, [])
    assert ("color_mode" in info.unread) == (mode is None)


@pytest.mark.parametrize(("kind", "alpha"), [(0, False), (1, True), (2, True)])
def test_an_extra_sample_may_be_alpha(kind: int, alpha: bool) -> None:
    fields = tiff_fields(samples=4, extra=pack("<H", kind))
    assert probed(tiff(fields)).has_alpha is alpha


@pytest.mark.parametrize("orientation", range(10))
def test_orientations_five_to_eight_swap_the_sides(orientation: int) -> None:
    info = probed(tiff(tiff_fields(orientation=pack("<H", orientation))))
    assert info.orientation == (orientation if 1 <= orientation <= 8 else 1)
    assert (info.width, info.height) == ((30, 40) if 5 <= orientation <= 8 else (40, 30))


def test_profile_and_marks_are_read() -> None:
    profile, packet = icc_v2("Display P3"), xmp('tiff:Orientation="6"')
    fields = [*tiff_fields(c2pa=0), (34675, UNDEFINED, len(profile), profile)]
    info = probed(tiff([*fields, (700, UNDEFINED, len(packet), packet)]))
    assert (info.icc, info.orientation) == ("Display P3", 1)
    assert set(info.marks) == {"c2pa", "xmp-orientation"}


def test_gps_and_serial_numbers_behind_their_pointers_are_marked() -> None:
    place = len(tiff(tiff_fields(gps=0, exif=0)))
    degrees = pack("<6I", 52, 1, 31, 1, 12, 1)
    gps = directory("<", place, [(2, RATIONAL, 3, degrees), (4, RATIONAL, 3, degrees)])
    private = directory("<", place + len(gps), [(0xA431, ASCII, 6, b"A1234\0")])
    info = probed(tiff(tiff_fields(gps=place, exif=place + len(gps))) + gps + private)
    assert (set(info.marks), info.faults) == ({"gps", "serial"}, [])
    assert "1234" not in str(info.marks)


def test_broken_pointers_are_not_the_pictures_fault() -> None:
    info = probed(tiff(tiff_fields(gps=1 << 30, exif=9)))
    assert (info.faults, info.marks, info.width) == ([], {}, 40)


def test_no_depth_is_guessed() -> None:
    info = probed(tiff(tiff_fields(bits=pack("<H", 0))))
    assert (info.bit_depth, set(info.unread)) == (None, {"bit_depth"})


def test_pages_are_counted_without_reduced_copies_and_masks() -> None:
    pages = (
        *(tiff_fields(), tiff_fields(width=10, height=10)),
        *(tiff_fields(subfile=1, width=5), tiff_fields(subfile=4), tiff_fields(subfile=2)),
    )
    info = probed(tiff(*pages))
    assert (info.frames, info.frame_pixels, info.width) == (3, 1200 + 100 + 1200, 40)


def test_a_thousand_pages_are_enough() -> None:
    info = probed(tiff(*[tiff_fields()] * 1001))
    assert (info.width, info.frames, info.frame_pixels, info.faults) == (40, None, None, [])
    assert {"frames", "frame_pixels"} == info.unread.keys()


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(tiff(tiff_fields(width=0)), Fault.MALFORMED, id="width zero"),
        pytest.param(tiff(tiff_fields(height=None)), Fault.MALFORMED, id="no height"),
        pytest.param(tiff(tiff_fields(offsets=None)), Fault.MALFORMED, id="no strips, no tiles"),
        pytest.param(tiff(tiff_fields(offsets=b"")), Fault.MALFORMED, id="a list of no strips"),
        pytest.param(tiff(tiff_fields(rows=7)), Fault.MALFORMED, id="four strips too few"),
        pytest.param(tiff(tiff_fields(planar=2)), Fault.MALFORMED, id="two planes too few"),
        pytest.param(tiff(loop=True), Fault.MALFORMED, id="a page that leads back to itself"),
        pytest.param(tiff([]), Fault.MALFORMED, id="a directory of no entries"),
        pytest.param(tiff(tiff_fields(counts=9999)), Fault.TRUNCATED, id="a strip past the end"),
        pytest.param(tiff(tiff_fields(offsets=9999)), Fault.TRUNCATED, id="a strip beyond it"),
        pytest.param(b"II*\0" + pack("<I", 999) + bytes(20), Fault.TRUNCATED, id="no directory"),
        pytest.param(b"II+\0" + bytes(30), Fault.MALFORMED, id="BigTIFF without its offset size"),
        pytest.param(
            tiff([*tiff_fields(offsets=None), (273, LONG, 1 << 30, pack("<I", 1 << 30))]),
            Fault.TRUNCATED,
            id="a list of strips beyond the end",
        ),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    assert [kind for kind, _ in probed(data).faults] == [fault]


def test_a_strip_list_of_many_is_checked_at_its_end() -> None:
    places = pack("<3000I", *[8] * 2999, 1 << 20)
    fields = [*tiff_fields(offsets=None, counts=None), (273, LONG, 3000, places)]
    assert [kind for kind, _ in probed(tiff(fields)).faults] == [Fault.TRUNCATED]


@given(st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    whole = tiff()
    assert probed(whole[: data.draw(st.integers(8, len(whole) - 1))]).faults


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(tiff(tiff_fields(orientation=6, extra=b"\1\0"), tiff_fields()))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(4, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged))
    assert info.faults or info.width


def test_camera_raw_is_no_picture_yet() -> None:
    dng_version = (50706, LONG, 1, pack("<I", 0x601))  # DNG 1.6, chapter 4
    info = probed(tiff([*tiff_fields(), dng_version]))
    assert [fault for fault, _ in info.faults] == [Fault.NOT_MEDIA]
    assert "raw" in info.marks
