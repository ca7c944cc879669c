"""Solve for the change of least loss to one video: copied streams if that will do, else encoded."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from mediaprep.fix.recipe import Allow, Box, Framing, Mode, Size, VideoRecipe, Window
from mediaprep.fix.solve.bounds import Bounds
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.containers import (
    PICTURE_CODEC,
    PIXEL_FORMAT,
    ROUNDED_CLOCKS,
    SOUND_CODEC,
    container_to_copy_into,
    container_to_encode_into,
    has_note,
    has_private,
)
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.fix.solve.pictures import GEOMETRY
from mediaprep.fix.solve.predict import most_clip_pixels
from mediaprep.fix.solve.target import NOMINAL, Target
from mediaprep.fix.solve.timing import Timing, WindowFinder, solve_time
from mediaprep.model import MediaInfo

_TURNED_OR_STRETCHED = frozenset({"GEO006", "GEO007"})
_CUTTING_SETTLES = frozenset({"container", "duration", "frames", "size"})
_SOUND = frozenset({"sample_rate", "channels"})
_OFTEN_SEE_THROUGH = frozenset({"prores", "ffv1", "huffyuv", "utvideo", "lagarith", "rawvideo"})
_BITS = 8
_CUT_SIZE = Fraction(4, 5)  # of the limit, since the start of a clip may be its busiest part
_RATE_SLACK = Fraction(1, 500)  # what rounded clocks do to an average rate


def solve_clip(
    info: MediaInfo, target: Target, allow: Allow, finder: WindowFinder | None
) -> VideoRecipe:
    """Solve for one video; raises Infeasible when nothing that is allowed meets the target."""
    broken, disputed = target.broken(info), target.disputed(info)
    turned = not disputed.isdisjoint(_TURNED_OR_STRETCHED)
    if not broken and not disputed:
        return _untouched(info, target, allow)
    if _picture_ends_early(info, target, disputed):
        raise Infeasible("duration")
    finder = finder and _asked_once(finder)
    if not turned and (recipe := _copied(info, target, allow, broken, finder)):
        return recipe
    return _encoded(info, target, allow, finder)


def _untouched(info: MediaInfo, target: Target, allow: Allow) -> VideoRecipe:
    strip = has_private(info, allow)
    mode = Mode.REMUX if strip or has_note(info, allow, target.codes) else Mode.RENAME
    return VideoRecipe(info.container or "", mode, strip_private=strip)


def _picture_ends_early(info: MediaInfo, target: Target, disputed: frozenset[str]) -> bool:
    """Whether a clip lasts long enough only because its sound goes on without a picture.

    Neither a new index nor a new encoding makes frames where there are none.
    """
    counted = info.clocks.get("counted")
    if "TIM004" not in disputed or counted is None:
        return False
    return target.interval("duration").side(*counted.as_integer_ratio()) < 0


def _asked_once(finder: WindowFinder) -> WindowFinder:
    """Remember the answer: looking into the media takes time, and a copy is tried first."""
    answers: list[Window | None] = []

    def ask(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
        if not answers:
            answers.append(finder(info, shortest_s, longest_s))
        return answers[0]

    return ask


def _copied(
    info: MediaInfo,
    target: Target,
    allow: Allow,
    broken: frozenset[str],
    finder: WindowFinder | None,
) -> VideoRecipe | None:
    """Find a fix that copies the picture, None where there is none."""
    container = container_to_copy_into(info, target)
    if container is None or not broken <= _CUTTING_SETTLES:
        return None
    if container != info.container and info.container in ROUNDED_CLOCKS and _on_edge(info, target):
        return None
    try:
        timing = solve_time(info, target, allow, finder, container, copied=True)
    except Infeasible:
        return None
    recipe = VideoRecipe(container, Mode.REMUX, strip_private=allow.strip_private)
    if timing.window is None:
        return None if "size" in broken else recipe
    if timing.window.start_s or not _small_enough(info, target, timing.window):
        return None
    return replace(recipe, mode=Mode.CUT, window=timing.window)


def _on_edge(info: MediaInfo, target: Target) -> bool:
    """Whether rounding the times of frames could move the average rate out of its limits."""
    if info.fps is None or info.fps == info.fps_nominal:  # a copy spaces them evenly again
        return False
    near = (info.fps * (1 - _RATE_SLACK), info.fps * (1 + _RATE_SLACK))
    return any(rate not in target.interval(name) for rate in near for name in ("fps", NOMINAL))


def _small_enough(info: MediaInfo, target: Target, window: Window) -> bool:
    size, most = info.size_bytes or 0, target.max_bytes
    if most is None or size <= most or not info.duration_s:
        return True
    return size * (window.end_s - window.start_s) / info.duration_s <= most * _CUT_SIZE


def _encoded(
    info: MediaInfo, target: Target, allow: Allow, finder: WindowFinder | None
) -> VideoRecipe:
    if not info.width or not info.height:
        raise Infeasible("width", "height")
    container = container_to_encode_into(info, target)
    if container is None:
        raise Infeasible("container")
    _check_codecs(info, target)
    if info.has_alpha and not allow.content:
        raise Infeasible("container")
    timing = solve_time(info, target, allow, finder, container)
    framing = _frame(info, _within_bytes(info, target, timing), allow)
    if framing is None:
        raise Infeasible(*GEOMETRY, "size", "fps", NOMINAL, "duration")
    return VideoRecipe(
        container,
        Mode.ENCODE,
        framing=framing,
        fps=timing.fps,
        window=timing.window,
        extend_to_s=timing.extend_to_s,
        extend=allow.short,
        tonemap=info.hdr is not None,
        flatten=allow.alpha if allow.content and _may_show_through(info) else None,
        max_bytes=target.max_bytes,
        strip_private=allow.strip_private,
    )


def _may_show_through(info: MediaInfo) -> bool:
    """Whether pixels may be transparent; where headers leave that open, the decoder says it."""
    if info.has_alpha is not None:
        return info.has_alpha
    silent = info.container not in ("mov", "mp4")  # whose entries say it for what we know
    return silent and info.video_codec in _OFTEN_SEE_THROUGH


def _check_codecs(info: MediaInfo, target: Target) -> None:
    """Raise Infeasible where what clips are encoded as is not taken."""
    written = {"video_codec": PICTURE_CODEC, "pix_fmt": PIXEL_FORMAT}
    if info.audio_tracks != 0:
        written["audio_codec"] = SOUND_CODEC
    for choice, word in written.items():
        if not target.takes(choice, word):
            raise Infeasible(choice)
    if _BITS not in target.interval("bit_depth"):
        raise Infeasible("bit_depth")
    if fixed := target.broken(info) & _SOUND:  # a clip's sound keeps its rate and channels
        raise Infeasible(*fixed)


def _within_bytes(info: MediaInfo, target: Target, timing: Timing) -> Bounds:
    """Cap the pixels by what a byte limit leaves for each frame."""
    window, pace = timing.window, timing.fps or info.fps
    seconds = window.end_s - window.start_s if window else timing.extend_to_s or info.duration_s
    if target.max_bytes is None or not seconds or not pace:
        return target.bounds
    return target.bounds.capped(most_clip_pixels(target.max_bytes, seconds * pace, seconds))


def square_size(info: MediaInfo) -> Size:
    """Return the size of a clip once its samples are square: no line is lost, one axis grows."""
    assert info.width is not None
    assert info.height is not None
    ratio = info.sample_aspect or Fraction(1)
    across = 1 / ratio if info.rotation in (90, 270) else ratio
    if across > 1:
        return Size(2 * round(info.width * across / 2), info.height)
    if across < 1:
        return Size(info.width, 2 * round(info.height / across / 2))
    return Size(info.width, info.height)


def _frame(info: MediaInfo, bounds: Bounds, allow: Allow) -> Framing | None:
    """Solve for the picture with square samples; a crop is given in those that are stored."""
    square = square_size(info)
    framing = solve_geometry(square.width, square.height, bounds, allow, even=True)
    if framing is None or info.sample_aspect in (None, 1):
        return framing
    assert info.width is not None
    assert info.height is not None
    crop = framing.crop
    scale = framing.scale or (Size(crop.width, crop.height) if crop else square)
    if crop:
        crop = Box(
            crop.x * info.width // square.width,
            crop.y * info.height // square.height,
            max(1, crop.width * info.width // square.width),
            max(1, crop.height * info.height // square.height),
        )
    return replace(framing, crop=crop, scale=scale)
