"""The isolated pool against functions that crash, hang, hoard and pry."""

from __future__ import annotations

import os
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import engine_work as work
import pytest
from engine_processes import eventually, gone

from mediaprep.engine import isolation, landlock, seccomp
from mediaprep.engine.answers import Died, Ready
from mediaprep.engine.pool import IN_FLIGHT, map_isolated

confined = pytest.mark.skipif(
    not (landlock.abi() and seccomp.available()), reason="needs Landlock and seccomp"
)


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "given"
    path.write_text("the one given")
    return str(path)


def one(function: Any, file: str, payload: Any, **kwargs: Any) -> Any:
    [answer] = map_isolated(function, [(file, payload)], jobs=1, **kwargs)
    return answer


@pytest.mark.parametrize("jobs", [1, 2, 4])
def test_answers_come_in_order_whatever_the_worker_count(file: str, jobs: int) -> None:
    waits = [0.05 if i % 5 == 0 else 0.0 for i in range(30)]
    assert list(map_isolated(work.sleep, ((file, wait) for wait in waits), jobs=jobs)) == waits


def test_items_with_an_answer_keep_their_place(file: str) -> None:
    items: list[tuple[str, Any] | Ready] = [
        Ready("a"), (file, 1), Ready("b"), (file, 2), Ready("c")
    ]  # fmt: skip
    answers = list(map_isolated(work.read_all, items, jobs=2))
    assert answers == ["a", ["the one given", 1], "b", ["the one given", 2], "c"]


def test_without_work_no_worker_starts() -> None:
    assert list(map_isolated(work.read_all, [Ready(1), Ready(2)])) == [1, 2]
    assert list(map_isolated(work.read_all, [])) == []


def test_the_input_is_read_no_further_than_what_is_in_flight(file: str) -> None:
    taken = 0

    def items() -> Iterator[tuple[str, Any]]:
        nonlocal taken
        for number in range(1000):
            taken += 1
            yield file, number

    answers = map_isolated(work.read_all, items(), jobs=2)
    for _ in range(10):
        next(answers)
    answers.close()
    assert 10 <= taken <= 10 + 2 * IN_FLIGHT


MISHAPS = {
    "segfault": "crashed (SIGSEGV)",
    "abort": "crashed (SIGABRT)",
    "exit": "status 3",
    "hang": "still busy after 0.5 s",
    "hang in C": "still busy after 0.5 s",
    "4 GiB": "more than 2 GiB of memory",
    "raise": "ValueError: out of sorts",
}


@pytest.fixture(scope="module")
def mishaps(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, Any]]:
    """All of them in one run: how -> (what came of it, what came of the next file)."""
    path = tmp_path_factory.mktemp("mishaps") / "given"
    path.touch()
    items = [(str(path), way) for how in MISHAPS for way in (how, "nothing")]
    answers = list(map_isolated(work.misbehave, items, jobs=2, timeout_s=0.5))
    return dict(zip(MISHAPS, zip(answers[::2], answers[1::2], strict=True), strict=True))


@pytest.mark.parametrize(("how", "reason"), MISHAPS.items())
def test_a_mishap_costs_the_one_file(
    mishaps: dict[str, tuple[Any, Any]], how: str, reason: str
) -> None:
    answer, following = mishaps[how]
    assert isinstance(answer, Died)
    assert reason in answer.reason
    assert following == "nothing"


def test_a_run_outlives_many_crashes(file: str) -> None:
    ways = ["segfault", "nothing"] * 4
    answers = list(map_isolated(work.misbehave, [(file, way) for way in ways], jobs=2))
    assert [isinstance(answer, Died) for answer in answers] == [True, False] * 4


def test_workers_that_die_between_files_are_replaced(file: str) -> None:
    def items() -> Iterator[tuple[str, bool]]:
        yield file, True
        time.sleep(0.6)  # the pool is idle, and notices
        yield from [(file, False)] * 3

    assert list(map_isolated(work.die_soon, items(), jobs=1)) == [True, False, False, False]


def test_what_is_not_a_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    paths = [str(tmp_path / "missing"), str(tmp_path), str(tmp_path / "pipe")]
    answers = list(map_isolated(work.read_all, [(path, 0) for path in paths], jobs=1))
    assert [answer.opened for answer in answers] == [False] * 3
    assert answers[0].reason == "No such file or directory"
    assert answers[1].reason == answers[2].reason == "not a regular file"


FORBIDDEN = (
    "read a file",
    "list a folder",
    "write a file",
    "remove a file",
    "rename a file",
    "change a file's mode",
    "connect over TCP",
    "send over UDP",
    "connect to a local socket",
    "start a program",
    "signal the parent",
)


@pytest.fixture(scope="module")
def attempts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    """What to attempt each with; every one of them would succeed outside."""
    folder = tmp_path_factory.mktemp("attempts")
    with socket.create_server(("127.0.0.1", 0)) as tcp, socket.socket(socket.AF_UNIX) as local:
        local.bind(str(folder / "socket"))
        local.listen()
        for what in FORBIDDEN:
            (folder / what).write_text("someone else's")
        yield {what: str(folder / what) for what in FORBIDDEN} | {
            "list a folder": str(folder),
            "connect over TCP": tcp.getsockname()[1],
            "send over UDP": tcp.getsockname()[1],
            "connect to a local socket": str(folder / "socket"),
            "start a program": sys.executable,
            "signal the parent": os.getpid(),
        }


@pytest.fixture(scope="module")
def outcomes(attempts: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    path = tmp_path_factory.mktemp("given") / "given"
    path.touch()
    items = [(str(path), [what, attempts[what]]) for what in FORBIDDEN]
    return dict(zip(FORBIDDEN, map_isolated(work.attempt, items, jobs=1), strict=True))


@confined
@pytest.mark.parametrize("what", FORBIDDEN)
def test_a_worker_cannot(
    what: str, outcomes: dict[str, str], attempts: dict[str, Any], file: str
) -> None:
    assert outcomes[what] == "PermissionError"
    with open(file, "rb") as given:  # and the attempt is a real one
        assert what == "start a program" or work.attempt(given, [what, attempts[what]]) == "done"


def test_an_answer_that_would_run_code_is_not_unpickled(file: str, tmp_path: Path) -> None:
    target = tmp_path / "made by unpickling"
    answer = one(work.trap, file, str(target))
    assert isinstance(answer, Died)
    assert not target.exists()


def test_closing_ends_the_workers(file: str) -> None:
    answers = map_isolated(work.pid_or_hang, [(file, "pid"), (file, "hang")], jobs=1)
    pid = next(answers)
    assert not gone(pid)
    answers.close()
    assert eventually(lambda: gone(pid))


def test_isolation_says_what_holds() -> None:
    words = isolation()
    assert ("no file but the one given" in words) == bool(landlock.abi() or seccomp.available())
    assert "credentials" in words
