"""What comes back from a worker, read without trusting it."""

from __future__ import annotations

import contextlib
import io
import pickle
import signal
from dataclasses import dataclass, is_dataclass
from enum import IntEnum
from typing import Any


@dataclass(frozen=True, slots=True)
class Died:
    """What became of a task without an answer; not `opened`: there was no file to read."""

    reason: str
    opened: bool = True


@dataclass(frozen=True, slots=True)
class Ready:
    """An item whose answer is known already and only keeps its place in the order."""

    answer: Any


def loads(data: bytes) -> Any:
    """Return what a worker pickled if it is plain data in pebble's envelopes; else `OSError`.

    To unpickle freely what a process sends that may have been taken over would hand it the parent.
    """
    return _Unpickler(io.BytesIO(data)).load()


class _Unpickler(pickle.Unpickler):
    def find_class(self, module: str, name: str) -> Any:
        if module.partition(".")[0] == "pebble" and "." not in name:
            found = super().find_class(module, name)
            if isinstance(found, type) and (is_dataclass(found) or issubclass(found, IntEnum)):
                return found
        raise OSError(
            f"a worker answered with {module}.{name}"
        )  # pebble takes it for a broken pool


def words(exitcode: int) -> str:
    """Say what the end of a worker process means."""
    if exitcode >= 0:
        return f"the decoder ended its process with status {exitcode}"
    with contextlib.suppress(ValueError):
        name = signal.Signals(-exitcode).name
        if name == "SIGKILL":
            return "the system killed the decoder (SIGKILL), most likely for want of memory"
        return f"the decoder crashed ({name})"
    return f"the decoder crashed (signal {-exitcode})"
