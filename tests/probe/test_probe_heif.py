from __future__ import annotations

from struct import pack
from typing import Any

import pytest
from isobmff import (
    ALPHA,
    av1c,
    box,
    clap,
    ftyp,
    full,
    hvcc,
    iloc,
    infe,
    iref,
    irot,
    ispe,
    meta,
    picture,
    pixi,
)
from pictures import exif, icc_v2, probed

from mediaprep.model import Fault, Kind

MDAT = box(b"mdat", bytes(64))


def test_a_picture_is_measured() -> None:
    info = probed(picture(ispe(40, 30), hvcc(), pixi(10, 10, 10)))
    assert (info.kind, info.container, info.faults, info.unread) == (Kind.IMAGE, "heif", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.rotation, info.orientation, info.frames, info.frame_pixels) == (0, 1, 1, 1200)
    assert (info.color_mode, info.bit_depth, info.has_alpha) == ("rgb", 10, False)
    assert info.hdr == "pq"


@pytest.mark.parametrize(
    ("properties", "size", "rotation"),
    [
        pytest.param([irot(0)], (40, 30), 0, id="as stored"),
        pytest.param([irot(1)], (30, 40), 270, id="a quarter anticlockwise"),
        pytest.param([irot(2)], (40, 30), 180, id="upside down"),
        pytest.param([irot(3)], (30, 40), 90, id="a quarter clockwise"),
        pytest.param([irot(1), irot(1)], (40, 30), 180, id="two quarters"),
        pytest.param([box(b"imir", b"\1")], (40, 30), 0, id="mirrored"),
        pytest.param([clap(39, 1, 29, 1, -1, 2, -1, 2)], (39, 29), 0, id="cropped"),
        pytest.param([clap(39, 1, 29, 1, -1, 2, -1, 2), irot(1)], (29, 39), 270, id="then turned"),
        pytest.param([irot(1), clap(20, 1, 40, 1, 0, 1, 0, 1)], (20, 40), 270, id="turned first"),
        pytest.param([clap(77, 2, 30, 1, 0, 1, 0, 1)], (39, 30), 0, id="half a sample rounds up"),
        pytest.param([clap(90, 1, 30, 1, 0, 1, 0, 1)], (40, 30), 0, id="a crop that is too wide"),
        pytest.param([clap(20, 1, 30, 1, 15, 1, 0, 1)], (15, 30), 0, id="a crop over the edge"),
    ],
)
def test_transformations_apply_in_their_order(
    properties: list[bytes], size: tuple[int, int], rotation: int
) -> None:
    info = probed(picture(ispe(40, 30), hvcc(), *properties))
    assert (info.width, info.height, info.rotation) == (*size, rotation)
    assert (info.coded_width, info.coded_height, info.faults) == (40, 30, [])


@pytest.mark.parametrize(
    "crop",
    [
        pytest.param(clap(20, 0, 30, 1, 0, 1, 0, 1), id="divided by zero"),
        pytest.param(clap(0, 1, 30, 1, 0, 1, 0, 1), id="nothing is left"),
        pytest.param(clap(20, 1, 30, 1, 90, 1, 0, 1), id="beside the picture"),
        pytest.param(clap(-20, 1, 30, 1, 0, 1, 0, 1), id="less than nothing"),
    ],
)
def test_an_impossible_crop_is_a_fault_and_not_applied(crop: bytes) -> None:
    info = probed(picture(ispe(40, 30), hvcc(), crop))
    assert [fault for fault, _ in info.faults] == [Fault.MALFORMED]
    assert (info.width, info.height) == (40, 30)


@pytest.mark.parametrize(
    ("properties", "facts"),
    [
        pytest.param([av1c()], {"container": "heif", "bit_depth": 8}, id="eight bits by the codec"),
        pytest.param([av1c(gray=True)], {"color_mode": "gray"}, id="gray by the codec"),
        pytest.param([pixi(8)], {"color_mode": "gray", "bit_depth": 8}, id="gray by its channels"),
        pytest.param(
            [hvcc(), box(b"colr", b"nclx", pack(">HHHB", 9, 18, 9, 0))], {"hdr": "hlg"}, id="HLG"
        ),
        pytest.param(
            [hvcc(), box(b"colr", b"prof", icc_v2("Display P3"))], {"icc": "Display P3"}, id="ICC"
        ),
        pytest.param(
            [box(b"cmpd", pack(">IHHHH", 4, 4, 5, 6, 7)), pixi(8, 8, 8)],
            {"has_alpha": True},
            id="alpha among uncompressed components",
        ),
        pytest.param(
            [full(b"uncC", bytes(4), pack(">I", 1), b"\0\0\x0f\0\0")],
            {"bit_depth": 16},
            id="uncompressed depth",
        ),
        pytest.param([], {"bit_depth": None}, id="nothing says the depth"),
    ],
)
def test_what_properties_say(properties: list[bytes], facts: dict[str, Any]) -> None:
    info = probed(picture(ispe(), *properties))
    assert {fact: getattr(info, fact) for fact in facts} == facts


