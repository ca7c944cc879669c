"""A journal knows what was finished, and trusts neither a torn line nor a changed file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mediaprep.fix.journal import NAME, Journal, Stamp


@pytest.fixture
def finished(tmp_path: Path) -> tuple[str, str]:
    """Enter one finished result; return its target and its source."""
    source, target = tmp_path / "source.png", tmp_path / "out" / "a.jpg"
    target.parent.mkdir()
    source.write_bytes(b"source")
    target.write_bytes(b"result")
    journal = Journal(str(target.parent))
    stamps = Stamp.of(str(source)), Stamp.of(str(target))
    journal.ready(str(target), str(source), stamps[0], "plan", stamps[1])
    journal.done(str(target))
    journal.close()
    return str(target), str(source)


def _reopened(target: str) -> Journal:
    return Journal(os.path.dirname(target))


def test_a_later_run_knows_what_was_finished(finished: tuple[str, str]) -> None:
    target, source = finished
    journal = _reopened(target)
    assert journal.finished(target, source, "plan")
    assert not journal.finished(target, source, "another plan")
    assert not list(journal.interrupted())


def test_touching_files_does_not_undo_them(finished: tuple[str, str]) -> None:
    target, source = finished
    os.utime(target, (1, 1))
    os.utime(source, (2, 2))
    assert _reopened(target).finished(target, source, "plan")


@pytest.mark.parametrize("which", [pytest.param(0, id="the result"), pytest.param(1, id="source")])
def test_a_file_that_changed_counts_no_more(finished: tuple[str, str], which: int) -> None:
    target, source = finished
    file = Path(finished[which])
    file.write_bytes(file.read_bytes().upper())
    assert not _reopened(target).finished(target, source, "plan")


@pytest.mark.parametrize(
    "tail",
    [
        pytest.param(b'{"version":1,"target":"b.jpg","ori', id="a torn line"),
        pytest.param(b"\xff\xfe\n", id="bytes that are not text"),
        pytest.param(b'{"version":9}\n', id="another version"),
        pytest.param(b"[]\n", id="not an object"),
        pytest.param(b"null\n", id="nothing"),
    ],
)
def test_what_makes_no_sense_is_passed_over(finished: tuple[str, str], tail: bytes) -> None:
    target, source = finished
    with open(os.path.join(os.path.dirname(target), NAME), "ab") as file:
        file.write(tail)
    journal = _reopened(target)
    assert journal.finished(target, source, "plan")
    stamp = Stamp.of(source)
    journal.ready(target, source, stamp, "newer", Stamp.of(target))
    journal.close()
    assert _reopened(target).finished(target, source, "newer")


def test_a_result_without_its_end_is_known_as_interrupted(tmp_path: Path) -> None:
    journal = Journal(str(tmp_path / "out"))
    (tmp_path / "a").write_bytes(b"1")
    stamp = Stamp.of(str(tmp_path / "a"))
    journal.ready(str(tmp_path / "b"), str(tmp_path / "a"), stamp, "plan", stamp)
    journal.close()
    ((target, origin, entry),) = _reopened(str(tmp_path / "out" / "x")).interrupted()
    assert (target, origin) == (str(tmp_path / "b"), str(tmp_path / "a"))
    assert not entry.done
