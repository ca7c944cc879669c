"""The table of what can be measured and limited: name, words, dimension and where it is found.

A profile may limit exactly what stands here. A measure's value is an exact pair (numerator,
denominator), so that a ratio is compared as integers; a choice's value is a word.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Kind, MediaInfo

Value = tuple[int, int]
JsonValue = str | int | float | bool | None


class Measure(NamedTuple):
    """A number that a limit can bound, and how people write it."""

    words: str  # "frame rate": reads well before "is 23.976 fps"
    dimension: str  # a key of units.UNITS
    unit: str  # as printed behind the number
    fact: str  # the field of MediaInfo, and the JSON fact, that says why it is missing
    value: Callable[[MediaInfo], Value | None]


class Choice(NamedTuple):
    """A word that a limit can list."""

    words: str
    fact: str
    value: Callable[[MediaInfo], str | None]


def _whole(fact: str) -> Callable[[MediaInfo], Value | None]:
    def value(info: MediaInfo) -> Value | None:
        number = getattr(info, fact)
        return None if number is None else (number, 1)

    return value


def _exact(fact: str) -> Callable[[MediaInfo], Value | None]:
    def value(info: MediaInfo) -> Value | None:
        number: Fraction | None = getattr(info, fact)
        return None if number is None else (number.numerator, number.denominator)

    return value


def _aspect(info: MediaInfo) -> Value | None:
    width, height = info.width, info.height
    return None if not width or not height else (width, height)


def _pixels(info: MediaInfo) -> Value | None:
    width, height = info.width, info.height
    return None if width is None or height is None else (width * height, 1)


def _word(fact: str) -> Callable[[MediaInfo], str | None]:
    def value(info: MediaInfo) -> str | None:
        word: str | None = getattr(info, fact)
        return word

    return value


def _container(info: MediaInfo) -> str | None:
    """MPEG's layers I and II come in the same frames as MP3, and are none."""
    is_older_layer = info.container == "mp3" and info.audio_codec in ("mp1", "mp2")
    return info.audio_codec if is_older_layer else info.container


MEASURES: dict[str, Measure] = {
    "size": Measure("size", "bytes", "bytes", "size_bytes", _whole("size_bytes")),
    "width": Measure("width", "pixels", "px", "width", _whole("width")),
    "height": Measure("height", "pixels", "px", "height", _whole("height")),
    "aspect": Measure("aspect", "ratio", "", "width", _aspect),
    "pixels": Measure("total pixels", "pixels", "px", "width", _pixels),
    "duration": Measure("duration", "seconds", "s", "duration_s", _exact("duration_s")),
    "fps": Measure("frame rate", "rate", "fps", "fps", _exact("fps")),
    "frames": Measure("frame count", "count", "", "frames", _whole("frames")),
    "sample_rate": Measure("sample rate", "frequency", "Hz", "sample_rate", _whole("sample_rate")),
    "channels": Measure("channel count", "count", "", "channels", _whole("channels")),
    "bit_depth": Measure("bit depth", "bits", "bit", "bit_depth", _whole("bit_depth")),
}
FPS_NOMINAL = MEASURES["fps"]._replace(fact="fps_nominal", value=_exact("fps_nominal"))

CHOICES: dict[str, Choice] = {
    "container": Choice("container", "container", _container),
    "video_codec": Choice("video codec", "video_codec", _word("video_codec")),
    "audio_codec": Choice("audio codec", "audio_codec", _word("audio_codec")),
    "pix_fmt": Choice("pixel format", "pix_fmt", _word("pix_fmt")),
}

# Other names by which people write the same word in a profile.
ALIASES: dict[str, str] = {
    "jpg": "jpeg",
    "tif": "tiff",
    "heic": "heif",
    "quicktime": "mov",
    "mkv": "matroska",
    "avc": "h264",
    "h265": "hevc",
}

# Kept as fractions, and written as numbers with at most six decimals.
EXACT_FACTS = frozenset({"duration_s", "fps", "fps_nominal", "sample_aspect"})

# The facts of each kind, in the order in which reports show them. `pixels` and `aspect` are worked
# out; a trailing _s is seconds.
FACTS: dict[Kind | None, tuple[str, ...]] = {
    None: ("container", "size_bytes"),
    Kind.IMAGE: (
        *("container", "size_bytes", "width", "height", "pixels", "aspect"),
        *("coded_width", "coded_height", "orientation", "frames", "frame_pixels", "has_alpha"),
        *("color_mode", "bit_depth", "icc", "hdr", "duration_s"),
    ),
    Kind.VIDEO: (
        *("container", "size_bytes", "width", "height", "pixels", "aspect"),
        *("coded_width", "coded_height", "duration_s", "fps", "fps_nominal", "variable_fps"),
        *("frames", "video_codec", "pix_fmt", "bit_depth", "hdr", "has_alpha", "rotation"),
        *("sample_aspect", "video_tracks", "audio_codec", "audio_tracks", "sample_rate"),
        *("channels", "bitrate", "moov_at_end", "fragmented"),
    ),
    Kind.AUDIO: (
        *("container", "size_bytes", "duration_s", "audio_codec", "audio_tracks"),
        *("sample_rate", "channels", "bitrate", "bit_depth"),
    ),
}


def facts(info: MediaInfo) -> dict[str, JsonValue]:
    """List what was measured as JSON values; a fact that was not read is None."""
    found: dict[str, JsonValue] = {}
    for name in FACTS[info.kind]:
        if name == "pixels":
            pixels = _pixels(info)
            found[name] = None if pixels is None else pixels[0]
        elif name == "aspect":
            ratio = _aspect(info)
            found[name] = None if ratio is None else round(ratio[0] / ratio[1], 6)
        else:
            value = getattr(info, name)
            found[name] = round(float(value), 6) if isinstance(value, Fraction) else value
    return found
