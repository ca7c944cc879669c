"""What runs in a worker process: shut in once, then one open file after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from socket import socket
from typing import Any

from mediaprep.engine import MEMORY_BYTES
from mediaprep.engine.isolate import confine
from mediaprep.engine.lend import borrow

Work = Callable[..., Any]  # of the files that it is lent, and its payload

_counter: socket | None = None


def enter(counter: socket, modules: Sequence[str], function: Work, write_bytes: int = 0) -> None:
    """Start a worker; naming the function loads its module while modules can be loaded."""
    global _counter
    _counter = counter
    confine(modules, write_bytes)


def perform(function: Work, keys: Sequence[tuple[bytes, bool]], payload: Any) -> tuple[str, Any]:
    """Run one task on the files that `keys` stand for; how it ended comes first in the answer."""
    assert _counter is not None
    with ExitStack() as stack:
        try:
            files = [
                stack.enter_context(borrow(_counter, key, writable=writable))
                for key, writable in keys
            ]
        except OSError as error:
            return "unopened", str(error)
        try:
            return "done", function(*files, payload)
        except MemoryError:
            return "died", f"it needs more than {MEMORY_BYTES >> 30} GiB of memory"
        except BaseException as error:  # noqa: BLE001  whatever it is, it costs this one file
            return "died", f"{type(error).__name__}: {error}"
