"""Take a URL apart once, strictly, so that nothing after it reads the same text differently.

RFC 3986 with the host forms that browsers and libc take. Whatever two readers could understand in
two ways (a backslash, a control character, userinfo) is said, not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urljoin, urlsplit

DEFAULT_PORTS = {"https": 443, "http": 80}


class BadUrl(ValueError):  # noqa: N818
    """It is no http or https URL; the message says why, and never shows its query."""


@dataclass(frozen=True, slots=True, repr=False)
class WebUrl:
    """An http or https URL in parts; its text is a secret, `shown` is what may be printed."""

    text: str
    scheme: str
    host: str  # ASCII, without brackets
    port: int
    target: str  # path and query as sent
    has_userinfo: bool

    @property
    def shown(self) -> str:
        """The URL without query, fragment and userinfo."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        path, mark, _ = self.target.partition("?")
        return f"{self.scheme}://{host}{port}{path}" + ("?***" if mark else "")

    def __repr__(self) -> str:
        return f"WebUrl({self.shown!r})"


def parse_url(text: str) -> WebUrl:
    """Take an absolute http or https URL apart; raises BadUrl."""
    if any(ord(char) < 0x21 or char == "\x7f" for char in text) or "\\" in text:
        raise BadUrl("it holds a space, a backslash or a control character")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError:
        raise BadUrl("its host or port cannot be read") from None
    if parts.scheme not in DEFAULT_PORTS:
        raise BadUrl(
            f"{parts.scheme}: is not http or https" if parts.scheme else "it has no https://"
        )
    host = parts.hostname or ""
    if not host:
        raise BadUrl("it names no host")
    try:
        ascii_host = host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise BadUrl("its host is not a valid name") from None
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    chosen = DEFAULT_PORTS[parts.scheme] if port is None else port
    return WebUrl(text, parts.scheme, ascii_host, chosen, target, "@" in parts.netloc)


def follow(url: WebUrl, location: str) -> WebUrl:
    """Return where a redirect leads; raises BadUrl."""
    try:
        return parse_url(urljoin(url.text, location.strip()))
    except BadUrl:
        raise
    except ValueError:
        raise BadUrl("its redirect cannot be read") from None


def signed_until(url: WebUrl) -> datetime | None:
    """Return when a presigned URL (S3 V4 or V2, GCS, TOS, Azure SAS) ends, if it says so."""
    try:
        query = {k.lower(): v[0] for k, v in parse_qs(url.target.partition("?")[2]).items()}
    except ValueError:
        return None
    for vendor in ("x-amz", "x-goog", "x-tos", "x-oss"):
        signed, life = query.get(f"{vendor}-date"), query.get(f"{vendor}-expires")
        if signed and life and life.isdecimal() and len(life) < 10:
            began = _time(signed)
            return began + timedelta(seconds=int(life)) if began else None
    if "signature" in query and (at := query.get("expires", "")).isdecimal() and len(at) < 12:
        return datetime.fromtimestamp(int(at), UTC)
    if "sig" in query and "se" in query:
        return _time(query["se"])
    return None


def _time(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
