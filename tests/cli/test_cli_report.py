"""A saved run shown in another format is what the run itself would have shown."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_run import run
from conftest import png

ROOT = Path(__file__).resolve().parents[2]
TOUR = ROOT / "fixtures" / "tour"
CHECK = ("check", TOUR, ROOT / "fixtures" / "media", "--profile", "atlascloud,volcengine")
FORMATS = ("text", "json", "jsonl", "csv", "sarif", "junit", "github", "gitlab")


@pytest.fixture
def saved(tmp_path: Path) -> Path:
    path = tmp_path / "run.json"
    assert run(*CHECK, "--output", f"json={path}").code == 1
    return path


@pytest.mark.parametrize("name", FORMATS)
def test_every_format_is_as_the_run_wrote_it(saved: Path, name: str) -> None:
    direct = run(*CHECK, "--output", name)
    again = run("report", saved, "--output", name)
    assert again == direct


def test_a_page_is_made_without_the_media(saved: Path, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    assert run("report", saved, "--output", f"html={page}").code == 1
    assert "pano.jpg" in page.read_text()


def test_lines_and_laid_out_documents_are_read_too(saved: Path, tmp_path: Path) -> None:
    direct = run(*CHECK, "--output", "csv").out
    lines = tmp_path / "run.jsonl"
    run(*CHECK, "--output", f"jsonl={lines}")
    assert run("report", lines, "--output", "csv").out == direct
    pretty = tmp_path / "pretty.json"
    pretty.write_text(json.dumps(json.loads(saved.read_text()), indent=2))
    assert run("report", pretty, "--output", "csv").out == direct


def test_stdin(saved: Path) -> None:
    done = run("report", "-", stdin=saved.read_bytes())
    assert done == run("report", saved)


def test_parallel_jobs_become_one_report(tmp_path: Path) -> None:
    for name, side in (("a", 400), ("b", 100)):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x.png").write_bytes(png(side, side))
        run("check", tmp_path / name, "--output", f"json={tmp_path / name}.json")
    done = run("report", tmp_path / "a.json", tmp_path / "b.json", "--output", "json")
    whole = json.loads(done.out)
    assert done.code == 1
    assert [result["verdict"] for result in whole["results"]] == ["pass", "fail"]
    assert whole["summary"]["files"] == 2
    assert whole["profiles"] == ["seedance-2.0"]


def test_a_name_that_is_no_text_comes_through(tmp_path: Path) -> None:
    path = tmp_path.joinpath(b"\xff\n.png".decode(errors="surrogateescape"))
    path.write_bytes(png(100, 100))
    saved = tmp_path / "run.json"
    direct = run("check", path, "--output", "csv").out
    run("check", path, "--output", f"json={saved}")
    assert run("report", saved, "--output", "csv").out == direct


def test_fix_and_warnings_decide_the_exit_code(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(png(100, 100))
    saved = tmp_path / "run.json"
    run("check", tmp_path / "a.png", "--output", f"json={saved}")
    assert run("report", saved).code == 1
    assert run("report", saved, "--exit-zero").code == 0


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("hello\n", id="words"),
        pytest.param("[]\n", id="a list"),
        pytest.param('{"schema": 2, "profiles": [], "results": [\n], "sets": [\n], ', id="newer"),
        pytest.param('{"schema": 1, "profiles": [], "results": [\n', id="stopped"),
        pytest.param('{"path": "a", "kind": "image"}\n', id="half a line"),
    ],
)
def test_what_is_no_saved_run(tmp_path: Path, text: str) -> None:
    path = tmp_path / "run.json"
    path.write_text(text)
    done = run("report", path)
    assert done.code == 2
    assert done.err.startswith(f"mediaprep: {path}: not what --output json")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("report", tmp_path / "none.json")
    assert done.code == 2
    assert "none.json" in done.err
