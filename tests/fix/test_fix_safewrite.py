"""Files appear whole or not at all; whatever goes wrong, nothing is left lying about."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediaprep.errors import FixFailed
from mediaprep.fix.backup import Backup
from mediaprep.fix.safewrite import (
    TEMP_SUFFIX,
    TargetFull,
    beside,
    copy_bytes,
    keep_metadata,
    put,
    put_new,
    sweep,
)


@pytest.mark.parametrize(
    "failure",
    [
        pytest.param(KeyboardInterrupt, id="Ctrl-C"),
        pytest.param(FixFailed("no"), id="an executor that gives up"),
        pytest.param(MemoryError, id="no memory"),
    ],
)
def test_whatever_stops_a_writer_leaves_nothing(
    tmp_path: Path, failure: BaseException | type[BaseException]
) -> None:
    target = tmp_path / "a.jpg"
    target.write_bytes(b"old")
    caught: list[BaseException] = []
    try:
        with beside(str(target)) as temp:
            Path(temp).write_bytes(b"half")
            raise failure
    except BaseException as error:
        caught.append(error)
    assert caught
    assert [path.name for path in tmp_path.iterdir()] == ["a.jpg"]
    assert target.read_bytes() == b"old"


def test_a_finished_file_replaces_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    target.write_bytes(b"old")
    with beside(str(target)) as temp:
        Path(temp).write_bytes(b"new")
        put(temp, str(target))
    assert target.read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_new_name_is_not_taken_from_a_file_that_came_meanwhile(tmp_path: Path) -> None:
    target = tmp_path / "a.jpg"
    with beside(str(target)) as temp:
        target.write_bytes(b"somebody's")
        with pytest.raises(FixFailed, match="already"):
            put_new(temp, str(target))
    assert target.read_bytes() == b"somebody's"


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("x" * 255, id="as long as a name can be"),
        pytest.param("é" * 127, id="long in bytes"),
        pytest.param(os.fsdecode(b"\xff.jpg"), id="not valid text"),
        pytest.param("a\nb.jpg", id="with a line end"),
    ],
)
def test_any_name_has_a_temporary_neighbour(tmp_path: Path, name: str) -> None:
    target = os.path.join(tmp_path, name)
    with beside(target) as temp:
        assert os.path.dirname(temp) == str(tmp_path)
        put_new(temp, target)
    assert os.listdir(tmp_path) == [name]


def test_leftovers_are_swept_and_work_in_progress_is_not(tmp_path: Path) -> None:
    left = tmp_path / f".a.jpg.12345678{TEMP_SUFFIX}"
    left.write_bytes(b"half")
    with beside(str(tmp_path / "b.jpg")) as temp:
        sweep(str(tmp_path))
        assert not left.exists()
        assert os.path.exists(temp)


def test_mode_time_and_attributes_are_kept(tmp_path: Path) -> None:
    source, result = tmp_path / "a", tmp_path / "b"
    source.write_bytes(b"1")
    result.write_bytes(b"2")
    source.chmod(0o640)
    os.utime(source, ns=(10**18, 10**18 + 7))
    attributes = _set_attribute(source)
    keep_metadata(str(source), str(result))
    status = result.stat()
    assert (status.st_mode & 0o777, status.st_mtime_ns) == (0o640, 10**18 + 7)
    if attributes:
        assert os.getxattr(result, "user.origin") == b"camera"


def _set_attribute(path: Path) -> bool:
    try:
        os.setxattr(path, "user.origin", b"camera")
    except OSError:
        return False
    return True


def test_sharing_falls_back_to_a_second_name_or_a_copy(tmp_path: Path) -> None:
    source = tmp_path / "a"
    source.write_bytes(b"content")
    with beside(str(tmp_path / "b")) as temp:
        copy_bytes(str(source), temp, share=True)
        keep_metadata(str(source), temp)
        put_new(temp, str(tmp_path / "b"))
    assert (tmp_path / "b").read_bytes() == b"content"
    assert source.read_bytes() == b"content"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Mount a disk of 64 KiB, where that is permitted."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    try:
        done = subprocess.run(mount, capture_output=True, check=False)
    except FileNotFoundError:
        pytest.skip("there is no mount")
    if done.returncode:
        pytest.skip("mounting is not permitted")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_is_one_clear_line(small_disk: Path, tmp_path: Path) -> None:
    source = tmp_path / "big"
    source.write_bytes(bytes(200_000))
    with (
        pytest.raises(TargetFull, match=r"no space left; what was finished stays$"),
        beside(str(small_disk / "b")) as temp,
    ):
        copy_bytes(str(source), temp)
    assert not list(small_disk.iterdir())


def test_a_read_only_target_is_one_clear_line(small_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    with pytest.raises(TargetFull, match="read-only"), beside(str(small_disk / "b")):
        pass


def test_a_folder_that_cannot_be_one_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FixFailed, match="not a directory"), beside(str(tmp_path / "file" / "b")):
        pass


def test_a_backup_is_never_overwritten(tmp_path: Path) -> None:
    backup = Backup(str(tmp_path))
    file = tmp_path / "a.png"
    places = []
    for content in (b"first", b"second", b"first", b"third"):
        file.unlink(missing_ok=True)
        file.write_bytes(content)
        places.append(os.path.basename(backup.keep(str(file), "a.png")))
    assert places == ["a.png", "a.png.~1~", "a.png", "a.png.~2~"]
    kept = {path.name: path.read_bytes() for path in Path(backup.folder).glob("a*")}
    assert kept == {"a.png": b"first", "a.png.~1~": b"second", "a.png.~2~": b"third"}
    assert Path(backup.folder, ".gitignore").read_text() == "*\n"
