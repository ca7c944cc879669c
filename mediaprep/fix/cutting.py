"""Find where to cut (`--trim auto`): in a pause for sound, at a change of scene for pictures."""

from __future__ import annotations

import math
import re
import sys
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import groupby
from operator import mul

from mediaprep.errors import FixFailed
from mediaprep.fix import ffmpeg
from mediaprep.fix.look import memory_bytes
from mediaprep.fix.recipe import Window
from mediaprep.model import Kind, MediaInfo
from mediaprep.units import format_decimal

_LOOKED_AT_S = 600.0  # of a sound, and of a clip's sound
_WATCHED_S = 120.0  # of a clip's pictures, which cost more
_TIMEOUT_S = 300.0
_RATE = 8000  # Hz, enough for speech
_STEP = 160  # samples that are measured together: 20 ms
_STEPS_S = _RATE // _STEP
_PAUSE_STEPS = 7  # 140 ms; inside of words it is quiet for at most 100 ms
_TAIL_STEPS = 6  # kept of a pause, before and after what is heard
_QUIETER = 20.0  # than the loud parts: 26 dB
_FAINT = 16.0  # of 32767: silence, however loud the rest is
_SCENE = 0.3  # how much of the picture has to change at once
_LATER = 0.8  # a window that starts at 0 is preferred if it has this share of the longest
_CUT = re.compile(rb"pts_time:([\d.]+)")

Span = tuple[float, float]


def find_window(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
    """Find the part of the file at `info.path` that is best kept, or None where none stands out.

    It decodes the start of the file, ten minutes of sound or two of pictures at most.
    """
    try:
        if info.kind is Kind.VIDEO and (window := _at_scenes(info, shortest_s, longest_s)):
            return window
        return _in_pauses(info, shortest_s, longest_s)
    except FixFailed:  # it cannot be decoded: whoever writes it will say so
        return None


def _in_pauses(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
    from mediaprep.fix.graph import has_sound, samples_arguments

    if not has_sound(info):
        return None
    reach = ffmpeg.Reach((info.path,), memory_bytes=memory_bytes(info))
    words = samples_arguments(info, _RATE, _LOOKED_AT_S)
    most = int(_LOOKED_AT_S * _RATE) * 2
    data, _ = ffmpeg.run(words, reach, timeout_s=_TIMEOUT_S, keep=most)
    levels = loudness(data)
    quiet = list(pauses(levels))
    starts = [0.0] + [max(start, end - _TAIL_STEPS / _STEPS_S) for start, end in quiet]
    ends = [min(start + _TAIL_STEPS / _STEPS_S, end) for start, end in quiet]
    if chosen := choose(starts, ends, float(shortest_s), float(longest_s)):
        start, end = (Fraction(round(at * _STEPS_S), _STEPS_S) for at in chosen)
        why = f"ends in silence at {format_decimal(end, 2)} s"
        return _fitting(start, end, shortest_s, longest_s, why)
    return _at_quietest(levels, shortest_s, longest_s)


def _at_quietest(
    levels: Sequence[float], shortest_s: Fraction, longest_s: Fraction
) -> Window | None:
    first, last = math.ceil(shortest_s * _STEPS_S), math.floor(longest_s * _STEPS_S)
    if not first <= last <= len(levels) or last < 2:
        return None
    pairs = range(max(first, 1), last)
    at = min(pairs, key=lambda i: (levels[i - 1] + levels[i], -i), default=last)
    end = Fraction(at, _STEPS_S)
    why = f"no pause to end in; ends where it is quietest, at {format_decimal(end, 2)} s"
    return _fitting(Fraction(0), end, shortest_s, longest_s, why)


def _at_scenes(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
    from mediaprep.fix.graph import scenes_arguments

    reach = ffmpeg.Reach((info.path,), memory_bytes=memory_bytes(info))
    words = scenes_arguments(info, _WATCHED_S, _SCENE)
    data, _ = ffmpeg.run(words, reach, timeout_s=_TIMEOUT_S, keep=1 << 20)
    cuts = [_on_frame(float(time), info) for time in _CUT.findall(data)]
    chosen = choose(
        [0.0, *map(float, cuts)], [float(cut) for cut in cuts], float(shortest_s), float(longest_s)
    )
    if chosen:
        start, end = (_on_frame(at, info) for at in chosen)
        why = f"ends with a scene at {format_decimal(end, 2)} s"
        return _fitting(start, end, shortest_s, longest_s, why)
    latest = (info.duration_s or Fraction(0)) - longest_s
    if found := next((cut for cut in cuts if cut <= latest), None):
        why = f"starts with a scene at {format_decimal(found, 2)} s"
        return Window(found, found + longest_s, why)
    return None


def loudness(data: bytes) -> list[float]:
    """Return the root mean square of every 20 ms of 16-bit samples."""
    samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    parts = (samples[at : at + _STEP] for at in range(0, len(samples), _STEP))
    return [math.sqrt(sum(map(mul, part, part)) / len(part)) for part in parts]


def pauses(levels: Sequence[float]) -> Iterator[Span]:
    """Yield start and end, in seconds, of each stretch too quiet and too long to be in a word."""
    if not levels:
        return
    loud = sorted(levels)[len(levels) * 95 // 100]
    quiet = max(loud / _QUIETER, _FAINT)
    at = 0
    for silent, group in groupby(level < quiet for level in levels):
        count = sum(1 for _ in group)
        if silent and count >= _PAUSE_STEPS:
            yield at / _STEPS_S, (at + count) / _STEPS_S
        at += count


def choose(
    starts: Sequence[float], ends: Sequence[float], shortest: float, longest: float
) -> Span | None:
    """Return the longest span from a start to an end that fits; one from 0 if it is not much less.

    Both are in ascending order.
    """
    found: list[Span] = []
    for start in starts:
        at = bisect_right(ends, start + longest + 1e-9)
        if at and ends[at - 1] - start >= shortest - 1e-9:
            found.append((start, ends[at - 1]))
    if not found:
        return None
    best = max(found, key=lambda span: (span[1] - span[0], -span[0]))
    first = found[0]
    return first if first[1] - first[0] >= _LATER * (best[1] - best[0]) else best


def _fitting(
    start: Fraction, end: Fraction, shortest: Fraction, longest: Fraction, why: str
) -> Window:
    """Make a window of it; rounding must not have made it too short or too long."""
    length = min(max(end - start, shortest), longest)
    return Window(start, start + length, why)


def _on_frame(seconds: float, info: MediaInfo) -> Fraction:
    rate = info.fps_nominal or info.fps
    if not rate or info.variable_fps:
        return Fraction(round(seconds * 1000), 1000)
    return round(Fraction(seconds) * rate) / rate
