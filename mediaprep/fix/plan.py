"""Decide what is to be done with one file: nothing, a change of least loss, or nothing possible.

Pure: reads no file, so that a plan can be shown before anything happens. The joint solution is
simulated and judged again by the same rules; a plan that would leave an error is not handed out.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cache

from mediaprep.fix.recipe import Action, Allow, Conflict, FixPlan, Recipe, Safety
from mediaprep.fix.simulate import simulate
from mediaprep.fix.solve.clips import solve_clip
from mediaprep.fix.solve.conflict import Infeasible, smallest_conflict
from mediaprep.fix.solve.containers import has_note, has_private
from mediaprep.fix.solve.pictures import solve_picture
from mediaprep.fix.solve.sounds import solve_sound
from mediaprep.fix.solve.target import Demand, Target, target_of
from mediaprep.fix.solve.timing import WindowFinder
from mediaprep.fix.steps import steps_of
from mediaprep.model import Finding, Kind, MediaInfo, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules import RuleSet, select_rules

UNSAFE = "--unsafe-fixes"
NO_REMEDY = "no change can meet them"
_DEFAULT = Allow()
# Of several files together, or of names: nothing that changing this one file would settle.
_NOT_OURS = ("SET", "URL", "REQ")
# What has to be known of a file before anything can be solved.
_NEEDED = {
    Kind.IMAGE: frozenset({"width", "height", "aspect", "pixels", "size", "frames"}),
    Kind.VIDEO: frozenset({"width", "height", "aspect", "pixels", "size", "duration"}),
    Kind.AUDIO: frozenset({"size", "duration"}),
}


@dataclass(frozen=True, slots=True)
class _Case:
    """One file and everything that decides what may be done with it."""

    info: MediaInfo
    findings: tuple[Finding, ...]
    profiles: tuple[Profile, ...]
    rules: RuleSet
    target: Target
    allow: Allow
    finder: WindowFinder | None

    def solve(self, target: Target, allow: Allow, finder: WindowFinder | None = None) -> Recipe:
        """Find the recipe of least loss for a target, or raise Infeasible."""
        if self.info.kind is Kind.IMAGE:
            return solve_picture(self.info, target, allow)
        if self.info.kind is Kind.VIDEO:
            return solve_clip(self.info, target, allow, finder)
        return solve_sound(self.info, target, allow, finder)

    def left(self, refusal: str, conflict: Conflict | None = None) -> FixPlan:
        """Make the plan to leave the file alone."""
        names = tuple(profile.name for profile in self.profiles)
        return FixPlan(
            self.info,
            names,
            Action.LEAVE,
            self.findings,
            refusal=refusal,
            conflict=conflict,
        )


def make_plan(
    info: MediaInfo,
    findings: Sequence[Finding],
    profiles: Sequence[Profile],
    allow: Allow = _DEFAULT,
    window_finder: WindowFinder | None = None,
    *,
    rules: RuleSet | None = None,
) -> FixPlan:
    """Plan the least change after which a file passes every profile under every reading.

    `findings` are what the `rules` found; limits whose rules were not chosen are not met on
    purpose. A file without error or contested finding is kept as it is.
    """
    offences = [
        f for f in findings if f.verdict is not Verdict.PASS and not f.code.startswith(_NOT_OURS)
    ]
    private = has_private(info, allow)
    noted = has_note(info, allow, {finding.code for finding in findings})
    if not offences and not ((private or noted) and info.kind):
        names = tuple(profile.name for profile in profiles)
        return FixPlan(info, names, Action.KEEP, tuple(findings))
    rules = rules or _all_rules()
    kind = info.kind
    case = _Case(
        info,
        tuple(findings),
        tuple(profiles),
        rules,
        target_of(profiles, kind, rules) if kind else Target(),
        allow,
        window_finder,
    )
    if refusal := _hopeless(info, offences, profiles):
        return case.left(refusal)
    try:
        recipe = case.solve(case.target, allow, window_finder)
    except Infeasible as problem:
        return _refused(case, problem.measures)
    return _planned(case, recipe)


def _hopeless(info: MediaInfo, offences: Sequence[Finding], profiles: Sequence[Profile]) -> str:
    """Say why nothing can be done for a file whatever is allowed; nothing if something may."""
    if info.faults:
        return f"{info.faults[0][1]}: cannot be decoded as it stands"
    if info.kind is None:
        return "neither image, video nor sound"
    for profile in profiles:
        if info.kind not in profile.limits:
            return f"{profile.name} takes no {info.kind}"
    for finding in offences:
        unknown = finding.verdict is Verdict.UNKNOWN
        if unknown and (finding.measure is None or finding.measure in _NEEDED[info.kind]):
            return finding.message
    return ""


def _planned(case: _Case, recipe: Recipe) -> FixPlan:
    """Simulate a recipe and judge the result; what would still be wrong is not worth doing."""
    info = case.info
    expected = simulate(info, recipe)
    for finding in case.rules.check(expected, case.profiles):
        if finding.verdict is not Verdict.PASS:
            return case.left(f"it would still be refused ({finding.code}): {finding.message}")
    steps = steps_of(info, recipe, expected, {finding.code for finding in case.findings})
    if not steps:
        unsettled = next(f for f in case.findings if f.verdict is not Verdict.PASS)
        return case.left(f"nothing settles {unsettled.code}: {unsettled.message}")
    return FixPlan(
        info,
        tuple(profile.name for profile in case.profiles),
        Action.APPLY,
        case.findings,
        recipe,
        steps,
        expected,
        expected.size_bytes,
    )


def _refused(case: _Case, measures: Collection[str]) -> FixPlan:
    """Name the smallest conflict, and what would have to be allowed to get around it."""
    allow, remedy, instead = case.allow, NO_REMEDY, ""
    if not allow.content:
        lenient = replace(case, allow=replace(allow, content=True), finder=None)
        try:
            possible = _planned(lenient, lenient.solve(case.target, lenient.allow))
        except Infeasible as problem:
            allow, measures = lenient.allow, problem.measures
        else:
            if possible.action is Action.LEAVE:
                return case.left(possible.refusal)
            remedy, instead = UNSAFE, _content_words(possible)
    limits = tuple(str(demand) for demand in _conflict(case, allow, measures))
    what = " with ".join(limits) or "the limits"
    together = f"{what} cannot be met together" if len(limits) > 1 else f"{what} cannot be met"
    refusal = together
    if instead:
        refusal = f"{what}: only {UNSAFE} would do ({instead})"
    return case.left(refusal, Conflict(limits, remedy))


def _conflict(case: _Case, allow: Allow, measures: Collection[str]) -> tuple[Demand, ...]:
    def feasible(demands: Sequence[Demand]) -> bool:
        try:
            case.solve(case.target.part(demands), allow)
        except Infeasible:
            return False
        return True

    demands = case.target.demands
    suspects = [demand for demand in demands if demand.measure in measures]
    return smallest_conflict(suspects, feasible) or smallest_conflict(demands, feasible)


def _content_words(plan: FixPlan) -> str:
    return ", ".join(step.words for step in plan.steps if step.safety is Safety.CONTENT)


@cache
def _all_rules() -> RuleSet:
    return select_rules()
