"""Decisions of the review page: read strictly, carried out to the letter, refused when stale."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from conftest import png
from PIL import Image

from mediaprep.errors import ConfigError, UsageError
from mediaprep.fix.decisions import choices_of, parse
from mediaprep.fix.recipe import Allow, Aspect

PROFILE = ("--profile", "atlascloud", "--no-cache")
GOOD: dict[str, Any] = {
    "schema": 1,
    "tool": "mediaprep",
    "profiles": ["atlascloud"],
    "choices": choices_of(Allow()),
    "decisions": [
        {"path": "a.jpg", "sha256": "0" * 64, "plan": "0" * 24, "decision": "accept"},
    ],
}


def wrong(**changes: Any) -> dict[str, Any]:
    return GOOD | changes


def decision(**changes: Any) -> dict[str, Any]:
    return wrong(decisions=[GOOD["decisions"][0] | changes])


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param([], "the file: expected an object", id="no object"),
        pytest.param(wrong(schema=2), "schema: expected 1", id="another schema"),
        pytest.param(wrong(more=1), "'more' is not known", id="a key that nobody knows"),
        pytest.param({"schema": 1}, "is missing", id="keys that are missing"),
        pytest.param(wrong(profiles="atlascloud"), "profiles: expected a list", id="profiles"),
        pytest.param(wrong(profiles=[""]), "profiles: expected text", id="an empty name"),
        pytest.param(
            wrong(choices=choices_of(Allow()) | {"aspect": "stretch"}),
            "choices.aspect: expected one of pad, crop, blur",
            id="a choice that there is not",
        ),
        pytest.param(
            wrong(choices=choices_of(Allow()) | {"content": True}),
            "'content' is not known",
            id="a permission among the choices",
        ),
        pytest.param(
            wrong(choices=choices_of(Allow()) | {"frame": True}),
            "choices.frame: expected int",
            id="true for a number",
        ),
        pytest.param(decision(decision="maybe"), "expected accept or reject", id="neither"),
        pytest.param(decision(sha256="0" * 63), "decisions[0].sha256", id="a short hash"),
        pytest.param(decision(plan="x" * 24), "decisions[0].plan", id="a digest that is none"),
        pytest.param(decision(path="a\0b"), "decisions[0].path", id="a name with NUL"),
        pytest.param(
            wrong(decisions=[*GOOD["decisions"], GOOD["decisions"][0] | {"path": "./a.jpg"}]),
            "decided upon twice",
            id="one file by two names",
        ),
    ],
)
def test_what_is_not_as_the_page_writes_it_is_refused(data: Any, said: str) -> None:
    with pytest.raises(ConfigError, match=re.escape(said)) as caught:
        parse(json.dumps(data), "d.json")
    assert str(caught.value).startswith("d.json: ")


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "null"])
def test_what_is_no_json_is_one_clear_error(text: str) -> None:
    with pytest.raises(ConfigError, match=r"d\.json: "):
        parse(text, "d.json")


def test_no_decision_is_an_error() -> None:
    with pytest.raises(UsageError, match="no decision in it"):
        parse(json.dumps(wrong(decisions=[])))


def test_choices_are_read_as_they_were_written() -> None:
    allow = Allow(aspect=Aspect.BLUR, trim="3.5", frame=2, strip_private=True)
    read = parse(json.dumps(wrong(choices=choices_of(allow)))).allow
    assert choices_of(read) == choices_of(allow)
    assert read.content


Marks = Callable[[dict[str, str]], Path]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work beside a folder with a picture that is too wide, one too small and one too large."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "in"
    root.mkdir()
    Image.new("RGB", (1500, 500), "teal").save(root / "wide.jpg")
    (root / "small.png").write_bytes(png(100, 100))
    Image.new("RGB", (6400, 4000), "navy").save(root / "large.jpg")
    return root


def mark(marks: dict[str, str], *choices: str) -> Path:
    """Plan onto a page, and save the decisions that a person would make on it."""
    run("fix", "in", *PROFILE, "--plan", *choices, "--output", "html=page.html")
    text = Path("page.html").read_text(encoding="utf-8")
    data = {
        name: json.loads(re.findall(rf'id="{name}">(.*?)</script>', text, re.DOTALL)[0])
        for name in ("run", "files")
    }
    decisions = [
        {"path": f["path"], **f["decide"], "decision": marks[f["name"]]}
        for f in data["files"]
        if f and f["name"] in marks
    ]
    saved = {key: data["run"][key] for key in ("profiles", "choices")}
    path = Path("decisions.json")
    head = {"schema": 1, "tool": "mediaprep"}
    path.write_text(json.dumps({**head, **saved, "decisions": decisions}), encoding="utf-8")
    return path


def deeds(*words: object) -> dict[str, tuple[str, str | None]]:
    done = run("fix", "in", "--no-cache", *words, "--out", "out", "--output", "jsonl")
    lines = [json.loads(line) for line in done.lines]
    return {Path(x["path"]).name: (x["fix"]["action"], x["fix"]["why"]) for x in lines}


def test_only_what_was_accepted_changes_what_is_seen(folder: Path) -> None:
    saved = mark({"wide.jpg": "accept", "small.png": "reject"})
    found = deeds("--decisions", saved)
    assert found["wide.jpg"] == ("fixed", None)
    assert found["small.png"] == ("left", "its fix was rejected in decisions.json")
    assert found["large.jpg"] == ("fixed", None)  # scaling down was never in question


def test_what_was_not_decided_is_left(folder: Path) -> None:
    found = deeds("--decisions", mark({"small.png": "accept"}))
    assert found["small.png"][0] == "fixed"
    assert found["wide.jpg"][0] == "left"
    assert "only --unsafe-fixes would do" in (found["wide.jpg"][1] or "")


def test_the_choices_that_were_shown_are_the_ones_made(folder: Path) -> None:
    deeds("--decisions", mark({"wide.jpg": "accept"}, "--aspect", "crop"))
    with Image.open("out/wide.jpg") as made:
        assert made.size == (1250, 500)  # cropped, although padding is the usual choice


@pytest.mark.parametrize("colour", ["#FFF", "Ivory", "rgb(1, 2, 3)"])
def test_a_colour_may_be_spelled_in_any_way(folder: Path, colour: str) -> None:
    found = deeds("--decisions", mark({"wide.jpg": "accept"}, "--pad-color", colour))
    assert found["wide.jpg"][0] == "fixed"


def test_a_fix_that_would_be_another_now_is_left(folder: Path) -> None:
    saved = mark({"wide.jpg": "accept"})
    own = '[image]\naspect = "[0.4, 2]"\n'
    head = 'name = "own"\nextends = "atlascloud"\nsource = "https://x.example/"\n'
    Path("own.toml").write_text(f"{head}checked = 2026-11-21\n{own}", encoding="utf-8")
    deed, why = deeds("--decisions", saved, "--profile", "./own.toml")["wide.jpg"]
    assert deed == "left"
    assert "is not the one shown for decisions.json" in (why or "")


@pytest.mark.parametrize("change", ["changed", "gone"])
def test_a_source_that_is_not_what_was_shown_stops_the_run(folder: Path, change: str) -> None:
    saved = mark({"wide.jpg": "accept", "small.png": "reject"})
    if change == "changed":
        Image.new("RGB", (1500, 500), "red").save(folder / "wide.jpg")
    else:
        (folder / "wide.jpg").unlink()
    done = run("fix", "in", "--no-cache", "--decisions", saved, "--out", "out")
    assert done.code == 2
    assert "in/wide.jpg: " in done.err
    assert not Path("out").exists()


def test_an_accepted_file_that_was_not_looked_at_is_said(folder: Path) -> None:
    saved = mark({"wide.jpg": "accept"})
    words = ("--no-cache", "--decisions", saved, "--out", "out")
    done = run("fix", "in/large.jpg", *words)
    assert done.code == 1
    assert "in/wide.jpg: accepted in decisions.json, but not among the files" in done.err


@pytest.mark.parametrize("other", [("--unsafe-fixes",), ("--apply", "plans.json")])
def test_decisions_stand_alone(folder: Path, other: tuple[str, ...]) -> None:
    saved = mark({"wide.jpg": "accept"})
    Path("plans.json").write_text("{}", encoding="utf-8")
    done = run("fix", "in", *PROFILE, "--decisions", saved, "--out", "out", *other)
    assert done.code == 2
    assert not Path("out").exists()


def test_an_accepted_fix_is_shown_before_it_is_made(folder: Path) -> None:
    saved = mark({"wide.jpg": "accept"})
    done = run("fix", "in/wide.jpg", "--no-cache", "--decisions", saved, "--plan")
    assert done.code == 0
    assert "pad 1500×500 to 1500×600 with black" in done.out
