from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import EOI, SCAN, SOI, app1, app1_xmp, exif, frame, icc_v2, jpeg, probed, segment, xmp

from mediaprep.model import Fault, Kind
from mediaprep.probe import jpegend

FILLER = segment(0xEF, bytes(65_000))


def test_a_picture_is_measured() -> None:
    info = probed(jpeg())
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "jpeg", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.has_alpha, info.color_mode, info.bit_depth) == (False, "rgb", 8)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientations_five_to_eight_swap_the_sides(orientation: int) -> None:
    info = probed(jpeg(app1(exif(orientation))))
    assert info.orientation == orientation
    assert (info.width, info.height) == ((30, 40) if orientation >= 5 else (40, 30))
    assert (info.coded_width, info.coded_height) == (40, 30)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(jpeg(b"\xff" * 5), (40, 30), id="fill bytes before a marker"),
        pytest.param(jpeg(segment(0xE0), b"junk\0\xff\0"), (40, 30), id="junk between segments"),
        pytest.param(jpeg(b"\xff" * 5000), (40, 30), id="fill bytes past the first 4 KiB"),
        pytest.param(jpeg(*[FILLER] * 40), (40, 30), id="a frame header 2.6 MB into the file"),
        pytest.param(jpeg(app1(exif(1) + bytes(60_000))), (40, 30), id="EXIF past the first 4 KiB"),
        pytest.param(
            jpeg(segment(0xE1, b"Exif\0\0", exif(1), jpeg(head=frame(8, 8)))),
            (40, 30),
            id="a thumbnail's size is not the picture's",
        ),
        pytest.param(
            jpeg(app1(exif(1, extra=[(0xA002, 4, 1, pack("<I", 999))]))),
            (40, 30),
            id="EXIF's width is not the picture's",
        ),
        pytest.param(
            jpeg(head=frame(40, 0), scan=SCAN + segment(0xDC, pack(">H", 77))),
            (40, 77),
            id="a height that DNL gives behind the scan",
        ),
        pytest.param(
            jpeg(head=segment(0xDE, pack(">BHHB", 8, 60, 80, 0)) + frame(40, 30, marker=0xC5)),
            (80, 60),
            id="a hierarchical file is as large as DHP says",
        ),
    ],
)
def test_the_size_is_found_wherever_it_stands(data: bytes, size: tuple[int, int]) -> None:
    info = probed(data)
    assert (info.faults, (info.coded_width, info.coded_height)) == ([], size)


@pytest.mark.parametrize(
    ("parts", "mode"), [(1, "gray"), (3, "rgb"), (4, "cmyk"), (2, None)], ids=str
)
def test_the_components_tell_the_mode(parts: int, mode: str | None) -> None:
    info = probed(jpeg(head=frame(parts=parts)))
    assert (info.color_mode, "color_mode" in info.unread) == (mode, mode is None)


@pytest.mark.parametrize(
    ("marker", "process"),
    [
        (0xC1, None),
        (0xC2, None),
        (0xC3, "lossless"),
        (0xC9, "arithmetic"),
        (0xCB, "lossless"),
        (0xF7, "JPEG-LS"),
    ],
)
def test_a_rare_process_is_a_picture_with_a_mark(marker: int, process: str | None) -> None:
    info = probed(jpeg(head=frame(marker=marker)))
    assert (info.width, info.faults) == (40, [])
    assert info.marks.get("jpeg-process", "").split(" ")[0] == (process or "")


@pytest.mark.parametrize(
    ("behind", "marks"),
    [
        pytest.param(b"\0" * 40, set(), id="padding is nothing"),
        pytest.param(b"\r\n", {"trailing"}, id="a line end"),
        pytest.param(b"x" * 9000, {"trailing"}, id="far more than the tail that is looked at"),
        pytest.param(b"\0\0\0\x18ftypmp42" + b"x" * 900, {"trailing", "motion-photo"}, id="video"),
        pytest.param(jpeg() + b"x" * 99, {"trailing", "mpo"}, id="another JPEG"),
    ],
)
def test_bytes_behind_the_picture_are_no_fault(behind: bytes, marks: set[str]) -> None:
    info = probed(jpeg() + behind)
    assert (info.faults, set(info.marks)) == ([], marks)


