# ruff: noqa: D102  (documented once, at `Generator`)
"""Atlas Cloud's generateVideo and prediction, on its API host:
https://www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0.

The guide puts everything but the model into `input`; the page of each model writes one flat object
with plural lists. MEDIAPREP_ATLASCLOUD_BODY chooses.
"""

from __future__ import annotations

from collections.abc import Mapping

from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess, told
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.generate.base import Generation, Generator, State, clip_url, one_or_all
from mediaprep.generation import Ask, Role

_STATES = {
    "queued": State.QUEUED,
    "starting": State.QUEUED,
    "processing": State.RUNNING,
    "running": State.RUNNING,
    "completed": State.DONE,
    "succeeded": State.DONE,
    "failed": State.FAILED,
    "canceled": State.FAILED,
    "timeout": State.FAILED,
}
_FRAMES = {Role.FIRST_FRAME: "image", Role.LAST_FRAME: "last_image"}
# The guide has one list and two single names; it does not say what becomes of a second video.
_GUIDE = {Role.REFERENCE_VIDEO: "reference_video", Role.REFERENCE_AUDIO: "reference_audio"}
_FLAT = {Role.REFERENCE_VIDEO: "reference_videos", Role.REFERENCE_AUDIO: "reference_audios"}


class AtlasPredictions(Generator):
    """Generate, and poll the prediction."""

    name = "atlascloud"
    variable = "ATLASCLOUD_API_KEY"
    page = "https://www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0"

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("API_URL", "https://api.atlascloud.ai/api/v1")
        self._flat = self._read.text("BODY", "guide", ("guide", "flat")) == "flat"
        self._read_uri_scheme("asset://")

    def submit(self, ask: Ask) -> Call:
        given: dict[str, object] = {"prompt": ask.request.prompt}
        given |= {key: uris[0] for role, key in _FRAMES.items() if (uris := ask.uris_of(role))}
        if images := ask.uris_of(Role.REFERENCE_IMAGE):
            given["reference_images"] = images
        for role, key in (_FLAT if self._flat else _GUIDE).items():
            if uris := ask.uris_of(role):
                given[key] = uris if self._flat else one_or_all(uris)
        given |= ask.options()
        model: dict[str, object] = {"model": ask.request.model}
        body = model | (given if self._flat else {"input": given})
        return self._submission(f"{self.base_url}/model/generateVideo", body)

    def parse_submitted(self, reply: Reply) -> str:
        return self._read_answer(reply, lambda answer: _data(answer).identity("id"), of_one=False)

    def poll(self, generation_id: str) -> Call:
        path = self._in_path(generation_id)
        return self._question(f"{self.base_url}/model/prediction/{path}")

    def parse_poll(self, reply: Reply) -> Generation:
        return self._read_answer(reply, self._prediction)

    def _prediction(self, answer: Answer) -> Generation:
        data = _data(answer)
        word = data.word("status")
        state, reason, url = _STATES.get(word.lower(), State.UNKNOWN), "", None
        if state is State.DONE:
            outputs = data.get("outputs")
            url = clip_url(outputs[0] if isinstance(outputs, list) and outputs else outputs)
            if url is None:
                raise UnreadableAnswerError(f"the prediction is {word} without outputs")
        elif state is State.FAILED:
            code, words = told(data)
            said = f"{code}: {words}" if code and words else words or f"the prediction is {word}"
            state, reason = self._ended_badly(said, guess(said))
        return Generation(data.identity("id"), state, word, url, reason)

    def _check(self, reply: Reply, answer: Answer) -> None:
        code = answer.integer("code")
        if code == 200 or answer.get("code") is None:
            return
        if code is None:
            raise UnreadableAnswerError("code is not a number")
        raise self._by_status(reply, code, told(answer)[1], code=str(code))


def _data(answer: Answer) -> Answer:
    return answer.object("data") if isinstance(answer.get("data"), dict) else answer
