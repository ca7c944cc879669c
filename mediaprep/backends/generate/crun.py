# ruff: noqa: D102  (documented once, at `Generator`)
"""Crun's CreateTask and TaskInfo: https://docs.crun.ai/models/seedance/2-0/reference-to-video and
https://docs.crun.ai/models/common/get-task-info. The `code` in the body decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.generate.base import Generation, Generator, State, clip_url
from mediaprep.generation import Ask, Role

_STATES = {
    "pending": State.QUEUED,
    "running": State.RUNNING,
    "success": State.DONE,
    "failed": State.FAILED,
}
_LISTS = {
    Role.FIRST_FRAME: "img_urls",
    Role.REFERENCE_IMAGE: "reference_images",
    Role.REFERENCE_VIDEO: "reference_videos",
    Role.REFERENCE_AUDIO: "reference_audios",
}


class CrunTasks(Generator):
    """One call creates any task, another tells about it."""

    name = "crun"
    variable = "CRUN_API_KEY"
    header = "x-api-key"
    scheme = ""
    page = "https://docs.crun.ai/models/seedance/2-0/reference-to-video"
    by_status: ClassVar[Mapping[int, Category]] = {
        402: Category.QUOTA,
        455: Category.SERVER,
        505: Category.UNSUPPORTED,
    }

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("BASE_URL", "https://api.crun.ai/api/v1/client/job")
        self._read_uri_scheme("asset://")

    def submit(self, ask: Ask) -> Call:
        given: dict[str, object] = {"prompt": ask.request.prompt}
        given |= {key: uris for role, key in _LISTS.items() if (uris := ask.uris_of(role))}
        if last := ask.uris_of(Role.LAST_FRAME):
            given["last_frame_image"] = last[0]
        given |= ask.options(ratio="aspect_ratio", generate_audio="audio")
        body = {"model": ask.request.model, "input": given}
        return self._submission(f"{self.base_url}/CreateTask", body)

    def parse_submitted(self, reply: Reply) -> str:
        return self._read_answer(
            reply, lambda answer: answer.object("data").identity("task_id"), of_one=False
        )

    def poll(self, generation_id: str) -> Call:
        self._in_path(generation_id)
        return self._question(f"{self.base_url}/TaskInfo", {"task_id": generation_id})

    def parse_poll(self, reply: Reply) -> Generation:
        return self._read_answer(reply, self._task)

    def _task(self, answer: Answer) -> Generation:
        data = answer.object("data")
        word = data.word("status")
        state, reason, url = _STATES.get(word.lower(), State.UNKNOWN), "", None
        result = data.object("result") if isinstance(data.get("result"), dict) else None
        if state is State.DONE:
            url = clip_url(_first(result))
            if url is None:
                raise UnreadableAnswerError("the task is a success without media_urls")
        elif state is State.FAILED:
            words = (result.text("message") if result else "") or "no reason is given"
            state, reason = self._ended_badly(words, guess(words))
        return Generation(data.identity("task_id"), state, word, url, reason)

    def _check(self, reply: Reply, answer: Answer) -> None:
        code = answer.integer("code")
        if code is None and 200 <= reply.status < 300:
            raise UnreadableAnswerError("the answer has no code")
        # 501 tells that the generation failed, and comes with the task that says why.
        if code in (None, 200) or (code == 501 and isinstance(answer.get("data"), dict)):
            return
        assert code is not None
        words = answer.text("message") or f"code {code}"
        raise self._by_status(reply, code, words, code=str(code))


def _first(result: Answer | None) -> object:
    urls = result.get("media_urls") if result else None
    return urls[0] if isinstance(urls, list) and urls else None
