"""`mediaprep probe` and `mediaprep rule`: facts without verdicts, and what a rule means."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_run import run
from conftest import png, wav

from mediaprep.rules import RULES


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "a.png").write_bytes(png(299, 400))
    (tmp_path / "b.wav").write_bytes(wav(2.5))
    (tmp_path / "c.txt").write_text("x")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_facts_are_told_without_a_verdict() -> None:
    done = run("probe", "a.png")
    assert (done.code, done.err) == (0, "")
    assert done.lines[0] == "a.png"
    assert "  width          299" in done.lines
    assert "GEO001" not in done.out


def test_json_has_all_of_it() -> None:
    done = run("probe", "b.wav", "--output", "json")
    (result,) = json.loads(done.out)["results"]
    assert (result["path"], result["kind"]) == ("b.wav", "audio")
    assert result["facts"]["duration_s"] == 2.5
    assert set(result) == {"path", "kind", "facts", "clocks", "marks", "unread", "faults"}


def test_lines_stream(here: Path) -> None:
    lines = run("probe", ".", "--output", "jsonl").lines
    assert [json.loads(line)["path"] for line in lines] == ["a.png", "b.wav"]


@pytest.mark.parametrize(
    ("paths", "code"),
    [(["a.png"], 0), (["."], 0), (["c.txt"], 1), (["a.png", "c.txt"], 1), (["gone"], 2), ([], 2)],
)
def test_exit_codes(paths: list[str], code: int) -> None:
    assert run("probe", *paths).code == code


def test_what_is_wrong_is_told_in_words() -> None:
    done = run("probe", "c.txt")
    assert "not-media" in done.out


def test_names_that_are_no_text(here: Path) -> None:
    (here / "\udcff\n.png").write_bytes(png(400, 400))
    assert r"\xff\n.png" in run("probe", ".").lines
    assert json.loads(run("probe", ".", "--output", "json").out)["results"]


@pytest.mark.parametrize("word", ["GEO002", "geo002", "aspect-out-of-range"])
def test_a_rule_is_explained_by_code_or_name(word: str) -> None:
    done = run("rule", word)
    assert done.code == 0
    assert done.lines[0] == "GEO002 aspect-out-of-range"
    assert RULES["GEO002"].doc in done.out
    assert done.lines[-1] == "Severity: error. Fix: content."


def test_all_rules_are_listed() -> None:
    lines = run("rule").lines
    assert [line.split()[:2] for line in lines] == [[c, RULES[c].name] for c in sorted(RULES)]


def test_rules_as_json() -> None:
    listed = json.loads(run("rule", "--output", "json").out)
    assert [rule["code"] for rule in listed] == sorted(RULES)
    (one,) = json.loads(run("rule", "TIM001", "--output", "json").out)
    assert one == {
        "code": "TIM001",
        "name": "duration-out-of-range",
        "severity": "error",
        "fix": "content",
        "kinds": ["audio", "video"],
        "doc": RULES["TIM001"].doc,
    }


def test_a_rule_that_there_is_not() -> None:
    done = run("rule", "GEO999")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("mediaprep: there is no rule 'GEO999'")
