"""The sandbox's endpoints for generations, called as the pages print them, without our adapters."""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import png
from sandboxlib import POOL, Box, running

pytestmark = pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]")
SUNRA = """curl -X POST \\
  "https://api.sunra.ai/v1/queue/bytedance/seedance-2.0-fast-relay/reference-to-video" \\
  -H "Authorization: Bearer $SUNRA_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "prompt": "the person in @Image1 is talking to the camera",
    "reference_images": ["asset://<ARK_ASSET_ID>"],
    "resolution": "720p",
    "ratio": "adaptive",
    "duration": 5,
    "generate_audio": true
  }'"""
ATLAS = """curl -X POST "https://api.atlascloud.ai/api/v1/model/generateVideo" \\
  -H "Authorization: Bearer $ATLASCLOUD_API_KEY" \\
  -H "Content-Type: application/json" \\
  -d '{
    "model": "bytedance/seedance-2.0/image-to-video",
    "input": {
      "prompt": "A cinematic dolly shot, warm sunset light",
      "image": "asset://<asset_id>"
    }
  }'"""
ITEM = {
    "type": "image_url",
    "image_url": {"url": "Asset://Asset-2026"},
    "role": "reference_image",
}


@pytest.fixture
def box(tmp_path: Path) -> Iterator[Box]:
    with running(tmp_path, delay_s=0.01) as one:
        yield one


def printed(curl: str, uri: str) -> tuple[str, Any]:
    """Return path and body of a command as a page prints it, about an asset of ours."""
    words = shlex.split(curl)
    path = next(word for word in words if word.startswith("https://")).split("/", 3)[3]
    body = json.loads(words[words.index("-d") + 1])
    text = json.dumps(body).replace("<ARK_ASSET_ID>", uri).replace("<asset_id>", uri)
    return f"/{path}", json.loads(text)


def registered(box: Box, backend: str) -> str:
    """Register an image, wait for it, and return its id."""
    url = box.host("a.png", png())
    if backend == "sunra":
        path, made = "/v1/ark/assets", {"source_url": url, "asset_type": "image"}
        ident = box.call("sunra", "POST", path, made)[1]["ark_asset_id"]
        box.settled(lambda: (box.call("sunra", "GET", f"{path}/{ident}")[1]["status"], None))
        return str(ident)
    made = box.call("atlascloud-console", "POST", "/sd/assets", {"type": "Image", "url": url})[1]
    data: dict[str, Any] = made["data"]
    box.settled(
        lambda: (
            box.call("atlascloud-console", "GET", f"/sd/assets/{data['id']}")[1]["data"]["status"],
            None,
        )
    )
    return str(data["ark_asset_id"])


def test_sunras_sample(box: Box) -> None:
    path, body = printed(SUNRA, registered(box, "sunra"))
    status, answer = box.call("sunra", "POST", path, body)
    assert status == 200
    assert set(answer) == {"request_id", "response_url", "status_url", "cancel_url"}
    assert answer["status_url"].endswith(f"/v1/queue/requests/{answer['request_id']}/status")


def test_sunras_direct_models_refuse_assets(box: Box) -> None:
    path, body = printed(SUNRA, registered(box, "sunra"))
    status, answer = box.call("sunra", "POST", path.replace("-fast-relay", ""), body)
    assert status == 400
    assert "InvalidParameter" in json.dumps(answer)


def test_atlas_sample(box: Box) -> None:
    path, body = printed(ATLAS, registered(box, "atlascloud"))
    status, answer = box.call("atlascloud-api", "POST", path.removeprefix("/api/v1"), body)
    assert status == 200
    assert answer["data"]["id"]


def test_the_wrong_one_of_two_hosts_is_a_404(box: Box) -> None:
    path, body = printed(ATLAS, "asset-1")
    status, _ = box.call("atlascloud-console", "POST", path.removeprefix("/api/v1"), body)
    assert status == 404


def _ark(box: Box, *content: Any, **more: Any) -> tuple[int, Any]:
    text = {"type": "text", "text": "dusk"}
    body = {"model": "doubao-seedance-2-0-260128", "content": [text, *content], **more}
    head = {"Authorization": f"Bearer {box.keys.volcengine_ark}"}
    return box.call("volcengine-ark", "POST", "/contents/generations/tasks", body, **head)


def _media(kind: str, role: str = "") -> dict[str, Any]:
    url = {"url": f"https://cdn.example/a.{kind}"}
    return {"type": f"{kind}_url", f"{kind}_url": url, "role": role or f"reference_{kind}"}


@pytest.mark.parametrize(
    ("content", "more", "words"),
    [
        pytest.param([ITEM], {}, "is not found", id="an asset that is not there"),
        pytest.param([_media("audio")], {}, "only reference input", id="sound alone"),
        pytest.param(
            [_media("image"), _media("image", "first_frame")], {}, "cannot be mixed", id="mixed"
        ),
        pytest.param([_media("image")] * 10, {}, "At most 9", id="ten images"),
        pytest.param([_media("video")] * 4, {}, "At most 3", id="four videos"),
        pytest.param([_media("image", "hero")], {}, "role must be specified", id="no such role"),
        pytest.param([], {"duration": 3}, "duration is not valid", id="three seconds"),
        pytest.param([], {"duration": True}, "duration is not valid", id="a second of true"),
        pytest.param([], {"ratio": "2:1"}, "ratio is not valid", id="another ratio"),
        pytest.param([], {"prompt": "dusk"}, "prompt is not known", id="a field of another API"),
    ],
)
def test_what_ark_refuses(box: Box, content: list[Any], more: dict[str, Any], words: str) -> None:
    status, answer = _ark(box, *content, **more)
    assert status == 400
    assert words in answer["error"]["message"]


@pytest.mark.parametrize("duration", [-1, 4, 15])
def test_what_ark_takes(box: Box, duration: int) -> None:
    status, answer = _ark(box, _media("image"), _media("audio"), duration=duration, ratio="16:9")
    assert (status, list(answer)) == (200, ["id"])


def test_a_clip_needs_its_token(box: Box) -> None:
    _, answer = _ark(box)
    head = {"Authorization": f"Bearer {box.keys.volcengine_ark}"}
    path = f"/contents/generations/tasks/{answer['id']}"

    def ask() -> tuple[str, Any]:
        shown = box.call("volcengine-ark", "GET", path, **head)[1]
        return ("processing" if shown["status"] in ("queued", "running") else "done"), shown

    url = box.settled(ask)[1]["content"]["video_url"]
    assert POOL.request("GET", url).data[4:8] == b"ftyp"
    assert POOL.request("GET", url.partition("?")[0]).status == 403


def test_a_key_of_the_library_is_none_for_generations(box: Box) -> None:
    head = {"Authorization": f"Bearer {box.keys.volcengine_secret}"}
    path = "/contents/generations/tasks"
    assert box.call("volcengine-ark", "POST", path, {}, **head)[0] == 401
