"""Who else scales a picture: plain Pillow, ImageMagick and sharp, each as one process."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from benchlib import fix_image

SHARP = """
const sharp = require("sharp");
const [source, out, width, height] = process.argv.slice(1);
sharp(source).resize(+width, +height, {kernel: "lanczos3"}).jpeg({quality: 92}).toFile(out);
"""


def rivals_of(
    source: Path, folder: Path, size: tuple[int, int]
) -> tuple[dict[str, Sequence[str]], list[str]]:
    """Return the commands that scale a picture, and the names of programs that are not there."""
    sides = [str(side) for side in size]
    python = [sys.executable, "-c"]
    rivals: dict[str, Sequence[str]] = {
        "ours": [*python, fix_image.OURS, str(source), str(folder / "ours.jpg"), *sides],
        "plain": [*python, fix_image.PLAIN, str(source), str(folder / "plain.jpg"), *sides],
    }
    if magick := shutil.which("magick") or shutil.which("convert"):
        scaled = ["-filter", "Lanczos", "-resize", f"{size[0]}x{size[1]}!", "-quality", "92"]
        rivals["ImageMagick"] = [magick, str(source), *scaled, str(folder / "magick.jpg")]
    if _has_sharp():
        rivals["sharp"] = ["node", "-e", SHARP, str(source), str(folder / "sharp.jpg"), *sides]
    return rivals, [name for name in ("ImageMagick", "sharp") if name not in rivals]


def _has_sharp() -> bool:
    if shutil.which("node") is None:
        return False
    tried = subprocess.run(["node", "-e", 'require("sharp")'], capture_output=True, check=False)
    return tried.returncode == 0
