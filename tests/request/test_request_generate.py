"""The adapters for generations: what each answer comes to, and no answer that breaks them."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from request_world import BACKENDS, KEY, MODELS

from mediaprep.backends.call import Reply
from mediaprep.backends.errors import BackendError, Category, CredentialsMissing
from mediaprep.backends.generate import GENERATORS, NotDocumented, get_generator
from mediaprep.backends.generate.base import Generator, State
from mediaprep.generation import Ask, Request

URL = "https://cdn.example/clip.mp4?sig=feedface"
UNSAFE = {"code": "unsafe_content", "message": "The input was rejected."}
_KEYS = ("SUNRA", "CRUN", "ATLASCLOUD", "AGENTSFLARE", "VOLCENGINE_ARK", "BYTEPLUS_ARK")
ENVIRON = {f"{name}_API_KEY": KEY for name in _KEYS}
_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=10,
)


def made(backend: str, **environ: str) -> Generator:
    return get_generator(backend, ENVIRON | environ)


def reply(body: Any, status: int = 200) -> Reply:
    return Reply(status, {}, body if isinstance(body, bytes) else json.dumps(body).encode())


def crun(status: str, **result: Any) -> dict[str, Any]:
    data = {"task_id": "t", "status": status, "result": result or None}
    return {"code": 200, "message": "success", "data": data}


def ark(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "t", "status": status, **more}


def atlas(status: str, **more: Any) -> dict[str, Any]:
    return {"code": 200, "data": {"id": "t", "status": status, **more}}


@pytest.mark.parametrize(
    ("backend", "body", "state"),
    [
        pytest.param(
            "sunra", {"status": "IN_QUEUE", "queue_position": 3}, State.QUEUED, id="queued"
        ),
        pytest.param("sunra", {"status": "IN_PROGRESS"}, State.RUNNING, id="in progress"),
        pytest.param("sunra", {"status": "COMPLETED", "success": True}, State.DONE, id="completed"),
        pytest.param("sunra", {"status": "COMPLETED"}, State.DONE, id="as the older page has it"),
        pytest.param(
            "sunra",
            {"status": "COMPLETED", "success": False, "error": UNSAFE},
            State.REFUSED,
            id="success: false is a refusal under HTTP 200",
        ),
        pytest.param(
            "sunra",
            {"status": "COMPLETED", "success": False, "error": {"code": "timeout"}},
            State.FAILED,
            id="success: false for another reason is a failure",
        ),
        pytest.param("sunra", {"status": "DREAMING"}, State.UNKNOWN, id="a word of its own"),
        pytest.param("volcengine", ark("queued"), State.QUEUED, id="ark: queued"),
        pytest.param("volcengine", ark("running"), State.RUNNING, id="ark: running"),
        pytest.param(
            "byteplus", ark("succeeded", content={"video_url": URL}), State.DONE, id="ark: done"
        ),
        pytest.param("byteplus", ark("expired"), State.FAILED, id="ark: expired"),
        pytest.param(
            "agentsflare",
            ark("failed", error={"code": "InternalServiceError", "message": "oops"}),
            State.FAILED,
            id="ark: failed",
        ),
        pytest.param(
            "volcengine",
            ark("failed", error={"code": "OutputVideoSensitiveContentDetected", "message": "no"}),
            State.REFUSED,
            id="ark: what came out is refused",
        ),
        pytest.param(
            "volcengine",
            ark("failed", error={"code": "X", "message": "input may contain real person"}),
            State.REFUSED,
            id="ark: refused by its words",
        ),
        pytest.param("crun", crun("pending"), State.QUEUED, id="crun: pending"),
        pytest.param("crun", crun("success", media_urls=[URL]), State.DONE, id="crun: success"),
        pytest.param(
            "crun", crun("failed", code=501, message="upstream"), State.FAILED, id="crun: failed"
        ),
        pytest.param(
            "crun",
            crun("failed", code=501, message="content policy violation"),
            State.REFUSED,
            id="crun: refused",
        ),
        pytest.param(
            "crun",
            crun("failed", message="no") | {"code": 501},
            State.FAILED,
            id="crun: the envelope says 501, too",
        ),
        pytest.param("atlascloud", atlas("processing"), State.RUNNING, id="atlas: processing"),
        pytest.param("atlascloud", atlas("completed", outputs=[URL]), State.DONE, id="atlas: done"),
        pytest.param(
            "atlascloud",
            {"id": "t", "status": "succeeded", "outputs": URL},
            State.DONE,
            id="atlas: bare, as the guide shows it",
        ),
        pytest.param(
            "atlascloud",
            atlas("failed", error="sensitive content"),
            State.REFUSED,
            id="atlas: refused",
        ),
        pytest.param("atlascloud", atlas("timeout"), State.FAILED, id="atlas: timeout"),
    ],
)
def test_what_a_poll_says(backend: str, body: dict[str, Any], state: State) -> None:
    generation = made(backend).parse_poll(reply(body))
    assert generation.state is state
    assert (generation.url is not None) == (state is State.DONE and backend != "sunra")
    if state in (State.REFUSED, State.FAILED):
        assert generation.reason
    assert "feedface" not in repr(generation)


@pytest.mark.parametrize(
    "body",
    [
        {"video": {"url": URL, "content_type": "video/mp4"}},
        {"success": True, "data": {"video": {"url": URL}}},
    ],
)
def test_sunra_tells_the_clip_in_its_response(body: dict[str, Any]) -> None:
    generation = made("sunra").parse_result(reply(body))
    assert generation.state is State.DONE
    assert generation.url is not None
    assert generation.url.reveal() == URL


@pytest.mark.parametrize(
    ("details", "state"),
    [
        pytest.param(UNSAFE, State.REFUSED, id="unsafe content"),
        pytest.param({"code": "x", "message": "y"}, State.FAILED, id="something else"),
    ],
)
def test_the_response_of_a_failed_prediction(details: dict[str, str], state: State) -> None:
    error = {"code": "PREDICTION_FAILED", "message": "Predict failed", "details": details}
    generation = made("sunra").parse_result(reply({"error": error}, 400))
    assert generation.state is state


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"<html>sign in</html>", id="a page"),
        pytest.param({}, id="an empty object"),
        pytest.param({"code": 200, "data": {}}, id="an empty envelope"),
    ],
)
def test_an_answer_without_an_id_is_not_taken_for_one(backend: str, body: Any) -> None:
    with pytest.raises(BackendError) as raised:
        made(backend).parse_submitted(reply(body))
    # Whether it was taken is not known: it is not to be sent again.
    assert not raised.value.settled


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("status", "category"),
    [(401, Category.AUTH), (402, Category.QUOTA), (429, Category.RATE_LIMITED)],
)
def test_a_refused_submission_is_sorted(backend: str, status: int, category: Category) -> None:
    body: dict[str, Any] = {"error": {"code": "X", "message": "no"}}
    if backend in ("crun", "atlascloud"):
        body = {"code": status, "message": "no"}
        status = 200 if backend == "crun" else status
    with pytest.raises(BackendError) as raised:
        made(backend).parse_submitted(reply(body, status))
    assert raised.value.category is category
    assert raised.value.settled


@pytest.mark.parametrize("backend", BACKENDS)
@given(_JSON, st.sampled_from([200, 400, 404, 500]))
def test_no_answer_breaks_an_adapter(backend: str, body: Any, status: int) -> None:
    generator = made(backend)
    parsers: list[Any] = [generator.parse_submitted, generator.parse_poll]
    if backend == "sunra":
        parsers.append(generator.parse_result)
    for parse in parsers:
        try:
            parse(reply(body, status))
        except BackendError:
            continue


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_submission_is_sent_once_and_its_key_is_not_printed(backend: str) -> None:
    generator = made(backend)
    ask = Ask(Request("r.toml", backend, MODELS[backend], "dusk"), ())
    call = generator.submit(ask)
    assert not call.idempotent
    assert generator.poll("id").idempotent
    ready = generator.authorize(call, datetime.now(UTC))
    assert KEY not in repr(ready)
    assert KEY in "".join(ready.sent_headers().values())


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_key_is_wanted_when_something_is_sent(backend: str) -> None:
    generator = get_generator(backend, {})
    call = generator.poll("id")
    with pytest.raises(CredentialsMissing, match="is not set"):
        generator.authorize(call, datetime.now(UTC))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("ident", ["", ".", ".."])
def test_an_id_cannot_lead_elsewhere(backend: str, ident: str) -> None:
    with pytest.raises(BackendError, match="is no id"):
        made(backend).poll(ident)


def test_agtcloud_has_none() -> None:
    assert "agtcloud" not in GENERATORS
    with pytest.raises(NotDocumented):
        get_generator("agtcloud", {})


def test_sunra_takes_a_model_with_its_endpoint_or_without() -> None:
    urls = {
        made("sunra").submit(Ask(Request("r", "sunra", model, "dusk"), ())).url
        for model in ("bytedance/seedance-2.0", "bytedance/seedance-2.0/text-to-video")
    }
    assert urls == {"https://api.sunra.ai/v1/queue/bytedance/seedance-2.0/text-to-video"}
