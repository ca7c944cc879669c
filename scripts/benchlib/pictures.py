"""Distinct encodes of pictures, each of which `benchlib.corpus` turns into many different files."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from typing import Any

import pillow_heif
from PIL import Image, ImageCms, ImageDraw

# Long sides in pixels: a tenth below 454, half below 1172, a tenth above 3000.
SIDES = (320, 454, 640, 800, 1024, 1172, 1400, 1600, 2048, 2400, 3000, 4000)
SHAPES = ((4, 3), (3, 2), (16, 9), (1, 1), (2, 3), (3, 4))


def photo(rng: random.Random, width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Make something that compresses about as a photograph does: soft shapes with some grain."""
    grain = max(width // 24, 2), max(height // 24, 2)
    soft = Image.frombytes("RGB", grain, rng.randbytes(grain[0] * grain[1] * 3))
    image = soft.resize((width, height), Image.Resampling.BICUBIC)
    if width * height < 2_000_000:
        noise = Image.effect_noise((width, height), 24).convert("RGB")
        image = Image.blend(image, noise, 0.12)
    return image.convert(mode)


def screen(rng: random.Random, width: int, height: int, mode: str = "RGB") -> Image.Image:
    """Make something that compresses as a screenshot does: flat boxes and rows of marks."""
    image = Image.new("RGB", (width, height), (246, 247, 249))
    draw = ImageDraw.Draw(image)
    for _ in range(40):
        x, y = rng.randrange(width), rng.randrange(height)
        shade = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        draw.rectangle([x, y, x + width // 6, y + height // 12], fill=shade)
    for y in range(8, height, 18):
        for x in range(12, width, rng.randrange(7, 13)):
            draw.line([x, y, x + rng.randrange(1, 6), y + 8], fill=(40, 40, 40))
    return image.convert(mode)


def sizes(rng: random.Random, count: int, largest: int = 4000) -> list[tuple[int, int]]:
    """Spread `count` sizes over the sides and shapes."""
    sides = [side for side in SIDES if side <= largest]
    chosen = [sides[n * len(sides) // count] for n in range(count)]
    out = []
    for side in chosen:
        across, down = rng.choice(SHAPES)
        long = max(across, down)
        out.append((max(side * across // long, 40), max(side * down // long, 40)))
    return out


def encode(image: Image.Image, form: str, **options: Any) -> bytes:
    """Write a picture as `form` into memory."""
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def srgb() -> bytes:
    """Return an sRGB profile."""
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def jpegs(rng: random.Random) -> Iterator[bytes]:
    """Baseline, progressive, gray and CMYK; the last is of 48 megapixels."""
    for n, size in enumerate(sizes(rng, 24)):
        mode = {7: "L", 15: "CMYK"}.get(n, "RGB")
        yield encode(photo(rng, *size, mode), "JPEG", quality=85, progressive=n % 3 == 0)
    yield encode(photo(rng, 8000, 6000), "JPEG", quality=85)


def pngs(rng: random.Random) -> Iterator[bytes]:
    """Screens, a few photographs, palettes, alpha and 16 bits."""
    for n, size in enumerate(sizes(rng, 16)):
        mode = ("RGB", "RGBA", "P", "L")[n % 4]
        draw = photo if n % 5 == 0 and size[0] < 1500 else screen
        yield encode(draw(rng, *size, mode), "PNG")
    yield encode(Image.new("I;16", (1024, 768), 30_000), "PNG")


def webps(rng: random.Random) -> Iterator[bytes]:
    """Lossy and lossless, half of them with EXIF, one an animation."""
    for n, size in enumerate(sizes(rng, 12, 3000)):
        extra = {"exif": exif(rng)} if n % 2 else {}
        draw = screen if n % 4 == 0 else photo
        yield encode(draw(rng, *size), "WEBP", lossless=n % 4 == 0, method=2, **extra)
    first, *rest = [screen(rng, 480, 360) for _ in range(6)]
    yield encode(first, "WEBP", save_all=True, append_images=rest, duration=100)


def tiffs(rng: random.Random) -> Iterator[bytes]:
    """LZW, deflate and plain, in three colour modes."""
    for n, size in enumerate(sizes(rng, 9, 1600)):
        coded = ("tiff_lzw", "tiff_adobe_deflate", None)[n % 3]
        mode = ("RGB", "L", "CMYK")[n // 3]
        yield encode(photo(rng, *size, mode), "TIFF", compression=coded)


def heics(rng: random.Random) -> Iterator[bytes]:
    """HEVC stills, every other one turned by its container."""
    pillow_heif.register_heif_opener()
    for n, size in enumerate(sizes(rng, 8, 3000)):
        extra = {"exif": exif(rng, 6)} if n % 2 else {}
        yield encode(photo(rng, *size), "HEIF", quality=50, **extra)


def gifs(rng: random.Random) -> Iterator[bytes]:
    """Stills and short animations."""
    for n, size in enumerate(sizes(rng, 6, 1024)):
        first, *rest = [screen(rng, *size, "P") for _ in range(1 + n % 2 * 5)]
        more = {"save_all": True, "append_images": rest, "duration": 80} if rest else {}
        yield encode(first, "GIF", **more)


def bmps(rng: random.Random) -> Iterator[bytes]:
    """24 and 8 bits a pixel."""
    for n, size in enumerate(sizes(rng, 6, 1172)):
        yield encode(photo(rng, *size, "RGB" if n % 2 else "L"), "BMP")


def exif(rng: random.Random, orientation: int | None = None) -> bytes:
    """Make a camera's EXIF block, sometimes with a maker note of up to 60 KB."""
    block = Image.Exif()
    block[0x010F], block[0x0110] = "Maker", f"Model {rng.randrange(9)}"
    block[0x0112] = orientation or rng.choice((1, 1, 1, 3, 6, 8))
    block[0x0132] = "2026:01:02 03:04:05"
    shot: dict[int, Any] = {0x829A: 0.004, 0x829D: 2.8, 0x8827: 200, 0x920A: 26.0}
    shot[0x927C] = rng.randbytes(rng.choice((0, 0, 2_000, 12_000, 60_000)))
    block.get_ifd(0x8769).update(shot)
    if rng.random() < 0.3:
        block.get_ifd(0x8825).update({1: "N", 2: (1.0, 2.0, 3.0), 3: "E", 4: (4.0, 5.0, 6.0)})
    return block.tobytes()
