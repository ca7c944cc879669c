"""`fix --output html=FILE`: files as they were and as they are, and plans that await decisions."""

from __future__ import annotations

import base64
import gc
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
from cli_run import run
from PIL import Image

PROFILE = ("--profile", "atlascloud", "--no-cache")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work beside a folder with a picture that is too wide, one too large and one that is fine."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "in"
    root.mkdir()
    Image.new("RGB", (1500, 500), "teal").save(root / "wide.jpg")
    Image.new("RGB", (6400, 4000), "navy").save(root / "large.jpg")
    Image.new("RGB", (800, 600), "olive").save(root / "fine.jpg")
    return root


def read(path: str = "page.html") -> tuple[dict[str, Any], list[Image.Image]]:
    text = Path(path).read_text(encoding="utf-8")
    files = json.loads(re.findall(r'id="files">(.*?)</script>', text, re.DOTALL)[0])[:-1]
    lines = re.findall(r'id="previews">(.*?)</script>', text, re.DOTALL)[0].split()
    pictures: list[Image.Image] = [Image.open(io.BytesIO(base64.b64decode(line))) for line in lines]
    return {file["name"]: file for file in files}, pictures


@pytest.mark.parametrize("where", [("--out", "out"), ("--in-place",)], ids=["out", "in place"])
def test_a_fixed_file_is_shown_before_and_after(folder: Path, where: tuple[str, ...]) -> None:
    done = run("fix", "in", *PROFILE, "--unsafe-fixes", *where, "--output", "html=page.html")
    assert done == (0, "", "")
    files, pictures = read()
    wide = files["wide.jpg"]
    before, after = (pictures[wide[name]["n"]] for name in ("before", "after"))
    assert (before.size, after.size) == ((720, 240), (720, 288))
    assert wide["fix"]["framing"]["canvas"] == [1500, 600]
    assert [finding["code"] for finding in wide["settled"]] == ["GEO002"]
    assert (wide["verdict"], wide["facts"]["height"]) == ("pass", 500)
    assert "after" not in files["fine.jpg"]


def test_a_plan_asks_about_content_alone(folder: Path) -> None:
    done = run("fix", "in", *PROFILE, "--plan", "--output", "html=page.html")
    assert (done.code, done.out) == (1, "")
    files, _ = read()
    asked = {name: file["fix"]["action"] for name, file in files.items() if "decide" in file}
    assert asked == {"wide.jpg": "proposed"}
    assert {name: file["fix"]["action"] for name, file in files.items()} == {
        "fine.jpg": "kept",
        "large.jpg": "planned",
        "wide.jpg": "proposed",
    }
    assert sorted(p.name for p in folder.iterdir()) == ["fine.jpg", "large.jpg", "wide.jpg"]


def test_what_is_allowed_already_can_be_decided_as_well(folder: Path) -> None:
    run("fix", "in", *PROFILE, "--plan", "--unsafe-fixes", "--output", "html=page.html")
    files, _ = read()
    assert [name for name, file in files.items() if "decide" in file] == ["wide.jpg"]


def test_a_run_that_is_refused_leaves_nothing_open(folder: Path) -> None:
    Image.new("RGB", (900, 600), "red").save(folder / "fine.png", "JPEG")  # fine.jpg it would be
    done = run("fix", "in", *PROFILE, "--out", "out", "--output", "html=page.html")
    gc.collect()  # what was not closed would complain now
    assert done.code == 2
    assert not Path("out").exists()


def test_text_and_page_are_written_side_by_side(folder: Path) -> None:
    outputs = ("--output", "text", "--output", "html=page.html")
    done = run("fix", "in", *PROFILE, "--plan", *outputs)
    assert "in/large.jpg: fix (reencode)" in done.out
    assert len(read()[0]) == 3
