"""Decode every frame of a picture with Pillow, held to the one format that the sniffer named."""

from __future__ import annotations

import importlib
import re
import time
from typing import BinaryIO

import pillow_heif
from PIL import Image, ImageFile, UnidentifiedImageError

from mediaprep.engine.decode import NOT_THE_FILES_FAULT, Decoded
from mediaprep.engine.decode.formats import ALBUMS, MAX_PIXELS, OPENERS
from mediaprep.engine.isolate import overheard
from mediaprep.model import Fault

try:
    from mediaprep.engine.decode.av import jpeg_breaks
except ImportError:  # PyAV comes with the extra [deep]
    jpeg_breaks = None  # type: ignore[assignment]


MAX_FRAMES = 500
_LIBTIFF_ERROR = re.compile(r"^\w*(?:Decode|FillStrip|FillTile)\w*: .+", re.MULTILINE)

# Pillow loads its plugins when a picture asks for one, when a worker can no longer load anything.
Image.preinit()
for _plugin in ("Avif", "Mpo", "Tiff", "WebP"):
    importlib.import_module(f"PIL.{_plugin}ImagePlugin")
pillow_heif.register_heif_opener(thumbnails=False, decode_threads=1)
Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow warns at this and refuses at twice as many
ImageFile.LOAD_TRUNCATED_IMAGES = False


def decode(file: BinaryIO, container: str, seconds: float) -> Decoded:
    """Load all frames, at most `MAX_FRAMES` of them and for at most `seconds`."""
    found = Decoded()
    overheard()
    try:
        with Image.open(file, formats=OPENERS[container]) as picture:
            found.width, found.height = picture.size
            _load_frames(picture, found, time.monotonic() + seconds)
    except NOT_THE_FILES_FAULT:
        raise
    except Image.DecompressionBombError as error:
        found.faults.append((Fault.TOO_COSTLY.value, f"not decoded: {error}"))
    except UnidentifiedImageError:
        found.faults.append((Fault.UNDECODABLE.value, f"Pillow cannot decode it as {container}"))
    except Exception as error:  # noqa: BLE001  Pillow's plugins raise whatever they stumble over
        found.faults.append((Fault.UNDECODABLE.value, f"Pillow cannot decode it: {_reason(error)}"))
    else:
        found.faults += _unnoticed(file, container)
    return found


def _load_frames(picture: Image.Image, found: Decoded, deadline: float) -> None:
    if picture.format in ALBUMS:
        picture.load()
        return
    total = getattr(picture, "n_frames", 1)
    for number in range(total):
        if number == MAX_FRAMES or time.monotonic() > deadline:
            found.note = f"the first {number} of {total} frames were decoded"
            return
        picture.seek(number)
        picture.load()
        found.frames = number + 1
    if getattr(picture, "default_image", False):  # of an APNG: not one of its frames
        found.frames = total - 1


def _unnoticed(file: BinaryIO, container: str) -> list[tuple[str, str]]:
    """Return the damage that Pillow paints over: bad fax codes in TIFF, holes in JPEG."""
    if container == "tiff" and (complaint := _LIBTIFF_ERROR.search(overheard())):
        reason = f"libtiff cannot decode all of it: {complaint[0][:200]}"
    elif container == "jpeg" and jpeg_breaks is not None and (broken := jpeg_breaks(file)):
        reason = f"ffmpeg finds the coded picture broken: {broken}"
    else:
        return []
    return [(Fault.UNDECODABLE.value, reason)]


def _reason(error: Exception) -> str:
    text = str(error).strip() or "no reason given"
    return text if isinstance(error, OSError | SyntaxError) else f"{type(error).__name__}: {text}"
