"""The folder that the README's first command checks: a small job, some of it fine, some not."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PIL import Image, ImageDraw

from fixturelib.ffmpeg import h264, run, tone
from fixturelib.handmade import wav
from fixturelib.pixels import SAND, Size, exif, gradient, heic, jpeg, png
from fixturelib.recipe import Build, Fact, Fixture

_IMAGES_ONLY = ("CON001",)


def _stop(
    name: str,
    made: str,
    build: Build,
    facts: dict[str, Fact],
    codes: Sequence[str] = (),
    elsewhere: Sequence[str] | None = None,
) -> Fixture:
    both = {
        "atlascloud": tuple(codes),
        "volcengine": tuple(codes if elsewhere is None else elsewhere),
    }
    return Fixture(f"tour/{name}", made, build, facts, both)


def _scene(size: Size) -> Image.Image:
    """Draw a low sun over the sea."""
    image = gradient(size)
    width, height = size
    radius = min(size) // 8
    middle, horizon = width * 3 // 5, height * 3 // 5
    draw = ImageDraw.Draw(image)
    sun = [middle - radius, horizon - radius, middle + radius, horizon + radius]
    draw.ellipse(sun, fill=(250, 225, 150))
    draw.rectangle([0, horizon, width, height], fill=(40, 84, 128))
    return image


def _logo() -> Image.Image:
    image = Image.new("RGBA", (512, 512), (0, 0, 0, 0))
    ImageDraw.Draw(image).ellipse([64, 64, 448, 448], fill=(*SAND, 255))
    return image


def _phone() -> bytes:
    stored = _scene((1200, 1600)).transpose(Image.Transpose.ROTATE_90)
    block = exif({0x0112: 6, 0x010F: "Phone"})
    return jpeg(lambda: stored, quality=40, exif=block)()


def _image(width: int, height: int, container: str) -> dict[str, Fact]:
    return {"kind": "image", "container": container, "width": width, "height": height}


def _video(width: int, height: int, fps: int) -> dict[str, Fact]:
    size: dict[str, Fact] = {"width": width, "height": height}
    return {"kind": "video", "container": "mp4", **size, "fps": str(fps)}


def _voice() -> bytes:
    options = ["-c:a", "libmp3lame", "-ac", "1", "-ar", "16000", "-b:a", "16k", "-t", "4"]
    return run(tone(220, 16_000), options, ".mp3")


_HERO = jpeg(partial(_scene, (1280, 720)), quality=40)
_SNAPSHOT = heic(partial(_scene, (1024, 768)))

FIXTURES = [
    _stop("hero.jpg", "a scene, Pillow", _HERO, _image(1280, 720, "jpeg")),
    _stop(
        "pano.jpg",
        "a scene three times as wide as high, Pillow",
        jpeg(partial(_scene, (3000, 1000)), quality=30),
        _image(3000, 1000, "jpeg"),
        ["GEO002"],
    ),
    _stop(
        "portrait-phone.jpg",
        "stored lying, EXIF orientation 6, Pillow",
        _phone,
        {**_image(1200, 1600, "jpeg"), "orientation": 6},
    ),
    _stop("logo.png", "RGBA, Pillow", png(_logo), {**_image(512, 512, "png"), "has_alpha": True}),
    _stop(
        "icon.png",
        "128×128, Pillow",
        png(partial(gradient, (128, 128))),
        _image(128, 128, "png"),
        ["GEO001", "GEO003"],
    ),
    _stop(
        "screenshot.png",
        "hero.jpg under another name",
        _HERO,
        _image(1280, 720, "jpeg"),
        ["PRB004"],
    ),
    _stop("snapshot.heic", "a scene, pillow-heif", _SNAPSHOT, _image(1024, 768, "heif")),
    _stop(
        "clip-1080p.mp4",
        "1920×1080, 24 fps, 3 s, H.264",
        h264("1920x1080", "24", 72),
        _video(1920, 1080, 24),
        ["GEO004"],
        _IMAGES_ONLY,
    ),
    _stop(
        "clip-vertical.mp4",
        "720×1280, 30 fps, 4 s, H.264",
        h264("720x1280", "30", 120),
        _video(720, 1280, 30),
        (),
        _IMAGES_ONLY,
    ),
    _stop(
        "slow-12fps.mp4",
        "1280×720, 12 fps, 3 s, H.264",
        h264("1280x720", "12", 36),
        _video(1280, 720, 12),
        ["TIM002"],
        _IMAGES_ONLY,
    ),
    _stop(
        "voice.mp3",
        "a tone of 4 s, LAME",
        _voice,
        {"kind": "audio", "container": "mp3"},
        (),
        _IMAGES_ONLY,
    ),
    _stop(
        "voice-too-long.wav",
        "a tone of 20 s, by hand",
        wav(2000, 40_000),
        {"kind": "audio", "container": "wav", "duration_s": "20"},
        ["TIM001"],
        _IMAGES_ONLY,
    ),
]
