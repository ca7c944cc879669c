"""REQ: what a prompt names, how it spells it, and how long it is.

A prompt names a reference by kind and number: `@Image1` (Sunra), `[Image1]` (Crun), `Image 1` and
`图片1` (Ark). Bare words are prose at other backends unless nothing else names that reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from mediaprep.generation import FRAMES
from mediaprep.model import Finding, Kind, Verdict
from mediaprep.profiles.requests import RequestLimits
from mediaprep.rules.registry import RULES
from mediaprep.rules.reqfacts import RequestFacts

_HAN = {Kind.IMAGE: "图片", Kind.VIDEO: "视频", Kind.AUDIO: "音频"}
_WORDS = {kind.value: kind for kind in Kind} | {han: kind for kind, han in _HAN.items()}
# "a video 5 seconds long" names nothing.
_TOKEN = re.compile(
    r"(?P<open>@|\[)?(?<![A-Za-z0-9_])(?P<word>image|video|audio|图片|视频|音频) ?"
    r"(?P<number>[0-9]{1,4})(?![0-9A-Za-z_]|[.:][0-9]|\.[a-z]{3,4}[0-9]?\b)\]?"
    r"(?!\s*-?\s*(?:s|secs?|seconds?|min|minutes?|fps|px|pixels|%|秒)\b)",
    re.IGNORECASE,
)
_ASSET_URI = re.compile(r"(?i)\basset://[^\s,;]*")
_HAN_CHARS = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
# How a prompt may name the first image, for a backend whose pages do not say.
_USUAL = "@Image1"


@dataclass(frozen=True, slots=True)
class Token:
    """One place of a prompt that names a reference."""

    text: str
    kind: Kind
    number: int
    is_bare: bool  # words without a mark: may be prose


def tokens_of(prompt: str) -> list[Token]:
    """Find what names a reference, or looks as if it did, in the order of the prompt."""
    return [
        Token(
            found[0],
            _WORDS[found["word"].lower()],
            int(found["number"]),
            not found["open"] and found["word"].isascii(),
        )
        for found in _TOKEN.finditer(prompt)
    ]


def spell(example: str, kind: Kind, number: int) -> str:
    """Name a reference in the way of an example that names the first image."""
    for image, word in (
        ("Image", kind.value.capitalize()),
        ("image", kind.value),
        (_HAN[Kind.IMAGE], _HAN[kind]),
    ):
        example = example.replace(image, word)
    return example.replace("1", str(number))


def judge_prompt(facts: RequestFacts, limits: RequestLimits) -> Iterator[Finding]:
    """Judge what the prompt says of the references, and the prompt itself."""
    counts = {kind: sum(1 for _ in facts.of_kind(kind)) for kind in Kind}
    named: set[tuple[Kind, int]] = set()
    for token in _meant(tokens_of(facts.request.prompt), counts, limits):
        if 1 <= token.number <= counts[token.kind]:
            named.add((token.kind, token.number))
            yield from _spelling(token, limits)
        else:
            yield _missing(token, counts[token.kind])
    for used in facts.used:
        kind, number = used.reference.kind, used.reference.number
        if used.reference.role not in FRAMES and (kind, number) not in named:
            hint = f"write {spell(_example(limits), kind, number)} in the prompt, or leave it out"
            words = f"the prompt does not name {used.reference.label}"
            yield RULES["REQ002"].finding(Verdict.FAIL, words, hint=hint)
    yield from _ids(facts.request.prompt, limits)
    yield from _length(facts.request.prompt, limits)


def _meant(tokens: list[Token], counts: dict[Kind, int], limits: RequestLimits) -> Iterator[Token]:
    """Leave out bare words that are prose here: they point nowhere, or at what is named well."""
    if _reads_words(limits):
        yield from tokens
        return
    marked = {(token.kind, token.number) for token in tokens if not token.is_bare}
    for token in tokens:
        place = (token.kind, token.number)
        prose = place in marked or not 1 <= token.number <= counts[token.kind]
        if not (token.is_bare and prose):
            yield token


def _spelling(token: Token, limits: RequestLimits) -> Iterator[Finding]:
    right = [spell(example, token.kind, token.number) for example in limits.tokens]
    # Where plain words are read, a mark around them takes nothing away: "[Image 1]", "@图片1".
    said = token.text.strip("@[]") if _reads_words(limits) else token.text
    if right and said not in right:
        words = f"the prompt says {token.text}, {limits.backend} reads {' or '.join(right)}"
        yield RULES["REQ003"].finding(
            Verdict.FAIL,
            words,
            found=token.text,
            allowed=" or ".join(right),
            source=limits.source,
            hint=f"write {right[0]}",
        )


def _reads_words(limits: RequestLimits) -> bool:
    return any(example[:1].isalpha() for example in limits.tokens)


def _missing(token: Token, count: int) -> Finding:
    there = f"there are {count}" if count > 1 else "there is one" if count else "there is none"
    words = f"the prompt names {token.text}, and of reference {token.kind}s {there}"
    hint = "numbers count from 1 within each kind; correct it, or add the reference"
    return RULES["REQ001"].finding(Verdict.FAIL, words, found=token.text, hint=hint)


def _example(limits: RequestLimits) -> str:
    return limits.tokens[0] if limits.tokens else _USUAL


def _ids(prompt: str, limits: RequestLimits) -> Iterator[Finding]:
    for found in _ASSET_URI.findall(prompt):
        hint = f"put it into a list of references and write {_example(limits)} here"
        words = f"the prompt holds {found}, which the model reads as prose"
        yield RULES["REQ024"].finding(Verdict.FAIL, words, found=found, hint=hint)


def _length(prompt: str, limits: RequestLimits) -> Iterator[Finding]:
    han = len(_HAN_CHARS.findall(prompt))
    words = len(_HAN_CHARS.sub(" ", prompt).split())
    for name, count, what in (
        ("prompt_words", words, "words"),
        ("prompt_han", han, "Chinese characters"),
    ):
        limit = limits.limits[name]
        if limit.judge(count) is not Verdict.PASS:
            yield RULES["REQ025"].finding(
                Verdict.CONTESTED,
                f"the prompt has {count:,} {what}, recommended are {limit.text}",
                found=count,
                allowed=limit.text,
                source=limit.source,
                measure=name,
            )
