"""The progress line: what a person who waits sees, and that nobody else sees it."""

from __future__ import annotations

import io
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import png
from rich.console import Console

from mediaprep.cli.bar import bar, clock


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        pytest.param(0.4, "0:00", id="nothing to speak of"),
        pytest.param(67.0, "1:07", id="a minute and some seconds"),
        pytest.param(3723.4, "1:02:03", id="more than an hour"),
    ],
)
def test_a_time(seconds: float, text: str) -> None:
    assert clock(seconds) == text


def _terminal() -> Console:
    return Console(file=io.StringIO(), force_terminal=True, width=100, color_system=None)


def _drawn(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_a_clip_is_shown_with_the_time_that_is_left() -> None:
    console = _terminal()
    with bar("fixing", console=console) as shown:
        shown.file("in/a.png")
        shown.part("in/clip[1].mp4", 0.25, 67.0)
    drawn = _drawn(console)
    assert "1 files" in drawn
    assert "clip[1].mp4" in drawn
    assert "1:07 left" in drawn


def test_beside_results_there_is_nothing_but_the_clip() -> None:
    console = _terminal()
    with bar("fixing", shared=True, console=console) as shown:
        shown.file("in/a.png")
        assert _drawn(console) == ""
        shown.part("in/clip.mp4", 0.5, None)
        shown.file("in/clip.mp4")
        drawn = _drawn(console)
        shown.file("in/b.png")
        assert _drawn(console) == drawn
    assert "clip.mp4" in drawn
    assert "files" not in drawn


def test_a_name_with_control_characters_does_nothing_to_the_terminal() -> None:
    console = _terminal()
    with bar("fixing", console=console) as shown:
        shown.part("in/\x1b]0;title\x07.mp4", 0.5, None)
    assert "\x1b]0;" not in _drawn(console)


def test_without_a_terminal_there_is_none(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(400, 400))
    command = [sys.executable, "-m", "mediaprep", "fix", "a.png", "--out", "o", "--no-cache"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, check=True, timeout=60)
    assert done.stderr == b""


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_on_a_terminal_files_are_counted(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(400, 400))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "mediaprep", "fix", "a.png", "--out", "o", "--no-cache"]
    env = os.environ | {"TERM": "xterm", "COLUMNS": "100"}
    with open(ours, "rb", buffering=0) as screen:
        subprocess.run(
            command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=theirs, check=True, timeout=60,
            env=env,
        )  # fmt: skip
        os.close(theirs)
        assert b"fixing" in screen.read(1 << 16)
