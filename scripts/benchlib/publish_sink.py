"""An S3 server that costs next to nothing, so that what is measured is who talks to it.

    python -m benchlib.publish_sink drop     takes bytes and forgets them
    python -m benchlib.publish_sink keep     keeps them in memory and gives them back
    python -m benchlib.publish_sink keep 0.1     and fails a tenth of what it is asked

It checks no signature. It prints its endpoint, and ends when its standard input does. Amazon S3
API: PutObject, HeadObject, GetObject with a range, HeadBucket, ListObjectsV2 (always empty).
"""

from __future__ import annotations

import asyncio
import random
import re
import sys
import threading
from urllib.parse import urlsplit

_HEAD_END = b"\r\n\r\n"
_RANGE = re.compile(rb"bytes=(\d+)-(\d*)")
_EMPTY_LIST = b'<?xml version="1.0"?><ListBucketResult><KeyCount>0</KeyCount></ListBucketResult>'
_SLOW_DOWN = b'<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'
_REASONS = {
    503: b"Service Unavailable",
    200: b"OK",
    206: b"Partial Content",
    404: b"Not Found",
    100: b"Continue",
}
Headers = dict[bytes, bytes]


class Connection(asyncio.Protocol):
    """One client's requests, one after the other."""

    def __init__(self, kept: dict[str, tuple[Headers, bytes]] | None, fails: float = 0.0) -> None:
        self._kept = kept
        self._fails = fails
        self._read = bytearray()
        self._head: tuple[bytes, str, Headers] | None = None
        self._awaited = 0  # of a body that is dropped as it comes
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._read += data
        while self._take():
            pass

    def _take(self) -> bool:
        """Take a head or a body out of what has come; False if it is not all there."""
        if self._head is None:
            end = self._read.find(_HEAD_END)
            if end < 0:
                return False
            self._head = _parsed(bytes(self._read[:end]))
            del self._read[: end + len(_HEAD_END)]
            headers = self._head[2]
            self._awaited = int(headers.get(b"content-length", b"0"))
            if headers.get(b"expect") == b"100-continue":
                self._send(100, {}, None)
        if self._kept is None:
            came = min(len(self._read), self._awaited)
            del self._read[:came]
            self._awaited -= came
            if self._awaited:
                return False
            body = b""
        else:
            if len(self._read) < self._awaited:
                return False
            body = bytes(self._read[: self._awaited])
            del self._read[: self._awaited]
        self._answer(*self._head, body)
        self._head = None
        return bool(self._read)

    def _answer(self, method: bytes, target: str, headers: Headers, body: bytes) -> None:
        if random.random() < self._fails:
            if random.random() < 0.5:
                self._transport.abort()
            else:
                self._send(503, {}, _SLOW_DOWN, method)
            return
        parts = urlsplit(target)
        in_bucket = parts.path.count("/") > 1 and not parts.path.endswith("/")
        if not in_bucket:
            self._send(200, {b"Content-Type": b"application/xml"}, _EMPTY_LIST, method)
        elif method == b"PUT":
            about = {
                n: v for n, v in headers.items() if n.startswith((b"x-amz-meta-", b"content-type"))
            }
            if self._kept is not None:
                self._kept[parts.path] = about, body
            told = {n: v for n, v in headers.items() if n.startswith(b"x-amz-checksum-")}
            self._send(200, {b"ETag": b'"0"', **told}, b"")
        elif self._kept is None or parts.path not in self._kept:
            self._send(404, {}, b"", method)
        else:
            about, body = self._kept[parts.path]
            self._show(method, headers, about, body)

    def _show(self, method: bytes, headers: Headers, about: Headers, body: bytes) -> None:
        asked = _RANGE.fullmatch(headers.get(b"range", b""))
        if asked is None or not body:
            self._send(200, about, body, method)
            return
        first, last = int(asked[1]), int(asked[2] or len(body) - 1)
        part = body[first : last + 1]
        where = b"bytes %d-%d/%d" % (first, first + len(part) - 1, len(body))
        self._send(206, {**about, b"Content-Range": where}, part, method)

    def _send(self, status: int, headers: Headers, body: bytes | None, method: bytes = b"") -> None:
        lines = [b"HTTP/1.1 %d %s" % (status, _REASONS[status])]
        lines += [b"%s: %s" % pair for pair in headers.items()]
        if body is not None:
            lines.append(b"Content-Length: %d" % len(body))
        shown = b"" if body is None or method == b"HEAD" else body
        self._transport.write(b"\r\n".join(lines) + _HEAD_END + shown)


def _parsed(head: bytes) -> tuple[bytes, str, Headers]:
    first, *lines = head.split(b"\r\n")
    method, target, _ = first.split(b" ")
    pairs = (line.split(b":", 1) for line in lines)
    return method, target.decode(), {name.strip().lower(): value.strip() for name, value in pairs}


async def _serve(kept: dict[str, tuple[Headers, bytes]] | None, fails: float) -> None:
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    server = await loop.create_server(lambda: Connection(kept, fails), "127.0.0.1", 0, backlog=512)
    print(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)

    def wait() -> None:
        sys.stdin.read()
        loop.call_soon_threadsafe(ended.set)

    threading.Thread(target=wait, daemon=True).start()
    await ended.wait()


if __name__ == "__main__":
    mode, *share = sys.argv[1:]
    asyncio.run(_serve({} if mode == "keep" else None, float(*share) if share else 0.0))
