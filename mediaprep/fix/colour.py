"""Bring pixels into a mode and a colour space that the result can hold, without shifting a tone.

Profiles are ICC.1 (through littleCMS); relative colorimetric with black point compensation, as
photo editors convert. A profile that does not fit the pixels, or is broken, counts as none.
"""

from __future__ import annotations

import io
from functools import cache

from PIL import Image, ImageCms

from mediaprep.errors import FixFailed
from mediaprep.fix.imageframing import rgb_of

_HELD = {
    "jpeg": {"L", "RGB", "CMYK"},
    "png": {"1", "L", "LA", "I;16", "P", "RGB", "RGBA"},
    "webp": {"RGB", "RGBA"},
    "bmp": {"1", "L", "P", "RGB"},
    "tiff": {"1", "L", "LA", "I;16", "P", "RGB", "RGBA", "CMYK", "LAB"},
    "gif": {"1", "L", "P", "RGB"},
    "heif": {"L", "RGB", "RGBA"},
    "avif": {"L", "RGB", "RGBA"},
}
_UNFILTERED = ("P", "PA", "YCbCr", "HSV", "RGBX", "RGBa", "La")
_SPACES = {"RGB": "RGB", "GRAY": "L", "CMYK": "CMYK", "Lab": "LAB"}
_INTENT = ImageCms.Intent.RELATIVE_COLORIMETRIC
_BLACK_POINT = ImageCms.Flags.BLACKPOINTCOMPENSATION


def has_alpha(picture: Image.Image) -> bool:
    """Whether the picture can have transparent pixels."""
    return picture.has_transparency_data


def scalable(picture: Image.Image, container: str) -> Image.Image:
    """Return a picture that filters can work on: no palette, no bilevel, no odd depth."""
    if picture.mode in ("I;16B", "I;16L", "I;16N", "I", "F"):
        return _deep_gray(picture, keep="I;16" in _HELD[container])
    if picture.mode == "I;16":
        return picture if "I;16" in _HELD[container] else eight_bit(picture)
    if has_alpha(picture) and picture.mode not in ("RGBA", "LA"):
        return picture.convert("LA" if picture.mode in ("1", "L", "La") else "RGBA")
    if picture.mode == "1":
        return picture.convert("L")
    return picture.convert("RGB") if picture.mode in _UNFILTERED else picture


def eight_bit(picture: Image.Image) -> Image.Image:
    """Return 16-bit gray as 8-bit gray, every tone where it belongs."""
    return _stretch(picture.convert("I"), 0.0, 65535.0)


def convert(
    picture: Image.Image, icc: bytes | None, container: str, srgb: bool
) -> tuple[Image.Image, bytes | None]:
    """Return the picture in a mode that `container` holds, and the profile that now describes it.

    With `srgb` that is none. A picture whose mode has to change is converted by its profile too.
    """
    profile, space = _profile(icc)
    if space == "RGB" and picture.mode in ("L", "LA", "I;16") and srgb:
        picture = _colourful(picture)
    fits = profile is not None and _space_of(picture) == space
    outgoing = picture.mode in ("CMYK", "LAB") and (srgb or not _holds(container, picture))
    if fits and profile is not None and (srgb or outgoing):
        picture, fits = _by_profile(picture, profile), False
    elif outgoing:
        picture = _by_profile(picture, _lab()) if picture.mode == "LAB" else picture.convert("RGB")
        fits = False
    return hold(picture, container), icc if fits else None


def hold(picture: Image.Image, container: str) -> Image.Image:
    """Return the picture in a mode that `container` holds; alpha is given up only if opaque."""
    if _holds(container, picture):
        return picture
    if has_alpha(picture):
        picture = picture.convert("RGBA")
        if container == "gif":
            return with_a_hole(picture)
        if "RGBA" in _HELD[container]:
            return picture
        if picture.getchannel("A").getextrema() != (255, 255):
            raise FixFailed(
                f"it has transparent pixels, and {container} cannot hold them",
                "--unsafe-fixes flattens them on --alpha COLOUR",
            )
        return picture.convert("RGB")
    if picture.mode == "I;16":
        picture = eight_bit(picture)
    gray = picture.mode in ("1", "L") and "L" in _HELD[container]
    return picture.convert("L" if gray else "RGB")


