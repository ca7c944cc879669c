"""Judge one measure of one file against one limit, and word what came out.

Every message has the number found, the limit as its source writes it and whose limit it is; every
hint says the way out. Nothing here knows a number: limits come from profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from mediaprep.measures import CHOICES, FPS_NOMINAL, MEASURES, Measure
from mediaprep.model import Fault, Finding, Fixability, MediaInfo, Verdict
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.rules.registry import RULES
from mediaprep.units import Interval, format_beside, format_bytes, format_decimal

_NOTHING: tuple[Finding, ...] = ()
# How many decimals a number starts with; more are added where rounding would hide the offence.
_PLACES = {"aspect": 2, "duration": 2, "fps": 3}
_FRACTION_WORDS = frozenset({"fps"})


def out_of_range(
    code: str, name: str, info: MediaInfo, profile: Profile, hint: str = ""
) -> Sequence[Finding]:
    """Find whether a measure lies outside its limit, outside under some reading, or is unread."""
    if info.kind is None:
        return _NOTHING
    limits = profile.limits.get(info.kind)
    limit = limits.get(name) if limits else None
    if limit is None:
        return _NOTHING
    measure = FPS_NOMINAL if name == "fps" and limit.of == "nominal" else MEASURES[name]
    value = measure.value(info)
    if value is None:
        return _unmeasured(code, measure.words, measure.fact, info, profile, limit)
    verdict = limit.judge(*value)
    if verdict is Verdict.PASS:
        return _NOTHING
    return (_offence(code, measure, value, info, profile, limit, verdict, hint),)


def not_one_of(
    code: str, name: str, info: MediaInfo, profile: Profile, hint: str = ""
) -> Sequence[Finding]:
    """Find whether a word is missing from the words that the profile lists."""
    limits = profile.limits.get(info.kind) if info.kind else None
    limit = limits.get(name) if limits else None
    if limit is None:
        return _NOTHING
    choice = CHOICES[name]
    word = choice.value(info)
    if word in limit.choices:
        return _NOTHING
    if word is None:
        return _unmeasured(code, choice.words, choice.fact, info, profile, limit)
    message = f"{choice.words} is {word}, {accepts(profile, limit)}"
    finding = RULES[code].finding(Verdict.FAIL, message, found=word, hint=hint or None)
    return (_sourced(finding, name, profile, limit),)


def accepts(profile: Profile, limit: Limit) -> str:
    """Word a limit: whose it is, what it allows, and that it is inherited when it is."""
    words = f"{profile.name} accepts {limit.text}"
    return f"{words} (inherited from {limit.inherited_from})" if limit.inherited_from else words


def _offence(
    code: str,
    measure: Measure,
    value: tuple[int, int],
    info: MediaInfo,
    profile: Profile,
    limit: Limit,
    verdict: Verdict,
    hint: str,
) -> Finding:
    number = Fraction(*value)
    shown = _shown(limit.measure, measure, number, limit, info)
    message = f"{measure.words} is {shown}, {accepts(profile, limit)}"
    if verdict is Verdict.CONTESTED:
        message += _contested_words(limit, number)
    if any(number in reading for reading in limit.observed):
        seen = f"was seen to be accepted: {limit.observed_text} in practice, not documented"
        hint = f"{hint}; {seen}" if hint else seen
    found = number.numerator if number.denominator == 1 else round(float(number), 6)
    finding = RULES[code].finding(verdict, message, found=found, hint=hint or None)
    return _sourced(finding, limit.measure, profile, limit)


def _shown(name: str, measure: Measure, number: Fraction, limit: Limit, info: MediaInfo) -> str:
    if measure.dimension == "bytes":
        return format_bytes(number.numerator)
    beside = _nearest(limit.readings, number)
    shown = format_beside(number, beside, _PLACES.get(name, 0))
    if name in _FRACTION_WORDS and number.denominator != 1:
        shown = f"{shown} {measure.unit} ({number})"
    elif measure.unit:
        shown = f"{shown} {measure.unit}"
    if name in ("aspect", "pixels"):
        shown += f" ({info.width}×{info.height})"
    return shown


def _nearest(readings: Sequence[Interval], number: Fraction) -> Interval:
    """The reading that the number breaks, so that its decimals show the offence."""
    broken = [reading for reading in readings if number not in reading]
    return broken[0] if broken else readings[0]


def _contested_words(limit: Limit, number: Fraction) -> str:
    taken = next(reading for reading in limit.readings if number in reading)
    refused = next(reading for reading in limit.readings if number not in reading)
    return f": within it if that means {_ends(taken)}, not if it means {_ends(refused)}"


def _ends(interval: Interval) -> str:
    low = format_decimal(interval.lo, 0) if interval.lo is not None else "any"
    high = f"{interval.hi.numerator:,}" if interval.hi is not None else "any"
    return f"{low} to {high} bytes"


def _unmeasured(
    code: str, words: str, fact: str, info: MediaInfo, profile: Profile, limit: Limit
) -> Sequence[Finding]:
    """Unknown is never a pass: a limited measure without a value is a finding of its own."""
    if any(fault is not Fault.MISMATCH for fault, _ in info.faults):
        return _NOTHING  # the fault says why nothing more was read, with the same verdict or worse
    why = info.unread.get(fact, "the file does not say")
    message = f"{words} could not be measured ({why}), {accepts(profile, limit)}"
    finding = RULES[code].finding(Verdict.UNKNOWN, message, fix=Fixability.NONE)
    return (_sourced(finding, limit.measure, profile, limit),)


def _sourced(finding: Finding, name: str, profile: Profile, limit: Limit) -> Finding:
    finding.profile = profile.name
    finding.measure = name
    finding.allowed = limit.text
    finding.source = limit.source
    return finding
