"""A running `mediaprep sandbox`, as the installed command."""

from __future__ import annotations

import shlex
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from cli_run import COMMAND

_READY_S = 60


@contextmanager
def sandbox_up(folder: Path, *options: str) -> Iterator[dict[str, str]]:
    """Yield the variables that lead to a sandbox, for as long as the block runs."""
    file, log = folder / "env", folder / "log"
    command = [*COMMAND, "sandbox", "--env", str(file), "--dir", str(folder / "s3"), *options]
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=subprocess.STDOUT)
    try:
        ends = time.monotonic() + _READY_S
        while b"READY" not in log.read_bytes():
            if process.poll() is not None or time.monotonic() > ends:
                pytest.fail(f"the sandbox does not start: {log.read_text()[-500:]}")
            time.sleep(0.05)
        words = shlex.split(file.read_text(), comments=True)
        yield dict(word.split("=", 1) for word in words)
    finally:
        process.terminate()
        process.wait(30)
