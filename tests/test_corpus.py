"""Real media made by others: what the probe measures is what independent tools measured.

The corpus is no part of this repository; without it, the comparison is skipped. `EXCEPTIONS` lists
the files on which we differ, and docs/corpus.md is written from it: `python tests/test_corpus.py`.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import mediaprep
from mediaprep.model import MediaInfo, Verdict

ROOT = Path(__file__).parent.parent
CORPUS = Path(os.environ.get("MEDIAPREP_CORPUS") or ROOT.parent / "shared" / "corpus")
PAGE = ROOT / "docs" / "corpus.md"

# File -> the facts that differ from the tools' consensus, and why ours is right.
EXCEPTIONS: dict[str, tuple[set[str], str]] = {
    "files/malformed/python-pillow+Pillow__Tests__images__bmp__b__badwidth.bmp": (
        {"display", "coded", "orientation"},
        "The header says -127 × 64. The tools read the width as unsigned, 4,294,967,169 px; the "
        "format has it signed and allows no negative width, so we call the file unreadable.",
    ),
    "files/normal/quodlibet+mutagen__tests__data__52-overwritten-metadata.flac": (
        {"duration"},
        "STREAMINFO announces 236.6 s, but the file was cut: the last frame ends at 0.10 s. We "
        "measure the frames and call the file truncated.",
    ),
    "files/normal/quodlibet+mutagen__tests__data__flac_application.flac": (
        {"duration"},
        "STREAMINFO announces 273.6 s, but the file was cut: the last frame ends at 0.09 s. We "
        "measure the frames and call the file truncated.",
    ),
    "files/normal/mozilla+mp4parse-rust__mp4parse__tests__bipbop_cbcs_video_init.mp4": (
        {"kind"},
        "An init segment with encrypted tracks and no sample: neither video nor anything else.",
    ),
    "files/normal/mozilla+mp4parse-rust__mp4parse__tests__"
    "bipbop_480wp_1001kbps-cenc-video-key1-init.mp4": (
        {"kind"},
        "An init segment with encrypted tracks and no sample: neither video nor anything else.",
    ),
    "files/normal/google+ExoPlayer__testdata__src__test__assets__media__dash__webvtt-in-mp4__"
    "sample.text.mp4": (
        {"kind"},
        "Its one track is text: neither picture nor sound.",
    ),
    "files/normal/google+ExoPlayer__testdata__src__test__assets__media__mkv__full_blocks.mkv": (
        {"kind"},
        "Its one track is subtitles: neither picture nor sound.",
    ),
}

# The tools' word -> ours. Some of theirs name a family.
_CONTAINERS = {
    "isobmff": {"mp4", "mov", "m4a", "m4v", "3gp"},
    "matroska": {"matroska", "webm"},
    "mpc": {"musepack"},
}
_CODECS = {"mpegaudio": {"mp1", "mp2", "mp3"}}


def _truth() -> list[dict[str, Any]]:
    path = CORPUS / "truth.jsonl"
    if not path.is_file():
        return []
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


TRUTH = _truth()
AGREED = [row for row in TRUTH if row["agree"]]
needs_corpus = pytest.mark.skipif(not TRUTH, reason="the corpus is not here")


def _near(found: object, expected: float, tolerance: float) -> bool:
    return found is not None and abs(float(found) - expected) <= tolerance  # type: ignore[arg-type]


def _kind(row: dict[str, Any]) -> str:
    """What it is by content: the tools' word is that of its name."""
    return "audio" if row.get("audio_only") else str(row["kind"])


def _differing(row: dict[str, Any], info: MediaInfo) -> Iterator[str]:
    """Name the facts on which we and the tools differ."""
    container = str(row.get("container") or row.get("format"))
    checks: dict[str, Callable[[], bool]] = {
        "kind": lambda: info.kind == _kind(row),
        "container": lambda: info.container in _CONTAINERS.get(container, {container}),
        "display": lambda: (info.width, info.height) == (row["display_w"], row["display_h"]),
        "coded": lambda: (info.coded_width, info.coded_height) == (row["coded_w"], row["coded_h"]),
        "orientation": lambda: info.orientation == row["orientation"],
        "rotation": lambda: info.rotation == row["rotation"],
        "duration": lambda: _near(
            info.duration_s, row["duration"], max(0.15, row["duration"] / 100)
        ),
        "fps": lambda: _near(info.fps, row["fps"], row["fps"] / 100),
        "vcodec": lambda: info.video_codec == row["vcodec"],
        "acodec": lambda: info.audio_codec in _CODECS.get(row["acodec"], {row["acodec"]}),
        "channels": lambda: info.channels == row["channels"],
        "sample_rate": lambda: info.sample_rate == row["sample_rate"],
        "n_audio": lambda: info.audio_tracks == row["n_audio"],
        # What a header read does not tell is said to be unread.
        "frames": lambda: info.frames == row["frames"] or "frames" in info.unread,
        "bitdepth": lambda: info.bit_depth in (row["bitdepth"], None),
    }
    told = set(row) | {"container"} | ({"display"} if "display_w" in row else set())
    told |= {"coded"} if "coded_w" in row else set()
    yield from (name for name, same in checks.items() if name in told and not same())


@needs_corpus
@pytest.mark.parametrize("row", AGREED, ids=[row["file"] for row in AGREED])
def test_we_measure_what_independent_tools_agree_on(row: dict[str, Any]) -> None:
    info = mediaprep.probe(CORPUS / row["file"])
    exceptions, _ = EXCEPTIONS.get(row["file"], (set(), ""))
    assert set(_differing(row, info)) == exceptions


@needs_corpus
def test_every_exception_is_a_file_of_the_corpus() -> None:
    assert set(EXCEPTIONS) <= {row["file"] for row in AGREED}


@needs_corpus
def test_nothing_raises_and_every_file_gets_its_verdict() -> None:
    report = mediaprep.check(CORPUS / "files", profiles=["atlascloud", "volcengine"])
    assert len(report.results) + report.summary.skipped == len(TRUTH)
    for result in report.results:
        info = result.info
        assert all(getattr(info, fact) is None for fact in info.unread)
        assert all(words and "please report" not in words for _, words in info.faults)
        assert not (info.faults and result.verdict is Verdict.PASS)


def page() -> str:
    """Write the page that lists every file on which we differ, with the reason."""
    lines = [
        "<!-- GENERATED VIA tests/test_corpus.py, from its EXCEPTIONS -->",
        "# Where we differ from other tools",
        "",
        "The tests compare `mediaprep probe` with what independent families of tools agree on, for",
        "several hundred real files of public test suites: kind, container, displayed and stored",
        "size, orientation, rotation, duration, average frame rate, codecs, channels, sample rate,",
        "tracks, frames and bit depth. These are all the files on which we differ.",
        "",
        "| file | facts | why |",
        "|---|---|---|",
    ]
    for file, (names, why) in sorted(EXCEPTIONS.items()):
        lines.append(f"| `{file.removeprefix('files/')}` | {', '.join(sorted(names))} | {why} |")
    return "\n".join(lines) + "\n"


def test_the_page_lists_every_exception() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
