"""`mediaprep check`: exit codes, what is chosen, where it is written, and what settings do."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from cli_run import run, spawn
from conftest import png, wav

from mediaprep import __version__
from mediaprep.report import FORMATS

ATLAS = ("--profile", "atlascloud")


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in a folder with a picture that passes, one that fails and one that is contested."""
    folder = tmp_path / "here"
    (folder / "media").mkdir(parents=True)
    (folder / "media" / "good.png").write_bytes(png(400, 400))
    (folder / "media" / "small.png").write_bytes(png(299, 400))
    (folder / "media" / "sound.mp3").write_bytes(wav(3))
    (folder / "media" / "notes.txt").write_text("x")
    monkeypatch.chdir(folder)
    return folder


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        pytest.param(["media/good.png"], 0, id="clean"),
        pytest.param(["media/small.png"], 1, id="an error"),
        pytest.param(["media/sound.mp3"], 0, id="a warning"),
        pytest.param(["media/sound.mp3", "--strict"], 1, id="a warning, strictly"),
        pytest.param(["media/good.png", "--strict"], 0, id="clean, strictly"),
        pytest.param(["media", "--exit-zero"], 0, id="an error, and yet 0"),
        pytest.param(["media", "--strict", "--exit-zero"], 0, id="both"),
        pytest.param(["media/notes.txt"], 1, id="a text, but named"),
        pytest.param(["media", "--select", "TIM"], 0, id="other rules"),
        pytest.param(["media", "--ignore", "GEO001"], 0, id="without the rule"),
        pytest.param(["media", "--ignore", "geo"], 0, id="without its family"),
        pytest.param(["gone"], 2, id="a path that is not there"),
        pytest.param(["media", "--profile", "nope"], 2, id="a profile that there is not"),
        pytest.param(["media", "--select", "XYZ"], 2, id="a rule that there is not"),
        pytest.param(["media", "--ignore", "GEO001,XYZ"], 2, id="one of two rules"),
        pytest.param(["media", "--output", "docx"], 2, id="a format that there is not"),
        pytest.param(["media", "--output", "csv", "--output", "text"], 2, id="two to stdout"),
        pytest.param(["media", "--output", "csv=gone/a.csv"], 2, id="a folder that there is not"),
        pytest.param(["media", "--output", "csv=media"], 2, id="a folder for a file"),
        pytest.param(["media", "--nonsense"], 2, id="an option that there is not"),
        pytest.param(["media", "--jobs", "0"], 2, id="no workers"),
        pytest.param(["media", "--baseline", "gone.json"], 2, id="no such baseline"),
        pytest.param(["media", "--config", "gone.toml"], 2, id="no such settings"),
        pytest.param(["media", "--files-from", "gone.txt"], 2, id="no such list"),
        pytest.param(["media", "--exclude", "*"], 2, id="nothing is left"),
        pytest.param(["media", "--exclude", "!"], 2, id="a pattern that makes no sense"),
        pytest.param(["media", "--exit-zero", "--exclude", "*"], 2, id="nothing, and yet 0"),
    ],
)
def test_exit_codes(arguments: list[str], code: int) -> None:
    done = run("check", *arguments, *(() if "--profile" in arguments else ATLAS))
    assert done.code == code
    if code == 2:
        assert done.err


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize(("path", "code"), [("media/good.png", 0), ("media/small.png", 1)])
def test_the_format_never_changes_the_exit_code(name: str, path: str, code: int) -> None:
    done = run("check", path, *ATLAS, "--output", name)
    assert (done.code, done.err) == (code, "")
    assert run("check", path, *ATLAS, "--output", f"{name}=report").code == code


def test_the_line_that_the_issue_promises() -> None:
    done = run("check", "media", *ATLAS)
    assert done.lines[:3] == [
        "media/small.png  GEO001 width is 299 px, atlascloud accepts [300, 6000] px",
        "  → scale it up: `mediaprep fix --unsafe-fixes`",
        "  source: https://www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0",
    ]


def test_nothing_to_check_is_said_loudly(here: Path) -> None:
    (here / "empty").mkdir()
    done = run("check", "empty", *ATLAS)
    assert done.code == 2
    assert done.err.startswith("mediaprep: 0 files checked")


def test_without_paths_the_working_folder_is_checked() -> None:
    assert run("check", *ATLAS).out == run("check", ".", *ATLAS).out


