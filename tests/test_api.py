"""The library's front door: the command's engine, without a word and without an exit."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import png, wav

import mediaprep
from mediaprep.cli import cli


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "good.png").write_bytes(png(400, 400))
    (tmp_path / "a" / "small.png").write_bytes(png(299, 400))
    (tmp_path / "a" / "voice.wav").write_bytes(wav(2.5))
    (tmp_path / "a" / "page.jpg").write_text("<html>")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "a"


@pytest.mark.parametrize("form", [str, Path, lambda path: [path], lambda path: iter([str(path)])])
def test_paths_may_be_one_or_many(media: Path, form: type[str]) -> None:
    report = mediaprep.check(form(media / "good.png"), profiles=["atlascloud"])
    assert [result.path for result in report.results] == [str(media / "good.png")]
    assert report.clean


def test_a_report_holds_everything_in_walking_order(media: Path) -> None:
    report = mediaprep.check("a", profiles=["atlascloud"])
    verdicts = {result.path: str(result.verdict) for result in report.results}
    assert list(verdicts.items()) == [
        ("a/good.png", "pass"),
        ("a/page.jpg", "unknown"),
        ("a/small.png", "fail"),
        ("a/voice.wav", "pass"),
    ]
    assert report.profiles == ["atlascloud"]
    assert report.summary.files == 4
    assert not report.clean


def test_a_profile_may_be_one_name(media: Path) -> None:
    report = mediaprep.check("a/small.png", profiles="volcengine")
    assert report.results[0].findings[0].profile == "volcengine"


def test_profiles_may_be_named_as_on_the_command_line(media: Path) -> None:
    report = mediaprep.check("a/small.png", profile="volcengine, sunra")
    assert report.profiles == ["volcengine", "sunra"]


def test_profile_and_profiles_together_are_refused(media: Path) -> None:
    with pytest.raises(mediaprep.UsageError, match="both"):
        mediaprep.check("a", ["sunra"], profile="crun")


def test_the_base_is_judged_by_default(media: Path) -> None:
    assert mediaprep.check("a").profiles == ["seedance-2.0"]


def test_the_command_and_the_library_say_the_same(
    media: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    cli.main(["check", "a", "--profile", "atlascloud", "--output", "json"], standalone_mode=False)
    printed = json.loads(capsys.readouterr().out)
    report = mediaprep.check("a", profiles=["atlascloud"])
    here = {r.path: (r.verdict, [f.message for f in r.findings]) for r in report.results}
    there = {
        r["path"]: (r["verdict"], [f["message"] for f in r["findings"]]) for r in printed["results"]
    }
    assert here == there


def test_nothing_is_printed_and_nothing_left_behind(
    media: Path, capfd: pytest.CaptureFixture[str], own_cache: Path
) -> None:
    before = sorted(media.rglob("*"))
    mediaprep.check("a")
    mediaprep.probe("a/page.jpg")
    assert capfd.readouterr() == ("", "")
    assert (sorted(media.rglob("*")), list(own_cache.iterdir())) == (before, [])
    mediaprep.check("a", cache=True)
    assert capfd.readouterr() == ("", "")
    assert sorted(media.rglob("*")) == before


def test_a_path_that_is_not_there_is_a_usage_error(media: Path) -> None:
    with pytest.raises(mediaprep.UsageError, match="nowhere"):
        mediaprep.check(["a", "nowhere"])


@pytest.mark.parametrize("call", [{"profiles": ["nope"]}, {"select": ["nope"]}])
def test_a_word_that_nothing_bears_is_a_config_error(
    media: Path, call: dict[str, list[str]]
) -> None:
    with pytest.raises(mediaprep.ConfigError, match="nope"):
        mediaprep.check("a", **call)  # type: ignore[arg-type]


def test_no_paths_give_an_empty_report() -> None:
    report = mediaprep.check([])
    assert (report.results, report.sets, report.clean) == ([], [], True)


def test_options_reach_the_engine(media: Path) -> None:
    assert mediaprep.check("a", select=["TIM"], ignore=["PRB"]).clean
    assert mediaprep.check("a", exclude=["small.png", "page.jpg"]).clean
    report = mediaprep.check(["a"], as_set="request", profiles=["atlascloud"])
    assert report.sets == []


def test_an_error_of_a_named_set_makes_a_report_unclean(media: Path) -> None:
    for path in media.iterdir():
        path.unlink()
    for number in range(10):
        (media / f"{number}.png").write_bytes(png(400, 400 + number))
    assert mediaprep.check("a").clean
    assert not mediaprep.check("a", as_set="request").clean


def test_probe_measures_one_file(media: Path) -> None:
    info = mediaprep.probe(media / "voice.wav")
    assert (info.kind, info.duration_s, info.sample_rate) == ("audio", Fraction(5, 2), 8000)


def _odd_paths(folder: Path) -> Iterator[str]:
    os.mkfifo(folder / "pipe.png")
    yield str(folder / "pipe.png")
    yield str(folder)
    yield str(folder / "gone.png")
    yield "a\0b.png"
    yield "x" * 5000
    yield ""


def test_probe_raises_for_nothing(tmp_path: Path) -> None:
    for path in _odd_paths(tmp_path):
        info = mediaprep.probe(path)
        assert len(info.faults) == 1
        assert info.faults[0][1]
