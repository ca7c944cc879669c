"""The store against a real S3 server: bytes go up once, are verified, and come back by URL."""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import urllib3
from publish_s3 import bare_client, s3_server, write

from mediaprep.publish.preflight import preflight
from mediaprep.publish.store import MULTIPART_BYTES, open_store
from mediaprep.publish.storing import StoreError, content_key
from mediaprep.sandbox.s3 import BUCKET

pytestmark = pytest.mark.slow
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40


@pytest.fixture(scope="session", name="s3")
def _s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with s3_server(tmp_path_factory.mktemp("swift")) as environ:
        yield environ


def _sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _put(environ: dict[str, str], path: str, content: bytes, store: str = "") -> str:
    opened = open_store(store or environ["MEDIAPREP_STORE"], environ)
    return opened.put(path, _sha(content), "image/png").key


def test_what_goes_up_comes_back(s3: dict[str, str], tmp_path: Path) -> None:
    path, sha = write(tmp_path, "a.png", PNG), _sha(PNG)
    store = open_store(s3["MEDIAPREP_STORE"], s3)
    stored = store.put(path, sha, "image/png")
    assert (stored.key, stored.size_bytes) == (f"refs/{sha[:2]}/{sha}.png", len(PNG))
    assert stored.uploaded
    url = store.presign(stored.key, 60).url
    got = urllib3.request("GET", url.reveal(), retries=False)
    assert (got.status, got.data) == (200, PNG)
    assert got.headers["Content-Type"] == "image/png"
    held = bare_client(s3).head_object(Bucket=BUCKET, Key=stored.key)
    assert held["Metadata"] == {"sha256": sha}


def test_the_preflight_finds_a_presigned_url_good(s3: dict[str, str], tmp_path: Path) -> None:
    path = write(tmp_path, "a.png", PNG)
    store = open_store(s3["MEDIAPREP_STORE"], s3)
    signed = store.presign(store.put(path, _sha(PNG), "image/png").key, 3600)
    report = preflight(signed.url, allow_private=True, expected_bytes=len(PNG))
    assert report.findings == []
    assert (report.status, report.length, report.container) == (206, len(PNG), "png")


def test_bytes_that_are_there_are_not_sent_again(s3: dict[str, str], tmp_path: Path) -> None:
    content = PNG + b"once"
    first, second = (write(tmp_path, name, content) for name in ("a.png", "b.jpg"))
    store, again = (open_store(s3["MEDIAPREP_STORE"], s3) for _ in range(2))
    one = store.put(first, _sha(content), "image/png")
    since = bare_client(s3).head_object(Bucket=BUCKET, Key=one.key)["LastModified"]
    time.sleep(1.1)
    for opened in (store, again):
        other = opened.put(second, _sha(content), "image/png")
        assert (other.key, other.uploaded) == (one.key, False)
    assert bare_client(s3).head_object(Bucket=BUCKET, Key=one.key)["LastModified"] == since


def test_many_files_at_once_go_up_once_each(s3: dict[str, str], tmp_path: Path) -> None:
    contents = [PNG + str(number % 30).encode() for number in range(60)]
    paths = [write(tmp_path, f"{n}.png", content) for n, content in enumerate(contents)]
    store = open_store(f"s3://{BUCKET}/many", s3)

    def put(number: int) -> str:
        return store.put(paths[number], _sha(contents[number]), "image/png").key

    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(put, range(60)))
    assert len(set(keys)) == 30
    listed = bare_client(s3).list_objects_v2(Bucket=BUCKET, Prefix="many/")["Contents"]
    assert {entry["Key"] for entry in listed} == set(keys)
    second = open_store(f"s3://{BUCKET}/many", s3)
    for path, content in zip(paths, contents, strict=True):
        assert not second.put(path, _sha(content), "image/png").uploaded


def test_bytes_that_changed_since_they_were_hashed_are_refused_by_the_server(
    s3: dict[str, str], tmp_path: Path
) -> None:
    content = PNG + b"as it was"
    path, sha = write(tmp_path, "a.png", PNG + b"as it is now"), _sha(content)
    store = open_store(s3["MEDIAPREP_STORE"], s3)
    store._attests = True  # type: ignore[attr-defined]  # as of one that tells what arrived
    with pytest.raises(StoreError, match="changed"):
        store.put(path, sha, "image/png")
    assert not store._is_there(content_key("refs", path, sha, "image/png"), 1, sha, "image/png")  # type: ignore[attr-defined]


def test_other_bytes_under_our_key_are_replaced(s3: dict[str, str], tmp_path: Path) -> None:
    content = PNG + b"poisoned"
    path, sha = write(tmp_path, "a.png", content), _sha(content)
    key = content_key("refs", path, sha, "image/png")
    bare_client(s3).put_object(Bucket=BUCKET, Key=key, Body=b"not the bytes")
    assert open_store(s3["MEDIAPREP_STORE"], s3).put(path, sha, "image/png").uploaded
    assert bare_client(s3).get_object(Bucket=BUCKET, Key=key)["Body"].read() == content


