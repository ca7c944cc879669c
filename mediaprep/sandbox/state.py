"""What one account of one provider holds: groups and assets, each with its life so far."""

from __future__ import annotations

import secrets
import string
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from itertools import count
from typing import TypeVar

from mediaprep.model import Kind
from mediaprep.sandbox.wire import Refused, Why

_T = TypeVar("_T")
_TAIL = string.ascii_lowercase + string.digits


class Status(StrEnum):
    """The three states that every page has, in the words of most."""

    PROCESSING = "Processing"
    ACTIVE = "Active"
    FAILED = "Failed"


@dataclass(slots=True)
class Reason:
    """Why an asset failed: the upstream code and its words."""

    code: str
    message: str


@dataclass(slots=True)
class Group:
    """A container of assets."""

    id: str
    name: str
    description: str = ""
    kind: str = "AIGC"  # or LivenessFace
    project: str = "default"
    created_s: float = field(default_factory=time.time)
    updated_s: float = field(default_factory=time.time)


@dataclass(slots=True)
class Asset:
    """One registration; `number` is the record's own id where a provider shows one."""

    id: str
    number: int
    kind: Kind
    url: str
    name: str = ""
    description: str = ""
    word: str = ""  # the type as the caller wrote it
    group: Group | None = None
    project: str = "default"
    status: Status = Status.PROCESSING
    reason: Reason | None = None
    trashed: bool = False
    sha256: str = ""
    size_bytes: int = 0
    content_type: str = ""  # as the host of the URL said, noted and not trusted
    created_s: float = field(default_factory=time.time)
    updated_s: float = field(default_factory=time.time)


class Library:
    """Everything one account has at one provider. Only the event loop's thread touches it."""

    def __init__(self, quota: int = 0) -> None:
        self.quota = quota
        self.assets: dict[str, Asset] = {}
        self.numbered: dict[str, Asset] = {}
        self.groups: dict[str, Group] = {}
        self.deleted: list[Asset] = []  # so that duplicates are counted even after a clean-up
        self._numbers = count(2_094_547)

    def new_id(self, prefix: str) -> str:
        """Make an id in the upstream's form: `asset-YYYYMMDDhhmmss-xxxxx`."""
        tail = "".join(secrets.choice(_TAIL) for _ in range(5))
        return f"{prefix}-{datetime.now(UTC):%Y%m%d%H%M%S}-{tail}"

    def unused_id(self, prefix: str) -> str:
        """Make an id that no asset or group bears: five characters a second do collide."""
        while (made := self.new_id(prefix)) in self.assets or made in self.groups:
            pass
        return made

    def add_asset(self, kind: Kind, url: str, *, prefix: str = "asset", name: str = "") -> Asset:
        """Register an asset in Processing, if there is room; trash takes none."""
        if self.quota and sum(not a.trashed for a in self.assets.values()) >= self.quota:
            raise Refused(Why.QUOTA, f"The quota of {self.quota} assets is used up.")
        asset = Asset(self.unused_id(prefix), next(self._numbers), kind, url, name)
        self.assets[asset.id] = self.numbered[str(asset.number)] = asset
        return asset

    def add_group(self, name: str, description: str = "", *, prefix: str = "group") -> Group:
        """Make an empty group."""
        group = Group(self.unused_id(prefix), name, description)
        self.groups[group.id] = group
        return group

    def asset(self, asset_id: str, project: str | None = None) -> Asset:
        """Return a live asset; one of another project is not found, as upstream has it."""
        asset = self.assets.get(asset_id)
        if asset is None or asset.trashed or (project is not None and asset.project != project):
            raise Refused(Why.NOT_FOUND, f"The specified asset {asset_id} is not found.", "Id")
        return asset

    def group(self, group_id: str, project: str | None = None) -> Group:
        """Return a group; one of another project is not found."""
        group = self.groups.get(group_id)
        if group is None or (project is not None and group.project != project):
            message = f"The specified asset group {group_id} is not found."
            raise Refused(Why.NOT_FOUND, message, "GroupId", "AssetGroupNotFound")
        return group

    def live(self, keep: Callable[[Asset], bool] = lambda _: True) -> list[Asset]:
        """List live assets, newest first."""
        found = [a for a in self.assets.values() if not a.trashed and keep(a)]
        return found[::-1]

    def remove(self, asset: Asset) -> None:
        """Forget an asset for good; its registration stays in the count."""
        self.assets.pop(asset.id, None)
        self.numbered.pop(str(asset.number), None)
        self.deleted.append(asset)

    def remove_group(self, group: Group) -> None:
        """Forget a group and every asset in it."""
        for asset in [a for a in self.assets.values() if a.group is group]:
            self.remove(asset)
        self.groups.pop(group.id, None)

    def ever(self) -> Iterator[Asset]:
        """Every registration that was ever carried out."""
        yield from self.deleted
        yield from self.assets.values()


def page_of(items: list[_T], page: int, size: int) -> list[_T]:
    """Return one page, counted from 1."""
    return items[(page - 1) * size : page * size]
