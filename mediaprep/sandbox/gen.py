"""Generations: what every provider's endpoint shares. A task is taken, runs, and ends in a clip.

What a request may ask for is the sandbox's own reading of the pages: 9 images, 3 videos, 3 sounds,
sound never alone, frames never mixed with references, 4 to 15 seconds or -1. References to assets
must be in the provider's library, active, and of the kind that the field wants. The clip is one
second long, whatever was asked for, and its address needs the token that comes with it.
"""

from __future__ import annotations

import secrets
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from mediaprep.model import Kind
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.state import Status
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why

_MOST = {Kind.IMAGE: 9, Kind.VIDEO: 3, Kind.AUDIO: 3}
_RESOLUTIONS = ("480p", "720p", "1080p")
_RATIOS = ("21:9", "16:9", "4:3", "1:1", "3:4", "9:16", "adaptive")
_LENGTHS = (-1, *range(4, 16))
_CLIP = Path(__file__).with_name("clip.mp4")
REFUSAL = "The input may contain sensitive content, and was refused by moderation."


@dataclass(slots=True)
class Task:
    """One generation."""

    id: str
    asked: Json
    begins_s: float  # monotonic: waits until then, runs until `ends_s`
    ends_s: float
    refused: bool
    token: str = field(default_factory=lambda: secrets.token_hex(16))
    created_s: float = field(default_factory=time.time)

    def now(self) -> str:
        """Return where it is: queued, running, done or refused."""
        at = time.monotonic()
        if at < self.begins_s:
            return "queued"
        if at < self.ends_s:
            return "running"
        return "refused" if self.refused else "done"


@dataclass(slots=True)
class Asked:
    """What a request says, whoever's words it is in."""

    model: str
    prompt: str
    media: list[tuple[Kind, str]] = field(default_factory=list)  # references
    frames: list[str] = field(default_factory=list)
    options: Json = field(default_factory=dict)  # resolution, ratio, duration, generate_audio


class Studio:
    """The generations of one provider; only the event loop's thread touches them."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider

    @property
    def tasks(self) -> dict[str, Task]:
        """Every task, by its id."""
        return self.provider.world.generations.setdefault(self.provider.name, {})

    def take(self, asked: Asked, body: Json, *, prefix: str = "") -> Task:
        """Take a request in if it holds what it should, or refuse it in words."""
        if not asked.model:
            raise Refused(Why.MISSING, "The required parameter model is missing.", "model")
        _require_media(asked)
        _require_options(asked.options)
        for kind, uri in [*asked.media, *((Kind.IMAGE, frame) for frame in asked.frames)]:
            self._require_reachable(kind, uri)
        world, name = self.provider.world, self.provider.name
        now, delay_s = time.monotonic(), world.settings.delay_s
        task = Task(
            f"{prefix}{uuid.uuid4().hex[:24]}",
            body,
            now + delay_s / 3,
            now + delay_s,
            name in world.next_rejected,
        )
        self.tasks[task.id] = task
        return task

    def find(self, task_id: str) -> Task:
        """Return a task."""
        if task_id not in self.tasks:
            raise Refused(Why.NOT_FOUND, f"The task {task_id} is not found.", "id")
        return self.tasks[task_id]

    def clip(self, call: Call, task: Task) -> str:
        """Return the signed address of a task's clip."""
        host = call.headers.get("host", "")
        return f"http://{host}/generated/{task.id}.mp4?X-Tos-Signature={task.token}"

    def endpoint(self) -> Endpoint:
        """Return the endpoint that serves clips."""
        return Endpoint("GET", "/generated/{name}", "download", self.download)

    def download(self, call: Call) -> Reply:
        """Serve a clip to whoever has its token."""
        task = self.find(call.params["name"].removesuffix(".mp4"))
        if call.query.get("X-Tos-Signature") != task.token or task.now() != "done":
            return Reply(403, {"error": "the signature does not match"})
        return Reply(200, headers={"Content-Type": "video/mp4"}, raw=_clip_bytes())

    def _require_reachable(self, kind: Kind, uri: str) -> None:
        if uri.lower().startswith("asset://"):
            asset = self.provider.library.assets.get(uri[len("asset://") :])
            if asset is None or asset.trashed:
                raise Refused(Why.INVALID, f"The asset {uri} is not found.", "asset")
            if asset.status is not Status.ACTIVE:
                raise Refused(Why.INVALID, f"The asset {uri} is not active.", "asset")
            if asset.kind is not kind:
                message = f"The specified asset is not {kind}: {uri}"
                raise Refused(Why.INVALID, message, "asset")
        elif not uri.startswith(("https://", "http://", f"data:{kind}/")):
            raise Refused(Why.INVALID, f"{uri[:60]!r} is no URL and no asset.", "url")


def _require_media(asked: Asked) -> None:
    counts = {kind: sum(1 for k, _ in asked.media if k is kind) for kind in Kind}
    for kind, most in _MOST.items():
        if counts[kind] > most:
            raise Refused(Why.INVALID, f"At most {most} reference {kind}s are taken.", kind)
    if asked.frames and asked.media:
        message = "first/last frame content cannot be mixed with reference media content"
        raise Refused(Why.INVALID, message, "content")
    if counts[Kind.AUDIO] and not counts[Kind.IMAGE] + counts[Kind.VIDEO]:
        message = "reference_audio cannot be the only reference input"
        raise Refused(Why.INVALID, message, "content")


def _require_options(options: Json) -> None:
    allowed: dict[str, Callable[[Any], bool]] = {
        "resolution": _RESOLUTIONS.__contains__,
        "ratio": _RATIOS.__contains__,
        "duration": lambda v: isinstance(v, int) and not isinstance(v, bool) and v in _LENGTHS,
        "generate_audio": lambda v: isinstance(v, bool),
    }
    for name, value in options.items():
        if name not in allowed or not allowed[name](value):
            raise Refused(Why.INVALID, f"The parameter {name} is not valid: {value!r}.", name)


def strings(fields: Json, name: str) -> list[str]:
    """Return a list of strings, or the one string that stands for it."""
    value = fields.get(name, [])
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise Refused(Why.INVALID, f"{name} must be a list of strings.", name)
    return listed


def only(fields: Json, *known: str) -> None:
    """Refuse what no page names: a misspelled field would be ignored in the world."""
    for name in fields:
        if name not in known:
            raise Refused(Why.INVALID, f"The parameter {name} is not known.", name)


@cache
def _clip_bytes() -> bytes:
    return _CLIP.read_bytes()
