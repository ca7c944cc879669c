"""What a run is told and what becomes of each file, as values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import chain
from typing import TYPE_CHECKING

from mediaprep.errors import UsageError
from mediaprep.fix.recipe import Allow, FixPlan
from mediaprep.model import FileResult, Finding, SetResult, Severity, Summary

if TYPE_CHECKING:
    from mediaprep.fix.apply import Score


class Deed(StrEnum):
    """What was done with one file."""

    KEPT = "kept"  # in place, and compliant
    COPIED = "copied"
    FIXED = "fixed"
    FOUND = "found"  # finished by an earlier run
    LEFT = "left"  # no fix is known, or none that is allowed
    FAILED = "failed"
    PLANNED = "planned"  # nothing was to be written


@dataclass(frozen=True, slots=True)
class Settings:
    """Where results go and how; `out` None without `in_place` writes nothing."""

    allow: Allow = field(default_factory=Allow)
    out: str | None = None
    in_place: bool = False
    link: bool = False
    keep_both: bool = False  # where two results want one name, the second gets another
    break_hardlinks: bool = False
    jobs: int | None = None
    scores: bool = True

    @property
    def writes(self) -> bool:
        """Whether anything is written at all."""
        return self.in_place or self.out is not None


def require_choice(settings: Settings) -> None:
    """Raise UsageError unless it is clear where results go."""
    if settings.out is not None and settings.in_place:
        raise UsageError("a new tree and in place exclude each other", "choose one")
    if not settings.writes:
        hint = "--out DIR writes a new tree, --in-place keeps a backup, --plan and --diff only show"
        raise UsageError("where shall the results go?", hint)
    if settings.link and settings.in_place:
        raise UsageError("in place there is nothing to link", "leave out --link")


@dataclass(slots=True)
class Planned:
    """One file of the batch before anything is done."""

    before: FileResult
    plan: FixPlan
    target: str  # where its result goes; meaningless if it has none


@dataclass(slots=True)
class Fixed:
    """What became of one file; `after` is how it stands now."""

    before: FileResult
    plan: FixPlan
    deed: Deed
    after: FileResult
    output: str | None = None
    score: Score | None = None
    seconds: float = 0.0
    why: str = ""  # why it is left, or what failed
    hint: str = ""

    @property
    def remains(self) -> bool:
        """Whether the file still stands in the way of a clean folder."""
        if self.deed in (Deed.LEFT, Deed.FAILED):
            return True
        return any(finding.severity is Severity.ERROR for finding in self.after.findings)

    @property
    def settled(self) -> list[Finding]:
        """The findings that there were and are no more."""
        left = {(finding.code, finding.profile) for finding in self.after.findings}
        # The result was not looked at beside the others: what is said of sets is not settled.
        own = (f for f in self.before.findings if not f.code.startswith("SET"))
        return [finding for finding in own if (finding.code, finding.profile) not in left]


@dataclass(slots=True)
class FixReport:
    """Everything one run did, in walking order."""

    profiles: Sequence[str]
    results: list[Fixed]
    sets: list[SetResult]
    summary: Summary  # of the files as they were

    @property
    def clean(self) -> bool:
        """Whether every file is now as every profile wants it."""
        of_sets = chain.from_iterable(group.findings for group in self.sets)
        refused = any(finding.severity is Severity.ERROR for finding in of_sets)
        return not refused and not any(fixed.remains for fixed in self.results)
