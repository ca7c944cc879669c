"""Send one GET to an address that was vetted, and read the start of the answer.

The name is looked up once, every address it has is vetted, and that very address is connected to:
no second look-up, so no DNS rebinding. TLS is verified against the name all the same. Cookies,
credentials, proxies from the environment and HEAD are never used. RFC 9110, Range.
"""

from __future__ import annotations

import contextlib
import os
import re
import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from http.client import HTTPException

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from mediaprep.publish.addresses import (
    Resolver,
    Unresolved,
    look_up,
    why_not_public,
    why_odd_host,
)
from mediaprep.publish.weburl import DEFAULT_PORTS, WebUrl
from mediaprep.rules.urlfacts import Obstacle

START_BYTES = 4096
_CONNECT_S = 5.0
_CONTENT_RANGE = re.compile(r"bytes (?:[0-9]+-[0-9]+|\*)/([0-9]{1,18})")
_TOO_LATE = "no answer within the deadline"


class NotFetched(Exception):  # noqa: N818
    """No answer came; `obstacle` says at which step, the message why."""

    def __init__(self, obstacle: Obstacle, words: str) -> None:
        super().__init__(words)
        self.obstacle = obstacle


@dataclass(frozen=True, slots=True, repr=False)
class Answer:
    """One answer: status, the headers that matter, and the first bytes of its body."""

    status: int
    location: str
    content_type: str
    encoding: str
    length: int | None  # of the whole object
    start: bytes
    first_byte_s: float


