"""Ark's generation tasks at Volcengine, BytePlus and Agentsflare: a list of content with roles.

From docs.byteplus.com/en/docs/ModelArk/1520757 and 1521309, and for the node in front of it
docs.agentsflare.com/en/api-examples/seedance.html. The key is an API key, with Bearer.
"""

from __future__ import annotations

from typing import Any

from mediaprep.model import Kind
from mediaprep.sandbox.gen import REFUSAL, Asked, Studio, only
from mediaprep.sandbox.provider import Provider, same
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, text
from mediaprep.sandbox.world import World

_OPTIONS = ("resolution", "ratio", "duration", "generate_audio")
_TYPES = {"image_url": Kind.IMAGE, "video_url": Kind.VIDEO, "audio_url": Kind.AUDIO}
_FRAMES = ("first_frame", "last_frame")
_WORDS = {"done": "succeeded", "refused": "failed"}
_STATUS = {
    Why.UNAUTHORIZED: (401, "AuthenticationError"),
    Why.NOT_FOUND: (404, "ResourceNotFound"),
    Why.NO_ENDPOINT: (404, "InvalidEndpoint"),
    Why.MISSING: (400, "MissingParameter"),
    Why.INVALID: (400, "InvalidParameter"),
    Why.RATE: (429, "RateLimitExceeded"),
    Why.BUSY: (429, "RateLimitExceeded"),
    Why.QUOTA: (403, "AccountOverdueError"),
    Why.SERVER: (500, "InternalServiceError"),
}


class Ark(Provider):
    """Create a task and retrieve it; the library is that of the provider's other host."""

    base = "/api/v3"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.studio = Studio(self)
        tasks = f"{self.base}/contents/generations/tasks"
        self.endpoints = (
            Endpoint("POST", tasks, "generate", self.create),
            Endpoint("GET", f"{tasks}/{{id}}", "generation", self.get),
            self.studio.endpoint(),
        )

    @property
    def key(self) -> str:
        """The API key."""
        raise NotImplementedError

    def authenticate(self, call: Call) -> None:
        """Check the Bearer token."""
        if call.action != "download" and not same(call.bearer, self.key):
            raise Refused(Why.UNAUTHORIZED, "The API key is missing or invalid.")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with the error object of the page."""
        status, code = _STATUS[refused.why]
        error = {"code": code, "message": refused.message, "param": refused.field}
        return Reply(status, {"error": error | {"type": "BadRequest"}})

    def create(self, call: Call) -> Reply:
        """Take a task."""
        fields = call.fields()
        only(fields, "model", "content", *_OPTIONS)
        content = fields.get("content")
        if not isinstance(content, list) or not content:
            raise Refused(Why.MISSING, "The required parameter content is missing.", "content")
        asked = Asked(text(fields, "model", required=True), "")
        for number, item in enumerate(content):
            _take(item, f"content[{number}]", asked)
        asked.options = {name: fields[name] for name in _OPTIONS if name in fields}
        return Reply(200, {"id": self.studio.take(asked, fields, prefix="cgt-").id})

    def get(self, call: Call) -> Reply:
        """Show a task."""
        task = self.studio.find(call.params["id"])
        now = task.now()
        shown: Json = {
            "id": task.id,
            "model": task.asked["model"],
            "status": _WORDS.get(now, now),
            "error": None,
            "created_at": int(task.created_s),
        }
        if now == "done":
            shown["content"] = {"video_url": self.studio.clip(call, task)}
        elif now == "refused":
            code = "OutputVideoSensitiveContentDetected.PolicyViolation"
            shown["error"] = {"code": code, "message": REFUSAL}
        return Reply(200, shown)


def _take(item: Any, where: str, asked: Asked) -> None:
    if not isinstance(item, dict):
        raise Refused(Why.INVALID, f"{where} is not an object.", where)
    kind = _TYPES.get(item.get("type", ""))
    if item.get("type") == "text":
        asked.prompt += text(item, "text", required=True)
        return
    holder = item.get(item.get("type", "")) if kind else None
    if kind is None or not isinstance(holder, dict):
        raise Refused(Why.INVALID, f"{where}: its type is not valid.", where)
    only(item, "type", "role", f"{kind}_url")
    uri, role = text(holder, "url", required=True), text(item, "role")
    if role in _FRAMES and kind is Kind.IMAGE:
        asked.frames.append(uri)
    elif role == f"reference_{kind}":
        asked.media.append((kind, uri))
    else:
        raise Refused(Why.INVALID, f"role must be specified for {kind} contents", where)


class VolcengineArk(Ark):
    """ark.cn-beijing.volces.com."""

    name = "volcengine"

    @property
    def key(self) -> str:
        """The API key."""
        return self.world.settings.credentials.volcengine_ark


class BytePlusArk(Ark):
    """ark.ap-southeast.bytepluses.com."""

    name = "byteplus"

    @property
    def key(self) -> str:
        """The API key."""
        return self.world.settings.credentials.byteplus_ark


class AgentsflareArk(Ark):
    """The node's way through to BytePlus; one key for assets and generations."""

    name = "agentsflare"
    base = "/byteplus/v3"

    @property
    def key(self) -> str:
        """The API key."""
        return self.world.settings.credentials.agentsflare
