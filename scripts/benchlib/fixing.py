"""What fixing costs against the bare tools: clips, copies, pictures, plans.

    python -m benchlib.fixing            printed as Markdown; run it from scripts/

A run of mediaprep is timed as its executor, with everything from the recipe to the finished file;
the other side does the same with the same arguments. Both take turns, and ratios are of medians.
"""

from __future__ import annotations

import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchlib import corpus, fix_image
from benchlib.fix_rivals import rivals_of
from benchlib.measure import Clock, Cost, RunError, environment

CLIP = "3840x2160"
CLIP_S = 15
VMAF_MEAN, VMAF_WORST, SSIM = 97.0, 93.0, 0.99
QUIET = ["-nostdin", "-hide_banner", "-loglevel", "error", "-y"]
# What the executor is given, the rest of mediaprep left out: argv is the source, the target, a mode
# and, for an encoding, the width and height.
EXECUTOR = """
import sys, time
from fractions import Fraction
from mediaprep.fix import av
from mediaprep.fix.recipe import Framing, Mode, Size, VideoRecipe, Window
from mediaprep.probe import probe
source, out, mode, *sides = sys.argv[1:]
recipe = VideoRecipe(
    "mp4",
    Mode(mode),
    framing=Framing(scale=Size(*map(int, sides))) if sides else Framing(),
    window=Window(Fraction(0), Fraction(10)) if mode == "cut" else None,
    max_bytes=49_999_999 if sides else None,
)
info = probe(source)
if out == "-":
    from mediaprep.fix.graph import Job, arguments
    job = Job(info, recipe, sys.argv[0])
    print("\\0".join(arguments(av._prepared(job, time.monotonic() + 600) if sides else job)))
else:
    av.write(info, recipe, source, out)
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table: what was measured, what came out, what was asked for."""

    what: str
    value: str
    goal: str = "–"
    met: bool | None = None

    def __str__(self) -> str:
        word = {True: "yes", False: "**no**", None: "–"}[self.met]
        return f"| {self.what} | {self.value} | {self.goal} | {word} |"


def report(rounds: int, tree: Path | None = None) -> tuple[list[str], bool]:
    """Measure everything; return lines of Markdown, and whether every goal was met."""
    rows: list[Row] = []
    with tempfile.TemporaryDirectory() as name, Clock() as clock:
        folder = Path(name)
        for part in (clips, copies, pictures):
            rows += _guarded(part, clock, folder, rounds)
        if tree is not None:
            rows += _guarded(partial(plans, tree=tree), clock, folder, rounds)
    lines = ["| fixing | measured | goal | met |", "|---|--:|--:|:-:|", *map(str, rows)]
    return lines, all(row.met is not False for row in rows)


def _guarded(
    part: Callable[[Clock, Path, int], Iterator[Row]], clock: Clock, folder: Path, rounds: int
) -> Iterator[Row]:
    """Measure a part; one that cannot be measured says so and is no success."""
    try:
        yield from part(clock, folder, rounds)
    except (RunError, OSError, subprocess.CalledProcessError, ValueError) as error:
        yield Row(getattr(part, "__name__", "a part"), f"not measured: {error}", met=False)


def clips(clock: Clock, folder: Path, rounds: int) -> Iterator[Row]:
    """A 4K clip of 30 fps to 1280×720: CPU against the bare program, and what is lost."""
    source, ours, bare = (folder / name for name in ("4k.mp4", "ours.mp4", "bare.mp4"))
    _make_clip(source)
    command = _executor(source, ours, "encode", "1280", "720")
    words = _said(_executor(source, "-", "encode", "1280", "720")).decode().strip().split("\0")
    program = _ffmpeg()
    costs = _in_turns(
        clock,
        {
            "ours": command,
            "bare": [program, *words[:-1], str(bare)],
        },
        min(rounds, 3),
    )
    what = f"{CLIP} 30 fps H.264, {CLIP_S} s → 1280×720"
    yield _ratio(f"{what}: CPU ÷ bare ffmpeg, same arguments", costs, "cpu_s", 1.05)
    size = os.path.getsize(ours)
    yield Row(f"{what}: bytes", f"{size / 1e6:.1f} MB", "≤ 50 MB", size <= 50_000_000)
    yield from _vmaf(what, program, source, ours)


