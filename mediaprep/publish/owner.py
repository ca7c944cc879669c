"""Who is at work: a lock file for each process, which the system lets go of however it ends."""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from pathlib import Path

from filelock import FileLock, Timeout

_SUFFIX = ".owner"


class Owner:
    """A process' word for "mine", and a way to tell whether another's still holds."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.name = f"{os.getpid()}-{secrets.token_hex(8)}"
        folder.mkdir(parents=True, exist_ok=True)
        self._lock = FileLock(self._path(self.name), thread_local=False)
        self._lock.acquire(timeout=10)

    def is_alive(self, name: str) -> bool:
        """Say whether the process that claimed something under this name still runs."""
        if name == self.name:
            return True
        path = self._path(name)
        if not path.exists():
            return False
        probe = FileLock(path, thread_local=False)
        try:
            probe.acquire(timeout=0)
        except Timeout:
            return True
        probe.release()
        with suppress(OSError):
            path.unlink()
        return False

    def close(self) -> None:
        """Let go of everything claimed under this name."""
        self._lock.release()
        with suppress(OSError):
            self._path(self.name).unlink()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"
