"""Plans as a person reviews them, and everything that is refused before work starts."""

from __future__ import annotations

import ctypes
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import clips
import pytest
from cli_run import COMMAND, run, spawn
from conftest import png, wav
from PIL import Image

import mediaprep
from mediaprep.fix.outcome import Deed
from mediaprep.fix.safewrite import TEMP_SUFFIX, beside, copy_bytes, shared, sweep

P = ("--profile", "atlascloud", "--no-cache")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work beside a folder with a good, a too large, a too small and a wrongly named picture."""
    monkeypatch.chdir(tmp_path)
    root = tmp_path / "in"
    root.mkdir()
    Image.new("RGB", (800, 600), "teal").save(root / "good.jpg")
    Image.new("RGB", (6400, 4000), "navy").save(root / "large.jpg")
    (root / "named.jpg").write_bytes(png(400, 300))
    (root / "small.png").write_bytes(png(100, 100))
    return root


def _snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


# ---- shown ----------------------------------------------------------------------------------


def test_a_plan_for_programs_is_the_contract_of_fix(folder: Path) -> None:
    done = run("fix", "in", *P, "--plan", "--output", "json", "--output", "text=plan.txt")
    assert done.code == 1
    data = json.loads(done.out)
    assert data["summary"]["files"] == 4
    fixes = {result["path"]: result["fix"] for result in data["results"]}
    assert {path: fix["action"] for path, fix in fixes.items()} == {
        "in/good.jpg": "kept",
        "in/large.jpg": "planned",
        "in/named.jpg": "planned",
        "in/small.png": "left",
    }
    large = fixes["in/large.jpg"]
    assert (large["before"]["width"], large["expected"]["width"]) == (6400, 6000)
    assert (large["after"], large["output"], large["score"]) == (None, None, None)
    assert fixes["in/small.png"]["conflict"]["remedy"] == "--unsafe-fixes"
    text = Path("plan.txt").read_text().splitlines()
    assert text[-1] == "4 files: 2 to fix, 1 left alone, 1 compliant already"
    assert run("fix", "in", *P, "--plan").lines == text


def test_a_plan_for_programs_has_the_command(folder: Path) -> None:
    Path("long.wav").write_bytes(wav(20))
    done = run("fix", "long.wav", *P, "--plan", "--unsafe-fixes", "--output", "jsonl")
    assert json.loads(done.lines[0])["fix"]["command"].startswith("ffmpeg -hide_banner ")


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("plain.wav", id="a plain name"),
        pytest.param('it\'s "so" $HOME `x` & ä.wav', id="quotes, blanks and a dollar"),
        pytest.param("-dash.wav", id="a dash first"),
    ],
)
def test_the_command_that_is_shown_does_what_the_fix_does(folder: Path, name: str) -> None:
    tool = clips.tool()
    Path("sounds").mkdir()
    Path("sounds", name).write_bytes(wav(20))
    words = ["fix", "sounds", *P, "--unsafe-fixes"]
    (command,) = (
        line.removeprefix("  $ ") for line in run(*words, "--plan").lines if "  $ " in line
    )
    command = command.replace("ffmpeg", shlex.quote(tool), 1)
    subprocess.run(command, shell=True, check=True, timeout=60, stdin=subprocess.DEVNULL)
    assert run(*words, "--out", "out").code == 0
    pasted = Path(f"{name.removesuffix('.wav')}.fixed.wav")
    assert pasted.read_bytes() == Path("out", name).read_bytes()


def test_a_name_with_a_line_end_stays_on_its_line(folder: Path) -> None:
    (folder / "a\nin good.jpg: nothing.png").write_bytes(png(100, 100))
    done = run("fix", "in", *P, "--plan")
    assert not any(line.startswith("in good.jpg") for line in done.lines)
    assert any(line.startswith("in/a\\nin good.jpg: nothing.png: left") for line in done.lines)


def test_a_diff_shows_the_names_that_results_get(folder: Path) -> None:
    (folder / "named.png").write_bytes(png(500, 300))
    words = ["fix", "in", *P, "--out", "out", "--keep-both"]
    done = run(*words, "--diff")
    assert "+++ out/named.jpg.png" in done.lines
    assert "+++ out/named.png" not in done.lines
    assert "5 files: 2 to fix, 1 left alone, 2 compliant already" in done.err
    said = "in/named.jpg: goes to out/named.jpg.png, as its usual name is taken"
    assert said in run(*words, "--plan").lines
    assert run(*words).code == 1
    assert Path("out/named.jpg.png").is_file()


def test_a_name_that_is_taken_is_said_once(folder: Path) -> None:
    (folder / "named.png").write_bytes(png(500, 300))
    done = run("fix", "in", *P, "--in-place")
    assert done.code == 2
    assert done.err.count("in/named.jpg → in/named.png") == 1


# ---- saved plans ----------------------------------------------------------------------------


def test_a_saved_plan_is_judged_by_the_rules_that_it_was_made_by(folder: Path) -> None:
    (folder / "small.png").unlink()
    Image.new("RGB", (6400, 1000), "navy").save(folder / "pano.jpg")  # too wide a shape as well
    words = ["fix", "in", *P, "--select", "GEO001", "--ignore", "PRB004", "--save-plan", "p.json"]
    assert run(*words).code == 0
    done = run("fix", "--apply", "p.json", "--out", "out")
    assert (done.code, "2 fixed" in done.out) == (0, True), done
    with Image.open("out/pano.jpg") as picture:
        assert picture.width <= 6000


# ---- refused before work starts -------------------------------------------------------------

REFUSED = [
    pytest.param(["fix", "in", *P, "--save-plan", "in/good.jpg"], id="a plan over a picture"),
    pytest.param(["fix", "in", *P, "--save-plan", "new.mp4"], id="a plan named as a clip"),
    pytest.param(["fix", "in", *P, "--plan", "--save-plan", "in/odd"], id="over media by content"),
    pytest.param(
        ["fix", "in", *P, "--out", "o", "--output", "json=in/good.jpg"], id="a report of fix"
    ),
    pytest.param(["check", "in", *P, "--output", "json=in/good.jpg"], id="a report of check"),
    pytest.param(["fix", "in", *P, "--diff", "--output", "json"], id="two ways to show"),
    pytest.param(["fix", "in", *P, "--diff", "--save-plan", "p.json"], id="a diff and a plan"),
    pytest.param(["fix", "in", *P, "--out", "o", "--pad-color", "nocolour"], id="no such colour"),
    pytest.param(["fix", "in", *P, "--out", "o", "--alpha", "rgb(1"], id="no such ground"),
    pytest.param(["fix", "in", *P, "--plan", "--alpha", "nocolour"], id="in a plan, too"),
]


@pytest.mark.parametrize("words", REFUSED)
def test_refused_before_anything_is_written(folder: Path, words: list[str]) -> None:
    (folder / "odd").write_bytes((folder / "good.jpg").read_bytes())
    before = _snapshot(folder.parent)
    done = run(*words)
    assert done.code == 2
    assert done.err.startswith("mediaprep: ")
    assert "\n  → " in done.err
    assert done.out == ""
    assert _snapshot(folder.parent) == before


def test_a_colour_is_written_as_every_writer_reads_it() -> None:
    from mediaprep.fix.choices import settled
    from mediaprep.fix.recipe import Allow

    words = {"Navy": "navy", "#0A0b0c": "#0a0b0c", "darkgrey": "#a9a9a9", "rgb(1,2,3)": "#010203"}
    for word, written in words.items():
        assert settled(Allow(pad_color=word, alpha=word)) == Allow(pad_color=written, alpha=written)


def _powerless() -> None:
    """Take from root what lets it write where nobody may (prctl(2), capabilities(7))."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="capabilities are Linux's")
