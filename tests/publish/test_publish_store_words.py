"""What a store says where it is given nonsense, or its server refuses; no real S3 is needed."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from publish_s3 import write
from publish_web import Web, answer, web

from mediaprep.errors import ConfigError, UsageError
from mediaprep.publish.inventory import Inventory
from mediaprep.publish.s3options import S3Options, split_s3_url
from mediaprep.publish.store import open_store
from mediaprep.publish.storing import StoreError, content_key
from mediaprep.publish.urlbase import UrlBase

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))


def _put(environ: dict[str, str], path: str, content: bytes, store: str) -> str:
    sha256 = hashlib.sha256(content).hexdigest()
    return open_store(store, environ).put(path, sha256, "image/png").key


def _bare(**more: str) -> dict[str, str]:
    return {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"} | more


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        pytest.param(
            {"AWS_ACCESS_KEY_ID": "a"}, "AWS_SECRET_ACCESS_KEY is not set", id="no secret"
        ),
        pytest.param({"AWS_SECRET_ACCESS_KEY": "a"}, "AWS_ACCESS_KEY_ID is not set", id="no key"),
        pytest.param(
            _bare(AWS_ENDPOINT_URL_S3="http://store.example"), "not https", id="keys over http"
        ),
    ],
)
def test_what_is_missing_is_named(environ: dict[str, str], words: str) -> None:
    with pytest.raises(StoreError, match=words) as caught:
        open_store("s3://bucket/x", environ)
    assert caught.value.fatal


def test_no_credentials_at_all(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    with pytest.raises(StoreError, match="no credentials") as caught:
        open_store("s3://bucket/x", {"AWS_ENDPOINT_URL_S3": "https://store.example"})
    assert "AWS_ACCESS_KEY_ID" in caught.value.hint
    with pytest.raises(StoreError, match="could not be found"):
        open_store("s3://bucket/x", {"AWS_PROFILE": "nobody"})


@pytest.mark.parametrize(
    "url",
    [
        *("bucket/prefix", "s3://", "gs://bucket", "s3://key:secret@bucket/x", "s3://b:9/x"),
        *("s3://b/x?color=red", "s3://b/x?acl=everyone", "s3://b/x?sse=rot13"),
        *("s3://b/x?kms-key=k", "s3://b/x?addressing=odd", "s3://[/"),
    ],
)
def test_a_store_that_is_none_is_said(url: str) -> None:
    with pytest.raises(UsageError) as caught:
        open_store(url, _bare(AWS_ENDPOINT_URL_S3="https://store.example"))
    assert caught.value.hint
    assert "secret" not in str(caught.value)


def test_variables_that_mean_nothing_are_named() -> None:
    with pytest.raises(ConfigError, match="AWS_CREDENTIAL_EXPIRATION"):
        open_store("s3://b/x", _bare(AWS_CREDENTIAL_EXPIRATION="soon"))
    with pytest.raises(ConfigError, match="AWS_ENDPOINT_URL_S3"):
        open_store("s3://b/x", _bare(AWS_ENDPOINT_URL_S3="store.example"))


@pytest.mark.parametrize(
    ("endpoint", "addressing", "region"),
    [
        ("", "auto", ""),
        ("https://s3.eu-west-1.amazonaws.com", "auto", ""),
        ("http://127.0.0.1:9000", "path", "us-east-1"),
        ("https://x.r2.cloudflarestorage.com", "path", "us-east-1"),
        ("https://oss-cn-beijing.aliyuncs.com", "virtual", "us-east-1"),
        ("https://tos-s3-cn-beijing.volces.com", "virtual", "us-east-1"),
    ],
)
def test_the_way_of_addressing_follows_the_server(
    endpoint: str, addressing: str, region: str
) -> None:
    options = S3Options().completed({"AWS_ENDPOINT_URL": endpoint})
    assert (options.addressing, options.region) == (addressing, region)


def test_the_url_s_options_win() -> None:
    bucket, prefix, said = split_s3_url("s3://b/p/q/?sse=aws:kms&kms-key=k&acl=private&region=r")
    options = S3Options(acl="public-read").with_query(said)
    assert (bucket, prefix, options.region) == ("b", "p/q", "r")
    assert options.put_arguments() == {
        "ACL": "private",
        "ServerSideEncryption": "aws:kms",
        "SSEKMSKeyId": "k",
    }


@pytest.fixture(name="odd")
def _odd() -> Iterator[Web]:
    with web() as server:
        yield server


def test_a_store_that_loses_what_it_is_given_is_found_out(odd: Web, tmp_path: Path) -> None:
    """It takes every PUT and shows nothing: no upload counts that cannot be seen again."""
    odd.any = answer("200 OK", b"", 'ETag: "00000000000000000000000000000000"')
    environ = _bare(AWS_ENDPOINT_URL_S3=odd.url().rstrip("/"))
    with pytest.raises(StoreError, match="did not arrive"):
        _put(environ, write(tmp_path, "a.png", PNG), PNG, "s3://bucket/x")


@pytest.mark.parametrize(
    ("code", "status", "words", "fatal"),
    [
        ("AccessDenied", "403 Forbidden", "access to bucket is denied", True),
        ("RequestTimeTooSkewed", "403 Forbidden", "clock of this machine", True),
        ("ExpiredToken", "400 Bad Request", "session token has ended", True),
        ("EntityTooLarge", "400 Bad Request", "larger than the store takes", False),
        ("Peculiar", "418 Teapot", "418 Peculiar: as it said", True),
    ],
)
def test_a_refusal_is_put_into_words(
    odd: Web, tmp_path: Path, code: str, status: str, words: str, fatal: bool
) -> None:
    body = f"<Error><Code>{code}</Code><Message>as it said</Message></Error>"
    odd.any = answer(status, body.encode(), "Content-Type: application/xml")
    odd.head = answer("404 Not Found")
    environ = _bare(AWS_ENDPOINT_URL_S3=odd.url().rstrip("/"))
    with pytest.raises(StoreError, match=words) as caught:
        _put(environ, write(tmp_path, "a.png", PNG), PNG, "s3://bucket/x")
    assert caught.value.fatal is fatal


def test_the_inventory_lists_once_and_trusts_only_absence() -> None:
    listed: list[int] = []

    def listing() -> Iterator[str]:
        listed.append(1)
        yield from ("a", "b")

    inventory = Inventory(listing)
    assert all(inventory.may_hold("x") for _ in range(16))
    assert not listed
    assert [inventory.may_hold(key) for key in ("x", "a", "b")] == [False, True, True]
    inventory.add("x")
    assert inventory.may_hold("x")
    assert len(listed) == 1


def test_an_inventory_that_may_not_list_asks_for_each() -> None:
    def listing() -> Iterator[str]:
        raise PermissionError
        yield ""

    inventory = Inventory(listing)
    assert all(inventory.may_hold("x") for _ in range(40))


@pytest.mark.parametrize(
    ("mime", "name", "ends"),
    [
        pytest.param("image/jpeg", "a.JPEG", ".jpg", id="the content's own extension"),
        pytest.param("image/png", "a.jpg", ".png", id="not that of a name that lies"),
        pytest.param("application/x-odd", "a.Odd", ".odd", id="the name's where nothing else is"),
        pytest.param("application/x-odd", "a", "ab", id="none"),
    ],
)
def test_a_key_is_made_of_the_hash(mime: str, name: str, ends: str) -> None:
    key = content_key("/p/", name, "ab" * 32, mime)
    assert key.startswith("p/ab/" + "ab" * 32)
    assert key.endswith(ends)
    assert content_key("", name, "ab" * 32, mime).startswith("ab/ab")


def test_files_that_are_served_already_are_mapped(tmp_path: Path) -> None:
    (tmp_path / "bücher").mkdir()
    path = write(tmp_path / "bücher", "a b#?.png", PNG)
    store = open_store("https://cdn.example/refs/", {}, root=tmp_path)
    assert isinstance(store, UrlBase)
    stored = store.put(path, "", "image/png")
    assert (stored.key, stored.uploaded) == ("bücher/a b#?.png", False)
    signed = store.presign(stored.key, 60)
    assert signed.url.reveal() == "https://cdn.example/refs/b%C3%BCcher/a%20b%23%3F.png"
    assert signed.left_s() == float("inf")
    assert store.life_s(10**6) == 10**6
    with pytest.raises(StoreError, match="is not below"):
        store.put(write(tmp_path.parent, "outside.png", PNG), "", "image/png")


def test_a_link_below_the_root_is_what_it_is_called(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (root / "a.png").symlink_to(write(tmp_path, "elsewhere.png", PNG))
    stored = UrlBase("https://cdn.example", root).put(str(root / "a.png"), "", "image/png")
    assert stored.key == "a.png"


@pytest.mark.parametrize("base", ["https://a.example/?x=1", "https://u:p@a.example/", "https:///x"])
def test_a_url_base_that_is_none_is_said(base: str) -> None:
    with pytest.raises(UsageError):
        open_store(base, {})
