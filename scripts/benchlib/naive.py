"""The checker that one would write in an afternoon: Pillow for images, PyAV for the rest, JSON out.

It spares itself the dearest mistakes: no `getexif()` on PNG, which would decode the picture, and
no decoding elsewhere.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

import av
import pillow_heif
from PIL import Image

_IMAGES = (".jpg", ".png", ".webp", ".tif", ".heic", ".gif", ".bmp")


def picture(path: str) -> dict[str, Any]:
    """Read size, mode, frames, orientation and whether there is a profile."""
    with Image.open(path) as image:
        orientation = 1 if image.format == "PNG" else image.getexif().get(0x0112, 1)
        frames = getattr(image, "n_frames", 1)
        width, height = image.size
        shape = {"width": width, "height": height, "mode": image.mode}
        return {
            **shape,
            "frames": frames,
            "orientation": orientation,
            "icc": "icc_profile" in image.info,
        }


def stream(path: str) -> dict[str, Any]:
    """Read size, rate, codecs and duration."""
    with av.open(path) as container:
        found: dict[str, Any] = {"duration": (container.duration or 0) / 1e6}
        for track in container.streams.video:
            found |= {"width": track.width, "height": track.height, "codec": track.codec.name}
            found["fps"] = str(track.average_rate)
        for sound in container.streams.audio:
            found |= {"audio": sound.codec.name, "rate": sound.rate, "channels": sound.channels}
        return found


def main(root: str) -> None:
    """Print one JSON list of what every file below `root` measures."""
    pillow_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = None
    out = []
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)
            read = picture if name.endswith(_IMAGES) else stream
            out.append({"path": path, "size": os.path.getsize(path), **read(path)})
    print(json.dumps(out))


if __name__ == "__main__":
    main(sys.argv[1])
