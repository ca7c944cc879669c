"""What holds for every rule: nearer to the inside is never worse, and nothing else plays a part."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, findings_of, image, video
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from mediaprep.measures import CHOICES, MEASURES
from mediaprep.model import Finding, Kind, MediaInfo, Verdict, worst
from mediaprep.profiles import Limit, built_in_names, load_profile
from mediaprep.rules import RULES, select_rules

_RANK = {Verdict.PASS: 0, Verdict.CONTESTED: 1, Verdict.UNKNOWN: 2, Verdict.FAIL: 3}
_MAKE = {Kind.IMAGE: image, Kind.VIDEO: video, Kind.AUDIO: audio}
_BOUNDED = [
    (name, kind, limit)
    for name in built_in_names()
    for kind, table in load_profile(name).limits.items()
    for limit in table.values()
    if limit.readings
]


def _with(kind: Kind, measure: str, value: Fraction) -> MediaInfo:
    """Make facts of one kind whose measure has a value, by the fact that it is read from."""
    if measure == "aspect":
        return _MAKE[kind](width=value.numerator, height=value.denominator)
    if measure == "pixels":
        return _MAKE[kind](width=int(value), height=1)
    fact = MEASURES[measure].fact
    whole = fact not in ("duration_s", "fps")
    return _MAKE[kind](**{fact: int(value) if whole else value})


def _rank(found: Sequence[Finding], measure: str) -> int:
    return max((_RANK[f.verdict] for f in found if f.measure == measure), default=0)


@st.composite
def _two_values(draw: st.DrawFn) -> tuple[str, Kind, Limit, Fraction, Fraction]:
    """Draw a limit and two values on one side of its middle, the nearer one first."""
    name, kind, limit = draw(st.sampled_from(_BOUNDED))
    lo = min(reading.lo or Fraction(0) for reading in limit.readings)
    hi = max(reading.hi or Fraction(0) for reading in limit.readings)
    middle = (lo + hi) / 2
    whole = limit.measure not in ("duration", "fps", "aspect")
    span = st.integers(0, int(hi) * 2 + 2) if whole else st.fractions(0, hi * 2)
    borders = [r.lo or Fraction(0) for r in limit.readings]
    borders += [r.hi or Fraction(0) for r in limit.readings]
    near = [b + step for b in borders for step in (-1, 0, 1) if b + step >= 0]
    values = st.one_of(span.map(Fraction), st.sampled_from(near))
    one, other = draw(values), draw(values)
    assume(one > 0)
    assume(other > 0)
    assume((one < middle) == (other < middle))
    nearer, farther = sorted((one, other), key=lambda value: abs(value - middle))
    return name, kind, limit, nearer, farther


@given(_two_values())
def test_moving_a_value_towards_the_inside_never_worsens_its_verdict(
    drawn: tuple[str, Kind, Limit, Fraction, Fraction],
) -> None:
    name, kind, limit, nearer, farther = drawn
    measure = limit.measure
    inner = _rank(findings_of(_with(kind, measure, nearer), name), measure)
    outer = _rank(findings_of(_with(kind, measure, farther), name), measure)
    assert inner <= outer


@given(_two_values())
def test_what_was_not_measured_is_never_better_than_what_was(
    drawn: tuple[str, Kind, Limit, Fraction, Fraction],
) -> None:
    name, kind, limit, value, _ = drawn
    measured = _with(kind, limit.measure, value)
    blind = replace(measured)
    setattr(blind, MEASURES[limit.measure].fact, None)
    ranks = [_rank(findings_of(info, name), limit.measure) for info in (measured, blind)]
    assert ranks[1] == _RANK[Verdict.UNKNOWN]
    assert ranks[0] != _RANK[Verdict.UNKNOWN]


_sides = st.integers(1, 9000)
_infos = st.one_of(
    st.builds(image, width=_sides, height=_sides, size_bytes=st.integers(0, 40_000_000)),
    st.builds(
        video,
        width=_sides,
        height=_sides,
        duration_s=st.none() | st.fractions(0, 30),
        fps=st.none() | st.fractions(1, 120),
        sample_aspect=st.sampled_from([None, Fraction(1), Fraction(4, 3)]),
        video_codec=st.sampled_from([None, "h264", "av1"]),
    ),
    st.builds(
        audio,
        duration_s=st.none() | st.fractions(0, 30),
        container=st.sampled_from(["wav", "mp3", "flac"]),
    ),
)


def _said(found: Sequence[Finding]) -> list[tuple[object, ...]]:
    return sorted((f.code, f.profile or "", f.message) for f in found)


@settings(max_examples=40)
@given(_infos, st.permutations(built_in_names()))
def test_judging_by_many_profiles_is_judging_by_each(info: MediaInfo, names: list[str]) -> None:
    facts_alone = _said(findings_of(info))
    by_each = [f for name in names for f in findings_of(info, name) if f.profile]
    assert _said(findings_of(info, *names)) == sorted([*facts_alone, *_said(by_each)])


@given(_infos, st.lists(st.sampled_from(sorted(RULES)), min_size=1, max_size=5))
def test_choosing_rules_chooses_findings_and_changes_none(
    info: MediaInfo, codes: list[str]
) -> None:
    profiles = [load_profile("byteplus")]
    everything = select_rules().check(info, profiles)
    chosen = select_rules(select=codes).check(info, profiles)
    rest = select_rules(ignore=codes).check(info, profiles)
    assert chosen == [f for f in everything if f.code in codes]
    assert rest == [f for f in everything if f.code not in codes]


@given(_infos)
def test_judging_changes_no_fact_and_repeats_itself(info: MediaInfo) -> None:
    before = replace(info)
    first = findings_of(info, "atlascloud", "volcengine")
    assert info == before
    assert findings_of(info, "atlascloud", "volcengine") == first
    assert worst(first) is worst(first[::-1])


@pytest.mark.parametrize(
    ("select", "ignore", "expected"),
    [
        pytest.param((), (), set(RULES), id="all"),
        pytest.param(("geo",), (), {c for c in RULES if c[:3] in ("GEO",)}, id="a family"),
        pytest.param(("GEO", "TIM002"), ("GEO001",), None, id="but one"),
    ],
)
def test_codes_are_chosen_by_how_they_start(
    select: tuple[str, ...], ignore: tuple[str, ...], expected: set[str] | None
) -> None:
    codes = select_rules(select, ignore).codes
    always = {code for code, rule in RULES.items() if rule.always}
    if expected is None:
        expected = {c for c in RULES if c.startswith("GEO")} - {"GEO001"} | {"TIM002"}
    assert codes == expected | (always if select else set())


def test_whatever_is_unreadable_stays_unless_it_is_ignored_by_name() -> None:
    always = {code for code, rule in RULES.items() if rule.always}
    assert {"PRB001", "PRB002", "PRB005", "PRB010", "CON006"} <= always
    assert always <= select_rules(select=("PIC008",)).codes
    assert not always & select_rules(select=("PIC008",), ignore=("PRB", "CON")).codes


def test_every_choice_is_a_rule_of_some_family() -> None:
    info: dict[str, Any] = dict.fromkeys(CHOICES, "?")
    found = findings_of(video(path="a", **info), "byteplus")
    assert {f.measure for f in found if f.found == "?"} == {
        *("container", "video_codec", "audio_codec"),
    }
