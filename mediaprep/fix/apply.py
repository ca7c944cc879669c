"""Carry out one plan: write beside, probe, judge again, and only then give the file its name.

The result must show what the plan promised and break no limit, or it is not kept.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from hashlib import sha256
from typing import Protocol

from mediaprep.errors import FixFailed
from mediaprep.fix.journal import Stamp
from mediaprep.fix.place import Place
from mediaprep.fix.recipe import Action, FixPlan, Recipe, copies
from mediaprep.fix.safewrite import beside, copy_bytes, in_words, keep_metadata, shared
from mediaprep.formats import misleads
from mediaprep.model import Finding, Kind, MediaInfo, Severity, Verdict
from mediaprep.probe import probe
from mediaprep.profiles.profile import Profile
from mediaprep.rules import RuleSet

# Clocks tick in frames, and encoders round to packets: less than what any limit would notice,
# since the rules have judged the result as well.
_DURATION_S = Fraction(15, 100)  # a copied cut ends at a frame of picture and one of sound
_FPS = Fraction(1, 100)


class Judging(Protocol):
    """What a file is judged by."""

    @property
    def profiles(self) -> list[Profile]:
        """The profiles."""

    @property
    def rules(self) -> RuleSet:
        """The chosen rules."""


class Executors(Protocol):
    """What carries recipes out, and compares results with what they were made from."""

    def write(self, info: MediaInfo, recipe: Recipe, out_path: str) -> None:
        """Write a complete new file, or raise FixFailed."""

    def score(self, plan: FixPlan, made: MediaInfo) -> Score | None:
        """Measure how near the result is to the original, or return None."""


@dataclass(frozen=True, slots=True)
class Score:
    """How near a result is to its original at the same size."""

    ssim: float | None = None
    vmaf: float | None = None


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of a file."""

    output: str
    info: MediaInfo
    findings: list[Finding]
    score: Score | None = None
    made: bool = True  # False: it was there already, from an earlier run


def digest(plan: FixPlan) -> str:
    """Return a word that changes when a plan would make another file."""
    return sha256(repr((plan.action, plan.recipe)).encode()).hexdigest()[:24]


def apply_plan(
    plan: FixPlan,
    target: str,
    place: Place,
    executors: Executors,
    judging: Judging,
    *,
    share: bool = False,
) -> Applied:
    """Make the result of a plan and put it in its place.

    Raises FixFailed where that is not possible: then everything is as it was.
    """
    source = plan.source.path
    word = digest(plan)
    with in_words(source):
        if place.journal.finished(target, source, word):
            return Applied(target, *_judge(target, target, judging), made=False)
        output = place.prepare(source, target)
        stamp = Stamp.of(source)
        _require_unchanged(plan.source, stamp)
    with shared(source), beside(output) as temp:
        _make(plan, temp, executors, share=share)
        info, findings = _judge(temp, output, judging)
        _prove(plan, info, findings)
        score = None
        if plan.action is Action.APPLY and not copies(plan.recipe):
            score = executors.score(plan, replace(info, path=temp))
        keep_metadata(source, temp)
        _require_same(source, stamp)
        place.journal.ready(output, source, stamp, word, Stamp.of(temp))
        place.settle(temp, source, output)
        place.journal.done(output)
    return Applied(target, replace(info, path=target), findings, score)


def _make(plan: FixPlan, temp: str, executors: Executors, *, share: bool) -> None:
    if plan.recipe is None or copies(plan.recipe):
        copy_bytes(plan.source.path, temp, share=share)
    else:
        executors.write(plan.source, plan.recipe, temp)


def _judge(path: str, name: str, judging: Judging) -> tuple[MediaInfo, list[Finding]]:
    """Probe a file and judge it as if it had its name already."""
    info = replace(probe(path), path=name)
    return info, judging.rules.check(info, judging.profiles)


def _prove(plan: FixPlan, info: MediaInfo, findings: Sequence[Finding]) -> None:
    """Refuse a result that still breaks a limit, or that is not what the plan said."""
    if plan.action is Action.KEEP:
        return
    broken = [f for f in findings if f.severity is Severity.ERROR or f.verdict is not Verdict.PASS]
    if broken:
        words = f"the result was not accepted: {broken[0].code} {broken[0].message}"
        raise FixFailed(words, "this is a defect of the plan, please report it")
    if plan.expected is not None and (words := difference(plan.expected, info)):
        raise FixFailed(f"the result is not what the plan said: {words}", "please report it")


def difference(expected: MediaInfo, info: MediaInfo) -> str:
    """Say in what a result differs from what was expected of it; nothing where it does not."""
    if expected.kind is not info.kind:
        return f"{info.kind} instead of {expected.kind}"
    if expected.container and misleads(expected.container, info.container or ""):
        return f"{info.container} instead of {expected.container}"
    for name in ("width", "height", "video_codec", "audio_codec", "pix_fmt"):
        wanted, found = getattr(expected, name), getattr(info, name)
        if wanted is not None and wanted != found:
            return f"{name} is {found} instead of {wanted}"
    if expected.kind is Kind.IMAGE:
        return ""  # what an animation's frames add up to is told by each format in its own way
    frame = 2 / expected.fps if expected.fps else Fraction(0)
    slack = {"duration_s": max(_DURATION_S, frame), "fps": (expected.fps or Fraction(0)) * _FPS}
    for name, most in slack.items():
        wanted, found = getattr(expected, name), getattr(info, name)
        if wanted is not None and (found is None or abs(found - wanted) > most):
            shown = "unknown" if found is None else f"{float(found):.4g}"
            return f"{name} is {shown} instead of {float(wanted):.4g}"
    return ""


def _require_unchanged(info: MediaInfo, stamp: Stamp) -> None:
    if info.size_bytes != stamp.size:
        raise FixFailed("it changed after it was judged", "run the same again")


def _require_same(source: str, stamp: Stamp) -> None:
    status = os.stat(source)
    if (status.st_size, status.st_mtime_ns, status.st_ino) != (
        stamp.size,
        stamp.mtime_ns,
        stamp.inode,
    ):
        raise FixFailed("it changed while it was being fixed", "run the same again")
