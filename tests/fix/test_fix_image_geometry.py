"""Orientation, crop, scale and padding of pictures, by their pixels."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_pictures import CORNERS, encoded, exif, grain, made, quarters, shown
from PIL import Image, ImageChops

from mediaprep.errors import FixFailed
from mediaprep.fix.quality import ssim
from mediaprep.fix.recipe import Box, Framing, ImageRecipe, Size

T = Image.Transpose
STORED = {  # how an upright picture is stored so that the orientation makes it upright
    1: None, 2: T.FLIP_LEFT_RIGHT, 3: T.ROTATE_180, 4: T.FLIP_TOP_BOTTOM,
    5: T.TRANSPOSE, 6: T.ROTATE_90, 7: T.TRANSVERSE, 8: T.ROTATE_270,
}  # fmt: skip


def stored(upright: Image.Image, orientation: int) -> Image.Image:
    turn = STORED[orientation]
    return upright if turn is None else upright.transpose(turn)


def near(picture: Image.Image, at: tuple[int, int], colour: tuple[int, ...], by: int = 12) -> bool:
    pixel = picture.convert("RGB").getpixel(at)
    assert isinstance(pixel, tuple)
    return all(abs(a - b) <= by for a, b in zip(pixel, colour, strict=True))


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_each_orientation_comes_out_upright(tmp_path: Path, orientation: int, form: str) -> None:
    given = encoded(stored(quarters(64, 48), orientation), form, exif=exif(orientation))
    result = shown(made(given, ImageRecipe("png"), tmp_path))
    assert result.size == (64, 48)
    spots = ((8, 8), (56, 8), (8, 40), (56, 40))
    for at, colour in zip(spots, CORNERS.values(), strict=True):
        assert near(result, at, colour)
    assert result.getexif().get(0x0112, 1) == 1


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_crop_is_exact_in_each_orientation(tmp_path: Path, orientation: int) -> None:
    upright = grain(61, 47)
    given = encoded(stored(upright, orientation), "PNG", exif=exif(orientation))
    recipe = ImageRecipe("png", framing=Framing(crop=Box(5, 3, 40, 31)))
    result = shown(made(given, recipe, tmp_path))
    assert ImageChops.difference(result, upright.crop((5, 3, 45, 34))).getbbox() is None


@pytest.mark.parametrize("orientation", [1, 6, 7])
@pytest.mark.parametrize("size", [Size(200, 150), Size(57, 43), Size(399, 299)])
def test_a_jpeg_that_is_decoded_smaller_looks_the_same(
    tmp_path: Path, orientation: int, size: Size
) -> None:
    data = encoded(stored(grain(801, 601), orientation), "JPEG", quality=92, exif=exif(orientation))
    recipe = ImageRecipe("png", framing=Framing(crop=Box(1, 1, 799, 599), scale=size))
    result = shown(made(data, recipe, tmp_path))
    full = stored(shown(data).convert("RGB"), {6: 8, 7: 7, 1: 1}[orientation])
    plain = full.crop((1, 1, 800, 600)).resize((size.width, size.height), Image.Resampling.LANCZOS)
    assert result.size == plain.size
    assert ssim(result.convert("L"), plain.convert("L")) > 0.97


def test_nothing_that_is_cropped_away_bleeds_in(tmp_path: Path) -> None:
    picture = Image.new("RGB", (400, 400), "white")
    picture.paste((0, 0, 0), (0, 0, 100, 400))
    recipe = ImageRecipe("png", framing=Framing(crop=Box(100, 0, 300, 400), scale=Size(75, 100)))
    result = shown(made(encoded(picture, "PNG"), recipe, tmp_path))
    assert result.getextrema() == ((255, 255),) * 3


@pytest.mark.parametrize(
    ("mode", "fill", "expected"),
    [
        pytest.param("RGB", "#102030", (16, 32, 48), id="a colour by number"),
        pytest.param("L", "red", (255, 0, 0), id="gray on a colour becomes colour"),
        pytest.param("1", "black", (0, 0, 0), id="bilevel"),
        pytest.param("P", "lime", (0, 255, 0), id="a palette without that colour"),
        pytest.param("RGBA", "white", (255, 255, 255), id="with alpha"),
        pytest.param("I;16", "red", (255, 0, 0), id="16-bit gray on a colour"),
    ],
)
def test_a_pad_has_the_colour_and_leaves_the_picture_in_the_middle(
    tmp_path: Path, mode: str, fill: str, expected: tuple[int, ...]
) -> None:
    gray = Image.new("L", (40, 20), 255).convert("I").point(lambda v: v * 257)
    picture = (
        gray.convert("I;16")
        if mode == "I;16"
        else Image.new("RGB", (40, 20), "white").convert(mode)
    )
    recipe = ImageRecipe("png", framing=Framing(canvas=Size(40, 60), fill=fill))
    result = shown(made(encoded(picture, "PNG"), recipe, tmp_path))
    assert result.size == (40, 60)
    assert near(result, (20, 2), expected, 0)
    assert near(result, (20, 57), expected, 0)
    assert near(result, (20, 20), (255, 255, 255), 0)
    assert near(result, (20, 39), (255, 255, 255), 0)


def test_16_bit_gray_stays_deep_on_a_gray_pad(tmp_path: Path) -> None:
    picture = Image.new("I;16", (40, 20), 30_001)
    recipe = ImageRecipe("png", framing=Framing(canvas=Size(40, 40), fill="white"))
    result = shown(made(encoded(picture, "PNG"), recipe, tmp_path))
    assert (result.mode, result.getpixel((0, 0)), result.getpixel((20, 20))) == (
        "I;16",
        65535,
        30_001,
    )


@pytest.mark.parametrize("mode", ["RGB", "L", "RGBA", "CMYK"])
def test_a_blurred_pad_is_a_darker_soft_copy(tmp_path: Path, mode: str) -> None:
    picture = quarters(200, 100).convert(mode)
    form = "TIFF" if mode == "CMYK" else "PNG"
    recipe = ImageRecipe("tiff", framing=Framing(canvas=Size(200, 300), fill="blur"))
    result = shown(made(encoded(picture, form), recipe, tmp_path)).convert("RGB")
    kept = result.crop((0, 100, 200, 200))
    assert ImageChops.difference(kept, picture.convert("RGB")).getbbox() is None
    for x, colour in ((10, (255, 0, 0)), (190, (0, 255, 0))):
        if mode == "RGB":
            assert near(result, (x, 10), tuple(round(v * 0.6) for v in colour), 25)
    top = result.crop((0, 0, 200, 100)).convert("L")
    steps = [
        abs(int(a) - int(b)) for a, b in zip(top.tobytes()[:199], top.tobytes()[1:200], strict=True)
    ]
    assert max(steps) < 12  # no edge survives the blur
    assert 0 < sum(top.tobytes()) / 20_000 < sum(picture.convert("L").tobytes()) / 20_000


def test_no_size_of_blurred_pad_is_lost_to_rounding(tmp_path: Path) -> None:
    given = encoded(Image.new("RGB", (3000, 310), "teal"), "PNG")
    recipe = ImageRecipe("png", framing=Framing(canvas=Size(3000, 1200), fill="blur"))
    assert shown(made(given, recipe, tmp_path)).size == (3000, 1200)


def test_16_bit_gray_is_blurred_and_made_much_smaller_too(tmp_path: Path) -> None:
    data = encoded(Image.new("I;16", (800, 400), 30_000), "PNG")
    framing = Framing(scale=Size(80, 40), canvas=Size(80, 80), fill="blur")
    result = shown(made(data, ImageRecipe("png", framing=framing), tmp_path))
    assert result.size == (80, 80)
    assert result.getpixel((40, 40)) == round(30_000 / 257)


def test_a_canvas_smaller_than_the_picture_is_refused(tmp_path: Path) -> None:
    recipe = ImageRecipe("png", framing=Framing(canvas=Size(10, 60)))
    with pytest.raises(FixFailed, match="does not fit a canvas"):
        made(encoded(grain(40, 20), "PNG"), recipe, tmp_path)


def test_a_crop_beyond_the_picture_is_refused(tmp_path: Path) -> None:
    recipe = ImageRecipe("png", framing=Framing(crop=Box(10, 0, 40, 20)))
    with pytest.raises(FixFailed, match="reaches beyond"):
        made(encoded(grain(40, 20), "PNG"), recipe, tmp_path)


def test_alpha_edges_have_no_halo(tmp_path: Path) -> None:
    picture = Image.new("RGBA", (400, 400), (255, 0, 255, 0))  # invisible magenta around
    picture.paste((0, 128, 0, 255), (101, 101, 299, 299))
    recipe = ImageRecipe("png", framing=Framing(scale=Size(97, 97)))
    result = shown(made(encoded(picture, "PNG"), recipe, tmp_path))
    data = result.tobytes()
    for red, green, blue, alpha in zip(*(data[n::4] for n in range(4)), strict=True):
        if alpha > 16:
            assert red < 16
            assert blue < 16
            assert 100 < green < 160  # eight bits of a faint colour say no more


def test_a_picture_that_decodes_to_another_size_is_not_framed_by_the_wrong_one(
    tmp_path: Path,
) -> None:
    from io import BytesIO

    from mediaprep.fix.image import Job
    from mediaprep.fix.imagework import make

    recipe = ImageRecipe("png", framing=Framing(scale=Size(20, 10)))
    source = BytesIO(encoded(grain(40, 20), "PNG"))
    with pytest.raises(FixFailed, match="40×20 when decoded, not 80×40"):
        make(source, BytesIO(), Job("png", 1, (80, 40), recipe, False))
