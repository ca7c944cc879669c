"""What a publish run is told, and what became of each file, as values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mediaprep.backends import volcerrors
from mediaprep.backends.answers import guess
from mediaprep.backends.errors import ADVICE, Category
from mediaprep.errors import MediaprepError
from mediaprep.model import FileResult, Kind, SetResult, Severity, Summary
from mediaprep.publish.rates import Slot
from mediaprep.publish.records import Key, Record

DAY_S = 24 * 3600
# How long each kind is waited for: pictures are ready in seconds, films have been seen to take
# minutes, and no page promises anything.
DEADLINES_S: Mapping[Kind, float] = MappingProxyType(
    {Kind.IMAGE: 120.0, Kind.AUDIO: 300.0, Kind.VIDEO: 600.0}
)


class End(StrEnum):
    """What became of one file."""

    ACTIVE = "active"
    REGISTERED = "registered"  # not usable yet: not waited for, or not long enough
    FAILED = "failed"  # the backend took it and says no
    BLOCKED = "blocked"  # findings stop it: nothing was sent
    UNKNOWN = "unknown"  # it may be registered, and there is no way to look
    COULD_NOT = "could-not"
    STOPPED = "stopped"


class Doubt(StrEnum):
    """What to do about a registration whose outcome is unknown and cannot be looked up."""

    ASK = "ask"
    RETRY = "retry"  # register again, at the risk of a second asset
    FORGET = "forget"  # drop it from the ledger, and do nothing


@dataclass(frozen=True, slots=True)
class Settings:
    """How a run publishes."""

    group: str = ""  # by name or id; empty: one of ours
    name_template: str = "{stem}_{sha16}"
    life_s: int = DAY_S
    wait: bool = True
    doubt: Doubt = Doubt.ASK
    poll_interval_s: float = 3.0
    deadlines_s: Mapping[Kind, float] = field(default_factory=lambda: DEADLINES_S)
    preflight: bool = True
    jobs: int = 8  # files that are hashed and uploaded at a time


@dataclass(slots=True)
class Published:
    """What became of one file; `record` is what the ledger knows of its content."""

    result: FileResult
    end: End
    record: Record | None = None
    why: str = ""
    hint: str = ""
    reused: bool = False  # known from an earlier run: nothing was sent
    output: str = ""  # the file that was published, where that is a fixed copy


@dataclass(slots=True)
class Job:
    """One file on its way through the stages."""

    number: int
    result: FileResult
    path: str
    kind: Kind
    output: str = ""
    key: Key | None = None
    record: Record | None = None
    slot: Slot | None = None
    since_s: float = 0.0  # when the wait began, by the monotonic clock
    looked_s: float = 0.0  # when it was asked for last
    interval_s: float = 0.0
    ghost: bool = False  # polled for its slot alone: its result is out already
    watching: bool = False  # somebody else has the same content in hand

    def ended(
        self, end: End, error: MediaprepError | None = None, *, why: str = "", hint: str = ""
    ) -> Published:
        """Return what became of the file."""
        if error is not None:
            why, hint = str(error), error.hint
        return Published(self.result, end, self.record, why, hint, output=self.output)


@dataclass(slots=True)
class PublishReport:
    """Everything one run did, in walking order."""

    backend: str
    profiles: Sequence[str]
    results: list[Published]
    sets: list[SetResult] = field(default_factory=list)
    summary: Summary = field(default_factory=Summary)

    @property
    def exit_code(self) -> int:
        """What the command returns: 0, 1, 2 or 3."""
        return exit_code(item.end for item in self.results)


def exit_code(ends: Iterable[End], *, wait: bool = True) -> int:
    """Return 0 if all are there, 1 if findings alone stop some, 3 for some or unknown, else 2."""
    seen = frozenset(ends)
    good = {End.ACTIVE} if wait else {End.ACTIVE, End.REGISTERED}
    if seen and seen <= good:
        return 0
    if End.UNKNOWN in seen or seen & {End.ACTIVE, End.REGISTERED}:
        return 3
    return 1 if seen == {End.BLOCKED} else 2


def advice(reason: str) -> str:
    """Return what to do about an asset that a backend failed for a reason."""
    if guess(reason) is Category.MODERATION:
        return ADVICE[Category.MODERATION]
    # Behind all of these libraries is the same one, and its codes come through.
    known = volcerrors.hint(reason, "")
    return known or "change the file, or run again if the cause has gone"


def is_blocked(result: FileResult) -> bool:
    """Whether a finding says that the backend will refuse the file."""
    return any(finding.severity is Severity.ERROR for finding in result.findings)
