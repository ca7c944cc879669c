"""Who is timed, with which command, and how each is shown to have read what it is timed for."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from benchlib import corpus, floor, machine

Command = Sequence[str]
MEDIAPREP = [sys.executable, "-m", "mediaprep"]
_FFPROBE = ["ffprobe", "-v", "quiet", "-of", "json", "-show_format", "-show_streams"]


@dataclass(slots=True)
class Contender:
    """One row: what is run in a round, and how it is shown to have done it."""

    name: str
    commands: list[Command]
    files: int = 0  # that one round reads
    note: str = ""  # what a reader of the table must know
    factor: float = 1.0  # from a sample to the whole
    accepted: tuple[int, ...] = (0,)
    repeats: int = 1  # in a round; the round's figure is their median
    proof: Command = ()  # a command whose output shows how many files were read
    count: Callable[[bytes], int] | None = None
    before: list[Command] = field(default_factory=list)  # once, untimed


def _json_length(said: bytes) -> int:
    return len(json.loads(said))


def _summary(said: bytes) -> int:
    return int(json.loads(said)["summary"]["files"])


def tree(root: Path, sample: int) -> tuple[dict[str, Contender], list[str]]:
    """Return the rows over the whole tree by key, and the names of the peers that are absent."""
    files = sorted(str(path) for path in root.rglob("*") if path.is_file())
    images = [path for path in files if path.endswith(corpus.IMAGES)]
    few = files[:: max(len(files) // sample, 1)][:sample]
    rows = {**_floors(root, len(files)), **_ours(root, len(files))}
    peers = _peers(root, files, images, few)
    absent = [name for name in peers if not _present(name)]
    return rows | {name: row for name, row in peers.items() if name not in absent}, absent


def _present(name: str) -> bool:
    if name == "naive":
        return bool(machine.package_version("av") and machine.package_version("pillow-heif"))
    return machine.program_version(name) is not None


def _floors(root: Path, count: int) -> dict[str, Contender]:
    bare = [sys.executable, "-S", "-c"]
    reads, stats = [*bare, floor.READ, str(root)], [*bare, floor.STAT, str(root)]
    return {
        "read": Contender("scandir + stat + pread 4 KiB", [reads], count, "python -S"),
        "stat": Contender("scandir + stat", [stats], count, "python -S"),
    }


def _ours(root: Path, count: int) -> dict[str, Contender]:
    check = [*MEDIAPREP, "check", str(root), "--profile", "atlascloud"]
    cold = [*check, "--no-cache"]
    warm = check
    proof = ["--output", "json"]
    return {
        "check": Contender(
            "mediaprep check --no-cache",
            [cold],
            count,
            accepted=(0, 1),
            proof=[*cold, *proof],
            count=_summary,
        ),
        "warm": Contender(
            "mediaprep check, cache warm",
            [warm],
            count,
            accepted=(0, 1),
            proof=[*warm, *proof],
            count=_summary,
            before=[warm],
        ),
    }


def _peers(root: Path, files: list[str], images: list[str], few: list[str]) -> dict[str, Contender]:
    exiftool = ["exiftool", "-fast2", "-j", "-r", str(root)]
    mediainfo = ["mediainfo", "--Output=JSON", *files]
    identify = ["identify", "-ping", *images]
    naive = [sys.executable, str(Path(__file__).with_name("naive.py")), str(root)]
    return {
        "ffprobe": Contender(
            "ffprobe per file",
            [[*_FFPROBE, path] for path in few],
            len(few),
            f"times scaled from {len(few)} files",
            factor=len(files) / len(few),
            accepted=(0, 1),  # 1: a format that its build does not know, HEIC for one
        ),
        "exiftool": Contender(
            "exiftool -fast2 -j -r",
            [exiftool],
            len(files),
            accepted=(0, 1),
            proof=exiftool,
            count=_json_length,
        ),
        "mediainfo": Contender(
            "mediainfo --Output=JSON, batch",
            [mediainfo],
            len(files),
            proof=mediainfo,
            count=_json_length,
        ),
        "identify": Contender(
            "identify -ping, batch",
            [identify],
            len(images),
            "images only",
            accepted=(0, 1),
            proof=["identify", "-ping", "-format", "%i\n", *images],
            count=lambda said: len(set(said.split())),
        ),
        "naive": Contender(
            "Pillow + PyAV, one process",
            [naive],
            len(files),
            proof=naive,
            count=_json_length,
        ),
    }


def start_up(root: Path) -> dict[str, Contender]:
    """Return the rows about starting: an empty Python, our version, one JPEG."""
    photo = str(min(path for path in root.rglob("*.jpg")))
    script = Path(sys.executable).with_name("mediaprep")
    ours = [str(script)] if script.exists() else MEDIAPREP
    check = [*ours, "check", photo, "--profile", "atlascloud", "--no-cache"]
    return {
        "python": Contender("python -c pass", [[sys.executable, "-c", "pass"]], repeats=5),
        "version": Contender("mediaprep --version", [[*ours, "--version"]], repeats=5),
        "one": Contender(
            "mediaprep check of one JPEG",
            [check],
            files=1,
            accepted=(0, 1),
            repeats=5,
            proof=[*check, "--output", "json"],
            count=_summary,
        ),
    }
