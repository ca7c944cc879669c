"""The ledger keeps what it acknowledged, whoever else writes and however a process ends."""

from __future__ import annotations

import multiprocessing
import os
import sqlite3
import tempfile
from dataclasses import replace
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from mediaprep.errors import UsageError
from mediaprep.publish.ledger import Ledger, LedgerDamaged
from mediaprep.publish.lockfile import adopt, export
from mediaprep.publish.records import NEXT, Key, State, Target

TARGET = Target("sunra", "https://api.example", "acc", "", "")
KEYS = [Key(f"{number:064x}", TARGET) for number in range(3)]
FACTS = {State.UPLOADED: {"store_key": "k"}, State.REGISTERED: {"asset_id": "a", "uri": "u"}}


class Died(BaseException):
    """The process is gone: nothing of it is carried out any more."""


class Mortal:
    """A connection whose process dies before one of its next statements."""

    def __init__(self, db: sqlite3.Connection, left: int) -> None:
        self.db, self.left = db, left

    def execute(self, *sql: Any) -> sqlite3.Cursor:
        if not self.left:
            raise Died
        self.left -= 1
        return self.db.execute(*sql)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.db, name)


class Steps(RuleBasedStateMachine):
    """Two processes' ledgers on one file, against a dictionary."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.path = Path(self.folder.name, "ledger.sqlite")
        self.ledgers = [Ledger(self.path), Ledger(self.path)]
        self.states: dict[Key, State] = {}
        self.holders: dict[Key, int] = {}

    who = st.integers(0, 1)
    keys = st.sampled_from(KEYS)

    @rule(who=who, key=keys)
    def claim(self, who: int, key: Key) -> None:
        record = self.ledgers[who].claim(key)
        if key in self.holders:
            assert record is None
            return
        assert record is not None
        self.holders[key] = who
        assert record.state is self.states.setdefault(key, State.PLANNED)

    @rule(who=who, key=keys)
    def release(self, who: int, key: Key) -> None:
        self.ledgers[who].release(key)
        if self.holders.get(key) == who:
            del self.holders[key]

    @rule(who=who, key=keys, state=st.sampled_from(State))
    def move(self, who: int, key: Key, state: State) -> None:
        allowed = key in self.states and state in NEXT[self.states[key]]
        if allowed and self.holders.get(key) == who:
            assert self.ledgers[who].move(key, state, **FACTS.get(state, {})).state is state
            self.states[key] = state
        else:
            with pytest.raises(LedgerDamaged):
                self.ledgers[who].move(key, state)

    @rule(who=who)
    def end_process(self, who: int) -> None:
        self.ledgers[who].close()
        self.holders = {key: holder for key, holder in self.holders.items() if holder != who}
        self.ledgers[who] = Ledger(self.path)

    @rule(who=who, key=keys, state=st.none() | st.sampled_from(State), left=st.integers(0, 7))
    def die_at_work(self, who: int, key: Key, state: State | None, left: int) -> None:
        """Die before any statement of a claim or a step: it is done whole, or not at all."""
        dying = self.ledgers[who]
        before, after = self.states.get(key), state or self.states.get(key, State.PLANNED)
        may = state is None or (before is not None and state in NEXT[before])
        dying._db = Mortal(dying._db, left)  # type: ignore[assignment]
        done = True
        try:
            if state is None:
                done = dying.claim(key) is not None
            else:
                dying.move(key, state, **FACTS.get(state, {}))
        except (Died, LedgerDamaged):
            done = False
        dying._db.db.close()  # type: ignore[attr-defined]  # what was begun goes back
        dying._owner._lock.release()  # as the system does; the file stays behind
        self.holders = {at: holder for at, holder in self.holders.items() if holder != who}
        self.ledgers[who] = Ledger(self.path)
        found = self.ledgers[who].get(key)
        ends = {after} if done else {before, after} if may else {before}
        assert (found and found.state) in ends
        if found is not None:
            self.states[key] = found.state

    @precondition(lambda self: self.states)
    @rule(who=who, key=keys)
    def forget(self, who: int, key: Key) -> None:
        self.ledgers[who].forget(key)
        self.states.pop(key, None)
        self.holders.pop(key, None)

    @invariant()
    def both_see_the_same(self) -> None:
        for ledger in self.ledgers:
            assert {record.key: record.state for record in ledger.records()} == self.states
            assert {key for key in self.states if ledger.is_held(key)} == set(self.holders)

    def teardown(self) -> None:
        for ledger in self.ledgers:
            ledger.close()
        self.folder.cleanup()


TestSteps = Steps.TestCase
TestSteps.settings = settings(max_examples=15, stateful_step_count=25, deadline=None)


def _die_with_a_claim(path: Path) -> None:
    ledger = Ledger(path)
    ledger.claim(KEYS[0])
    ledger.move(KEYS[0], State.UPLOADED, store_key="k")
    ledger.move(KEYS[0], State.REGISTERING, name="n")
    os._exit(9)


def test_a_killed_process_holds_nothing_and_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "ledger.sqlite"
    process = multiprocessing.get_context("spawn").Process(target=_die_with_a_claim, args=(path,))
    process.start()
    process.join()
    assert process.exitcode == 9
    ledger = Ledger(path)
    record = ledger.claim(KEYS[0])
    ledger.close()
    assert record is not None
    assert (record.state, record.name) == (State.REGISTERING, "n")


def test_a_group_is_made_by_one_and_remembered(tmp_path: Path) -> None:
    path, wanted = tmp_path / "ledger.sqlite", TARGET._replace(group="mine")
    one, two = Ledger(path), Ledger(path)
    assert one.claim_group(wanted)
    assert not two.claim_group(wanted)
    one.remember_group(wanted, "group-1")
    assert two.claim_group(wanted)
    assert two.group(wanted) == "group-1"
    one.close()
    two.close()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"this is no database" * 100, "cannot be used", id="other bytes"),
        pytest.param(None, "newer mediaprep", id="a later version's schema"),
    ],
)
def test_a_ledger_that_cannot_be_read_is_named(
    content: bytes | None, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "ledger.sqlite"
    if content is not None:
        path.write_bytes(content)
    else:
        db = sqlite3.connect(path)
        db.execute("PRAGMA user_version=99")
        db.close()
    with pytest.raises(LedgerDamaged, match=said) as caught:
        Ledger(path)
    assert str(path) in str(caught.value)


def _active(ledger: Ledger, key: Key) -> None:
    ledger.claim(key)
    ledger.move(key, State.UPLOADED, store_key="k", path="a/é.png", size_bytes=3, kind="image")
    ledger.move(key, State.REGISTERING, name="n")
    ledger.move(key, State.REGISTERED, asset_id=f"id-{key.sha256[-1]}", uri="asset://x")
    ledger.move(key, State.ACTIVE)
    ledger.release(key)


def test_a_lock_file_is_read_back_by_another_machine(tmp_path: Path) -> None:
    here, there = Ledger(tmp_path / "here.sqlite"), Ledger(tmp_path / "there.sqlite")
    for key in KEYS[:2]:
        _active(here, key)
    here.claim(KEYS[2])  # not registered: not listed
    out = StringIO()
    assert export(here, out) == 2
    assert adopt(out.getvalue(), there) == (2, 0)
    assert adopt(out.getvalue(), there) == (0, 2)
    again = StringIO()
    export(there, again)
    assert again.getvalue() == out.getvalue()
    [mine] = [r for r in here.records() if r.key == KEYS[0]]
    [theirs] = [r for r in there.records() if r.key == KEYS[0]]
    blank = {"updated_at": 0.0, "registered_at": 0.0, "store_key": ""}
    assert replace(mine, **blank) == replace(theirs, **blank)  # type: ignore[arg-type]
    here.close()
    there.close()


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("[]", id="no object"),
        pytest.param('{"schema": 2, "assets": []}', id="another schema"),
        pytest.param('{"schema": 1, "assets": [3]}', id="an asset that is a number"),
        pytest.param('{"schema": 1, "assets": [{"sha256": "zz"}]}', id="a hash that is none"),
        pytest.param("[" * 100_000, id="a nest"),
    ],
)
def test_what_is_no_lock_file_enters_nothing(text: str, tmp_path: Path) -> None:
    ledger = Ledger(tmp_path / "ledger.sqlite")
    with pytest.raises(UsageError):
        adopt(text, ledger)
    assert not list(ledger.records())
    ledger.close()