def test_a_folder_that_nobody_may_write_to(folder: Path) -> None:
    Path("shut").mkdir()
    Path("shut").chmod(0o555)
    words = [*COMMAND, "fix", "in", *P, "--no-score"]

    def spawned(*more: str) -> tuple[int, str]:
        done = subprocess.run(
            [*words, *more],
            capture_output=True, preexec_fn=_powerless, text=True, check=False, timeout=60,
        )  # fmt: skip
        return done.returncode, done.stdout + done.stderr

    code, said = spawned("--out", "shut/below/it")
    assert code == 2
    assert said.startswith("mediaprep: --out shut/below/it cannot be written to")
    folder.chmod(0o555)
    try:
        code, said = spawned("--in-place")
    finally:
        folder.chmod(0o755)
    assert code == 1
    assert "in/large.jpg  not fixed: " in said
    assert TEMP_SUFFIX not in said


# ---- programs that are missing --------------------------------------------------------------


def _tool(folder: Path, text: str) -> str:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return str(path)


def test_without_ffmpeg_nothing_is_begun(folder: Path, tmp_path: Path) -> None:
    Path("in/long.wav").write_bytes(wav(20))
    words = ["fix", "in", *P, "--unsafe-fixes", "--out", "out"]
    # Without the wheel as well: an import that fails stands for one that is not installed.
    (tmp_path / "sitecustomize.py").write_text("import sys\nsys.modules['imageio_ffmpeg'] = None\n")
    done = spawn(*words, PATH=str(tmp_path / "empty"), PYTHONPATH=str(tmp_path))
    assert done.code == 2
    assert done.err.startswith("mediaprep: no ffmpeg was found\n")
    for way in ("pip install 'mediaprep[ffmpeg]'", "on PATH", "MEDIAPREP_FFMPEG"):
        assert way in done.err
    assert not Path("out").exists()


