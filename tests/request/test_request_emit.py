"""`request emit`: the exact body of each backend, and scripts that really are taken."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Any

import pytest
from cli_run import run
from request_world import (
    BACKENDS,
    FRAME_MODELS,
    MODELS,
    Stage,
    good,
    put,
    staged,
    token,
)

pytestmark = pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]")
SIGNED = "https://cdn.example/two.png?X-Amz-Signature=feedfacefeedface"


@pytest.fixture
def stage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    with staged(tmp_path, monkeypatch) as one:
        yield one


def emitted(stage: Stage, request: dict[str, Any], form: str) -> str:
    done = run("request", "emit", put(stage.folder, request), "--format", form)
    assert done.code == 0, done
    for secret in [*stage.secrets(), "feedfacefeedface"]:
        assert secret not in done.out + done.err
    return done.out


def uris(stage: Stage, backend: str, *names: str) -> list[str]:
    whole = json.loads(stage.publish(backend, *names).out)
    return [result["asset"]["uri"] for result in whole["results"]]


OPTIONS = {"resolution": "720p", "ratio": "16:9", "duration": 5, "generate_audio": True}


def expected(backend: str, prompt: str, one: str, two: str) -> dict[str, Any]:
    """Write each body by hand, as the backend's page has it."""
    images = [one, two]
    ark = {
        "model": MODELS[backend],
        "content": [
            {"type": "text", "text": prompt},
            *(
                {"type": "image_url", "image_url": {"url": uri}, "role": "reference_image"}
                for uri in images
            ),
        ],
        **OPTIONS,
    }
    bodies: dict[str, dict[str, Any]] = {
        "sunra": {"prompt": prompt, "reference_images": images, **OPTIONS},
        "volcengine": ark,
        "byteplus": ark,
        "agentsflare": ark,
        "crun": {
            "model": MODELS[backend],
            "input": {
                "prompt": prompt,
                "reference_images": images,
                "resolution": "720p",
                "aspect_ratio": "16:9",
                "duration": 5,
                "audio": True,
            },
        },
        "atlascloud": {
            "model": MODELS[backend],
            "input": {"prompt": prompt, "reference_images": images, **OPTIONS},
        },
    }
    return bodies[backend]


@pytest.mark.parametrize("backend", BACKENDS)
def test_the_body_is_the_one_on_the_page(stage: Stage, backend: str) -> None:
    one, two = uris(stage, backend, "one.png", "two.png")
    request = good(backend)
    body = json.loads(emitted(stage, request, "json"))
    assert body == expected(backend, request["prompt"], one, two)
    scheme = "Asset://" if backend == "volcengine" else "asset://"
    assert one.startswith(scheme)


FRAMES = {
    "sunra": {"start_image": 0, "end_image": 1},
    "crun": {"img_urls": 0, "last_frame_image": 1},
    "atlascloud": {"image": 0, "last_image": 1},
}


@pytest.mark.parametrize("backend", FRAMES)
def test_frames_have_fields_of_their_own(stage: Stage, backend: str) -> None:
    found = uris(stage, backend, "one.png", "two.png")
    request = good(
        backend,
        model=FRAME_MODELS[backend],
        prompt="dusk",
        reference_images=None,
        first_frame="one.png",
        last_frame="two.png",
    )
    body = json.loads(emitted(stage, request, "json"))
    given = body.get("input", body)
    for name, number in FRAMES[backend].items():
        assert given[name] in (found[number], [found[number]])


def _environ(stage: Stage, **more: str) -> dict[str, str]:
    return {"PATH": "/usr/bin:/bin", "NO_PROXY": "127.0.0.1", **stage.environ, **more}


def _sent(stage: Stage, form: str, script: str, **more: str) -> Any:
    command = ["sh"] if form == "curl" else [sys.executable, "-"]
    done = subprocess.run(
        command,
        input=script,
        capture_output=True,
        text=True,
        env=_environ(stage, **more),
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done
    return json.loads(done.stdout)


@pytest.mark.parametrize("form", ["curl", "python"])
@pytest.mark.parametrize("backend", BACKENDS)
def test_what_is_shown_is_taken(stage: Stage, backend: str, form: str) -> None:
    if form == "curl" and which("curl") is None:
        pytest.skip("needs curl")
    uris(stage, backend, "one.png")
    prompt = f"""{token(backend, "Image", 1)}, {token(backend, "Image", 2)}: "$HOME" `id` \\n it's
    two lines, 雨 @@ and a ${{brace}}"""
    request = good(backend, prompt=prompt, reference_images=["one.png", SIGNED])
    script = emitted(stage, request, form)
    answer = _sent(stage, form, script, REFERENCE_IMAGE_2_URL=SIGNED)
    assert stage.stats(backend, "generate") == 1
    (task,) = stage.box.server.world.generations[backend].values()
    text = json.dumps(task.asked, ensure_ascii=False)
    assert json.dumps(prompt, ensure_ascii=False)[1:-1] in text
    assert SIGNED in text
    assert task.id in json.dumps(answer)


def test_a_url_with_a_query_is_a_variable(stage: Stage) -> None:
    uris(stage, "sunra", "one.png")
    request = good("sunra", reference_images=["one.png", SIGNED])
    done = run("request", "emit", put(stage.folder, request))
    assert json.loads(done.out)["reference_images"][1] == "${REFERENCE_IMAGE_2_URL}"
    assert "REFERENCE_IMAGE_2_URL stands for https://cdn.example/two.png?***" in done.err


@pytest.mark.parametrize("form", ["json", "curl", "python"])
def test_what_is_not_published_yet_is_not_shown(stage: Stage, form: str) -> None:
    done = run("request", "emit", put(stage.folder, good("sunra")), "--format", form)
    assert (done.code, done.out) == (2, "")
    assert "not published yet: reference image 1" in done.err


def test_what_would_be_refused_is_not_shown(stage: Stage) -> None:
    uris(stage, "sunra", "one.png", "two.png")
    done = run("request", "emit", put(stage.folder, good("sunra", ratio="2:1")))
    assert (done.code, done.out) == (1, "")
    assert "REQ013" in done.err


def test_a_backend_without_a_page_has_nothing_to_show(stage: Stage) -> None:
    done = run("request", "emit", put(stage.folder, good("sunra") | {"backend": "agtcloud"}))
    assert (done.code, done.out) == (2, "")
    assert "no page says how a generation is asked for" in done.err


def test_no_key_is_needed_to_show_it(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    uris(stage, "crun", "one.png", "two.png")
    monkeypatch.delenv("CRUN_API_KEY")
    assert "$" + "{CRUN_API_KEY}" in emitted(stage, good("crun"), "curl")


def test_the_sandbox_refuses_what_no_page_names(stage: Stage) -> None:
    """Otherwise the tests above would show nothing."""
    body = {"prompt": "dusk", "reference_image": []}
    path = "/v1/queue/bytedance/seedance-2.0-relay/reference-to-video"
    status, answer = stage.box.call("sunra", "POST", path, body)
    assert status == 400
    assert "reference_image is not known" in json.dumps(answer)
