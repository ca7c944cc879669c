"""`mediaprep sandbox` as a command: its file of variables in a real shell, S3, and its end."""

from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import urllib3

SANDBOX = [sys.executable, "-m", "mediaprep", "sandbox"]
KEYS = """
SUNRA_API_KEY AGTCLOUD_API_KEY AGENTSFLARE_API_KEY CRUN_API_KEY ATLASCLOUD_API_KEY
VOLCENGINE_ACCESS_KEY VOLCENGINE_SECRET_KEY BYTEPLUS_ACCESS_KEY BYTEPLUS_SECRET_KEY
"""
PLACES = """
MEDIAPREP_SUNRA_BASE_URL MEDIAPREP_AGTCLOUD_BASE_URL MEDIAPREP_VOLCENGINE_BASE_URL
MEDIAPREP_BYTEPLUS_BASE_URL MEDIAPREP_AGENTSFLARE_BASE_URL MEDIAPREP_CRUN_BASE_URL
MEDIAPREP_ATLASCLOUD_CONSOLE_URL MEDIAPREP_ATLASCLOUD_API_URL MEDIAPREP_ALLOW_PRIVATE_URLS
MEDIAPREP_LEDGER MEDIAPREP_CACHE_DIR
"""
S3 = "MEDIAPREP_STORE AWS_ENDPOINT_URL_S3 AWS_ACCESS_KEY_ID AWS_SECRET_ACCESS_KEY"
NAMES = (KEYS + PLACES).split()
needs_swift = pytest.mark.skipif(not find_spec("swift"), reason="Swift's wheel is for Linux")


@contextmanager
def up(tmp_path: Path, *options: str) -> Iterator[subprocess.Popen[str]]:
    """Run the command until the block ends; it is up once its descriptor says so."""
    reading, writing = os.pipe()
    process = subprocess.Popen(
        [*SANDBOX, "--env", str(tmp_path / "env"), "--ready-fd", str(writing), *options],
        pass_fds=[writing],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"TMPDIR": str(tmp_path)},
    )
    os.close(writing)
    with open(reading) as ready, process:
        try:
            assert ready.read() == "READY\n", process.communicate()
            yield process
        finally:
            process.kill() if process.poll() is None else None


def sourced(tmp_path: Path) -> dict[str, str]:
    """Return what a shell has after it sourced the file."""
    command = f"set -a; . '{tmp_path}/env'; env"
    shown = subprocess.run(["sh", "-c", command], capture_output=True, text=True, check=True).stdout
    return dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)


def children(pid: int) -> list[int]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid:
            found.append(int(entry.parent.name))
    return found


def gone(pids: list[int]) -> bool:
    for _ in range(200):
        if not any(Path(f"/proc/{pid}").exists() for pid in pids):
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["TERM", "Ctrl-C"])
def test_without_s3_it_serves_and_leaves_nothing(tmp_path: Path, number: signal.Signals) -> None:
    with up(tmp_path, "--no-s3") as process:
        found = sourced(tmp_path)
        assert not [name for name in NAMES if not found.get(name)]
        assert stat.S_IMODE((tmp_path / "env").stat().st_mode) == 0o600
        url = found["MEDIAPREP_SUNRA_BASE_URL"] + "/v1/ark/assets/list"
        headers = {"Authorization": f"Bearer {found['SUNRA_API_KEY']}"}
        assert urllib3.request("POST", url, json={}, headers=headers).status == 200
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1].startswith("READY")
    assert not list(tmp_path.glob("mediaprep-sandbox-*"))


def test_it_ends_at_once_though_a_fetch_hangs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, up(tmp_path, "--no-s3") as process:
        found = sourced(tmp_path)
        url = found["MEDIAPREP_SUNRA_BASE_URL"] + "/v1/ark/assets"
        headers = {"Authorization": f"Bearer {found['SUNRA_API_KEY']}"}
        media = f"http://127.0.0.1:{silent.getsockname()[1]}/a.png"
        made = urllib3.request("POST", url, json={"source_url": media}, headers=headers)
        assert made.json()["status"] == "processing"
        silent.accept()[0].close()
        waiting = urllib3.request("POST", url, json={"source_url": media}, headers=headers)
        assert waiting.status == 200
        connected = silent.accept()[0]  # never answers
        process.terminate()
        assert process.wait(5) == 0
        connected.close()