def test_a_large_file_goes_up_in_parts(s3: dict[str, str], tmp_path: Path) -> None:
    content = os.urandom(MULTIPART_BYTES * 2 + 12345)
    path = write(tmp_path, "clip.mp4", content)
    store = open_store(s3["MEDIAPREP_STORE"], s3)
    stored = store.put(path, _sha(content), "video/mp4")
    held = bare_client(s3).head_object(Bucket=BUCKET, Key=stored.key)
    assert "-" in held["ETag"]  # S3's mark of an object of parts
    assert (held["ContentLength"], held["ContentType"]) == (len(content), "video/mp4")
    got = urllib3.request("GET", store.presign(stored.key, 60).url.reveal(), retries=False)
    assert _sha(got.data) == _sha(content)
    assert not store.put(path, _sha(content), "video/mp4").uploaded


@pytest.mark.parametrize("prefix", ["", "a/b", "ünï código/图片", "100%+plus & more"])
def test_prefixes_of_every_kind(s3: dict[str, str], tmp_path: Path, prefix: str) -> None:
    content = PNG + prefix.encode()
    path = write(tmp_path, "bücher 图.png", content)
    store = open_store(f"s3://{BUCKET}/{prefix.replace('%', '%25')}", s3)
    stored = store.put(path, _sha(content), "image/png")
    assert stored.key.startswith(prefix)
    got = urllib3.request("GET", store.presign(stored.key, 60).url.reveal(), retries=False)
    assert got.data == content


@pytest.mark.parametrize("size", [10, MULTIPART_BYTES + 10])
def test_a_file_that_is_not_what_was_hashed_is_refused(
    s3: dict[str, str], tmp_path: Path, size: int
) -> None:
    path = write(tmp_path, "a.png", b"x" * size)
    with pytest.raises(StoreError, match="changed while"):
        open_store(s3["MEDIAPREP_STORE"], s3).put(path, _sha(b"other"), "image/png")


def test_a_tampered_signature_is_refused(s3: dict[str, str], tmp_path: Path) -> None:
    key = _put(s3, write(tmp_path, "a.png", PNG), PNG)
    url = open_store(s3["MEDIAPREP_STORE"], s3).presign(key, 3600).url.reveal()
    wrong = url[:-1] + ("0" if url[-1] != "0" else "1")
    report = preflight(wrong, allow_private=True)
    assert (report.status, [f.code for f in report.findings]) == (403, ["URL007"])
    assert report.facts.said == "SignatureDoesNotMatch"
    bare = preflight(url.partition("?")[0], allow_private=True)
    assert [f.code for f in bare.findings] in (["URL007"], ["URL009"])


def test_an_expired_url_is_refused(s3: dict[str, str], tmp_path: Path) -> None:
    key = _put(s3, write(tmp_path, "a.png", PNG), PNG)
    signed = open_store(s3["MEDIAPREP_STORE"], s3).presign(key, 1)
    time.sleep(2.1)
    assert signed.left_s() < 0
    report = preflight(signed.url, allow_private=True)
    assert (report.status, [f.code for f in report.findings]) == (403, ["URL008"])


@pytest.mark.parametrize(
    ("change", "store", "words"),
    [
        pytest.param({"AWS_SECRET_ACCESS_KEY": "x" * 20}, "", "secret key", id="a wrong secret"),
        pytest.param({"AWS_ACCESS_KEY_ID": "no:body"}, "", "access key|denied", id="no such key"),
        pytest.param({}, "s3://no-such-bucket-here/x", "no bucket no-such", id="no such bucket"),
        pytest.param(
            {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:1"}, "", "cannot be reached", id="no server"
        ),
    ],
)
def test_what_is_wrong_is_one_line(
    s3: dict[str, str], tmp_path: Path, change: dict[str, str], store: str, words: str
) -> None:
    content = PNG + words.encode()
    path = write(tmp_path, "a.png", content)
    with pytest.raises(StoreError, match=words) as caught:
        _put(s3 | change, path, content, store)
    assert caught.value.fatal
    assert caught.value.hint
    assert "\n" not in str(caught.value)
    assert "Signature=" not in str(caught.value)


def test_urls_are_signed_for_the_region_that_the_server_names(
    s3: dict[str, str], tmp_path: Path
) -> None:
    """boto3 follows the server's word when it uploads, and signs URLs for the wrong region."""
    key = _put(s3, write(tmp_path, "a.png", PNG), PNG)
    elsewhere = s3 | {"AWS_REGION": "eu-west-9"}
    url = open_store(s3["MEDIAPREP_STORE"], elsewhere).presign(key, 3600).url
    assert preflight(url, allow_private=True).status == 206


def test_the_life_ends_with_the_credentials(s3: dict[str, str]) -> None:
    soon = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 600))
    store = open_store(s3["MEDIAPREP_STORE"], s3 | {"AWS_CREDENTIAL_EXPIRATION": soon})
    assert 590 <= store.life_s(3600) <= 600
    assert "credentials end" in store.life(3600).why
    past = open_store(
        s3["MEDIAPREP_STORE"], s3 | {"AWS_CREDENTIAL_EXPIRATION": "2020-01-01T00:00:00Z"}
    )
    with pytest.raises(StoreError, match="credentials end"):
        past.presign("x", 60)


def test_a_url_of_more_than_seven_days_is_signed_for_seven(s3: dict[str, str]) -> None:
    signed = open_store(s3["MEDIAPREP_STORE"], s3).presign("x", 10**9)
    assert "X-Amz-Expires=604800" in signed.url.reveal()
    assert "604800" not in repr(signed)
