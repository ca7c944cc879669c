"""What runs in a worker process: shut in once, then one open file after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from socket import socket
from typing import Any, BinaryIO

from mediaprep.engine.isolate import MEMORY_BYTES, confine
from mediaprep.engine.lend import borrow

Work = Callable[[BinaryIO, Any], Any]

_counter: socket | None = None


def enter(counter: socket, modules: Sequence[str], function: Work) -> None:
    """Start a worker; naming the function loads its module while modules can be loaded."""
    global _counter
    _counter = counter
    confine(modules)


def perform(function: Work, key: bytes, payload: Any) -> tuple[str, Any]:
    """Run one task; how it ended comes first in the answer."""
    assert _counter is not None
    try:
        file = borrow(_counter, key)
    except OSError as error:
        return "unopened", str(error)
    try:
        with file:
            return "done", function(file, payload)
    except MemoryError:
        return "died", f"it needs more than {MEMORY_BYTES >> 30} GiB of memory"
    except BaseException as error:  # noqa: BLE001  whatever it is, it costs this one file
        return "died", f"{type(error).__name__}: {error}"
