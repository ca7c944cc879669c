"""The published JSON Schemas take what the product writes and reads, and refuse what it refuses."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
from cli_run import run, spawn
from jsonschema import Draft202012Validator
from sandbox_up import sandbox_up

from mediaprep.config import load_config
from mediaprep.errors import ConfigError
from mediaprep.fix.decisions import choices_of, parse
from mediaprep.fix.recipe import Allow
from mediaprep.profiles import load_profile
from mediaprep.request.read import read_request

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = {
    path.name.removesuffix(".schema.json"): json.loads(path.read_text())
    for path in sorted((ROOT / "docs" / "schemas").glob("*.schema.json"))
}
TOUR = ROOT / "fixtures" / "tour"
PROFILE = {"name": "own", "source": "a page", "checked": date(2026, 11, 21)}


def problems(name: str, value: object) -> list[str]:
    """List what a schema has against a value."""
    return [error.message for error in Draft202012Validator(SCHEMAS[name]).iter_errors(value)]


def undeclared(schema: dict[str, Any], shape: dict[str, Any], value: Any, at: str = "") -> set[str]:
    """Name the keys of a value that a schema does not know; it may lag behind otherwise."""
    if "$ref" in shape:
        shape = schema["$defs"][shape["$ref"].rsplit("/", 1)[-1]]
    if "anyOf" in shape:
        found = [undeclared(schema, each, value, at) for each in shape["anyOf"]]
        return min(found, key=len)
    if isinstance(value, list):
        items = (undeclared(schema, shape.get("items", {}), each, at) for each in value)
        return set().union(*items)
    if not isinstance(value, dict) or isinstance(shape.get("additionalProperties"), dict):
        return set()
    known = shape.get("properties", {})
    below = (
        undeclared(schema, known[key], each, f"{at}.{key}")
        for key, each in value.items()
        if key in known
    )
    return {f"{at}.{key}" for key in value if key not in known}.union(*below)


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_schema_is_one(name: str) -> None:
    Draft202012Validator.check_schema(SCHEMAS[name])


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("check", TOUR, "--profile", "atlascloud,volcengine"), id="check"),
        pytest.param(("check", TOUR, "--as-set", "hero"), id="check as a set"),
        pytest.param(("check", ROOT / "fixtures" / "media"), id="check of odd files"),
        pytest.param(("fix", TOUR, "--profile", "atlascloud", "--plan"), id="fix --plan"),
        pytest.param(
            ("fix", TOUR / "icon.png", TOUR / "pano.jpg", "--unsafe-fixes", "--out", "out"),
            id="fix",
        ),
    ],
)
def test_json_output_is_as_its_schema_says(
    arguments: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    written = json.loads(run(*arguments, "--output", "json").out)
    assert written["results"]
    assert problems("report-1", written) == []
    assert undeclared(SCHEMAS["report-1"], SCHEMAS["report-1"], written) == set()


def test_lines_are_as_their_schema_says() -> None:
    lines = run("check", TOUR, "--as-set", "hero", "--output", "jsonl").lines
    assert {json.loads(line)["kind"] for line in lines} >= {"set", "image"}
    assert [found for line in lines for found in problems("line-1", json.loads(line))] == []


@pytest.mark.parametrize(
    "path", sorted((ROOT / "mediaprep" / "profiles" / "data").glob("*.toml")), ids=lambda p: p.stem
)
def test_a_built_in_profile_is_as_the_schema_says(path: Path) -> None:
    assert problems("profile", _as_json(tomllib.loads(path.read_text()))) == []


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"image": {"width": "[1, 2] px"}}, id="an interval"),
        pytest.param({"image": {"size": "(0, 30 MB)"}}, id="units inside"),
        pytest.param({"video": {"fps": {"range": "[24, 60]", "of": "nominal"}}}, id="a table"),
        pytest.param({"image": {"aspect": "[2/5, 5/2]"}}, id="fractions"),
        pytest.param({"image": {"width": 300}}, id="! a bare number"),
        pytest.param({"image": {"width": "300..6000"}}, id="! not an interval"),
        pytest.param({"image": {"width": "[1, 2] MB"}}, id="! a unit of something else"),
        pytest.param({"image": {"weight": "[1, 2]"}}, id="! an unknown measure"),
        pytest.param({"image": {"container": []}}, id="! no word"),
        pytest.param({"video": {"fps": {"range": "[24, 60]", "of": "mean"}}}, id="! of something"),
        pytest.param({"video": {"fps": {"rang": "[24, 60]"}}}, id="! a misspelt key"),
        pytest.param({"sett": {}}, id="! an unknown table"),
        pytest.param({"set": {"images": "[0, 9]"}}, id="a set"),
        pytest.param({"set": {"pictures": "[0, 9]"}}, id="! an unknown sum"),
    ],
)
def test_schema_and_loader_agree_on_a_profile(
    more: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "own.toml"
    path.write_text(_as_toml(PROFILE | more))
    refused = bool(problems("profile", _as_json(PROFILE | more)))
    assert refused is ("[!" in request.node.name)
    assert refused is _raises(lambda: load_profile(str(path)))


@pytest.mark.parametrize(
    "table",
    [
        pytest.param({"profile": "atlascloud,sunra", "strict": True}, id="text and a flag"),
        pytest.param({"sets": {"hero": ["a/**"]}}, id="sets"),
        pytest.param({"overrides": [{"paths": ["a"], "ignore": ["GEO"]}]}, id="overrides"),
        pytest.param({"strict": "yes"}, id="! a word for a flag"),
        pytest.param({"profil": "sunra"}, id="! a misspelt key"),
        pytest.param({"overrides": [{"ignore": ["GEO"]}]}, id="! an override of nothing"),
        pytest.param({"baseline": 3}, id="! a number for a path"),
    ],
)
def test_schema_and_loader_agree_on_a_config(
    table: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "mediaprep.toml"
    path.write_text(_as_toml(table))
    refused = bool(problems("config", table))
    assert refused is ("[!" in request.node.name)
    assert refused is _raises(lambda: load_config(tmp_path))


REQUEST = {"backend": "sunra", "model": "bytedance/seedance-2.0-relay", "prompt": "dusk"}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="a prompt"),
        pytest.param({"reference_images": ["a.png"], "duration": -1}, id="references"),
        pytest.param({"first_frame": "a.png", "generate_audio": False}, id="a frame"),
        pytest.param({"duration": 4.5}, id="a length that a rule refuses"),
        pytest.param({"backend": "sunro"}, id="! no backend"),
        pytest.param({"prompt": " "}, id="! no prompt"),
        pytest.param({"reference_images": "a.png"}, id="! one for a list"),
        pytest.param({"reference_videos": [""]}, id="! no reference"),
        pytest.param({"first_frame": ["a.png"]}, id="! a list for one"),
        pytest.param({"duration": "5"}, id="! a length in quotes"),
        pytest.param({"generate_audio": "yes"}, id="! a word for a flag"),
        pytest.param({"refrence_images": []}, id="! a misspelt key"),
    ],
)
def test_schema_and_reader_agree_on_a_request(
    more: dict[str, Any], tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "scene.toml"
    path.write_text(_as_toml(REQUEST | more))
    refused = bool(problems("request", REQUEST | more))
    assert refused is ("[!" in request.node.name)
    assert refused is _raises(lambda: read_request(str(path)))


DECISION = {"path": "a.jpg", "sha256": "0" * 64, "plan": "0" * 24, "decision": "accept"}


@pytest.mark.parametrize(
    ("change", "choice"),
    [
        pytest.param({}, {}, id="what the page saves"),
        pytest.param({"decision": "reject"}, {}, id="a rejection"),
        pytest.param({"decision": "maybe"}, {}, id="! neither"),
        pytest.param({"sha256": "0"}, {}, id="! no hash"),
        pytest.param({"plan": "0" * 23}, {}, id="! no digest"),
        pytest.param({"path": ""}, {}, id="! no path"),
        pytest.param({"note": "x"}, {}, id="! a key that is not known"),
        pytest.param({}, {"aspect": "stretch"}, id="! a choice that there is not"),
        pytest.param({}, {"hue": "red"}, id="! a choice of something else"),
    ],
)
def test_schema_and_reader_agree_on_decisions(
    change: dict[str, str], choice: dict[str, str], request: pytest.FixtureRequest
) -> None:
    saved = json.dumps(
        {
            "schema": 1,
            "tool": "mediaprep",
            "profiles": ["atlascloud"],
            "choices": choices_of(Allow()) | choice,
            "decisions": [DECISION | change],
        }
    )
    refused = bool(problems("decisions-1", json.loads(saved)))
    assert refused is ("[!" in request.node.name)
    assert refused is _raises(lambda: parse(saved))


@pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]")
def test_what_was_published_is_as_the_schema_says(tmp_path: Path) -> None:
    media = (TOUR / "hero.jpg", TOUR / "voice.mp3", TOUR / "icon.png")
    with sandbox_up(tmp_path) as variables:
        done, again = (
            spawn(
                "publish",
                *media,
                "--backend",
                "atlascloud",
                "--output",
                form,
                stdin=b"",
                **variables,
            )
            for form in ("json", "jsonl")
        )
    written = json.loads(done.out)
    assert {result["publish"]["end"] for result in written["results"]} == {"active", "blocked"}
    assert problems("report-1", written) == []
    assert undeclared(SCHEMAS["report-1"], SCHEMAS["report-1"], written) == set()
    assert [found for line in again.lines for found in problems("line-1", json.loads(line))] == []


def test_doctor_is_as_its_schema_says() -> None:
    written = json.loads(run("doctor", "--offline", "--output", "json").out)
    assert problems("doctor-1", written) == []
    assert undeclared(SCHEMAS["doctor-1"], SCHEMAS["doctor-1"], written) == set()


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_a_judged_request_is_as_the_schema_says(form: str, tmp_path: Path) -> None:
    path = tmp_path / "scene.toml"
    images = [str(TOUR / "icon.png"), "https://a.example/b.png"]
    path.write_text(_as_toml(REQUEST | {"reference_images": images}))
    done = run("request", "check", path, "--output", form)
    name = "report-1" if form == "json" else "line-1"
    lines = [done.out] if form == "json" else done.lines
    assert done.code == 1
    assert [found for line in lines for found in problems(name, json.loads(line))] == []


def _raises(call: Any) -> bool:
    try:
        call()
    except ConfigError:
        return True
    return False


def _as_json(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    if isinstance(value, list):
        return [_as_json(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def _as_toml(table: dict[str, Any]) -> str:
    return "".join(f"{key} = {_toml_value(value)}\n" for key, value in table.items())


def _toml_value(value: Any) -> str:
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml_value(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml_value, value))}]"
    return value.isoformat() if isinstance(value, date) else json.dumps(value)
