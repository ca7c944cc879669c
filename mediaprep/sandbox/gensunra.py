"""Sunra's queue, from docs.sunra.ai/multimodal/queue, and the relay models' fields, from
docs.sunra.ai/multimodal/seedance-face-auth and sunra.ai/models/bytedance/seedance-2.0-relay.

What moderation refuses completes with `success: false`. The response of a failed prediction is a
400 with PREDICTION_FAILED, as Sunra's own clients expect it.
"""

from __future__ import annotations

from mediaprep.model import Kind
from mediaprep.sandbox.gen import REFUSAL, Asked, Studio, Task, only, strings
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, text

_QUEUE = "/v1/queue"
_RELAYS = ("seedance-2.0-relay", "seedance-2.0-fast-relay")
_DIRECT = ("seedance-2.0", "seedance-2.0-fast")
_OPTIONS = ("resolution", "ratio", "duration", "generate_audio")
_FIELDS = {
    "text-to-video": (),
    "image-to-video": ("start_image", "end_image"),
    "reference-to-video": ("reference_images", "reference_videos", "reference_audios"),
}
_WORDS = {"queued": "IN_QUEUE", "running": "IN_PROGRESS"}
_UNSAFE = {"code": "unsafe_content", "message": REFUSAL, "retryable": False}


class SunraQueue(Studio):
    """Submit, status, response."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.endpoints = (
            Endpoint("POST", f"{_QUEUE}/bytedance/{{model}}/{{way}}", "generate", self.submit),
            Endpoint("GET", f"{_QUEUE}/requests/{{id}}/status", "generation", self.status),
            Endpoint("GET", f"{_QUEUE}/requests/{{id}}", "response", self.response),
            self.endpoint(),
        )

    def submit(self, call: Call) -> Reply:
        """Put a request into the queue of its model."""
        model, way, fields = call.params["model"], call.params["way"], call.fields()
        if model not in (*_RELAYS, *_DIRECT) or way not in _FIELDS:
            raise Refused(Why.NO_ENDPOINT, f"No such model: bytedance/{model}/{way}")
        only(fields, "prompt", *_OPTIONS, *_FIELDS[way])
        asked = Asked(model, text(fields, "prompt", required=way == "text-to-video"))
        for kind in Kind:
            asked.media += [(kind, uri) for uri in strings(fields, f"reference_{kind}s")]
        if way == "image-to-video":
            asked.frames.append(text(fields, "start_image", required=True))
            asked.frames += strings(fields, "end_image")
        uris = [uri for _, uri in asked.media] + asked.frames
        if model in _DIRECT and any(uri.lower().startswith("asset://") for uri in uris):
            raise Refused(Why.INVALID, "InvalidParameter: asset:// is not supported.", "url")
        asked.options = {name: fields[name] for name in _OPTIONS if name in fields}
        return Reply(200, self._urls(call, self.take(asked, fields, prefix="pd_")))

    def status(self, call: Call) -> Reply:
        """Tell where a request is."""
        task = self.find(call.params["id"])
        now = task.now()
        shown = self._urls(call, task) | {"status": _WORDS.get(now, "COMPLETED")}
        if now == "queued":
            shown["queue_position"] = 1
        elif now != "running":
            shown["success"] = now == "done"
        if now == "refused":
            shown["error"] = _UNSAFE
        return Reply(200, shown)

    def response(self, call: Call) -> Reply:
        """Tell what came of a request."""
        task = self.find(call.params["id"])
        now = task.now()
        if now == "done":
            video = {"url": self.clip(call, task), "content_type": "video/mp4"}
            return Reply(200, {"video": video, "total_tokens": 1})
        if now == "refused":
            error = {"code": "PREDICTION_FAILED", "message": REFUSAL, "details": _UNSAFE}
            return Reply(400, {"error": error, "request_id": task.id})
        raise Refused(Why.INVALID, "The request is not completed.", "id")

    def _urls(self, call: Call, task: Task) -> Json:
        base = f"http://{call.headers.get('host', '')}{_QUEUE}/requests/{task.id}"
        return {
            "request_id": task.id,
            "response_url": base,
            "status_url": f"{base}/status",
            "cancel_url": f"{base}/cancel",
        }
