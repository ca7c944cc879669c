"""The cache: what it remembers, when it stops to believe, and that nothing can make it lie."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import png
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import mediaprep
from mediaprep.cache import CODE_FOLDERS, Cache, Row, code_stamp, default_path
from mediaprep.check import Check
from mediaprep.judge import Options
from mediaprep.model import FileResult, Kind
from mediaprep.tally import Tally

ROW = Row("image", "5/2", 7, '{"width":3}', "key", "pass", "")


@pytest.fixture
def settled(tmp_path: Path) -> Path:
    """Make a file that is older than the clock's tick."""
    path = tmp_path / "media" / "a.png"
    path.parent.mkdir()
    path.write_bytes(png())
    _settle(path)
    return path


def _settle(*paths: Path) -> None:
    while time.time_ns() - max(path.stat().st_ctime_ns for path in paths) < 60_000_000:
        time.sleep(0.01)


def _remember(store: Path, path: Path, row: Row = ROW) -> None:
    cache = Cache(store)
    cache.put(str(path), path.stat(), row)
    cache.close()


def _recall(store: Path, path: Path) -> Row | None:
    cache = Cache(store)
    try:
        return cache.get(str(path), path.stat())
    finally:
        cache.close()


def test_a_file_that_did_not_change_is_remembered(tmp_path: Path, settled: Path) -> None:
    _remember(tmp_path / "c.sqlite", settled)
    assert _recall(tmp_path / "c.sqlite", settled) == ROW


def test_a_relative_path_is_the_same_file(
    tmp_path: Path, settled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _remember(tmp_path / "c.sqlite", settled)
    monkeypatch.chdir(settled.parent)
    assert _recall(tmp_path / "c.sqlite", Path("a.png")) == ROW
    monkeypatch.chdir("..")
    assert _recall(tmp_path / "c.sqlite", Path("media/a.png")) == ROW


def _grow(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def _overwrite_and_restore_time(path: Path) -> None:
    before = path.stat()
    path.write_bytes(bytes(before.st_size))
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))


def _replace_by_another_of_that_size_and_time(path: Path) -> None:
    before = path.stat()
    other = path.with_name("other")
    other.write_bytes(bytes(before.st_size))
    os.utime(other, ns=(before.st_atime_ns, before.st_mtime_ns))
    other.replace(path)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(_grow, id="it grew"),
        pytest.param(os.utime, id="its time changed"),
        pytest.param(_overwrite_and_restore_time, id="other bytes under the same size and time"),
        pytest.param(_replace_by_another_of_that_size_and_time, id="another file took its place"),
    ],
)
def test_a_file_that_changed_is_not_believed(tmp_path: Path, settled: Path, change: object) -> None:
    _remember(tmp_path / "c.sqlite", settled)
    assert callable(change)
    change(settled)
    assert _recall(tmp_path / "c.sqlite", settled) is None


def test_a_file_that_was_just_written_is_not_remembered(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png())
    _remember(tmp_path / "c.sqlite", path)
    assert _recall(tmp_path / "c.sqlite", path) is None


@pytest.mark.parametrize("year", [1900, 2261, 2400], ids=lambda year: f"the year {year}")
def test_a_clock_that_went_wrong_does_not_matter(tmp_path: Path, settled: Path, year: int) -> None:
    os.utime(settled, ns=(0, (year - 1970) * 31_556_952 * 10**9))
    _settle(settled)
    _remember(tmp_path / "c.sqlite", settled)
    assert _recall(tmp_path / "c.sqlite", settled) == ROW


@pytest.mark.parametrize("name", [b"\xff.png", b"a\nb.png", b" .png", "é.png".encode()])
def test_any_name_is_remembered(tmp_path: Path, settled: Path, name: bytes) -> None:
    path = Path(os.fsdecode(os.fsencode(settled.parent) + b"/" + name))
    settled.rename(path)
    _settle(path)
    _remember(tmp_path / "c.sqlite", path)
    assert _recall(tmp_path / "c.sqlite", path) == ROW


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"nonsense " * 999, id="no database"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 4096, id="a database's first bytes"),
    ],
)
def test_a_broken_store_is_started_anew(tmp_path: Path, settled: Path, content: bytes) -> None:
    store = tmp_path / "c.sqlite"
    store.write_bytes(content)
    assert _recall(store, settled) is None
    _remember(store, settled)
    assert _recall(store, settled) == ROW


def test_a_store_that_lost_its_end_neither_fails_nor_lies(tmp_path: Path, settled: Path) -> None:
    store = tmp_path / "c.sqlite"
    _remember(store, settled)
    whole = store.read_bytes()
    for length in range(0, len(whole), 997):
        store.write_bytes(whole[:length])
        assert _recall(store, settled) in (ROW, None)
        _remember(store, settled)


def test_another_programs_database_is_left_alone(tmp_path: Path, settled: Path) -> None:
    store = tmp_path / "c.sqlite"
    with sqlite3.connect(store) as db:
        db.execute("CREATE TABLE theirs (x)")
        db.execute("INSERT INTO theirs VALUES (1)")
    _remember(store, settled)
    with sqlite3.connect(store) as db:
        assert db.execute("SELECT * FROM theirs").fetchall() == [(1,)]


