"""What the tests have worker processes do; kept apart so that a worker need not load pytest."""

from __future__ import annotations

import ctypes
import os
import socket
import threading
import time
from collections.abc import Callable
from typing import Any, BinaryIO


def read_all(file: BinaryIO, payload: Any) -> list[Any]:
    return [file.read().decode(), payload]


def sleep(file: BinaryIO, seconds: float) -> float:
    time.sleep(seconds)
    return seconds


def pid_or_hang(file: BinaryIO, payload: str) -> int:
    if payload == "hang":
        hang()
    return os.getpid()


def misbehave(file: BinaryIO, how: str) -> str:
    _WAYS[how]()
    return how


def attempt(file: BinaryIO, job: list[Any]) -> str:
    """Do one thing that a confined process must not; the answer is how it went."""
    what, argument = job
    try:
        _ATTEMPTS[what](argument)
    except OSError as error:
        return type(error).__name__
    return "done"


def die_soon(file: BinaryIO, soon: bool) -> bool:
    """Answer, and end the process when nobody is waiting for it."""
    if soon:
        threading.Timer(0.1, os._exit, [1]).start()
    return soon


def environment(file: BinaryIO, payload: None) -> dict[str, str]:
    return dict(os.environ)


def environment_of_c(file: BinaryIO, names: list[str]) -> list[str | None]:
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_char_p
    return [getenv(name.encode()) for name in names]


def shout(file: BinaryIO, payload: str) -> str:
    """Write to both terminals the way native code does."""
    for descriptor in (1, 2):
        os.write(descriptor, payload.encode())
    return "heard"


class Trap:
    """Makes a folder when it is unpickled."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return os.mkdir, (self.path,)


def trap(file: BinaryIO, path: str) -> Trap:
    return Trap(path)


def hang() -> None:
    while True:
        pass


def _raise() -> None:
    raise ValueError("out of sorts")


_WAYS: dict[str, Callable[[], object]] = {
    "nothing": lambda: None,
    "segfault": lambda: ctypes.string_at(0),
    "abort": lambda: os.abort(),
    "exit": lambda: os._exit(3),
    "hang": hang,
    "hang in C": lambda: ctypes.CDLL(None).pause(),
    "4 GiB": lambda: bytearray(4 << 30),
    "raise": _raise,
}


def _connect(port: int) -> None:
    socket.create_connection(("127.0.0.1", port), 1).close()


def _send_datagram(port: int) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.sendto(b"x", ("127.0.0.1", port))


def _connect_local(path: str) -> None:
    with socket.socket(socket.AF_UNIX) as local:
        local.connect(path)


def _write(path: str) -> None:
    with open(path, "wb") as file:
        file.write(b"x")


_ATTEMPTS: dict[str, Callable[[Any], object]] = {
    "read a file": lambda path: os.close(os.open(path, os.O_RDONLY)),
    "list a folder": os.listdir,
    "write a file": _write,
    "remove a file": os.remove,
    "rename a file": lambda path: os.rename(path, path + ".moved"),
    "change a file's mode": lambda path: os.chmod(path, 0o777),
    "connect over TCP": _connect,
    "send over UDP": _send_datagram,
    "connect to a local socket": _connect_local,
    "start a program": lambda path: os.execv(path, [path]),
    "signal the parent": lambda pid: os.kill(pid, 0),
}