def test_a_program_that_is_no_ffmpeg_is_refused_before_work(folder: Path, tmp_path: Path) -> None:
    Path("in/long.flac").write_bytes(b"")
    clips.run("-f", "lavfi", "-i", "sine=d=20", "-y", "in/long.flac")
    other = _tool(tmp_path, "echo I am something else")
    done = spawn("fix", "in", *P, "--unsafe-fixes", "--out", "out", MEDIAPREP_FFMPEG=other)
    assert (done.code, f"{other} is not ffmpeg" in done.err) == (2, True)
    assert not Path("out").exists()


def test_a_missing_encoder_is_named_with_the_ffmpeg_that_lacks_it(
    folder: Path, tmp_path: Path
) -> None:
    tool = shlex.quote(clips.tool())
    clips.run("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=120:d=2", "in/fast.mp4")
    bare = _tool(tmp_path, f'{tool} "$@" | sed "/ libx264/d"')
    done = spawn("fix", "in/fast.mp4", *P, "--out", "out", MEDIAPREP_FFMPEG=bare)
    assert done.code == 1
    assert f"in/fast.mp4  not fixed: {bare} (" in done.out
    assert "was built without libx264" in done.out
    assert [path.name for path in Path("out").iterdir()] == []


# ---- links ----------------------------------------------------------------------------------


def test_a_new_name_does_not_leave_a_link_without_a_file(folder: Path) -> None:
    (folder / "link.jpg").symlink_to("named.jpg")
    report = mediaprep.fix(folder, ["atlascloud"], in_place=True, scores=False)
    deeds = {os.path.basename(fixed.before.path): fixed for fixed in report.results}
    assert deeds["named.jpg"].deed is Deed.FAILED
    assert "link.jpg would name nothing" in deeds["named.jpg"].why
    assert deeds["link.jpg"].deed is Deed.FAILED
    assert (folder / "link.jpg").read_bytes() == png(400, 300)
    assert deeds["large.jpg"].deed is Deed.FIXED
    (folder / "link.jpg").unlink()
    assert mediaprep.fix(folder, ["atlascloud"], in_place=True, scores=False).results
    assert (folder / "named.png").is_file()


def test_a_shared_file_is_not_swept_away_while_it_is_in_use(tmp_path: Path) -> None:
    source, target = tmp_path / "a.jpg", tmp_path / "out" / "a.jpg"
    source.write_bytes(b"data")
    target.parent.mkdir()
    with shared(str(source)), beside(str(target)) as temp:
        copy_bytes(str(source), temp, share=True)
        sweep(str(target.parent))
        assert Path(temp).read_bytes() == b"data"
    left = target.parent / f".b.1{TEMP_SUFFIX}"
    os.link(source, left)  # as a run that was killed leaves it
    sweep(str(target.parent))
    assert (left.exists(), source.read_bytes()) == (False, b"data")


@pytest.mark.parametrize("again", range(4))
def test_hard_links_of_one_file_are_shared_at_once(folder: Path, again: int) -> None:
    for number in range(12):
        os.link(folder / "good.jpg", folder / f"good-{number}.jpg")
    report = mediaprep.fix(
        folder, ["atlascloud"], out="out", link=True, jobs=8, ignore=["GEO", "PRB004"]
    )
    assert {fixed.deed for fixed in report.results} == {Deed.COPIED}
    assert (folder / "good.jpg").samefile("out/good-7.jpg")


# ---- what cannot be decoded -----------------------------------------------------------------


def _spoil_picture(path: Path) -> None:
    Image.effect_noise((6400, 400), 90).convert("RGB").resize((6400, 3200)).save(path)
    data = bytearray(path.read_bytes())
    data[len(data) // 3 : -2] = os.urandom(len(data) - 2 - len(data) // 3)
    path.write_bytes(data)


def _spoil_clip(path: Path) -> None:
    clips.run("-f", "lavfi", "-i", "testsrc2=s=1280x720:r=120:d=2", path)
    data = bytearray(path.read_bytes())
    at = data.index(b"mdat") + 4
    end = data.index(b"moov") - 4
    data[at:end] = bytes(end - at)
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        pytest.param("spoilt.jpg", _spoil_picture, id="a picture"),
        pytest.param("spoilt.mp4", _spoil_clip, id="a clip"),
    ],
)
def test_what_cannot_be_decoded_is_left_alone_and_said(
    folder: Path, name: str, spoil: Callable[[Path], None]
) -> None:
    spoil(folder / name)
    before = (folder / name).read_bytes()
    done = run("fix", f"in/{name}", *P, "--in-place")
    assert done.code == 1
    assert f"in/{name}  not fixed: " in done.out
    assert "decode" in done.out
    assert (folder / name).read_bytes() == before
    assert not list(folder.rglob(f"*{TEMP_SUFFIX}"))
