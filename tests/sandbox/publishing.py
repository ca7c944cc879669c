"""Publish to a sandbox in this process: its variables, and a store whose URLs are signed."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cli_run import Done, run
from conftest import png
from sandboxlib import Box, running

from mediaprep.publish.presign import Life, Presigned
from mediaprep.publish.run import Publishing
from mediaprep.publish.storing import StoredObject
from mediaprep.sandbox.environment import variables
from mediaprep.secret import Secret

BACKENDS = ("sunra", "agtcloud", "volcengine", "agentsflare", "crun", "atlascloud")
SIGNATURE = "5ec2e75ec2e75ec2e75ec2e7"
PROOF = f"X-Amz-Credential=AKIAOFTHETEST&X-Amz-Signature={SIGNATURE}"
PROOFS = (SIGNATURE, "AKIAOFTHETEST")


class Signed:
    """A store that puts files on the sandbox's media host, and signs as S3 does."""

    def __init__(self, box: Box) -> None:
        self._box = box

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Put a file on the host."""
        content = Path(path).read_bytes()
        self._box.host(sha256, content, content_type)
        return StoredObject(sha256, len(content), uploaded=True)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Sign."""
        ends = datetime.now(UTC) + timedelta(seconds=life_s)
        return Presigned(Secret(f"{self._box.media_url}/{key}?{PROOF}"), ends)

    def life(self, asked_s: int) -> Life:
        """Say how long."""
        return Life(asked_s, "as asked")

    def life_s(self, asked_s: int) -> int:
        """Say how long."""
        return asked_s


def secrets(box: Box) -> tuple[str, ...]:
    """Return everything that must be in no output."""
    return (*asdict(box.keys).values(), *PROOFS)


@contextmanager
def published_to(folder: Path, **settings: object) -> Iterator[Box]:
    """Run a sandbox that every command inside the block talks to, with a ledger of its own."""
    with running(folder, **settings) as box, pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith(("MEDIAPREP_", "AWS_"))]:
            patch.delenv(name)
        known = variables(box.urls, box.keys, None, folder)
        for name, value in known.items():
            patch.setenv(name, value)
        patch.setenv("MEDIAPREP_STORE", "s3://bucket-of-the-test")
        patch.setenv("MEDIAPREP_POLL_INTERVAL_S", "0.03")
        opened = Publishing.open_store
        # A bucket takes seconds to start: tests marked slow have a real one.
        patch.setattr(
            Publishing,
            "open_store",
            lambda self: Signed(box) if self._where[0] == "store" else opened(self),
        )
        yield box


def pictures(folder: Path, count: int = 2) -> Path:
    """Write pictures that no other test has."""
    folder.mkdir(exist_ok=True)
    for number in range(count):
        (folder / f"{number}.png").write_bytes(png() + f"{folder}{number}".encode())
    return folder


def publish(folder: Path, backend: str, *more: str) -> Done:
    """Run the command."""
    return run("publish", folder, "--backend", backend, *more)
