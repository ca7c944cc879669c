"""Volcengine's request signature, HMAC-SHA256 over a canonical request.

Official: https://www.volcengine.com/docs/6369/67270, which signs with the secret key as it is.
One published sample (docs/backends/volcengine.md) puts "VolcEngine" before the key; that is what
`prefix` is for. The two never agree, and the official vectors prove which one is documented.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime

from mediaprep.secret import Secret

ALGORITHM = "HMAC-SHA256"
SEED_PREFIX = "VolcEngine"


def x_date(now: datetime) -> str:
    """Return the time as X-Date has it: UTC, no separators."""
    return now.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def host_header(netloc: str) -> str:
    """Return what is signed as Host: the default ports are left out."""
    return netloc.removesuffix(":443").removesuffix(":80")


def sha256_hex(data: bytes) -> str:
    """Return the hash as it goes into X-Content-Sha256."""
    return hashlib.sha256(data).hexdigest()


def canonical_request(
    method: str, path: str, query: str, headers: Mapping[str, str], body: bytes
) -> str:
    """Return the text whose hash is signed; `query` is sorted and encoded, `headers` all signed."""
    signed = sorted((name.lower(), value.strip()) for name, value in headers.items())
    lines = "".join(f"{name}:{value}\n" for name, value in signed)
    names = ";".join(name for name, _ in signed)
    return "\n".join((method, path or "/", query, lines, names, sha256_hex(body)))


def signature(
    canonical: str, date: str, region: str, service: str, secret_key: Secret, prefix: str = ""
) -> str:
    """Return the signature in hex."""
    key = (prefix + secret_key.reveal()).encode()
    for part in (date[:8], region, service, "request"):
        key = hmac.digest(key, part.encode(), "sha256")
    scope = f"{date[:8]}/{region}/{service}/request"
    text = "\n".join((ALGORITHM, date, scope, sha256_hex(canonical.encode())))
    return hmac.digest(key, text.encode(), "sha256").hex()


def authorization(
    access_key: str, date: str, region: str, service: str, signed: Mapping[str, str], hexed: str
) -> Secret:
    """Return the Authorization header that carries a signature."""
    names = ";".join(sorted(name.lower() for name in signed))
    scope = f"{date[:8]}/{region}/{service}/request"
    return Secret(
        f"{ALGORITHM} Credential={access_key}/{scope}, SignedHeaders={names}, Signature={hexed}"
    )
