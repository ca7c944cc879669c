"""`mediaprep profile`: the limits as tables, and which files change their verdict."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from cli_run import run
from conftest import png

from mediaprep.profiles import built_in_names, load_profile


def test_a_list_says_what_each_takes_and_since_when() -> None:
    lines = run("profile", "list").lines
    assert [line.split()[0] for line in lines] == built_in_names()
    assert lines[0].split()[1:4] == ["image,", "video,", "audio"]
    assert all(" checked 2026-" in line and " https://" in line for line in lines)


@pytest.mark.parametrize("name", built_in_names())
def test_a_profile_is_shown_whole(name: str) -> None:
    shown = run("profile", "show", name)
    assert (shown.code, shown.err) == (0, "")
    profile = load_profile(name)
    assert shown.lines[:2] == [f"{name}, checked {profile.checked}", f"source: {profile.source}"]
    for table in (*profile.limits.values(), profile.sets):
        for limit in table.values():
            rows = [line for line in shown.lines if line.split()[:1] == [limit.measure]]
            row = next(line for line in rows if limit.text in line)
            assert ("inherited from" in row) is bool(limit.inherited_from)
            assert limit.observed_text in row
            assert ("two readings" in row) is (len(limit.readings) > 1)


def test_a_profile_of_ones_own_is_shown(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.write_text(
        'name = "own"\nsource = "x"\nchecked = 2026-11-21\n[video]\n'
        'fps = { range = "[24, 30] fps", of = "nominal", source = "a mail" }\n'
    )
    shown = run("profile", "show", path)
    assert shown.lines[-1].split(maxsplit=1) == [
        "fps",
        "[24, 30] fps                 of the nominal rate; source a mail",
    ]


@pytest.mark.parametrize("arguments", [["show", "nope"], ["diff", "atlascloud", "nope"]])
def test_a_name_that_nothing_bears_lists_those_that_are(arguments: list[str]) -> None:
    done = run("profile", *arguments)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith(
        "mediaprep: there is no profile 'nope'\n  → known profiles: seedance-2.0, "
    )


def test_a_diff_shows_where_limits_differ() -> None:
    done = run("profile", "diff", "atlascloud", "volcengine")
    assert done.code == 1
    assert done.lines[:3] == ["image.aspect", "  - [0.4, 2.5]", "  + (0.4, 2.5)"]
    assert "video.fps\n  - [24, 60] fps\n  + not taken" in done.out
    assert "set (one request).videos\n  - [0, 3]\n  + no limit" in done.out
    assert "image.size" not in done.out


def test_equal_profiles_have_no_diff() -> None:
    assert run("profile", "diff", "agtcloud", "crun") == (0, "", "")
    done = run("profile", "diff", "sunra", "crun")
    assert (done.code, done.lines) == (1, ["url.length", "  - [1, 2083]", "  + no limit"])


@pytest.fixture
def media(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    for name, width in (("edge.png", 300), ("good.png", 400), ("small.png", 299)):
        (folder / name).write_bytes(png(width, 400))
    (folder / "Good.png").write_bytes(png(401, 400))
    monkeypatch.chdir(tmp_path)
    time.sleep(0.06)  # what was just written is not remembered
    return folder


def test_a_diff_with_paths_shows_which_files_change_their_verdict(media: Path) -> None:
    done = run("profile", "diff", "atlascloud", "volcengine", "media")
    assert done.code == 1
    assert done.lines == ["media/edge.png  atlascloud pass → volcengine fail"]
    assert done.err == "1 files change their verdict\n"


def test_a_profile_changes_nothing_against_itself(media: Path) -> None:
    """Not even for names that collide, which has nothing to do with limits."""
    assert run("profile", "diff", "atlascloud", "atlascloud", "media") == (
        *(0, "", "0 files change their verdict\n"),
    )


_AUDITED = """
import os, sys
media = os.path.realpath(sys.argv.pop(1))
def watch(event, arguments):
    if event == "open" and isinstance(arguments[0], str):
        if os.path.dirname(os.path.realpath(arguments[0])) == media:
            print("READ", arguments[0], file=sys.stderr)
from mediaprep.cli import main
sys.addaudithook(watch)
main()
"""


def _reads(media: Path, *arguments: str) -> list[str]:
    """List the files of a folder that a run opens, as the interpreter reports them."""
    command = [sys.executable, "-c", _AUDITED, str(media), *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ, check=False)
    assert "Traceback" not in done.stderr
    return [line for line in done.stderr.splitlines() if line.startswith("READ")]


def test_a_diff_of_known_files_reads_no_media(media: Path) -> None:
    diff = ("profile", "diff", "atlascloud", "volcengine", "media")
    assert len(_reads(media, *diff)) == 4
    assert _reads(media, *diff) == []
    assert _reads(media, "profile", "diff", "byteplus", "crun", "media") == []
    assert _reads(media, "check", "media", "--profile", "sunra", "--output", "json") == []
