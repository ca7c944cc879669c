"""Distinct encodes of video and audio for the corpus, by the ffmpeg of imageio-ffmpeg."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import imageio_ffmpeg

_QUIET = ["-nostdin", "-loglevel", "error", "-y"]
_H264 = ["-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p"]
_HEVC = [
    "-c:v",
    "libx265",
    "-preset",
    "ultrafast",
    "-x265-params",
    "log-level=error",
    "-tag:v",
    "hvc1",
]
_MPEG4 = ["-c:v", "mpeg4", "-q:v", "8"]
# (size, fps, seconds, coder): small clips, a phone's, a screen's, and two that are large.
_CLIPS: tuple[tuple[str, str, int, list[str]], ...] = (
    ("640x360", "24", 4, _H264),
    ("1280x720", "30", 5, _H264),
    ("720x1280", "30000/1001", 6, _HEVC),
    ("1280x720", "60", 3, _HEVC),
    ("848x480", "25", 10, _MPEG4),
    ("640x640", "24", 15, _H264),
    ("1920x1080", "30", 3, _H264),
)
_NOISE = ["-vf", "noise=alls=40:allf=t"]
_LARGE = ("1920x1080", "30", 10, [*_H264, *_NOISE, "-preset", "ultrafast", "-b:v", "24M"])


def _run(arguments: Sequence[str], suffix: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder, f"out{suffix}")
        tool = imageio_ffmpeg.get_ffmpeg_exe()
        subprocess.run([tool, *_QUIET, *arguments, str(target)], check=True)
        return target.read_bytes()


def _clip(
    size: str, fps: str, seconds: int, coder: Sequence[str], suffix: str, flags: str
) -> bytes:
    picture = ["-f", "lavfi", "-i", f"testsrc2=s={size}:r={fps}"]
    sound = ["-f", "lavfi", "-i", "sine=frequency=330:sample_rate=48000"]
    ends = ["-t", str(seconds), "-c:a", "aac", "-b:a", "128k", "-movflags", flags]
    return _run([*picture, *sound, *coder, *ends], suffix)


def videos(suffix: str) -> Iterator[bytes]:
    """Each clip with its index first and with its index last."""
    for clip in _CLIPS:
        for flags in ("+faststart", "-faststart"):
            yield _clip(*clip, suffix, flags)


def large_videos() -> Iterator[bytes]:
    """Two clips of some 30 MB, index first and last."""
    for flags in ("+faststart", "-faststart"):
        yield _clip(*_LARGE, ".mp4", flags)


def _voice(seconds: int, suffix: str, *coder: str) -> bytes:
    source = [
        "-f",
        "lavfi",
        "-i",
        f"aevalsrc=0.3*random(0)*sin(t*3)+0.3*sin(880*t):s=44100:d={seconds}",
    ]
    return _run([*source, *coder], suffix)


def wavs() -> Iterator[bytes]:
    """16 and 24 bits, float, mono and stereo."""
    for seconds in (2, 5, 12):
        yield _voice(seconds, ".wav", "-c:a", "pcm_s16le", "-ac", "2")
        yield _voice(seconds, ".wav", "-c:a", "pcm_s24le", "-ar", "48000")
        yield _voice(seconds, ".wav", "-c:a", "pcm_f32le", "-ar", "16000")


def mp3s() -> Iterator[bytes]:
    """Constant and variable rates, some of the variable ones without a Xing header."""
    for seconds in (3, 9, 14):
        yield _voice(seconds, ".mp3", "-b:a", "128k")
        yield _voice(seconds, ".mp3", "-q:a", "4")
        yield _voice(seconds, ".mp3", "-q:a", "4", "-write_xing", "0")