def _vmaf(what: str, program: str, source: Path, made: Path) -> Iterator[Row]:
    """Hold the result against the source at the result's size; the worst second is a mean."""
    log = made.with_suffix(".vmaf")
    # The source has no colour tags; where the two differ, newer programs convert one of them first.
    tags = "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    scale = "scale=1280:720:flags=lanczos+accurate_rnd+full_chroma_int"
    graph = (
        f"[1:v]{tags},{scale},{tags},setpts=PTS-STARTPTS[want];"
        f"[0:v]{tags},setpts=PTS-STARTPTS[made];"
        f"[made][want]libvmaf=log_fmt=csv:log_path={log}:n_threads={os.cpu_count()}"
    )
    words = ["-i", str(made), "-i", str(source), "-lavfi", graph, "-f", "null", "-"]
    done = subprocess.run([program, *QUIET, *words], capture_output=True, check=False)
    if done.returncode:
        yield Row(f"{what}: VMAF", "not measured: this ffmpeg has no libvmaf")
        return
    head, *lines = log.read_text().splitlines()
    column = head.split(",").index("vmaf")
    frames = [float(line.split(",")[column]) for line in lines]
    seconds = [statistics.mean(frames[at : at + 30]) for at in range(0, len(frames), 30)]
    mean, worst = statistics.mean(frames), min(seconds)
    yield Row(f"{what}: VMAF, mean", f"{mean:.2f}", f"≥ {VMAF_MEAN:g}", mean >= VMAF_MEAN)
    yield Row(
        f"{what}: VMAF, worst second", f"{worst:.2f}", f"≥ {VMAF_WORST:g}", worst >= VMAF_WORST
    )


def copies(clock: Clock, folder: Path, rounds: int) -> Iterator[Row]:
    """A cut from the start and a new index, against `ffmpeg -c copy` doing the same."""
    source = folder / "4k.mp4"
    program = _ffmpeg()
    plain = [program, *QUIET, "-i", str(source), "-map", "0", "-c", "copy"]
    for mode, words, cut in (
        ("cut", "duration-only cut", ["-t", "10"]),
        ("remux", "moov-only remux", []),
    ):
        ours, bare = folder / f"{mode}-ours.mp4", folder / f"{mode}-bare.mp4"
        costs = _in_turns(
            clock,
            {
                "ours": _executor(source, ours, mode),
                "bare": [*plain, *cut, "-movflags", "+faststart", str(bare)],
            },
            rounds,
        )
        yield _ratio(f"{words}: wall ÷ ffmpeg -c copy", costs, "wall_s", 1.5)
        frames = "-f framehash -hash md5 -map 0:v -c copy"
        mine, theirs = (
            _packets(_said([program, *QUIET, "-i", str(path), *frames.split(), "-"]))
            for path in (ours, source)
        )
        equal = bool(mine) and mine == theirs[: len(mine)]
        yield Row(f"{words}: packets", f"{len(mine)} of {len(theirs)}", "byte-equal", equal)


def _packets(said: bytes) -> list[bytes]:
    return [line.split(b",")[-1].strip() for line in said.splitlines() if not line.startswith(b"#")]


def pictures(clock: Clock, folder: Path, rounds: int) -> Iterator[Row]:
    """A 48-megapixel JPEG scaled by us, plain Pillow, ImageMagick and sharp."""
    source = folder / "source.jpg"
    fix_image.make_source(source)
    for size, (most_time, most_memory) in fix_image.TARGETS.items():
        what = f"48 MP JPEG → {size[0]}×{size[1]}"
        rivals, absent = rivals_of(source, folder, size)
        costs = _in_turns(clock, rivals, rounds)
        yield _ratio(f"{what}: CPU ÷ plain Pillow LANCZOS", costs, "cpu_s", most_time, "plain")
        yield _ratio(f"{what}: peak memory ÷ Pillow", costs, "peak_mb", most_memory, "plain")
        alike = fix_image.likeness(folder / "plain.jpg", folder / "ours.jpg")
        yield Row(f"{what}: SSIM against Pillow", f"{alike:.4f}", f"≥ {SSIM}", alike >= SSIM)
        for name, runs in costs.items():
            cpu, wall, peak = (
                statistics.median(getattr(cost, field) for cost in runs)
                for field in ("cpu_s", "wall_s", "peak_mb")
            )
            yield Row(f"{what}: {name}", f"{cpu:.2f} s CPU, {wall:.2f} s, {peak:.0f} MB")
        yield from (Row(f"{what}: {name}", "not measured: it is not installed") for name in absent)


