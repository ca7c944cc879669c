"""`mediaprep fix`, `check --fix` and `check --diff` as a person runs them."""

from __future__ import annotations

import json
import os
import time
from importlib import import_module
from pathlib import Path

import click
import pytest
from conftest import png, wav
from PIL import Image

from mediaprep.cli import cli
from mediaprep.cli.console import guarded
from mediaprep.cli.options import FIXING
from mediaprep.fix.recipe import Aspect, Short


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work beside a folder with a good, a too large, a wrongly named and a too small picture."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "in"
    root.mkdir()
    Image.new("RGB", (800, 600), "teal").save(root / "good.jpg")
    Image.new("RGB", (6400, 4000), "navy").save(root / "large.jpg")
    (root / "named.jpg").write_bytes(png(400, 300))
    (root / "small.png").write_bytes(png(100, 100))
    return root


def run(monkeypatch: pytest.MonkeyPatch, *words: str) -> int:
    monkeypatch.setattr("sys.argv", ["mediaprep", *words])
    return guarded(cli)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


P = ("--profile", "atlascloud")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        pytest.param(["fix", "in", *P, "--plan"], 1, id="--plan: one file would remain"),
        pytest.param(["fix", "in", *P, "--plan", "--unsafe-fixes"], 0, id="--plan: all settled"),
        pytest.param(["fix", "in", *P, "--diff"], 1, id="fix --diff"),
        pytest.param(["fix", "in/good.jpg", *P, "--diff"], 0, id="--diff of a compliant file"),
        pytest.param(["check", "in", *P, "--diff"], 1, id="check --diff"),
        pytest.param(["fix", "in", *P], 2, id="no place to write to"),
        pytest.param(
            ["fix", "in", *P, "--out", "o", "--trim", "middle"], 2, id="no such place to cut"
        ),
        pytest.param(
            ["fix", "in", *P, "--plan", "--trim", "1e400"], 2, id="a place to cut out of reach"
        ),
        pytest.param(["fix", "in", *P, "--out", "./in"], 2, id="the source's own folder"),
        pytest.param(["fix", "in", *P, "--out", "in"], 2, id="the source as the place"),
        pytest.param(["fix", "in", *P, "--out", "a", "--in-place"], 2, id="two places"),
        pytest.param(["fix", "in", "--profile", "nobody", "--out", "o"], 2, id="no such profile"),
        pytest.param(["fix", "nowhere", *P, "--out", "o"], 2, id="no such path"),
        pytest.param(["fix", "in", *P, "--out", "o", "--output", "sarif"], 2, id="no such format"),
        pytest.param(["fix", "--apply", "nothing.json", "--out", "o"], 2, id="no such plan"),
    ],
)
def test_nothing_is_written(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
) -> None:
    before = _files(folder.parent)
    assert run(monkeypatch, *words) == code
    assert _files(folder.parent) == before
    assert sorted(os.listdir(folder.parent)) == ["in"]


