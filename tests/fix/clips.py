"""Small clips and sounds made with whatever ffmpeg is there, and what comes out of others."""

from __future__ import annotations

import array
import subprocess
from pathlib import Path

import pytest

from mediaprep.errors import ToolMissing
from mediaprep.fix import ffmpeg


def tool() -> str:
    """Return the ffmpeg to use; the test is skipped where there is none."""
    try:
        return ffmpeg.find()
    except ToolMissing:
        pytest.skip("no ffmpeg here")


def run(*words: str | Path) -> bytes:
    """Run ffmpeg and return its stdout."""
    command = [tool(), "-nostdin", "-hide_banner", "-loglevel", "error", "-y", *map(str, words)]
    return subprocess.run(command, check=True, capture_output=True, timeout=120).stdout


def pixels(path: Path, at_s: float = 0.0) -> tuple[list[tuple[int, int, int]], int, int]:
    """Decode one frame to RGB: its pixels in reading order, its width and its height."""
    ppm = run(
        "-ss", str(at_s), "-i", path, "-frames:v", "1", "-f", "image2pipe", "-c:v", "ppm", "-"
    )
    magic, size, _, data = ppm.split(b"\n", 3)
    assert magic == b"P6"
    width, height = map(int, size.split())
    return list(zip(data[0::3], data[1::3], data[2::3], strict=True)), width, height


def grey_means(path: Path) -> list[float]:
    """Return the mean brightness of every frame."""
    data = run("-i", path, "-map", "0:v:0", "-vf", "scale=8:8,format=gray", "-f", "rawvideo", "-")
    return [sum(data[at : at + 64]) / 64 for at in range(0, len(data), 64)]


def samples(path: Path, rate: int = 48_000) -> array.array[int]:
    """Decode the sound to mono 16-bit samples."""
    data = run("-i", path, "-map", "0:a:0", "-ac", "1", "-ar", str(rate), "-f", "s16le", "-")
    return array.array("h", data)


def packets(path: Path, *options: str) -> list[str]:
    """Return track, size and hash of every packet, in order."""
    listing = run("-i", path, "-map", "0:V:0", "-map", "0:a:0?", "-c", "copy", *options,
                  "-f", "framemd5", "-").decode()  # fmt: skip
    rows = [line.split(",") for line in listing.splitlines() if not line.startswith("#")]
    return [f"{row[0]} {row[4].strip()} {row[5].strip()}" for row in rows]
