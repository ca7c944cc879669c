"""What is known of a generation request before it is sent; `rules.request` judges it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from mediaprep.generation import Reference, Request
from mediaprep.model import Kind, MediaInfo


class Standing(StrEnum):
    """Where a reference is on its way into the body."""

    INLINE = "inline"  # sent as it is written
    ACTIVE = "active"
    PENDING = "pending"  # registered, and not active when we last heard
    FAILED = "failed"
    TRASHED = "trashed"
    DOUBTFUL = "doubtful"  # asked for, and the answer is not known
    NEW = "new"  # a file whose content was never published
    UNKNOWN = "unknown"  # an asset that our ledger does not know
    AMBIGUOUS = "ambiguous"  # known in more than one account


@dataclass(frozen=True, slots=True)
class Used:
    """One reference and what could be learned of it without asking anyone."""

    reference: Reference
    standing: Standing
    kind: Kind | None = None  # as measured, or as the ledger has it
    info: MediaInfo | None = None  # of the file itself, or of the file that was published
    why: str = ""  # the backend's word for its state

    @property
    def duration_s(self) -> Fraction | None:
        """How long it plays, None if that is not known."""
        return self.info.duration_s if self.info else None

    @property
    def size(self) -> tuple[int, int] | None:
        """Width and height as displayed, None if they are not known."""
        info = self.info
        if info is None or not info.width or not info.height:
            return None
        return info.width, info.height


@dataclass(frozen=True, slots=True)
class RequestFacts:
    """A request, its references, and how large its body is."""

    request: Request
    used: tuple[Used, ...]
    body_bytes: int | None = None  # None: nobody says what a body is here

    def of_kind(self, kind: Kind) -> Iterator[Used]:
        """Yield the references of a kind that stand in the list of that kind, in order."""
        return (u for u in self.used if u.reference.role == f"reference_{kind}")
