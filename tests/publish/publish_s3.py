"""A real S3 server for a test run: Swift's, started by the sandbox's own launcher."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from mediaprep.sandbox.s3 import BUCKET, REGION

SECRET_KEY = "0123456789abcdef0123"


# In a process of its own: Swift brings eventlet, which is not for ours.
_SERVE = """
import sys, tempfile
from pathlib import Path
from mediaprep.sandbox.swift import Swift
server = Swift(Path(sys.argv[1]), sys.argv[2])
print(server.endpoint, server.access_key, flush=True)
sys.stdin.read()
server.stop()
"""


@contextmanager
def s3_server(folder: Path) -> Iterator[dict[str, str]]:
    """Serve S3 for as long as the block runs; yields the variables that lead to it."""
    if sys.platform != "linux" or find_spec("swift") is None:
        pytest.skip("Swift runs on Linux, from the extra [sandbox]")
    command = [sys.executable, "-W", "ignore", "-c", _SERVE, str(folder), SECRET_KEY]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        endpoint, access_key = process.stdout.readline().split()
        yield {
            "AWS_ENDPOINT_URL_S3": endpoint,
            "AWS_ACCESS_KEY_ID": access_key,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_REGION": REGION,
            "MEDIAPREP_STORE": f"s3://{BUCKET}/refs",
        }
        process.stdin.close()
        assert process.wait(20) == 0


def bare_client(environ: Mapping[str, str]) -> Any:
    """Return boto3's own client, for a second opinion on what is there."""
    import boto3
    from botocore.config import Config

    return boto3.client(
        "s3",
        endpoint_url=environ["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=environ["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=environ["AWS_SECRET_ACCESS_KEY"],
        region_name=REGION,
        config=Config(s3={"addressing_style": "path"}),
    )


def write(folder: Path, name: str, content: bytes) -> str:
    """Write a file and return its path."""
    path = folder / name
    path.write_bytes(content)
    return os.fspath(path)
