"""Give up colours of a GIF, which knows no quality, until it fits a number of bytes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PIL import Image

from mediaprep.fix import colour

_COUNTS = (128, 64, 32, 16, 8)


def fewer_colours(
    frames: Sequence[Image.Image], limit: int, save: Callable[[list[Image.Image]], bytes]
) -> bytes | None:
    """Return the file with most colours that has at most `limit` bytes, None if there is none.

    Size and frames stay; colours are not mixed from dots, which would take more bytes again.
    """
    for count in _COUNTS:
        data = save([_with(frame, count) for frame in frames])
        if len(data) <= limit:
            return data
    return None


def _with(frame: Image.Image, count: int) -> Image.Image:
    if colour.has_alpha(frame):
        return colour.with_a_hole(frame.convert("RGBA"), count - 1)
    return frame.convert("RGB").quantize(count, dither=Image.Dither.NONE)
