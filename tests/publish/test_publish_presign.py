"""How long a presigned URL lives, and that it is never shown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.publish.presign import MAX_LIFE_S, Presigned, effective_life
from mediaprep.publish.weburl import parse_url, signed_until
from mediaprep.secret import Secret

NOW = datetime(2026, 11, 21, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "ends_s", "seconds", "why"),
    [
        pytest.param(3600, None, 3600, "as asked", id="nothing else decides"),
        pytest.param(MAX_LIFE_S + 1, None, MAX_LIFE_S, "7 days", id="a signature takes 7 days"),
        pytest.param(3600, 1800, 1799, "credentials end", id="credentials that end sooner"),
        pytest.param(3600, 7200, 3600, "as asked", id="credentials that end later"),
        pytest.param(10**7, 3600, 3599, "credentials end", id="the least of the three"),
        pytest.param(3600, -5, 0, "credentials end", id="credentials that have ended"),
    ],
)
def test_the_least_decides(asked: int, ends_s: int | None, seconds: int, why: str) -> None:
    ends = None if ends_s is None else NOW + timedelta(seconds=ends_s)
    life = effective_life(asked, ends, now=NOW)
    assert life.seconds == seconds
    assert why in life.why


def test_a_session_token_of_unknown_end_is_said() -> None:
    assert "not known" in effective_life(60, temporary=True).why


@given(st.integers(0, 10**9), st.none() | st.integers(-(10**6), 10**6))
def test_a_life_never_outlives_anything(asked: int, ends_s: int | None) -> None:
    ends = None if ends_s is None else NOW + timedelta(seconds=ends_s)
    seconds = effective_life(asked, ends, now=NOW).seconds
    assert 0 <= seconds <= min(asked, MAX_LIFE_S)
    assert ends is None or NOW + timedelta(seconds=seconds) <= max(ends, NOW)


def test_a_presigned_url_is_never_shown() -> None:
    signed = Presigned(Secret("https://a.example/?X-Amz-Signature=abc"), NOW)
    assert "abc" not in f"{signed!r} {signed}"
    assert signed.left_s(NOW - timedelta(seconds=30)) == 30


def test_its_end_is_read_back_from_the_url() -> None:
    query = "X-Amz-Date=20261121T120000Z&X-Amz-Expires=90"
    assert signed_until(parse_url(f"https://a.example/x?{query}")) == NOW + timedelta(seconds=90)
    assert signed_until(parse_url("https://a.example/x?Expires=90")) is None
