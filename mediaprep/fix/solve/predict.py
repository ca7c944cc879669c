"""Predict how many bytes a recipe's result has, and bound what it takes at the very least."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.fix.recipe import AudioRecipe, ImageRecipe, Mode, Recipe
from mediaprep.fix.solve.containers import PICTURES
from mediaprep.model import MediaInfo

# Bytes a pixel, or a pixel and frame. Typical ones are of photographs and phone clips at the
# quality that is aimed at; the least ones are where quality would no longer be worth sending.
_TYPICAL = {"jpeg": 0.4, "webp": 0.3, "heif": 0.25, "avif": 0.2, "png": 1.6, "gif": 0.7}
_LEAST_LOSSY = Fraction(1, 20)
_LEAST_CLIP = Fraction(1, 1000)
_TYPICAL_CLIP = 0.015
_HEADERS = 2_000
_TELLING = 10_000  # pixels; smaller pictures are mostly headers
_RATE, _CHANNELS, _FPS = 48_000, 2, 30  # where the file does not say
_AAC_BYTES, _MP3_BYTES = 24_000, 24_000  # a second, two channels
_LEAST_SOUND = 4_000


def predict_bytes(info: MediaInfo, recipe: Recipe, expected: MediaInfo) -> int | None:
    """Predict the size of what a recipe makes; that of the source where nothing can be said."""
    size = info.size_bytes
    if isinstance(recipe, ImageRecipe):
        if not recipe.encode:
            return size
        predicted = picture_bytes(info, recipe.container, expected)
    elif recipe.mode is not Mode.ENCODE:
        return _share(size, info.duration_s, expected.duration_s)
    elif expected.duration_s is None:
        return size
    elif isinstance(recipe, AudioRecipe):
        predicted = sound_bytes(recipe.container, expected, expected.duration_s)
    else:
        predicted = _clip_bytes(expected, expected.duration_s)
    return predicted if recipe.max_bytes is None else min(predicted, recipe.max_bytes)


def picture_bytes(info: MediaInfo, container: str, expected: MediaInfo) -> int:
    """Predict the size of a picture in a format; exact for BMP, and for TIFF an upper bound."""
    width, height = expected.width or 0, expected.height or 0
    frames, pixels = expected.frames or 1, width * height
    if container == "bmp":
        return 54 + height * (width * 3 + 3 & ~3)
    if container == "tiff":
        return _HEADERS + frames * pixels * (4 if expected.has_alpha else 3)
    each = _own_share(info, container) or _TYPICAL[container]
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
    """Return the bytes a pixel that a picture takes in its own format, 0 where that says little."""
    pixels = (info.width or 0) * (info.height or 0) * (info.frames or 1)
    if info.container != container or pixels < _TELLING or not info.size_bytes:
        return 0.0
    return info.size_bytes / pixels


def most_clip_pixels(max_bytes: int, frames: Fraction, seconds: Fraction) -> int:
    """Return how many pixels a clip's frames may have for a byte limit to be within reach."""
    room = max_bytes - _HEADERS - seconds * _LEAST_SOUND
    return int(room / (_LEAST_CLIP * frames)) if room > 0 and frames else 0


def sound_bytes(container: str, expected: MediaInfo, seconds: Fraction) -> int:
    """Predict the size of a sound as MP3 or 16-bit WAV; exact where rate and channels are."""
    if container == "wav":
        rate, channels = expected.sample_rate or _RATE, expected.channels or _CHANNELS
        return 44 + 2 * channels * round(seconds * rate)
    return _HEADERS + round(seconds * _MP3_BYTES)


def least_sound_bytes(seconds: Fraction) -> int:
    """Return what a sound takes as MP3 at the very least."""
    return _HEADERS + round(seconds * _LEAST_SOUND)


def _clip_bytes(expected: MediaInfo, seconds: Fraction) -> int:
    pixels = (expected.width or 0) * (expected.height or 0)
    picture = pixels * float(expected.fps or _FPS) * _TYPICAL_CLIP
    sound = _AAC_BYTES if expected.audio_tracks else 0
    return _HEADERS + round(float(seconds) * (picture + sound))


def _share(size: int | None, whole: Fraction | None, part: Fraction | None) -> int | None:
    return size if size is None or not whole or part is None else round(size * part / whole)
