"""REQ: judge a generation request before anything is sent or paid for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from mediaprep.generation import FRAMES, Form, Mode, Role
from mediaprep.model import Finding, Severity, Verdict
from mediaprep.profiles.profile import Limit
from mediaprep.profiles.requests import RequestLimits
from mediaprep.rules.registry import RULES
from mediaprep.rules.reqfacts import RequestFacts
from mediaprep.rules.reqmedia import judge_media
from mediaprep.rules.reqprompt import judge_prompt
from mediaprep.units import format_bytes

_PUBLISHED = frozenset({Form.PATH, Form.ASSET})
_SOUND = frozenset({Role.REFERENCE_AUDIO})
_WAYS = {
    Mode.TEXT: "a prompt alone",
    Mode.FRAMES: "a first and last frame",
    Mode.REFERENCES: "references",
}


def judge_request(
    facts: RequestFacts, limits: RequestLimits, codes: frozenset[str]
) -> list[Finding]:
    """Judge a request against its backend's table by the rules in `codes`; reads nothing."""
    found = [*_backend(limits), *judge_prompt(facts, limits), *judge_media(facts, limits, codes)]
    found += [*_ways(facts, limits), *_options(facts, limits), *_body(facts, limits)]
    return [replace(f, profile=limits.backend) for f in _pressing(found, codes)]


def _pressing(found: list[Finding], codes: frozenset[str]) -> list[Finding]:
    """Leave out what is merely open, unmeasured or unpublished, as long as something is wrong."""
    chosen = [f for f in found if f.code in codes]
    wrong = any(f.severity is Severity.ERROR for f in chosen)
    return [f for f in chosen if not (wrong and _is_open(f))]


def _is_open(finding: Finding) -> bool:
    unmeasured = finding.verdict is Verdict.UNKNOWN and finding.severity is Severity.WARNING
    return unmeasured or finding.code == "REQ020"


def _backend(limits: RequestLimits) -> Iterator[Finding]:
    if not limits.documented:
        words = f"no page says how a generation is asked for at {limits.backend}"
        hint = "choose another backend for the generation"
        yield RULES["REQ026"].finding(Verdict.UNKNOWN, words, source=limits.source, hint=hint)


def _ways(facts: RequestFacts, limits: RequestLimits) -> Iterator[Finding]:
    request = facts.request
    roles = {reference.role for reference in request.references}
    if roles and roles <= _SOUND:
        words = "reference audios come with no image and no video"
        yield RULES["REQ009"].finding(Verdict.FAIL, words, hint="add a reference image or video")
    if roles & FRAMES and roles - FRAMES:
        words = f"{_listed(roles & FRAMES)} cannot be mixed with {_listed(roles - FRAMES)}"
        hint = "make the frame a reference image, and say in the prompt that it comes first"
        yield RULES["REQ010"].finding(Verdict.FAIL, words, hint=hint)
        return
    if Role.LAST_FRAME in roles and Role.FIRST_FRAME not in roles:
        words = "a last frame comes without a first one"
        yield RULES["REQ022"].finding(Verdict.FAIL, words, hint="add first_frame")
    yield from _model(facts, limits)


def _model(facts: RequestFacts, limits: RequestLimits) -> Iterator[Finding]:
    request = facts.request
    way = limits.mode_of(request.model)
    # References are optional where they may be given: none at all is a prompt alone.
    fits = way in (None, request.mode) or (way, request.mode) == (Mode.REFERENCES, Mode.TEXT)
    if way is not None and not fits:
        words = f"{request.model} takes {_WAYS[way]}, and is given {_WAYS[request.mode]}"
        hint = "choose the model that goes with what is given"
        yield RULES["REQ023"].finding(Verdict.FAIL, words, found=request.model, hint=hint)
    assets = [r for r in request.references if r.form in _PUBLISHED]
    if assets and not limits.takes_assets(request.model):
        words = f"{request.model} takes no asset://, and {assets[0].label} is one or becomes one"
        allowed = ", ".join(limits.asset_models)
        yield RULES["REQ015"].finding(
            Verdict.FAIL,
            words,
            found=request.model,
            allowed=allowed,
            source=limits.source,
            hint=f"use a model like {allowed}, or give URLs",
        )


def _options(facts: RequestFacts, limits: RequestLimits) -> Iterator[Finding]:
    request = facts.request
    for code, name in (("REQ012", "resolution"), ("REQ013", "ratio")):
        word, limit = getattr(request, name), limits.limits[name]
        if word is not None and word not in limit.choices:
            yield _refused(code, name, word, limit, Verdict.FAIL, limits)
    length, limit = request.duration, limits.limits["duration"]
    if length is None or length in limits.durations:
        return
    if isinstance(length, float):
        shown = f"duration {length} is not whole"
        yield _refused("REQ014", "duration", length, limit, Verdict.FAIL, limits, shown=shown)
    elif (verdict := limit.judge(length)) is not Verdict.PASS:
        yield _refused("REQ014", "duration", length, limit, verdict, limits)


def _body(facts: RequestFacts, limits: RequestLimits) -> Iterator[Finding]:
    size, limit = facts.body_bytes, limits.limits["body"]
    if size is None:
        return
    verdict = limit.judge(size)
    if verdict is not Verdict.PASS:
        shown = f"body of {format_bytes(size)}"
        finding = _refused("REQ021", shown, size, limit, verdict, limits, shown=shown)
        yield replace(finding, measure="body", hint="publish what is given as data:")


def _refused(
    code: str,
    name: str,
    found: str | float,
    limit: Limit,
    verdict: Verdict,
    limits: RequestLimits,
    *,
    shown: str = "",
) -> Finding:
    inherited = f" (inherited from {limit.inherited_from})" if limit.inherited_from else ""
    words = f"{shown or f'{name} {found}'}, {limits.backend} takes {limit.text}{inherited}"
    return RULES[code].finding(
        verdict, words, measure=name, found=found, allowed=limit.text, source=limit.source
    )


def _listed(roles: set[Role] | frozenset[Role]) -> str:
    return ", ".join(sorted(role.replace("_", " ") for role in roles))
