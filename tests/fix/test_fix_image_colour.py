"""Colours and tones of pictures after a fix, by their pixels."""

from __future__ import annotations

import io
import math
from pathlib import Path

import pytest
from fix_pictures import display_p3, encoded, grain, inks, made, shown
from PIL import Image, ImageCms

from mediaprep.errors import FixFailed
from mediaprep.fix.recipe import Framing, ImageRecipe, Size

PATCHES = ((200, 80, 60), (60, 150, 70), (70, 80, 190), (128, 128, 128), (220, 200, 90))


def lab(pixel: tuple[int, ...], icc: bytes | None) -> tuple[float, float, float]:
    profile = ImageCms.createProfile("sRGB") if icc is None else io.BytesIO(icc)
    opened = ImageCms.ImageCmsProfile(profile)
    to_lab = ImageCms.buildTransform(opened, ImageCms.createProfile("LAB"), "RGB", "LAB")
    done = ImageCms.applyTransform(Image.new("RGB", (1, 1), pixel), to_lab)
    assert done is not None
    lightness, a, b = done.tobytes()
    return lightness / 2.55, (a ^ 128) - 128.0, (b ^ 128) - 128.0


@pytest.mark.parametrize("scaled", [False, True])
@pytest.mark.parametrize("form", ["PNG", "JPEG", "TIFF", "WEBP", "HEIF", "AVIF"])
def test_p3_patches_keep_their_colour(tmp_path: Path, form: str, scaled: bool) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    picture = Image.new("RGB", (64 * len(PATCHES), 64))
    for n, patch in enumerate(PATCHES):
        picture.paste(patch, (64 * n, 0, 64 * n + 64, 64))
    options = {"quality": 98} if form in ("JPEG", "WEBP", "HEIF", "AVIF") else {}
    data = encoded(picture, form, icc_profile=display_p3(), **options)
    framing = Framing(scale=Size(32 * len(PATCHES), 32)) if scaled else Framing()
    result = shown(made(data, ImageRecipe("png", srgb=True, framing=framing), tmp_path))
    assert "icc_profile" not in result.info
    step = result.width // len(PATCHES)
    moved = 0.0
    for n, patch in enumerate(PATCHES):
        pixel = result.getpixel((step * n + step // 2, result.height // 2))
        assert isinstance(pixel, tuple)
        assert math.dist(lab(pixel, None), lab(patch, display_p3())) < 4
        moved += math.dist(pixel, patch)
    assert moved > 20  # it was not left as it was


def test_a_profile_stays_when_it_is_not_converted(tmp_path: Path) -> None:
    data = encoded(grain(40, 30), "JPEG", icc_profile=display_p3())
    for container in ("jpeg", "png", "webp", "tiff"):
        result = shown(made(data, ImageRecipe(container), tmp_path))
        assert result.info["icc_profile"] == display_p3()


def test_gray_with_an_rgb_profile_is_converted_through_colour(tmp_path: Path) -> None:
    data = encoded(Image.new("L", (16, 16), 128), "PNG", icc_profile=display_p3())
    result = shown(made(data, ImageRecipe("png", srgb=True), tmp_path))
    red, green, blue = result.convert("RGB").getpixel((8, 8))  # type: ignore[misc]
    assert max(red, green, blue) - min(red, green, blue) <= 1
    assert 120 < green < 136


def test_a_broken_profile_counts_as_none(tmp_path: Path) -> None:
    data = encoded(Image.new("RGB", (16, 16), (9, 99, 199)), "PNG", icc_profile=b"nonsense" * 20)
    result = shown(made(data, ImageRecipe("png", srgb=True), tmp_path))
    assert result.getpixel((8, 8)) == (9, 99, 199)


@pytest.mark.parametrize("form", ["JPEG", "TIFF"])
def test_cmyk_without_a_profile_becomes_rgb(tmp_path: Path, form: str) -> None:
    picture = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    result = shown(made(encoded(picture, form), ImageRecipe("jpeg", srgb=True), tmp_path))
    assert result.mode == "RGB"
    red, green, blue = result.getpixel((16, 16))  # type: ignore[misc]
    assert red < 8
    assert green > 247
    assert blue > 247


def test_cmyk_is_converted_by_its_own_profile(tmp_path: Path) -> None:
    picture = Image.new("CMYK", (32, 32), (255, 0, 0, 0))
    data = encoded(picture, "TIFF", icc_profile=inks())
    for recipe in (ImageRecipe("png", srgb=True), ImageRecipe("png")):
        result = shown(made(data, recipe, tmp_path))
        red, green, blue = result.getpixel((16, 16))  # type: ignore[misc]
        assert red > 100 > green > blue - 60


def test_cmyk_stays_where_nothing_asks_for_rgb(tmp_path: Path) -> None:
    picture = Image.new("CMYK", (32, 32), (200, 30, 90, 10))
    result = shown(made(encoded(picture, "JPEG", quality=95), ImageRecipe("jpeg"), tmp_path))
    assert result.mode == "CMYK"
    pixel = result.getpixel((16, 16))
    assert isinstance(pixel, tuple)
    assert math.dist(pixel, (200, 30, 90, 10)) < 6


def test_lab_becomes_rgb(tmp_path: Path) -> None:
    transform = ImageCms.buildTransform(
        ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), "RGB", "LAB"
    )
    picture = ImageCms.applyTransform(Image.new("RGB", (32, 32), (200, 80, 60)), transform)
    assert picture is not None
    result = shown(made(encoded(picture, "TIFF"), ImageRecipe("png", srgb=True), tmp_path))
    pixel = result.getpixel((16, 16))
    assert isinstance(pixel, tuple)
    assert math.dist(pixel, (200, 80, 60)) < 6


def ramp(mode: str, top: float) -> Image.Image:
    picture = Image.linear_gradient("L").convert("F").point(lambda v: v * (top / 255.0))
    return picture if mode == "F" else picture.convert("I").convert(mode)


@pytest.mark.parametrize(
    ("mode", "top", "form"),
    [
        pytest.param("I;16", 65535, "PNG", id="16-bit PNG"),
        pytest.param("I;16", 65535, "TIFF", id="16-bit TIFF"),
        pytest.param("I", 65535, "TIFF", id="32-bit integers that use 16 bits"),
        pytest.param("F", 1.0, "TIFF", id="floats from 0 to 1"),
        pytest.param("F", 255.0, "TIFF", id="floats from 0 to 255"),
    ],
)
@pytest.mark.parametrize("container", ["jpeg", "webp", "png"])
def test_deep_gray_keeps_its_tones(
    tmp_path: Path, mode: str, top: float, form: str, container: str
) -> None:
    data = encoded(ramp(mode, top), form)
    result = shown(made(data, ImageRecipe(container), tmp_path))
    for row in (2, 64, 128, 200, 253):
        pixel = result.getpixel((100, row))
        value = pixel[0] if isinstance(pixel, tuple) else pixel
        assert value is not None
        tone = value / 257 if result.mode.startswith("I") else value
        assert abs(tone - row) <= 3


def test_16_bit_gray_stays_16_bit_where_it_can(tmp_path: Path) -> None:
    recipe = ImageRecipe("png", framing=Framing(scale=Size(128, 128)))
    result = shown(made(encoded(ramp("I;16", 65535), "PNG"), recipe, tmp_path))
    assert result.mode == "I;16"
    column = [result.getpixel((64, row)) for row in range(128)]
    assert len(set(column)) > 120
    assert any(isinstance(tone, int) and tone % 257 for tone in column)


@pytest.mark.parametrize(
    ("mode", "recipe", "expected"),
    [
        pytest.param("P", ImageRecipe("png"), "P", id="a palette is kept"),
        pytest.param("P", ImageRecipe("jpeg"), "RGB", id="a palette becomes colour"),
        pytest.param(
            "P", ImageRecipe("png", framing=Framing(scale=Size(20, 20))), "RGB",
            id="a scaled palette becomes colour",
        ),
        pytest.param("1", ImageRecipe("png"), "1", id="bilevel is kept"),
        pytest.param(
            "1", ImageRecipe("png", framing=Framing(scale=Size(20, 20))), "L",
            id="scaled bilevel becomes gray",
        ),
        pytest.param("LA", ImageRecipe("png"), "LA", id="gray with alpha is kept"),
        pytest.param("LA", ImageRecipe("webp"), "RGBA", id="gray with alpha in WebP"),
        pytest.param("L", ImageRecipe("jpeg"), "L", id="gray is kept"),
    ],
)  # fmt: skip
def test_the_mode_follows_from_what_the_container_holds(
    tmp_path: Path, mode: str, recipe: ImageRecipe, expected: str
) -> None:
    picture = grain(40, 40).convert(mode)
    if mode == "LA":
        picture.putpixel((0, 0), (0, 0))
    assert shown(made(encoded(picture, "PNG"), recipe, tmp_path)).mode == expected


def see_through(kind: str) -> bytes:
    picture = Image.new("RGBA", (32, 32), (0, 0, 255, 255))
    picture.paste((255, 0, 0, 0), (0, 0, 16, 32))
    if kind == "palette":
        flat = Image.new("P", (32, 32), 1)
        flat.putpalette([255, 0, 0, 0, 0, 255])
        flat.paste(0, (0, 0, 16, 32))
        return encoded(flat, "PNG", transparency=0)
    if kind == "colour key":
        key = Image.new("RGB", (32, 32), (0, 0, 255))
        key.paste((255, 0, 0), (0, 0, 16, 32))
        return encoded(key, "PNG", transparency=(255, 0, 0))
    return encoded(picture, "PNG")


@pytest.mark.parametrize("kind", ["alpha", "palette", "colour key"])
def test_transparent_pixels_are_flattened_on_the_stated_colour_only(
    tmp_path: Path, kind: str
) -> None:
    recipe = ImageRecipe("jpeg", flatten="#00ff00")
    result = shown(made(see_through(kind), recipe, tmp_path))
    left, right = result.getpixel((4, 16)), result.getpixel((28, 16))
    assert isinstance(left, tuple)
    assert isinstance(right, tuple)
    assert math.dist(left, (0, 255, 0)) < 12
    assert math.dist(right, (0, 0, 255)) < 12
    with pytest.raises(FixFailed, match="transparent pixels"):
        made(see_through(kind), ImageRecipe("jpeg"), tmp_path)


def test_alpha_that_hides_nothing_is_no_reason_to_refuse(tmp_path: Path) -> None:
    data = encoded(Image.new("RGBA", (32, 32), (10, 20, 30, 255)), "PNG")
    assert shown(made(data, ImageRecipe("jpeg"), tmp_path)).mode == "RGB"
