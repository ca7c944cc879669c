"""One run over files: what is judged, skipped and counted, in whatever order."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import image, png, wav
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.cache import Cache
from mediaprep.check import Check
from mediaprep.config import Override
from mediaprep.errors import ConfigError, UsageError
from mediaprep.inputs import Walk
from mediaprep.judge import Options
from mediaprep.model import FileResult, Finding, MediaInfo, SetResult, Severity, Verdict

ATLAS = Options(profiles=("atlascloud",))


def _files(check: Check, *paths: object) -> list[FileResult]:
    found = check.results([str(path) for path in paths])
    return [result for result in found if isinstance(result, FileResult)]


def _codes(result: FileResult | SetResult) -> list[str]:
    return sorted({f.code for f in result.findings if f.severity is not Severity.NOTE})


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a good picture, a small one, a sound, a text and an unfinished file."""
    (tmp_path / "good.png").write_bytes(png(400, 400))
    (tmp_path / "small.png").write_bytes(png(299, 400))
    (tmp_path / "voice.wav").write_bytes(wav(3))
    (tmp_path / "notes.txt").write_text("nothing of ours")
    (tmp_path / "index.ts").write_text("export const x = 1")
    (tmp_path / "clip.mp4.part").write_bytes(b"\0\0\0\x18")
    (tmp_path / "page.jpg").write_text("<html>")
    (tmp_path / "picture").write_bytes(png(500, 500))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_name_or_the_first_bytes_say_what_is_judged(media: Path) -> None:
    check = Check(ATLAS)
    found = {result.path: _codes(result) for result in _files(check, ".")}
    assert found == {
        "clip.mp4.part": ["PRB006"],
        "good.png": [],
        "page.jpg": ["PRB007"],
        "picture": [],
        "small.png": ["GEO001"],
        "voice.wav": [],
    }
    assert check.summary.skipped == 2


def test_what_is_named_is_always_judged(media: Path) -> None:
    check = Check(ATLAS)
    (result,) = _files(check, "notes.txt")
    assert _codes(result) == ["PRB007"]
    assert check.summary.skipped == 0


def test_a_text_that_was_skipped_before_is_judged_when_named(media: Path, tmp_path: Path) -> None:
    time.sleep(0.06)
    for paths, count in ((["."], 6), (["."], 6), (["notes.txt"], 1), ([".", "notes.txt"], 7)):
        cache = Cache(tmp_path / "store" / "c.sqlite")
        check = Check(Options(profiles=("atlascloud",), walk=Walk(exclude=["store/"])), cache)
        assert len(_files(check, *paths)) == count
        cache.close()


def test_the_four_verdicts_add_up(media: Path) -> None:
    check = Check(ATLAS)
    results = _files(check, ".")
    assert check.summary.files == len(results) == sum(check.summary.verdicts.values())
    assert check.summary.verdicts == {
        Verdict.PASS: 3,
        Verdict.CONTESTED: 0,
        Verdict.UNKNOWN: 2,
        Verdict.FAIL: 1,
    }
    assert check.summary.codes == {"GEO001": 1, "PRB006": 1, "PRB007": 1}


def test_a_file_must_pass_every_profile(media: Path) -> None:
    (media / "edge.png").write_bytes(png(300, 400))
    check = Check(Options(profiles=("atlascloud", "volcengine")))
    (result,) = _files(check, "edge.png")
    assert [(f.code, f.profile) for f in result.findings] == [("GEO001", "volcengine")]
    assert "volcengine accepts (300, 6000) px" in result.findings[0].message


def test_rules_can_be_chosen_but_unreadable_stays(media: Path) -> None:
    only_timing = Check(Options(profiles=("atlascloud",), select=("TIM",)))
    assert [_codes(r) for r in _files(only_timing, "small.png", "page.jpg")] == [[], ["PRB007"]]
    but_this = Check(Options(profiles=("atlascloud",), ignore=("PRB007", "GEO")))
    assert [_codes(r) for r in _files(but_this, "small.png", "page.jpg")] == [[], []]


@pytest.mark.parametrize(
    "options",
    [
        Options(profiles=("nowhere",)),
        Options(profiles=("atlascloud",), select=("XYZ",)),
        Options(profiles=("atlascloud",), ignore=("GEO999",)),
        Options(profiles=("atlascloud",), select=("",)),
    ],
)
def test_a_call_that_makes_no_sense_fails_before_the_first_result(
    media: Path, options: Options
) -> None:
    with pytest.raises(ConfigError):
        next(Check(options).results(["."]))


