"""Decoding as such, outside any worker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("av")

from engine_cases import BROKEN, SOUND, Case, short_film
from engine_files import film, picture

from mediaprep.engine.decode import decode
from mediaprep.model import Fault

# Comparing with a header is not the decoder's part, and only a worker has an ear on stderr.
BY_DECODING = [
    name for name, case in BROKEN.items() if not case.facts and name != "a faxed TIFF with a hole"
]


def decoded(path: Path, case: Case, seconds: float = 60) -> dict[str, Any]:
    path.write_bytes(case.make())
    with path.open("rb") as file:
        return decode(file, {"container": case.container, "seconds": seconds})


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_decodes(name: str, tmp_path: Path) -> None:
    assert decoded(tmp_path / "file", SOUND[name])["faults"] == []


@pytest.mark.parametrize("name", BY_DECODING)
def test_what_is_broken_does_not(name: str, tmp_path: Path) -> None:
    case = BROKEN[name]
    [(fault, reason), *_] = decoded(tmp_path / "file", case)["faults"]
    assert fault == (case.fault or Fault.UNDECODABLE)
    assert case.reason in reason


def test_faults_are_plain_text(tmp_path: Path) -> None:
    [(fault, _)] = decoded(tmp_path / "file", Case("png", lambda: b"no"))["faults"]
    assert type(fault) is str  # an enum would not get past the parent


@pytest.mark.parametrize(
    ("case", "note"),
    [
        pytest.param(
            Case("matroska", lambda: film("matroska", "mpeg4", seconds=4)),
            "the first 0.0 s were decoded",
            id="a film",
        ),
        pytest.param(
            Case("gif", lambda: picture("GIF", frames=3)),
            "the first 0 of 3 frames were decoded",
            id="an animation",
        ),
    ],
)
def test_when_time_is_up_the_rest_stays_undecoded(case: Case, note: str, tmp_path: Path) -> None:
    found = decoded(tmp_path / "file", case, seconds=-1)
    assert found["note"] == note
    assert found["frames"] is None


def test_the_readings_of_a_duration(tmp_path: Path) -> None:
    found = decoded(tmp_path / "file", Case("mp4", short_film))
    readings = [found[name] for name in ("span_s", "counted_s", "whole_s", "until_s")]
    assert readings == pytest.approx([1.0] * 4, abs=0.15)
