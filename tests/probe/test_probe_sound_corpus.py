"""Real sound files, held against what several independent tools agree on."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mediaprep.probe import probe

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"
OURS = {"wav", "mp3", "aac", "flac", "ogg", "aiff", "asf", "ape", "wavpack", "amr", "ac3", "eac3"}
OURS |= {"mpc", "mpc8"}
LAYERS = {"mp1": "mpegaudio", "mp2": "mpegaudio", "mp3": "mpegaudio"}
# The tools repeat the header of these cut files; we measure what is there and call them truncated.
CUT = ("52-overwritten-metadata.flac", "flac_application.flac", "early-eof.wav")


def _entries() -> list[Any]:
    truth = CORPUS / "truth.jsonl"
    if not truth.exists():
        return [pytest.param(None, marks=pytest.mark.skip(reason="the corpus is not here"))]
    lines = map(json.loads, truth.read_text(encoding="utf-8").splitlines())
    return [
        pytest.param(entry, id=entry["file"].rpartition("__")[2])
        for entry in lines
        if entry.get("container") in OURS
    ]


@pytest.mark.parametrize("entry", _entries())
def test_facts_are_those_that_tools_agree_on(entry: dict[str, Any]) -> None:
    info = probe(CORPUS / entry["file"])
    if entry["decodes_clean"]:
        assert info.faults == []
    if not entry["agree"]:
        return
    found = {
        "acodec": LAYERS.get(info.audio_codec or "", info.audio_codec),
        "sample_rate": info.sample_rate,
        "channels": info.channels,
    }
    assert found == {name: entry.get(name, value) for name, value in found.items()}
    expected = entry.get("decoded_duration", entry.get("duration"))
    if entry["file"].endswith(CUT):
        assert info.faults
    elif expected is not None:
        assert info.duration_s is not None
        assert float(info.duration_s) == pytest.approx(expected, rel=0.01, abs=0.15)
