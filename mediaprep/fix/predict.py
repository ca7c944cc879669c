"""Predict how many bytes a recipe's result has, and bound what it takes at the very least."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.fix.containers import PICTURES
from mediaprep.fix.recipe import AudioRecipe, ImageRecipe, Mode, Recipe
from mediaprep.model import MediaInfo

# Bytes a pixel, or a pixel and frame. Typical ones are of photographs and phone clips at the
# quality that is aimed at; the least ones are where quality would no longer be worth sending.
_TYPICAL = {"jpeg": 0.4, "webp": 0.3, "heif": 0.25, "avif": 0.2, "png": 1.6, "gif": 0.7}
_LEAST_LOSSY = Fraction(1, 20)
_LEAST_CLIP = Fraction(1, 1000)
_TYPICAL_CLIP = 0.015
_HEADERS = 2_000
_AAC_BYTES, _MP3_BYTES = 24_000, 24_000  # a second, two channels
_LEAST_SOUND = 4_000


def predict_bytes(info: MediaInfo, recipe: Recipe, expected: MediaInfo) -> int | None:
    """Predict the size of what a recipe makes; None where nothing can be said."""
    size = info.size_bytes
    if isinstance(recipe, ImageRecipe):
        if not recipe.encode:
            return size
        predicted = picture_bytes(info, recipe.container, expected)
    elif recipe.mode in (Mode.RENAME, Mode.REMUX):
        return size
    elif recipe.mode is Mode.CUT:
        return _share(size, info.duration_s, expected.duration_s)
    elif isinstance(recipe, AudioRecipe):
        predicted = sound_bytes(recipe.container, expected)
    else:
        predicted = _clip_bytes(expected)
    most = recipe.max_bytes
    if predicted is None or most is None:
        return predicted
    return min(predicted, most)


def picture_bytes(info: MediaInfo, container: str, expected: MediaInfo) -> int:
    """Predict the size of a picture in a format; exact for BMP, and for TIFF an upper bound."""
    width, height = expected.width or 0, expected.height or 0
    frames, pixels = expected.frames or 1, width * height
    if container == "bmp":
        return 54 + height * (width * 3 + 3 & ~3)
    if container == "tiff":
        return _HEADERS + frames * pixels * (4 if expected.has_alpha else 3)
    each = _TYPICAL[container]
    source = (info.width or 0) * (info.height or 0) * (info.frames or 1)
    if info.container == container and source and info.size_bytes:
        each = info.size_bytes / source
    return _HEADERS + round(each * pixels * frames)


def most_pixels(info: MediaInfo, container: str, max_bytes: int, frames: int) -> int:
    """Return how many pixels a picture may have for a byte limit to be within reach."""
    room = max(0, max_bytes - _HEADERS)
    if container == "bmp":
        return room // 4
    if container == "tiff":
        return room // (4 * frames)
    if PICTURES[container].lossy:
        return int(room / (_LEAST_LOSSY * frames))
    # A quarter is kept back: what is scaled down has finer detail to a pixel.
    each = max(_TYPICAL[container], _own_share(info, container)) * 1.25
    return int(room / (each * frames))


def _own_share(info: MediaInfo, container: str) -> float:
    pixels = (info.width or 0) * (info.height or 0) * (info.frames or 1)
    if info.container != container or not pixels or not info.size_bytes:
        return 0.0
    return info.size_bytes / pixels


def most_clip_pixels(max_bytes: int, frames: Fraction, seconds: Fraction) -> int:
    """Return how many pixels a clip's frames may have for a byte limit to be within reach."""
    room = max_bytes - _HEADERS - seconds * _LEAST_SOUND
    return int(room / (_LEAST_CLIP * frames)) if room > 0 and frames else 0


def sound_bytes(container: str, expected: MediaInfo) -> int | None:
    """Predict the size of a sound as 16-bit WAV (exact) or as MP3; None for an unknown length."""
    seconds = expected.duration_s
    if seconds is None:
        return None
    if container == "wav":
        if expected.sample_rate is None or expected.channels is None:
            return None
        return 44 + 2 * expected.channels * round(seconds * expected.sample_rate)
    return _HEADERS + round(seconds * _MP3_BYTES)


def least_sound_bytes(seconds: Fraction) -> int:
    """Return what a sound takes as MP3 at the very least."""
    return _HEADERS + round(seconds * _LEAST_SOUND)


def _clip_bytes(expected: MediaInfo) -> int | None:
    seconds, fps = expected.duration_s, expected.fps
    if seconds is None or fps is None:
        return None
    pixels = (expected.width or 0) * (expected.height or 0)
    sound = _AAC_BYTES if expected.audio_tracks else 0
    return _HEADERS + round(float(seconds) * (pixels * float(fps) * _TYPICAL_CLIP + sound))


def _share(size: int | None, whole: Fraction | None, part: Fraction | None) -> int | None:
    return None if size is None or not whole or part is None else round(size * part / whole)
