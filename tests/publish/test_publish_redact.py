"""Nothing secret gets through, however it is wrapped, and ordinary words stay as they are."""

from __future__ import annotations

import io
import logging

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.publish.redact import scrub, scrubbed_logging
from mediaprep.secret import Secret

HIDDEN = "AKIAVERYSECRETVALUE0123456789"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(f"https://b.s3/k.png?X-Amz-Signature={HIDDEN}&a=b", id="a presigned URL"),
        pytest.param(f'"GET /b/k.png?X-Amz-Credential={HIDDEN} HTTP/1.1" 200', id="a path alone"),
        pytest.param(f"Authorization: Bearer {HIDDEN}", id="a header"),
        pytest.param(f"{{'Authorization': 'Key {HIDDEN}'}}", id="a dictionary of headers"),
        pytest.param(f"{{'x-api-key': b'{HIDDEN}'}}", id="bytes in a dictionary"),
        pytest.param(f"x-api-key={HIDDEN}", id="a pair"),
        pytest.param(f"HMAC-SHA256 Credential={HIDDEN}/2024/cn/ark/request", id="a signature"),
        pytest.param(f"https://user:{HIDDEN}@host/path", id="userinfo"),
        pytest.param(f"/k?AWSAccessKeyId={HIDDEN}&Signature=abc", id="the old scheme"),
        pytest.param(f"/k?sig={HIDDEN}&se=1", id="Azure's"),
        pytest.param(f"?X-Tos-Signature={HIDDEN}", id="Volcengine's store"),
        pytest.param(f"Signature:\n{HIDDEN}", id="what botocore logs while it signs"),
    ],
)
def test_a_proof_is_taken_out(text: str) -> None:
    assert HIDDEN not in scrub(text)


@settings(deadline=None)
@given(st.text(max_size=60), st.text(max_size=60))
def test_a_known_secret_never_stays(before: str, after: str) -> None:
    assert HIDDEN not in scrub(before + HIDDEN + after, [Secret(HIDDEN)])


def test_ordinary_words_stay() -> None:
    text = "crun: the token quota is full (code 402, request abc-123), see https://crun.ai/help"
    assert scrub(text) == text


def test_what_libraries_log_is_scrubbed_and_afterwards_nothing_is_changed() -> None:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root, library = logging.getLogger(), logging.getLogger("urllib3.connectionpool")
    level = library.level
    root.addHandler(handler)
    library.setLevel(logging.DEBUG)
    try:
        with scrubbed_logging([Secret(HIDDEN)]):
            library.debug('%s "GET %s"', "https://h:443", f"/k?X-Amz-Signature={HIDDEN}")
            try:
                raise ValueError(f"https://h/?sig={HIDDEN}")
            except ValueError:
                library.exception("failed with %s", HIDDEN)
        assert HIDDEN not in out.getvalue()
        assert "ValueError" in out.getvalue()
        assert not handler.filters
    finally:
        root.removeHandler(handler)
        library.setLevel(level)
