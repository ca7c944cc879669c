"""The contract of all backends, held by the providers' own answers."""

from __future__ import annotations

from typing import Any

import pytest
from backends_world import ADAPTERS, PARSE, SECRETS, WIRE, Wire, every_backend, made, reply, wires

from mediaprep.backends import ADAPTERS as ADAPTER_OF
from mediaprep.backends import NAMES
from mediaprep.backends.interface import (
    Asset,
    BackendError,
    Category,
    FaceSession,
    Group,
    Offer,
    Page,
    Query,
)
from mediaprep.model import Kind
from mediaprep.secret import Secret


def told(value: object, fields: dict[str, Any]) -> dict[str, Any]:
    return {key: getattr(value, key) for key in fields}


@pytest.mark.parametrize("wire", wires(failing=False))
def test_a_success_is_read_as_its_fixture_says(wire: Wire) -> None:
    [(what, wanted)] = [(k, v) for k, v in wire.expect.items() if k not in ("total", "next")]
    found = wire.parse()
    if isinstance(found, Asset | Group):
        assert told(found, wanted) == wanted
        assert what in ("asset", "group")
    elif isinstance(found, Page):
        assert [item.id for item in found.items] == wanted
        assert found.total == wire.expect["total"]
        assert (found.next.page if found.next else None) == wire.expect["next"]
    elif isinstance(found, FaceSession):
        assert [found.url.reveal(), found.h5_link.reveal(), found.token.reveal()] == wanted
    elif isinstance(found, Secret):
        assert found.reveal() == wanted
    else:
        assert wanted is True


@pytest.mark.parametrize("wire", wires(failing=True))
def test_a_refusal_is_sorted_as_its_fixture_says(wire: Wire) -> None:
    wanted = dict(wire.expect["error"])
    with pytest.raises(BackendError) as caught:
        wire.parse()
    error = caught.value
    assert wanted.pop("hint", "") in error.hint
    assert error.hint
    assert told(error, wanted) == wanted


@pytest.mark.parametrize("wire", wires())
def test_what_is_shown_of_an_answer_holds_no_secret_and_no_query(wire: Wire) -> None:
    try:
        shown = repr(wire.parse())
    except BackendError as exc:
        shown = f"{exc!r} {exc} {exc.hint} {vars(exc)}"
    shown += repr(wire.reply)
    for secret in (*SECRETS, "0123456789abcdef", "deadbeefcafe", "token=xxx", "byted_token"):
        assert secret not in shown


def test_every_backend_has_an_answer_for_every_call_that_it_offers() -> None:
    calls = {name: {path.name.split(".")[0] for path in (WIRE / name).iterdir()} for name in NAMES}
    needed = {
        Offer.LIST: "list",
        Offer.RENAME: "rename",
        Offer.DELETE: "delete",
        Offer.TRASH: "restore",
        Offer.GROUPS: "create-group",
        Offer.GET_GROUP: "get-group",
        Offer.FACE_SESSION: "session",
        Offer.UPLOAD: "upload",
    }
    for name in set(NAMES) - {"byteplus"}:  # whose answers are volcengine's
        assert {needed[offer] for offer in made(name).offers if offer in needed} <= calls[name]
    assert set().union(*calls.values()) <= set(PARSE)


def test_every_name_is_an_adapter_that_the_type_checker_has_seen() -> None:
    assert [type(made(name)) for name in NAMES] == [
        next(adapter for adapter in ADAPTERS if adapter.__name__ == ADAPTER_OF[name][1])
        for name in NAMES
    ]


# The call that each offer stands for; whatever is not offered says so in words.
OFFERED = {
    Offer.LIST: lambda backend: backend.list_assets(Query()),
    Offer.RENAME: lambda backend: backend.rename_asset("a-1", "other"),
    Offer.TRASH: lambda backend: backend.restore_asset("a-1"),
    Offer.GROUPS: lambda backend: backend.create_group("cast"),
    Offer.GET_GROUP: lambda backend: backend.get_group("g-1"),
    Offer.UPDATE_GROUP: lambda backend: backend.update_group("g-1", "other"),
    Offer.DELETE_GROUP: lambda backend: backend.delete_group("g-1", recursive=True),
    Offer.FACE_SESSION: lambda backend: backend.create_face_session("https://example.com/back"),
}


