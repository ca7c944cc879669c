"""What backends have in common: assets, groups, pages, limits, and where an asset is.

A provider's own words for these stay in its adapter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from mediaprep.model import Kind
from mediaprep.secret import Secret

T = TypeVar("T")
_NONE: Mapping[str, str] = MappingProxyType({})


class AssetStatus(StrEnum):
    """Where an asset is; a word that we do not know is UNKNOWN, never a success."""

    PROCESSING = "processing"
    ACTIVE = "active"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Offer(StrEnum):
    """What a backend may or may not offer beyond creating and reading one asset."""

    LIST = "list"
    FIND_BY_NAME = "find-by-name"  # list_assets(Query(name=...)) settles whether a name is there
    RENAME = "rename"
    DELETE = "delete"
    TRASH = "trash"  # delete is undone by restore; list_trash
    GROUPS = "groups"  # create and list
    GET_GROUP = "get-group"
    UPDATE_GROUP = "update-group"
    DELETE_GROUP = "delete-group"
    FACE_SESSION = "face-session"
    UPLOAD = "upload"


class InFlight(StrEnum):
    """Until when a call counts against its pool's `in_flight`."""

    ANSWERED = "answered"
    SETTLED = "settled"  # until the asset is active or failed


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `calls` in any `seconds`, and at most `in_flight` at one time."""

    calls: int
    seconds: float = 1.0
    in_flight: int | None = None
    until: InFlight = InFlight.ANSWERED


@dataclass(frozen=True, slots=True)
class Limits:
    """What a backend accepts in a call; None where it documents nothing."""

    kinds: frozenset[Kind]
    rates: Mapping[str, Rate]  # by pool
    name_chars: int | None = None  # characters, not bytes
    description_chars: int | None = None
    url_chars: int | None = None
    page_size: int = 20  # the largest page worth asking for


@dataclass(frozen=True, slots=True)
class Asset:
    """One asset as the backend describes it; the media's URL is left out on purpose."""

    backend: str
    id: str  # what get, rename and delete want
    ref_id: str  # what a generation wants; the same as `id` nearly everywhere
    uri: str  # asset://<ref_id> in the backend's own spelling, ids never re-cased
    status: AssetStatus
    raw_status: str  # the provider's word, as it was spelled
    kind: Kind | None = None
    name: str | None = None  # None: the answer does not say
    reason: str = ""  # why it failed, in the provider's words
    request_id: str = ""
    group: str = ""
    created: str = ""  # as the provider writes it
    extra: Mapping[str, str] = field(default_factory=lambda: _NONE)  # further ids and facts


@dataclass(frozen=True, slots=True)
class Group:
    """A group, project folder or container that holds assets."""

    backend: str
    id: str
    name: str | None = None
    description: str = ""
    type: str = ""  # AIGC or LivenessFace, in the provider's word
    project: str = ""
    created: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class FaceSession:
    """A page where a person proves who they are; all three let anyone in who has them."""

    url: Secret
    h5_link: Secret
    token: Secret


@dataclass(frozen=True, slots=True)
class Query:
    """Which assets or groups to list, and which page of them."""

    name: str = ""  # part of the name
    status: AssetStatus | None = None
    group: str = ""
    page: int = 1
    size: int | None = None  # None: as many as the backend allows

    def admits(self, name: str | None, status: AssetStatus | None = None, group: str = "") -> bool:
        """Say whether an item may be one that is asked for; what is not told is not held against.

        So an item whose name is None stays in: get it before concluding that a name is absent.
        """
        return (
            (name is None or self.name in name)
            and (self.status is None or status is None or status is self.status)
            and (not self.group or not group or group == self.group)
        )


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list; `next` asks for the one after it, None ends the list."""

    items: tuple[T, ...]
    next: Query | None = None
    total: int | None = None
