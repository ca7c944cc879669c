# ruff: noqa: D102  (documented once, at `Backend`)
"""What the adapters for generations share: the key, the values, what may go wrong.

A generation is paid for. To submit it is never idempotent: whoever sends it writes down before and
after what was sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from mediaprep.backends import auth
from mediaprep.backends.base import POLITE, Adapter, is_web_url
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category, CredentialsMissing
from mediaprep.backends.values import Asset, Limits, Rate
from mediaprep.generation import Ask
from mediaprep.model import Kind
from mediaprep.secret import Secret


class State(StrEnum):
    """Where a generation is; a word that we do not know is UNKNOWN, never done."""

    QUEUED = "queued"
    RUNNING = "running"
    DONE = "done"
    REFUSED = "refused"  # moderation says no, to what was given or to what came of it
    FAILED = "failed"
    UNKNOWN = "unknown"


ENDED = frozenset({State.DONE, State.REFUSED, State.FAILED})


@dataclass(frozen=True, slots=True)
class Generation:
    """One generation as the backend tells it."""

    id: str
    state: State
    raw_status: str  # the provider's word
    url: Secret | None = None  # of the clip: temporary, and often signed
    reason: str = ""  # why it failed, in the provider's words
    request_id: str = ""
    ahead: int | None = None  # how many wait before it, if that is told


class Generator(Adapter):
    """One provider's generation; `submit`, then `poll` until it has ended."""

    variable: ClassVar[str]  # the one that holds the key
    header: ClassVar[str] = "Authorization"
    scheme: str = "Bearer "
    page: ClassVar[str]  # where all this is documented

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self._key = self._read.credential(self.variable, needed=False)
        self.secrets = (self._key,)
        rates = {"generate": Rate(1, in_flight=4), "generation": POLITE["get"]}
        self.limits = Limits(frozenset(Kind), rates)

    def authorize(self, call: Call, now: datetime) -> Call:
        if not self._key:
            raise CredentialsMissing(
                f"{self.name}: {self.variable} is not set",
                f"set {self.variable} in the environment",
            )
        proof = Secret(f"{self.scheme}{self._key.reveal()}")
        return auth.with_headers(call, **{self.header: proof})

    def submit(self, ask: Ask) -> Call:
        """Ask for a generation; its `json_body` is what `emit` shows."""
        raise NotImplementedError

    def parse_submitted(self, reply: Reply) -> str:
        """Return the generation's id."""
        raise NotImplementedError

    def poll(self, generation_id: str) -> Call:
        """Ask how far it is."""
        raise NotImplementedError

    def parse_poll(self, reply: Reply) -> Generation:
        """Return how far it is; if it is done without a URL, `result` tells that."""
        raise NotImplementedError

    def result(self, generation_id: str) -> Call:
        """Ask for what came of it, where a poll does not tell."""
        self.unsupported("ask for a result apart")

    def parse_result(self, reply: Reply) -> Generation:
        """Return what came of it."""
        self.unsupported("ask for a result apart")

    # An asset library is what these are not.

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        self.unsupported("register an asset here")

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        self.unsupported("register an asset here")

    def get_asset(self, asset_id: str) -> Call:
        self.unsupported("get an asset here")

    def parse_asset(self, reply: Reply) -> Asset:
        self.unsupported("get an asset here")

    def _submission(self, url: str, body: Mapping[str, object]) -> Call:
        return Call("POST", url, "generate", "generate", False, json_body=body)

    def _question(self, url: str, params: Mapping[str, str] | None = None) -> Call:
        return Call("GET", url, "generation", "generation", True, params or {})

    def _ended_badly(self, words: str, category: Category) -> tuple[State, str]:
        refused = category is Category.MODERATION
        return State.REFUSED if refused else State.FAILED, self._safe(words)


def clip_url(value: object) -> Secret | None:
    """Return the URL of a clip, None if this is none."""
    return Secret(value) if isinstance(value, str) and is_web_url(value) else None


def one_or_all(uris: list[Secret | str]) -> object:
    """Return one URI bare and several as a list."""
    return uris[0] if len(uris) == 1 else uris