def test_several_outputs_at_once(here: Path) -> None:
    outputs = [f"{name}=out/{name}" for name in FORMATS if name != "text"]
    (here / "out").mkdir()
    flags = [word for output in ("text", *outputs) for word in ("--output", output)]
    done = run("check", "media", *ATLAS, *flags)
    assert done.code == 1
    assert done.out == run("check", "media", *ATLAS).out
    for name in FORMATS:
        if name != "text":
            alone = run("check", "media", *ATLAS, "--output", name).out
            assert (here / "out" / name).read_text(encoding="utf-8") == alone


def test_every_file_is_in_every_format_that_lists_files() -> None:
    as_json = json.loads(run("check", "media", *ATLAS, "--output", "json").out)
    paths = ["media/good.png", "media/small.png", "media/sound.mp3"]
    assert [result["path"] for result in as_json["results"]] == paths
    assert as_json["version"] == __version__
    counts = {"files": 3, "pass": 1, "fail": 1, "contested": 1, "skipped": 1}
    assert as_json["summary"] | counts == as_json["summary"]
    lines = run("check", "media", *ATLAS, "--output", "jsonl").lines
    assert [json.loads(line)["path"] for line in lines] == paths
    rows = list(csv.DictReader(io.StringIO(run("check", "media", *ATLAS, "--output", "csv").out)))
    assert {row["path"] for row in rows} == set(paths)


def test_statistics_count_instead_of_listing() -> None:
    done = run("check", "media", "--statistics", *ATLAS)
    assert done.code == 1
    assert done.lines == [
        "1  GEO001  width-out-of-range",
        "1  PRB004  extension-mismatch",
        "3 files checked: 1 pass, 1 contested, 1 fail (1 skipped)",
    ]


def test_two_profiles_are_judged_in_one_run() -> None:
    for flags in (("--profile", "atlascloud,volcengine"), (*ATLAS, "--profile", "volcengine")):
        done = run("check", "media/small.png", *flags)
        limits = [line.partition("px, ")[2] for line in done.lines if "GEO001" in line]
        assert limits == ["atlascloud accepts [300, 6000] px", "volcengine accepts (300, 6000) px"]


def test_exclusions_and_gitignore(here: Path) -> None:
    (here / ".git").mkdir()
    (here / ".gitignore").write_text("small.png\n")
    assert run("check", "media", *ATLAS).code == 0
    assert run("check", "media", *ATLAS, "--no-respect-gitignore").code == 1
    flags = ("--no-respect-gitignore", "--exclude", "small.*")
    assert run("check", "media", *ATLAS, *flags).code == 0
    assert run("check", "media/small.png", *ATLAS).code == 1
    assert run("check", "media/small.png", *ATLAS, *flags).code == 1


def test_a_hook_that_is_given_excluded_files_alone_is_content(here: Path) -> None:
    done = run("check", "--force-exclude", "--exclude", "small.png", "media/small.png", *ATLAS)
    assert done.code == 0


def test_settings_of_the_project(here: Path) -> None:
    (here / "mediaprep.toml").write_text(
        'profile = "volcengine"\nexclude = ["sound.*"]\n'
        '[[overrides]]\npaths = ["media/small.png"]\nignore = ["GEO001"]\n'
    )
    assert run("check", "media").lines[-1] == "2 files checked: 2 pass (1 skipped, 1 excluded)"
    assert "atlascloud accepts" not in run("check", "media", *ATLAS).out
    (here / "mediaprep.toml").write_text("strict = true\nignore = 'GEO'\n")
    assert run("check", "media").code == 1
    (here / "other.toml").write_text("ignore = 'GEO'\n")
    assert run("check", "media", "--config", "other.toml").code == 0


def test_settings_hold_below_their_folder(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = '[[overrides]]\npaths = ["media/small.png"]\nignore = ["GEO"]\n'
    (here / "mediaprep.toml").write_text(text)
    monkeypatch.chdir(here / "media")
    assert run("check", "small.png", *ATLAS).code == 0
    assert run("check", *ATLAS).code == 0


def test_a_mistake_in_the_settings_is_one_line(here: Path) -> None:
    (here / "mediaprep.toml").write_text("\nprofiles = 'x'\n")
    done = run("check", "media")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("mediaprep: ")
    assert "/mediaprep.toml:2: profiles: unknown key; expected one of profile," in done.err
    assert "\n" not in done.err.strip()


def test_a_mistake_in_a_profile_is_one_line(here: Path) -> None:
    (here / "own.toml").write_text(
        'name = "own"\nsource = "x"\nchecked = 2026-11-21\n[image]\nwidth = "[9, 1] px"\n'
    )
    done = run("check", "media", "--profile", "./own.toml")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "mediaprep: own.toml:5: image.width: '[9, 1] px' is reversed: the lower end comes first\n"
    )


