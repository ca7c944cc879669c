"""Submitting once: what the journal remembers across runs that were cut off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from request_world import KEY

from mediaprep.backends.generate import get_generator
from mediaprep.generation import Ask, Request
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.session import Session
from mediaprep.request.journal import InDoubt, Journal, Sent, Step, digest
from mediaprep.request.submit import Patience, Submission

SENT = Sent(digest(b"{}"), "sunra", "https://api.sunra.ai", "account")
REQUEST = Request("r.toml", "sunra", "bytedance/seedance-2.0", "dusk")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def journal(path: Path) -> Iterator[Journal]:
    one = Journal(path)
    yield one
    one.close()


def test_steps_are_remembered(journal: Journal, path: Path) -> None:
    assert journal.last(SENT) is None
    number = journal.begin(SENT, "r.toml", None)
    journal.move(number, Step.SUBMITTED, "pd_1")
    journal.move(number, Step.DONE)
    later = Journal(path)
    entry = later.last(SENT)
    later.close()
    assert entry is not None
    assert (entry.step, entry.generation_id, entry.is_held) == (Step.DONE, "pd_1", True)


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(SENT._replace(body_sha256=digest(b"[]")), id="another body"),
        pytest.param(SENT._replace(backend="crun"), id="another backend"),
        pytest.param(SENT._replace(base_url="https://other.example"), id="another host"),
        pytest.param(SENT._replace(account="other"), id="another account"),
    ],
)
def test_other_things_are_other_submissions(journal: Journal, other: Sent) -> None:
    journal.begin(SENT, "r.toml", None)
    assert journal.last(other) is None


def test_two_processes_do_not_both_begin(journal: Journal, path: Path) -> None:
    other = Journal(path)
    other.begin(SENT, "r.toml", None)
    with pytest.raises(InDoubt, match="another process"):
        journal.begin(SENT, "r.toml", None)
    other.close()


def test_the_ledger_takes_no_notice(journal: Journal, path: Path) -> None:
    journal.begin(SENT, "r.toml", None)
    ledger = Ledger(path)
    assert list(ledger.records()) == []
    ledger.close()


def _submission(journal: Journal) -> tuple[Submission, Session]:
    generator = get_generator("sunra", {"SUNRA_API_KEY": KEY})
    session = Session(generator, {})
    return Submission(session, generator, journal, Patience()), session


def _sent() -> Sent:
    generator = get_generator("sunra", {"SUNRA_API_KEY": KEY})
    body = generator.submit(Ask(REQUEST, ())).content() or b""
    return Sent(digest(body), "sunra", generator.base_url, generator.account)


def test_a_run_that_was_killed_while_it_asked_leaves_a_doubt(path: Path) -> None:
    killed = Journal(path)
    killed.begin(_sent(), "r.toml", None)
    killed.close()  # as the system does for a process that ends
    journal = Journal(path)
    submission, session = _submission(journal)
    try:
        with pytest.raises(InDoubt, match="may have taken the request"):
            submission.submit(Ask(REQUEST, ()))
        assert session.calls == {}
    finally:
        session.close()
        journal.close()


def test_a_process_that_is_asking_is_left_alone_even_with_again(path: Path) -> None:
    asking, journal = Journal(path), Journal(path)
    asking.begin(_sent(), "r.toml", None)
    submission, session = _submission(journal)
    try:
        with pytest.raises(InDoubt, match="another process"):
            submission.submit(Ask(REQUEST, ()), again=True)
        assert session.calls == {}
    finally:
        session.close()
        journal.close()
        asking.close()


def test_an_open_submission_is_gone_on_with(path: Path) -> None:
    earlier = Journal(path)
    earlier.move(earlier.begin(_sent(), "r.toml", None), Step.SUBMITTED, "pd_7")
    earlier.close()
    journal = Journal(path)
    submission, session = _submission(journal)
    try:
        assert submission.submit(Ask(REQUEST, ())) == "pd_7"
        assert session.calls == {}
    finally:
        session.close()
        journal.close()
