"""Hand open files to processes that may not open any.

The workers are born with one end of a socket pair. A worker that holds the key to a file sends it
together with a fresh socket of its own, and the file comes back over that one (SCM_RIGHTS). A key
is good for one file and one loan, and cannot be guessed.
"""

from __future__ import annotations

import array  # noqa: F401  socket.recv_fds imports it late, when a worker can no longer import
import contextlib
import os
import secrets
import socket
import stat
import threading
from typing import BinaryIO

_KEY_BYTES = 16
_COMMON = os.O_NONBLOCK | os.O_CLOEXEC | os.O_NOCTTY  # a FIFO must not hold us up
_READ = os.O_RDONLY | _COMMON
_WRITE = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | _COMMON


class Lender:
    """Opens files for workers, in a thread of the parent; `counter` is the workers' end."""

    def __init__(self) -> None:
        self.lent = 0  # requests answered so far
        self._ours, self.counter = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._offers: dict[bytes, tuple[str, int]] = {}  # key -> path, how to open it
        self._closing = False
        self._thread = threading.Thread(target=self._serve, name="mediaprep-lender", daemon=True)
        self._thread.start()

    def offer(self, path: str, *, writable: bool = False) -> bytes:
        """Return a key for one loan of the file at `path`; a writable one is made or emptied."""
        key = secrets.token_bytes(_KEY_BYTES)
        self._offers[key] = path, _WRITE if writable else _READ
        return key

    def withdraw(self, key: bytes) -> None:
        """Forget a key, lent or not."""
        self._offers.pop(key, None)

    def close(self) -> None:
        """Stop lending."""
        self._closing = True
        with contextlib.suppress(OSError):
            self.counter.send(b"closing")
        self._thread.join()
        self._ours.close()
        self.counter.close()

    def _serve(self) -> None:
        while not self._closing:
            key, sockets, _, _ = socket.recv_fds(self._ours, 64, 4)
            with contextlib.suppress(OSError), contextlib.ExitStack() as stack:
                for descriptor in sockets:
                    stack.callback(os.close, descriptor)
                if sockets:
                    self._answer(key, sockets[0])

    def _answer(self, key: bytes, descriptor: int) -> None:
        with socket.socket(fileno=os.dup(descriptor)) as reply:
            reply.setblocking(False)
            self.lent += 1
            try:
                file = _open(self._offers.pop(key, None))
            except OSError as error:
                reply.send((error.strerror or str(error)).encode())
                return
            try:
                socket.send_fds(reply, [b"\0"], [file])
            finally:
                os.close(file)


def borrow(counter: socket.socket, key: bytes, *, writable: bool = False) -> BinaryIO:
    """Return the open file that `key` stands for; `OSError` says why there is none."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    with ours, theirs:
        socket.send_fds(counter, [key], [theirs.fileno()])
        answer, files, _, _ = socket.recv_fds(ours, 512, 1)
    if not files:
        raise OSError(answer.decode(errors="replace"))
    return os.fdopen(files[0], "wb" if writable else "rb")


def _open(offer: tuple[str, int] | None) -> int:
    if offer is None:
        raise OSError("no such loan")
    file = os.open(*offer, 0o666)
    if not stat.S_ISREG(os.fstat(file).st_mode):
        os.close(file)
        raise OSError("not a regular file")
    return file
