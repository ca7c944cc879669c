"""Time how mediaprep scales a 48-megapixel JPEG against plain Pillow, as whole processes.

    python -m benchlib.fix_image         five interleaved rounds; run it from scripts/

What mediaprep runs is what its workers run, without the worker's start. Ratios are of medians.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
from pathlib import Path

from PIL import Image

from benchlib.measure import Clock, Cost
from benchlib.pictures import photo
from mediaprep.fix.quality import ssim

SOURCE_SIZE = (8000, 6000)
QUALITY = 92
ROUNDS = 5
# displayed size -> the most that mediaprep may take of Pillow's time and peak memory
TARGETS = {(2000, 1500): (0.5, 0.4), (5998, 4498): (1.1, None)}

PLAIN = """
import sys
from PIL import Image
source, out, width, height = sys.argv[1:]
with Image.open(source) as picture:
    small = picture.resize((int(width), int(height)), Image.Resampling.LANCZOS)
small.save(out, "JPEG", quality=92)
"""
OURS = """
import sys
from mediaprep.fix.image import Job
from mediaprep.fix.imagework import make
from mediaprep.fix.recipe import Framing, ImageRecipe, Size
source, out, width, height = sys.argv[1:]
recipe = ImageRecipe("jpeg", framing=Framing(scale=Size(int(width), int(height))))
with open(source, "rb") as given, open(out, "wb") as made:
    make(given, made, Job("jpeg", 1, None, recipe, False))
"""


def main() -> int:
    """Print one row a size; the exit code says whether every goal was met."""
    met = True
    with tempfile.TemporaryDirectory() as name, Clock() as clock:
        folder = Path(name)
        source = folder / "source.jpg"
        make_source(source)
        for size, (most_time, most_memory) in TARGETS.items():
            costs, alike = compare(clock, folder, source, size)
            time, memory = (ratio(costs, what) for what in ("cpu_s", "peak_mb"))
            good = time <= most_time and memory <= (most_memory or memory) and alike >= 0.99
            met = met and good
            seconds = statistics.median(cost.cpu_s for cost in costs["plain"])
            print(
                f"48 MP JPEG to {size[0]}×{size[1]}: {time:.2f} × the CPU time of plain Pillow "
                f"({seconds:.2f} s), {memory:.2f} × its peak memory, SSIM {alike:.4f}"
                f"{'' if good else '  MISSED'}"
            )
    return 0 if met else 1


def make_source(path: Path) -> None:
    """Write something with soft shapes and fine grain, as a camera would."""
    soft = photo(random.Random(1), *SOURCE_SIZE)
    grain = Image.effect_noise(SOURCE_SIZE, 30).convert("RGB")
    Image.blend(soft, grain, 0.1).save(path, "JPEG", quality=QUALITY)


def compare(
    clock: Clock, folder: Path, source: Path, size: tuple[int, int]
) -> tuple[dict[str, list[Cost]], float]:
    """Run both in turns, and hold the last results against each other."""
    costs: dict[str, list[Cost]] = {"plain": [], "ours": []}
    for _ in range(ROUNDS):
        for who, code in (("plain", PLAIN), ("ours", OURS)):
            arguments = [str(source), str(folder / f"{who}.jpg"), *map(str, size)]
            costs[who].append(clock.run([[sys.executable, "-c", code, *arguments]], (0,)))
    return costs, likeness(folder / "plain.jpg", folder / "ours.jpg")


def likeness(*paths: Path) -> float:
    """Return the SSIM of two pictures of one size."""
    pictures = []
    for path in paths:
        with Image.open(path) as picture:
            pictures.append(picture.convert("L"))
    return float(ssim(*pictures))


def ratio(costs: dict[str, list[Cost]], what: str) -> float:
    """Return ours over Pillow's, of medians."""
    ours, plain = (
        statistics.median(getattr(cost, what) for cost in costs[who]) for who in ("ours", "plain")
    )
    return float(ours / plain)


if __name__ == "__main__":
    sys.exit(main())