@pytest.mark.parametrize("place", ["folder", "below a file", "read-only"])
def test_without_a_store_nothing_is_remembered_and_nothing_fails(
    tmp_path: Path, settled: Path, place: str
) -> None:
    stores = {
        "folder": tmp_path,
        "below a file": settled / "c.sqlite",
        "read-only": Path("/proc/mediaprep/c.sqlite"),
    }
    _remember(stores[place], settled)
    assert _recall(stores[place], settled) is None


def test_what_another_process_holds_is_neither_deleted_nor_waited_for_long(
    tmp_path: Path, settled: Path
) -> None:
    store = tmp_path / "c.sqlite"
    _remember(store, settled)
    holder = sqlite3.connect(store)
    holder.execute("PRAGMA locking_mode=EXCLUSIVE")
    holder.execute("BEGIN EXCLUSIVE")
    inode = store.stat().st_ino
    assert _recall(store, settled) in (ROW, None)
    assert store.stat().st_ino == inode
    holder.close()
    assert _recall(store, settled) == ROW


def test_facts_that_other_code_read_do_not_count(tmp_path: Path, settled: Path) -> None:
    store = tmp_path / "c.sqlite"
    _remember(store, settled)
    with sqlite3.connect(store) as db:
        assert db.execute("SELECT code FROM stamp").fetchone() == (code_stamp(),)
        db.execute("UPDATE stamp SET code = 'older'")
    assert _recall(store, settled) is None


def test_the_stamp_covers_every_folder_whose_code_decides() -> None:
    package = Path(mediaprep.__file__).parent
    assert all((package / name).is_dir() for name in CODE_FOLDERS)
    assert {"probe", "rules", "profiles", "profiles/data", "."} <= set(CODE_FOLDERS)


def test_files_read_and_files_remembered_add_up_to_the_same_sum() -> None:
    read, remembered = Tally(), Tally()
    read.add(Kind.VIDEO, Fraction(5))
    remembered.add("video", Fraction(5))
    assert read.key() == remembered.key()


def test_it_lies_outside_the_tree(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MEDIAPREP_CACHE_DIR", str(tmp_path))
    assert default_path() == str(tmp_path / "facts.sqlite")
    monkeypatch.delenv("MEDIAPREP_CACHE_DIR")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    if sys.platform == "linux":
        assert default_path() == str(tmp_path / "xdg" / "mediaprep" / "facts.sqlite")


def _outcome(paths: list[str], store: Path | None) -> list[tuple[str, str, list[str]]]:
    cache = None if store is None else Cache(store)
    results = list(Check(Options(profiles=("atlascloud",)), cache).results(paths))
    if cache:
        cache.close()
    return [
        (result.path, result.verdict, [finding.message for finding in result.findings])
        for result in results
        if isinstance(result, FileResult)
    ]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("folder")
    for index, side in enumerate((299, 300, 301, 400, 900)):
        (root / f"{index}.png").write_bytes(png(side, 400))
    (root / "4b.png").write_bytes(png(900, 400))
    (root / "broken.png").write_bytes(png()[:200])
    (root / "text.txt").write_text("not ours")
    _settle(*root.iterdir())
    return root


def test_a_warm_cache_changes_no_result(folder: Path, tmp_path: Path) -> None:
    cold = _outcome([str(folder)], None)
    assert _outcome([str(folder)], tmp_path / "c.sqlite") == cold
    assert _outcome([str(folder)], tmp_path / "c.sqlite") == cold


@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(st.integers(0, 2**20), st.integers(0, 255)), min_size=1, max_size=40))
def test_flipped_bytes_in_the_store_never_end_a_run(
    folder: Path, tmp_path: Path, flips: list[tuple[int, int]]
) -> None:
    store = tmp_path / "c.sqlite"
    store.unlink(missing_ok=True)
    cold = _outcome([str(folder)], store)
    damaged = bytearray(store.read_bytes())
    for at, value in flips:
        damaged[at % len(damaged)] = value
    store.write_bytes(damaged)
    assert [path for path, *_ in _outcome([str(folder)], store)] == [path for path, *_ in cold]


_RUN = "import sys; from mediaprep.cli import main; sys.argv[0] = 'mediaprep'; main()"


def test_several_processes_share_a_store(folder: Path, own_cache: Path) -> None:
    command = [sys.executable, "-c", _RUN, "check", str(folder), "--output", "csv"]

    def run(_: int) -> tuple[int, bytes, bytes]:
        done = subprocess.run(command, capture_output=True, check=False)
        return done.returncode, done.stdout, done.stderr

    with ThreadPoolExecutor(6) as pool:
        outcomes = set(pool.map(run, range(6)))
    assert len(outcomes) == 1
    ((code, out, err),) = outcomes
    assert (code, err) == (1, b"")
    assert out.count(b"\n") > 6
    with sqlite3.connect(own_cache / "facts.sqlite") as db:
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert db.execute("SELECT count(*) FROM file").fetchone() == (8,)
