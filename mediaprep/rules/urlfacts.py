"""What one look at a URL showed, as values: the preflight fills it in, the URL rules judge it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from mediaprep.model import Kind


class Obstacle(StrEnum):
    """What ended the look before there was an answer of the last hop."""

    NOT_A_URL = "not-a-url"
    NO_ADDRESS = "no-address"  # the name cannot be resolved
    NOT_PUBLIC = "not-public"
    NO_CONNECTION = "no-connection"
    TLS = "tls"
    TIMEOUT = "timeout"
    BROKEN_ANSWER = "broken-answer"
    TOO_MANY_REDIRECTS = "too-many-redirects"


@dataclass(slots=True)
class UrlFacts:
    """One look at a URL; nothing in it is secret, so all of it may be printed."""

    shown: str  # without query and userinfo
    scheme: str = "https"
    host: str = ""  # of the URL as given
    chars: int = 0  # length of the whole URL
    has_userinfo: bool = False
    host_is_address: bool = False
    private_allowed: bool = False
    signed_left_s: float | None = None  # what is left of a presigned URL, if it tells

    obstacle: Obstacle | None = None
    why: str = ""  # the obstacle in words
    hops: tuple[str, ...] = ()  # where redirects led, redacted
    last_host: str = ""

    status: int | None = None
    said: str = ""  # the code of an S3 error document: "AccessDenied"
    content_type: str = ""
    encoding: str = ""  # Content-Encoding
    length: int | None = None  # of the whole object
    read_bytes: int = 0
    is_page: bool = False  # HTML
    container: str | None = None  # sniffed
    found_kind: Kind | None = None
    first_byte_s: float | None = None

    declared: Kind | None = None
    expected_bytes: int | None = None  # what was uploaded
