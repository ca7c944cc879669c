"""Calls are repeated where that is safe, and nowhere else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from publish_world import KEY, World, served

from mediaprep.backends import get_backend
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Query
from mediaprep.model import Kind
from mediaprep.publish.rates import Stopped
from mediaprep.publish.run import open_session
from mediaprep.publish.session import Session, Unsettled
from mediaprep.publish.transport import TransportFailed


@pytest.fixture
def world() -> Iterator[World]:
    with served() as one:
        yield one


@pytest.fixture
def session(world: World, tmp_path: Path) -> Iterator[Session]:
    one = open_session("sunra", world.environ(tmp_path))
    yield one
    one.close()


def create(session: Session) -> Any:
    backend = session.backend
    call = backend.create_asset("https://h.example/x?sig=1", Kind.IMAGE, "n")
    return session.ask(call, lambda reply: backend.parse_created(reply, Kind.IMAGE))


def listed(session: Session) -> Any:
    backend, query = session.backend, Query()
    return session.ask(backend.list_assets(query), lambda reply: backend.parse_assets(reply, query))


@pytest.mark.parametrize("fault", ["drop", "drop-after", "cut", "500", "503", "429"])
def test_what_changes_nothing_is_asked_again(fault: str, world: World, session: Session) -> None:
    world.faults["list"] = [fault] * 3
    assert listed(session).items == ()
    assert world.calls["list"] == 4


@pytest.mark.parametrize("fault", ["drop", "drop-after", "cut", "500", "503"])
def test_a_creation_in_doubt_is_not_sent_again(fault: str, world: World, session: Session) -> None:
    world.faults["create"] = [fault]
    with pytest.raises(Unsettled) as caught:
        create(session)
    assert world.calls["create"] == 1
    assert "sig=1" not in str(caught.value)


@pytest.mark.parametrize("fault", ["429", "403"])
def test_a_creation_that_was_not_taken_is(fault: str, world: World, session: Session) -> None:
    world.faults["create"] = [fault, fault]
    assert create(session).id == "cgt-0"
    assert world.calls["create"] == 3


def test_who_is_let_in_is_patient_when_told_too_often(world: World, tmp_path: Path) -> None:
    environ = world.environ(tmp_path)
    session = Session(get_backend("sunra", environ), environ, tries=2, first_wait_s=0.01)
    assert listed(session).items == ()
    world.faults["list"] = ["403"] * 3
    assert listed(session).items == ()
    world.faults["create"] = ["403"] * 3
    with pytest.raises(BackendError, match="told 403"):  # which may be a wrong key as well
        create(session)
    session.close()


def test_nobody_there_is_asked_again_and_then_told(tmp_path: Path) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        port = closed.getsockname()[1]
    world = World(base_url=f"http://127.0.0.1:{port}")
    session = open_session("sunra", world.environ(tmp_path))
    with pytest.raises(TransportFailed, match="cannot be reached") as caught:
        create(session)
    assert not caught.value.sent
    session.close()


def test_a_refusal_is_final(world: World, session: Session) -> None:
    world.faults["create"] = ["400"]
    with pytest.raises(BackendError) as caught:
        create(session)
    assert caught.value.category is Category.INVALID
    assert world.calls["create"] == 1


def test_a_wait_beyond_reason_is_not_waited(world: World, session: Session) -> None:
    world.headers["Retry-After"] = "86400"
    world.faults["list"] = ["429"]
    with pytest.raises(BackendError):
        listed(session)


def test_redirects_are_not_followed_with_a_key(world: World, session: Session) -> None:
    world.headers["Location"] = f"{world.base_url}/elsewhere"
    world.faults["list"] = ["302"]
    with pytest.raises(BackendError) as caught:
        listed(session)
    assert caught.value.category is Category.WRONG_HOST
    assert sum(world.calls.values()) == 1


def test_a_proxy_of_the_environment_is_not_used(
    world: World, session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    assert listed(session).items == ()


def test_a_key_goes_to_the_backend_and_into_no_error(world: World, session: Session) -> None:
    world.faults["create"] = ["drop"]
    with pytest.raises(Unsettled) as caught:
        create(session)
    assert world.seen_headers[0]["Authorization"] == f"Bearer {KEY}"
    assert KEY not in repr(caught.value) + repr(caught.value.__context__)


def test_a_clock_that_is_off_is_set_by_the_servers(world: World, session: Session) -> None:
    from datetime import UTC, datetime, timedelta
    from email.utils import format_datetime

    from mediaprep.backends.call import Reply

    theirs = datetime.now(UTC) + timedelta(minutes=10)
    session._set_clock(Reply(401, {"Date": format_datetime(theirs, usegmt=True)}, b""))
    assert abs(session._skew - timedelta(minutes=10)) < timedelta(seconds=2)
    assert listed(session).items == ()  # whose Date is right again
    assert session._skew < timedelta(seconds=2)


def test_a_stopped_session_sends_nothing(world: World, tmp_path: Path) -> None:
    stop = threading.Event()
    session = open_session("sunra", world.environ(tmp_path), stop=stop)
    stop.set()
    with pytest.raises(Stopped):
        listed(session)
    assert not world.calls
    session.close()
