# ruff: noqa: D102  (documented once, at `Generator`)
"""Sunra's queue: https://docs.sunra.ai/multimodal/queue, with the fields of a relay model from
https://docs.sunra.ai/multimodal/seedance-face-auth.

A prediction that moderation refuses is COMPLETED, with `success: false`, under HTTP 200.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mediaprep.backends.answers import Answer, UnreadableAnswerError, decode, guess, told
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.generate.base import Generation, Generator, State, clip_url
from mediaprep.backends.values import Limits, Rate
from mediaprep.generation import Ask, Mode, Role
from mediaprep.model import Kind

_STATES = {
    "IN_QUEUE": State.QUEUED,
    "IN_PROGRESS": State.RUNNING,
    "COMPLETED": State.DONE,
}
# What a model's name ends in, if the request leaves it out.
_ENDPOINTS = {
    Mode.TEXT: "text-to-video",
    Mode.FRAMES: "image-to-video",
    Mode.REFERENCES: "reference-to-video",
}
# Frames: https://sunra.ai/models/bytedance/seedance-2.0-relay/image-to-video/llms.txt
_FRAMES = {Role.FIRST_FRAME: "start_image", Role.LAST_FRAME: "end_image"}
_LISTS = {
    Role.REFERENCE_IMAGE: "reference_images",
    Role.REFERENCE_VIDEO: "reference_videos",
    Role.REFERENCE_AUDIO: "reference_audios",
}

# The response of a prediction that failed is a 400 with this code; why is in its details.
_PREDICTION_FAILED = "PREDICTION_FAILED"


class SunraQueue(Generator):
    """Submit to the queue, ask for the status, then for the response."""

    name = "sunra"
    variable = "SUNRA_API_KEY"
    page = "https://docs.sunra.ai/multimodal/queue"
    # Over the limit Sunra answers 403, not 429.
    by_status: ClassVar[Mapping[int, Category]] = {403: Category.RATE_LIMITED}

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("BASE_URL", "https://api.sunra.ai")
        self.scheme = self._read.text("AUTH_SCHEME", "Bearer", ("Bearer", "Key")) + " "
        self._read_uri_scheme("asset://")
        # 100 submissions a minute, 1,800 of everything else.
        rates = {"generate": Rate(100, 60, in_flight=4), "generation": Rate(30, in_flight=30)}
        self.limits = Limits(frozenset(Kind), self._read.rates(rates))

    def submit(self, ask: Ask) -> Call:
        request = ask.request
        endpoint = _ENDPOINTS[request.mode]
        named = request.model.rpartition("/")[2] in _ENDPOINTS.values()
        model = request.model if named else f"{request.model}/{endpoint}"
        body: dict[str, object] = {"prompt": request.prompt}
        body |= {key: uris for role, key in _LISTS.items() if (uris := ask.uris_of(role))}
        body |= {key: uris[0] for role, key in _FRAMES.items() if (uris := ask.uris_of(role))}
        path = "/".join(self._in_path(part) for part in model.split("/"))
        return self._submission(f"{self.base_url}/v1/queue/{path}", body | ask.options())

    def parse_submitted(self, reply: Reply) -> str:
        return self._read_answer(
            reply, lambda answer: answer.identity("request_id", "id"), of_one=False
        )

    def poll(self, generation_id: str) -> Call:
        return self._question(f"{self._of(generation_id)}/status")

    def parse_poll(self, reply: Reply) -> Generation:
        def take(answer: Answer) -> Generation:
            word = answer.word("status")
            state, reason = _STATES.get(word.upper(), State.UNKNOWN), ""
            if answer.get("success") is False or word.upper() in ("FAILED", "CANCELED"):
                state, reason = self._refusal(answer)
            return Generation(
                answer.text("request_id"),
                state,
                word,
                reason=reason,
                ahead=answer.integer("queue_position"),
            )

        return self._read_answer(reply, take)

    def result(self, generation_id: str) -> Call:
        return self._question(self._of(generation_id))

    def parse_result(self, reply: Reply) -> Generation:
        try:
            return self._read_answer(reply, self._response)
        except BackendError as error:
            if error.code != _PREDICTION_FAILED:
                raise
            state, reason = self._refusal(_details(decode(reply.body)))
            return Generation("", state, error.code, reason=reason, request_id=error.request_id)

    def _response(self, answer: Answer) -> Generation:
        if answer.get("success") is False:
            state, reason = self._refusal(answer)
            return Generation("", state, "success: false", reason=reason)
        data = answer.object("data") if isinstance(answer.get("data"), dict) else answer
        video = data.get("video")
        found = Answer(video).get("url") if isinstance(video, dict) else data.get("video_url")
        url = clip_url(found)
        if url is None:
            raise UnreadableAnswerError("the response has no video.url")
        return Generation("", State.DONE, "COMPLETED", url=url)

    def _refusal(self, answer: Answer) -> tuple[State, str]:
        code, words = told(answer)
        reason = f"{code}: {words}" if code and words else code or words
        return self._ended_badly(reason or "no reason is given", guess(f"{code} {words}"))

    def _of(self, generation_id: str) -> str:
        return f"{self.base_url}/v1/queue/requests/{self._in_path(generation_id)}"


def _details(answer: Answer) -> Answer:
    error = answer.object("error")
    return error.object("details") if isinstance(error.get("details"), dict) else answer
