"""Verify Volcengine's HMAC-SHA256 request signature, in the official and in the seed's scheme.

Official: https://www.volcengine.com/docs/6369/67270. The page that describes the asset API prints a
script that differs in one point of the signature: its key chain starts with "VolcEngine" before
the secret. Errors: https://www.volcengine.com/docs/6369/68677.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from mediaprep.sandbox.wire import Call, Refused, Why

_AUTHORIZATION = re.compile(
    r"HMAC-SHA256 Credential=([^/\s,]+)/([^\s,]+),\s*SignedHeaders=([^\s,]+),\s*"
    r"Signature=([0-9a-f]{64})"
)
_SKEW_S = 15 * 60
_SEED_PREFIX = "VolcEngine"


@dataclass(frozen=True, slots=True)
class Key:
    """What a request must be signed with; a session token is accepted, not asked for."""

    access: str
    secret: str
    region: str
    session_token: str = ""
    service: str = "ark"


def verify(call: Call, key: Key, now: datetime, *, seed: bool) -> None:
    """Refuse a call that is not signed with `key` at about `now`; `seed` is the page's scheme."""
    found = _AUTHORIZATION.fullmatch(call.headers.get("authorization", "").strip())
    if not found:
        raise _refused("InvalidAuthorization", "The Authorization header is missing or malformed.")
    access, scope, names, signature = found.groups()
    stamp = _timestamp(call, now)
    if scope != f"{stamp[:8]}/{key.region}/{key.service}/request":
        expected = f"<date of X-Date>/{key.region}/{key.service}/request"
        raise _refused("InvalidCredential", f"The credential scope must be {expected}.")
    if access != key.access:
        raise _refused("InvalidAccessKey", "The access key is not found.")
    signed = names.split(";")
    _check_headers(call, signed, key)
    canonical = canonical_request(call, signed)
    prefix = _SEED_PREFIX if seed else ""
    if not hmac.compare_digest(sign(canonical, stamp, scope, prefix + key.secret), signature):
        raise _refused(
            "SignatureDoesNotMatch",
            "The request signature we calculated does not match the signature you provided.",
        )


def _timestamp(call: Call, now: datetime) -> str:
    stamp = call.headers.get("x-date", "")
    try:
        when = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise _refused("InvalidTimestamp", "X-Date is missing or not YYYYMMDDTHHMMSSZ.") from None
    if abs((now - when).total_seconds()) > _SKEW_S:
        raise _refused("InvalidTimestamp", "The request is expired: X-Date is over 15 minutes off.")
    return stamp


def _check_headers(call: Call, signed: list[str], key: Key) -> None:
    for name in ("host", "x-date"):
        if name not in signed:
            raise _refused("InvalidAuthorization", f"The header {name} must be signed.")
    token = call.headers.get("x-security-token")
    if token is not None and ("x-security-token" not in signed or token != key.session_token):
        raise _refused("InvalidSecretToken", "The security token is invalid or expired.")
    digest = call.headers.get("x-content-sha256")
    if digest is not None and digest != hashlib.sha256(call.body).hexdigest():
        raise _refused("SignatureDoesNotMatch", "X-Content-Sha256 is not the hash of the body.")


def canonical_request(call: Call, signed: list[str]) -> str:
    """Return the canonical request of what arrived, over the headers that it says it signed."""
    headers = "".join(f"{name}:{_value(call.headers, name)}\n" for name in sorted(signed))
    lines = (
        call.method,
        quote(call.path, safe="/-_.~"),
        _canonical_query(call.query_string),
        headers,
        ";".join(sorted(signed)),
        hashlib.sha256(call.body).hexdigest(),
    )
    return "\n".join(lines)


def sign(canonical: str, stamp: str, scope: str, secret: str) -> str:
    """Return the signature of a canonical request; `secret` carries its prefix, if any."""
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    key = secret.encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    string = f"HMAC-SHA256\n{stamp}\n{scope}\n{digest}"
    return hmac.new(key, string.encode(), hashlib.sha256).hexdigest()


def _value(headers: Mapping[str, str], name: str) -> str:
    value = " ".join(headers.get(name, "").split())
    return re.sub(r":(80|443)$", "", value) if name == "host" else value


def _canonical_query(query: str) -> str:
    pairs = sorted(parse_qsl(query, keep_blank_values=True))
    return "&".join(f"{quote(k, safe='-_.~')}={quote(v, safe='-_.~')}" for k, v in pairs)


def _refused(code: str, message: str) -> Refused:
    return Refused(Why.UNAUTHORIZED, message, code=code)