@pytest.mark.parametrize(
    ("brand", "kind", "container"),
    [
        pytest.param(b"heic", b"av01", "avif", id="AV1 under a HEIC brand"),
        pytest.param(b"avif", b"hvc1", "heif", id="HEVC under an AVIF brand"),
        pytest.param(b"isom", b"hvc1", "heif", id="a picture under a video's brand"),
        pytest.param(b"mif1", b"unci", "heif", id="a codec of neither family"),
    ],
)
def test_the_content_names_the_container(brand: bytes, kind: bytes, container: str) -> None:
    info = probed(ftyp(brand) + meta((ispe(),), items=(infe(1, kind),)) + MDAT)
    assert (info.kind, info.container, info.width) == (Kind.IMAGE, container, 40)


def grid(width: int = 40, height: int = 30) -> bytes:
    """A picture of four tiles; only the tiles say what their codec is."""
    payload = b"\0\0\1\1" + pack(">HH", width, height)
    tiles = meta(
        (ispe(40, 30), ispe(20, 15), hvcc()),
        {1: [1], 2: [2, 3], 3: [2, 3], 4: [2, 3], 5: [2, 3]},
        box(b"idat", payload),
        items=(infe(1, b"grid"), *(infe(tile, b"hvc1") for tile in (2, 3, 4, 5))),
        references=(iref(b"dimg", 1, 2, 3, 4, 5),),
        where=iloc((1, 1, 0, 8), *((tile, 0, 0, 8) for tile in (2, 3, 4, 5))),
    )
    return ftyp(b"heic") + tiles + MDAT


def test_a_grid_has_its_own_size_and_the_depth_of_its_tiles() -> None:
    info = probed(grid())
    assert (info.width, info.height, info.bit_depth, info.hdr) == (40, 30, 10, "pq")
    assert info.faults == []


def test_a_grid_that_is_not_as_large_as_its_picture_is_a_fault() -> None:
    info = probed(grid(41, 30))
    assert info.faults == [(Fault.MALFORMED, "a grid of 41x30 in a picture of 40x30")]


def test_a_derived_picture_without_a_size_has_that_of_its_input() -> None:
    tables = meta(
        (ispe(40, 30), hvcc(), irot(1)),
        {1: [3], 2: [1, 2]},
        items=(infe(1, b"iden"), infe(2, b"hvc1")),
        references=(iref(b"dimg", 1, 2),),
    )
    info = probed(ftyp(b"heic") + tables + MDAT)
    assert (info.width, info.height, info.coded_width) == (30, 40, 40)


def test_pictures_derived_from_themselves_end() -> None:
    tables = meta(
        (hvcc(),),
        items=(infe(1, b"iden"), infe(2, b"iden")),
        references=(iref(b"dimg", 1, 2), iref(b"dimg", 2, 1)),
    )
    info = probed(ftyp(b"heic") + tables + MDAT)
    assert info.width == 96  # of the parameter set


@pytest.mark.parametrize(
    ("purpose", "has_alpha"),
    [
        pytest.param(ALPHA, True, id="alpha"),
        pytest.param(b"urn:mpeg:hevc:2015:auxid:1\0", True, id="alpha by its old name"),
        pytest.param(b"urn:mpeg:hevc:2015:auxid:2\0", False, id="depth"),
    ],
)
def test_an_auxiliary_picture_may_be_the_alpha(purpose: bytes, has_alpha: bool) -> None:
    tables = meta(
        (ispe(), hvcc(), full(b"auxC", purpose)),
        {1: [1, 2], 2: [1, 2, 3]},
        items=(infe(1, b"hvc1"), infe(2, b"hvc1")),
        references=(iref(b"auxl", 2, 1),),
    )
    assert probed(ftyp(b"heic") + tables + MDAT).has_alpha is has_alpha


@pytest.mark.parametrize("version", [0, 1])
def test_the_orientation_of_exif_is_not_applied_again(version: int) -> None:
    blob = bytes(4) + exif(6, gps=(2, 4))
    items = (infe(1, b"hvc1"), infe(2, b"Exif"))
    properties = (ispe(40, 30), hvcc(), irot(3))
    length = len(ftyp(b"heic") + meta(properties, items=items, where=_at(0, blob, version))) + 8
    tables = meta(properties, items=items, where=_at(length, blob, version))
    info = probed(ftyp(b"heic") + tables + box(b"mdat", blob))
    assert (info.width, info.height, info.orientation, info.rotation) == (30, 40, 1, 90)
    assert (list(info.marks), info.faults) == (["gps"], [])


def _at(offset: int, blob: bytes, version: int) -> bytes:
    return iloc((1, 0, 0, 8), (2, 0, offset, len(blob)), version=version)


def test_properties_beyond_127_take_two_bytes() -> None:
    padding = (box(b"free"),) * 200
    tables = meta((*padding, ispe(40, 30), hvcc()), {1: [201, 0x8000 | 202]}, wide=True)
    info = probed(ftyp(b"heic") + tables + MDAT)
    assert (info.width, info.bit_depth, info.faults) == (40, 10, [])


def test_metadata_may_lie_inside_the_tables() -> None:
    blob = bytes(4) + exif(6, gps=(2, 4))
    tables = meta(
        (ispe(40, 30), hvcc()),
        None,
        box(b"idat", blob),
        items=(infe(1, b"hvc1"), infe(2, b"Exif"), infe(3, b"Exif")),
        references=(iref(b"iloc", 3, 2),),
        where=iloc((1, 0, 0, 8), (2, 1, 0, len(blob)), (3, 2, 0, len(blob))),
    )
    assert list(probed(ftyp(b"heic") + tables + MDAT).marks) == ["gps"]
