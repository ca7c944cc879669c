"""What holds of the plan for every file and every profile that there could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from conftest import findings_of, video
from fix_cases import UNSAFE_FIXES, allowances, clips, files, plan, profiles
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.plan import NO_REMEDY, UNSAFE, make_plan
from mediaprep.fix.recipe import (
    Action,
    Allow,
    FixPlan,
    Mode,
    Safety,
    VideoRecipe,
)
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.fix.solve.target import target_of
from mediaprep.model import Kind, MediaInfo, Severity, Verdict
from mediaprep.profiles import Profile, built_in_names, load_profile
from mediaprep.rules import select_rules

F = Fraction
ATLAS = load_profile("atlascloud")
OFFICIAL = load_profile("volcengine-2026")


SAME = settings(deadline=None, max_examples=60)
built_in = st.lists(
    st.sampled_from([load_profile(name) for name in built_in_names()]),
    min_size=1,
    max_size=2,
    unique_by=lambda p: p.name,
)
chosen_profiles = st.one_of(built_in, profiles())


def _sound(made: FixPlan, chosen: Sequence[Profile], allow: Allow) -> None:
    """Check what must hold for any plan."""
    if made.action is Action.KEEP:
        assert made.recipe is None
        assert made.steps == ()
    elif made.action is Action.LEAVE:
        assert made.refusal
        assert "would still be refused" not in made.refusal
    else:
        assert made.expected is not None
        left = findings_of(made.expected, *chosen)
        assert all(finding.verdict is Verdict.PASS for finding in left)
        again = make_plan(made.expected, left, chosen, allow)
        assert again.action is Action.KEEP
        assert allow.content or made.safety < Safety.CONTENT
        assert made.steps


@SAME
@given(files(), chosen_profiles, allowances())
def test_a_plan_leads_to_a_file_that_passes_and_is_kept(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    _sound(make_plan(info, findings_of(info, *chosen), chosen, allow), chosen, allow)


@SAME
@given(files(), chosen_profiles, allowances())
def test_what_passes_is_kept_and_what_does_not_is_not(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    findings = findings_of(info, *chosen)
    made = make_plan(info, findings, chosen, allow)
    clean = all(finding.verdict is Verdict.PASS for finding in findings)
    private = allow.strip_private and not {"gps", "serial"}.isdisjoint(info.marks)
    assert (made.action is Action.KEEP) == (clean and not private)


@SAME
@given(files(), chosen_profiles)
def test_the_target_disputes_what_the_rules_call_contested(
    info: MediaInfo, chosen: list[Profile]
) -> None:
    assert info.kind is not None
    rules = select_rules()
    target = target_of(chosen, info.kind, rules)
    if not target.broken(info):
        contested = {f.code for f in rules.check(info, chosen) if f.verdict is Verdict.CONTESTED}
        assert target.disputed(info) == contested - {"PRB004"}


@SAME
@given(files(), chosen_profiles)
def test_the_target_is_broken_exactly_where_a_limit_is(
    info: MediaInfo, chosen: list[Profile]
) -> None:
    assert info.kind is not None
    rules = select_rules()
    found = rules.check(info, chosen)
    measures = {f.measure for f in found if f.verdict is not Verdict.PASS} - {None}
    broken = target_of(chosen, info.kind, rules).broken(info)
    disputes = {f.measure for f in found if f.code in ("GEO006", "GEO007", "TIM004")}
    assert broken <= measures | {"kind"} or info.audio_tracks == 0
    assert measures <= broken | disputes | {"kind"} or info.audio_tracks == 0


@SAME
@given(files(), chosen_profiles, allowances())
def test_more_leave_never_refuses_more(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    findings = findings_of(info, *chosen)
    less, more = (
        make_plan(info, findings, chosen, replace(allow, content=content))
        for content in (False, True)
    )
    if less.action is not Action.LEAVE:
        assert more.action is less.action
    if less.conflict is not None:
        allowed = more.action is Action.APPLY
        assert less.conflict.remedy == (UNSAFE if allowed else NO_REMEDY)


@SAME
@given(files(), chosen_profiles, allowances())
def test_a_conflict_is_real_and_minimal(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    made = make_plan(info, findings_of(info, *chosen), chosen, allow)
    if made.conflict is None:
        return
    needed = set(made.conflict.limits)
    assert needed
    asked = replace(allow, content=allow.content or made.conflict.remedy == NO_REMEDY)
    alone = [_only(p, needed) for p in chosen]
    assert _fails(info, alone, asked)
    for words in needed:
        assert not _fails(info, [_only(p, needed - {words}) for p in chosen], asked)


def _only(limits: Profile, words: set[str]) -> Profile:
    """Keep those limits of a profile that a conflict names."""
    kept = {
        kind: {
            name: limit
            for name, limit in table.items()
            if f"{limits.name} {kind}.{name} {limit.text}" in words
        }
        for kind, table in limits.limits.items()
    }
    return limits._replace(limits=kept, fingerprint="")  # it is another profile now


def _fails(info: MediaInfo, chosen: list[Profile], allow: Allow) -> bool:
    made = make_plan(info, findings_of(info, *chosen), chosen, allow)
    return made.conflict is not None


@SAME
@given(clips(), st.sampled_from(["atlascloud", "volcengine-2026"]))
def test_a_clip_is_framed_as_the_geometry_solver_says(info: MediaInfo, name: str) -> None:
    limits = load_profile(name)
    made = make_plan(info, findings_of(info, limits), [limits], UNSAFE_FIXES)
    if made.action is Action.APPLY and info.sample_aspect == 1:
        assert isinstance(made.recipe, VideoRecipe)
        if made.recipe.mode is Mode.ENCODE:
            bounds = target_of([limits], Kind.VIDEO, select_rules()).bounds
            assert info.width is not None
            assert info.height is not None
            assert made.recipe.framing == solve_geometry(
                info.width, info.height, bounds, UNSAFE_FIXES, even=True
            )


def test_findings_of_error_severity_never_remain() -> None:
    made = plan(video(width=3840, height=2160, fps=F(120), fps_nominal=F(120)))
    assert made.expected is not None
    left = findings_of(made.expected, ATLAS)
    assert not [f for f in left if f.severity is Severity.ERROR]
