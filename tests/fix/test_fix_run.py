"""A batch as a whole: real files in, compliant files out, and nothing else touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from conftest import png, wav
from PIL import Image

import mediaprep
from mediaprep.errors import ToolMissing, UsageError
from mediaprep.fix.outcome import Deed, FixReport


def picture(path: Path, width: int, height: int) -> Path:
    """Write a picture with something in it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(path)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A compliant picture and sound, one to scale down, one with a wrong name, one too small."""
    root = tmp_path / "in"
    picture(root / "good.jpg", 800, 600)
    picture(root / "deep" / "large.jpg", 6400, 4000)
    picture(root / "deep" / "named.png", 640, 480).rename(root / "deep" / "named.webp")
    (root / "small.png").write_bytes(png(100, 100))
    (root / "sound.wav").write_bytes(wav(5))
    (root / "notes.txt").write_text("not media")
    return root


def _snapshot(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in files
        if not any(part.startswith(".mediaprep") for part in path.relative_to(folder).parts)
    }


def _fix(folder: Path, **options: object) -> FixReport:
    return mediaprep.fix(folder, ["atlascloud"], **options)  # type: ignore[arg-type]


def _deeds(report: FixReport) -> dict[str, Deed]:
    return {os.path.basename(fixed.before.path): fixed.deed for fixed in report.results}


def test_a_tree_is_mirrored_and_the_input_untouched(folder: Path, tmp_path: Path) -> None:
    before = _snapshot(folder)
    report = _fix(folder, out=tmp_path / "out")
    assert _snapshot(folder) == before
    out = _snapshot(tmp_path / "out")
    assert sorted(out) == ["deep/large.jpg", "deep/named.png", "good.jpg", "sound.wav"]
    for name in ("good.jpg", "sound.wav"):
        assert out[name] == before[name]
    assert out["deep/named.png"] == before["deep/named.webp"]
    assert _deeds(report)["small.png"] is Deed.LEFT
    assert not report.clean
    assert mediaprep.check(tmp_path / "out", ["atlascloud"]).clean


def test_unsafe_fixes_alone_are_enough(folder: Path, tmp_path: Path) -> None:
    report = _fix(folder, out=tmp_path / "out", unsafe_fixes=True)
    assert report.clean
    assert {fixed.after.verdict for fixed in report.results} == {mediaprep.Verdict.PASS}
    large = next(fixed for fixed in report.results if fixed.before.path.endswith("large.jpg"))
    assert large.score is not None
    assert large.score.ssim is not None
    assert large.score.ssim > 0.9
    assert [finding.code for finding in large.settled] == ["GEO001"]


def test_fixing_what_was_fixed_copies_it(folder: Path, tmp_path: Path) -> None:
    _fix(folder, out=tmp_path / "once", unsafe_fixes=True)
    report = _fix(tmp_path / "once", out=tmp_path / "twice", unsafe_fixes=True)
    assert set(_deeds(report).values()) == {Deed.COPIED}
    assert _snapshot(tmp_path / "once") == _snapshot(tmp_path / "twice")


def test_in_place_keeps_what_was_there(folder: Path) -> None:
    before = _snapshot(folder)
    (folder / "deep" / "large.jpg").chmod(0o640)
    report = _fix(folder, in_place=True, unsafe_fixes=True)
    assert report.clean
    after = _snapshot(folder)
    assert sorted(after) == sorted({*before, "deep/named.png"} - {"deep/named.webp"})
    kept = _snapshot(folder / ".mediaprep-backup")
    kept.pop(".gitignore")
    changed = {"deep/large.jpg", "deep/named.webp", "small.png"}
    assert kept == {name: before[name] for name in changed}
    assert (folder / "deep" / "large.jpg").stat().st_mode & 0o777 == 0o640
    again = _fix(folder, in_place=True, unsafe_fixes=True)
    assert set(_deeds(again).values()) == {Deed.KEPT}
    assert _snapshot(folder) == after


def test_a_second_run_takes_up_where_the_first_stopped(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _fix(folder, out=out)
    made = {path: path.stat().st_ino for path in out.rglob("*.jpg")}
    (out / "deep" / "large.jpg").unlink()
    deeds = _deeds(_fix(folder, out=out))
    assert (deeds["large.jpg"], deeds["good.jpg"]) == (Deed.FIXED, Deed.FOUND)
    assert (out / "good.jpg").stat().st_ino == made[out / "good.jpg"]


def test_a_source_that_changed_is_done_again(folder: Path, tmp_path: Path) -> None:
    _fix(folder, out=tmp_path / "out")
    picture(folder / "good.jpg", 700, 700)
    deeds = _deeds(_fix(folder, out=tmp_path / "out"))
    assert deeds["good.jpg"] is Deed.COPIED
    assert _snapshot(tmp_path / "out")["good.jpg"] == (folder / "good.jpg").read_bytes()


def test_somebody_elses_file_is_never_overwritten(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "good.jpg").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"good\.jpg"):
        _fix(folder, out=out)
    assert _snapshot(out) == {"good.jpg": b"mine"}


def test_a_result_that_somebody_edited_is_not_overwritten(folder: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    _fix(folder, out=out)
    (out / "good.jpg").write_bytes(b"mine")
    with pytest.raises(UsageError, match="is there already"):
        _fix(folder, out=out)
    assert (out / "good.jpg").read_bytes() == b"mine"


def test_names_that_collide_stop_the_run_before_it_writes(folder: Path, tmp_path: Path) -> None:
    picture(folder / "deep" / "named.PNG", 640, 480)
    with pytest.raises(UsageError, match="collide"):
        _fix(folder, out=tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_a_link_stays_and_what_it_names_is_fixed(tmp_path: Path) -> None:
    real = picture(tmp_path / "elsewhere" / "large.jpg", 6400, 4000)
    before = real.read_bytes()
    (tmp_path / "in").mkdir()
    link = tmp_path / "in" / "large.jpg"
    link.symlink_to(real)
    assert _fix(tmp_path / "in", in_place=True).clean
    assert link.is_symlink()
    assert real.read_bytes() != before
    kept = [p for p in (tmp_path / "in" / ".mediaprep-backup").rglob("*.jpg") if p.is_file()]
    assert [path.read_bytes() for path in kept] == [before]


def test_a_link_is_not_cut_off_by_a_new_name(tmp_path: Path) -> None:
    real = picture(tmp_path / "named.png", 640, 480)
    real = real.rename(tmp_path / "named.webp")
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a.webp").symlink_to(real)
    (fixed,) = _fix(tmp_path / "in", in_place=True).results
    assert fixed.deed is Deed.FAILED
    assert "symbolic link" in fixed.why
    assert real.exists()


def test_hard_links_are_not_parted_silently(tmp_path: Path) -> None:
    large = picture(tmp_path / "in" / "large.jpg", 6400, 4000)
    other = tmp_path / "other.jpg"
    os.link(large, other)
    before = other.read_bytes()
    (fixed,) = _fix(tmp_path / "in", in_place=True).results
    assert fixed.deed is Deed.FAILED
    assert "hard links" in fixed.why
    assert large.samefile(other)
    (fixed,) = _fix(tmp_path / "in", in_place=True, break_hardlinks=True).results
    assert fixed.deed is Deed.FIXED
    assert other.read_bytes() == before
    assert not large.samefile(other)


def test_compliant_files_can_be_shared(folder: Path, tmp_path: Path) -> None:
    for _ in range(2):
        _fix(folder, out=tmp_path / "out", link=True)
    assert (tmp_path / "out" / "good.jpg").read_bytes() == (folder / "good.jpg").read_bytes()
    assert (folder / "good.jpg").stat().st_mode == (tmp_path / "out" / "good.jpg").stat().st_mode


def test_a_rename_that_a_crash_cut_short_is_finished(folder: Path) -> None:
    """The new name is there, the old one still, and the journal knows both."""
    before = (folder / "deep" / "named.webp").read_bytes()
    _fix(folder, in_place=True)
    journal = folder / ".mediaprep-backup" / ".mediaprep-journal.jsonl"
    lines = [line for line in journal.read_text().splitlines() if "named" not in line]
    ready = next(line for line in journal.read_text().splitlines() if "named" in line)
    journal.write_text("\n".join([*lines, ready]) + "\n")
    (folder / "deep" / "named.webp").write_bytes(before)
    report = _fix(folder, in_place=True)
    assert not (folder / "deep" / "named.webp").exists()
    assert (folder / "deep" / "named.png").read_bytes() == before
    assert _deeds(report)["named.png"] is Deed.KEPT


def test_a_picture_that_cannot_be_decoded_is_left_and_said(tmp_path: Path) -> None:
    data = bytearray(png(6100, 3000))
    middle = len(data) // 2
    data[middle : middle + 8] = b"\xff" * 8
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "large.png").write_bytes(data)
    (fixed,) = _fix(tmp_path / "in", out=tmp_path / "out").results
    assert (fixed.deed, fixed.remains) == (Deed.FAILED, True)
    assert fixed.why
    assert _snapshot(tmp_path / "out") == {}


def test_without_ffmpeg_pictures_are_fixed_and_sounds_say_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MEDIAPREP_FFMPEG", str(tmp_path / "no-such-program"))
    picture(tmp_path / "in" / "large.jpg", 6400, 4000)
    assert _fix(tmp_path / "in", out=tmp_path / "one").clean
    (tmp_path / "in" / "long.wav").write_bytes(wav(20))
    with pytest.raises(ToolMissing, match="ffmpeg"):
        _fix(tmp_path / "in", out=tmp_path / "two", unsafe_fixes=True)
    assert not (tmp_path / "two").exists()


@pytest.mark.parametrize(
    "options",
    [
        pytest.param({}, id="neither a tree nor in place"),
        pytest.param({"out": "out", "in_place": True}, id="both"),
        pytest.param({"link": True, "in_place": True}, id="links in place"),
    ],
)
def test_a_call_that_makes_no_sense_is_refused(folder: Path, options: dict[str, object]) -> None:
    with pytest.raises(UsageError):
        _fix(folder, **options)
