"""SET: rules over several files: counts, summed durations, equal bytes, colliding names.

A folder is where people keep material for many requests, so what its files add up to is a note.
A named set (config `[sets]`, `--as-set`) is the references of one request: there it is an error.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction

from mediaprep.model import Finding, Fixability, Kind, Severity, Verdict
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.rules.limits import accepts
from mediaprep.rules.registry import RULES, declare
from mediaprep.tally import Tally
from mediaprep.units import format_beside

_DECLARED = (
    ("SET001", "images", "too-many-images", "Counts the images of a set.", Kind.IMAGE),
    ("SET002", "videos", "too-many-videos", "Counts the videos of a set.", Kind.VIDEO),
    ("SET003", "audios", "too-many-sounds", "Counts the sound files of a set.", Kind.AUDIO),
    ("SET004", "video_duration", "videos-too-long", "Adds up a set's videos.", Kind.VIDEO),
    ("SET005", "audio_duration", "sounds-too-long", "Adds up a set's sounds.", Kind.AUDIO),
)
_WHY = """

    ## Why it is refused
    One generation request takes so many references and so many seconds, and no more. The same
    file given twice counts twice.

    ## Scope
    A note for a folder, since a folder may serve many requests; an error for a named set."""
for _code, _, _name, _doc, _kind in _DECLARED:
    declare(_code, _name, _doc + _WHY, kinds=(_kind,), severity=Severity.NOTE)
declare(
    "SET006",
    "duplicate-content",
    """Finds files with the same bytes, however they are named; hard links are one file.

    ## Why it matters
    A duplicate is registered and paid for twice, and counts twice in a request.""",
    severity=Severity.NOTE,
)
declare(
    "SET007",
    "colliding-names",
    """Finds names in one folder that differ only in case or in Unicode form.

    ## Why it matters
    On Windows, macOS and in some buckets they are one name: one file replaces the other.""",
    severity=Severity.WARNING,
    fix=Fixability.LOSSLESS,
)


def judge_set(
    tally: Tally, profiles: Sequence[Profile], codes: frozenset[str], severity: Severity
) -> list[Finding]:
    """Judge what a set adds up to; with the severity of a note it is told, not held against it."""
    found = []
    for profile in profiles:
        for code, measure, _, _, kind in _DECLARED:
            limit = profile.sets.get(measure)
            if limit is None or code not in codes or kind not in tally.counts:
                continue
            finding = _judge_sum(code, measure, kind, tally, profile, limit)
            if finding and severity is Severity.NOTE:
                finding = replace(finding, severity=Severity.NOTE, verdict=Verdict.PASS)
            if finding:
                found.append(finding)
    return found


def pair_findings(twin: str | None, namesake: str | None, codes: frozenset[str]) -> list[Finding]:
    """Say that a file has the same bytes as an earlier one, or a name that collides with it."""
    found = []
    if twin and "SET006" in codes:
        words = f"the same bytes as {twin}"
        found.append(RULES["SET006"].finding(Verdict.PASS, words, found=twin))
    if namesake and "SET007" in codes:
        words = f"its name is {namesake!r} where case or Unicode form do not count"
        hint = "rename one of them"
        rule = RULES["SET007"]
        found.append(rule.finding(Verdict.CONTESTED, words, found=namesake, hint=hint))
    return found


def _judge_sum(
    code: str, measure: str, kind: Kind, tally: Tally, profile: Profile, limit: Limit
) -> Finding | None:
    if limit.measure.endswith("duration"):
        total = tally.seconds.get(kind, Fraction(0))
        shown = f"{format_beside(total, limit.readings[0], 2)} s"
        words = f"{kind} duration of the set"
    else:
        total = Fraction(tally.counts[kind])
        shown, words = str(total), f"{kind} count of the set"
    verdict = limit.judge(total.numerator, total.denominator)
    untimed = tally.untimed.get(kind, 0) if measure.endswith("duration") else 0
    if verdict is Verdict.PASS and untimed:
        verdict, shown = Verdict.UNKNOWN, f"{shown} and {untimed} files of unknown duration"
    if verdict is Verdict.PASS:
        return None
    finding = RULES[code].finding(
        verdict,
        f"{words} is {shown}, one request: {accepts(profile, limit)}",
        found=round(float(total), 6) if total.denominator != 1 else total.numerator,
        hint="give each request a set of its own",
    )
    return replace(
        finding,
        profile=profile.name,
        measure=measure,
        allowed=limit.text,
        source=limit.source,
    )
