"""What publishing costs: time against the limits, uploads against bare boto3, memory.

    python -m benchlib.publishing        printed as Markdown; run it from scripts/

The other side is our sandbox, at Volcengine's documented limits as it counts them itself. Swift on
one machine takes more CPU for an object than everything else together, so the time is measured
with a cheap S3 server beside it, and with Swift for comparison.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from benchlib import machine
from benchlib.fixing import Row, _guarded
from benchlib.measure import Clock, RunError, environment
from benchlib.publish_world import (
    Variables,
    cheap_s3,
    cpu_s_below,
    pictures,
    sandbox,
    set_here,
    told,
)

ASSETS, PER_S = 1000, 30
DELAY_S = 0.3
UPLOADS, UPLOAD_BYTES, THREADS = 500, 1_000_000, 8
FEW, MANY = 1000, 10_000
_BACKEND = "volcengine"
# The sandbox's limits and ours out of the way, so that 10,000 files take two minutes.
_LIFTED_THERE = [
    *("--limit", f"{_BACKEND}.CreateAsset=99999", "--limit", f"{_BACKEND}.GetAsset=99999"),
    *("--in-flight", f"{_BACKEND}=99999", "--delay-s", "0.05"),
]
_LIFTED_HERE = {"MEDIAPREP_VOLCENGINE_RATES": "create=9999/1x999,get=9999/1"}


def report(rounds: int) -> tuple[list[str], bool]:
    """Measure everything; return lines of Markdown, and whether every goal was met."""
    rows: list[Row] = []
    before = machine.load()
    with tempfile.TemporaryDirectory(prefix="mediaprep-bench-") as name, Clock() as clock:
        for part in (speed, partial(uploads, server="null sink"), uploads, memory):
            folder = Path(name, str(len(rows)))
            folder.mkdir()
            rows += _guarded(part, clock, folder, rounds)
            shutil.rmtree(folder)
    lines = ["| publishing | measured | goal | met |", "|---|--:|--:|:-:|", *map(str, rows)]
    where = f"{machine.processor()}; {machine.system()}; load {before} before, {machine.load()}"
    return [where, "", *lines], all(row.met is not False for row in rows)


def speed(clock: Clock, folder: Path, rounds: int) -> Iterator[Row]:
    """1,000 small assets at the limits that the provider documents."""
    least_s = ASSETS / PER_S + DELAY_S
    media = pictures(folder / "media", ASSETS)
    what = f"{ASSETS:,} assets, {PER_S}/s and {PER_S} in flight"
    with sandbox(folder / "a", "--no-s3", "--delay-s", str(DELAY_S)) as (found, _):
        walls, over = [], 0
        for number in range(rounds):
            with cheap_s3("keep") as store:
                walls.append(_published(clock, media, found | store, folder / str(number)))
            seen = told(found, "stats")["backends"][_BACKEND]
            over += sum(a["over_rate"] + a["over_in_flight"] for a in seen["actions"].values())
            told(found, "reset", {}, "POST")
    wall = statistics.median(walls)
    shown = f"{wall:.1f} s ({', '.join(f'{each:.1f}' for each in walls)})"
    most = 1.05 * least_s
    yield Row(f"{what}: time, start to end", shown, f"≤ {most:.1f} s", wall <= most)
    yield Row(f"{what}: over a limit, as the sandbox counts", str(over), "0", over == 0)
    with sandbox(folder / "b", "--delay-s", str(DELAY_S)) as (found, pid):
        idle = cpu_s_below(pid)
        wall = _published(clock, media, found, folder / "with-swift")
        used = cpu_s_below(pid) - idle
    shown = f"{wall:.1f} s, of which Swift's CPU on {os.cpu_count()} cores: {used:.0f} s"
    yield Row(f"{what}: time with Swift as the store", shown)


def _published(clock: Clock, media: Path, found: Variables, home: Path) -> float:
    return _run(clock, media, found, home)[0]


def _run(clock: Clock, media: Path, found: Variables, home: Path) -> tuple[float, float]:
    """Publish once with nothing remembered; return wall seconds and peak MB."""
    home.mkdir()
    words = ["publish", str(media), "--backend", _BACKEND, "--output", f"jsonl={home / 'out'}"]
    own = {"MEDIAPREP_LEDGER": str(home / "ledger"), "MEDIAPREP_CACHE_DIR": str(home / "cache")}
    pairs = [f"{name}={value}" for name, value in (found | own).items()]
    cost = clock.run([["env", *pairs, sys.executable, "-m", "mediaprep", *words]], (0,))
    return cost.wall_s, cost.peak_mb


def uploads(clock: Clock, folder: Path, rounds: int, server: str = "Swift") -> Iterator[Row]:
    """500 files of 1 MB by our store and by bare boto3, turn by turn."""
    media = folder / "media"
    media.mkdir()
    for number in range(UPLOADS):
        content = random.Random(number).randbytes(UPLOAD_BYTES)
        (media / f"{number:03}.png").write_bytes(content)
    if server == "Swift":
        with sandbox(folder / "box") as (found, _):
            costs = _turns(media, found, rounds)
    else:
        with cheap_s3("drop") as found:
            costs = _turns(media, found, rounds)
    what = f"upload of {UPLOADS} × 1 MB, {THREADS} threads, {server}"
    walls, cpus = (
        [ours[field] / bare[field] for ours, bare in costs] for field in ("wall_s", "cpu_s")
    )
    ours, bare = (statistics.median(each[n]["wall_s"] for each in costs) for n in (0, 1))
    ratio = ours / bare
    shown = f"{ratio:.2f} ({min(walls):.2f}–{max(walls):.2f}); {ours:.1f} s ÷ {bare:.1f} s"
    yield Row(f"{what}: time ÷ bare boto3, medians", shown, "≤ 1.15", ratio <= 1.15)
    yield Row(f"{what}: our CPU ÷ bare boto3", f"{statistics.median(cpus):.2f}")


def _turns(media: Path, found: Variables, rounds: int) -> list[tuple[dict[str, float], ...]]:
    costs = []
    for number in range(rounds):
        order = ["ours", "bare"] if number % 2 else ["bare", "ours"]
        took = {who: _uploaded(who, media, f"{who}{number}", found) for who in order}
        costs.append((took["ours"], took["bare"]))
    return costs


def _uploaded(who: str, media: Path, prefix: str, found: Variables) -> dict[str, float]:
    command = [sys.executable, "-m", "benchlib.publish_upload", who, str(media), prefix]
    print(f"publishing: {who}", file=sys.stderr)
    with set_here(found):
        done = subprocess.run(
            [*command, str(THREADS)],
            capture_output=True,
            check=False,
            env=environment(),
            cwd=Path(__file__).resolve().parent.parent,
        )
    if done.returncode:
        raise RunError(done.stderr.decode(errors="replace")[-300:])
    took: dict[str, float] = json.loads(done.stdout)
    return took


def memory(clock: Clock, folder: Path, rounds: int) -> Iterator[Row]:
    """The peak of one process at 1,000 files and at 10,000."""
    peaks = {}
    with cheap_s3("keep") as store:
        for count in (FEW, MANY):
            media = pictures(folder / f"media{count}", count)
            with sandbox(folder / f"box{count}", "--no-s3", *_LIFTED_THERE) as (found, _):
                variables = found | store | _LIFTED_HERE
                wall_s, peaks[count] = _run(clock, media, variables, folder / str(count))
            yield Row(
                f"publish of {count:,} files: peak memory", f"{peaks[count]:.0f} MB, {wall_s:.0f} s"
            )
    growth = peaks[MANY] / peaks[FEW]
    yield Row(f"peak memory, {MANY:,} ÷ {FEW:,} files", f"{growth:.2f}", "≤ 1.3", growth <= 1.3)


def main() -> int:
    """Print the table; the exit code says whether every goal was met."""
    lines, met = report(3)
    print("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
