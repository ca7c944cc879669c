"""The published JSON Schemas take what the product writes and reads, and refuse what it refuses."""

from __future__ import annotations

import json
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from jsonschema import Draft202012Validator

from mediaprep.config import load_config
from mediaprep.errors import ConfigError
from mediaprep.profiles import load_profile

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
