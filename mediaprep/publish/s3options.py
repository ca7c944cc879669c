"""Where a bucket is and how it is to be written: from its URL, options and environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from mediaprep.errors import ConfigError, UsageError
from mediaprep.publish.s3errors import CREDENTIALS
from mediaprep.publish.storing import StoreError
from mediaprep.secret import Secret, redact

ACLS = ("private", "public-read", "bucket-owner-full-control", "authenticated-read")
ENCRYPTIONS = ("AES256", "aws:kms", "aws:kms:dsse")
ADDRESSINGS = ("path", "virtual", "auto")
# Servers that take a bucket in the host name alone.
_VIRTUAL_ONLY = (".aliyuncs.com", ".volces.com", ".bytepluses.com", ".myqcloud.com")
_AWS_ENDPOINT = (".amazonaws.com", ".amazonaws.com.cn")
_HINT = "give s3://bucket/prefix, with ?endpoint=, region=, addressing=, acl=, sse=, kms-key="


@dataclass(frozen=True, slots=True)
class S3Options:
    """What may be said of a bucket; empty: the environment's, or the server's own default."""

    endpoint: str = ""
    region: str = ""
    addressing: str = ""
    acl: str = ""
    encryption: str = ""
    kms_key: str = ""
    ca_bundle: str = ""

    def __post_init__(self) -> None:
        for word, known in (
            (self.acl, ACLS),
            (self.encryption, ENCRYPTIONS),
            (self.addressing, ADDRESSINGS),
        ):
            if word and word not in known:
                raise UsageError(f"store: {word!r} is not offered", f"one of {', '.join(known)}")
        if self.kms_key and not self.encryption.startswith("aws:kms"):
            raise UsageError("store: a KMS key needs sse=aws:kms", "add it")

    def with_query(self, said: Mapping[str, str]) -> S3Options:
        """Return the options with what the store's URL says; the URL wins."""
        names = {"sse": "encryption", "kms-key": "kms_key", "ca-bundle": "ca_bundle"}
        fields = {names.get(word, word): value for word, value in said.items()}
        if unknown := fields.keys() - set(S3Options.__dataclass_fields__):
            raise UsageError(f"store: unknown option {', '.join(sorted(unknown))}", _HINT)
        return replace(self, **fields)

    def completed(self, environ: Mapping[str, str]) -> S3Options:
        """Return the options with what the environment says where nothing else does."""
        endpoint = (
            self.endpoint
            or environ.get("AWS_ENDPOINT_URL_S3", "")
            or environ.get("AWS_ENDPOINT_URL", "")
        )
        if endpoint and not endpoint.startswith(("https://", "http://")):
            words = f"AWS_ENDPOINT_URL_S3 is {redact(endpoint)!r}, which is no URL"
            raise ConfigError(words, "give it with https://")
        region = (
            self.region or environ.get("AWS_REGION", "") or environ.get("AWS_DEFAULT_REGION", "")
        )
        own = replace(self, endpoint=endpoint).is_compatible
        return replace(
            self,
            endpoint=endpoint,
            region=region or ("us-east-1" if own else ""),
            addressing=self.addressing or _addressing(endpoint, own),
            ca_bundle=self.ca_bundle or environ.get("AWS_CA_BUNDLE", ""),
        )

    @property
    def is_compatible(self) -> bool:
        """Whether the server is another than Amazon's."""
        return bool(self.endpoint) and not _host(self.endpoint).endswith(_AWS_ENDPOINT)

    def put_arguments(self) -> dict[str, Any]:
        """Return what a PUT says of access and encryption."""
        said = {
            "ACL": self.acl,
            "ServerSideEncryption": self.encryption,
            "SSEKMSKeyId": self.kms_key,
        }
        return {name: value for name, value in said.items() if value}


@dataclass(frozen=True, slots=True)
class Credentials:
    """Keys that the environment gives, and when they end, if it says so."""

    access_key: str
    secret_key: Secret
    token: Secret | None
    ends: datetime | None


def credentials_of(environ: Mapping[str, str]) -> Credentials | None:
    """Return the environment's keys; None: it has none, and boto3's own chain is asked.

    Raises StoreError naming the one that is missing.
    """
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
    access, secret = (environ.get(name, "") for name in names)
    if not access and not secret:
        return None
    if not access or not secret:
        missing = names[0] if not access else names[1]
        raise StoreError(f"store: {missing} is not set", f"set both {CREDENTIALS}", fatal=True)
    token = environ.get("AWS_SESSION_TOKEN", "")
    return Credentials(access, Secret(secret), Secret(token) if token else None, _end(environ))


def split_s3_url(url: str) -> tuple[str, str, dict[str, str]]:
    """Take s3://bucket/prefix?options apart; raises UsageError."""
    try:
        parts = urlsplit(url)
    except ValueError:
        raise UsageError("store: the URL cannot be read", _HINT) from None
    if parts.scheme != "s3" or not parts.netloc or "@" in parts.netloc or ":" in parts.netloc:
        raise UsageError(f"store: {redact(url)} is no place to upload to", _HINT)
    prefix = unquote(parts.path).strip("/")
    return parts.netloc, prefix, dict(parse_qsl(parts.query, keep_blank_values=True))


def is_loopback_http(endpoint: str) -> bool:
    """Whether plain http stays on this machine."""
    host = _host(endpoint)
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _end(environ: Mapping[str, str]) -> datetime | None:
    text = environ.get("AWS_CREDENTIAL_EXPIRATION", "")
    if not text:
        return None
    try:
        ends = datetime.fromisoformat(text)
    except ValueError:
        words = "AWS_CREDENTIAL_EXPIRATION is no time"
        raise ConfigError(words, "write it as 2026-01-31T12:00:00Z") from None
    return ends if ends.tzinfo else ends.replace(tzinfo=UTC)


def _host(endpoint: str) -> str:
    try:
        return urlsplit(endpoint).hostname or ""
    except ValueError:
        return ""


def _addressing(endpoint: str, own: bool) -> str:
    if not own:
        return "auto"
    return "virtual" if _host(endpoint).endswith(_VIRTUAL_ONLY) else "path"
