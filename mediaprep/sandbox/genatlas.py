"""Atlas Cloud's generateVideo and prediction, on its API host.

From www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0, whose body has everything
but the model in `input`, and www.atlascloud.ai/models/bytedance/seedance-2.0, whose body is flat.
Both are taken. Video and audio must be assets.
"""

from __future__ import annotations

from mediaprep.model import Kind
from mediaprep.sandbox.gen import REFUSAL, Asked, Studio, only, strings
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, text

_BASE = "/api/v1/model"
_MODELS = ("bytedance/seedance-2.0/", "bytedance/seedance-2.0-fast/")
_WAYS = ("text-to-video", "image-to-video", "reference-to-video")
_OPTIONS = ("resolution", "ratio", "duration", "generate_audio")
_LISTS = (
    ("reference_images", Kind.IMAGE),
    ("reference_video", Kind.VIDEO),
    ("reference_videos", Kind.VIDEO),
    ("reference_audio", Kind.AUDIO),
    ("reference_audios", Kind.AUDIO),
)
_WORDS = {"queued": "processing", "running": "processing", "done": "completed"}


class AtlasPredictions(Studio):
    """Generate, and look at the prediction."""

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider)
        self.endpoints = (
            Endpoint("POST", f"{_BASE}/generateVideo", "generate", self.generate),
            Endpoint("GET", f"{_BASE}/prediction/{{id}}", "generation", self.prediction),
            self.endpoint(),
        )

    def generate(self, call: Call) -> Reply:
        """Take a prediction."""
        fields = call.fields()
        model, given = text(fields, "model", required=True), fields.get("input")
        if not model.startswith(_MODELS) or model.rpartition("/")[2] not in _WAYS:
            raise Refused(Why.INVALID, f"model {model} is not found", "model")
        if isinstance(given, dict):
            only(fields, "model", "input")
        else:
            given = {name: value for name, value in fields.items() if name != "model"}
        names = [name for name, _ in _LISTS]
        only(given, "prompt", "image", "last_image", *names, *_OPTIONS)
        asked = Asked(model, text(given, "prompt"))
        asked.frames = strings(given, "image") + strings(given, "last_image")
        for name, kind in _LISTS:
            asked.media += [(kind, uri) for uri in strings(given, name)]
        for kind, uri in asked.media:
            if kind is not Kind.IMAGE and not uri.startswith("asset://"):
                raise Refused(Why.INVALID, f"{kind} must be registered first", f"{kind}")
        asked.options = {name: given[name] for name in _OPTIONS if name in given}
        task = self.take(asked, fields)
        return _ok({"id": task.id, "model": model, "status": "processing"})

    def prediction(self, call: Call) -> Reply:
        """Show a prediction."""
        task = self.find(call.params["id"])
        now = task.now()
        shown: Json = {"id": task.id, "status": _WORDS.get(now, "failed"), "outputs": None}
        if now == "done":
            shown["outputs"] = [self.clip(call, task)]
        elif now == "refused":
            shown["error"] = REFUSAL
        return _ok(shown)


def _ok(data: Json) -> Reply:
    return Reply(200, {"code": 200, "message": "success", "data": data})
