"""What a stranger stumbled over in `check`: patterns, places, twins, the way out of a finding."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from cli_run import run, spawn
from conftest import audio, findings_of, image, png, video, wav

import mediaprep.tally
from mediaprep.cache import Cache
from mediaprep.check import Check
from mediaprep.engine import decode_all
from mediaprep.judge import Options
from mediaprep.model import FileResult, Fixability, MediaInfo
from mediaprep.probe import probe

PROFILE = """
name = "mine"
source = "https://example.com"
checked = 2026-11-21
extends = "seedance-2.0"

[image]
width = "[5000, 6000] px"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "refs").mkdir()
    (tmp_path / "refs" / "a.png").write_bytes(png())
    return tmp_path


def _settle() -> None:
    time.sleep(0.06)  # longer than the clock's tick, in which a file is not remembered


# Patterns ----------------------------------------------------------------------------------------


def test_a_reversed_range_in_a_gitignore_is_passed_over(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / "refs" / ".gitignore").write_text("x[z-a]\nb.png\n")
    (folder / "refs" / "b.png").write_bytes(png())
    done = run("check", "refs", "--output", "jsonl")
    assert done.code == 0
    assert [line.split('"')[5] for line in done.lines if "refs/" in line] == ["refs/a.png"]


def test_a_reversed_range_in_exclude_is_an_error_of_usage(folder: Path) -> None:
    done = run("check", "refs", "--exclude", "x[z-a]")
    assert done.code == 2
    assert "bad character range" in done.err


# Places ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "config",
    [
        pytest.param('profile = ["./mine.toml"]\n', id="for all files"),
        pytest.param(
            '[[overrides]]\npaths = ["refs/**"]\nprofile = ["mine.toml"]\n', id="for some files"
        ),
    ],
)
def test_a_profile_is_found_beside_the_config_file_that_names_it(
    config: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "mine.toml").write_text(PROFILE)
    (folder / "mediaprep.toml").write_text(config)
    for place, path in ((folder, "refs"), (folder / "refs", ".")):
        monkeypatch.chdir(place)
        done = run("check", path)
        assert "mine accepts [5000, 6000] px" in done.out, done.err


# The way out -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("info", "code", "fix", "words"),
    [
        pytest.param(image(width=128), "GEO001", Fixability.CONTENT, "--unsafe-fixes", id="narrow"),
        pytest.param(image(height=299), "GEO003", Fixability.CONTENT, "--unsafe-fixes", id="low"),
        pytest.param(
            video(width=640, height=480), "GEO004", Fixability.CONTENT, "--unsafe-fixes", id="small"
        ),
        pytest.param(
            image(width=7000), "GEO001", Fixability.REENCODE, "`mediaprep fix`", id="wide"
        ),
        pytest.param(
            video(width=1920, height=1080),
            "GEO004",
            Fixability.REENCODE,
            "`mediaprep fix`",
            id="big",
        ),
    ],
)
def test_only_scaling_down_is_offered_without_unsafe_fixes(
    info: MediaInfo, code: str, fix: Fixability, words: str
) -> None:
    [finding] = [found for found in findings_of(info, "atlascloud") if found.code == code]
    assert finding.fix is fix
    assert words in (finding.hint or "")


def test_an_open_lower_end_is_too_small_as_well() -> None:
    found = findings_of(image(width=300, height=301), "volcengine")
    assert [(f.code, f.fix) for f in found] == [("GEO001", Fixability.CONTENT)]


# Twins -------------------------------------------------------------------------------------------


