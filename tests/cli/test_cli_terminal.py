"""What only a process of its own shows: terminals, pipes that close, Ctrl-C."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
from pathlib import Path

import pytest
from cli_run import COMMAND, spawn
from conftest import png

CHECK = ("check", "media", "--profile", "atlascloud")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "media").mkdir()
    (tmp_path / "media" / "small.png").write_bytes(png(299, 400))
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TERM", "xterm")
    return tmp_path


def _on_terminal(*arguments: str, stream: str, **env: str) -> tuple[str, str]:
    """Run with one stream on a terminal; return what came there and on the other stream."""
    leader, follower = pty.openpty()
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, stream: follower}
    process = subprocess.Popen([*COMMAND, *arguments], env=os.environ | env, **streams)  # type: ignore[call-overload]
    os.close(follower)
    shown = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # Linux: the last writer has gone
            piece = b""
        if not piece:
            break
        shown += piece
    os.close(leader)
    other = b"".join(part for part in process.communicate(timeout=30) if part)
    return shown.decode(), other.decode()


def test_a_terminal_gets_colour() -> None:
    assert "\x1b[31mGEO001\x1b[0m" in _on_terminal(*CHECK, stream="stdout")[0]


@pytest.mark.parametrize("env", [{"NO_COLOR": "1"}, {"TERM": "dumb"}])
def test_a_terminal_that_wants_none_gets_none(env: dict[str, str]) -> None:
    shown, _ = _on_terminal(*CHECK, stream="stdout", **env)
    assert "GEO001" in shown
    assert "\x1b" not in shown


def test_a_pipe_gets_colour_only_when_told_to() -> None:
    assert "\x1b" not in spawn(*CHECK).out
    assert "\x1b[31mGEO001" in spawn(*CHECK, FORCE_COLOR="1").out


def test_a_file_gets_no_colour_ever(here: Path) -> None:
    spawn(*CHECK, "--output", "text=report.txt", FORCE_COLOR="1")
    assert "\x1b" not in (here / "report.txt").read_text()


def test_progress_is_shown_on_a_terminal_alone() -> None:
    shown, printed = _on_terminal(*CHECK, "--output", "csv", stream="stderr")
    assert "checking" in shown
    assert "checking" not in printed
    assert spawn(*CHECK).err == ""


def test_a_reader_that_has_seen_enough_ends_the_run_without_a_word(here: Path) -> None:
    listed = b"".join(b"gone/%d.png\n" % number for number in range(20_000))
    (here / "list").write_bytes(listed)
    command = [*COMMAND, "check", "--files-from", "list", "--output", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stderr
        assert process.stdout.readline().startswith(b"path,")
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait(timeout=30) in (0, 1, 2, 141)


def test_a_full_disk_is_one_line() -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no /dev/full here")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([*COMMAND, *CHECK], stdout=full, stderr=subprocess.PIPE, check=False)
    assert done.returncode == 2
    assert b"No space left on device" in done.stderr
    assert b"Traceback" not in done.stderr


def _interrupt(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    process.send_signal(signal.SIGINT)
    return process.communicate(timeout=30)


def test_ctrl_c_while_waiting_for_a_list(here: Path) -> None:
    os.mkfifo(here / "pipe")
    command = [*COMMAND, "check", "media", "--files-from", "pipe"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, **pipes) as process, open(here / "pipe", "wb"):  # type: ignore[call-overload]
        _, err = _interrupt(process)
        assert (process.returncode, err.strip()) == (130, b"mediaprep: interrupted")


def test_ctrl_c_in_the_middle_of_a_run(here: Path) -> None:
    listed = b"".join(b"gone/%d.png\n" % number for number in range(100_000))
    (here / "list").write_bytes(listed)
    command = [*COMMAND, "check", "--files-from", "list", "--output", "csv"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout
        process.stdout.readline()
        out, err = _interrupt(process)
        assert process.returncode == 130
        assert err.strip().endswith(b"mediaprep: interrupted")
        assert out.count(b"\n") < 100_000
    left = {path.name for path in here.iterdir()}
    assert left == {"media", "list"}