def test_a_named_set_is_an_error_where_a_folder_is_a_note(here: Path) -> None:
    for number in range(10):
        (here / f"{number}.png").write_bytes(png(400, 400 + number))
    assert run("check", ".", *ATLAS, "--ignore", "GEO001").code == 0
    done = run("check", ".", *ATLAS, "--ignore", "GEO001", "--as-set", "scene")
    assert done.code == 1
    assert "scene  SET001 image count of the set is 12, one request: atlascloud accepts [0, 9]" in (
        done.lines
    )
    (here / "mediaprep.toml").write_text('ignore = ["GEO001"]\n[sets]\nhero = ["[0-9].png"]\n')
    assert run("check", ".", *ATLAS).code == 1


def test_a_baseline_holds_back_what_was_there(here: Path) -> None:
    written = run("check", "media", *ATLAS, "--write-baseline", "known.json")
    assert written.code == 0
    assert written.err == "known.json: 2 findings of 3 files\n"
    held = run("check", "media", *ATLAS, "--baseline", "known.json", "--strict")
    assert (held.code, held.err) == (0, "")
    assert held.lines[-1] == (
        "3 files checked: 3 pass (1 skipped, 2 findings held back by the baseline)"
    )


def test_a_baseline_follows_a_rename_and_not_an_edit(here: Path) -> None:
    run("check", "media", *ATLAS, "--write-baseline", "known.json")
    (here / "media" / "small.png").rename(here / "media" / "moved.png")
    known = ("--baseline", "known.json")
    assert run("check", "media", *ATLAS, *known).code == 0
    (here / "media" / "moved.png").write_bytes(png(298, 400))
    done = run("check", "media", *ATLAS, *known)
    assert done.code == 1
    assert done.err == "baseline: 1 entries match no file any more\n"


def test_a_baseline_of_the_settings_lies_beside_them(
    here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run("check", "media", *ATLAS, "--write-baseline", "known.json")
    (here / "mediaprep.toml").write_text('profile = "atlascloud"\nbaseline = "known.json"\n')
    monkeypatch.chdir(here / "media")
    assert run("check").code == 0


def test_nothing_is_written_as_a_baseline_when_nothing_was_checked(here: Path) -> None:
    done = run("check", "media", "--exclude", "*", "--write-baseline", "known.json")
    assert done.code == 2
    assert "0 files checked" in done.err


def test_notes_are_shown_on_request(here: Path) -> None:
    (here / "media" / "twin.png").write_bytes(png(400, 400))
    assert "SET006" not in run("check", "media", *ATLAS).out
    done = run("check", "media", *ATLAS, "--show-notes")
    assert "media/twin.png  SET006 the same bytes as media/good.png" in done.lines


def test_a_cache_folder_of_ones_own(here: Path, own_cache: Path) -> None:
    run("check", "media", *ATLAS, "--no-cache")
    assert list(own_cache.iterdir()) == []
    run("check", "media", *ATLAS, "--cache-dir", "elsewhere")
    assert list(own_cache.iterdir()) == []
    assert (here / "elsewhere" / "facts.sqlite").exists()


def test_a_cold_a_warm_and_no_cache_print_the_same() -> None:
    printed = [run("check", "media", *ATLAS, "--output", "json").out for _ in range(3)]
    printed.append(run("check", "media", *ATLAS, "--output", "json", "--no-cache").out)
    assert len(set(printed)) == 1


def test_the_installed_command() -> None:
    assert spawn("--version") == (0, f"mediaprep {__version__}\n", "")
    done = spawn("check", "media", *ATLAS)
    assert (done.code, done.err) == (1, "")
    assert done.lines[-1] == "3 files checked: 1 pass, 1 contested, 1 fail (1 skipped)"
    assert spawn("check", "media/good.png", *ATLAS).code == 0
    assert spawn("check", "gone").code == 2


@pytest.mark.parametrize("command", ["", "check", "probe", "profile", "rule", "profile diff"])
def test_help_is_there_and_speaks_of_no_internals(command: str) -> None:
    done = run(*command.split(), "--help")
    assert done.code == 0
    assert done.out.startswith("Usage: ")
    assert "None" not in done.out
