"""All six backends and a real S3 server, as installed commands: the sandbox is the other side."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from conftest import png
from publish_kills import BACKENDS, told
from publish_kills import sandbox as running

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]"),
]

# The command with everything that libraries say about their calls.
_TALKING = """
import logging
logging.basicConfig(level=logging.DEBUG)
from mediaprep.cli import main
main()
"""
_PROOF = re.compile(rb"(?i)signature[=:]\s*[0-9a-z%/+]{16}|bearer\s+(?!\*)[0-9a-z._-]{8}")


@pytest.fixture(scope="module", name="sandbox")
def _sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of a running sandbox."""
    with running(tmp_path_factory.mktemp("sandbox") / "box") as variables:
        yield variables


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    media = tmp_path / "media"
    media.mkdir()
    for number in range(6):
        (media / f"p{number}.png").write_bytes(png() + f"{request.node.name}{number}".encode())
    (media / "twin.png").write_bytes((media / "p0.png").read_bytes())
    return media


def publish(folder: Path, backend: str, sandbox: dict[str, str], *more: str) -> Any:
    """Publish, and look for secrets in all that was said, logged and kept."""
    arguments = ["publish", str(folder), "--backend", backend, "--output", "json", *more]
    command = [sys.executable, "-c", _TALKING, *arguments]
    done = subprocess.run(command, capture_output=True, env=os.environ | sandbox, timeout=60)
    ledger = Path(sandbox["MEDIAPREP_LEDGER"])
    kept = [path.read_bytes() for path in ledger.parent.glob(f"{ledger.name}*") if path.is_file()]
    held = b"".join([done.stdout, done.stderr, *kept])
    assert b"DEBUG:" in done.stderr
    for name, value in sandbox.items():
        if name.endswith(("_KEY", "_TOKEN", "_KEY_ID")) and value:
            assert value.encode() not in held, name
    assert not _PROOF.search(held)
    return done.returncode, json.loads(done.stdout)


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