@dataclass(frozen=True, slots=True)
class Fetcher:
    """How to fetch: whom to ask for addresses, whom to trust, and until when."""

    deadline: float  # time.monotonic()
    allow_private: bool = False
    resolve: Resolver = look_up
    ca_bundle: str = ""
    trusted: Collection[str] = ()  # "host:port" of the user's own, which may be private

    def get(self, url: WebUrl) -> Answer:
        """Fetch the start of one URL, following nothing; raises NotFetched."""
        addresses = self._vetted(url)
        with self._connected(url, addresses) as sock:
            try:
                return self._ask(url, sock)
            except TimeoutError:
                raise NotFetched(Obstacle.TIMEOUT, _TOO_LATE) from None
            except (HTTPError, HTTPException, OSError, ValueError) as error:
                if self._left() <= 0:
                    raise NotFetched(Obstacle.TIMEOUT, _TOO_LATE) from None
                words = f"{url.host} hung up or broke HTTP ({type(error).__name__})"
                raise NotFetched(Obstacle.BROKEN_ANSWER, words) from None

    def _left(self) -> float:
        return self.deadline - time.monotonic()

    def _vetted(self, url: WebUrl) -> Sequence[str]:
        anywhere = self.allow_private or f"{url.host}:{url.port}" in self.trusted
        if not anywhere and (why := why_odd_host(url.host)):
            raise NotFetched(Obstacle.NOT_PUBLIC, f"{url.host} is {why}")
        addresses = self._addresses(url)
        for address in addresses:
            why = "" if anywhere else why_not_public(address)
            if why:
                raise NotFetched(Obstacle.NOT_PUBLIC, f"{url.host} leads to {address}, {why}")
        return addresses

    def _addresses(self, url: WebUrl) -> Sequence[str]:
        """Look a name up in a thread: the system's resolver knows no deadline of ours."""
        found: list[Sequence[str] | Unresolved] = []

        def ask() -> None:
            try:
                found.append(self.resolve(url.host, url.port))
            except Unresolved as error:
                found.append(error)

        thread = threading.Thread(target=ask, daemon=True)
        thread.start()
        thread.join(max(self._left(), 0.001))
        if not found:
            raise NotFetched(Obstacle.TIMEOUT, f"{url.host} was not resolved within the deadline")
        if isinstance(found[0], Unresolved) or not found[0]:
            why = f": {found[0]}" if isinstance(found[0], Unresolved) else ""
            raise NotFetched(Obstacle.NO_ADDRESS, f"{url.host} has no address{why}")
        return found[0]

    @contextlib.contextmanager
    def _connected(self, url: WebUrl, addresses: Sequence[str]) -> Iterator[socket.socket]:
        raw = self._dial(url, addresses)
        # A server that sends a byte now and then never times out by itself.
        guard = socket.socket(fileno=os.dup(raw.fileno()))
        timer = threading.Timer(max(self._left(), 0), _cut, [guard])
        timer.daemon = True
        timer.start()
        sock = raw
        try:
            if url.scheme == "https":
                sock = self._wrapped(url, raw)
            yield sock
        finally:
            timer.cancel()
            timer.join()
            guard.close()
            sock.close()
            raw.close()

    def _dial(self, url: WebUrl, addresses: Sequence[str]) -> socket.socket:
        why: OSError | None = None
        for address in addresses:
            left = min(self._left(), _CONNECT_S)
            if left <= 0:
                break
            try:
                return socket.create_connection((address, url.port), timeout=left)
            except OSError as error:
                why = error
        if why is None or isinstance(why, TimeoutError):
            words = f"{url.host}:{url.port} takes no connection in time"
            raise NotFetched(Obstacle.TIMEOUT, words)
        reason = (why.strerror or type(why).__name__).lower()
        raise NotFetched(Obstacle.NO_CONNECTION, f"{url.host}:{url.port}: {reason}")

    def _wrapped(self, url: WebUrl, raw: socket.socket) -> ssl.SSLSocket:
        context = ssl.create_default_context(cafile=self.ca_bundle or None)
        try:
            return context.wrap_socket(raw, server_hostname=url.host.rstrip("."))
        except ssl.SSLCertVerificationError as error:
            words = f"the certificate of {url.host} is refused: {error.verify_message}"
            raise NotFetched(Obstacle.TLS, words) from None
        except (OSError, ValueError) as error:
            if self._left() <= 0 or isinstance(error, TimeoutError):
                raise NotFetched(Obstacle.TIMEOUT, _TOO_LATE) from None
            words = f"{url.host}:{url.port} does not speak TLS ({type(error).__name__})"
            raise NotFetched(Obstacle.TLS, words) from None

    def _ask(self, url: WebUrl, sock: socket.socket) -> Answer:
        began = time.monotonic()
        timeout = max(self._left(), 0.001)
        sock.settimeout(timeout)
        connection = HTTPConnection(url.host, url.port, timeout=timeout)
        connection.sock = sock
        headers = {
            "Host": _host_header(url),
            "User-Agent": "mediaprep",
            "Accept": "*/*",
            "Accept-Encoding": "identity",
            "Range": f"bytes=0-{START_BYTES - 1}",
        }
        connection.request(
            "GET", url.target, headers=headers, preload_content=False, decode_content=False
        )
        answer = connection.getresponse()
        start, first_byte_s = _start_of(answer, began)
        if self._left() <= 0:
            raise TimeoutError
        return Answer(
            status=answer.status,
            location=answer.headers.get("Location", ""),
            content_type=_printable(answer.headers.get("Content-Type", "")),
            encoding=_printable(answer.headers.get("Content-Encoding", "")).lower(),
            length=_whole_length(answer),
            start=start,
            first_byte_s=first_byte_s,
        )


def _start_of(answer: BaseHTTPResponse, began: float) -> tuple[bytes, float]:
    start, first_byte_s = b"", 0.0
    while len(start) < START_BYTES and (piece := answer.read1(START_BYTES - len(start))):
        first_byte_s = first_byte_s or time.monotonic() - began
        start += piece
    return start, first_byte_s or time.monotonic() - began


def _whole_length(answer: BaseHTTPResponse) -> int | None:
    if told := _CONTENT_RANGE.match(answer.headers.get("Content-Range", "")):
        return int(told[1])
    length = answer.headers.get("Content-Length", "")
    whole = answer.status != 206 and length.isascii() and length.isdecimal() and len(length) < 19
    return int(length) if whole else None


def _host_header(url: WebUrl) -> str:
    host = f"[{url.host}]" if ":" in url.host else url.host
    return host if url.port == DEFAULT_PORTS[url.scheme] else f"{host}:{url.port}"


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in text[:200])


def _cut(guard: socket.socket) -> None:
    with contextlib.suppress(OSError):
        guard.shutdown(socket.SHUT_RDWR)
