"""Byte limits: the best quality that fits, found in few encodings."""

from __future__ import annotations

from pathlib import Path

import pytest
from fix_pictures import encoded, grain, made, shown
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from mediaprep.errors import FixFailed
from mediaprep.fix.bytesearch import CLOSE, MOST, largest_within
from mediaprep.fix.quality import ssim
from mediaprep.fix.recipe import Framing, ImageRecipe, Size


@given(
    limit=st.integers(1_000, 2_000_000),
    steep=st.floats(0.01, 0.06),
    knee=st.floats(30, 90),
    largest=st.integers(10_000, 3_000_000),
)
def test_the_search_ends_near_the_limit_and_never_above_it(
    limit: int, steep: float, knee: float, largest: int
) -> None:
    qualities: list[float] = []

    def encode(quality: float) -> bytes:
        qualities.append(quality)
        beyond = max(quality - knee, 0) * 1.5
        size = largest * 2.718281828 ** (-steep * (95 + (95 - knee) * 1.5 - quality - beyond))
        return bytes(max(int(size), 1))  # no encoding is empty

    found = largest_within(limit, encode, 95.0, 10.0, 0.125)
    tried = list(qualities)
    assert len(tried) <= MOST
    if found is None:
        assert len(encode(10.0)) > limit
        return
    assert len(found) <= limit
    best = tried[0] == 95.0 and len(tried) == 1
    assert best or len(found) >= limit * (1 - CLOSE) or len(found) >= limit * 0.9


def test_without_need_the_first_encoding_is_the_last() -> None:
    calls: list[float] = []

    def encode(quality: float) -> bytes:
        calls.append(quality)
        return bytes(10)

    assert largest_within(10, encode, 95, 10, 1) == bytes(10)
    assert calls == [95]


@pytest.mark.parametrize("container", ["jpeg", "webp"])
@pytest.mark.parametrize("limit", [40_000, 24_000, 16_000])
def test_a_byte_limit_is_met_closely(tmp_path: Path, container: str, limit: int) -> None:
    photo = Image.effect_noise((450, 350), 40).convert("RGB")
    photo = Image.blend(photo, grain(450, 350), 0.5)
    recipe = ImageRecipe(container, max_bytes=limit)
    result = made(encoded(photo, "PNG"), recipe, tmp_path)
    finest = 0.98 if container == "jpeg" else 0.95  # libwebp rounds its quality
    assert limit * finest <= len(result) <= limit
    assert result == made(encoded(photo, "PNG"), recipe, tmp_path)


@pytest.mark.parametrize("container", ["jpeg", "webp", "png", "tiff", "bmp", "gif"])
def test_a_limit_that_cannot_be_met_is_said(tmp_path: Path, container: str) -> None:
    recipe = ImageRecipe(container, max_bytes=300)
    with pytest.raises(FixFailed, match="does not fit 300 bytes"):
        made(encoded(grain(300, 200), "PNG"), recipe, tmp_path)


@pytest.mark.parametrize("see_through", [False, True])
def test_a_gif_gives_up_colours_before_it_is_given_up(tmp_path: Path, see_through: bool) -> None:
    pictures = []
    for turn in range(3):
        bands = [Image.effect_noise((200, 150), 60 + 20 * n + turn) for n in range(3)]
        picture = Image.blend(Image.merge("RGB", bands), grain(200, 150), 0.8)
        if see_through:
            picture.putalpha(Image.new("L", (200, 150), 255))
            picture.paste((0, 0, 0, 0), (0, 0, 50, 50))
        pictures.append(picture)
    options = {"save_all": True, "append_images": pictures[1:], "duration": 100, "disposal": 2}
    source = encoded(pictures[0], "GIF", **options)
    limit = len(source) * 2 // 3
    result = made(source, ImageRecipe("gif", max_bytes=limit), tmp_path)
    assert limit // 4 < len(result) <= limit
    assert getattr(shown(result), "n_frames", 1) == 3
    first = [shown(data).convert("RGBA") for data in (source, result)]
    assert ssim(first[0].convert("L"), first[1].convert("L")) > 0.7
    corner = first[1].getpixel((10, 10))
    assert isinstance(corner, tuple)
    assert corner[3] == (0 if see_through else 255)


def test_a_png_gives_up_colours_before_it_is_given_up(tmp_path: Path) -> None:
    bands = [Image.effect_noise((300, 200), spread) for spread in (60, 90, 120)]
    source = encoded(Image.merge("RGB", bands), "PNG")
    limit = len(source) // 2
    result = made(source, ImageRecipe("png", max_bytes=limit), tmp_path)
    assert len(result) <= limit
    assert shown(result).mode == "P"
    assert ssim(shown(result).convert("L"), shown(source).convert("L")) > 0.9


def test_a_jpeg_does_not_grow_without_need(tmp_path: Path) -> None:
    source = encoded(grain(400, 300), "JPEG", quality=60, subsampling=2)
    result = made(source, ImageRecipe("jpeg"), tmp_path)
    assert len(result) <= len(source) * 1.02
    assert ssim(shown(result).convert("L"), shown(source).convert("L")) > 0.99


def test_a_lossless_webp_stays_lossless(tmp_path: Path) -> None:
    source = encoded(grain(60, 40), "WEBP", lossless=True)
    result = made(source, ImageRecipe("webp"), tmp_path)
    assert shown(result).tobytes() == shown(source).tobytes()


@pytest.mark.parametrize("container", ["jpeg", "png", "webp", "bmp", "tiff", "gif", "avif", "heif"])
def test_the_same_input_gives_the_same_bytes(tmp_path: Path, container: str) -> None:
    recipe = ImageRecipe(container, framing=Framing(scale=Size(50, 40)))
    data = encoded(grain(100, 80), "JPEG", quality=90)
    assert made(data, recipe, tmp_path) == made(data, recipe, tmp_path)
