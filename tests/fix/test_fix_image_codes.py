"""Colours that are told by code points or by EXIF, without a profile, look the same after a fix."""

from __future__ import annotations

import math
import struct
import zlib
from pathlib import Path

import pytest
from fix_pictures import display_p3, encoded, made, shown
from PIL import Image
from test_fix_image_colour import PATCHES, lab

from mediaprep.fix.image import job_of
from mediaprep.fix.imagecodes import told
from mediaprep.fix.imageexif import PREFIX, interoperability_of
from mediaprep.fix.imageopen import opened
from mediaprep.fix.quality import score
from mediaprep.fix.recipe import Framing, ImageRecipe, Size
from mediaprep.fix.simulate import simulate
from mediaprep.fix.steps import steps_of
from mediaprep.probe import probe

_P3, _BT2020, _BT709 = 12, 9, 1
_SRGB, _PQ, _HLG = 13, 16, 18


def _patches() -> Image.Image:
    picture = Image.new("RGB", (64 * len(PATCHES), 64))
    for n, patch in enumerate(PATCHES):
        picture.paste(patch, (64 * n, 0, 64 * n + 64, 64))
    return picture


def _png(picture: Image.Image, primaries: int, transfer: int) -> bytes:
    data = encoded(picture, "PNG")
    body = b"cICP" + bytes((primaries, transfer, 0, 1))
    chunk = struct.pack(">I", 4) + body + struct.pack(">I", zlib.crc32(body))
    at = data.index(b"IDAT") - 4
    return data[:at] + chunk + data[at:]


def _boxed(form: str, picture: Image.Image, primaries: int, transfer: int) -> bytes:
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = encoded(picture, form, quality=98)
    at = data.index(b"colrnclx") + 8
    return data[:at] + struct.pack(">HH", primaries, transfer) + data[at + 4 :]


def _adobe_exif(index: bytes = b"R03\0") -> bytes:
    """Little-endian: a directory, Exif's with the colour space, and that of interoperability."""

    def directory(*entries: bytes) -> bytes:
        return struct.pack("<H", len(entries)) + b"".join(entries) + bytes(4)

    first = directory(struct.pack("<HHII", 0x8769, 4, 1, 26))
    exif = directory(
        struct.pack("<HHIHH", 0xA001, 3, 1, 0xFFFF, 0), struct.pack("<HHII", 0xA005, 4, 1, 56)
    )
    inner = directory(struct.pack("<HHI4s", 1, 2, 4, index))
    return PREFIX + b"II*\0" + struct.pack("<I", 8) + first + exif + inner


def _made(form: str, picture: Image.Image, primaries: int, transfer: int) -> bytes:
    if form == "PNG":
        return _png(picture, primaries, transfer)
    return _boxed(form, picture, primaries, transfer)


