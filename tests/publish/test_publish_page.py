"""`mediaprep publish --output html=FILE`: every file with its asset URI, and no secret."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import run
from conftest import png
from publish_world import KEY, World, served


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with served() as one:
        for name, value in one.environ(tmp_path / "state").items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.mark.parametrize("more", [(), ("--dry-run",)], ids=["a run", "a dry run"])
def test_the_page_has_the_uris_of_the_run(
    world: World, tmp_path: Path, more: tuple[str, ...]
) -> None:
    media, page = tmp_path / "media", tmp_path / "page.html"
    media.mkdir()
    for number in range(3):
        (media / f"{number}.png").write_bytes(png() + b"%d" % number)
    where = ("--url-base", "https://cdn.example/media", "--url-root", media, "--no-preflight")
    words = ("publish", media, "--backend", "sunra", *where, "--output", f"html={page}", *more)
    assert run(*words).code == 0
    text = page.read_text(encoding="utf-8")
    found = re.findall(r'id="(run|files)">(.*?)</script>', text, re.DOTALL)
    data = {name: json.loads(body) for name, body in found}
    assert (data["run"]["mode"], data["run"]["backend"]) == ("publish", "sunra")
    uris = {file["asset"]["uri"] for file in data["files"][:-1] if file["asset"]}
    assert uris == {f"asset://{ident}" for ident in world.assets}
    assert [file["before"] for file in data["files"][:-1]] == [{"n": 0}, {"n": 1}, {"n": 2}]
    assert KEY not in text
