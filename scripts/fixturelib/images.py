"""Images, each named for the fact it shows."""

from __future__ import annotations

from functools import partial

from fixturelib.handmade import display_p3, gif_bomb, top_down_bmp
from fixturelib.pixels import (
    Size,
    animation,
    arrow,
    encode,
    exif,
    flat,
    gradient,
    heic,
    jpeg,
    png,
    stored_for,
    two_tone,
)
from fixturelib.recipe import Fact, Fixture, picture

_ORIENTATION, _MAKE, _GPS_NORTH = (
    0x0112,
    0x010F,
    {1: "N", 2: (0.0, 0.0, 0.0), 3: "E", 4: (0.0, 0.0, 0.0)},
)


def _sized(size: Size, **more: Fact) -> dict[str, Fact]:
    return {"width": size[0], "height": size[1], **more}


def _edge(path: str, size: Size, codes: tuple[str, ...], open_ends: tuple[str, ...]) -> Fixture:
    """A picture of one exact size: what matters is which side of the limit it is on."""
    width, height = size
    made = f"{width}×{height}, two colours, Pillow"
    save = (
        png(partial(two_tone, size))
        if path.endswith("png")
        else jpeg(partial(flat, size, "L", 120))
    )
    return picture(path, made, save, _sized(size), codes, open_ends=open_ends)


EDGES = [
    _edge("width-299.png", (299, 400), ("GEO001",), ("GEO001",)),
    _edge("width-300.png", (300, 400), (), ("GEO001",)),
    _edge("width-301.png", (301, 400), (), ()),
    _edge("width-5999.png", (5999, 2500), (), ()),
    _edge("width-6000.png", (6000, 2500), (), ("GEO001",)),
    _edge("width-6001.png", (6001, 2500), ("GEO001",), ("GEO001",)),
    _edge("height-299.png", (400, 299), ("GEO003",), ("GEO003",)),
    _edge("height-300.png", (400, 300), (), ("GEO003",)),
    _edge("height-6001.png", (2500, 6001), ("GEO003",), ("GEO003",)),
    _edge("aspect-0.39.png", (390, 1000), ("GEO002",), ("GEO002",)),
    _edge("aspect-0.40.png", (400, 1000), (), ("GEO002",)),
    _edge("aspect-2.49.jpg", (996, 400), (), ()),
    _edge("aspect-2.50.jpg", (1000, 400), (), ("GEO002",)),
    _edge("aspect-2.51.jpg", (1004, 400), ("GEO002",), ("GEO002",)),
]


def _oriented(orientation: int) -> Fixture:
    upright = (320, 400)
    stored = (400, 320) if orientation > 4 else upright
    facts = _sized(upright, coded_width=stored[0], coded_height=stored[1], orientation=orientation)
    return picture(
        f"exif-orientation-{orientation}.jpg",
        f"an arrow that points up once EXIF orientation {orientation} is applied, Pillow",
        jpeg(partial(stored_for, orientation, upright), exif=exif({_ORIENTATION: orientation})),
        facts,
    )


ORIENTED = [
    *(_oriented(n) for n in range(1, 9)),
    picture(
        "rotated-and-too-narrow.jpg",
        "240×320 once EXIF orientation 6 is applied: too small turned or not, Pillow",
        jpeg(partial(stored_for, 6, (240, 320)), exif=exif({_ORIENTATION: 6})),
        _sized((240, 320), coded_width=320, coded_height=240),
        ["GEO001"],
    ),
]


def _exif_that_lies() -> bytes:
    block = exif({0x0100: 4000, 0x0101: 3000, 0xA002: 4000, 0xA003: 3000})
    return jpeg(partial(flat, (640, 480)), exif=block)()


