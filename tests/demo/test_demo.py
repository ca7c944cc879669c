"""`mediaprep demo`, whole, as a newcomer runs it."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from cli_run import COMMAND, spawn

from mediaprep.demo.story import STORY


def demo(folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [*COMMAND, "demo", "--dir", str(folder)],
        env=os.environ | env, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.slow
def test_the_whole_story(tmp_path: Path) -> None:
    folder = tmp_path / "demo"
    done = demo(folder)
    assert done.returncode == 0, done.stderr
    told = [line for line in done.stdout.splitlines() if line.startswith("$ mediaprep ")]
    assert len(told) == len(STORY)
    assert "12 files: 12 active (12 known already)" in done.stdout
    assert "<html" in (folder / "review.html").read_text()
    assert [path.stat().st_size > 1000 for path in folder.glob("shot-*.mp4")] == [True]
    assert not (folder / "sandbox.env").exists()  # it held keys, if only made-up ones


@pytest.mark.slow
def test_without_ffmpeg_pictures_tell_it(tmp_path: Path) -> None:
    done = demo(tmp_path / "demo", MEDIAPREP_FFMPEG="/nowhere/ffmpeg")
    assert done.returncode == 0, done.stderr
    assert "clips and sound are left out" in done.stderr
    assert {path.suffix for path in (tmp_path / "demo" / "refs").iterdir()} == {
        ".heic", ".jpg", ".png",
    }  # fmt: skip


def test_a_folder_that_holds_something_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    done = spawn("demo", "--dir", tmp_path)
    assert done.code == 2
    assert "--dir" in done.err
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
