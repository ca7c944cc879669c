"""Solve for the change of least loss to one sound: WAV or MP3, its length, rate and channels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mediaprep.fix.recipe import Allow, AudioRecipe, Mode
from mediaprep.fix.solve.bounds import NO_LIMIT, whole
from mediaprep.fix.solve.conflict import Infeasible
from mediaprep.fix.solve.containers import (
    MP3_CHANNELS,
    MP3_RATES,
    SOUNDS,
    has_note,
    has_private,
)
from mediaprep.fix.solve.predict import least_sound_bytes, sound_bytes
from mediaprep.fix.solve.target import Target
from mediaprep.fix.solve.timing import WindowFinder, solve_time, too_long
from mediaprep.model import MediaInfo

_RATES = (*MP3_RATES, 88_200, 96_000, 176_400, 192_000)
_USUAL_RATE, _USUAL_CHANNELS = 48_000, 2  # where the file does not say


def solve_sound(
    info: MediaInfo, target: Target, allow: Allow, finder: WindowFinder | None
) -> AudioRecipe:
    """Solve for one sound; raises Infeasible when nothing that is allowed meets the target."""
    own, broken, disputed = info.container or "", target.broken(info), target.disputed(info)
    late = too_long(info, target.interval("duration"))
    if not broken and not disputed:
        strip = has_private(info, allow)
        rewritten = strip or has_note(info, allow, target.codes)
        return AudioRecipe(own, Mode.REMUX if rewritten else Mode.RENAME, strip_private=strip)
    if own in SOUNDS and (recipe := _copied(info, target, allow, broken, late=late)):
        return recipe
    for container in _containers(info, target, timely=not disputed):
        try:
            recipe = _encoded(info, target, allow, finder, container)
        except Infeasible:
            continue
        if recipe:
            return recipe
    raise Infeasible("container", "audio_codec", "size", "duration", "sample_rate", "channels")


def _fit(info: MediaInfo, target: Target, container: str) -> tuple[int | None, int | None]:
    """Choose sample rate and channels, None to keep them; raises Infeasible where none is taken."""
    rates = whole(target.interval("sample_rate"))
    known = MP3_RATES if container == "mp3" else _RATES
    inside = [rate for rate in known if rates[0] <= rate <= rates[1]]
    if container != "mp3" and rates[0] <= rates[1] < NO_LIMIT:
        inside = sorted({*inside, *rates})
    channels = whole(target.interval("channels"))
    if container == "mp3":
        channels = channels[0], min(channels[1], MP3_CHANNELS)
    if not inside or channels[0] > channels[1]:
        raise Infeasible("sample_rate", "channels", "container", "size")
    return _rate(info, inside, rates, container), _channels(info, channels)


def _rate(info: MediaInfo, inside: list[int], rates: tuple[int, int], container: str) -> int | None:
    rate = info.sample_rate
    if rate is None:
        limited = rates != (1, NO_LIMIT)
        return min(inside, key=lambda r: abs(r - _USUAL_RATE)) if limited else None
    if rate in inside or (container != "mp3" and rates[0] <= rate <= rates[1]):
        return None
    higher = [r for r in inside if r >= rate]
    return higher[0] if higher else inside[-1]


def _channels(info: MediaInfo, channels: tuple[int, int]) -> int | None:
    count = info.channels
    if count is None:
        return (
            None
            if channels == (1, NO_LIMIT)
            else max(channels[0], min(channels[1], _USUAL_CHANNELS))
        )
    fitting = max(channels[0], min(channels[1], count))
    return None if fitting == count else fitting


def _copied(
    info: MediaInfo, target: Target, allow: Allow, broken: frozenset[str], *, late: bool
) -> AudioRecipe | None:
    """Cut a sound by copying it from its start, or rewrite its header; None if neither will do."""
    own = info.container or ""
    recipe = AudioRecipe(own, Mode.REMUX, strip_private=allow.strip_private)
    if not late:
        return recipe if own == "wav" and not broken else None
    if not broken <= {"duration"} or allow.trim != "start":
        return None
    try:
        window = solve_time(info, target, allow, None, own, copied=True).window
    except Infeasible:
        return None
    return replace(recipe, mode=Mode.CUT, window=window) if window else None


def _containers(info: MediaInfo, target: Target, *, timely: bool) -> Iterator[str]:
    """List what a sound may become: its own format first, then without loss, then smaller.

    MP3 always lasts longer than what it holds, so clocks that disagree are settled by WAV.
    """
    own = (info.container or "",) if timely else ()
    for container in dict.fromkeys((*own, *SOUNDS)):
        codec = SOUNDS.get(container)
        if codec and target.takes("container", container) and target.takes("audio_codec", codec):
            yield container


def _encoded(
    info: MediaInfo,
    target: Target,
    allow: Allow,
    finder: WindowFinder | None,
    container: str,
) -> AudioRecipe | None:
    """Encode a sound in one format; None where that would break the byte limits."""
    rate, channels = _fit(info, target, container)
    timing = solve_time(info, target, allow, finder, container)
    window = timing.window
    seconds = window.end_s - window.start_s if window else timing.extend_to_s or info.duration_s
    measured = replace(
        info,
        duration_s=seconds,
        sample_rate=rate or info.sample_rate,
        channels=channels or info.channels,
    )
    if not _small_enough(measured, target, container):
        return None
    return AudioRecipe(
        container,
        Mode.ENCODE,
        window=window,
        extend_to_s=timing.extend_to_s,
        extend=allow.short,
        sample_rate=rate,
        channels=channels,
        max_bytes=target.max_bytes,
        strip_private=allow.strip_private,
    )


def _small_enough(expected: MediaInfo, target: Target, container: str) -> bool:
    low, high = target.bytes
    if expected.duration_s is None:
        return True
    predicted = sound_bytes(container, expected, expected.duration_s)
    if container == "mp3":
        return predicted >= low and least_sound_bytes(expected.duration_s) <= high
    return low <= predicted <= high
