"""One HTTP request and one answer, as values; what sends them is elsewhere.

What is secret in a request is a `Secret`, so a call may be printed: a source URL, a key and a
signature read `***`. An answer's body may hold temporary URLs and is left out of its repr.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from types import MappingProxyType
from urllib.parse import quote, urlencode

from mediaprep.secret import Secret, plain

_NONE: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Upload:
    """A file to send as one part of multipart/form-data."""

    path: str
    filename: str
    content_type: str
    field: str = "file"


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, as a value; what is secret in it is a `Secret` and prints as `***`."""

    method: str
    url: str  # without the query
    action: str  # what it is for, in the provider's word: "CreateAsset", "asset-upload"
    pool: str  # the key of `Limits.rates`
    idempotent: bool  # may be sent again after an unknown outcome
    params: Mapping[str, str] = field(default_factory=lambda: _NONE)
    headers: Mapping[str, str | Secret] = field(default_factory=lambda: _NONE)
    json_body: Mapping[str, object] | None = None
    upload: Upload | None = None

    def query(self) -> str:
        """Return the query in the one spelling that is signed and sent: sorted, RFC 3986."""
        return urlencode(sorted(self.params.items()), quote_via=quote, safe="-_.~")

    def target(self) -> str:
        """Return the URL to send to, with its query."""
        return f"{self.url}?{self.query()}" if self.params else self.url

    def content(self) -> bytes | None:
        """Return the JSON body: the very bytes that are signed and must be sent."""
        if self.json_body is None:
            return None
        text = json.dumps(
            self.json_body, separators=(",", ":"), ensure_ascii=False, default=_revealed
        )
        return text.encode("utf-8", "surrogatepass")

    def sent_headers(self) -> dict[str, str]:
        """Return the headers in clear: only for the request itself."""
        return {name: plain(value) for name, value in self.headers.items()}


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer; its body may hold temporary URLs and is not printed."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)

    def header(self, name: str) -> str:
        """Return a header's value whatever its case, or an empty string."""
        wanted = name.lower()
        return next((v for k, v in self.headers.items() if k.lower() == wanted), "")

    def date(self) -> datetime | None:
        """Return the server's own clock, which tells how far off ours is."""
        try:
            told = parsedate_to_datetime(self.header("Date"))
        except (ValueError, TypeError, OverflowError):
            return None
        return told if told.tzinfo else told.replace(tzinfo=UTC)


def _revealed(value: object) -> str:
    if isinstance(value, Secret):
        return value.reveal()
    raise TypeError(f"{type(value).__name__} does not go into a body")
