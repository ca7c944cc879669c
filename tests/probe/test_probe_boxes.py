from __future__ import annotations

import os
from pathlib import Path
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from isobmff import box, ftyp, wide_box

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import boxes
from mediaprep.probe.brands import container_of_brands
from mediaprep.probe.source import Malformed, Source


def source(data: bytes, folder: Path) -> Source:
    path = folder / "boxes"
    path.write_bytes(data)
    return Source(os.open(path, os.O_RDONLY), len(data), data[:16])


@pytest.mark.parametrize(
    ("data", "found"),
    [
        pytest.param(
            box(b"free", b"abc") + box(b"mdat"),
            [(b"free", 8, 11), (b"mdat", 19, 19)],
            id="one after the other",
        ),
        pytest.param(wide_box(b"mdat", b"abc"), [(b"mdat", 16, 19)], id="a 64-bit size"),
        pytest.param(
            box(b"mdat", b"abcd", size=0), [(b"mdat", 8, 12)], id="a size of zero: to the end"
        ),
        pytest.param(
            box(b"mdat", b"abcd", size=7), [], id="a size below its own header ends the walk"
        ),
        pytest.param(box(b"free") + bytes(4), [(b"free", 8, 8)], id="four zero bytes end the walk"),
        pytest.param(b"", [], id="nothing"),
    ],
)
def test_walk_and_children_see_the_same_boxes(
    data: bytes, found: list[tuple[bytes, int, int]], tmp_path: Path
) -> None:
    on_disk = [(box.type, box.body, box.end) for box in boxes.walk(source(data, tmp_path))]
    assert on_disk == found
    assert boxes.children(data, 0, len(data)) == found
    assert boxes.by_type(data, (0, len(data))) == {kind: (body, end) for kind, body, end in found}


def test_a_box_on_disk_may_end_past_the_end_a_child_may_not(tmp_path: Path) -> None:
    data = box(b"mdat", b"abcd", size=100)
    assert [box.end for box in boxes.walk(source(data, tmp_path))] == [100]
    assert boxes.children(data, 0, len(data)) == [(b"mdat", 8, 12)]


def test_the_first_child_of_a_type_counts() -> None:
    data = box(b"free", b"a") + box(b"free", b"bc")
    assert boxes.by_type(data, (0, len(data))) == {b"free": (8, 9)}


def test_a_parent_of_too_many_is_malformed() -> None:
    data = box(b"free") * (boxes.MAX_CHILDREN + 1)
    with pytest.raises(Malformed, match="more than 65536 boxes"):
        boxes.children(data, 0, len(data))


def test_a_box_too_large_to_hold_is_loaded_with_its_tables_cut_short(tmp_path: Path) -> None:
    table = box(b"stsz", bytes(boxes.MAX_LOADED_BYTES))
    data = box(b"moov", box(b"mvhd", b"head"), box(b"trak", table, box(b"stco", b"tail")))
    with_file = source(data, tmp_path)
    (moov,) = boxes.walk(with_file)
    body, whole = boxes.load(with_file, moov, frozenset((b"trak",)))
    assert not whole
    track = boxes.by_type(body, (0, len(body)))[b"trak"]
    tables = boxes.by_type(body, track)
    assert tables[b"stsz"][1] - tables[b"stsz"][0] == boxes.MAX_LEAF_BYTES
    assert body[slice(*tables[b"stco"])] == b"tail"


@pytest.mark.parametrize(
    ("data", "fault", "mark"),
    [
        pytest.param(box(b"mdat", size=99), Fault.TRUNCATED, None, id="media data is missed"),
        pytest.param(box(b"moov", size=99), Fault.TRUNCATED, None, id="so is an index"),
        pytest.param(box(b"\1\2\3\4", size=99), None, "trailing", id="garbage is not"),
        pytest.param(box(b"mdat"), None, None, id="a box that fits is fine"),
    ],
)
def test_a_box_that_ends_past_the_end_of_the_file(
    data: bytes, fault: Fault | None, mark: str | None, tmp_path: Path
) -> None:
    info, with_file = MediaInfo("a"), source(data, tmp_path)
    for box_ in boxes.walk(with_file):
        boxes.note_end(box_, with_file, info)
    assert [found for found, _ in info.faults] == ([fault] if fault else [])
    assert list(info.marks) == ([mark] if mark else [])


@given(st.binary(max_size=200))
def test_no_bytes_make_children_overlap_or_leave_their_parent(data: bytes) -> None:
    at = 0
    for _, body, end in boxes.children(data, 0, len(data)):
        assert at + 8 <= body <= end <= len(data)
        at = end


@pytest.mark.parametrize(
    ("head", "container"),
    [
        pytest.param(ftyp(b"isom", b"iso2", b"avc1", b"mp41"), "mp4", id="ffmpeg"),
        pytest.param(ftyp(b"qt  ", b"qt  "), "mov", id="a phone's video"),
        pytest.param(ftyp(b"M4V ", b"mp42"), "m4v", id="a bought film"),
        pytest.param(ftyp(b"M4A ", b"mp42", b"isom"), "m4a", id="a bought song"),
        pytest.param(ftyp(b"3gp5", b"isom"), "3gp", id="an old phone"),
        pytest.param(ftyp(b"kddi", b"3g2a"), "3gp", id="an old Japanese phone"),
        pytest.param(ftyp(b"heic", b"mif1"), "heif", id="a phone's photo"),
        pytest.param(ftyp(b"mif1", b"heic"), "heif", id="a photo of any codec"),
        pytest.param(ftyp(b"mif1", b"avif", b"miaf"), "avif", id="that says AVIF later"),
        pytest.param(ftyp(b"avis", b"msf1"), "avif", id="an AVIF sequence"),
        pytest.param(ftyp(b"msf1", b"hevc"), "heif", id="a HEIF sequence"),
        pytest.param(
            box(b"ftyp", b"mif3avif"), "avif", id="a minimal AVIF names it as its version"
        ),
        pytest.param(ftyp(b"    ", b"heic"), "heif", id="an unknown brand, a known compatible one"),
        pytest.param(ftyp(b"XAVC", b"XAVC"), "mp4", id="a camera's own brand"),
        pytest.param(ftyp(b"crx ", b"isom"), None, id="a raw photo is not for us"),
        pytest.param(box(b"moov"), "mov", id="QuickTime before brands"),
        pytest.param(box(b"wide") + box(b"mdat"), "mov", id="the same, media data first"),
        pytest.param(box(b"styp", b"msdh\0\0\0\0"), "mp4", id="a media segment"),
        pytest.param(b"get free beer", None, id="a text is not a box"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_container_follows_from_the_first_bytes(head: bytes, container: str | None) -> None:
    assert container_of_brands(head) == container


def test_a_brand_behind_the_box_is_none() -> None:
    assert container_of_brands(ftyp(b"XAVC") + pack(">I4s", 8, b"heic")) == "mp4"
