"""Everything at once, from start to a clean end: S3, the six APIs, the file of variables."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from mediaprep.sandbox.environment import variables, write
from mediaprep.sandbox.launch import start_s3
from mediaprep.sandbox.s3 import Store
from mediaprep.sandbox.serve import Server
from mediaprep.sandbox.settings import Settings
from mediaprep.sandbox.world import World

_ENDINGS = tuple(
    getattr(signal, n) for n in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, n)
)
_S3_AFTER_APIS = 11  # with --port, S3 is this far above it


@dataclass(frozen=True, slots=True)
class Up:
    """What is known once everything answers."""

    base_urls: dict[str, str]
    store: Store | None
    folder: Path
    variables: dict[str, str]


def run(
    settings: Settings,
    say_ready: Callable[[Up], None],
    *,
    env_file: Path | None = None,
    folder: Path | None = None,
    port: int = 0,
    s3: bool = True,
) -> None:
    """Serve until Ctrl-C or TERM, then leave no process and no temporary file behind."""
    with _endings_interrupt(), contextlib.suppress(KeyboardInterrupt), _home(folder) as home:
        fetched = home / "fetched"
        fetched.mkdir(exist_ok=True)
        settings.folder = str(fetched)
        store = _store(home, settings, port) if s3 else None
        try:

            def ready() -> None:
                urls = server.base_urls
                known = variables(urls, settings.credentials, store, home)
                if env_file:
                    write(env_file, known)
                say_ready(Up(urls, store, home, known))

            server = Server(World(settings), port, ready)
            server.serve_forever()
        finally:
            if store:
                store.stop()


def _store(home: Path, settings: Settings, port: int) -> Store:
    folder = home / "s3"
    folder.mkdir(exist_ok=True)
    return start_s3(folder, settings.credentials.s3_secret, port + _S3_AFTER_APIS if port else 0)


@contextmanager
def _home(folder: Path | None) -> Iterator[Path]:
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder.resolve()
        return
    made = tempfile.mkdtemp(prefix="mediaprep-sandbox-")
    try:
        yield Path(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)


@contextmanager
def _endings_interrupt() -> Iterator[None]:
    """Make TERM and HUP end the run as Ctrl-C does, so that what is `finally` happens."""

    def interrupt(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, interrupt) for number in _ENDINGS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tell(fd: int) -> None:
    """Write READY to a descriptor that was handed down, and close it."""
    os.write(fd, b"READY\n")
    os.close(fd)
