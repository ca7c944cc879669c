"""Annotations name files from the top folder of the repository, wherever the check ran."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from report_sample import CUT, GPS, picture, render, report_of, result

from mediaprep.report.repository import naming


@pytest.fixture
def inner(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder two levels below the top of a work tree."""
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")  # as in a submodule or another work tree
    folder = tmp_path / "art" / "hero"
    folder.mkdir(parents=True)
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a.png", "art/hero/a.png", id="below the working folder"),
        pytest.param("./a.png", "art/hero/a.png", id="with a dot"),
        pytest.param("../b.png", "art/b.png", id="beside it"),
        pytest.param(".", "art/hero", id="the folder itself"),
        pytest.param("../../../c.png", "../../../c.png", id="outside of the work tree"),
        pytest.param("/elsewhere/d.png", "/elsewhere/d.png", id="absolute and outside"),
    ],
)
def test_a_name_starts_at_the_top(inner: Path, path: str, expected: str) -> None:
    assert naming()(path) == expected


def test_an_absolute_path_inside_becomes_relative(inner: Path) -> None:
    assert naming()(str(inner / "a.png")) == "art/hero/a.png"


def test_without_a_repository_a_path_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert naming()("./sub/a.png") == "sub/a.png"
    assert naming()("/x/a.png") == "/x/a.png"


def test_all_three_hosts_get_that_name(inner: Path) -> None:
    report = report_of(result(picture("a.png"), CUT))
    assert "file=art/hero/a.png," in render("github", report)
    assert json.loads(render("gitlab", report))[0]["location"]["path"] == "art/hero/a.png"
    run = json.loads(render("sarif", report))["runs"][0]
    place = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == "art/hero/a.png"


def test_gitlab_fingerprints_tell_findings_apart_and_last() -> None:
    twice = report_of(result(picture("a.png"), CUT, CUT, GPS), result(picture("b.png"), CUT))
    first, again = (json.loads(render("gitlab", twice)) for _ in range(2))
    marks = [entry["fingerprint"] for entry in first]
    assert len(set(marks)) == 4
    assert marks == [entry["fingerprint"] for entry in again]
    assert [entry["severity"] for entry in first] == ["major", "major", "info", "major"]


def test_gitlab_takes_a_run_without_findings() -> None:
    assert json.loads(render("gitlab", report_of())) == []