@pytest.mark.parametrize("override", [{"profiles": ("nowhere",)}, {"select": ("XYZ",)}])
def test_an_override_that_makes_no_sense_does_too(
    media: Path, override: dict[str, tuple[str, ...]]
) -> None:
    options = replace(ATLAS, overrides=(Override(("small.png",), **override),))
    with pytest.raises(ConfigError):
        next(Check(options).results(["."]))


def test_an_override_judges_its_files_otherwise(media: Path) -> None:
    (media / "edge.png").write_bytes(png(300, 400))
    overrides = (
        Override(("small.png",), ignore=("GEO001",)),
        Override(("edge.png", "small.png"), profiles=("volcengine",)),
    )
    options = replace(ATLAS, overrides=overrides, root=str(media))
    found = {r.path: _codes(r) for r in _files(Check(options), "edge.png", "small.png", "good.png")}
    assert found == {"edge.png": ["GEO001"], "small.png": [], "good.png": []}


def test_patterns_that_make_no_sense_are_an_error(media: Path) -> None:
    with pytest.raises(UsageError, match="pattern"):
        _files(Check(replace(ATLAS, walk=Walk(exclude=["!"]))), ".")


def _key(finding: Finding) -> tuple[str, str | None, str]:
    return finding.code, finding.profile, finding.message


def _verdicts(
    infos: Sequence[MediaInfo], profiles: tuple[str, ...]
) -> dict[str, tuple[Verdict, list[tuple[str, str | None, str]]]]:
    check = Check(Options(profiles=profiles))
    results = [check.judge(info) for info in infos]
    return {r.path: (r.verdict, sorted(map(_key, r.findings))) for r in results}


@settings(max_examples=50)
@given(
    st.lists(
        st.tuples(st.integers(1, 7000), st.integers(1, 7000), st.integers(0, 40_000_000)),
        min_size=1,
        max_size=8,
    ),
    st.permutations(["atlascloud", "volcengine", "crun"]),
    st.randoms(use_true_random=False),
)
def test_neither_the_order_of_files_nor_that_of_profiles_changes_a_result(
    shapes: list[tuple[int, int, int]], profiles: list[str], chance: random.Random
) -> None:
    infos = [
        image(path=f"{n}.png", width=width, height=height, size_bytes=size)
        for n, (width, height, size) in enumerate(shapes)
    ]
    shuffled = chance.sample(infos, len(infos))
    expected = _verdicts(infos, ("atlascloud", "volcengine", "crun"))
    assert _verdicts(shuffled, tuple(profiles)) == expected


def test_new_limits_judge_remembered_facts(media: Path) -> None:
    time.sleep(0.06)
    for profile, codes in (("atlascloud", []), ("volcengine", ["GEO001"]), ("atlascloud", [])):
        (media / "edge.png").exists() or (media / "edge.png").write_bytes(png(300, 400))
        cache = Cache(media / "store" / "c.sqlite")
        (result,) = _files(Check(Options(profiles=(profile,)), cache), "edge.png")
        assert _codes(result) == codes
        cache.close()


def test_an_edited_profile_of_ones_own_changes_remembered_verdicts(media: Path) -> None:
    own = media / "own.toml"
    text = 'name = "own"\nsource = "x"\nchecked = 2026-11-21\n[image]\nwidth = "[{}, 6000] px"\n'
    for least, codes in ((300, []), (401, ["GEO001"]), (400, [])):
        own.write_text(text.format(least))
        time.sleep(0.06)
        cache = Cache(media / "store" / "c.sqlite")
        check = Check(Options(profiles=(str(own),)), cache)
        found = {r.path: _codes(r) for r in _files(check, ".")}
        assert found["good.png"] == codes
        cache.close()


def test_a_file_that_vanishes_between_walk_and_read_is_a_finding(media: Path) -> None:
    results = Check(ATLAS).results(["."])
    next(results)
    os.unlink("small.png")
    found = {r.path: _codes(r) for r in results if isinstance(r, FileResult)}
    assert found["small.png"] == ["PRB010"]


def test_a_named_set_is_judged_as_one_request(media: Path) -> None:
    for number in range(10):
        (media / f"{number}.png").write_bytes(png(301 + number, 400))
    options = replace(ATLAS, sets={"hero": ("[0-9].png",)}, root=str(media))
    sets = [r for r in Check(options).results(["."]) if isinstance(r, SetResult)]
    severities = {r.path: [(f.code, f.severity) for f in r.findings] for r in sets}
    assert severities == {
        ".": [("SET001", Severity.NOTE)],
        "hero": [("SET001", Severity.ERROR)],
    }
    together = Check(replace(ATLAS, as_set="request"))
    named = [r for r in together.results(["."]) if isinstance(r, SetResult)]
    assert [r.path for r in named] == [".", "request"]
