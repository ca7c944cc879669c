"""Many assets are waited for politely, each to its own end."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from publish_world import World, pictures, publish, served

from mediaprep.errors import ConfigError
from mediaprep.publish.outcome import DEADLINES_S, End, Settings, exit_code
from mediaprep.publish.run import from_environment


@pytest.fixture
def world() -> Iterator[World]:
    with served() as one:
        yield one


def test_steps_grow(world: World, tmp_path: Path) -> None:
    world.polls_until_active = 10**6
    deadlines = dict.fromkeys(DEADLINES_S, 0.6)
    publish(world.environ(tmp_path), pictures(tmp_path, 1), deadlines_s=deadlines)
    assert 4 <= world.calls["get"] <= 14  # thirty at an even pace of 0.02 s


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("404", id="not known to every server yet"),
        pytest.param("500", id="a server error"),
        pytest.param("drop", id="a dropped connection"),
        pytest.param("cut", id="an answer cut off"),
        pytest.param("429", id="too many requests"),
    ],
)
def test_a_poll_that_fails_is_no_end(fault: str, world: World, tmp_path: Path) -> None:
    world.faults["get"] = [fault] * 2
    [item] = publish(world.environ(tmp_path), pictures(tmp_path, 1))
    assert item.end is End.ACTIVE


def test_an_asset_that_is_gone_is_made_anew_by_the_next_run(world: World, tmp_path: Path) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 1)
    publish(environ, items, wait=False)
    world.assets.clear()
    [item] = publish(environ, items)
    assert (item.end, item.record and item.record.reason) == (
        End.FAILED,
        "it is not there any more",
    )
    [again] = publish(environ, items)
    assert again.end is End.ACTIVE


def test_a_key_that_ends_while_waiting_leaves_what_is_registered(
    world: World, tmp_path: Path
) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 2)
    world.faults["get"] = ["401"] * 50
    results = publish(environ, items)
    assert {item.end for item in results} <= {End.REGISTERED, End.COULD_NOT}
    world.faults.clear()
    assert exit_code(item.end for item in publish(environ, items)) == 0
    assert set(world.created.values()) == {1}


def test_a_place_in_flight_is_free_once_its_asset_settled(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mediaprep.backends.sunra import Sunra
    from mediaprep.backends.values import InFlight, Limits, Rate

    original = Sunra.__init__

    def strict(self: Sunra, environ: dict[str, str]) -> None:
        original(self, environ)
        rates = {**self.limits.rates, "create": Rate(99, 0.01, 2, InFlight.SETTLED)}
        self.limits = Limits(self.limits.kinds, rates, url_chars=2083)

    monkeypatch.setattr(Sunra, "__init__", strict)
    # Nobody waits this long for a place: while one is wanted, the looks come sooner.
    patient = {"MEDIAPREP_POLL_INTERVAL_S": "900"}
    runs: list[Any] = []
    timer = threading.Timer(30, lambda: runs[-1].pipeline.interrupt())
    timer.start()
    results = publish(world.environ(tmp_path, **patient), pictures(tmp_path, 7), before=runs.append)
    timer.cancel()
    assert exit_code(item.end for item in results) == 0
    processing: list[int] = []
    act = world.act

    def counted(action: str, body: dict[str, object], ident: str) -> tuple[int, object]:
        answer = act(action, body, ident)
        processing.append(sum(a["polls"] < 1 for a in world.assets.values()))
        return answer

    monkeypatch.setattr(world, "act", counted)
    for wait, folder in ((True, tmp_path / "a"), (False, tmp_path / "b")):
        folder.mkdir()
        results = publish(world.environ(folder), pictures(folder, 9), wait=wait)
        assert exit_code((item.end for item in results), wait=wait) == 0
    assert max(processing) == 2


def test_what_another_process_has_in_hand_is_waited_for(world: World, tmp_path: Path) -> None:
    from mediaprep.publish.ledger import Ledger
    from mediaprep.publish.prepare import hash_file
    from mediaprep.publish.records import Key, State, Target

    environ, items = world.environ(tmp_path), pictures(tmp_path, 1)
    publish(environ, [])  # makes nothing but the ledger
    ledger = Ledger(tmp_path / "ledger.sqlite")
    from mediaprep.backends import get_backend
    from mediaprep.publish.groups import library

    target: Target = library(get_backend("sunra", environ))
    key = Key(hash_file(items[0][0].path)[0], target)
    ledger.claim(key)

    def finish() -> None:
        ledger.move(key, State.UPLOADED)
        ledger.move(key, State.REGISTERING)
        ledger.move(key, State.REGISTERED, asset_id="theirs", uri="asset://theirs")
        ledger.move(key, State.ACTIVE)
        ledger.release(key)

    timer = threading.Timer(0.3, finish)
    timer.start()
    started = time.monotonic()
    [item] = publish(environ, items)
    timer.join()
    ledger.close()
    assert time.monotonic() - started >= 0.25
    assert item.record
    assert (item.end, item.record.uri) == (End.ACTIVE, "asset://theirs")
    assert not world.calls


@pytest.mark.parametrize("text", ["soon", "0", "-1", "nan", "inf"])
def test_an_interval_that_means_nothing_is_refused(text: str) -> None:
    with pytest.raises(ConfigError, match="MEDIAPREP_POLL_INTERVAL_S"):
        from_environment(Settings(), {"MEDIAPREP_POLL_INTERVAL_S": text})