def plans(clock: Clock, folder: Path, rounds: int, tree: Path) -> Iterator[Row]:
    """`fix --plan` against `check` of the same tree: nothing remembered, first run, unchanged."""
    ours = [sys.executable, "-m", "mediaprep"]
    rest = [str(tree), "--profile", "atlascloud"]
    kinds = {
        "without a cache": ["--no-cache"],
        "unchanged since the last run": ["--cache-dir", str(folder / "cache")],
    }
    for words, cached in kinds.items():
        commands = {
            "bare": [*ours, "check", *rest, *cached],
            "ours": [*ours, "fix", "--plan", *rest, *cached],
        }
        for command in commands.values():  # so that there is something to remember
            clock.run([command], (0, 1))
        costs = _in_turns(clock, commands, rounds, (0, 1))
        what = f"fix --plan of {sum(corpus.MIX.values()):,} files, {words}: CPU ÷ check"
        yield _ratio(what, costs, "cpu_s", 1.5)


def _in_turns(
    clock: Clock,
    commands: Mapping[str, Sequence[str]],
    rounds: int,
    accepted: tuple[int, ...] = (0,),
) -> dict[str, list[Cost]]:
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for _ in range(rounds):
        for name, command in commands.items():
            print(f"fixing: {name}", file=sys.stderr)
            costs[name].append(clock.run([command], accepted))
    return costs


def _ratio(
    what: str,
    costs: Mapping[str, Sequence[Cost]],
    field: str,
    most: float | None,
    to: str = "bare",
) -> Row:
    """Divide round by round, and take the median."""
    values = [
        getattr(ours, field) / getattr(other, field)
        for ours, other in zip(costs["ours"], costs[to], strict=True)
    ]
    middle = statistics.median(values)
    shown = f"{middle:.2f} ({min(values):.2f}–{max(values):.2f})"
    if most is None:
        return Row(what, shown)
    return Row(what, shown, f"≤ {most:g}", middle <= most)


def _make_clip(path: Path) -> None:
    """Write moving shapes with fine grain, as a camera would, 4K and 30 fps, index last."""
    picture = f"gradients=s={CLIP}:r=30:d={CLIP_S}:seed=7:speed=0.02:nb_colors=6"
    graph = f"testsrc2=s={CLIP}:r=30:d={CLIP_S}[a];{picture}[b];[a][b]blend=all_opacity=0.3"
    words = ["-f", "lavfi", "-i", f"{graph},noise=alls=8:allf=t,format=yuv420p"]
    words += ["-f", "lavfi", "-i", f"sine=f=440:r=48000:d={CLIP_S}"]
    words += ["-c:v", "libx264", "-preset", "ultrafast", "-crf", "23", "-g", "30", "-c:a", "aac"]
    subprocess.run([_ffmpeg(), *QUIET, *words, str(path)], check=True)


def _executor(source: Path, out: Path | str, *words: str) -> list[str]:
    return [sys.executable, "-c", EXECUTOR, str(source), str(out), *words]


def _ffmpeg() -> str:
    from mediaprep.fix.ffmpeg import find

    return find()


def _said(command: Sequence[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=False, env=environment())
    if done.returncode:
        last = re.sub(r"\s+", " ", done.stderr.decode(errors="replace"))[-200:]
        raise RunError(f"exit code {done.returncode}: {last}")
    return done.stdout


def main() -> int:
    """Print the table; the exit code says whether every goal was met."""
    tree = corpus.place(Path(tempfile.gettempdir()))
    lines, met = report(5, tree if tree.is_dir() else None)
    print("\n".join(lines))
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
