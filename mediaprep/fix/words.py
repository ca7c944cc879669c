"""Word a plan before anything is done."""

from __future__ import annotations

from collections.abc import Iterator

from mediaprep.fix.recipe import Action, FixPlan
from mediaprep.fix.solve.predict import spread
from mediaprep.model import Kind, MediaInfo
from mediaprep.units import format_bytes, format_decimal

_VERBS = {Action.KEEP: "nothing to fix", Action.APPLY: "fix", Action.LEAVE: "left alone"}
_SHOWN: dict[Kind | None, tuple[str, ...]] = {
    Kind.IMAGE: ("container", "size_bytes", "width", "frames", "has_alpha", "color_mode"),
    Kind.VIDEO: (
        *("container", "size_bytes", "width", "duration_s", "fps", "frames"),
        *("video_codec", "pix_fmt", "hdr", "audio_codec", "sample_rate", "channels"),
    ),
    Kind.AUDIO: ("container", "size_bytes", "duration_s", "audio_codec", "sample_rate", "channels"),
}
_UNITS = ("bytes", "kB", "MB", "GB", "TB")
_ALWAYS = frozenset({"container", "size_bytes", "width", "duration_s", "fps"})
_WORDS = {
    "size_bytes": "size",
    "width": "picture",
    "duration_s": "duration",
    "fps": "frame rate",
    "has_alpha": "alpha",
    "color_mode": "colours",
    "video_codec": "video codec",
    "pix_fmt": "pixel format",
    "audio_codec": "audio codec",
    "sample_rate": "sample rate",
}


def describe(plan: FixPlan, command: str = "") -> Iterator[str]:
    """Word a plan in lines: what the file is and would be, each step, what it costs.

    `command` is what a person could run instead, as executors know it. The path is written as it
    is, line ends and all: whoever prints must make each line printable.
    """
    path, verb = plan.source.path, _VERBS[plan.action]
    if plan.action is Action.LEAVE:
        yield f"{path}: {verb}: {plan.refusal}"
        if plan.conflict and plan.conflict.limits:
            yield f"  {' + '.join(plan.conflict.limits)}"
            yield f"  → {plan.conflict.remedy}"
        return
    if plan.action is Action.KEEP or plan.expected is None:
        yield f"{path}: {verb}"
        return
    yield f"{path}: {verb} ({plan.safety.name.lower()})"
    width = max(len(_WORDS.get(name, name)) for name in _SHOWN[plan.source.kind])
    for name, before, after in _changes(plan, plan.expected):
        change = before if before == after else f"{before} → {after}"
        yield f"  {_WORDS.get(name, name):<{width}}  {change}"
    for step in plan.steps:
        codes = f", {' '.join(step.codes)}" if step.codes else ""
        loss = f": {step.loss}" if step.loss else ""
        yield f"  - {step.words} ({step.safety.name.lower()}{codes}){loss}"
    if command:
        yield f"  $ {command}"


def _changes(plan: FixPlan, after: MediaInfo) -> Iterator[tuple[str, str, str]]:
    """List the facts that matter or change, as they are and as they will be."""
    before, recipe = plan.source, plan.recipe
    times, most = (1, None) if recipe is None else (spread(recipe), recipe.max_bytes)
    for name in _SHOWN[before.kind]:
        was, will = _shown(before, name), _shown(after, name)
        if name == "size_bytes" and after.size_bytes and after.size_bytes != before.size_bytes:
            will = _estimate(after.size_bytes, times, most)
        if was != will or (name in _ALWAYS and was != "unknown"):
            yield name, was, will


def _estimate(count: int, times: int, most: int | None) -> str:
    """Word a prediction: "about 12 MB (4 to 36 MB)"."""
    low, high = count / times, count * times
    if times == 1:
        return f"about {_roughly(count)}"
    return f"about {_roughly(count)} ({_roughly(low)} to {_roughly(min(high, most or high))})"


def _roughly(count: float) -> str:
    """Write a number of bytes with two digits that count."""
    unit = 0
    while count >= 999.5 and unit < len(_UNITS) - 1:
        count, unit = count / 1000, unit + 1
    return f"{float(f'{count:.2g}'):g} {_UNITS[unit]}"


def _shown(info: MediaInfo, name: str) -> str:
    value = getattr(info, name)
    if name == "width":
        return f"{info.width}×{info.height}" if info.width else "unknown"
    if value is None:
        return "none" if name in ("hdr", "audio_codec") else "unknown"
    if name == "size_bytes":
        return format_bytes(value)
    if name == "has_alpha":
        return "yes" if value else "no"
    if name == "duration_s":
        return f"{format_decimal(value, 3)} s"
    if name == "fps":
        return f"{format_decimal(value, 3)} fps"
    return f"{value:,} Hz" if name == "sample_rate" else str(value)
