"""SET: rules over several files: counts, summed durations, equal bytes, colliding names.

A folder is where people keep material for many requests, so what its files add up to is a note.
A named set (config `[sets]`, `--as-set`) is the references of one request: there it is an error.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from hashlib import file_digest
from pathlib import Path

from mediaprep.model import Finding, Fixability, Kind, MediaInfo, SetResult, Severity, Verdict
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.rules.limits import accepts
from mediaprep.rules.registry import RULES, declare
from mediaprep.units import format_decimal

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


@dataclass(slots=True)
class _Tally:
    """What the files of one set add up to."""

    counts: dict[Kind, int] = field(default_factory=dict)
    seconds: dict[Kind, Fraction] = field(default_factory=dict)
    untimed: dict[Kind, int] = field(default_factory=dict)  # files without a known duration

    def add(self, info: MediaInfo) -> None:
        kind = info.kind
        if kind is None:
            return
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if info.duration_s is None:
            self.untimed[kind] = self.untimed.get(kind, 0) + 1
        else:
            self.seconds[kind] = self.seconds.get(kind, Fraction(0)) + info.duration_s


class SetJudge:
    """Sees every file once, in walking order, and judges what they are together."""

    def __init__(self, profiles: Sequence[Profile], codes: frozenset[str]) -> None:
        self._profiles = profiles
        self._codes = codes
        self._folders: dict[str, _Tally] = {}
        self._named: dict[str, _Tally] = {}
        self._first_with: dict[tuple[int, int], str] = {}
        self._digests: dict[str, bytes] = {}
        self._names_in = ""
        self._names: dict[str, str] = {}

    def add(self, info: MediaInfo, named: Sequence[str] = ()) -> list[Finding]:
        """Count one file in; return what can be said of it beside the files before it."""
        folder, _, name = info.path.rpartition("/")
        if folder not in self._folders:
            self._folders[folder] = _Tally()
        self._folders[folder].add(info)
        for set_name in named:
            self._named.setdefault(set_name, _Tally()).add(info)
        found = self._collision(folder, name) if "SET007" in self._codes else []
        if "SET006" in self._codes and (first := self._same_bytes(info)):
            message = f"the same bytes as {first}"
            found.append(RULES["SET006"].finding(Verdict.PASS, message, found=first))
        return found

    def results(self) -> Iterator[SetResult]:
        """Yield the folders and named sets that break a limit of some profile."""
        for sets, severity in ((self._folders, Severity.NOTE), (self._named, Severity.ERROR)):
            for name, tally in sets.items():
                if findings := list(self._judge(tally, severity)):
                    yield SetResult(name or ".", findings)

    def _judge(self, tally: _Tally, severity: Severity) -> Iterator[Finding]:
        for profile in self._profiles:
            for code, measure, _, _, kind in _DECLARED:
                limit = profile.sets.get(measure)
                if limit is None or code not in self._codes or kind not in tally.counts:
                    continue
                finding = _judge_sum(code, measure, kind, tally, profile, limit)
                if finding and severity is Severity.NOTE:
                    yield replace(finding, severity=Severity.NOTE, verdict=Verdict.PASS)
                elif finding:
                    yield finding

    def _same_bytes(self, info: MediaInfo) -> str | None:
        """Return the first path with the same content; only likely pairs are read in full."""
        if info.size_bytes is None or info.head_crc is None:
            return None
        key = (info.size_bytes, info.head_crc)
        first = self._first_with.setdefault(key, info.path)
        if first is info.path:
            return None
        try:
            same = not Path(first).samefile(info.path) and self._digest(first) == _digest(info.path)
        except OSError:  # it vanished: then there is no second copy to speak of
            return None
        return first if same else None

    def _digest(self, first: str) -> bytes:
        """Hash a file that others are compared with, once."""
        if first not in self._digests:
            self._digests[first] = _digest(first)
        return self._digests[first]

    def _collision(self, folder: str, name: str) -> list[Finding]:
        if folder != self._names_in:
            self._names_in, self._names = folder, {}
        key = name.lower() if name.isascii() else unicodedata.normalize("NFC", name).casefold()
        first = self._names.setdefault(key, name)
        if first == name:
            return []
        message = f"its name is {first!r} where case or Unicode form do not count"
        hint = "rename one of them"
        return [RULES["SET007"].finding(Verdict.CONTESTED, message, found=first, hint=hint)]


def _judge_sum(
    code: str, measure: str, kind: Kind, tally: _Tally, profile: Profile, limit: Limit
) -> Finding | None:
    if limit.measure.endswith("duration"):
        total = tally.seconds.get(kind, Fraction(0))
        shown, words = f"{format_decimal(total, 2)} s", f"{kind} duration of the set"
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


def _digest(path: str) -> bytes:
    with Path(path).open("rb") as file:
        return file_digest(file, "sha256").digest()
