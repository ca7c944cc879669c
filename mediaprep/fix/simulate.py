"""Say what a recipe's result will measure, without making it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from mediaprep.fix.outputs import new_name
from mediaprep.fix.recipe import AudioRecipe, Framing, ImageRecipe, Mode, Recipe, VideoRecipe
from mediaprep.fix.solve.containers import (
    PICTURE_CODEC,
    PICTURES,
    PIXEL_FORMAT,
    PRIVATE_MARKS,
    SETTLED_MARKS,
    SOUND_CODEC,
    SOUNDS,
    coded_size,
)
from mediaprep.fix.solve.predict import predict_bytes
from mediaprep.model import MediaInfo

_INDEXED = frozenset({"mp4", "mov", "m4v", "3gp", "m4a"})


def simulate(info: MediaInfo, recipe: Recipe) -> MediaInfo:
    """Return the facts of the file that a recipe makes; its size in bytes is a prediction."""
    folder, slash, name = info.path.rpartition("/")
    expected = replace(
        info,
        path=f"{folder}{slash}{new_name(name, recipe.container)}",
        container=recipe.container,
        head_crc=None,
        unread=dict(info.unread),
        marks=_marks(info, recipe),
    )
    if isinstance(recipe, ImageRecipe):
        if recipe.encode:
            _encode_picture(expected, recipe)
    elif recipe.mode is not Mode.RENAME:
        _settle_clocks(expected, recipe)
        indexed = recipe.container in _INDEXED
        expected.moov_at_end = expected.fragmented = False if indexed else None
        if isinstance(recipe, VideoRecipe):
            _write_clip(expected, info, recipe)
        elif recipe.mode is Mode.ENCODE:
            _encode_sound(expected, recipe)
    expected.size_bytes = predict_bytes(info, recipe, expected)
    for name in [name for name in expected.unread if getattr(expected, name) is not None]:
        del expected.unread[name]
    return expected


def _marks(info: MediaInfo, recipe: Recipe) -> dict[str, str]:
    lost: Iterable[str] = ()
    if recipe.strip_private:
        lost = {*PRIVATE_MARKS, "c2pa"}
    if isinstance(recipe, ImageRecipe):
        lost = {*lost, *SETTLED_MARKS} if recipe.encode else lost
    elif recipe.mode is not Mode.RENAME:
        lost = {*lost, *SETTLED_MARKS, "stale-header"}
    return {key: words for key, words in info.marks.items() if key not in lost}


def _resize(expected: MediaInfo, framing: Framing) -> None:
    size = framing.canvas or framing.scale or framing.crop
    if size:
        expected.width, expected.height = size.width, size.height
    expected.coded_width, expected.coded_height = expected.width, expected.height


def _encode_picture(expected: MediaInfo, recipe: ImageRecipe) -> None:
    holds = PICTURES[recipe.container]
    _resize(expected, recipe.framing)
    if expected.width and expected.height:
        expected.coded_width, expected.coded_height = coded_size(
            recipe.container, expected.width, expected.height
        )
    expected.orientation, expected.hdr = 1, None
    if expected.rotation is not None:
        expected.rotation = 0
    if recipe.frame is not None or not holds.frames:
        expected.frames, expected.duration_s = 1, None
        expected.clocks = {}
    expected.frame_pixels = None
    if recipe.flatten is not None or not holds.alpha:
        expected.has_alpha = False
    if expected.color_mode != "gray":
        expected.color_mode = "palette" if recipe.container == "gif" else "rgb"
    expected.bit_depth = 8
    if recipe.srgb:
        expected.icc = None


def _settle_clocks(expected: MediaInfo, recipe: VideoRecipe | AudioRecipe) -> None:
    window = recipe.window
    if window:
        expected.duration_s = window.end_s - window.start_s
    elif recipe.extend_to_s is not None:
        expected.duration_s = recipe.extend_to_s
    expected.clocks = {} if expected.duration_s is None else {"container": expected.duration_s}


def _write_clip(expected: MediaInfo, info: MediaInfo, recipe: VideoRecipe) -> None:
    if expected.video_tracks:
        expected.video_tracks = 1
    if expected.audio_tracks:
        expected.audio_tracks = 1
    if recipe.mode is Mode.ENCODE:
        if expected.audio_tracks != 0:
            expected.audio_codec = SOUND_CODEC
        _encode_frames(expected, recipe)
    if expected.fps is not None and expected.duration_s is not None:
        unchanged = expected.duration_s == info.duration_s and recipe.fps is None
        counted = info.frames if unchanged else None
        expected.frames = counted or round(expected.fps * expected.duration_s)


def _encode_frames(expected: MediaInfo, recipe: VideoRecipe) -> None:
    _resize(expected, recipe.framing)
    expected.rotation, expected.sample_aspect = 0, Fraction(1)
    expected.video_codec, expected.pix_fmt = PICTURE_CODEC, PIXEL_FORMAT
    expected.bit_depth, expected.hdr, expected.has_alpha = 8, None, None
    if recipe.fps is not None:
        expected.fps = expected.fps_nominal = recipe.fps
        expected.variable_fps = False


def _encode_sound(expected: MediaInfo, recipe: AudioRecipe) -> None:
    expected.audio_codec, expected.audio_tracks = SOUNDS[recipe.container], 1
    expected.bit_depth = 16 if recipe.container == "wav" else None
    expected.bitrate = None
    if recipe.sample_rate is not None:
        expected.sample_rate = recipe.sample_rate
    if recipe.channels is not None:
        expected.channels = recipe.channels
