"""What the tests have a worker do with the file it may write to."""

from __future__ import annotations

import ctypes
import time
from typing import BinaryIO


def work(source: BinaryIO, out: BinaryIO, how: str) -> int:
    if how == "crash":
        ctypes.string_at(0)
    if how == "hang":
        time.sleep(60)
    if how == "read":
        out.seek(0)
        out.read()
    if how == "flood":
        for _ in range(64):
            out.write(bytes(1 << 20))
    return out.write(source.read())
