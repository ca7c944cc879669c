"""Kill a run at random moments and look at what is left: nothing may be lost, nothing torn."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

from PIL import Image

from mediaprep.fix.backup import FOLDER
from mediaprep.fix.safewrite import TEMP_SUFFIX

FILES = 24


def make_folder(folder: Path) -> dict[str, bytes]:
    """Write offenders that take a moment each: some to rename, some to encode again."""
    folder.mkdir(parents=True)
    picture = Image.radial_gradient("L").resize((1400, 500)).convert("RGB")
    for number in range(FILES):
        stem = folder / f"{number:02}"
        if number % 3 == 0:
            picture.save(stem.with_suffix(".png"))
            stem.with_suffix(".png").rename(stem.with_suffix(".webp"))
        else:
            picture.save(stem.with_suffix(".jpg"), quality=60 + number)
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Read all files of a folder, those for machinery left out."""
    return {
        path.name: path.read_bytes()
        for path in folder.iterdir()
        if path.is_file() and not path.name.endswith(TEMP_SUFFIX)
    }


def start(folder: Path) -> subprocess.Popen[bytes]:
    """Start `fix --in-place` as a process of its own."""
    words = ["fix", str(folder), "--profile", "atlascloud", "--in-place", "--unsafe-fixes"]
    return subprocess.Popen(
        [sys.executable, "-m", "mediaprep", *words, "--no-score", "--no-cache"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def kill_once(folder: Path, rng: random.Random, longest_s: float) -> bool:
    """Start a run and kill it after a random time; return whether it was still at work."""
    run = start(folder)
    time.sleep(rng.uniform(0, longest_s))
    alive = run.poll() is None
    with contextlib.suppress(ProcessLookupError):
        os.killpg(run.pid, signal.SIGKILL)
    run.wait()
    return alive


def begun(folder: Path) -> bool:
    """Return whether a run in place has begun to replace files."""
    return (folder / FOLDER).is_dir() and any((folder / FOLDER).iterdir())


def problems(folder: Path, originals: dict[str, bytes]) -> list[str]:
    """Name every original that is lost, and every file in the folder that is torn."""
    now = contents(folder)
    kept = contents(folder / FOLDER) if (folder / FOLDER).is_dir() else {}
    found = []
    for name, data in originals.items():
        if now.get(name) == data:
            continue
        if kept.get(name) != data:
            found.append(f"{name} is lost")
        stem = name.partition(".")[0]
        if not any(other.partition(".")[0] == stem for other in now):
            found.append(f"{name} has no successor")
    for name in now:
        if now[name] in originals.values():
            continue
        try:
            with Image.open(folder / name) as picture:
                picture.load()
        except OSError as error:
            found.append(f"{name} is torn: {error}")
    return found


def finish(folder: Path) -> int:
    """Let a run come to its end and return its exit code."""
    return start(folder).wait()


def leftovers(folder: Path) -> list[str]:
    """Name the temporary files that are still there."""
    return [path.name for path in folder.rglob(f"*{TEMP_SUFFIX}")]
