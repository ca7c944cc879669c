"""Animations, pages and albums: which frames are kept, and how."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Any

import pytest
from fix_pictures import encoded, grain, made, shown
from PIL import Image, ImageSequence

from mediaprep.errors import FixFailed
from mediaprep.fix.recipe import Framing, ImageRecipe, Size

COLOURS = ((250, 0, 0), (0, 250, 0), (0, 0, 250), (250, 250, 0))
DURATIONS = [100, 200, 300, 400]


def animation(form: str, **options: Any) -> bytes:
    first, *rest = (Image.new("RGB", (60, 40), colour) for colour in COLOURS)
    return encoded(
        first, form, save_all=True, append_images=rest, duration=DURATIONS, loop=0, **options
    )


def near(pixel: Any, colour: tuple[int, ...]) -> bool:
    return all(abs(a - b) < 12 for a, b in zip(pixel[:3], colour, strict=True))


@pytest.mark.parametrize("container", ["gif", "webp", "png"])
@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_all_frames_are_kept_and_scaled(tmp_path: Path, form: str, container: str) -> None:
    recipe = ImageRecipe(container, framing=Framing(scale=Size(30, 20)))
    result = shown(made(animation(form), recipe, tmp_path))
    assert getattr(result, "n_frames", 1) == 4
    assert result.info.get("loop") == 0
    for frame, colour, length in zip(
        ImageSequence.Iterator(result), COLOURS, DURATIONS, strict=True
    ):
        frame.load()
        assert frame.size == (30, 20)
        assert near(frame.convert("RGB").getpixel((15, 10)), colour)
        assert frame.info["duration"] == length


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_the_frame_named_is_kept_alone(tmp_path: Path, form: str) -> None:
    for number, colour in enumerate(COLOURS):
        result = shown(made(animation(form), ImageRecipe("png", frame=number), tmp_path))
        assert getattr(result, "n_frames", 1) == 1
        assert near(result.convert("RGB").getpixel((15, 10)), colour)


def test_the_picture_for_others_is_no_frame_of_an_apng(tmp_path: Path) -> None:
    result = shown(made(_with_default(), ImageRecipe("jpeg", frame=0), tmp_path))
    assert near(result.convert("RGB").getpixel((15, 10)), COLOURS[1])


def _with_default() -> bytes:
    first, *rest = (Image.new("RGB", (60, 40), colour) for colour in COLOURS)
    return encoded(
        first, "PNG", save_all=True, append_images=rest, duration=DURATIONS[1:], default_image=True
    )


def test_a_frame_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FixFailed, match="no frame 4"):
        made(animation("GIF"), ImageRecipe("png", frame=4), tmp_path)


def test_a_container_without_frames_gets_the_first(tmp_path: Path) -> None:
    result = shown(made(animation("GIF"), ImageRecipe("jpeg"), tmp_path))
    assert near(result.getpixel((15, 10)), COLOURS[0])


def test_transparent_frames_do_not_show_the_one_before(tmp_path: Path) -> None:
    frames = []
    for n in range(3):
        frame = Image.new("RGBA", (60, 40), (0, 0, 0, 0))
        frame.paste((250, 0, 0, 255), (20 * n, 0, 20 * n + 20, 40))
        frames.append(frame)
    data = encoded(frames[0], "PNG", save_all=True, append_images=frames[1:], duration=100)
    recipe = ImageRecipe("gif", framing=Framing(scale=Size(30, 20)))
    result = shown(made(data, recipe, tmp_path))
    for n, frame in enumerate(ImageSequence.Iterator(result)):
        alpha = frame.convert("RGBA").getchannel("A")
        assert [alpha.getpixel((5 + 10 * x, 10)) for x in range(3)] == [
            255 if x == n else 0 for x in range(3)
        ]


def test_the_pages_of_a_tiff_are_kept(tmp_path: Path) -> None:
    pages = [grain(40, 30), grain(40, 30).rotate(180)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    result = shown(made(data, ImageRecipe("tiff"), tmp_path))
    assert getattr(result, "n_frames", 1) == 2
    result.seek(1)
    assert result.tobytes() == pages[1].tobytes()


@pytest.mark.parametrize("scale", [None, Size(80, 60)])
def test_pages_of_different_sizes_stay_so(tmp_path: Path, scale: Size | None) -> None:
    pages = [grain(40, 30), grain(20, 60)]
    data = encoded(pages[0], "TIFF", save_all=True, append_images=pages[1:])
    result = shown(made(data, ImageRecipe("tiff", framing=Framing(scale=scale)), tmp_path))
    times = 2 if scale else 1
    for number, page in enumerate(pages):
        result.seek(number)
        assert result.size == (page.width * times, page.height * times)


@pytest.mark.parametrize("scale", [None, Size(80, 60)])
def test_what_a_gif_draws_beside_its_screen_is_not_seen(tmp_path: Path, scale: Size | None) -> None:
    frames = [grain(40, 30).convert("P"), grain(56, 44).convert("P")]
    data = bytearray(encoded(frames[1], "GIF", save_all=True, append_images=[grain(56, 44)]))
    data[6:10] = struct.pack("<HH", 40, 30)  # the screen; frames have their own sides
    at = data.index(b"\x2c\0\0\0\0") + 5  # of the first one
    assert data[at : at + 4] == struct.pack("<HH", 56, 44)
    result = shown(made(bytes(data), ImageRecipe("gif", framing=Framing(scale=scale)), tmp_path))
    assert result.size == ((80, 60) if scale else (40, 30))


def test_of_an_album_the_main_picture_is_kept(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (60, 40), COLOURS[0]), Image.new("RGB", (60, 40), COLOURS[1])
    data = encoded(first, "MPO", save_all=True, append_images=[second])
    result = shown(made(data, ImageRecipe("jpeg", framing=Framing(scale=Size(30, 20))), tmp_path))
    assert result.format == "JPEG"
    assert near(result.getpixel((15, 10)), COLOURS[0])
