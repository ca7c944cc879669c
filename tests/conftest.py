"""What most tests start from: a compliant image, video or sound, changed where it counts."""

from __future__ import annotations

import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from mediaprep.model import Finding, Kind, MediaInfo
from mediaprep.profiles import Profile, load_profile
from mediaprep.rules import select_rules


def image(**facts: Any) -> MediaInfo:
    """Make the facts of a 1200×800 PNG that every built-in profile accepts."""
    base: dict[str, Any] = {
        "path": "a.png",
        "size_bytes": 100_000,
        "kind": Kind.IMAGE,
        "container": "png",
        "width": 1200,
        "height": 800,
        "orientation": 1,
        "frames": 1,
        "has_alpha": False,
        "color_mode": "rgb",
        "bit_depth": 8,
    }
    return _info(base | facts)


def video(**facts: Any) -> MediaInfo:
    """Make the facts of a 1280×720 MP4 at 24 fps that every profile with videos accepts."""
    base: dict[str, Any] = {
        "path": "a.mp4",
        "size_bytes": 4_000_000,
        "kind": Kind.VIDEO,
        "container": "mp4",
        "width": 1280,
        "height": 720,
        "rotation": 0,
        "sample_aspect": Fraction(1),
        "duration_s": Fraction(5),
        "fps": Fraction(24),
        "fps_nominal": Fraction(24),
        "variable_fps": False,
        "frames": 120,
        "video_codec": "h264",
        "pix_fmt": "yuv420p",
        "bit_depth": 8,
        "video_tracks": 1,
        "audio_codec": "aac",
        "audio_tracks": 1,
        "sample_rate": 48_000,
        "channels": 2,
        "moov_at_end": False,
        "fragmented": False,
    }
    return _info(base | facts)


def audio(**facts: Any) -> MediaInfo:
    """Make the facts of a 5 s WAV that every profile with sound accepts."""
    base: dict[str, Any] = {
        "path": "a.wav",
        "size_bytes": 480_044,
        "kind": Kind.AUDIO,
        "container": "wav",
        "duration_s": Fraction(5),
        "audio_codec": "pcm",
        "audio_tracks": 1,
        "sample_rate": 48_000,
        "channels": 1,
        "bit_depth": 16,
    }
    return _info(base | facts)


def _info(facts: dict[str, Any]) -> MediaInfo:
    if facts["kind"] is not Kind.AUDIO:
        facts.setdefault("coded_width", facts["width"])
        facts.setdefault("coded_height", facts["height"])
    return MediaInfo(**facts)


def findings_of(info: MediaInfo, *profiles: str | Profile) -> list[Finding]:
    """Judge facts by every rule."""
    loaded = [load_profile(p) if isinstance(p, str) else p for p in profiles]
    return select_rules().check(info, loaded)


def png(width: int = 400, height: int = 400, extra: bytes = b"") -> bytes:
    """Write a whole, grey, 8-bit PNG; `extra` chunks come before its pixels."""

    def chunk(name: bytes, body: bytes) -> bytes:
        parity = zlib.crc32(name + body)
        return struct.pack(">I", len(body)) + name + body + struct.pack(">I", parity)

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"".join(b"\0" + b"\x80" * width for _ in range(height)), 9)
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + extra
    return head + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def wav(seconds: float = 3, rate: int = 8000) -> bytes:
    """Write a whole WAV of 8-bit silence."""
    data = b"\x80" * int(seconds * rate)
    form = struct.pack("<HHIIHH", 1, 1, rate, rate, 1, 8)
    chunks = [(b"fmt ", form), (b"data", data)]
    body = b"".join(name + struct.pack("<I", len(chunk)) + chunk for name, chunk in chunks)
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WAVE" + body


@pytest.fixture(autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give every test a cache of its own, and no settings of the person who runs it."""
    folder = tmp_path_factory.mktemp("cache")
    monkeypatch.setenv("MEDIAPREP_CACHE_DIR", str(folder))
    for name in ("NO_COLOR", "FORCE_COLOR", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return folder
