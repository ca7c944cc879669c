"""Predict how many bytes a recipe's result has, and bound what it takes at the very least."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.fix.recipe import AudioRecipe, ImageRecipe, Mode, Recipe, VideoRecipe
from mediaprep.fix.solve.containers import PICTURES
from mediaprep.model import MediaInfo

# Bytes a pixel, or a pixel and frame. Typical ones are of photographs and phone clips at the
# quality that is aimed at; the least ones are what noise takes at the worst, or where quality would
# no longer be worth sending; the most are what grainy photographs take without loss.
_TYPICAL = {"jpeg": 0.4, "webp": 0.3, "heif": 0.25, "avif": 0.2, "png": 1.6, "gif": 0.7}
_PLAIN = frozenset({"bmp", "tiff"})
_LEAST_LOSSY = {"jpeg": 0.12, "webp": 0.18, "heif": 0.05, "avif": 0.05}
_MOST_LOSSLESS = {"png": 2.4, "gif": 1.4}
_FINER = 1.5  # times the bytes a pixel of what was scaled down: its detail is finer
_SMOOTHER = 3  # times those of few colours, which scaling mixes to many
_FEW_COLOURS = frozenset({"palette", "bilevel"})
_LEAST_CLIP = Fraction(1, 1000)
_TYPICAL_CLIP = 0.03  # where nothing is known of the source
# Fitted to clips of many makers: a source's own bytes, twice of them as quality is aimed at, more
# to a pixel as there are fewer of them, and hardly ever more than the last number.
_OWN_CLIP, _DENSE_CLIP, _MOST_CLIP = 2.0, 4.0, 0.06
_DENSE = frozenset({"hevc", "vp9", "av1"})
SPREAD = 3  # nine clips of ten and three pictures of four lie within so many times of it
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
        predicted = round(
            picture_bytes(info, recipe.container, expected) * _finer(info, recipe, expected)
        )
    elif recipe.mode is not Mode.ENCODE:
        return _share(size, info.duration_s, expected.duration_s)
    elif expected.duration_s is None:
        return size
    elif isinstance(recipe, AudioRecipe):
        predicted = sound_bytes(recipe.container, expected, expected.duration_s)
    else:
        predicted = _clip_bytes(info, expected, expected.duration_s)
    return predicted if recipe.max_bytes is None else min(predicted, recipe.max_bytes)


def _finer(info: MediaInfo, recipe: ImageRecipe, expected: MediaInfo) -> float:
    """Return how much more a pixel takes of a picture that is scaled down."""
    before = (info.width or 0) * (info.height or 0)
    after = (expected.width or 0) * (expected.height or 0)
    if recipe.container in _PLAIN or not 0 < after < before:
        return 1.0
    return float((before / after) ** 0.25)


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


def fits_bytes(info: MediaInfo, container: str, expected: MediaInfo, max_bytes: int) -> bool:
    """Whether a picture can be written in at most so many bytes; in doubt it cannot."""
    width, height, frames = expected.width or 0, expected.height or 0, expected.frames or 1
    if width * height <= most_pixels(info, container, max_bytes, frames):
        return True
    unscaled = (width, height) == (info.width, info.height)
    same = unscaled and _own_share(info, container) > 0  # as it was made, so it will be again
    exact = same or container in ("bmp", "tiff")
    return exact and picture_bytes(info, container, expected) <= max_bytes


def most_pixels(info: MediaInfo, container: str, max_bytes: int, frames: int) -> int:
    """Return how many pixels a picture may have for a byte limit to be within reach."""
    room = max(0, max_bytes - _HEADERS)
    if container == "bmp":
        return room // 4
    if container == "tiff":
        return room // (4 * frames)
    if PICTURES[container].lossy:
        return int(room / (_LEAST_LOSSY[container] * frames))
    own = _own_share(info, container) * _FINER
    if info.color_mode in _FEW_COLOURS and container != "gif":
        own *= _SMOOTHER
    return int(room / ((own or _MOST_LOSSLESS[container]) * frames))


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


def spread(recipe: Recipe) -> int:
    """Return within how many times a prediction holds for most files; 1 where it is close."""
    if isinstance(recipe, ImageRecipe):
        return SPREAD if recipe.encode and recipe.container not in _PLAIN else 1
    encoded = isinstance(recipe, VideoRecipe) and recipe.mode is Mode.ENCODE
    return SPREAD if encoded else 1


def _clip_bytes(info: MediaInfo, expected: MediaInfo, seconds: Fraction) -> int:
    pixels = (expected.width or 0) * (expected.height or 0)
    frame = pixels * _clip_share(info, pixels)
    sound = _AAC_BYTES if expected.audio_tracks else 0
    return _HEADERS + round(float(seconds) * (frame * float(expected.fps or _FPS) + sound))


def _clip_share(info: MediaInfo, pixels: int) -> float:
    """Return the bytes for a pixel of a frame, by what the source takes for its own."""
    before = (info.width or 0) * (info.height or 0)
    frames = info.frames or float((info.fps or 0) * (info.duration_s or 0))
    sound = _AAC_BYTES / 2 * float(info.duration_s or 0) if info.audio_tracks else 0.0
    if not (before and frames and pixels and info.size_bytes):
        return _TYPICAL_CLIP
    own = max(info.size_bytes - sound, info.size_bytes / 4) / (before * frames)
    dense = _DENSE_CLIP if info.video_codec in _DENSE else _OWN_CLIP
    share: float = dense * own * (before / pixels) ** 0.5
    return share / (1 + share / _MOST_CLIP)


def _share(size: int | None, whole: Fraction | None, part: Fraction | None) -> int | None:
    return size if size is None or not whole or part is None else round(size * part / whole)
