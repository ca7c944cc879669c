"""`mediaprep publish` and `mediaprep assets` as a person runs them."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_run import COMMAND, Done, run
from conftest import png
from publish_world import KEY, World, served

from mediaprep.fix.recipe import Allow
from mediaprep.flows import Source
from mediaprep.judge import Options
from mediaprep.model import Verdict


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with served() as one:
        for name, value in one.environ(tmp_path / "state").items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    media = tmp_path / "media"
    media.mkdir()
    for number in range(3):
        (media / f"{number}.png").write_bytes(png() + b"%d" % number)
    return media


def published(folder: Path, *more: str) -> Done:
    """Publish what a server is said to show already, without looking at it."""
    where = ("--url-base", "https://cdn.example/media", "--url-root", str(folder))
    return run("publish", folder, "--backend", "sunra", "--no-preflight", *where, *more)


def test_each_file_gets_its_uri(world: World, folder: Path) -> None:
    done = published(folder)
    assert done.code == 0
    assert [line.split("  ")[1:] for line in done.lines[:3]] == [
        [f"asset://{ident}", "active"] for ident in (a["ark"] for a in _by_path(world))
    ]
    assert done.lines[-1].startswith("3 files: 3 active in ")


def _by_path(world: World) -> list[dict[str, str]]:
    named = {asset["name"]: ident for ident, asset in world.assets.items()}
    return [{"ark": named[name]} for name in sorted(named)]


def test_json_carries_the_asset_of_each_result(world: World, folder: Path) -> None:
    (folder / "small.png").write_bytes(png(100, 400))
    done = published(folder, "--output", "json")
    whole = json.loads(done.out)
    assert done.code == 3
    assert (whole["backend"], whole["profiles"]) == ("sunra", ["sunra"])
    good, bad = whole["results"][:3], whole["results"][3]
    for result in good:
        asset = result["asset"]
        assert asset["backend"] == "sunra"
        assert asset["uri"] == f"asset://{asset['id']}"
        assert asset["status"] == "active"
        assert len(asset["sha256"]) == 64
    assert (bad["asset"], bad["verdict"], bad["publish"]["end"]) == (None, "fail", "blocked")
    assert whole["summary"]["published"]["active"] == 3


def test_a_second_run_knows_them(world: World, folder: Path) -> None:
    published(folder)
    before = world.calls.copy()
    done = published(folder, "--output", "jsonl")
    assert world.calls == before
    assert all(json.loads(line)["asset"]["reused"] for line in done.lines)


def test_fixed_copies_live_until_the_run_is_over(tmp_path: Path) -> None:
    (tmp_path / "small.png").write_bytes(png(200, 300))
    source = Source([str(tmp_path)], Options(["sunra"]), allow=Allow(content=True))
    [(result, output)] = list(source.items())
    assert result.path.endswith("small.png")
    assert (result.info.width, result.verdict) != (200, Verdict.FAIL)
    assert Path(output).exists()
    source.close()
    assert not Path(output).exists()


def test_a_server_does_not_show_copies_made_for_the_moment(world: World, folder: Path) -> None:
    done = published(folder, "--fix")
    assert done.code == 2
    assert "--out" in done.err


def test_findings_alone_are_exit_1(world: World, tmp_path: Path) -> None:
    (tmp_path / "bad").mkdir()
    (tmp_path / "bad" / "small.png").write_bytes(png(100, 400))
    done = published(tmp_path / "bad")
    assert done.code == 1
    assert "GEO001" in done.out
    assert not world.calls


def test_a_dry_run_makes_no_call_and_says_what_it_would(world: World, folder: Path) -> None:
    done = published(folder, "--dry-run")
    assert done.code == 0
    assert not world.calls
    assert "3 to publish" in done.out
    assert "3 creations" in done.out
    assert "URLs live" in done.out
    assert "create 10 a second, 10 at a time" in done.out


@pytest.mark.parametrize(
    ("backend", "variable"),
    [
        ("sunra", "SUNRA_API_KEY"),
        ("agtcloud", "AGTCLOUD_API_KEY"),
        ("volcengine", "VOLCENGINE_ACCESS_KEY"),
        ("agentsflare", "AGENTSFLARE_API_KEY"),
        ("crun", "CRUN_API_KEY"),
        ("atlascloud", "ATLASCLOUD_API_KEY"),
    ],
)
def test_a_missing_credential_is_named(
    backend: str, variable: str, world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(variable, raising=False)
    done = run("publish", folder, "--backend", backend)
    assert done.code == 2
    assert variable in done.err


def test_no_store_says_which_there_are(
    world: World, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MEDIAPREP_STORE")
    done = run("publish", folder, "--backend", "sunra")
    assert done.code == 2
    assert "MEDIAPREP_STORE" in done.err
    assert "--url-base" in done.err


def test_assets_are_listed_shown_deleted_and_forgotten(world: World, folder: Path) -> None:
    published(folder)
    listed = run("assets", "list", "--backend", "sunra", "--output", "jsonl")
    assets = [json.loads(line) for line in listed.lines]
    assert {asset["status"] for asset in assets} == {"active"}
    first = assets[0]["id"]
    assert first in run("assets", "get", first, "--backend", "sunra").out
    assert run("assets", "wait", first, "--backend", "sunra").code == 0
    assert run("assets", "delete", first, "--backend", "sunra").code == 0
    assert run("assets", "get", first, "--backend", "sunra").code == 2
    before = world.calls["create"]
    assert published(folder).code == 0
    assert world.calls["create"] == before + 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param(("trash",), "no trash", id="trash"),
        pytest.param(("restore", "x"), "no trash", id="restore"),
        pytest.param(("rename", "x", "y"), "no way to rename", id="rename"),
        pytest.param(("groups",), "no way to list groups", id="groups"),
    ],
)
def test_what_is_not_offered_says_so(arguments: tuple[str, ...], said: str, world: World) -> None:
    done = run("assets", *arguments, "--backend", "sunra")
    assert done.code == 2
    assert said in done.err
    assert not world.calls


def test_a_lock_file_saves_another_machine_the_work(
    world: World, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(folder)
    lock = tmp_path / "assets.lock"
    assert run("assets", "export", "--out", lock).code == 0
    assert KEY not in lock.read_text()
    assert "cdn.example" not in lock.read_text()
    monkeypatch.setenv("MEDIAPREP_LEDGER", str(tmp_path / "other" / "ledger.sqlite"))
    assert run("assets", "import", lock).code == 0
    before = world.calls.copy()
    assert published(folder).code == 0
    assert world.calls == before


@pytest.mark.slow
def test_killed_runs_leave_one_asset_each(world: World, folder: Path) -> None:
    for number in range(3, 25):
        (folder / f"{number}.png").write_bytes(png() + b"%d" % number)
    arguments = ["publish", str(folder), "--backend", "sunra", "--no-preflight"]
    arguments += ["--url-base", "https://cdn.example/m", "--url-root", str(folder)]
    world.polls_until_active = 3
    for calls in (1, 9, 17, 30):
        process = subprocess.Popen([*COMMAND, *arguments], stdout=-3, stderr=-3)
        ends = time.monotonic() + 20
        while sum(world.calls.values()) < calls and time.monotonic() < ends:
            time.sleep(0.002)
        process.kill()
        process.wait()
    assert published(folder).code == 0
    assert len(world.created) == 25
    assert set(world.created.values()) == {1}


def test_a_terminated_run_ends_in_order(world: World, folder: Path) -> None:
    world.polls_until_active = 10**6
    arguments = ["publish", str(folder), "--backend", "sunra", "--no-preflight"]
    arguments += ["--url-base", "https://cdn.example/m", "--output", "json"]
    arguments += ["--url-root", str(folder)]
    process = subprocess.Popen(
        [*COMMAND, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=os.environ
    )
    ends = time.monotonic() + 20
    while world.calls["get"] < 3 and time.monotonic() < ends:
        time.sleep(0.01)
    process.terminate()
    out, err = process.communicate(timeout=30)
    assert process.returncode == 130
    whole: dict[str, Any] = json.loads(out)
    assert {item["publish"]["end"] for item in whole["results"]} == {"registered"}
    assert b"again to go on" in err


@pytest.mark.parametrize(
    "name",
    [pytest.param("0.png", id="the content"), pytest.param("new.mp4", id="the name")],
)
def test_a_report_does_not_take_the_place_of_media(world: World, folder: Path, name: str) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    done = published(folder, "--output", f"json={folder / name}")
    assert done.code == 2
    assert "a report would take its place" in done.err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before
    assert not world.created
