"""Make the corpus: 2,300 files that all differ, of the kinds and in the shares of a real job.

Run as a program of its own, because Linux counts a parent's memory into the peak of what it starts.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

from benchlib.vary import VARY, jpeg

# Extension -> how many; `docs` quote this mix.
MIX = {
    "jpg": 980,
    "png": 380,
    "webp": 260,
    "tif": 110,
    "heic": 100,
    "gif": 90,
    "bmp": 80,
    "mp4": 100,
    "mov": 50,
    "wav": 75,
    "mp3": 75,
}
IMAGES = ("jpg", "png", "webp", "tif", "heic", "gif", "bmp")
_LARGE_JPEGS, _LARGE_VIDEOS = 5, 11
_FOLDER = 50  # files to a folder
_SEED = 20_260_101
_VERSION = 1  # of everything here: another number, another corpus


def place(root: Path) -> Path:
    """Say where the tree lies below `root`, for this version of the corpus."""
    return root / f"mediaprep-bench-{_VERSION}" / "tree"


def ready(root: Path) -> bool:
    """Tell whether the tree was made to its end."""
    return (place(root).parent / "made.json").exists()


def make(root: Path) -> None:
    """Write the tree, and beside it a note that says it is whole."""
    tree = place(root)
    shutil.rmtree(tree, ignore_errors=True)
    names = [f"{kind}-{n:04}.{kind}" for kind, count in MIX.items() for n in range(count)]
    random.Random(_SEED).shuffle(names)
    folder_of = {name: f"shoot-{n // _FOLDER:02}" for n, name in enumerate(names)}
    size = 0
    for name, data in _files():
        folder = tree / folder_of[name]
        folder.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
        size += len(data)
    note = {"files": len(names), "bytes": size, "mix": MIX}
    (tree.parent / "made.json").write_text(json.dumps(note))


def _files() -> Iterator[tuple[str, bytes]]:
    from benchlib import clips, pictures

    rng = random.Random(_SEED)
    yield from _jpegs(rng)
    for kind in ("png", "webp", "tif", "heic", "gif", "bmp"):
        encodes = list(getattr(pictures, {"tif": "tiffs"}.get(kind, f"{kind}s"))(rng))
        yield from _copies(kind, encodes, range(MIX[kind]))
    yield from _copies("mp4", list(clips.large_videos()), range(_LARGE_VIDEOS))
    yield from _copies("mp4", list(clips.videos(".mp4")), range(_LARGE_VIDEOS, MIX["mp4"]))
    yield from _copies("mov", list(clips.videos(".mov")), range(MIX["mov"]))
    yield from _copies("wav", list(clips.wavs()), range(MIX["wav"]))
    yield from _copies("mp3", list(clips.mp3s()), range(MIX["mp3"]))


def _copies(kind: str, encodes: list[bytes], numbers: range) -> Iterator[tuple[str, bytes]]:
    print(f"  {kind}: {len(numbers)} files of {len(encodes)} encodes", file=sys.stderr)
    for n in numbers:
        own = _remark(n, n // len(encodes))
        yield f"{kind}-{n:04}.{kind}", VARY[kind](encodes[n % len(encodes)], own)


def _jpegs(rng: random.Random) -> Iterator[tuple[str, bytes]]:
    """JPEGs, 60 % with EXIF and 40 % with an ICC profile, as in camera trees."""
    from benchlib import pictures

    *encodes, large = pictures.jpegs(rng)
    print(f"  jpg: {MIX['jpg']} files of {len(encodes) + 1} encodes", file=sys.stderr)
    cameras, profile = [pictures.exif(rng) for _ in range(40)], pictures.srgb()
    for n in range(MIX["jpg"]):
        base = large if n < _LARGE_JPEGS else rng.choice(encodes)
        exif = rng.choice(cameras) if rng.random() < 0.6 else b""
        icc = profile if rng.random() < 0.4 else b""
        yield f"jpg-{n:04}.jpg", jpeg(base, _remark(n, n % 200), exif, icc)


def _remark(number: int, length: int) -> bytes:
    """Make the bytes that are a file's own; copies of one encode get different lengths.

    Two real files of one size and with the same first bytes are rare, and are a duplicate finder's
    worst case: a corpus full of them would time nothing else.
    """
    return f"number {number:06} of the corpus".encode() + b".." * length  # RIFF pads to even


def link_many(root: Path, count: int) -> Path:
    """Fill a tree of `count` hard links to the corpus, in folders of a thousand."""
    target = place(root).with_name(f"links-{count}")
    files = sorted(path for path in place(root).rglob("*") if path.is_file())
    if target.exists() and sum(1 for path in target.rglob("*") if path.is_file()) == count:
        return target
    shutil.rmtree(target, ignore_errors=True)
    for n in range(count):
        folder = target / f"{n // 1000:04}"
        if n % 1000 == 0:
            folder.mkdir(parents=True)
        source = files[n % len(files)]
        os.link(source, folder / f"{n:06}{source.suffix}")
    return target


if __name__ == "__main__":
    make(Path(sys.argv[1]))
