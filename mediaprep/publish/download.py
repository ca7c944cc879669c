"""Download a file whose address a stranger gave: vetted as a look is, bounded in bytes and time."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from typing import BinaryIO

from urllib3.connection import HTTPConnection
from urllib3.exceptions import HTTPError
from urllib3.response import BaseHTTPResponse

from mediaprep.errors import MediaprepError
from mediaprep.publish.fetch import Fetcher, NotFetched, _host_header
from mediaprep.publish.weburl import BadUrl, WebUrl, follow, parse_url
from mediaprep.rules.urlfacts import Obstacle
from mediaprep.secret import Secret

_HOPS = 3
_PIECE = 1 << 18
_HINT = "run the command again: nothing is generated anew"
_REDIRECTS = frozenset({301, 302, 303, 307, 308})


class DownloadFailed(MediaprepError):  # noqa: N818
    """The file did not come whole; what was written of it is to be thrown away."""


def download(
    address: Secret,
    out: BinaryIO,
    *,
    most_bytes: int,
    deadline_s: float,
    allow_private: bool = False,
    ca_bundle: str = "",
) -> int:
    """Write what is at a URL to a file and return its size in bytes; raises DownloadFailed.

    At most three redirects are followed, to public addresses alone. The URL is never shown.
    """
    fetcher = _Downloader(time.monotonic() + deadline_s, allow_private, ca_bundle=ca_bundle)
    try:
        url = parse_url(address.reveal())
        for _ in range(_HOPS + 1):
            came = fetcher.save(url, out, most_bytes)
            if isinstance(came, int):
                return came
            url = came
    except (NotFetched, BadUrl) as error:
        raise DownloadFailed(f"the result did not come: {error}", _HINT) from None
    raise DownloadFailed("the result did not come: more than three redirects", _HINT)


class _Downloader(Fetcher):
    """A fetcher that takes the whole body."""

    def save(self, url: WebUrl, out: BinaryIO, most_bytes: int) -> int | WebUrl:
        """Write a body and return its size, or return where a redirect leads."""
        addresses = self._vetted(url)
        with self._connected(url, addresses) as sock:
            try:
                connection = HTTPConnection(url.host, url.port, timeout=self._left())
                connection.sock = sock
                connection.request(
                    "GET",
                    url.target,
                    headers=_headers(url),
                    preload_content=False,
                    decode_content=False,
                )
                with closing(connection.getresponse()) as answer:
                    return self._body(answer, url, out, most_bytes)
            except BadUrl:  # a ValueError, too
                raise
            except TimeoutError:
                raise NotFetched(Obstacle.TIMEOUT, "not within the deadline") from None
            except (HTTPError, ConnectionError, ssl.SSLError, ValueError) as error:
                words = f"{url.host} hung up or broke HTTP ({type(error).__name__})"
                raise NotFetched(Obstacle.BROKEN_ANSWER, words) from None

    def _body(
        self, answer: BaseHTTPResponse, url: WebUrl, out: BinaryIO, most_bytes: int
    ) -> int | WebUrl:
        if answer.status in _REDIRECTS:
            return follow(url, answer.headers.get("Location", ""))
        if answer.status != 200:
            raise NotFetched(Obstacle.BROKEN_ANSWER, f"{url.host} answered {answer.status}")
        size = 0
        while piece := answer.read(_PIECE):
            size += len(piece)
            if size > most_bytes:
                raise NotFetched(Obstacle.BROKEN_ANSWER, f"it is larger than {most_bytes:,} bytes")
            if self._left() <= 0:
                raise TimeoutError
            out.write(piece)
        return size


def _headers(url: WebUrl) -> Mapping[str, str]:
    return {
        "Host": _host_header(url),
        "User-Agent": "mediaprep",
        "Accept": "*/*",
        "Accept-Encoding": "identity",
    }
