"""Run the ffmpeg of `imageio-ffmpeg` so that the same version writes the same bytes again."""

from __future__ import annotations

import functools
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

Build = Callable[[], bytes]
_REPEATABLE = ["-fflags", "+bitexact", "-flags:v", "+bitexact", "-flags:a", "+bitexact"]
_H264 = ["-c:v", "libx264", "-preset", "slow", "-crf", "40", "-pix_fmt", "yuv420p", "-g", "999"]
_QUIET = ["-nostdin", "-loglevel", "error", "-y"]


@functools.cache
def _ffmpeg() -> str:
    import imageio_ffmpeg

    return str(imageio_ffmpeg.get_ffmpeg_exe())


def run(inputs: Sequence[str], options: Sequence[str], suffix: str) -> bytes:
    """Run ffmpeg once and return the file that it wrote, whose name ends in `suffix`."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"out{suffix}")
        repeatable = [*_REPEATABLE, "-map_metadata", "-1", "-threads", "1", *options]
        subprocess.run([_ffmpeg(), *_QUIET, *inputs, *repeatable, str(target)], check=True)
        return target.read_bytes()


def again(first: Build, inputs: Sequence[str], options: Sequence[str], suffix: str) -> Build:
    """Return a recipe that remuxes what another one made; `inputs` go before its `-i`."""

    def build() -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            source = Path(folder, f"in{suffix}")
            source.write_bytes(first())
            return run([*inputs, "-i", str(source)], ["-c", "copy", *options], suffix)

    return build


def color(size: str, fps: str) -> list[str]:
    """Name an endless picture of one colour as input."""
    return ["-f", "lavfi", "-i", f"color=c=0x3a6ea5:s={size}:r={fps}"]


def tone(hz: int = 440, rate: int = 48_000) -> list[str]:
    """Name an endless tone as input."""
    return ["-f", "lavfi", "-i", f"sine=frequency={hz}:sample_rate={rate}"]


def h264(
    size: str = "1280x720",
    fps: str = "24",
    frames: int = 72,
    *more: str,
    suffix: str = ".mp4",
) -> Build:
    """Return a recipe for a silent H.264 clip, its index first."""
    options = [*_H264, "-frames:v", str(frames), "-movflags", "+faststart", *more]
    return lambda: run(color(size, fps), options, suffix)


def with_sound(seconds: float, sound: Sequence[str], *more: str, suffix: str = ".mp4") -> Build:
    """Return a recipe for a 1280×720 clip of 24 fps with a tone, coded as `sound` says."""
    inputs = [*color("1280x720", "24"), *tone()]
    options = [*_H264, *sound, "-t", str(seconds), "-movflags", "+faststart", *more]
    return lambda: run(inputs, options, suffix)