@pytest.mark.parametrize(
    ("segments", "mark"),
    [
        pytest.param([app1(exif(gps=(2, 4)))], "gps", id="a GPS position in EXIF"),
        pytest.param([app1(exif(serial=b"A-1234\0"))], "serial", id="a serial number in EXIF"),
        pytest.param([app1_xmp(xmp('GCamera:MotionPhoto="1"'))], "motion-photo", id="XMP"),
        pytest.param([segment(0xE2, b"MPF\0")], "mpo", id="a list of more pictures"),
        pytest.param([segment(0xEB, b"JP\0\1\0\0\0\1jumbjumdc2pa")], "c2pa", id="C2PA in APP11"),
    ],
)
def test_what_its_segments_say_is_marked(segments: list[bytes], mark: str) -> None:
    assert set(probed(jpeg(*segments)).marks) == {mark}


def test_the_first_exif_and_the_first_piece_of_a_profile_count() -> None:
    profile = segment(0xE2, b"ICC_PROFILE\0\1\2", icc_v2("Display P3"))
    rest = segment(0xE2, b"ICC_PROFILE\0\2\2", icc_v2("Not the start"))
    info = probed(jpeg(app1(exif(3)), app1(exif(6)), rest, profile))
    assert (info.orientation, info.icc) == (3, "Display P3")


def test_an_end_too_far_to_look_for_is_marked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jpegend, "SEARCH_BYTES", 1 << 20)
    info = probed(jpeg(scan=SCAN + bytes(2 << 20))[:-2] + b"x")
    assert (info.faults, set(info.marks)) == ([], {"trailing"})


def test_xmp_alone_turns_nothing() -> None:
    info = probed(jpeg(app1_xmp(xmp('tiff:Orientation="6"'))))
    assert (info.width, info.orientation, set(info.marks)) == (40, 1, {"xmp-orientation"})
    both = probed(jpeg(app1(exif(1)), app1_xmp(xmp('tiff:Orientation="6"'))))
    assert (both.orientation, both.marks) == (1, {})


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(SOI + EOI + bytes(9), Fault.MALFORMED, id="no picture at all"),
        pytest.param(jpeg(head=b""), Fault.MALFORMED, id="a scan without a frame header"),
        pytest.param(jpeg(head=frame(0, 9)), Fault.MALFORMED, id="width zero"),
        pytest.param(jpeg(head=frame(9, 0)), Fault.MALFORMED, id="height zero and no DNL"),
        pytest.param(jpeg(head=segment(0xC0, b"\x08")), Fault.MALFORMED, id="a short frame header"),
        pytest.param(jpeg(b"\xff\xe5\0\1"), Fault.MALFORMED, id="a segment of one byte"),
        pytest.param(jpeg(*[segment(0xFE)] * 2500), Fault.TOO_COSTLY, id="thousands of segments"),
        pytest.param(
            jpeg()[:-2] + bytes(8192), Fault.TRUNCATED, id="zeros where the rest should have been"
        ),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    info = probed(data)
    assert [kind for kind, _ in info.faults] == [fault]
    assert info.coded_height != 0


@given(st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    whole = jpeg(app1(exif(6)), segment(0xE2, bytes(5000)), scan=SCAN * 3)
    info = probed(whole[: data.draw(st.integers(3, len(whole) - 1))])
    assert info.faults


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(jpeg(app1(exif(6, gps=(2, 4), serial=b"123\0")), segment(0xE2, b"MPF\0")))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(2, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged))
    assert info.width is None or info.width > 0
