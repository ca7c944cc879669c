"""What is only noted is mended on request, by a copy of the streams and nothing else."""

from __future__ import annotations

from pathlib import Path

import clips
import pytest
from cli_run import run
from conftest import audio, video

from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import Action, Allow, Mode, Safety
from mediaprep.model import MediaInfo
from mediaprep.probe import probe
from mediaprep.profiles import load_profile
from mediaprep.rules import select_rules

P = ("--profile", "atlascloud", "--no-cache")
LATE, FRAGMENTED = "late.mp4", "fragmented.mp4"
NOTES = {LATE: "CON004", FRAGMENTED: "CON005"}


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make a compliant clip with its index behind the media, and the same in fragments."""
    folder = tmp_path_factory.mktemp("made")
    source = ("-f", "lavfi", "-i", "testsrc2=s=896x512:r=30:d=3", "-f", "lavfi", "-i", "sine=d=3")
    coded = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac")
    clips.run(*source, *coded, folder / LATE)
    flags = ("-c", "copy", "-movflags", "frag_keyframe+empty_moov")
    clips.run("-i", folder / LATE, *flags, folder / FRAGMENTED)
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in").mkdir()
    for name in NOTES:
        (tmp_path / "in" / name).write_bytes((made / name).read_bytes())
    return tmp_path / "in"


def _codes(info: MediaInfo) -> set[str]:
    profiles = [load_profile("atlascloud")]
    return {finding.code for finding in select_rules().check(info, profiles)}


@pytest.mark.parametrize(("name", "code"), NOTES.items())
def test_an_index_alone_is_mended_by_a_copy(folder: Path, name: str, code: str) -> None:
    source = folder / name
    assert code in _codes(probe(source))
    done = run("fix", f"in/{name}", *P, "--fix-notes", "--out", "out")
    assert done.code == 0
    assert f"fixed {code}: write the streams unchanged into a new mp4" in done.out
    assert clips.packets(Path("out") / name) == clips.packets(source)
    assert code not in _codes(probe(Path("out") / name))
    again = run("fix", f"out/{name}", *P, "--fix-notes", "--out", "again")
    assert "1 copied" in again.out
    assert Path("again", name).read_bytes() == Path("out", name).read_bytes()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param([], id="not asked for"),
        pytest.param(["--fix-notes", "--ignore", "CON004,CON005"], id="the rules ignored"),
        pytest.param(["--fix-notes", "--select", "GEO"], id="the rules not chosen"),
    ],
)
def test_notes_change_nothing_otherwise(folder: Path, words: list[str]) -> None:
    assert run("fix", "in", *P, *words, "--out", "out").code == 0
    for name in NOTES:
        assert Path("out", name).read_bytes() == (folder / name).read_bytes()


def test_the_plan_says_that_nothing_is_lost(folder: Path) -> None:
    done = run("fix", "in", *P, "--fix-notes", "--plan")
    assert done.code == 0
    assert "in/late.mp4: fix (lossless)" in done.lines
    assert "  - write the streams unchanged into a new mp4 (lossless, CON004)" in done.lines
    assert done.lines[-1] == "2 files: 2 to fix"


def test_check_mends_notes_in_place(folder: Path) -> None:
    assert run("check", "in", *P, "--fix", "--fix-notes").code == 0
    assert not {"CON004", "CON005"} & (
        _codes(probe(folder / LATE)) | _codes(probe(folder / FRAGMENTED))
    )
    assert (folder / ".mediaprep-backup" / LATE).is_file()


def test_only_the_chosen_rule_is_mended_of_a_clip_that_is_too_long() -> None:
    info = video(duration_s=20, moov_at_end=True)
    profiles, rules = [load_profile("atlascloud")], select_rules(["CON004"])
    found = rules.check(info, profiles)
    plan = make_plan(info, found, profiles, Allow(notes=True), rules=rules)
    assert plan.action is Action.APPLY
    assert plan.recipe is not None
    assert (plan.recipe.mode, plan.safety) == (Mode.REMUX, Safety.LOSSLESS)  # type: ignore[union-attr]
    assert [step.codes for step in plan.steps] == [("CON004",)]


def test_sound_has_an_index_too(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(
        'name = "own"\nsource = "here"\nchecked = 2026-01-01\n[audio]\ncontainer = ["m4a"]\n'
    )
    info = audio(path="a.m4a", container="m4a", audio_codec="aac", moov_at_end=True)
    profiles, rules = [load_profile(str(own))], select_rules()
    plan = make_plan(info, rules.check(info, profiles), profiles, Allow(notes=True), rules=rules)
    assert plan.expected is not None
    assert plan.expected.moov_at_end is False
    assert plan.safety is Safety.LOSSLESS