def test_a_plan_is_remembered_as_long_as_everything_is_as_it_was(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def planned(*words: str) -> tuple[int, str]:
        code = run(monkeypatch, "fix", *words, *P, "--plan", "--cache-dir", "cache")
        return code, capsys.readouterr().out

    time.sleep(0.1)  # a file as young as the clock's tick is not remembered
    first = planned("in")
    assert "scale 6400×4000" in first[1]
    with monkeypatch.context() as patch:
        patch.setattr(import_module("mediaprep.fix.plan"), "make_plan", _never)
        assert planned("in") == first
    assert planned(str(folder))[1].startswith(f"{folder}/large.jpg")
    assert planned("in", "--unsafe-fixes")[0] == 0
    assert planned("in") == first
    Image.new("RGB", (6600, 4000), "navy").save(folder / "large.jpg")
    assert "scale 6600×4000" in planned("in")[1]


def _never(*words: object) -> None:
    raise AssertionError("it is known already")


def test_a_remembered_name_counts_among_those_that_clash(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    time.sleep(0.1)
    words = ["fix", "in", *P, "--plan", "--out", "out", "--cache-dir", "cache"]
    assert run(monkeypatch, *words) == 1
    (folder / "named.png").write_bytes(png(500, 300))
    for _ in range(2):
        assert run(monkeypatch, *words) == 2
        assert "collide" in capsys.readouterr().err


def test_a_diff_shows_facts_before_and_after(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "fix", "in/large.jpg", *P, "--diff")
    lines = capsys.readouterr().out.splitlines()
    assert lines[:2] == ["--- in/large.jpg", "+++ in/large.jpg"]
    assert "-width 6400" in lines
    assert "+width 6000" in lines


def test_what_was_done_is_said_with_rule_score_and_size(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "fix", "in", *P, "--out", "out") == 1
    out = capsys.readouterr().out
    assert "in/large.jpg  fixed GEO001: scale 6400×4000 to 6000×3750" in out
    assert "SSIM 1.0000" in out
    assert "→ out/named.png" in out
    assert "in/small.png  left alone" in out
    assert "--unsafe-fixes" in out
    assert "4 files: 2 fixed, 1 copied, 1 left alone" in out


def test_a_second_run_finds_everything_there(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["fix", "in", *P, "--out", "out", "--unsafe-fixes"]
    assert run(monkeypatch, *words) == 0
    before = _files(folder.parent / "out")
    capsys.readouterr()
    assert run(monkeypatch, *words) == 0
    assert capsys.readouterr().out.startswith("4 files: 4 there already")
    assert _files(folder.parent / "out") == before


def test_results_below_what_is_walked_are_not_fixed_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(folder)
    words = ["fix", ".", *P, "--out", "fixed", "--unsafe-fixes"]
    assert run(monkeypatch, *words) == 0
    before = _files(folder)
    assert sum(name.startswith("fixed/") and "/." not in name for name in before) == 4
    capsys.readouterr()
    assert run(monkeypatch, *words) == 0
    assert capsys.readouterr().out.startswith("4 files: 4 there already")
    assert _files(folder) == before


def test_both_of_two_that_want_one_name_are_kept_on_request(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "named.png").write_bytes(png(500, 300))
    words = ["fix", "in", *P, "--out", "out", "--unsafe-fixes"]
    assert run(monkeypatch, *words) == 2
    assert "--keep-both make it named.jpg.png" in capsys.readouterr().err
    for _ in range(2):
        assert run(monkeypatch, *words, "--keep-both") == 0
        names = [name for name in os.listdir("out") if not name.startswith(".")]
        assert sorted(names) == ["good.jpg", "large.jpg", "named.jpg.png", "named.png", "small.png"]
    assert Path("out/named.png").read_bytes() == (folder / "named.png").read_bytes()


def test_json_is_the_contract_of_check_with_fix(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    outputs = ["--output", "json", "--output", "jsonl=lines.jsonl", "--output", "text=a.txt"]
    assert run(monkeypatch, "fix", "in", *P, "--out", "out", *outputs) == 1
    data = json.loads(capsys.readouterr().out)
    assert (data["schema"], data["profiles"]) == (1, ["atlascloud"])
    assert data["summary"]["files"] == 4
    assert (data["summary"]["pass"], data["summary"]["fail"]) == (3, 1)
    by_path = {result["path"]: result for result in data["results"]}
    large = by_path["in/large.jpg"]
    assert (large["verdict"], large["facts"]["width"]) == ("pass", 6000)
    fix = large["fix"]
    assert (fix["action"], fix["output"], fix["settled"]) == ("fixed", "out/large.jpg", ["GEO001"])
    assert (fix["before"]["width"], fix["after"]["width"]) == (6400, 6000)
    assert fix["score"]["ssim"] > 0.99
    assert fix["seconds"] > 0
    assert by_path["in/small.png"]["fix"]["conflict"]["remedy"]
    lines = [json.loads(line) for line in Path("lines.jsonl").read_text().splitlines()]
    assert [line["path"] for line in lines if line["kind"] != "set"] == list(by_path)


def test_deciding_and_doing_can_be_apart(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["fix", "in", *P, "--unsafe-fixes", "--save-plan", "plan.json"]
    assert run(monkeypatch, *words) == 0
    assert not Path("out").exists()
    assert run(monkeypatch, "fix", "--apply", "plan.json", "--out", "out") == 0
    assert len(_files(Path("out"))) == 5
    assert run(monkeypatch, "check", "out", *P) == 0


def test_a_plan_for_another_file_is_refused(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run(monkeypatch, "fix", "in", *P, "--save-plan", "plan.json")
    Image.new("RGB", (6400, 4000), "green").save(folder / "large.jpg")
    assert run(monkeypatch, "fix", "--apply", "plan.json", "--out", "out") == 2
    assert "in/large.jpg: it is not the file that plan.json was made for" in capsys.readouterr().err
    assert not Path("out").exists()


def test_check_fixes_in_place_and_reports_what_remains(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "check", "in", *P, "--fix") == 1
    said = capsys.readouterr()
    assert "GEO001" in said.out
    assert "small.png" in said.out
    assert "large.jpg" not in said.out
    assert "in/large.jpg  fixed GEO001" in said.err
    assert run(monkeypatch, "check", "in", *P, "--fix", "--unsafe-fixes") == 0
    assert sorted(p.name for p in (folder / ".mediaprep-backup").glob("*.*g")) == [
        "large.jpg",
        "named.jpg",
        "small.png",
    ]


def test_named_files_are_backed_up_where_one_is_at_work(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """As pre-commit names them."""
    assert run(monkeypatch, "check", *P, "--fix", "--force-exclude", "in/large.jpg") == 0
    assert Path(".mediaprep-backup/in/large.jpg").is_file()


def test_a_sound_is_trimmed_where_asked(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("long.wav").write_bytes(wav(20))
    words = ["fix", "long.wav", *P, "--out", "out", "--unsafe-fixes", "--trim", "center"]
    assert run(monkeypatch, *words) == 0
    assert "keep 2.5 s to 17.5 s" in capsys.readouterr().out


def test_the_choices_offered_are_those_there_are() -> None:
    def choices(name: str) -> list[str]:
        @click.command()
        def command() -> None: ...

        for option in FIXING:
            option(command)
        (found,) = [param for param in command.params if param.name == name]
        assert isinstance(found.type, click.Choice)
        return list(found.type.choices)

    assert choices("aspect") == [str(choice) for choice in Aspect]
    assert choices("short") == [str(choice) for choice in Short]
