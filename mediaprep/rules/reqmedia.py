"""REQ: the references themselves: how many, how long, of which kind, and where they are."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from mediaprep.generation import FRAMES, Form, Reference, Role
from mediaprep.model import Finding, Kind, Severity, Verdict
from mediaprep.profiles.profile import Limit
from mediaprep.profiles.requests import RequestLimits
from mediaprep.rules.registry import RULES
from mediaprep.rules.reqfacts import RequestFacts, Standing, Used
from mediaprep.units import format_beside

_COUNTS = (
    ("REQ004", "images", Kind.IMAGE),
    ("REQ005", "videos", Kind.VIDEO),
    ("REQ006", "audios", Kind.AUDIO),
)
_SUMS = (("REQ007", "video_duration", Kind.VIDEO), ("REQ008", "audio_duration", Kind.AUDIO))
_FORMS = {Form.URL: "a URL", Form.DATA: "data:"}
_MEASURABLE = "give the file itself: what was published before is found by its content"
# Standing -> code, verdict, what is said of the reference, the way out.
_STANDINGS: dict[Standing, tuple[str, Verdict, str, str]] = {
    Standing.PENDING: (
        "REQ018",
        Verdict.FAIL,
        "is registered and was not active yet",
        "wait with `mediaprep publish`, or let `mediaprep request run` wait",
    ),
    Standing.FAILED: (
        "REQ018",
        Verdict.FAIL,
        "was refused by the backend",
        "change the file, or publish it again if the cause has gone",
    ),
    Standing.TRASHED: (
        "REQ018",
        Verdict.FAIL,
        "was deleted",
        "restore it with `mediaprep assets restore`, or publish it again",
    ),
    Standing.DOUBTFUL: (
        "REQ018",
        Verdict.UNKNOWN,
        "may be registered or not: the answer was lost",
        "`mediaprep publish` looks it up",
    ),
    Standing.UNKNOWN: (
        "REQ017",
        Verdict.UNKNOWN,
        "is not in the ledger: nothing is known of it",
        "give the file itself, or look with `mediaprep assets get` and --ignore REQ017",
    ),
    Standing.AMBIGUOUS: (
        "REQ017",
        Verdict.UNKNOWN,
        "is in the ledger under several accounts",
        "set the key of the account that is meant",
    ),
    Standing.NEW: (
        "REQ020",
        Verdict.CONTESTED,
        "is not published yet",
        "`mediaprep request run` publishes it, as `mediaprep publish` does",
    ),
}


def judge_media(
    facts: RequestFacts, limits: RequestLimits, codes: frozenset[str]
) -> Iterator[Finding]:
    """Judge each reference, then what they are together.

    What cannot be measured is said once: by the rule in `codes` that says why.
    """
    told: set[int] = set()
    for number, used in enumerate(facts.used):
        found = [*_kind(used), *_standing(used), *_inline(used, limits)]
        unreadable = used.info is not None and bool(used.info.faults)
        if unreadable or any(f.code in codes and f.severity is Severity.ERROR for f in found):
            told.add(number)
        yield from found
    untold = frozenset(u.reference for n, u in enumerate(facts.used) if n not in told)
    for code, name, kind in _COUNTS:
        yield from _count(code, name, len(list(facts.of_kind(kind))), limits)
    for code, name, kind in _SUMS:
        yield from _sum(code, name, list(facts.of_kind(kind)), limits, untold)
    yield from _frames(facts, untold)


def _kind(used: Used) -> Iterator[Finding]:
    wanted = used.reference.kind
    if used.kind is not None and used.kind is not wanted:
        words = f"{used.reference.label} is {_a(used.kind)}, not {_a(wanted)}"
        hint = f"move it to reference_{used.kind}s"
        yield RULES["REQ019"].finding(Verdict.FAIL, words, found=used.kind, hint=hint)


def _standing(used: Used) -> Iterator[Finding]:
    if used.standing not in _STANDINGS:
        return
    code, verdict, words, hint = _STANDINGS[used.standing]
    why = f" ({used.why})" if used.why else ""
    message = f"{used.reference.label} {words}{why}"
    yield RULES[code].finding(verdict, message, found=used.standing, hint=hint)


def _inline(used: Used, limits: RequestLimits) -> Iterator[Finding]:
    form, kind = used.reference.form, used.reference.kind
    taken = {Form.URL: limits.inline, Form.DATA: limits.data}.get(form)
    if taken is not None and kind not in taken:
        listed = ", ".join(sorted(taken)) or "nothing"
        words = f"{used.reference.label}: {limits.backend} takes {listed} as {_FORMS[form]}"
        hint = "give the file, or the asset:// URI that `mediaprep publish` makes of it"
        source = limits.source
        yield RULES["REQ016"].finding(Verdict.FAIL, words, found=form, source=source, hint=hint)


def _count(code: str, name: str, count: int, limits: RequestLimits) -> Iterator[Finding]:
    limit = limits.sets.get(name)
    if limit is None or limit.judge(count) is Verdict.PASS:
        return
    words = f"{count} reference {name}, one request takes {limit.text}"
    yield _limited(code, limit.judge(count), words, limit, count, "leave some out")


def _sum(
    code: str,
    name: str,
    used: list[Used],
    limits: RequestLimits,
    untold: frozenset[Reference],
) -> Iterator[Finding]:
    limit = limits.sets.get(name)
    if limit is None or not used:
        return
    known = [u.duration_s for u in used if u.duration_s is not None]
    unknown = [u.reference for u in used if u.duration_s is None and u.reference in untold]
    total = sum(known, Fraction(0))
    verdict = limit.judge(total.numerator, total.denominator)
    shown = f"{format_beside(total, limit.readings[0], 2)} s"
    kind = used[0].reference.kind
    if verdict is not Verdict.PASS:
        words = f"the reference {kind}s play {shown} together, one request takes {limit.text}"
        hint = "trim them with `mediaprep fix`, or leave one out"
    elif unknown:
        verdict = Verdict.UNKNOWN
        words = (
            f"how long {unknown[0].label} plays is not known, one request takes {limit.text} in sum"
        )
        hint = f"{_MEASURABLE}; or --ignore {code}"
    else:
        return
    yield _limited(code, verdict, words, limit, round(float(total), 6), hint)


def _limited(
    code: str, verdict: Verdict, words: str, limit: Limit, found: float, hint: str
) -> Finding:
    return RULES[code].finding(
        verdict,
        words,
        severity=_unmeasured(verdict),
        found=found,
        measure=limit.measure,
        allowed=limit.text,
        source=limit.source,
        hint=hint,
    )


def _frames(facts: RequestFacts, untold: frozenset[Reference]) -> Iterator[Finding]:
    frames = {u.reference.role: u for u in facts.used if u.reference.role in FRAMES}
    first, last = frames.get(Role.FIRST_FRAME), frames.get(Role.LAST_FRAME)
    if first is None or last is None:
        return
    sizes = [first.size, last.size]
    unknown = [u.reference for u in (first, last) if u.size is None and u.reference in untold]
    if unknown:
        words = f"how large {unknown[0].label} is, is not known; the frames must be equal"
        hint = f"{_MEASURABLE}; or --ignore REQ011"
        severity = _unmeasured(Verdict.UNKNOWN)
        yield RULES["REQ011"].finding(Verdict.UNKNOWN, words, severity=severity, hint=hint)
    elif None not in sizes and first.size != last.size:
        shown = " and ".join(f"{size[0]}×{size[1]}" for size in sizes if size)
        words = f"first and last frame are {shown}"
        hint = "make both the same size"
        yield RULES["REQ011"].finding(Verdict.FAIL, words, found=shown, hint=hint)


def _unmeasured(verdict: Verdict) -> Severity | None:
    """A URL is a reference like any other: that it cannot be measured offline is its nature."""
    return Severity.WARNING if verdict is Verdict.UNKNOWN else None


def _a(kind: Kind) -> str:
    return {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "sound"}[kind]
