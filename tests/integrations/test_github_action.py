"""action.yml: its own steps, run by bash as the runner does, in a real repository."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import png

ROOT = Path(__file__).resolve().parents[2]
ACTION: dict[str, Any] = yaml.safe_load((ROOT / "action.yml").read_text())
STEP = ACTION["runs"]["steps"][-1]


def act(where: Path, base: str = "", **inputs: str) -> subprocess.CompletedProcess[str]:
    """Run the last step with the inputs put in as the runner would."""
    given = {name: str(about["default"]) for name, about in ACTION["inputs"].items()} | inputs
    values = {f"inputs.{name}": value for name, value in given.items()} | {
        "github.action_path": str(ROOT),
        "github.event.pull_request.base.sha": base,
        "runner.temp": str(where.parent),
    }
    variables = {
        name: re.sub(r"\$\{\{ (\S+) \}\}", lambda found: values[found[1]], text)
        for name, text in STEP["env"].items()
    }
    program = where.parent / "mediaprep" / "bin" / "mediaprep"
    program.parent.mkdir(parents=True, exist_ok=True)
    program.unlink(missing_ok=True)
    program.write_text(f'#!/bin/sh\nexec {sys.executable} -m mediaprep "$@"\n')
    program.chmod(0o755)
    return subprocess.run(
        ["bash", "-e", "-c", STEP["run"]],
        cwd=where, env=os.environ | variables, capture_output=True, text=True, check=False,
    )  # fmt: skip


def git(where: Path, *arguments: str) -> str:
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", *who, *arguments], cwd=where, capture_output=True, check=True)
    return done.stdout.decode().strip()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository whose last commit adds an offender and a text to one that was there."""
    top = tmp_path / "repo"
    top.mkdir()
    git(top, "init", "-q")
    (top / "old.png").write_bytes(png(100, 100))
    git(top, "add", "-A")
    git(top, "commit", "-qm", "one")
    (top / "art").mkdir()
    (top / "art" / "new one.png").write_bytes(png(100, 100))
    (top / "notes.md").write_text("words\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "two")
    return top


def test_every_offender_is_annotated(repository: Path) -> None:
    done = act(repository, profile="atlascloud")
    assert done.returncode == 1
    assert "::error file=old.png,title=GEO001" in done.stdout
    assert "::error file=art/new one.png,title=GEO001" in done.stdout


def test_only_what_the_pull_request_changes(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD~1")
    done = act(repository, base, profile="atlascloud", **{"changed-only": "true"})
    assert done.returncode == 1
    assert "file=art/new one.png," in done.stdout
    assert "old.png" not in done.stdout
    assert "notes.md" not in done.stdout


def test_a_pull_request_without_media_passes(repository: Path) -> None:
    base = git(repository, "rev-parse", "HEAD")
    (repository / "more.md").write_text("words\n")
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "three")
    done = act(repository, base, **{"changed-only": "true"})
    assert done.returncode == 0
    assert "no media changed" in done.stdout


def test_paths_options_and_a_sarif_file(repository: Path) -> None:
    done = act(repository, paths="art\n", args="--exit-zero\n--ignore=GEO003", sarif="out.sarif")
    assert done.returncode == 0
    run = json.loads((repository / "out.sarif").read_text())["runs"][0]
    assert {result["ruleId"] for result in run["results"]} == {"GEO001"}


def test_an_input_is_never_read_as_a_command(repository: Path) -> None:
    done = act(repository, paths="$(touch hacked)", args='"; touch hacked; "')
    assert done.returncode == 2
    assert not (repository / "hacked").exists()


def test_no_step_puts_an_input_into_its_script() -> None:
    for step in ACTION["runs"]["steps"]:
        assert "${{" not in step.get("run", "")
