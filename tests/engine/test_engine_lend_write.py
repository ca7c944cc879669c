"""Lending files that may be written to."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from mediaprep.engine.lend import Lender, borrow


@pytest.fixture
def lender() -> Iterator[Lender]:
    lender = Lender()
    yield lender
    lender.close()


def test_a_writable_file_is_made(lender: Lender, tmp_path: Path) -> None:
    key = lender.offer(str(tmp_path / "new"), writable=True)
    with borrow(lender.counter, key, writable=True) as file:
        file.write(b"content")
    assert (tmp_path / "new").read_bytes() == b"content"


def test_what_a_writable_file_held_is_gone(lender: Lender, tmp_path: Path) -> None:
    (tmp_path / "old").write_text("of an attempt that died")
    key = lender.offer(str(tmp_path / "old"), writable=True)
    borrow(lender.counter, key, writable=True).close()
    assert (tmp_path / "old").read_bytes() == b""


def test_a_key_to_read_does_not_let_write(lender: Lender, tmp_path: Path) -> None:
    (tmp_path / "given").write_text("content")
    key = lender.offer(str(tmp_path / "given"))
    with (
        borrow(lender.counter, key) as file,
        pytest.raises(OSError, match="Bad file descriptor"),
    ):
        os.write(file.fileno(), b"x")
    assert (tmp_path / "given").read_text() == "content"


def test_a_link_is_not_written_through(lender: Lender, tmp_path: Path) -> None:
    (tmp_path / "given").write_text("content")
    (tmp_path / "link").symlink_to("given")
    key = lender.offer(str(tmp_path / "link"), writable=True)
    with pytest.raises(OSError, match="symbolic link"):
        borrow(lender.counter, key, writable=True)
    assert (tmp_path / "given").read_text() == "content"
