"""What the picture libraries that are installed here can read and write."""

from __future__ import annotations

from PIL import __version__ as pillow_version
from PIL import features

# Pillow's name of a codec -> the format that needs it.
_CODECS = {"jpg": "JPEG", "zlib": "PNG", "webp": "WebP", "libtiff": "TIFF", "avif": "AVIF"}


def pillow() -> tuple[str, list[str]]:
    """Return Pillow's version, and the formats that it was built without."""
    return pillow_version, [form for codec, form in _CODECS.items() if not features.check(codec)]


def heif() -> tuple[str, bool, bool]:
    """Return the version of libheif, and whether it decodes and encodes HEVC.

    Raises ImportError where the library does not load.
    """
    import pillow_heif

    about = pillow_heif.libheif_info()
    return about["libheif"], bool(about.get("decoders")), bool(about.get("encoders"))
