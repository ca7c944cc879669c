"""An S3 bucket as the store: content-addressed, verified, presigned; any compatible server.

Amazon S3 API with Signature Version 4. Compatible servers differ in checksums, conditional writes
and addressing: what is asked of them is what all of them take (docs/store.md).
"""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

from mediaprep.publish.inventory import Inventory
from mediaprep.publish.presign import Life, Presigned, effective_life
from mediaprep.publish.s3errors import CREDENTIALS, Place, of_code, of_exception
from mediaprep.publish.s3options import S3Options, credentials_of, is_loopback_http, split_s3_url
from mediaprep.publish.storing import Store, StoredObject, StoreError, content_key
from mediaprep.publish.urlbase import UrlBase
from mediaprep.secret import Secret, redact

# Below it one request carries the whole file and its checksum; above it goes up in parts.
MULTIPART_BYTES = 8 << 20
_PART_BYTES = 8 << 20
_OURS = "sha256"  # the key of our metadata
_MD5_DIGITS = 32  # an ETag of so many may be the MD5 of the bytes
T = TypeVar("T")


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
        self._given = credentials_of(environ)
        endpoint = self._options.endpoint
        self._place = Place(bucket, self._options.region, redact(endpoint))
        if endpoint.startswith("http://") and not is_loopback_http(endpoint):
            self._plain_http()
        self._session = self._calling(lambda: self._new_session(environ))
        if self._credentials() is None:
            raise StoreError("store: no credentials", f"set {CREDENTIALS}", fatal=True)
        self._client = self._calling(lambda: self._new_client(connections))
        self._transfer = self._transfer_config()
        self._inventory = Inventory(self._keys)
        self._conditional = True  # until the server says that it does not know If-None-Match

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Upload a file unless its bytes are there, and verify what arrived.

        Raises StoreError; `fatal` where the next file would fare no better.
        """
        key = content_key(self._prefix, path, sha256, content_type)
        size = os.path.getsize(path)
        known = self._inventory.may_hold(key)
        if known and self._is_there(key, size, sha256, content_type):
            return StoredObject(key, size, uploaded=False)
        verified = (
            self._put_whole(path, key, sha256, content_type)
            if size < MULTIPART_BYTES
            else self._put_parts(path, key, sha256, content_type)
        )
        if not verified and not self._is_there(key, size, sha256, content_type):
            hint = "the file changed meanwhile, or the store does not keep what it is given"
            raise StoreError(f"store: {key} did not arrive as it was sent", hint)
        return StoredObject(key, size, uploaded=True)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Sign a GET of the object for `life_s` seconds, or as long as the store can.

        Raises StoreError where the credentials have ended.
        """
        life = self.life(life_s)
        if life.seconds <= 0:
            raise StoreError(
                f"store: nothing can be signed: {life.why}", "sign in again", fatal=True
            )
        asked = {"Bucket": self._bucket, "Key": key}
        now = datetime.now(UTC).replace(microsecond=0)
        url = self._calling(
            lambda: self._client.generate_presigned_url(
                "get_object", Params=asked, ExpiresIn=life.seconds
            )
        )
        return Presigned(Secret(url), now + timedelta(seconds=life.seconds))

    def life(self, asked_s: int) -> Life:
        """Return how long a URL signed now would live, and what decides it."""
        if self._given is not None:
            ends, temporary = self._given.ends, self._given.token is not None
        else:
            held = self._credentials()
            # botocore offers no public way to the end of refreshable credentials.
            ends = getattr(held, "_expiry_time", None)
            temporary = bool(getattr(held, "token", None))
        return effective_life(asked_s, ends, temporary=temporary)

    def life_s(self, asked_s: int) -> int:
        """Return the seconds of `life`."""
        return self.life(asked_s).seconds

    def __repr__(self) -> str:
        return f"S3Store(s3://{self._bucket}/{self._prefix})"

    def _is_there(self, key: str, size: int, sha256: str, content_type: str) -> bool:
        """Whether the very bytes are there; an object without our hash does not count."""
        held = self._calling(lambda: self._head(key))
        metadata = {name.lower(): value for name, value in held.get("Metadata", {}).items()}
        return (
            held.get("ContentLength") == size
            and metadata.get(_OURS) == sha256
            and held.get("ContentType") == content_type
        )

    def _head(self, key: str) -> Mapping[str, Any]:
        from botocore.exceptions import ClientError

        try:
            held: Mapping[str, Any] = self._client.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            # Without s3:ListBucket a missing object is a 403: the PUT will tell.
            if error.response.get("Error", {}).get("Code") in ("404", "NoSuchKey", "403"):
                return {}
            raise
        return held

    def _keys(self) -> Iterator[str]:
        """List the keys below the prefix, a page at a time."""
        try:
            pages = self._client.get_paginator("list_objects_v2")
            below = f"{self._prefix}/" if self._prefix else ""
            places = iter(pages.paginate(Bucket=self._bucket, Prefix=below))
            while (page := self._calling(lambda: next(places, None))) is not None:
                yield from (entry["Key"] for entry in page.get("Contents", ()))
        except StoreError as error:
            raise PermissionError(str(error)) from None

    def _put_whole(self, path: str, key: str, sha256: str, content_type: str) -> bool:
        """Send one request; returns whether the answer itself proves what arrived."""
        with open(path, "rb") as file:
            content = file.read(MULTIPART_BYTES + 1)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise _changed(path)
        digest = base64.b64encode(bytes.fromhex(sha256)).decode()
        asked = {
            "Bucket": self._bucket,
            "Key": key,
            "Body": content,
            "ChecksumSHA256": digest,
            **self._extra(sha256, content_type),
        }
        answer = self._calling(lambda: self._put_if_absent(asked))
        if answer is None:
            return False
        if answer.get("ChecksumSHA256") == digest:
            return True
        etag = str(answer.get("ETag", "")).strip('"')
        md5 = hashlib.md5(content, usedforsecurity=False).hexdigest()
        return len(etag) == _MD5_DIGITS and etag == md5

    def _put_if_absent(self, asked: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """Put unless somebody else has meanwhile; None: there is something to be looked at."""
        from botocore.exceptions import ClientError

        if self._conditional:
            try:
                return self._client.put_object(**asked, IfNoneMatch="*")  # type: ignore[no-any-return]
            except ClientError as error:
                code = error.response.get("Error", {}).get("Code")
                if code == "NotImplemented":
                    self._conditional = False
                elif code not in ("PreconditionFailed", "412", "ConditionalRequestConflict"):
                    raise
                elif self._same(asked):
                    return None
        # What is there under the name of the hash is not what the hash says: it is replaced.
        return self._client.put_object(**asked)  # type: ignore[no-any-return]

    def _same(self, asked: Mapping[str, Any]) -> bool:
        sha256, mime = asked["Metadata"][_OURS], asked["ContentType"]
        return self._is_there(asked["Key"], len(asked["Body"]), sha256, mime)

    def _put_parts(self, path: str, key: str, sha256: str, content_type: str) -> bool:
        extra = self._extra(sha256, content_type)
        with open(path, "rb") as file:
            before = os.fstat(file.fileno())
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise _changed(path)
        self._calling(
            lambda: self._client.upload_file(
                path, self._bucket, key, ExtraArgs=extra, Config=self._transfer
            )
        )
        after = os.stat(path)
        if (before.st_mtime_ns, before.st_size) != (after.st_mtime_ns, after.st_size):
            # Other bytes may lie there under this hash now: they must not be found again.
            self._calling(lambda: self._client.delete_object(Bucket=self._bucket, Key=key))
            raise _changed(path)
        return False

    def _extra(self, sha256: str, content_type: str) -> dict[str, Any]:
        return {
            "ContentType": content_type,
            "Metadata": {_OURS: sha256},
            **self._options.put_arguments(),
        }

    def _calling(self, call: Callable[[], T]) -> T:
        """Call the library; whatever it raises becomes one line without a URL."""
        from boto3.exceptions import S3UploadFailedError
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            return call()
        except S3UploadFailedError as error:
            cause = error.__cause__ or error.__context__
            if isinstance(cause, ClientError):
                raise self._refused(cause) from None
            raise of_exception(type(cause or error).__name__, "", self._place) from None
        except ClientError as error:
            raise self._refused(error) from None
        except BotoCoreError as error:
            said = redact(str(error))
            raise of_exception(type(error).__name__, said, self._place) from None
        except RuntimeError as error:  # botocore says it so when a refresh brings old credentials
            if "expired" not in str(error):
                raise
            raise of_code("ExpiredToken", 400, "", self._place) from None
        except ValueError as error:
            raise StoreError(
                f"store: {redact(str(error))}", "look at the endpoint", fatal=True
            ) from None

    def _refused(self, error: Any) -> StoreError:
        said = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        words = redact(str(said.get("Message", "")))
        return of_code(str(said.get("Code", status)), status, words, self._place)

    def _credentials(self) -> Any:
        return self._calling(self._session.get_credentials)

    def _new_session(self, environ: Mapping[str, str]) -> Any:
        import boto3

        if self._given is None:
            return boto3.Session(profile_name=environ.get("AWS_PROFILE") or None)
        token = self._given.token
        return boto3.Session(
            aws_access_key_id=self._given.access_key,
            aws_secret_access_key=self._given.secret_key.reveal(),
            aws_session_token=token.reveal() if token else None,
        )

    def _new_client(self, connections: int) -> Any:
        from botocore.config import Config

        settings: dict[str, Any] = {
            "signature_version": "s3v4",
            "retries": {"mode": "standard", "max_attempts": 4},
            "max_pool_connections": connections,
            "connect_timeout": 10,
            "read_timeout": 60,
            "s3": {"addressing_style": self._options.addressing},
        }
        endpoint = self._options.endpoint or None
        if endpoint:
            # Compatible servers do not all take the checksums that newer clients add.
            settings["request_checksum_calculation"] = "when_required"
            settings["response_checksum_validation"] = "when_required"
        return self._session.client(
            "s3",
            endpoint_url=endpoint,
            region_name=self._options.region or None,
            verify=self._options.ca_bundle or None,
            config=Config(**settings),
        )

    @staticmethod
    def _transfer_config() -> Any:
        from boto3.s3.transfer import TransferConfig

        return TransferConfig(
            multipart_threshold=MULTIPART_BYTES,
            multipart_chunksize=_PART_BYTES,
            max_concurrency=4,
        )

    def _plain_http(self) -> None:
        words = f"store: {self._place.endpoint} is not https: keys and media would be readable"
        raise StoreError(words, "use https://; plain http is for this machine alone", fatal=True)


def _changed(path: str) -> StoreError:
    return StoreError(f"store: {path} changed while it was published", "run it again")
