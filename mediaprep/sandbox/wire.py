"""What passes between the server and one provider: a call, a reply, a refusal."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

Json = dict[str, Any]


class Why(StrEnum):
    """Why a call is refused; each provider has its own words and numbers for it."""

    UNAUTHORIZED = "unauthorized"
    MISSING = "missing"  # a required field is not there
    INVALID = "invalid"
    NOT_FOUND = "not-found"
    NO_ENDPOINT = "no-endpoint"
    RATE = "rate"
    BUSY = "busy"  # too many creations at once
    QUOTA = "quota"
    SERVER = "server"


class Refused(Exception):  # noqa: N818 - an answer, not a failure of ours
    """The provider says no; `field` is the parameter at fault, `code` an exact code if known."""

    def __init__(self, why: Why, message: str, field: str = "", code: str = "") -> None:
        super().__init__(message)
        self.why = why
        self.message = message
        self.field = field
        self.code = code


@dataclass(slots=True)
class Reply:
    """An answer before it is bytes; `raw` replaces the JSON where a fault wants other bytes."""

    status: int = 200
    body: Json | None = None
    headers: dict[str, str] = field(default_factory=dict)
    raw: bytes | None = None


@dataclass(slots=True)
class Call:
    """One request as it arrived; header names are in lower case."""

    method: str
    path: str
    query_string: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    action: str = ""
    params: dict[str, str] = field(default_factory=dict)
    arrived_s: float = 0.0  # monotonic

    def fields(self) -> Json:
        """Return the body as a JSON object."""
        try:
            value = json.loads(self.body)
        except ValueError:
            raise Refused(Why.INVALID, "The request body is not valid JSON.", "body") from None
        if not isinstance(value, dict):
            raise Refused(Why.INVALID, "The request body is not a JSON object.", "body")
        return value

    @property
    def bearer(self) -> str:
        """The token of `Authorization: Bearer`, or nothing."""
        scheme, _, token = self.headers.get("authorization", "").partition(" ")
        return token.strip() if scheme.lower() == "bearer" else ""


Handler = Callable[[Call], Reply]


class Endpoint(NamedTuple):
    """One documented address; `{id}` in the path takes one segment."""

    method: str
    path: str
    action: str
    handler: Handler


def match(endpoints: tuple[Endpoint, ...], call: Call) -> Endpoint:
    """Find the endpoint of a call and fill in its path parameters; the first that fits wins."""
    parts = call.path.split("/")
    for endpoint in endpoints:
        pattern = endpoint.path.split("/")
        if endpoint.method != call.method or len(pattern) != len(parts):
            continue
        pairs = list(zip(pattern, parts, strict=True))
        if all(want == got or (want[:1] == "{" and got) for want, got in pairs):
            call.params = {want[1:-1]: got for want, got in pairs if want[:1] == "{"}
            return endpoint
    raise Refused(Why.NO_ENDPOINT, f"No such endpoint: {call.method} {call.path}")


def text(fields: Mapping[str, Any], name: str, *, required: bool = False, longest: int = 0) -> str:
    """Return a string field, or nothing; `longest` counts characters, not bytes."""
    value = fields.get(name)
    if value is None or value == "":
        if required:
            raise Refused(Why.MISSING, f"The required parameter {name} is missing.", name)
        return ""
    if not isinstance(value, str):
        raise Refused(Why.INVALID, f"{name} must be a string.", name)
    if longest and len(value) > longest:
        message = f"{name} must be no more than {longest} characters"
        raise Refused(Why.INVALID, message, name)
    return value


def number(fields: Mapping[str, Any], name: str, default: int, highest: int = 100_000) -> int:
    """Return a whole number from 1 to `highest`, given as a number or as digits."""
    value = fields.get(name, default)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= highest:
        raise Refused(Why.INVALID, f"{name} must be from 1 to {highest}.", name)
    return value


def media_url(fields: Mapping[str, Any], name: str, longest: int = 0) -> str:
    """Return a required http(s) URL; data URLs and bare base64 are refused as all pages say."""
    url = text(fields, name, required=True, longest=longest)
    if not url.lower().startswith(("http://", "https://")):
        raise Refused(Why.INVALID, f"{name} must be a publicly accessible http(s) URL.", name)
    return url
