from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import BYTE, LONG, SHORT, exif, icc, icc_v2, xmp

from mediaprep.model import MediaInfo
from mediaprep.probe.exif import read_exif
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.xmp import read_xmp


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("kind", [BYTE, SHORT, LONG])
def test_orientation_is_read_in_every_integer_type(kind: int, order: str) -> None:
    assert read_exif(exif(6, kind=kind, order=order), MediaInfo("")) == 6


@pytest.mark.parametrize(
    ("blob", "orientation"),
    [
        pytest.param(b"Exif\0\0" + exif(3), 3, id="with its prefix"),
        pytest.param(b"Exif\0\0Exif\0\0" + exif(3), 3, id="with its prefix twice"),
        pytest.param(exif(0), 1, id="0 is upright"),
        pytest.param(exif(9), 1, id="9 is upright"),
        pytest.param(exif(0x600, order=">"), 1, id="a value in the other byte order is upright"),
        pytest.param(exif(None), None, id="no orientation is not upright but unsaid"),
        pytest.param(exif(6)[:10], None, id="a block that is cut"),
        pytest.param(
            b"II*\0\xff\xff\xff\xff" + bytes(20), None, id="a directory outside the block"
        ),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_orientation(blob: bytes, orientation: int | None) -> None:
    assert read_exif(blob, MediaInfo("")) == orientation


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("fields", "marks"),
    [
        pytest.param({"gps": (2, 4)}, {"gps"}, id="a position"),
        pytest.param({"gps": (4,)}, set(), id="half of a position"),
        pytest.param({"gps": (29,)}, set(), id="a GPS date alone"),
        pytest.param({"serial": b"A12345\0"}, {"serial"}, id="a serial number"),
        pytest.param({"serial": b"7\0"}, {"serial"}, id="one that fits into its entry"),
        pytest.param({"serial": b"0000000\0"}, set(), id="zeros for a serial number"),
        pytest.param({"serial": b"       \0"}, set(), id="spaces for a serial number"),
        pytest.param({"gps": (2, 4), "serial": b"A1234\0"}, {"gps", "serial"}, id="both"),
    ],
)
def test_what_is_private_is_marked_without_its_value(
    fields: dict[str, tuple[int, ...] | bytes], marks: set[str], order: str
) -> None:
    info = MediaInfo("")
    assert read_exif(exif(6, order=order, **fields), info) == 6  # type: ignore[arg-type]
    assert set(info.marks) == marks
    assert "1234" not in str(info.marks)


@given(st.binary(max_size=300), st.booleans())
def test_no_block_raises(rest: bytes, little: bool) -> None:
    orientation = read_exif((b"II*\0" if little else b"MM\0*") + rest, MediaInfo(""))
    assert orientation is None or 1 <= orientation <= 8


@pytest.mark.parametrize(
    ("packet", "orientation", "marks"),
    [
        pytest.param(xmp('tiff:Orientation="6"'), 6, set(), id="an attribute"),
        pytest.param(b"<tiff:Orientation>8</tiff:Orientation>", 8, set(), id="an element"),
        pytest.param(b"<tiff:Orientation>\n 8\n</tiff:Orientation>", 8, set(), id="with spaces"),
        pytest.param(xmp("tiff:Orientation = '3'"), 3, set(), id="single quotes"),
        pytest.param(xmp('tiff:Orientation="9"'), None, set(), id="no such orientation"),
        pytest.param(xmp('crs:Orientation="6"'), None, set(), id="another namespace"),
        pytest.param(xmp('tiff:Orientation="6"').decode().encode("utf-16"), 6, set(), id="UTF-16"),
        pytest.param(xmp('exif:GPSLatitude="52,31.2N"'), None, {"gps"}, id="GPS"),
        pytest.param(xmp('exif:GPSLatitude=""'), None, set(), id="an empty property is nothing"),
        pytest.param(xmp('aux:SerialNumber="12"'), None, {"serial"}, id="a serial number"),
        pytest.param(xmp('GCamera:MicroVideo="0"'), None, set(), id="zero is no motion photo"),
        pytest.param(xmp('GCamera:MicroVideo="1"'), None, {"motion-photo"}, id="a motion photo"),
        pytest.param(
            xmp('GCamera:MotionPhotoVersion="1"'), None, set(), id="a longer name is another"
        ),
        pytest.param(xmp('hdrgm:Version="1.0"'), None, {"gain-map"}, id="an HDR gain map"),
        pytest.param(xmp('crs:Version="9.1"'), None, set(), id="a version of something else"),
        pytest.param(xmp('dcterms:provenance="https://x"'), None, {"c2pa"}, id="a linked manifest"),
        pytest.param(
            xmp(
                'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/'
                'trainedAlgorithmicMedia"'
            ),
            None,
            {"ai-generated"},
            id="made by a model",
        ),
    ],
)
def test_xmp(packet: bytes, orientation: int | None, marks: set[str]) -> None:
    info = MediaInfo("")
    assert read_xmp(packet, info) == orientation
    assert set(info.marks) == marks


MLUC = b"mluc\0\0\0\0\0\0\0\1\0\0\0\x0cenUS"


@pytest.mark.parametrize(
    ("profile", "description"),
    [
        pytest.param(icc_v2("sRGB IEC61966-2.1"), "sRGB IEC61966-2.1", id="version 2"),
        pytest.param(
            icc(MLUC + b"\0\0\0\x14\0\0\0\x1c" + "Display P3".encode("utf-16-be")),
            "Display P3",
            id="version 4",
        ),
        pytest.param(icc_v2("a\x1b[31mb\n"), "a?[31mb", id="control characters are not passed on"),
        pytest.param(icc_v2("x" * 500), "x" * 64, id="64 characters at most"),
        pytest.param(icc(b"text\0\0\0\0hello"), None, id="a description of another type"),
        pytest.param(icc_v2("sRGB")[:140], None, id="cut inside the tag table"),
        pytest.param(b"", None, id="nothing"),
    ],
)
def test_the_description_of_a_profile(profile: bytes, description: str | None) -> None:
    assert describe_profile(profile) == description
