"""What the sandbox's S3 servers have in common: a bucket, a key, an end."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable
from typing import Protocol

import urllib3

from mediaprep.errors import ToolMissing
from mediaprep.sandbox.serve import LOOPBACK

BUCKET = "mediaprep-sandbox"
REGION = "us-east-1"
ACCESS_KEY = "sandbox:sandbox"  # Swift's form: account:user
_READY_S = 30.0


class Store(Protocol):
    """A running S3 server with an empty bucket."""

    endpoint: str
    access_key: str
    gaps: tuple[str, ...]

    def stop(self) -> None:
        """End its processes and wait for them."""


def make_bucket(endpoint: str, access_key: str, secret: str, alive: Callable[[], bool]) -> None:
    """Create the bucket as soon as the server answers; raises ToolMissing if it never does."""
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    deadline = time.monotonic() + _READY_S
    url, answer = f"{endpoint}/{BUCKET}", 0
    while time.monotonic() < deadline and alive():
        request = AWSRequest("PUT", url, headers={"x-amz-content-sha256": "UNSIGNED-PAYLOAD"})
        SigV4Auth(Credentials(access_key, secret), "s3", REGION).add_auth(request)
        try:
            headers = dict(request.headers.items())
            answer = urllib3.request("PUT", url, headers=headers, retries=False, timeout=10).status
        except urllib3.exceptions.HTTPError:
            answer = 0
        if answer in (200, 409):  # 409: there since an earlier run in the same folder
            return
        time.sleep(0.05)
    raise ToolMissing(
        f"the sandbox's S3 server did not start (last answer: {answer or 'none'})",
        "its logs are in the folder given with --dir",
    )


def free_port() -> int:
    """Return a port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        port: int = probe.getsockname()[1]
        return port
