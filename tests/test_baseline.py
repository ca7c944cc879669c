"""A baseline knows files by their bytes: renames keep an entry, edits void it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from conftest import png

from mediaprep.baseline import Baseline, BaselineWriter, content_hash
from mediaprep.check import Check
from mediaprep.errors import ConfigError
from mediaprep.judge import Options
from mediaprep.model import FileResult, Verdict


def _run(
    *paths: Path, baseline: Baseline | None = None, profiles: Sequence[str] = ("atlascloud",)
) -> tuple[list[FileResult], Check]:
    check = Check(Options(profiles=profiles), baseline=baseline)
    found = check.results([str(path) for path in paths])
    return [result for result in found if isinstance(result, FileResult)], check


def _write(path: Path, *media: Path) -> Baseline:
    writer = BaselineWriter()
    for result in _run(*media)[0]:
        writer.add(result)
    writer.write(path)
    return Baseline.read(path)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    path = tmp_path / "small.png"
    path.write_bytes(png(200, 400))
    return path


def test_what_is_listed_is_held_back(tmp_path: Path, small: Path) -> None:
    baseline = _write(tmp_path / "known.json", small)
    (result,), check = _run(small, baseline=baseline)
    assert (result.verdict, result.findings) == (Verdict.PASS, [])
    assert (check.summary.suppressed, check.summary.codes, baseline.stale) == (1, {}, 0)
    assert check.summary.verdicts[Verdict.PASS] == 1


def test_a_rename_keeps_the_entry(tmp_path: Path, small: Path) -> None:
    baseline = _write(tmp_path / "known.json", small)
    moved = small.rename(tmp_path / "other name.png")
    (result,), _ = _run(moved, baseline=baseline)
    assert result.findings == []


def test_an_edit_voids_it(tmp_path: Path, small: Path) -> None:
    baseline = _write(tmp_path / "known.json", small)
    small.write_bytes(png(199, 400))
    (result,), check = _run(small, baseline=baseline)
    assert [finding.code for finding in result.findings] == ["GEO001"]
    assert (check.summary.suppressed, baseline.stale) == (0, 1)


def test_two_files_that_swap_their_offences_are_both_found(tmp_path: Path) -> None:
    one, other = tmp_path / "one.png", tmp_path / "other.png"
    one.write_bytes(png(200, 400))
    other.write_bytes(png(400, 200))
    baseline = _write(tmp_path / "known.json", one, other)
    one.write_bytes(png(400, 201))
    other.write_bytes(png(201, 400))
    results, check = _run(one, other, baseline=baseline)
    assert [r.findings[0].code for r in results] == ["GEO003", "GEO001"]
    assert check.summary.suppressed == 0


def test_a_new_offence_of_a_known_file_is_found(tmp_path: Path, small: Path) -> None:
    path = tmp_path / "known.json"
    _write(path, small)
    data = json.loads(path.read_text())
    data["files"][0]["codes"] = ["TIM001"]
    path.write_text(json.dumps(data))
    baseline = Baseline.read(path)
    (result,), _ = _run(small, baseline=baseline)
    assert [finding.code for finding in result.findings] == ["GEO001"]
    assert baseline.stale == 1


def test_a_file_that_passes_leaves_no_entry(tmp_path: Path) -> None:
    good = tmp_path / "good.png"
    good.write_bytes(png(400, 400))
    _write(tmp_path / "known.json", good)
    assert json.loads((tmp_path / "known.json").read_text())["files"] == []


def test_writing_is_stable_and_readable(tmp_path: Path, small: Path) -> None:
    other = tmp_path / "b.png"
    other.write_bytes(png(400, 200))
    _write(tmp_path / "1.json", small, other)
    _write(tmp_path / "2.json", other, small)
    assert (tmp_path / "1.json").read_bytes() == (tmp_path / "2.json").read_bytes()
    assert json.loads((tmp_path / "1.json").read_text()) == {
        "schema": 1,
        "tool": "mediaprep",
        "files": [
            {"sha256": content_hash(str(other)), "path": str(other), "codes": ["GEO003"]},
            {"sha256": content_hash(str(small)), "path": str(small), "codes": ["GEO001"]},
        ],
    }
    assert not list(tmp_path.glob(".*"))


def test_a_name_that_is_no_text_can_be_written(tmp_path: Path) -> None:
    odd = tmp_path / "\udcff.png"
    odd.write_bytes(png(200, 400))
    baseline = _write(tmp_path / "known.json", odd)
    assert _run(odd, baseline=baseline)[0][0].findings == []


@pytest.mark.parametrize(
    ("content", "message"),
    [
        pytest.param("", "not a baseline file", id="empty"),
        pytest.param("[]", "not a baseline file", id="a list"),
        pytest.param("{}", "not a baseline file", id="another object"),
        pytest.param('{"schema": 2, "files": []}', "schema 2, expected 1", id="a later schema"),
        pytest.param('{"schema": 1, "files": [{"sha256": 1}]}', "not a baseline", id="no codes"),
        pytest.param("\xff", "not a baseline file", id="no JSON"),
    ],
)
def test_what_is_no_baseline_is_said(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "known.json"
    path.write_text(content, encoding="latin-1")
    with pytest.raises(ConfigError, match=message):
        Baseline.read(path)


def test_a_baseline_that_is_not_there_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file") as caught:
        Baseline.read(tmp_path / "gone.json")
    assert "--write-baseline" in caught.value.hint


def test_what_cannot_be_read_has_no_hash(tmp_path: Path) -> None:
    assert content_hash(str(tmp_path)) == content_hash(str(tmp_path / "gone")) == ""