def with_a_hole(picture: Image.Image, count: int = 255) -> Image.Image:
    """Return so many colours and one that is transparent, as a GIF can hold them."""
    colours = picture.convert("RGB").quantize(count)
    colours.paste(count, mask=picture.getchannel("A").point(lambda alpha: 255 * (alpha < 128)))
    colours.info = {"transparency": count}
    return colours


def flatten(picture: Image.Image, colour: str) -> Image.Image:
    """Put a colour behind transparent pixels."""
    if not has_alpha(picture):
        return picture
    picture = picture.convert("RGBA")
    ground = Image.new("RGB", picture.size, rgb_of(colour))
    ground.paste(picture, mask=picture.getchannel("A"))
    return ground


def to_srgb(picture: Image.Image, icc: bytes | None) -> Image.Image:
    """Return the picture as anyone sees it on an sRGB screen, as RGB or RGBA."""
    picture, _ = convert(scalable(picture, "webp"), icc, "webp", srgb=True)
    return picture


def _holds(container: str, picture: Image.Image) -> bool:
    return picture.mode in _HELD[container] and not (
        has_alpha(picture) and picture.mode not in ("RGBA", "LA") and container in ("jpeg", "bmp")
    )


def _colourful(picture: Image.Image) -> Image.Image:
    if picture.mode == "I;16":
        picture = eight_bit(picture)
    return picture.convert("RGBA" if picture.mode == "LA" else "RGB")


def _space_of(picture: Image.Image) -> str:
    return {"RGBA": "RGB", "L": "GRAY", "LA": "GRAY", "I;16": "GRAY", "LAB": "Lab"}.get(
        picture.mode, picture.mode
    )


def _profile(icc: bytes | None) -> tuple[ImageCms.ImageCmsProfile | None, str]:
    if not icc:
        return None, ""
    try:
        profile = ImageCms.ImageCmsProfile(io.BytesIO(icc))
    except (OSError, ImageCms.PyCMSError):
        return None, ""
    return profile, profile.profile.xcolor_space.strip()


def _by_profile(picture: Image.Image, profile: ImageCms.ImageCmsProfile) -> Image.Image:
    if picture.mode == "I;16":
        picture = eight_bit(picture)
    gray = picture.mode in ("L", "LA")
    alpha = picture.getchannel("A") if picture.mode in ("RGBA", "LA") else None
    colours = picture
    if alpha is not None:
        colours = picture.getchannel("L") if gray else picture.convert("RGB")
    try:
        transform = ImageCms.buildTransform(
            profile, _srgb(), colours.mode, "RGB", _INTENT, _BLACK_POINT
        )
        made = ImageCms.applyTransform(colours, transform)
    except ImageCms.PyCMSError as error:
        raise FixFailed(f"its colour profile cannot be applied: {error}") from None
    assert made is not None
    if gray:  # red, green and blue are alike
        made = made.getchannel("G")
    if alpha is not None:
        made.putalpha(alpha)
    return made


@cache
def _srgb() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB"))


@cache
def _lab() -> ImageCms.ImageCmsProfile:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))


def _deep_gray(picture: Image.Image, keep: bool) -> Image.Image:
    if picture.mode == "F":
        low, high = _extrema(picture)
        if low >= 0 and high <= 1:
            return _stretch(picture, 0.0, 1.0)
        return _stretch(picture, *((0.0, 255.0) if low >= 0 and high <= 255 else (low, high)))
    if picture.mode.startswith("I;16"):
        return picture.convert("I").convert("I;16") if keep else eight_bit(picture)
    low, high = _extrema(picture)
    if low >= 0 and high <= 65535:
        if high <= 255:
            return _stretch(picture, 0.0, 255.0)
        return picture.convert("I;16") if keep else _stretch(picture, 0.0, 65535.0)
    return _stretch(picture, low, high)


def _stretch(picture: Image.Image, low: float, high: float) -> Image.Image:
    """Map low to black and high to white; a single tone stays where it is clipped to."""
    scale = 255.0 / (high - low) if high > low else 1.0
    offset = 0.5 - low * scale
    return picture.convert("F").point(lambda value: value * scale + offset).convert("L")


def _extrema(picture: Image.Image) -> tuple[float, float]:
    low, high = picture.getextrema()
    assert isinstance(low, int | float)
    assert isinstance(high, int | float)
    return float(low), float(high)
