"""All six backends and a real S3 server, as installed commands: the sandbox is the other side."""

from __future__ import annotations

import json
import shlex
import subprocess
import time
import urllib.request
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cli_run import COMMAND, spawn
from conftest import png

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]"),
]
BACKENDS = ("sunra", "agtcloud", "volcengine", "agentsflare", "crun", "atlascloud")
_READY_S = 60


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of a running sandbox."""
    folder = tmp_path_factory.mktemp("sandbox")
    file, log = folder / "env", folder / "log"
    with log.open("wb") as out:
        command = [*COMMAND, "sandbox", "--env", str(file), "--dir", str(folder / "s3")]
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        ends = time.monotonic() + _READY_S
        while b"READY" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > ends:
                pytest.skip(f"no sandbox here: {log.read_text()[-500:]}")
            time.sleep(0.1)
        yield _variables(file) | {"MEDIAPREP_POLL_INTERVAL_S": "0.1"}
    finally:
        process.terminate()
        process.wait(30)


def _variables(file: Path) -> dict[str, str]:
    words = shlex.split(file.read_text(), comments=True)
    return dict(word.split("=", 1) for word in words if "=" in word)


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    media = tmp_path / "media"
    media.mkdir()
    for number in range(6):
        (media / f"p{number}.png").write_bytes(png() + f"{request.node.name}{number}".encode())
    (media / "twin.png").write_bytes((media / "p0.png").read_bytes())
    return media


def told(sandbox: dict[str, str], what: str, body: object = None, method: str = "") -> Any:
    """Ask the sandbox what it saw, or tell it what to do wrong."""
    url = f"{sandbox['MEDIAPREP_SANDBOX_URL']}/_sandbox/{what}"
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, head, method=method or None)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def publish(folder: Path, backend: str, sandbox: dict[str, str], *more: str) -> Any:
    done = spawn(
        "publish", folder, "--backend", backend, "--output", "json", *more, stdin=b"", **sandbox
    )
    for name, value in sandbox.items():
        if name.endswith(("_KEY", "_TOKEN", "_KEY_ID")) and value and "ACCESS" not in name:
            assert value not in done.out + done.err
    assert "X-Amz" not in done.out + done.err
    return done.code, json.loads(done.out)


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_folder_becomes_assets_and_stays_so(
    backend: str, folder: Path, sandbox: dict[str, str]
) -> None:
    code, first = publish(folder, backend, sandbox)
    assert (code, {item["asset"]["status"] for item in first["results"]}) == (0, {"active"})
    before = told(sandbox, "stats")["backends"][backend]["actions"]
    code, second = publish(folder, backend, sandbox)
    assert code == 0
    after = told(sandbox, "stats")["backends"][backend]["actions"]
    assert {name: seen["calls"] for name, seen in after.items()} == {
        name: seen["calls"] for name, seen in before.items()
    }
    uris = [[item["asset"]["uri"] for item in whole["results"]] for whole in (first, second)]
    assert uris[0] == uris[1]
    assert len(set(uris[0])) == 6


@pytest.mark.parametrize("backend", ["sunra", "agtcloud", "volcengine", "atlascloud"])
def test_bursts_of_faults_lose_and_double_nothing(
    backend: str, folder: Path, sandbox: dict[str, str]
) -> None:
    for mode in ("drop-after", "drop", "500", "429", "malformed"):
        order = {"backend": backend, "action": "*", "mode": mode, "rate": 0.05}
        told(sandbox, "faults", order, "POST")
    try:
        for _ in range(8):
            code, whole = publish(folder, backend, sandbox)
            if code == 0:
                break
    finally:
        told(sandbox, "faults", None, "DELETE")
    assert code == 0
    hashes = {item["asset"]["sha256"] for item in whole["results"]}
    seen = told(sandbox, "assets")["assets"]
    mine = [a["sha256"] for a in seen if a["backend"] == backend and a["sha256"] in hashes]
    assert sorted(mine) == sorted(hashes)


def test_an_upload_of_the_backend_stands_in_for_a_bucket(
    folder: Path, sandbox: dict[str, str]
) -> None:
    code, whole = publish(folder, "atlascloud", sandbox, "--store", "backend")
    assert (code, {item["asset"]["status"] for item in whole["results"]}) == (0, {"active"})
