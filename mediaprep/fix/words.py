"""Show a plan before anything is done: as text for people, as JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator

from mediaprep.fix.recipe import Action, FixPlan, Safety
from mediaprep.measures import JsonValue, facts
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

PlanDict = dict[str, object]


def describe(plan: FixPlan, command: str = "") -> str:
    """Word a plan in lines: what the file is and would be, each step, what it costs.

    `command` is what a person could run instead, as executors know it. The path is written as it
    is: whoever prints must make it printable.
    """
    return "".join(f"{line}\n" for line in _lines(plan, command))


def _lines(plan: FixPlan, command: str) -> Iterator[str]:
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
    for name, before, after in _changes(plan.source, plan.expected):
        change = before if before == after else f"{before} → {after}"
        yield f"  {_WORDS.get(name, name):<{width}}  {change}"
    for step in plan.steps:
        codes = f", {' '.join(step.codes)}" if step.codes else ""
        loss = f": {step.loss}" if step.loss else ""
        yield f"  - {step.words} ({step.safety.name.lower()}{codes}){loss}"
    if command:
        yield f"  $ {command}"


def _changes(before: MediaInfo, after: MediaInfo) -> Iterator[tuple[str, str, str]]:
    """List the facts that matter or change, as they are and as they will be."""
    for name in _SHOWN[before.kind]:
        was, will = _shown(before, name), _shown(after, name)
        if name == "size_bytes" and after.size_bytes != before.size_bytes:
            will = f"about {will}"
        if was != will or (name in _ALWAYS and was != "unknown"):
            yield name, was, will


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


def as_dict(plan: FixPlan, command: str = "") -> PlanDict:
    """Return a plan as JSON values, for programs that only want to read it; see `save`."""
    conflict = plan.conflict
    return {
        "path": plan.source.path,
        "kind": plan.source.kind,
        "action": plan.action,
        "safety": plan.safety.name.lower(),
        "profiles": list(plan.profiles),
        "codes": list(dict.fromkeys(finding.code for finding in plan.findings)),
        "before": facts(plan.source),
        "after": _after(plan),
        "predicted_bytes": plan.predicted_bytes,
        "steps": [
            {
                "words": step.words,
                "safety": Safety(step.safety).name.lower(),
                "codes": list(step.codes),
                "loss": step.loss or None,
            }
            for step in plan.steps
        ],
        "refusal": plan.refusal or None,
        "conflict": conflict and {"limits": list(conflict.limits), "remedy": conflict.remedy},
        "command": command or None,
    }


def _after(plan: FixPlan) -> dict[str, JsonValue] | None:
    return None if plan.expected is None else facts(plan.expected)
