"""Volcengine's signature, by vectors that recompute from public documents."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from backends_world import made

from mediaprep.backends import volcsign
from mediaprep.backends.call import Call
from mediaprep.model import Kind
from mediaprep.secret import Secret

VECTORS: list[dict[str, Any]] = json.loads(
    (Path(__file__).parents[2] / "fixtures" / "signing" / "vectors.json").read_text()
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: f"vector {vector['id']}")
def test_a_vector_recomputes(vector: dict[str, Any]) -> None:
    query = Call(vector["method"], "https://x", "", "", True, vector["params"]).query()
    canonical = volcsign.canonical_request(
        vector["method"], vector["path"], query, vector["headers"], vector["body"].encode()
    )
    assert volcsign.sha256_hex(canonical.encode()) == vector["canonical_sha256"]
    where = (vector["date"], vector["region"], vector["service"])
    secret = Secret(vector["secret_key"])
    found = volcsign.signature(canonical, *where, secret, vector["prefix"])
    assert found == vector["signature"]


def test_the_seeds_prefix_is_not_the_official_scheme() -> None:
    by_id = {vector["id"]: vector for vector in VECTORS}
    assert by_id["A"]["signature"] != by_id["A'"]["signature"]
    assert by_id["A"]["canonical_sha256"] == by_id["A'"]["canonical_sha256"]


def signed(name: str, call: Call, now: datetime, **settings: str) -> dict[str, str]:
    return made(name, **settings).authorize(call, now).sent_headers()


NOW = datetime(2026, 3, 28, tzinfo=UTC)


def test_the_adapter_signs_the_bytes_that_it_sends() -> None:
    backend = made("byteplus")
    call = backend.create_asset("https://e.com/é?a=b&c", Kind.IMAGE, "名前", "group-1")
    sent = backend.authorize(call, NOW)
    headers = sent.sent_headers()
    body = sent.content()
    assert body is not None
    assert "名前".encode() in body
    assert headers["X-Content-Sha256"] == volcsign.sha256_hex(body)
    assert headers["Content-Type"] == "application/json"
    assert headers["X-Date"] == "20260328T000000Z"
    assert "SignedHeaders=content-type;host;x-content-sha256;x-date," in headers["Authorization"]
    assert sent.target().endswith("/?Action=CreateAsset&Version=2024-01-01")


def test_a_session_token_is_signed_and_sent() -> None:
    headers = signed("volcengine", made("volcengine").get_asset("a-1"), NOW)
    assert headers["X-Security-Token"] == "STS-made-up-0123456789"
    assert ";x-security-token," in headers["Authorization"]


def test_the_seeds_scheme_is_a_setting() -> None:
    backend = made("volcengine", SCHEME="seed")
    sent = backend.authorize(backend.get_asset("a-1"), NOW)
    assert sent.target() == "https://open.volcengineapi.com/open/GetAsset"
    assert "X-Content-Sha256" not in sent.headers


def test_the_time_of_any_zone_is_signed_as_utc() -> None:
    call = made("volcengine").get_asset("a-1")
    there = NOW.astimezone(timezone(timedelta(hours=8)))
    assert signed("volcengine", call, NOW) == signed("volcengine", call, there)


def test_a_port_that_is_the_schemes_own_is_not_signed() -> None:
    assert volcsign.host_header("a.example:443") == "a.example"
    assert volcsign.host_header("127.0.0.1:8080") == "127.0.0.1:8080"