def test_it_is_an_independent_reading() -> None:
    """Nothing of the sandbox loads the adapters, or what sends for them."""
    look = "import sys, mediaprep.sandbox.run, mediaprep.cli.sandbox; print(*sys.modules)"
    shown = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    loaded = shown.stdout.split()
    assert "mediaprep.sandbox.volcsign" in loaded
    ours = ("mediaprep.backends", "mediaprep.publish", "mediaprep.profiles", "mediaprep.rules")
    assert not [name for name in loaded if name.startswith(ours)]


def test_two_sandboxes_do_not_share_a_port(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    with up(tmp_path / "a", "--no-s3"):
        port = sourced(tmp_path / "a")["MEDIAPREP_SUNRA_BASE_URL"].rpartition(":")[2]
        second = subprocess.run(
            [*SANDBOX, "--no-s3", "--port", port], capture_output=True, text=True, timeout=20
        )
    assert second.returncode == 2
    assert f"port {port} cannot be used" in second.stderr


@needs_swift
@pytest.mark.slow
def test_s3_verifies_what_aws_does_and_nothing_is_left(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        found = sourced(tmp_path)
        assert not [name for name in (*NAMES, *S3.split()) if not found.get(name)]
        pids = children(process.pid)
        assert len(pids) == 4
        _exercise(found)
        process.terminate()
        assert process.wait(15) == 0
        assert process.stderr
        assert process.stderr.read() == ""
    assert gone(pids)
    assert not list(tmp_path.glob("mediaprep-sandbox-*"))


@needs_swift
@pytest.mark.slow
def test_s3_ends_with_a_sandbox_that_is_killed(tmp_path: Path) -> None:
    with up(tmp_path) as process:
        pids = children(process.pid)
        process.kill()
        process.wait(5)
    assert len(pids) == 4
    assert gone(pids)


@needs_swift
@pytest.mark.slow
def test_a_folder_keeps_what_was_put(tmp_path: Path) -> None:
    for content in (None, b"kept"):
        with up(tmp_path, "--dir", str(tmp_path / "kept")) as process:
            client = _client(sourced(tmp_path))
            if content is None:
                client.put_object(Bucket="mediaprep-sandbox", Key="k", Body=b"kept")
            else:
                answer = client.get_object(Bucket="mediaprep-sandbox", Key="k")
                assert answer["Body"].read() == content
            process.terminate()
            process.wait(15)


def _client(found: dict[str, str], secret: str = "") -> Any:
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=found["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=found["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=secret or found["AWS_SECRET_ACCESS_KEY"],
        region_name=found["AWS_REGION"],
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )


def _exercise(found: dict[str, str]) -> None:
    from botocore.exceptions import ClientError

    bucket = found["MEDIAPREP_STORE"].removeprefix("s3://")
    client = _client(found)
    client.put_object(Bucket=bucket, Key="a.png", Body=b"bytes", ContentType="image/png")
    where = {"Bucket": bucket, "Key": "a.png"}
    url = client.generate_presigned_url("get_object", Params=where, ExpiresIn=60)
    answer = urllib3.request("GET", url)
    assert (answer.status, answer.data, answer.headers["Content-Type"]) == (
        200,
        b"bytes",
        "image/png",
    )
    assert urllib3.request("GET", url, headers={"Range": "bytes=0-0"}).status == 206
    assert urllib3.request("GET", url.replace("a.png", "b.png")).status == 403
    short = client.generate_presigned_url("get_object", Params=where, ExpiresIn=1)
    time.sleep(2.1)
    assert urllib3.request("GET", short).status == 403
    with pytest.raises(ClientError, match="SignatureDoesNotMatch"):
        _client(found, "wrong").get_object(**where)
    client.close()
