"""Run the story: copies of the files, a sandbox, and the commands as a person types them."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from mediaprep.demo.story import REFS, REQUEST, SHOT, STORY, Step
from mediaprep.errors import MediaprepError, ToolMissing, UsageError

COMMAND = (sys.executable, "-m", "mediaprep")
_HERE = Path(__file__).parent
_STILLS = (".jpg", ".png", ".heic")


def prepare(folder: Path, *, clips: bool) -> None:
    """Lay out the references and the request; without `clips`, pictures alone.

    Raises UsageError for a folder that holds something already.
    """
    if folder.exists() and any(folder.iterdir()):
        raise UsageError(f"{folder} is not empty", "name a new folder by --dir")
    refs = folder / REFS
    refs.mkdir(parents=True)
    for path in sorted(_bundled().iterdir()):
        if clips or path.suffix in _STILLS:
            shutil.copyfile(path, refs / path.name)
    (folder / REQUEST).write_text(SHOT if clips else _without_sound(SHOT), encoding="utf-8")


def tell(folder: Path, say: Callable[[Step], object]) -> None:
    """Run each step in `folder` against a sandbox of its own; output goes where ours goes.

    Raises MediaprepError where a step does not end as it should.
    """
    with _sandbox(folder) as variables:
        environ = os.environ | variables
        for step in STORY:
            say(step)
            ended = subprocess.run([*COMMAND, *step.arguments], cwd=folder, env=environ).returncode
            if ended not in step.ends:
                words = f"demo: {shlex.join(step.arguments)} ended with exit code {ended}"
                raise MediaprepError(words, f"what it left is in {folder}; try `mediaprep doctor`")


def _bundled() -> Path:
    # An installed package has its own copy; a checkout has the one that the tests use.
    for folder in (_HERE / "refs", _HERE.parents[1] / "fixtures" / "tour"):
        if folder.is_dir():
            return folder
    raise ToolMissing("the files of the demo are not installed", "pip install mediaprep again")


def _without_sound(shot: str) -> str:
    lines = shot.replace(", and says what @Audio1 says", "").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith("reference_audios"))


@contextmanager
def _sandbox(folder: Path) -> Iterator[dict[str, str]]:
    file, log = folder / "sandbox.env", folder / "sandbox.log"
    reads, writes = os.pipe()
    with log.open("wb") as out, open(reads, "rb") as ready:
        process = _start(file, writes, out)
        try:
            if not ready.readline():
                words = log.read_text(errors="replace").strip().splitlines()
                raise ToolMissing(
                    f"demo: the sandbox did not start: {words[0] if words else ''}",
                    words[1].strip(" →") if len(words) > 1 else f"see {log}",
                )
            yield variables_of(file)
        finally:
            process.terminate()
            process.wait(30)
            file.unlink(missing_ok=True)


def _start(file: Path, ready: int, out: BinaryIO) -> subprocess.Popen[bytes]:
    command = [*COMMAND, "sandbox", "--env", str(file), "--ready-fd", str(ready)]
    try:
        return subprocess.Popen(command, stdout=out, stderr=out, pass_fds=(ready,))
    finally:
        os.close(ready)


def variables_of(file: Path) -> dict[str, str]:
    """Read the file of variables that the sandbox writes for a shell."""
    words = shlex.split(file.read_text(encoding="utf-8"), comments=True)
    return dict(word.split("=", 1) for word in words)
