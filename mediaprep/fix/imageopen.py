"""Open a picture with the decoder of its sniffed format alone, and turn every failure into words.

Pillow's plugins and ImageCms are loaded here, as a worker that is shut in can load nothing more.
"""

from __future__ import annotations

import contextlib
import importlib
from collections.abc import Iterator
from functools import cache
from typing import BinaryIO

from PIL import Image, ImageFile, UnidentifiedImageError

from mediaprep.engine.decode.formats import ALBUMS, MAX_PIXELS, OPENERS
from mediaprep.errors import FixFailed

MAX_FRAMES = 2000
_LONGEST = 200  # characters of what a decoder says

Image.preinit()
for _plugin in ("Avif", "Mpo", "Tiff", "WebP"):
    importlib.import_module(f"PIL.{_plugin}ImagePlugin")
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow warns at this and refuses at twice as many
ImageFile.LOAD_TRUNCATED_IMAGES = False


@contextlib.contextmanager
def failing_as(what: str) -> Iterator[None]:
    """Turn whatever a plugin stumbles over into `FixFailed`: `what`, then its own words."""
    try:
        yield
    except (FixFailed, MemoryError):
        raise
    except Exception as error:
        raise FixFailed(f"{what}: {_words(error)}") from error


@cache
def know_heif() -> None:
    """Teach Pillow HEIF; the library is large, and most pictures are something else."""
    import pillow_heif

    pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)


@contextlib.contextmanager
def opened(source: BinaryIO, container: str) -> Iterator[Image.Image]:
    """Open a picture without decoding it yet."""
    if container not in OPENERS:
        raise FixFailed(f"no decoder for {container or 'its content'}")
    if "HEIF" in OPENERS[container]:
        know_heif()
    with failing_as(f"it cannot be opened as {container}"):
        try:
            picture = Image.open(source, formats=OPENERS[container])
        except UnidentifiedImageError:
            raise FixFailed(f"it cannot be decoded as {container}") from None
        except Image.DecompressionBombError as error:
            raise FixFailed(f"not decoded: {error}") from None
    with picture:
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise FixFailed(f"not decoded: {width}×{height} is {width * height:,} pixels")
        yield picture


def frame_numbers(picture: Image.Image, chosen: int | None, animate: bool) -> list[int]:
    """Return which frames to decode: the chosen one, all of an animation, or the first."""
    total = 1 if picture.format in ALBUMS else getattr(picture, "n_frames", 1)
    if total == 1:
        return [picture.tell()]  # of an album, its main picture
    hidden = int(getattr(picture, "default_image", False))  # of an APNG: not one of its frames
    if chosen is not None and not 0 <= chosen < total - hidden:
        raise FixFailed(f"it has no frame {chosen}: the last of {total - hidden} is the highest")
    if chosen is not None or not animate:
        return [hidden + (chosen or 0)]
    if total > MAX_FRAMES:
        raise FixFailed(f"it has {total:,} frames; at most {MAX_FRAMES:,} are encoded anew")
    return list(range(total))


def _words(error: Exception) -> str:
    text = (str(error).strip() or "no reason given")[:_LONGEST]
    return text if isinstance(error, OSError | SyntaxError) else f"{type(error).__name__}: {text}"