@every_backend
@pytest.mark.parametrize("offer", OFFERED)
def test_a_call_is_described_if_it_is_offered_and_refused_in_words_if_not(
    name: str, offer: Offer
) -> None:
    backend = made(name)
    if offer in backend.offers:
        call = OFFERED[offer](backend)
        assert call.pool in backend.limits.rates
        assert call.url.startswith(backend.base_url)
    else:
        with pytest.raises(BackendError, match=r"this backend has no way to \w+") as caught:
            OFFERED[offer](backend)
        assert caught.value.category is Category.UNSUPPORTED


@every_backend
def test_a_registration_is_never_sent_twice_blindly_and_a_get_may_be(name: str) -> None:
    backend = made(name)
    assert not backend.create_asset("https://e.com/a.png", Kind.IMAGE, "a", "g").idempotent
    assert backend.get_asset("a-1").idempotent


HOSTILE = {
    "nothing": b"",
    "a page": b"<!doctype html><title>Sign in</title><script>alert(1)</script>",
    "a cut object": b'{"id": "a", "sta',
    "an array": b"[]",
    "a string": b'"ok"',
    "null": b"null",
    "no object": b"12",
    "not text": bytes(range(128, 256)),
    "nested without end": b"[" * 100_000,
    "an endless number": b'{"code":' + b"9" * 10_000 + b"}",
    "empty object": b"{}",
}


@every_backend
@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_an_answer_of_another_shape_is_malformed(name: str, body: bytes) -> None:
    with pytest.raises(BackendError) as caught:
        made(name).parse_asset(reply(body))
    assert caught.value.category is Category.MALFORMED_ANSWER
    assert not caught.value.settled


@every_backend
@pytest.mark.parametrize(
    ("status", "category"),
    [
        pytest.param(301, Category.WRONG_HOST, id="a redirect is another host"),
        pytest.param(401, Category.AUTH, id="401"),
        pytest.param(404, Category.WRONG_HOST, id="404 without a word is no library"),
        pytest.param(429, Category.RATE_LIMITED, id="429"),
        pytest.param(500, Category.SERVER, id="500"),
        pytest.param(502, Category.SERVER, id="a proxy without its server"),
    ],
)
def test_a_status_alone_is_sorted(name: str, status: int, category: Category) -> None:
    with pytest.raises(BackendError) as caught:
        made(name).parse_created(reply(b"<html>no</html>", status), Kind.IMAGE)
    assert caught.value.category is category


@every_backend
@pytest.mark.parametrize("status", [400, 401, 403, 405, 412])
def test_a_refusal_that_is_not_json_names_the_host_beside_the_key(name: str, status: int) -> None:
    with pytest.raises(BackendError) as caught:
        made(name).parse_created(reply(b"<html>no</html>", status), Kind.IMAGE)
    assert "host" in caught.value.hint


@pytest.mark.parametrize("name", ["volcengine", "byteplus"])
def test_a_result_is_enough_as_the_page_s_own_sample_reads_nothing_else(name: str) -> None:
    created = made(name).parse_created(reply({"Result": {"Id": "asset-1"}}), Kind.IMAGE)
    assert created.id == "asset-1"
    made(name).parse_done(reply({"Result": {}}))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        pytest.param({"Retry-After": "7"}, 7.0, id="seconds"),
        pytest.param({"retry-after": "99999999"}, 86_400.0, id="no longer than a day"),
        pytest.param({"Retry-After": "soon"}, None, id="neither seconds nor a date"),
        pytest.param(
            {
                "Date": "Tue, 02 Jun 2026 11:50:00 GMT",
                "Retry-After": "Tue, 02 Jun 2026 11:50:30 GMT",
            },
            30.0,
            id="a date, by the server's own clock",
        ),
        pytest.param({"Retry-After": "-5"}, None, id="less than nothing"),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    with pytest.raises(BackendError) as caught:
        made("crun").parse_asset(reply({}, 429, **headers))
    assert caught.value.retry_after_s == seconds


def test_words_of_a_backend_cannot_act_on_a_terminal_or_show_the_key() -> None:
    words = f"bad \x1b[31mkey {SECRETS[0]} \u202e for https://b.example/k?X-Amz-Signature=ab#x"
    with pytest.raises(BackendError) as caught:
        made("sunra").parse_asset(reply({"message": words}, 400))
    assert caught.value.words == "bad  [31mkey ***   for https://b.example/k?***"
