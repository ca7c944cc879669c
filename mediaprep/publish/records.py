"""What the ledger holds, as values: which content, where, how far, and under which id.

Never a URL and never a secret: an object's key in its store is enough to sign a new one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from mediaprep.model import Kind


class State(StrEnum):
    """How far a content has come; only `next_states` follow."""

    PLANNED = "planned"
    UPLOADED = "uploaded"
    REGISTERING = "registering"  # asked for; the answer is not known yet, or never was
    REGISTERED = "registered"
    ACTIVE = "active"
    FAILED = "failed"
    TRASHED = "trashed"  # deleted by us where that can be undone: not there, and not forgotten


NEXT: dict[State, frozenset[State]] = {
    State.PLANNED: frozenset({State.PLANNED, State.UPLOADED}),
    State.UPLOADED: frozenset({State.UPLOADED, State.REGISTERING}),
    State.REGISTERING: frozenset({State.REGISTERED, State.UPLOADED}),  # back: surely not done
    State.REGISTERED: frozenset({State.REGISTERED, State.ACTIVE, State.FAILED, State.TRASHED}),
    State.ACTIVE: frozenset({State.TRASHED}),
    State.FAILED: frozenset({State.PLANNED}),  # another run tries anew
    State.TRASHED: frozenset({State.PLANNED, State.REGISTERED}),  # published anew, or restored
}


class Target(NamedTuple):
    """A library: the same content is another asset in each."""

    backend: str
    base_url: str
    account: str
    project: str
    group: str


class Key(NamedTuple):
    """One content in one library."""

    sha256: str
    target: Target


@dataclass(frozen=True, slots=True)
class Record:
    """A row of the ledger."""

    key: Key
    state: State
    kind: Kind | None = None
    size_bytes: int = 0
    path: str = ""  # where the content was last seen
    name: str = ""  # what the asset is called, and found by
    store_key: str = ""
    asset_id: str = ""
    ref_id: str = ""
    uri: str = ""
    raw_status: str = ""
    reason: str = ""
    updated_at: float = 0.0
    registered_at: float = 0.0
