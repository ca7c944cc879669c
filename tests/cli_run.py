"""Run the command: inside this process for speed, or as a person does, in one of its own."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from typing import NamedTuple

import pytest

from mediaprep.cli import cli
from mediaprep.cli.console import guarded

COMMAND = (sys.executable, "-m", "mediaprep")


class Done(NamedTuple):
    """What a run left: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        """The lines of stdout."""
        return self.out.splitlines()


def run(*arguments: object, stdin: bytes = b"") -> Done:
    """Run the command inside this process; a bug that it catches is a failure here."""
    out, err = (
        io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True) for _ in range(2)
    )
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["mediaprep", *map(str, arguments)])
        patch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin), encoding="utf-8"))
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        code = guarded(cli)
    written = [stream.buffer.getvalue().decode() for stream in (out, err)]
    return _clean(Done(code, *written))


def spawn(*arguments: object, stdin: bytes = b"", **env: str) -> Done:
    """Run the installed command in a process of its own."""
    command = [*COMMAND, *map(str, arguments)]
    done = subprocess.run(
        command, input=stdin, capture_output=True, env=os.environ | env, check=False, timeout=60
    )
    return _clean(Done(done.returncode, done.stdout.decode(), done.stderr.decode()))


def _clean(done: Done) -> Done:
    assert "Traceback" not in done.err
    assert "bug in mediaprep" not in done.err
    return done
