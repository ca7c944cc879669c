"""What every provider has: a name, a table of endpoints, a key to check, words for a refusal."""

from __future__ import annotations

import hmac
from abc import ABC, abstractmethod
from datetime import UTC, datetime

from mediaprep.model import Kind
from mediaprep.sandbox.limits import Limits
from mediaprep.sandbox.state import Asset, Group, Library
from mediaprep.sandbox.wire import Call, Endpoint, Refused, Reply, Why, match
from mediaprep.sandbox.world import World


class Provider(ABC):
    """One API on one port."""

    name: str
    prefix = "asset"  # of its assets' ids
    kinds: dict[Kind, Limits]
    endpoints: tuple[Endpoint, ...] = ()

    def __init__(self, world: World) -> None:
        self.world = world

    @property
    def library(self) -> Library:
        """The library of this provider's account."""
        return self.world.library(self.name)

    def route(self, call: Call) -> Endpoint:
        """Find the endpoint of a call and name its action."""
        endpoint = match(self.endpoints, call)
        call.action = endpoint.action
        return endpoint

    @abstractmethod
    def authenticate(self, call: Call) -> None:
        """Refuse a call whose key is missing or wrong."""

    @abstractmethod
    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Put a refusal into the provider's words and numbers."""

    def register(
        self, word: str, url: str, name: str = "", field: str = "type", group: Group | None = None
    ) -> Asset:
        """Take an asset in and start its review; `word` is the kind as the caller wrote it."""
        try:
            kind = Kind(word.lower())
        except ValueError:
            kind = None
        if kind not in self.kinds:
            allowed = ", ".join(k.capitalize() for k in self.kinds)
            raise Refused(Why.INVALID, f"{field} {word!r} is not supported: {allowed}.", field)
        asset = self.library.add_asset(kind, url, prefix=self.prefix, name=name)
        asset.word, asset.group = word, group
        if group:
            asset.project = group.project
        self.world.review(self.name, asset, self.kinds)
        return asset


def same(given: str, expected: str) -> bool:
    """Compare two secrets in constant time."""
    return hmac.compare_digest(given.encode(), expected.encode())


def iso(seconds: float) -> str:
    """Write a time as upstream does: 2026-03-18T07:20:44Z."""
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%SZ}"


def iso_ms(seconds: float) -> str:
    """Write a time with milliseconds: 2026-06-09T15:00:00.000Z."""
    when = datetime.fromtimestamp(seconds, UTC)
    return f"{when:%Y-%m-%dT%H:%M:%S}.{when.microsecond // 1000:03d}Z"