def _pixels(data: bytes, recipe: ImageRecipe, tmp_path: Path) -> list[tuple[int, ...]]:
    result = shown(made(data, recipe, tmp_path))
    assert "icc_profile" not in result.info
    step = result.width // len(PATCHES)
    places = [(step * n + step // 2, result.height // 2) for n in range(len(PATCHES))]
    return [pixel for place in places if isinstance(pixel := result.getpixel(place), tuple)]


@pytest.mark.parametrize("form", ["PNG", "AVIF", "HEIF"])
def test_p3_told_by_code_points_keeps_its_colours(tmp_path: Path, form: str) -> None:
    data = _made(form, _patches(), _P3, _SRGB)
    recipe = ImageRecipe("png", framing=Framing(scale=Size(32 * len(PATCHES), 32)))
    for pixel, patch in zip(_pixels(data, recipe, tmp_path), PATCHES, strict=True):
        assert math.dist(lab(pixel, None), lab(patch, display_p3())) < 5
        assert pixel[0] == pixel[1] == pixel[2] or math.dist(pixel, patch) > 5  # not left as it was


@pytest.mark.parametrize("form", ["PNG", "AVIF", "HEIF"])
def test_srgb_told_by_code_points_is_left_as_it_is(tmp_path: Path, form: str) -> None:
    data = _made(form, _patches(), _BT709, _SRGB)
    for pixel, patch in zip(_pixels(data, ImageRecipe("png"), tmp_path), PATCHES, strict=True):
        assert math.dist(pixel, patch) < 6


@pytest.mark.parametrize(
    ("transfer", "white", "grey"),
    [pytest.param(_PQ, 0.58, 0.375, id="PQ"), pytest.param(_HLG, 0.75, 0.43, id="HLG")],
)
def test_an_hdr_picture_is_not_washed_out(
    tmp_path: Path, transfer: int, white: float, grey: float
) -> None:
    picture = Image.new("RGB", (64 * len(PATCHES), 64), (round(grey * 255),) * 3)
    picture.paste((round(white * 255),) * 3, (0, 0, 64, 64))
    data = _png(picture, _BT2020, transfer)
    found = _pixels(data, ImageRecipe("png"), tmp_path)
    assert all(200 <= channel <= 245 for channel in found[0]), found
    assert all(70 <= channel <= 140 for channel in found[1]), found


def test_adobe_rgb_told_by_exif_keeps_its_colours_and_says_so_no_more(tmp_path: Path) -> None:
    data = encoded(_patches(), "JPEG", quality=98, subsampling=0, exif=_adobe_exif())
    result = made(data, ImageRecipe("jpeg"), tmp_path)
    exif = shown(result).info["exif"]
    assert interoperability_of(exif) == b"R98"
    assert shown(result).getexif().get_ifd(0x8769)[0xA001] == 1
    red = _pixels(data, ImageRecipe("png"), tmp_path)[0]
    assert red[0] > PATCHES[0][0] + 15  # a wider space's red is a stronger one in sRGB
    # Once more: what was converted is not converted again.
    again = made(result, ImageRecipe("png"), tmp_path)
    assert math.dist(shown(again).getpixel((32, 32)), red) < 4  # type: ignore[arg-type]


def test_srgb_told_by_exif_is_left_as_it_is(tmp_path: Path) -> None:
    data = encoded(_patches(), "JPEG", quality=98, subsampling=0, exif=_adobe_exif(b"R98\0"))
    for pixel, patch in zip(_pixels(data, ImageRecipe("png"), tmp_path), PATCHES, strict=True):
        assert math.dist(pixel, patch) < 6


def test_the_colour_behind_transparent_pixels_is_one_of_srgb(tmp_path: Path) -> None:
    hole = Image.new("RGBA", (64, 64), (0, 0, 0, 0))
    data = encoded(hole, "PNG", icc_profile=display_p3())
    recipe = ImageRecipe("png", srgb=True, flatten="#3366cc")
    assert shown(made(data, recipe, tmp_path)).getpixel((32, 32)) == (0x33, 0x66, 0xCC)


def test_a_profile_stands_above_what_exif_tells(tmp_path: Path) -> None:
    data = encoded(_patches(), "JPEG", exif=_adobe_exif(), icc_profile=display_p3())
    path = tmp_path / "both.jpg"
    path.write_bytes(data)
    with path.open("rb") as source, opened(source, "jpeg") as picture:
        assert told(picture, source, "jpeg") is None


def test_the_score_looks_at_colours_as_they_are_meant(tmp_path: Path) -> None:
    source, out = tmp_path / "wide.png", tmp_path / "out.png"
    source.write_bytes(_png(_patches(), _BT2020, _PQ))
    recipe = ImageRecipe("png")
    out.write_bytes(made(source.read_bytes(), recipe, tmp_path))
    with source.open("rb") as one, out.open("rb") as other:
        assert score(one, other, job_of(probe(str(source)), recipe)) > 0.99


@pytest.mark.parametrize("end", [0, 8, 12, 20, 40])
def test_a_png_that_ends_early_tells_nothing(tmp_path: Path, end: int) -> None:
    whole = _png(_patches(), _P3, _SRGB)
    path = tmp_path / "cut.png"
    path.write_bytes(whole[:end])
    with path.open("rb") as source:
        assert told(_patches(), source, "png") is None


@pytest.mark.parametrize("form", ["PNG", "AVIF", "HEIF"])
@pytest.mark.parametrize(
    ("primaries", "transfer", "words"),
    [
        pytest.param(_P3, _SRGB, ["convert Display P3 to sRGB"], id="Display P3"),
        pytest.param(_BT2020, _PQ, ["map PQ to SDR (sRGB)"], id="HDR"),
        pytest.param(_BT709, _SRGB, [], id="sRGB needs no step"),
    ],
)
def test_the_plan_says_what_becomes_of_colours_told_by_code_points(
    tmp_path: Path, form: str, primaries: int, transfer: int, words: list[str]
) -> None:
    path = tmp_path / f"a.{form.lower()}"
    path.write_bytes(_made(form, _patches(), primaries, transfer))
    info, recipe = probe(path), ImageRecipe("jpeg")
    steps = steps_of(info, recipe, simulate(info, recipe), ())
    assert [step.words for step in steps[:-1]] == words
