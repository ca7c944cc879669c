"""From files to assets over real HTTP: each content once, whatever goes wrong on the way."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import pytest
from publish_world import KEY, Shelf, World, pictures, publish, served

from mediaprep.errors import UsageError
from mediaprep.model import Finding, Kind, Severity, Verdict
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.outcome import Doubt, End, exit_code
from mediaprep.publish.records import State


@pytest.fixture
def world() -> Any:
    with served() as one:
        yield one


def ends(results: list[Any]) -> list[End]:
    return [item.end for item in results]


def test_a_folder_becomes_active_assets_in_order(world: World, tmp_path: Path) -> None:
    items = pictures(tmp_path, 5)
    results = publish(world.environ(tmp_path), items)
    assert ends(results) == [End.ACTIVE] * 5
    assert [item.result.path for item in results] == [result.path for result, _ in items]
    assert len({item.record.uri for item in results if item.record}) == 5


def test_a_second_run_makes_no_call(world: World, tmp_path: Path) -> None:
    items = pictures(tmp_path, 3)
    first = publish(world.environ(tmp_path), items)
    before, shelf = world.calls.copy(), Shelf()
    second = publish(world.environ(tmp_path), items, shelf)
    assert world.calls == before
    assert not shelf.puts
    assert all(item.reused for item in second)
    assert [x.record and x.record.uri for x in first] == [x.record and x.record.uri for x in second]


def test_a_kind_that_the_backend_does_not_take_is_not_uploaded(
    world: World, tmp_path: Path
) -> None:
    keys = {"VOLCENGINE_ACCESS_KEY": "AKLT", "VOLCENGINE_SECRET_KEY": KEY}
    environ = world.environ(tmp_path, MEDIAPREP_VOLCENGINE_BASE_URL=world.base_url, **keys)
    items = pictures(tmp_path, 2)
    for result, _ in items:
        result.info.kind = Kind.VIDEO
    shelf = Shelf()
    results = publish(environ, items, shelf, backend="volcengine")
    assert ends(results) == [End.COULD_NOT] * 2
    assert "video is not taken here" in results[0].why
    assert not shelf.puts
    assert not world.calls  # nor is a group made


def test_twins_are_one_asset(world: World, tmp_path: Path) -> None:
    items = pictures(tmp_path, 1) * 6
    results = publish(world.environ(tmp_path), items)
    assert ends(results) == [End.ACTIVE] * 6
    assert world.calls["create"] == 1


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param("drop", id="a connection dropped before the backend acted"),
        pytest.param("drop-after", id="a connection dropped after the backend acted"),
        pytest.param("cut", id="an answer that is cut off"),
        pytest.param("500", id="a server error"),
        pytest.param("429", id="too many requests"),
        pytest.param("403", id="Sunra's way to say too many requests"),
    ],
)
def test_a_lost_answer_is_looked_up(fault: str, world: World, tmp_path: Path) -> None:
    world.faults["create"] = [fault, fault]
    results = publish(world.environ(tmp_path), pictures(tmp_path, 4))
    assert ends(results) == [End.ACTIVE] * 4
    assert set(world.created.values()) == {1}


def test_without_a_list_the_user_decides(world: World, tmp_path: Path) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 2)
    world.faults["create"] = ["drop-after"]
    results = publish(environ, items, backend="crun")
    assert sorted(ends(results)) == [End.ACTIVE, End.UNKNOWN]
    assert exit_code(ends(results)) == 3
    told = next(item for item in results if item.end is End.UNKNOWN)
    assert "may have registered it" in told.why
    assert "--retry-unknown" in told.hint
    before = world.calls["create"]
    assert End.UNKNOWN in ends(publish(environ, items, backend="crun"))
    assert world.calls["create"] == before  # never silently again
    again = publish(environ, items, backend="crun", doubt=Doubt.RETRY)
    assert ends(again) == [End.ACTIVE] * 2


def test_what_is_forgotten_is_begun_anew(world: World, tmp_path: Path) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 1)
    world.faults["create"] = ["drop"]
    assert ends(publish(environ, items, backend="crun")) == [End.UNKNOWN]
    assert ends(publish(environ, items, backend="crun", doubt=Doubt.FORGET)) == [End.STOPPED]
    assert ends(publish(environ, items, backend="crun")) == [End.ACTIVE]


def test_a_run_that_died_while_it_asked_is_looked_up(world: World, tmp_path: Path) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 1)
    [done] = publish(environ, items)
    assert done.record
    ledger = Ledger(tmp_path / "ledger.sqlite")
    ledger._db.execute("UPDATE assets SET state='registering', asset_id='', uri=''")
    ledger.close()
    [again] = publish(environ, items)
    assert again.record
    assert (again.end, again.record.asset_id) == (End.ACTIVE, done.record.asset_id)
    assert world.calls["create"] == 1


def test_what_the_backend_fails_is_told_and_tried_by_the_next_run(
    world: World, tmp_path: Path
) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 1) * 2
    world.final = "failed"
    results = publish(environ, items)
    assert ends(results) == [End.FAILED] * 2
    assert world.calls["create"] == 1  # not again for the twin
    world.final = "active"
    assert ends(publish(environ, items)) == [End.ACTIVE] * 2


def test_an_unknown_status_word_is_shown_and_no_success(world: World, tmp_path: Path) -> None:
    world.final = "marinating"
    deadlines = {"image": 0.2, "video": 0.2, "audio": 0.2}
    environ, items = world.environ(tmp_path), pictures(tmp_path, 1)
    [item] = publish(environ, items, deadlines_s=deadlines)
    assert item.end is End.REGISTERED
    assert "'marinating'" in item.why
    world.final = "active"
    assert ends(publish(environ, items)) == [End.ACTIVE]
    assert world.calls["create"] == 1


def test_a_wrong_key_is_asked_about_once_and_not_for_every_file(
    world: World, tmp_path: Path
) -> None:
    world.faults["create"] = ["401"] * 100
    results = publish(world.environ(tmp_path), pictures(tmp_path, 60))
    assert ends(results) == [End.COULD_NOT] * 60
    assert world.calls["create"] <= 32  # as many as were on their way
    assert exit_code(ends(results)) == 2


def test_a_url_that_ends_too_soon_stops_before_anything_is_sent(
    world: World, tmp_path: Path
) -> None:
    shelf = Shelf(life_s=3)
    [item] = publish(world.environ(tmp_path), pictures(tmp_path, 1), shelf)
    assert item.end is End.COULD_NOT
    assert "would live 3 s" in item.why
    assert not shelf.puts
    assert not world.calls


def test_a_url_that_ran_out_while_waiting_is_signed_again(world: World, tmp_path: Path) -> None:
    from mediaprep.publish.presign import Presigned

    class Late(Shelf):
        def presign(self, key: str, life_s: int) -> Presigned:
            signed = super().presign(key, life_s)
            if self.signed > 1:
                return signed

            class RunsOut(Presigned):  # good when it is made, and not when it is used
                looks = 0

                def left_s(self, now: Any = None) -> float:
                    object.__setattr__(self, "looks", self.looks + 1)
                    return 1e6 if self.looks == 1 else 0.0

            return RunsOut(signed.url, signed.expires_at)

    shelf = Late()
    [item] = publish(world.environ(tmp_path), pictures(tmp_path, 1), shelf)
    assert item.end is End.ACTIVE
    assert shelf.signed == 2


def test_findings_stop_a_file(world: World, tmp_path: Path) -> None:
    items = pictures(tmp_path, 2)
    bad = Finding("GEO001", "side", Severity.ERROR, Verdict.FAIL, "too small")
    items[0][0].findings.append(bad)
    results = publish(world.environ(tmp_path), items)
    assert ends(results) == [End.BLOCKED, End.ACTIVE]
    assert exit_code(ends(results)) == 3
    assert exit_code([End.BLOCKED]) == 1


def test_a_file_that_changed_since_it_was_judged_is_not_published(
    world: World, tmp_path: Path
) -> None:
    items = pictures(tmp_path, 1)
    with open(items[0][0].path, "ab") as file:
        file.write(b"more")
    assert ends(publish(world.environ(tmp_path), items)) == [End.COULD_NOT]
    assert not world.calls


def test_an_interrupt_ends_in_order_and_the_next_run_goes_on(world: World, tmp_path: Path) -> None:
    environ, items = world.environ(tmp_path), pictures(tmp_path, 30)
    world.polls_until_active = 10**6

    def soon(run: Any) -> None:
        import threading

        threading.Timer(0.3, run.pipeline.interrupt).start()

    results = publish(environ, items, before=soon)
    assert len(results) == 30
    assert set(ends(results)) <= {End.REGISTERED, End.STOPPED}
    world.polls_until_active = 0
    assert ends(publish(environ, items)) == [End.ACTIVE] * 30
    assert set(world.created.values()) == {1}


def test_not_waiting_ends_when_all_are_registered(world: World, tmp_path: Path) -> None:
    world.polls_until_active = 10**6
    results = publish(world.environ(tmp_path), pictures(tmp_path, 3), wait=False)
    assert ends(results) == [End.REGISTERED] * 3
    assert exit_code(ends(results), wait=False) == 0
    assert not world.calls["get"]


def test_a_name_without_the_hash_is_refused(world: World, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="sha16"):
        publish(world.environ(tmp_path), [], name_template="{stem}")


def test_no_secret_leaves(world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    world.faults["create"] = ["drop-after", "500", "cut"]
    results = publish(world.environ(tmp_path), pictures(tmp_path, 3))
    files = [path for path in tmp_path.glob("ledger*") if path.is_file()]
    said = repr(results) + caplog.text + repr(list(world.assets))
    held = said.encode() + b"".join(path.read_bytes() for path in files)
    for secret in (KEY, "feedface", "X-Amz", "AKIATEST"):
        assert secret.encode() not in held
    assert any(KEY in header for seen in world.seen_headers for header in seen.values())


def test_the_ledger_tells_state_by_state(world: World, tmp_path: Path) -> None:
    publish(world.environ(tmp_path), pictures(tmp_path, 1))
    ledger = Ledger(tmp_path / "ledger.sqlite")
    [record] = ledger.records()
    ledger.close()
    assert record.state is State.ACTIVE
    assert record.name == f"picture 0_{record.key.sha256[:16]}"
