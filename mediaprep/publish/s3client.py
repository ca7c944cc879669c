"""The only module that knows boto3: a client for one bucket, and its errors in our words."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Mapping
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import boto3
from boto3.exceptions import S3UploadFailedError
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from mediaprep.publish.s3errors import CREDENTIALS, Place, of_code, of_exception
from mediaprep.publish.s3options import Credentials, S3Options
from mediaprep.publish.storing import StoreError
from mediaprep.secret import redact, without_locals

T = TypeVar("T")
_PART_BYTES = 8 << 20
_REGION_HEADER = "x-amz-bucket-region"


class S3Client:
    """A boto3 client for one bucket; `call` runs anything on it and raises StoreError alone."""

    def __init__(
        self,
        bucket: str,
        options: S3Options,
        given: Credentials | None,
        environ: Mapping[str, str],
        connections: int,
    ) -> None:
        self.bucket = bucket
        self._options, self._given = options, given
        self._place = Place(bucket, options.region, redact(options.endpoint))
        self._session = self.call(lambda: _session(given, environ))
        if self.credentials() is None:
            raise StoreError("store: no credentials", f"set {CREDENTIALS}", fatal=True)
        self._connections = connections
        self._said_region = ""  # what the server says the bucket's region is
        self.skew_s: float | None = None  # the server's clock less ours, once it told its time
        self._settling, self._settled = threading.Lock(), False
        self._connect(options.region)

    def settle_region(self) -> None:
        """Sign for the bucket's own region from now on; asks the server once.

        boto3 follows a server that names another region, a presigned URL does not.
        """
        with self._settling:
            if self._settled:
                return
            self.call(self._ask_region)
            if self._said_region and self._said_region != self.api.meta.region_name:
                self._connect(self._said_region)
            self._settled = True

    def call(self, call: Callable[[], T]) -> T:
        """Call the library; whatever it raises becomes one line without a URL."""
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
            words = f"store: {redact(str(error))}"
            raise StoreError(words, "look at the endpoint", fatal=True) from None
        except BaseException as error:  # noqa: BLE001  it is raised again
            raise without_locals(error) from None  # the library's show keys and URLs

    def head(self, key: str) -> Mapping[str, Any]:
        """Return what the store says of an object; nothing where it shows none."""
        try:
            held: Mapping[str, Any] = self.api.head_object(Bucket=self.bucket, Key=key)
        except ClientError as error:
            # An answer without a body gives no reason: the PUT that follows will.
            # A missing object is a 403 for a key without s3:ListBucket.
            if _code(error) in ("404", "NoSuchKey", "403", "400", "301"):
                return {}
            raise
        return held

    def put(self, **asked: Any) -> Mapping[str, Any]:
        """Put an object with its checksum, whatever is there."""
        answer: Mapping[str, Any] = self._sender.put_object(**asked)
        return answer

    def put_if_absent(self, **asked: Any) -> Mapping[str, Any] | str:
        """Put an object with its checksum unless there is one; a code says why nothing was put."""
        try:
            answer = self.put(**asked, IfNoneMatch="*")
        except ClientError as error:
            if _code(error) in ("PreconditionFailed", "412", "NotImplemented"):
                return _code(error)
            raise
        return answer

    def upload(self, path: str, key: str, extra: Mapping[str, Any], threshold: int) -> None:
        """Send a large file in parts."""
        config = TransferConfig(
            multipart_threshold=threshold, multipart_chunksize=_PART_BYTES, max_concurrency=4
        )
        self.api.upload_file(path, self.bucket, key, ExtraArgs=dict(extra), Config=config)

    def remove(self, key: str) -> None:
        """Delete an object."""
        self.call(lambda: self.api.delete_object(Bucket=self.bucket, Key=key))

    def credentials(self) -> Any:
        """Return what boto3's chain found, None if nothing."""
        return self.call(self._session.get_credentials)

    def _refused(self, error: ClientError) -> StoreError:
        said: Mapping[str, Any] = error.response.get("Error", {})
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        words = redact(str(said.get("Message", "")))
        return of_code(str(said.get("Code", status)), status, words, self._place)

    def _connect(self, region: str) -> None:
        self.api = self.call(lambda: self._client(region))
        # The checksum is in a header that is signed: the bytes need not be hashed once more for
        # the signature, as boto3 would for a server that is not on https.
        self._sender = self.call(lambda: self._client(region, payload_signing_enabled=False))

    def _client(self, region: str, **s3: bool) -> Any:
        settings: dict[str, Any] = {
            "signature_version": "s3v4",
            "retries": {"mode": "standard", "max_attempts": 4},
            "max_pool_connections": self._connections,
            "connect_timeout": 10,
            "read_timeout": 60,
            "s3": {"addressing_style": self._options.addressing, **s3},
        }
        if self._options.endpoint:
            # Compatible servers do not all take the checksums that newer clients add.
            settings["request_checksum_calculation"] = "when_required"
            settings["response_checksum_validation"] = "when_required"
        api = self._session.client(
            "s3",
            endpoint_url=self._options.endpoint or None,
            region_name=region or None,
            verify=self._options.ca_bundle or None,
            config=Config(**settings),
        )
        api.meta.events.register("needs-retry.s3", self._note)
        return api

    def _ask_region(self) -> None:
        try:
            self.api.head_bucket(Bucket=self.bucket)
        except ClientError as error:
            if self._said_region or _code(error) != "400":
                return  # what is wrong with the bucket, the first upload says better
            with contextlib.suppress(ClientError):  # HEAD has no body, which names it elsewhere
                self.api.list_objects_v2(Bucket=self.bucket, MaxKeys=1)

    def _note(self, response: Any = None, **_: Any) -> None:
        """Take the bucket's region and the server's clock from whatever it answers."""
        if response is None:
            return
        said = response[1].get("Error", {}).get("Region")
        headers = response[1].get("ResponseMetadata", {}).get("HTTPHeaders", {})
        with contextlib.suppress(KeyError, ValueError):
            self.skew_s = parsedate_to_datetime(headers["date"]).timestamp() - time.time()
        self._said_region = str(said or headers.get(_REGION_HEADER) or self._said_region)


def _session(given: Credentials | None, environ: Mapping[str, str]) -> Any:
    if given is None:
        return boto3.Session(profile_name=environ.get("AWS_PROFILE") or None)
    return boto3.Session(
        aws_access_key_id=given.access_key,
        aws_secret_access_key=given.secret_key.reveal(),
        aws_session_token=given.token.reveal() if given.token else None,
    )


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))
