# ruff: noqa: D102  (documented once, at `Generator`)
"""Ark's content list, at Volcengine, BytePlus and Agentsflare.

https://docs.byteplus.com/en/docs/ModelArk/1520757 (create) and 1521309 (retrieve);
https://docs.agentsflare.com/en/api-examples/seedance.html passes the same through. The key is an
API key, not the access key that signs calls to the asset library.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.generate.base import Generation, Generator, State, clip_url
from mediaprep.backends.volcerrors import category
from mediaprep.generation import KIND_OF, Ask

_STATES = {
    "queued": State.QUEUED,
    "running": State.RUNNING,
    "succeeded": State.DONE,
    "failed": State.FAILED,
    "expired": State.FAILED,
    "cancelled": State.FAILED,  # seen in answers, not on the page
}


class ArkTasks(Generator):
    """Create a task, and retrieve it until it has ended."""

    default_url: ClassVar[str]
    default_scheme: ClassVar[str] = "asset://"

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("ARK_URL", self.default_url)
        self._read_uri_scheme(self.default_scheme)

    def submit(self, ask: Ask) -> Call:
        request = ask.request
        content: list[dict[str, object]] = []
        if request.prompt:
            content.append({"type": "text", "text": request.prompt})
        for reference, uri in zip(request.references, ask.uris, strict=True):
            kind = f"{KIND_OF[reference.role]}_url"
            content.append({"type": kind, kind: {"url": uri}, "role": reference.role.value})
        body = {"model": request.model, "content": content, **ask.options()}
        return self._submission(f"{self.base_url}/contents/generations/tasks", body)

    def parse_submitted(self, reply: Reply) -> str:
        return self._read_answer(reply, lambda answer: answer.identity("id"), of_one=False)

    def poll(self, generation_id: str) -> Call:
        tasks = f"{self.base_url}/contents/generations/tasks"
        return self._question(f"{tasks}/{self._in_path(generation_id)}")

    def parse_poll(self, reply: Reply) -> Generation:
        return self._read_answer(reply, self._task)

    def _task(self, answer: Answer) -> Generation:
        word = answer.word("status")
        state, reason, url = _STATES.get(word.lower(), State.UNKNOWN), "", None
        if state is State.DONE:
            url = clip_url(answer.object("content").get("video_url"))
            if url is None:
                raise UnreadableAnswerError("the task has succeeded without a video_url")
        elif state is State.FAILED:
            state, reason = self._reason(answer, word)
        return Generation(answer.identity("id"), state, word, url, reason)

    def _reason(self, answer: Answer, word: str) -> tuple[State, str]:
        if not isinstance(answer.get("error"), dict):
            return State.FAILED, f"the task is {word}"
        error = answer.object("error")
        code, words = error.text("code"), error.text("message")
        sorted_by = category(code, words, 400)
        if sorted_by is Category.INVALID:
            sorted_by = guess(f"{code} {words}")
        return self._ended_badly(f"{code}: {words}" if code else words or word, sorted_by)


class VolcengineTasks(ArkTasks):
    """Volcengine Ark in China."""

    name = "volcengine"
    variable = "VOLCENGINE_ARK_API_KEY"
    page = "https://docs.byteplus.com/en/docs/ModelArk/1520757"
    default_url = "https://ark.cn-beijing.volces.com/api/v3"
    default_scheme = "Asset://"


class BytePlusTasks(ArkTasks):
    """BytePlus ModelArk."""

    name = "byteplus"
    variable = "BYTEPLUS_ARK_API_KEY"
    page = "https://docs.byteplus.com/en/docs/ModelArk/1520757"
    default_url = "https://ark.ap-southeast.bytepluses.com/api/v3"


class AgentsflareTasks(ArkTasks):
    """Agentsflare's node, with the key of its asset library."""

    name = "agentsflare"
    variable = "AGENTSFLARE_API_KEY"
    page = "https://docs.agentsflare.com/en/api-examples/seedance.html"
    default_url = "https://api.agentsflare.com/byteplus/v3"
