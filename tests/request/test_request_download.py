"""Downloading what a stranger's address leads to: whole, bounded, and from public places."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from mediaprep.publish.download import DownloadFailed, download
from mediaprep.secret import Secret

BODY = b"clip" * 100_000


class Host(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        name = self.path.partition("?")[0]
        if name.startswith("/hop"):
            left = int(name[4:])
            self.send_response(302)
            self.send_header("Location", f"/hop{left - 1}" if left else "/whole?sig=feedface")
        elif name == "/inward":
            self.send_response(302)
            self.send_header("Location", "ftp://127.0.0.1/")
        elif name == "/gone":
            self.send_response(403)
        else:
            self.send_response(200)
            told = len(BODY) + (name == "/cut")
            self.send_header("Content-Length", str(told))
            self.end_headers()
            self.wfile.write(BODY)
            self.close_connection = True
            return
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def host() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Host)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def fetch(url: str, *, most_bytes: int = 10**6, allow_private: bool = True) -> bytes:
    out = io.BytesIO()
    size = download(
        Secret(f"{url}?sig=feedface"),
        out,
        most_bytes=most_bytes,
        deadline_s=10,
        allow_private=allow_private,
    )
    assert size == len(out.getvalue())
    return out.getvalue()


@pytest.mark.parametrize("path", ["/whole", "/hop0", "/hop2"])
def test_it_comes_whole(host: str, path: str) -> None:
    assert fetch(host + path) == BODY


@pytest.mark.parametrize(
    ("path", "words"),
    [
        pytest.param("/hop3", "more than three redirects", id="a chain of redirects"),
        pytest.param("/inward", "is not http or https", id="a redirect out of the web"),
        pytest.param("/gone", "answered 403", id="an end that has passed"),
        pytest.param("/cut", "hung up or broke HTTP", id="a body that is cut off"),
    ],
)
def test_it_comes_not_at_all(host: str, path: str, words: str) -> None:
    with pytest.raises(DownloadFailed, match=words) as raised:
        fetch(host + path)
    assert "feedface" not in str(raised.value)


def test_too_much_is_not_taken(host: str) -> None:
    with pytest.raises(DownloadFailed, match="larger than 1,000 bytes"):
        fetch(f"{host}/whole", most_bytes=1000)


def test_a_private_address_is_not_asked(host: str) -> None:
    with pytest.raises(DownloadFailed, match=r"127\.0\.0\.1"):
        fetch(f"{host}/whole", allow_private=False)


def test_nobody_there_is_one_line() -> None:
    with pytest.raises(DownloadFailed, match="refused"):
        fetch("http://127.0.0.1:1/whole")
