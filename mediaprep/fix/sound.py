"""The filters and encoders that carry out a recipe on sound, as plain data."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.errors import FixFailed
from mediaprep.fix.picture import Filter, decimal
from mediaprep.fix.recipe import DEEPEST_BITS, AudioRecipe
from mediaprep.fix.times import Timing
from mediaprep.model import MediaInfo

STEREO = 2
AAC_BITS_S = 192_000  # of two channels
_CEILING_DB = {"wav": -0.05, "mp3": -1.0}  # decoded MP3 overshoots what went in
_JOINT_S = 0.005  # faded on each side of where a loop starts over, so that it does not click

_MP3_KBITS = (320, 256, 224, 192, 160, 128, 112, 96, 80, 64, 56, 48, 40, 32)  # MPEG-1 layer III
_MP3_USUAL = 256
_MP3_RATES = (48_000, 44_100, 32_000, 24_000, 22_050, 16_000, 12_000, 11_025, 8_000)
_MPEG1_RATE = 32_000  # below it MPEG-2 layer III, which ends at 160 kbit/s
_MPEG2_MOST, _MPEG25_MOST = 160, 64
_MPEG2_RATE = 16_000
_HEADER_BYTES = 4096  # of a WAV or MP3, tags included


def retime(timing: Timing, rate: int | None) -> list[Filter]:
    """Cut, pad with silence, or repeat without a click; `rate` in Hz, where it is known."""
    filters: list[Filter] = []
    if timing.loops and timing.source_s:
        period = timing.source_s
        if timing.rate is not None:
            period = timing.loop_frames / timing.rate  # in step with the pictures
        out_s = max(float(period) - _JOINT_S, 0)
        filters += [
            ("apad", {}),
            ("atrim", {"end": decimal(period)}),
            ("afade", {"t": "in", "d": _JOINT_S}),
            ("afade", {"t": "out", "st": f"{out_s:.6f}", "d": _JOINT_S}),
            ("aloop", {"loop": -1, "size": max(round(period * (rate or 48_000)), 1)}),
            ("asetpts", {"expr": "N/SR/TB"}),
        ]
    elif timing.pads:
        filters.append(("apad", {}))
    if timing.length_s is not None:
        filters.append(("atrim", {"end": decimal(timing.length_s)}))
    return filters


def convert(recipe: AudioRecipe, info: MediaInfo) -> list[Filter]:
    """Change sample rate and channels, in floating point so that nothing is cut off on the way."""
    rate, count = sample_rate(recipe, info), channels(recipe, info)
    filters: list[Filter] = []
    if rate and rate != info.sample_rate:
        filters.append(("aresample", {"osr": rate}))
    if count and count != info.channels:
        layout = ("mono", "stereo")[count - 1] if count <= STEREO else f"{count}c"
        filters.append(("aformat", {"channel_layouts": layout}))
    return [("aformat", {"sample_fmts": "fltp"}), *filters] if filters else []


def may_clip(recipe: AudioRecipe, info: MediaInfo) -> bool:
    """Whether samples can come out larger than they went in, or than integers hold."""
    whole_numbers = info.audio_codec == "pcm" and (info.bit_depth or 32) <= DEEPEST_BITS
    return recipe.container != "wav" or not whole_numbers or bool(convert(recipe, info))


def gain_db(recipe: AudioRecipe, peak_db: float) -> float:
    """Return by how much to turn a sound down whose samples reach `peak_db`; 0 if it fits."""
    return min(_CEILING_DB.get(recipe.container, 0.0) - peak_db, 0.0)


def sample_rate(recipe: AudioRecipe, info: MediaInfo) -> int | None:
    """Return the sample rate of the result; MP3 has nine."""
    rate = recipe.sample_rate or info.sample_rate
    if rate is None or recipe.container != "mp3" or rate in _MP3_RATES:
        return rate
    return next((known for known in reversed(_MP3_RATES) if known > rate), _MP3_RATES[0])


def encoder(recipe: AudioRecipe, info: MediaInfo, length_s: Fraction | None) -> dict[str, object]:
    """Return ffmpeg's encoder options; raises `FixFailed` when no rate is within the byte limit."""
    if recipe.container == "wav":
        options: dict[str, object] = {"c:a": _pcm(recipe, info, length_s)}
    else:
        options = {"c:a": "libmp3lame", "b:a": f"{_mp3_kbits(recipe, info, length_s)}k"}
    return options


def _pcm(recipe: AudioRecipe, info: MediaInfo, length_s: Fraction | None) -> str:
    if recipe.keep_depth and info.bit_depth == 8:
        return "pcm_u8"
    deep = info.audio_codec in ("pcm", "flac", "alac") and (info.bit_depth or 16) > 16
    rate = sample_rate(recipe, info) or 48_000
    count = channels(recipe, info) or STEREO
    for depth in (24, 16) if deep else (16,):
        size = float(length_s or 0) * rate * count * depth / 8 + _HEADER_BYTES
        if recipe.max_bytes is None or size <= recipe.max_bytes:
            return f"pcm_s{depth}le"
    words = f"{rate} Hz of {count} channels need {size:,.0f} bytes as WAV"
    raise FixFailed(f"{words}, {recipe.max_bytes:,} are allowed", "MP3 would be smaller")


def _mp3_kbits(recipe: AudioRecipe, info: MediaInfo, length_s: Fraction | None) -> int:
    rate = sample_rate(recipe, info) or 48_000
    most = 320 if rate >= _MPEG1_RATE else _MPEG2_MOST if rate >= _MPEG2_RATE else _MPEG25_MOST
    most = min(most, _MP3_USUAL if (channels(recipe, info) or STEREO) > 1 else _MP3_USUAL // 2)
    fits = float("inf")
    if recipe.max_bytes is not None and length_s:
        fits = (recipe.max_bytes - _HEADER_BYTES) * 8 / (float(length_s) + 0.1) / 1000
    for kbits in _MP3_KBITS:
        if kbits <= most and kbits <= fits:
            return kbits
    raise FixFailed(f"{recipe.max_bytes:,} bytes are too few for MP3 of this length")


def channels(recipe: AudioRecipe, info: MediaInfo) -> int | None:
    """Return the number of channels of the result; MP3 has two at most."""
    count = recipe.channels or info.channels
    return min(count, STEREO) if count and recipe.container == "mp3" else count
