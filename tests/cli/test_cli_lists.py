"""Lists of paths from stdin or a file: a line each or NUL-separated, any length, any name."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cli_run import run, spawn
from conftest import png

ATLAS = ("--profile", "atlascloud")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.png").write_bytes(png(400, 400))
    (tmp_path / "small.png").write_bytes(png(299, 400))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _paths(*arguments: str, stdin: bytes = b"") -> list[str]:
    done = run("check", *ATLAS, "--output", "jsonl", *arguments, stdin=stdin)
    return [json.loads(line)["path"] for line in done.lines]


@pytest.mark.parametrize("listed", [b"small.png\ngood.png\n", b"small.png\0good.png\0"])
def test_a_list_from_stdin_is_judged_in_its_order(listed: bytes) -> None:
    assert _paths("--files-from", "-", stdin=listed) == ["small.png", "good.png"]


def test_a_list_from_a_file_joins_the_arguments(here: Path) -> None:
    (here / "list.txt").write_text("small.png\n")
    assert _paths("good.png", "--files-from", "list.txt") == ["good.png", "small.png"]


def test_a_folder_may_be_listed(here: Path) -> None:
    (here / "sub").mkdir()
    (here / "sub" / "c.png").write_bytes(png(500, 500))
    assert _paths("--files-from", "-", stdin=b"sub\n") == ["sub/c.png"]


def test_a_listed_path_that_is_gone_is_a_finding_and_not_the_end() -> None:
    done = run("check", *ATLAS, "--files-from", "-", stdin=b"gone.png\nsmall.png\n")
    assert done.code == 1
    assert "gone.png  PRB010 no such file or directory" in done.lines
    assert any(line.startswith("small.png  GEO001") for line in done.lines)


def test_a_listed_text_is_judged_as_one_that_was_named(here: Path) -> None:
    (here / "notes.txt").write_text("x")
    assert run("check", *ATLAS, "--files-from", "-", stdin=b"notes.txt").code == 1


@pytest.mark.parametrize("listed", [b"", b"\n\n", b"\0"])
def test_an_empty_list_is_nothing_to_check_and_not_the_working_folder(listed: bytes) -> None:
    done = run("check", *ATLAS, "--files-from", "-", stdin=listed)
    assert done.code == 2
    assert "0 files checked" in done.err


def test_names_of_any_bytes(here: Path) -> None:
    names = [b"a\nb.png", b"\xff\xfe.png", b"-x.png", b" .png", b"*.png", b"$(id).png"]
    for name in names:
        (here / os.fsdecode(name)).write_bytes(png(299, 400))
    done = run("check", *ATLAS, "--output", "jsonl", "--files-from", "-", stdin=b"\0".join(names))
    results = [json.loads(line) for line in done.lines]
    found = [
        bytes.fromhex(r["path_bytes"]) if "path_bytes" in r else r["path"].encode() for r in results
    ]
    assert found == names
    assert {r["verdict"] for r in results} == {"fail"}


def test_one_path_of_200_000_characters_is_a_finding() -> None:
    done = run("check", *ATLAS, "--files-from", "-", stdin=b"x" * 200_000)
    assert done.code == 1
    assert "PRB010 file name too long" in done.lines[0]


def test_a_list_of_200_000_characters(here: Path) -> None:
    listed = b"\n".join(b"./" * (number % 40) + b"good.png" for number in range(4000))
    assert len(listed) > 180_000
    assert _paths("--files-from", "-", stdin=listed) == ["good.png"]


@pytest.mark.slow
def test_a_list_of_200_000_paths(here: Path) -> None:
    """Every one is answered for, in order, and none is held in memory to be printed at the end."""
    listed = b"".join(b"gone/%d.png\n" % number for number in range(200_000))
    done = spawn("check", *ATLAS, "--output", "csv", "--files-from", "-", stdin=listed)
    assert done.code == 1
    assert len(done.lines) == 200_001
    assert done.lines[200_000].startswith("gone/199999.png,")
