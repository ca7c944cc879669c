"""A secret is shown by nothing, and words from outside lose what they must not show."""

from __future__ import annotations

import copy
import pickle
from dataclasses import dataclass

import pytest

from mediaprep.secret import Secret, plain, redact


@dataclass
class Holder:
    key: Secret


@pytest.mark.parametrize(
    "shown",
    [repr, str, "{}".format, "{!r:>20}".format, lambda s: f"{[s]}", lambda s: repr(Holder(s))],
    ids=["repr", "str", "format", "padded", "in a list", "in a dataclass"],
)
def test_a_secret_is_not_shown(shown: object) -> None:
    assert callable(shown)
    text = shown(Secret("hunter2hunter2"))
    assert "hunter2" not in text
    assert "***" in text


def test_a_secret_is_not_pickled_or_copied() -> None:
    for write in (pickle.dumps, copy.copy):
        with pytest.raises(TypeError, match="not written"):
            write(Secret("hunter2"))


def test_a_secret_compares_by_value_with_secrets_alone() -> None:
    assert Secret("a") == Secret("a")
    assert Secret("a") != Secret("b")
    assert Secret("a") != "a"
    assert not Secret("")
    assert len({Secret("a"), Secret("a")}) == 1


def test_a_fingerprint_tells_secrets_apart_without_telling_them() -> None:
    assert Secret("a").fingerprint() != Secret("b").fingerprint()
    assert len(Secret("a").fingerprint()) == 12


def test_plain() -> None:
    assert plain(Secret("a")) == plain("a") == "a"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param("see https://e.com/a.png", "see https://e.com/a.png", id="nothing secret"),
        pytest.param("https://e.com/a?X-Amz-Signature=1", "https://e.com/a?***", id="a query"),
        pytest.param("https://u:p@e.com/a", "https://e.com/a", id="a password"),
        pytest.param("HTTPS://e.com/a?sig=1 gone", "HTTPS://e.com/a?*** gone", id="any case"),
        pytest.param('"s3://b/k?versionId=1"', '"s3://b/k?***"', id="another scheme, quoted"),
        pytest.param("use key-123456 now", "use *** now", id="a known secret"),
        pytest.param("asset://cgt-1", "asset://cgt-1", id="an asset's URI"),
    ],
)
def test_redact(text: str, shown: str) -> None:
    assert redact(text, [Secret("key-123456"), Secret("use")]) == shown