@pytest.fixture
def hashed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Collect the paths of files that are read in full."""
    read: list[str] = []
    really = mediaprep.tally.sha256_of

    def sha256_of(path: str) -> bytes:
        read.append(Path(path).name)
        return really(path)

    for module in ("tally", "cache"):
        monkeypatch.setattr(f"mediaprep.{module}.sha256_of", sha256_of)
    return read


def _twins(folder: Path, store: Path) -> list[str]:
    cache = Cache(store)
    try:
        results = list(Check(Options(("seedance-2.0",)), cache).results([str(folder)]))
    finally:
        cache.close()
    files = [result for result in results if isinstance(result, FileResult)]
    return [str(f.found)[-5:] for file in files for f in file.findings if f.code == "SET006"]


def test_twins_are_read_in_full_once_and_again_when_they_change(
    folder: Path, hashed: list[str]
) -> None:
    refs, store = folder / "refs", folder / "cache.sqlite"
    for name in ("a.png", "b.png"):
        (refs / name).write_bytes(png() + b"x" * 5000)
    _settle()
    assert _twins(refs, store) == ["a.png"]
    assert sorted(hashed) == ["a.png", "b.png"]
    assert _twins(refs, store) == ["a.png"]
    assert len(hashed) == 2
    (refs / "b.png").write_bytes(png() + b"x" * 4999 + b"y")
    _settle()
    assert _twins(refs, store) == []
    assert hashed[2:] == ["b.png"]


def test_hard_links_are_not_read_in_full(folder: Path, hashed: list[str]) -> None:
    os.link(folder / "refs" / "a.png", folder / "refs" / "b.png")
    assert _twins(folder / "refs", folder / "cache.sqlite") == []
    assert hashed == []


def test_a_baseline_does_not_read_unchanged_files_again(folder: Path, hashed: list[str]) -> None:
    (folder / "refs" / "a.png").write_bytes(png(100, 100))
    _settle()
    assert run("check", "refs", "--write-baseline", "known.json").code == 0
    hashed.clear()
    for _ in range(2):
        assert run("check", "refs", "--baseline", "known.json").code == 0
    assert hashed == ["a.png"]


# What is said of odd files -----------------------------------------------------------------------


def test_an_mp4_without_tracks_is_said_to_have_none(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    path.write_bytes(b"\0\0\0\x10ftypisom\0\0\0\0" + b"\0\0\0\x08moov")
    assert [words for _, words in probe(path).faults] == ["it has no tracks"]


@pytest.mark.parametrize(
    "size", [pytest.param(b"\0" * 4, id="nothing"), pytest.param(b"\xff" * 4, id="everything")]
)
def test_a_streamed_wav_that_states_no_size_decodes_clean(size: bytes, tmp_path: Path) -> None:
    pytest.importorskip("av")
    whole = wav(seconds=2.9)
    at = whole.index(b"data") + 4
    path = tmp_path / "a.wav"
    path.write_bytes(whole[:4] + size + whole[8:at] + size + whole[at + 4 :])
    [(info, deep)] = decode_all([probe(path)])
    assert (info.faults, deep.faults) == ([], [])


def test_a_wav_that_was_cut_is_still_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(wav()[:-1000])
    done = spawn("check", path)
    assert done.code == 1
    assert "PRB002" in done.out


# Nothing is passed over in silence ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start", "words"),
    [
        ("a.mpg", b"\0\0\1\xba\x44\0\4\0", "it is an MPEG program stream, which is not read here"),
        ("a.jxl", b"\xff\x0a\xfa\x1f", "it is a JPEG XL picture, which is not read here"),
        ("a.jp2", b"\0\0\0\x0cjP  \r\n\x87\n", "it is a JPEG 2000 picture, which is not read here"),
        ("a.caf", b"caff\0\1\0\0desc", "it is a Core Audio file, which is not read here"),
    ],
    ids=lambda value: value if isinstance(value, str) and len(value) == 5 else "",
)
def test_media_that_no_reader_knows_is_judged_by_its_name(
    name: str, start: bytes, words: str, folder: Path
) -> None:
    (folder / "refs" / name).write_bytes(start + b"\x55" * 100)
    done = run("check", "refs")
    assert done.code == 1
    assert f"refs/{name}  PRB007 {words}" in done.out


def test_a_folder_of_tools_is_counted(folder: Path) -> None:
    for name in ("node_modules", ".venv", ".git"):
        (folder / "refs" / name).mkdir()
    done = run("check", "refs", "--output", "json")
    assert '"excluded": 2' in done.out


def test_a_folder_too_deep_to_walk_is_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("mediaprep.inputs._MAX_DEPTH", 1)
    (folder / "refs" / "b" / "c").mkdir(parents=True)
    done = run("check", "refs")
    assert done.code == 1
    assert "refs/b/c  PRB009 it is a folder" in done.out


@pytest.mark.parametrize("codec", ["mp1", "mp2"])
def test_the_older_layers_of_mpeg_sound_are_no_mp3(codec: str) -> None:
    [finding] = findings_of(audio(path="a.mp3", container="mp3", audio_codec=codec), "atlascloud")
    assert (finding.code, finding.found) == ("CON002", codec)
    assert findings_of(audio(path="a.mp3", container="mp3", audio_codec="mp3"), "atlascloud") == []
