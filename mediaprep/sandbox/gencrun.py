"""Crun's CreateTask and TaskInfo, from docs.crun.ai/models/seedance/2-0/reference-to-video and
docs.crun.ai/models/common/get-task-info.

Answers come with 200 and a code in the body. The page shows a running task alone: `media_urls`, and
the code 501 inside the result of a failed one, are as clients of it expect them.
"""

from __future__ import annotations

from mediaprep.model import Kind
from mediaprep.sandbox.gen import REFUSAL, Asked, Studio, only, strings
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, text

_BASE = "/api/v1/client/job"
_OPTIONS = {
    "resolution": "resolution",
    "aspect_ratio": "ratio",
    "duration": "duration",
    "audio": "generate_audio",
}
_FIELDS = {
    "t2v": (),
    "i2v": ("img_urls", "last_frame_image"),
    "r2v": ("reference_images", "reference_videos", "reference_audios"),
}
_WORDS = {"queued": "pending", "done": "success", "refused": "failed"}


class CrunTasks(Studio):
    """One call creates, the other tells."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.endpoints = (
            Endpoint("POST", f"{_BASE}/CreateTask", "generate", self.create),
            Endpoint("GET", f"{_BASE}/TaskInfo", "generation", self.info),
            self.endpoint(),
        )

    def create(self, call: Call) -> Reply:
        """Take a task of a Seedance model."""
        fields = call.fields()
        only(fields, "model", "callback_url", "input")
        model, given = text(fields, "model", required=True), fields.get("input")
        way = model.rpartition("-")[2]
        if not model.startswith("bytedance/seedance2-0") or way not in _FIELDS:
            raise Refused(Why.INVALID, f"The model {model} does not exist.", "model")
        if not isinstance(given, dict):
            raise Refused(Why.MISSING, "input is missing.", "input")
        only(given, "prompt", "return_last_frame", *_OPTIONS, *_FIELDS[way])
        asked = Asked(model, text(given, "prompt"))
        for kind in Kind:
            asked.media += [(kind, uri) for uri in strings(given, f"reference_{kind}s")]
        asked.frames = strings(given, "img_urls") + strings(given, "last_frame_image")
        asked.options = {_OPTIONS[name]: given[name] for name in _OPTIONS if name in given}
        return _ok({"task_id": self.take(asked, fields, prefix="task_").id})

    def info(self, call: Call) -> Reply:
        """Tell about a task."""
        task = self.find(text(call.query, "task_id", required=True))
        now = task.now()
        result: Json | None = None
        if now == "done":
            result = {"code": 200, "message": "success", "media_urls": [self.clip(call, task)]}
        elif now == "refused":
            result = {"code": 501, "message": REFUSAL, "media_urls": []}
        shown = {
            "task_id": task.id,
            "provider": "Bytedance",
            "model_version": task.asked["model"],
            "status": _WORDS.get(now, now),
            "param": task.asked,
            "create_at": int(task.created_s),
            "result": result,
            "source": "api",
        }
        return _ok(shown)


def _ok(data: Json) -> Reply:
    return Reply(200, {"code": 200, "message": "success", "data": data})
