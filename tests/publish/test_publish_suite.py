"""The fault suite, in part: `kill -9`, faults, two at once; all of it: scripts/publish-suite."""

from __future__ import annotations

import random
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from publish_forks import CLOCK, Forks
from publish_kills import (
    BACKENDS,
    Batch,
    kill_batch,
    no_faults,
    order_faults,
    sandbox,
    slow_down,
    told,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(find_spec("uvicorn") is None, reason="needs the extra [sandbox]"),
]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """The variables of a running sandbox."""
    with sandbox(tmp_path_factory.mktemp("suite") / "box", "--delay-s", "0.1") as variables:
        yield variables


@pytest.fixture(scope="module")
def forks() -> Iterator[Forks]:
    """Where runs are forked from."""
    one = Forks()
    yield one
    one.close()


@pytest.mark.parametrize("backend", BACKENDS)
def test_killed_runs_lose_and_double_nothing(
    backend: str, found: dict[str, str], forks: Forks, tmp_path: Path
) -> None:
    batch = Batch(tmp_path / f"killed-{backend}", backend, found).fill(8)
    order_faults(found, backend, 0.02)
    slow_down(found, backend)
    kill_batch(batch, forks, random.Random(backend), 1.5, most=6)
    no_faults(found)
    assert batch.finish(forks) == []


def test_two_runs_at_once_share_the_work(
    found: dict[str, str], forks: Forks, tmp_path: Path
) -> None:
    batch, other = Batch(tmp_path / "twos", "volcengine", found).fill(12), Forks()
    outs = [tmp_path / "1", tmp_path / "2"]
    runs = [
        each.start(batch.command(), found, out)
        for each, out in zip((forks, other), outs, strict=True)
    ]
    assert [run.wait() for run in runs] == [0, 0]
    other.close()
    assert batch.problems() == []
    assert told(found, "stats")["backends"]["volcengine"]["groups"] == 1


@pytest.mark.parametrize("seconds", [-1200, 1200], ids=["slow", "fast"])
def test_a_clock_that_the_store_refuses_is_named(
    seconds: int, found: dict[str, str], forks: Forks, tmp_path: Path
) -> None:
    batch = Batch(tmp_path / f"clock{seconds}", "volcengine", found).fill(2)
    code, said = batch.run(forks, **{CLOCK: str(seconds)})
    assert code == 2
    assert "set the clock" in said
    assert batch.finish(forks) == []


@pytest.mark.parametrize("seconds", [-1200, 1200], ids=["slow", "fast"])
def test_a_clock_that_the_backend_refuses_is_set_by_its_own(
    seconds: int, found: dict[str, str], forks: Forks, tmp_path: Path
) -> None:
    command = ["assets", "list", "--backend", "volcengine"]
    run = forks.start(command, found | {CLOCK: str(seconds)}, tmp_path / "out")
    assert run.wait() == 0, (tmp_path / "out").read_text()