METADATA = [
    picture(
        "exif-lies-about-size.jpg",
        "EXIF claims 4000×3000, the frame header says 640×480, Pillow",
        _exif_that_lies,
        _sized((640, 480), container="jpeg"),
    ),
    picture(
        "gps.jpg",
        "EXIF with a GPS position of 0°N 0°E, Pillow",
        jpeg(partial(flat, (640, 480)), exif=exif({_MAKE: "Fixture"}, _GPS_NORTH)),
        _sized((640, 480), orientation=1),
    ),
    picture(
        "display-p3.jpg",
        "a hand-made Display P3 profile, Pillow",
        lambda: jpeg(partial(flat, (640, 480)), icc_profile=display_p3())(),
        _sized((640, 480), icc="Display P3"),
    ),
    picture(
        "heic-rotated.heic",
        "stored 640×400, turned by irot, pillow-heif",
        heic(partial(stored_for, 6, (400, 640)), exif=exif({_ORIENTATION: 6})),
        _sized((400, 640), container="heif", coded_width=640, coded_height=400),
    ),
]


def _saved(form: str, mode: str, color: object, size: Size = (400, 300)) -> bytes:
    return encode(flat(size, mode, color), form)


MODES = [
    picture(
        "png-with-alpha.png",
        "RGBA, half transparent, Pillow",
        png(partial(flat, (400, 320), "RGBA", (58, 110, 165, 128))),
        _sized((400, 320), has_alpha=True, bit_depth=8),
    ),
    picture(
        "palette-with-transparency.png",
        "two palette entries, the first transparent (tRNS), Pillow",
        png(partial(two_tone, (400, 320)), transparency=0),
        _sized((400, 320), has_alpha=True, color_mode="palette"),
    ),
    picture(
        "cmyk.jpg",
        "four inks, Pillow",
        jpeg(partial(flat, (400, 320), "CMYK", (200, 90, 20, 0))),
        _sized((400, 320), color_mode="cmyk", has_alpha=False),
    ),
    picture(
        "gray-16bit.png",
        "16 bits of gray, Pillow",
        png(partial(flat, (400, 320), "I;16", 30_000)),
        _sized((400, 320), color_mode="gray", bit_depth=16),
    ),
    picture(
        "lab.tif",
        "CIE L*a*b*, deflate, Pillow",
        lambda: encode(
            flat((400, 320), "LAB", (120, 130, 90)), "TIFF", compression="tiff_adobe_deflate"
        ),
        _sized((400, 320), container="tiff", color_mode="lab"),
    ),
    picture(
        "bigtiff.tif",
        "BigTIFF with 64-bit offsets, deflate, Pillow",
        lambda: encode(flat((400, 320)), "TIFF", big_tiff=True, compression="tiff_adobe_deflate"),
        _sized((400, 320), container="tiff", frames=1),
    ),
    picture(
        "top-down.bmp",
        "one bit a pixel, height stored as −320, by hand",
        partial(top_down_bmp, 400, 320),
        _sized((400, 320), container="bmp", coded_height=320),
    ),
]

MOVING = [
    picture(
        f"animated.{extension}",
        f"three frames, {name}, Pillow",
        animation((400, 320), form),
        _sized((400, 320), container=container, frames=3),
    )
    for extension, name, form, container in (
        ("gif", "GIF89a", "GIF", "gif"),
        ("webp", "VP8X with ANMF", "WEBP", "webp"),
        ("png", "APNG", "PNG", "png"),
    )
]

ODD = [
    picture(
        "panorama-3000x1000.jpg",
        "a gradient three times as wide as high, Pillow",
        jpeg(partial(gradient, (3000, 1000)), quality=30),
        _sized((3000, 1000), aspect=3.0, pixels=3_000_000),
        ["GEO002"],
    ),
    picture(
        "png-named-as.jpg",
        "a healthy PNG under a JPEG's name, Pillow",
        png(partial(arrow, (400, 320))),
        _sized((400, 320), container="png"),
        ["PRB004"],
    ),
    picture(
        "canvas-of-2.4-gigapixels.gif",
        "132 bytes that claim a canvas of 49,000×49,000, by hand",
        gif_bomb,
        _sized((49_000, 49_000), size_bytes=132, pixels=2_401_000_000),
        ["GEO001", "GEO003"],
    ),
]

FIXTURES = [*EDGES, *ORIENTED, *METADATA, *MODES, *MOVING, *ODD]
