"""Fetch a URL as a provider does: one plain GET, bounded in bytes and time, measured by content.

No cookies, no credentials, no HEAD; redirects are followed a few times. The answer's Content-Type
is noted, and a page of HTML is not media whatever it is called.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import os
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import urllib3
from urllib3.exceptions import HTTPError

from mediaprep.model import MediaInfo
from mediaprep.probe import probe
from mediaprep.sandbox.state import Reason

_DOWNLOAD_FAILED = "InvalidParameter.DownloadFailed"
_FAILED = "Failed to download media from the provided URL"
# Above every documented size limit: enough to know that a file is too large.
MOST_BYTES = 60_000_000
_CHUNK = 1 << 18
_REDIRECTS = 5

_pool = urllib3.PoolManager(num_pools=20, maxsize=16)


class DownloadFailed(Exception):  # noqa: N818
    """The bytes did not come; `reason` is what the provider will say."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.reason = Reason(_DOWNLOAD_FAILED, f"{_FAILED}: {why}")


@dataclass(slots=True)
class Fetched:
    """What came: measured, hashed, and already deleted again."""

    info: MediaInfo
    sha256: str
    size_bytes: int
    content_type: str


async def fetch_in_thread(url: str, folder: str) -> Fetched:
    """Fetch without holding up the loop, in a thread that does not hold up the process's end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Fetched] = loop.create_future()

    def settle(got: Fetched | Exception) -> None:
        if done.done():  # cancelled
            return
        if isinstance(got, Exception):
            done.set_exception(got)
        else:
            done.set_result(got)

    def work() -> None:
        got: Fetched | Exception
        try:
            got = fetch(url, folder)
        except Exception as error:  # noqa: BLE001 - raised where it is awaited
            got = error
        with contextlib.suppress(RuntimeError):  # the loop has ended meanwhile
            loop.call_soon_threadsafe(settle, got)

    threading.Thread(target=work, name="fetch", daemon=True).start()
    return await done


def fetch(url: str, folder: str, timeout_s: float = 20.0) -> Fetched:
    """Download, measure, hash and forget; raises DownloadFailed. Blocks: call it in a thread."""
    deadline = time.monotonic() + timeout_s
    try:
        answer = _pool.request(
            "GET",
            url,
            headers={"User-Agent": "mediaprep-sandbox", "Accept": "*/*"},
            preload_content=False,
            retries=urllib3.Retry(total=_REDIRECTS, connect=0, read=0, redirect=_REDIRECTS),
            timeout=urllib3.Timeout(connect=5.0, read=10.0),
        )
    except (HTTPError, ValueError) as error:
        raise DownloadFailed(type(error).__name__) from None
    try:
        if answer.status not in (200, 206):
            raise DownloadFailed(f"the server answered {answer.status}")
        content_type = answer.headers.get("Content-Type", "")
        return _measure(_chunks(answer, deadline), folder, content_type)
    except (HTTPError, OSError, ValueError) as error:
        raise DownloadFailed(type(error).__name__) from None
    finally:
        # Whole answers go back to the pool; a connection with bytes left is not used again.
        answer.release_conn() if answer.closed else answer.close()


def _chunks(answer: urllib3.BaseHTTPResponse, deadline: float) -> Iterator[bytes]:
    left = MOST_BYTES
    for chunk in answer.stream(_CHUNK, decode_content=True):
        if time.monotonic() > deadline:
            raise DownloadFailed("it took too long")
        yield chunk
        left -= len(chunk)
        if left < 0:
            return


def _measure(chunks: Iterator[bytes], folder: str, content_type: str) -> Fetched:
    digest, size, start = hashlib.sha256(), 0, b""
    fd, path = tempfile.mkstemp(prefix="fetched-", dir=folder)
    try:
        with os.fdopen(fd, "wb") as file:
            for chunk in chunks:
                start = start or chunk[:512]
                digest.update(chunk)
                size += len(chunk)
                file.write(chunk)
        if _is_page(start):
            raise DownloadFailed("the URL shows a web page, not the media file")
        return Fetched(probe(path), digest.hexdigest(), size, content_type)
    finally:
        os.unlink(path)


def _is_page(start: bytes) -> bool:
    return start.lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith((b"<!doctype html", b"<html"))
