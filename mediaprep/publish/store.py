"""An S3 bucket as the store: content-addressed, verified, presigned; any compatible server.

Amazon S3 API with Signature Version 4. Compatible servers differ in checksums, conditional writes
and addressing: what is asked of them is what all of them take (docs/store.md).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from mediaprep.publish.inventory import Inventory
from mediaprep.publish.presign import Life, Presigned, effective_life
from mediaprep.publish.s3options import S3Options, credentials_of, is_loopback_http, split_s3_url
from mediaprep.publish.storing import Store, StoredObject, StoreError, content_key
from mediaprep.publish.urlbase import UrlBase
from mediaprep.secret import Secret, redact

if TYPE_CHECKING:
    from mediaprep.publish.s3client import S3Client

# Below it one request carries the whole file and its checksum; above it goes up in parts.
MULTIPART_BYTES = 8 << 20
_OURS = "sha256"  # the key of our metadata
_MD5_DIGITS = 32  # an ETag of so many may be the MD5 of the bytes


class _Sent(NamedTuple):
    uploaded: bool  # False: the very bytes were there
    verified: bool  # the answer proves what arrived


def open_store(
    url: str,
    environ: Mapping[str, str],
    *,
    options: S3Options | None = None,
    root: str | os.PathLike[str] = ".",
    connections: int = 16,
) -> Store:
    """Open `s3://bucket/prefix`, or `https://…`, which already serves the files below `root`.

    Raises UsageError for another URL, StoreError where credentials or the bucket are missing.
    """
    if url.startswith(("https://", "http://")):
        return UrlBase(url, root)
    bucket, prefix, said = split_s3_url(url)
    return S3Store(bucket, prefix, environ, (options or S3Options()).with_query(said), connections)


class S3Store:
    """One bucket and prefix; may be used by many threads."""

    def __init__(
        self,
        bucket: str,
        prefix: str,
        environ: Mapping[str, str],
        options: S3Options | None = None,
        connections: int = 16,
    ) -> None:
        self._bucket, self._prefix = bucket, prefix
        self._options = (options or S3Options()).completed(environ)
        _require_private_way(self._options.endpoint)
        self._given = credentials_of(environ)
        self._s3 = _client(bucket, self._options, self._given, environ, connections)
        self._inventory = Inventory(self._keys)
        self._conditional = True  # until the server says that it does not know If-None-Match
        self._attests = False  # once the server has told the SHA-256 of what arrived

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Upload a file unless its bytes are there, and verify what arrived.

        Raises StoreError; `fatal` where the next file would fare no better.
        """
        key = content_key(self._prefix, path, sha256, content_type)
        size = os.path.getsize(path)
        self._s3.settle_region()
        known = self._inventory.may_hold(key)
        if known and self._is_there(key, size, sha256, content_type):
            return StoredObject(key, size, uploaded=False)
        put = self._put_whole if size < MULTIPART_BYTES else self._put_parts
        sent = put(path, key, sha256, content_type)
        if not sent.verified and not self._is_there(key, size, sha256, content_type):
            hint = "the file changed meanwhile, or the store does not keep what it is given"
            raise StoreError(f"store: {key} did not arrive as it was sent", hint)
        self._inventory.add(key)
        return StoredObject(key, size, uploaded=sent.uploaded)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Sign a GET of the object for `life_s` seconds, or as long as the store can.

        Raises StoreError where the credentials have ended.
        """
        life = self.life(life_s)
        if life.seconds <= 0:
            words = f"store: nothing can be signed: {life.why}"
            raise StoreError(words, "renew the credentials", fatal=True)
        self._s3.settle_region()
        asked = {"Bucket": self._bucket, "Key": key}
        now = datetime.now(UTC).replace(microsecond=0)
        url = self._s3.call(
            lambda: self._s3.api.generate_presigned_url(
                "get_object", Params=asked, ExpiresIn=life.seconds
            )
        )
        return Presigned(Secret(url), now + timedelta(seconds=life.seconds))

    def life(self, asked_s: int) -> Life:
        """Return how long a URL signed now would live, and what decides it."""
        if self._given is not None:
            ends, temporary = self._given.ends, self._given.token is not None
        else:
            held = self._s3.credentials()
            # botocore offers no public way to the end of refreshable credentials.
            ends = getattr(held, "_expiry_time", None)
            temporary = bool(getattr(held, "token", None))
        return effective_life(asked_s, ends, temporary=temporary)

    def life_s(self, asked_s: int) -> int:
        """Return the seconds of `life`."""
        return self.life(asked_s).seconds

    def remove(self, key: str) -> None:
        """Delete an object; raises StoreError."""
        self._s3.remove(key)

    @property
    def skew_s(self) -> float | None:
        """The server's clock less ours; None before it said anything."""
        return self._s3.skew_s

    def __repr__(self) -> str:
        return f"S3Store(s3://{self._bucket}/{self._prefix})"

    def _is_there(self, key: str, size: int, sha256: str, content_type: str) -> bool:
        """Whether the very bytes are there; an object without our hash does not count."""
        held = self._s3.call(lambda: self._s3.head(key))
        metadata = {name.lower(): value for name, value in held.get("Metadata", {}).items()}
        return (
            held.get("ContentLength") == size
            and metadata.get(_OURS) == sha256
            and held.get("ContentType") == content_type
        )

    def _keys(self) -> Iterator[str]:
        """List the keys below the prefix, a page at a time."""
        try:
            pages = self._s3.api.get_paginator("list_objects_v2")
            below = f"{self._prefix}/" if self._prefix else ""
            places = iter(pages.paginate(Bucket=self._bucket, Prefix=below))
            while (page := self._s3.call(lambda: next(places, None))) is not None:
                yield from (entry["Key"] for entry in page.get("Contents", ()))
        except StoreError as error:
            raise PermissionError(str(error)) from None

    def _put_whole(self, path: str, key: str, sha256: str, content_type: str) -> _Sent:
        """Send one request; its answer may prove what arrived."""
        with open(path, "rb") as file:
            content = file.read(min(os.fstat(file.fileno()).st_size, MULTIPART_BYTES))
        if not self._attests and hashlib.sha256(content).hexdigest() != sha256:
            raise _changed(path)
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        about = self._about(sha256, content_type)
        asked = {"Key": key, "Body": content, "ChecksumSHA256": digest, **about}
        answer = self._put_if_absent(asked)
        if answer is None:
            return _Sent(uploaded=False, verified=True)
        if answer.get("ChecksumSHA256") == digest:
            self._attests = True
            return _Sent(uploaded=True, verified=True)
        etag = str(answer.get("ETag", "")).strip('"')
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return _Sent(uploaded=True, verified=len(etag) == _MD5_DIGITS and etag == md5)

    def _put_if_absent(self, asked: dict[str, Any]) -> Mapping[str, Any] | None:
        """Put unless somebody else has meanwhile; None: the very bytes are there."""
        asked["Bucket"] = self._bucket
        if self._conditional:
            answer = self._s3.call(lambda: self._s3.put_if_absent(**asked))
            if not isinstance(answer, str):
                return answer
            if answer == "NotImplemented":
                self._conditional = False
            elif self._is_there(
                asked["Key"], len(asked["Body"]), asked["Metadata"][_OURS], asked["ContentType"]
            ):
                return None
        # What is there under the name of the hash is not what the hash says: it is replaced.
        put: Mapping[str, Any] = self._s3.call(lambda: self._s3.put(**asked))
        return put

    def _put_parts(self, path: str, key: str, sha256: str, content_type: str) -> _Sent:
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise _changed(path)
        about = self._about(sha256, content_type)
        self._s3.call(lambda: self._s3.upload(path, key, about, MULTIPART_BYTES))
        after = os.stat(path)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            # Other bytes may lie there under this hash now: they must not be found again.
            self._s3.call(lambda: self._s3.api.delete_object(Bucket=self._bucket, Key=key))
            raise _changed(path)
        return _Sent(uploaded=True, verified=False)

    def _about(self, sha256: str, content_type: str) -> dict[str, Any]:
        said = self._options.put_arguments()
        return {"ContentType": content_type, "Metadata": {_OURS: sha256}, **said}


def _client(*settings: Any) -> S3Client:
    # boto3 takes a third of a second to load: only a store pays for it.
    from mediaprep.publish.s3client import S3Client

    return S3Client(*settings)


def _changed(path: str) -> StoreError:
    return StoreError(f"store: {path} changed while it was published", "run it again")


def _require_private_way(endpoint: str) -> None:
    if endpoint.startswith("http://") and not is_loopback_http(endpoint):
        words = f"store: {redact(endpoint)} is not https: keys and media would be readable"
        raise StoreError(words, "use https://; plain http is for this machine alone", fatal=True)
