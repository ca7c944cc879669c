"""Whatever a backend answers, a parser returns a value or raises `BackendError`."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from typing import Any

from backends_world import PARSE, WIRE, load, made, reply
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mediaprep.backends import NAMES
from mediaprep.backends.interface import Asset, AssetStatus, BackendError, Page, Reply

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=8,
)
STATUS = st.sampled_from([200, 201, 204, 302, 400, 401, 403, 404, 429, 500, 599])
BODIES = [json.loads(load(path).reply.body or b"{}") for path in sorted(WIRE.glob("*/*ok.json"))]
BACKENDS = [made(name) for name in NAMES]
quick = settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow], deadline=None)


def parse_all(answer: Reply) -> None:
    for backend in BACKENDS:
        for parse in set(PARSE.values()):
            with contextlib.suppress(BackendError):
                check(parse(backend, answer))


def check(found: object) -> None:
    """What came out of nonsense is printable, and active only by that very word or number."""
    for asset in found.items if isinstance(found, Page) else [found]:
        if isinstance(asset, Asset):
            assert asset.id
            assert asset.id in asset.uri or asset.ref_id in asset.uri
            if asset.status is AssetStatus.ACTIVE:
                assert asset.raw_status.lower() in ("active", "1")
    repr(found).encode()


@quick
@given(st.binary(max_size=200), STATUS)
def test_any_bytes(body: bytes, status: int) -> None:
    parse_all(Reply(status, {}, body))


@quick
@given(JSON, STATUS, st.text(max_size=20))
def test_any_json(body: object, status: int, after: str) -> None:
    parse_all(reply(body, status, **{"Retry-After": after, "Date": after}))


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) in a JSON value."""
    keys: list[Any] = []
    if isinstance(value, dict):
        keys = list(value)
    elif isinstance(value, list):
        keys = list(range(len(value)))
    found = [(value, key) for key in keys]
    return found + [place for key in keys for place in places(value[key])]


def dropped(container: Any, key: Any, _: object) -> None:
    del container[key]


def replaced(container: Any, key: Any, value: object) -> None:
    container[key] = value


SPOIL: list[Callable[[Any, Any, object], None]] = [dropped, replaced]


@quick
@given(st.sampled_from(BODIES), st.sampled_from(SPOIL), JSON, st.data())
def test_a_documented_answer_with_one_thing_wrong(
    body: Any, spoil: Callable[[Any, Any, object], None], value: object, data: st.DataObject
) -> None:
    spoilt = json.loads(json.dumps(body))
    if found := places(spoilt):
        container, key = data.draw(st.sampled_from(found))
        spoil(container, key, value)
    parse_all(reply(spoilt))


@quick
@given(st.sampled_from(BODIES), st.integers(0, 400))
def test_a_documented_answer_cut_off(body: Any, at: int) -> None:
    parse_all(reply(json.dumps(body).encode()[:at]))
