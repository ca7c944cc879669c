from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isobmff import (
    ALPHA,
    av1c,
    box,
    ftyp,
    full,
    hvcc,
    iloc,
    infe,
    irot,
    ispe,
    meta,
    movie,
    mvhd,
    picture,
    stbl,
    tkhd,
    trak,
    video,
    visual,
)
from pictures import probed

from mediaprep.model import Fault, Kind

MDAT = box(b"mdat", bytes(64))
PROPERTIES = (ispe(40, 30), hvcc())


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, primary=None) + MDAT,
            Fault.MALFORMED,
            "no primary picture",
            id="no primary picture",
        ),
        pytest.param(
            ftyp(b"heic") + MDAT, Fault.MALFORMED, "no primary picture", id="no pictures at all"
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, primary=7) + MDAT,
            Fault.MALFORMED,
            "item 7 is not listed",
            id="a primary picture that is not there",
        ),
        pytest.param(
            ftyp(b"heic") + meta((box(b"free"),)) + MDAT,
            Fault.MALFORMED,
            "has no size",
            id="a picture without a size",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, {1: [1, 9]}) + MDAT,
            Fault.MALFORMED,
            "property 9, there are 2",
            id="a property that is not there",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, handler=b"text") + MDAT,
            Fault.MALFORMED,
            "handled by text",
            id="items that are no pictures",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, where=iloc()) + MDAT,
            Fault.MALFORMED,
            "has no data",
            id="a picture without data",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, where=iloc((1, 0, 900, 99))) + MDAT,
            Fault.TRUNCATED,
            "byte 999",
            id="data past the end",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, where=full(b"iloc", b"\x43\0\0\1")) + MDAT,
            Fault.MALFORMED,
            "odd size",
            id="numbers of three bytes",
        ),
        pytest.param(
            ftyp(b"heic") + meta(PROPERTIES, where=full(b"iloc", b"\x44\0\0\x09")) + MDAT,
            Fault.MALFORMED,
            "(iloc) ends before",
            id="fewer locations than stated",
        ),
        pytest.param(picture(*PROPERTIES)[:-1], Fault.TRUNCATED, "mdat", id="media data is cut"),
        pytest.param(picture(*PROPERTIES)[:200], Fault.TRUNCATED, "meta", id="tables are cut"),
    ],
)
def test_a_broken_structure_is_a_fault(data: bytes, fault: Fault, words: str) -> None:
    found = [message for kind, message in probed(data).faults if kind is fault]
    assert any(words in message for message in found), found


def test_bytes_behind_the_last_box_are_harmless() -> None:
    info = probed(picture(*PROPERTIES) + b"\x7fgarbage" * 3)
    assert (info.faults, list(info.marks)) == ([], ["trailing"])


def test_a_video_behind_the_picture_is_marked() -> None:
    info = probed(picture(*PROPERTIES) + box(b"mpvd", b"video"))
    assert (info.kind, list(info.marks)) == (Kind.IMAGE, ["motion-photo"])


def test_an_hdr_gain_map_is_marked() -> None:
    items = (infe(1, b"hvc1"), infe(2, b"tmap"))
    info = probed(ftyp(b"heic") + meta(PROPERTIES, items=items) + MDAT)
    assert list(info.marks) == ["gain-map"]


AUXILIARY = trak(
    b"auxv",
    stbl(visual(b"av01", av1c(), full(b"auxi", ALPHA)), (3, 100)),
    box(b"tref", box(b"auxl", pack(">I", 1))),
    header=tkhd(2),
)


def sequence(*tracks: bytes) -> bytes:
    """The index of three pictures, each shown for a tenth of a second."""
    pictures = trak(b"pict", stbl(visual(b"av01", av1c()), (3, 100)))
    return box(b"moov", mvhd(ticks=300), pictures, *tracks)


@pytest.mark.parametrize(
    ("tables", "width"),
    [
        pytest.param(b"", 96, id="a sequence alone"),
        pytest.param(meta(PROPERTIES), 40, id="behind a picture"),
        pytest.param(meta(PROPERTIES, primary=None), 96, id="beside tables without a picture"),
    ],
)
def test_a_sequence_of_pictures_is_an_image_with_frames(tables: bytes, width: int) -> None:
    info = probed(ftyp(b"avis", b"msf1") + tables + sequence() + MDAT)
    assert (info.kind, info.frames, info.width, info.has_alpha) == (Kind.IMAGE, 3, width, False)
    assert info.duration_s == pytest.approx(0.3)
    assert info.faults == []


def test_a_sequence_may_have_an_alpha_track() -> None:
    info = probed(ftyp(b"avis", b"msf1") + sequence(AUXILIARY) + MDAT)
    assert (info.frames, info.has_alpha, info.container) == (3, True, "avif")


def test_a_turned_sequence_is_shown_turned() -> None:
    track = trak(b"pict", stbl(visual(b"av01", av1c()), (3, 100)), header=tkhd(turn=(0, 1, -1, 0)))
    info = probed(ftyp(b"avis") + box(b"moov", mvhd(), track) + MDAT)
    assert (info.width, info.height, info.rotation) == (64, 96, 90)


def test_a_film_under_a_pictures_brand_is_a_film() -> None:
    info = probed(movie(video(), brand=b"heic"))
    assert (info.kind, info.container, info.frames) == (Kind.VIDEO, "mp4", 25)


@pytest.mark.parametrize(
    ("bits", "size", "facts"),
    [
        pytest.param(
            "00 0 0 1 0 0 0 | 0 0 0 01 000 | 0 0000111 0000011 | 00 | 0",
            (8, 4),
            (False, 8, "rgb", 1),
            id="small and plain",
        ),
        pytest.param(
            "00 0 0 1 1 0 0 | 0 0 0 11 101 | 1 000000011111111 000000001111111 | 1 001 | 1",
            (128, 256),
            (True, 10, "rgb", 6),
            id="large, turned, with alpha and ten bits",
        ),
        pytest.param(
            "00 0 0 1 0 0 0 | 0 0 0 00 000 | 0 0000111 0000011 | 0",
            (8, 4),
            (False, 8, "gray", 1),
            id="gray",
        ),
    ],
)
def test_the_minimal_format(
    bits: str, size: tuple[int, int], facts: tuple[bool, int, str, int]
) -> None:
    text = bits.replace(" ", "").replace("|", "")
    packed = bytes(int(text[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(text), 8))
    info = probed(box(b"ftyp", b"mif3avif") + box(b"mini", packed))
    assert (info.container, info.width, info.height) == ("avif", *size)
    assert (info.has_alpha, info.bit_depth, info.color_mode, info.orientation) == facts


def test_a_minimal_picture_cut_short_is_malformed() -> None:
    info = probed(box(b"ftyp", b"mif3avif") + box(b"mini", b"\x08"))
    assert [fault for fault, _ in info.faults] == [Fault.MALFORMED]


WHOLE = ftyp(b"heic", b"avis") + meta((*PROPERTIES, irot(1))) + sequence(AUXILIARY) + MDAT


@settings(max_examples=200)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_changed_bytes_never_raise(at: int, change: bytes) -> None:
    info = probed(WHOLE[:at] + change + WHOLE[at + len(change) :])
    assert info.size_bytes


@settings(max_examples=100)
@given(st.integers(1, len(picture(*PROPERTIES)) - len(ftyp(b"heic", b"mif1")) - 8))
def test_a_picture_cut_anywhere_is_never_clean(missing: int) -> None:
    assert probed(picture(*PROPERTIES)[:-missing]).faults
