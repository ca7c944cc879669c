"""Lending open files over a socket."""

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


@pytest.fixture
def path(tmp_path: Path) -> str:
    (tmp_path / "given").write_text("content")
    return str(tmp_path / "given")


def test_a_key_brings_the_open_file(lender: Lender, path: str) -> None:
    with borrow(lender.counter, lender.offer(path)) as file:
        assert file.read() == b"content"


def test_a_key_is_good_for_one_loan(lender: Lender, path: str) -> None:
    key = lender.offer(path)
    borrow(lender.counter, key).close()
    with pytest.raises(OSError, match="no such loan"):
        borrow(lender.counter, key)


def test_a_withdrawn_key_and_a_made_up_one_bring_nothing(lender: Lender, path: str) -> None:
    key = lender.offer(path)
    lender.withdraw(key)
    for unknown in (key, b"\0" * 16, b""):
        with pytest.raises(OSError, match="no such loan"):
            borrow(lender.counter, unknown)


def test_a_request_without_a_socket_does_not_stop_the_lender(lender: Lender, path: str) -> None:
    lender.counter.send(b"nonsense")
    with borrow(lender.counter, lender.offer(path)) as file:
        assert file.read() == b"content"


def test_a_pipe_is_not_waited_for(lender: Lender, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        borrow(lender.counter, lender.offer(str(tmp_path / "pipe")))


def test_no_descriptor_is_left_behind(path: str) -> None:
    before = len(os.listdir("/dev/fd"))
    lender = Lender()
    for _ in range(20):
        borrow(lender.counter, lender.offer(path)).close()
    lender.close()
    assert len(os.listdir("/dev/fd")) == before
