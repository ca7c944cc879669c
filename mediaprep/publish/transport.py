"""Send one HTTP request and read one answer: TLS verified, no redirects, bounded in time and size.

Proxies from the environment are used only where they are asked for by MEDIAPREP_PROXY: a key should
not travel by a way that nobody thought of.
"""

from __future__ import annotations

import io
import os
import secrets as random_words
from collections.abc import Iterator, Mapping
from urllib.parse import quote

import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    LocationValueError,
    NewConnectionError,
    ProxyError,
    SSLError,
)
from urllib3.util import Retry, Timeout

from mediaprep.backends.call import Call, Reply, Upload
from mediaprep.errors import MediaprepError
from mediaprep.secret import without_locals

_CONNECT_S = 10.0
_READ_S = 60.0
_LARGEST_ANSWER = 8 << 20
_CHUNK = 1 << 20
# What was raised before a byte of the request left this machine.
_UNSENT = (NewConnectionError, ConnectTimeoutError, SSLError, ProxyError, LocationValueError)


class TransportFailed(MediaprepError):  # noqa: N818
    """No answer came; `sent` says whether the backend may have the request all the same."""

    def __init__(self, message: str, hint: str = "", *, sent: bool) -> None:
        super().__init__(message, hint)
        self.sent = sent


class Transport:
    """Connections to one backend, kept open and shared by threads."""

    def __init__(self, environ: Mapping[str, str], connections: int = 32) -> None:
        options: dict[str, object] = {
            "maxsize": connections,
            "retries": Retry(0, redirect=False, raise_on_redirect=False),
            "timeout": Timeout(connect=_CONNECT_S, read=_READ_S),
            "cert_reqs": "CERT_REQUIRED",
        }
        if bundle := environ.get("MEDIAPREP_CA_BUNDLE", ""):
            options["ca_certs"] = bundle
        proxy = environ.get("MEDIAPREP_PROXY", "")
        self._pool: urllib3.PoolManager = (
            urllib3.ProxyManager(proxy, **options) if proxy else urllib3.PoolManager(**options)  # type: ignore[arg-type]
        )

    def send(self, call: Call) -> Reply:
        """Send a call and return the answer, whatever its status; raises TransportFailed."""
        try:
            return self._sent(call)
        except BaseException as error:  # noqa: BLE001  it is raised again
            # Below here the key and the source URL are in the clear, and a trace may show locals.
            raise without_locals(error) from None

    def _sent(self, call: Call) -> Reply:
        headers = call.sent_headers()
        headers.setdefault("User-Agent", "mediaprep")
        body: object = call.content()
        if call.upload is not None:
            body = _Form(call.upload)
            headers |= body.headers
        try:
            answer = self._pool.request(
                call.method,
                call.target(),
                body=body,  # type: ignore[arg-type]
                headers=headers,
                redirect=False,
                preload_content=False,
            )
        except HTTPError as error:
            raise _failure(call, error) from None
        except OSError as error:
            if call.upload is not None and error.filename == call.upload.path:
                raise
            raise _failure(call, error) from None
        return _read(call, answer)

    def close(self) -> None:
        """Close every connection."""
        self._pool.clear()


def _read(call: Call, answer: urllib3.BaseHTTPResponse) -> Reply:
    try:
        body = answer.read(_LARGEST_ANSWER + 1)
        if len(body) > _LARGEST_ANSWER:
            answer.close()
    except (HTTPError, OSError) as error:
        answer.close()
        raise _failure(call, error) from None
    finally:
        answer.release_conn()
    return Reply(answer.status, dict(answer.headers.items()), body[:_LARGEST_ANSWER])


def _failure(call: Call, error: Exception) -> TransportFailed:
    """Say what went wrong in words of ours: the library's quote the URL and its query."""
    cause = getattr(error, "reason", None)
    root = cause if isinstance(cause, Exception) else error
    host = call.url.split("/")[2] if call.url.count("/") > 1 else call.url
    if isinstance(root, SSLError):
        hint = "check the base URL; MEDIAPREP_CA_BUNDLE names certificates of your own"
        return TransportFailed(f"{host}: its certificate is not to be trusted", hint, sent=False)
    if isinstance(root, _UNSENT):
        hint = "check the base URL and the network"
        return TransportFailed(f"{host} cannot be reached", hint, sent=False)
    words = f"{host} dropped the connection or did not answer in time ({type(root).__name__})"
    return TransportFailed(words, "run the command again: it looks first", sent=True)


class _Form(io.RawIOBase):
    """One file as multipart/form-data (RFC 7578), read while it is sent."""

    def __init__(self, upload: Upload) -> None:
        boundary = random_words.token_hex(16)
        name = quote(upload.filename, safe=" ()[]!#$&'+,;=@^_`{}~.-")
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{upload.field}"; '
            f'filename="{name}"\r\nContent-Type: {upload.content_type}\r\n\r\n'
        )
        tail = f"\r\n--{boundary}--\r\n"
        self._parts = self._read_parts(head.encode(), upload.path, tail.encode())
        self._left = b""
        size = len(head.encode()) + os.path.getsize(upload.path) + len(tail)
        self.headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(size),
        }

    @staticmethod
    def _read_parts(head: bytes, path: str, tail: bytes) -> Iterator[bytes]:
        yield head
        with open(path, "rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
        yield tail

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, empty at the end."""
        if size is None or size < 0:
            rest = self._left + b"".join(self._parts)
            self._left = b""
            return rest
        if not self._left:
            self._left = next(self._parts, b"")
        taken, self._left = self._left[:size], self._left[size:]
        return taken
