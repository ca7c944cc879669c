"""A run that is told to end leaves nothing half done: no temporary file, no ffmpeg at work."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import clips
import pytest
from cli_run import COMMAND

from mediaprep.fix.safewrite import TEMP_SUFFIX


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "TERM"])
def test_a_run_that_is_told_to_end_leaves_nothing_half_done(
    tmp_path: Path, number: signal.Signals
) -> None:
    source, out = tmp_path / "clip.mp4", tmp_path / "out"
    picture = ("-f", "lavfi", "-i", "testsrc2=s=1920x1080:r=30:d=12")
    clips.run(*picture, "-c:v", "libx264", "-preset", "ultrafast", source)
    words = ("fix", str(source), "--profile", "atlascloud", "--out", str(out), "--no-cache")
    run = subprocess.Popen(
        [*COMMAND, *words],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        # Shells have what they start in the background pass over Ctrl-C.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    )
    ends = time.monotonic() + 60
    while not _begun(out) and time.monotonic() < ends:
        time.sleep(0.01)
    assert _begun(out)
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert b"interrupted" in said
    assert os.listdir(out) == []


def _begun(out: Path) -> bool:
    return out.is_dir() and any(
        name.endswith(TEMP_SUFFIX) and (out / name).stat().st_size for name in os.listdir(out)
    )
