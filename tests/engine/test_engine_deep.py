"""`decode_all` on sound files, broken ones, bombs and impostors."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from mediaprep.engine import DeepResult, decode_all
from mediaprep.errors import ToolMissing
from mediaprep.model import Fault, MediaInfo

pytest.importorskip("av")

from engine_cases import BROKEN, SOUND, short_film


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DeepResult]:
    """Decode everything in one run."""
    folder = tmp_path_factory.mktemp("files")
    (folder / "other.mp4").write_bytes(short_film())
    cases = SOUND | BROKEN
    infos = []
    for number, case in enumerate(cases.values()):
        path = folder / f"{number}.mp4"
        path.write_bytes(case.make().replace(b"{other}", b"other.mp4"))
        infos.append(MediaInfo(str(path), container=case.container, **case.facts))
    pairs = list(decode_all(infos, jobs=2))
    assert [info for info, _ in pairs] == infos
    return {name: result for name, (_, result) in zip(cases, pairs, strict=True)}


@pytest.mark.parametrize("name", SOUND)
def test_nothing_is_said_against(name: str, results: dict[str, DeepResult]) -> None:
    assert results[name].faults == []


@pytest.mark.parametrize("name", BROKEN)
def test_a_fault_is_found_in(name: str, results: dict[str, DeepResult]) -> None:
    case = BROKEN[name]
    [(fault, reason), *_] = results[name].faults
    assert fault is (case.fault or Fault.UNDECODABLE)
    assert case.reason in reason


def test_what_was_decoded_is_reported(results: dict[str, DeepResult]) -> None:
    gif, mp4, tone = (
        results[name] for name in ("a GIF of three frames", "an MP4 with sound", "a WAV")
    )
    assert (gif.width, gif.height, gif.frames, gif.duration_s) == (48, 32, 3, None)
    assert (mp4.width, mp4.height, mp4.frames, mp4.duration_s) == (48, 32, 25, 1.0)
    assert (tone.width, tone.height, tone.duration_s) == (None, None, 1.0)


def test_a_stray_tail_is_noted(results: dict[str, DeepResult]) -> None:
    assert "after the last frame" in results["an MP3 with a line feed after its last frame"].note


def test_what_is_settled_is_not_decoded() -> None:
    infos = [
        MediaInfo("nowhere", faults=[(Fault.EMPTY, "the file has no bytes")]),
        MediaInfo("nowhere", container="mp4", faults=[(Fault.ENCRYPTED, "cenc")]),
        MediaInfo("nowhere"),
    ]
    assert [(result.note, result.faults) for _, result in decode_all(infos)] == [
        ("not decoded: empty", []),
        ("not decoded: encrypted", []),
        ("not decoded: no decoder for its content", []),
    ]


def test_a_file_that_went_away_cannot_be_opened(tmp_path: Path) -> None:
    [(_, result)] = decode_all([MediaInfo(str(tmp_path / "gone"), container="png")])
    assert result.faults == [(Fault.CANNOT_OPEN, "No such file or directory")]


def test_progress_counts_files() -> None:
    counts: list[int] = []
    assert len(list(decode_all([MediaInfo("nowhere")] * 4, progress=counts.append))) == 4
    assert counts == [1, 2, 3, 4]


def test_without_pyav_films_are_not_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ToolMissing) as caught:
        list(decode_all([MediaInfo("film", container="mp4")]))
    assert "mediaprep[deep]" in caught.value.hint
