"""Confine a worker process before it meets a byte of anybody's file.

What holds afterwards: no credentials in the environment, no core dump, nothing written (but to a
file that is handed over open for it, where that is allowed), 2 GiB of memory beyond the start, and
on Linux no path opened, no network of any kind, no program started, no signal sent to others
(Landlock and seccomp, as far as the kernel has them), and an end with the parent. A native decoder
that is taken over by its input is left with the files it was handed.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import importlib
import logging
import multiprocessing
import os
import re
import resource
import signal
import warnings
from collections.abc import Sequence

from mediaprep.engine import MEMORY_BYTES, landlock, seccomp

_OPEN_FILES = 256

# Decoders need none of the environment; these keep Python and the loader where they were.
_KEPT = re.compile(r"LANG|LC_\w+|TZ|PATH|LD_LIBRARY_PATH|DYLD_\w+|PYTHON\w*|MEDIAPREP_FFMPEG")

_stderr_end: int | None = None


def confine(modules: Sequence[str] = (), write_bytes: int = 0) -> None:
    """Shut this process in for good; `modules` are imported first, as nothing can be later.

    No file that it writes to can grow past `write_bytes`.
    """
    # The pool answers SIGTERM in Python, which a decoder busy in C never gets round to.
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    _scrub_environment()
    _mute()
    _limit(write_bytes)
    _follow_parent()
    for name in modules:
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    landlock.restrict()
    seccomp.refuse()


def isolation() -> str:
    """Say in words what confines the decoders on this machine."""
    words = ["separate processes without credentials, killed on timeout", "at most 2 GiB of memory"]
    version, filtered = landlock.abi(), seccomp.available()
    if version:
        words.append(f"no file but the one given (Landlock ABI {version})")
    elif filtered:
        words.append("no file but the one given (seccomp; this kernel has no Landlock)")
    if filtered:
        words.append("no network, no other program (seccomp)")
    elif version >= landlock.NET_ABI:
        words.append("no TCP (Landlock)")
    if not (version or filtered):
        words.append("neither Landlock nor seccomp here: a decoder could read files and connect")
    return "; ".join(words)


def overheard() -> str:
    """Return what native code wrote to stderr since the last call."""
    if _stderr_end is None:
        return ""
    with contextlib.suppress(BlockingIOError):
        return os.read(_stderr_end, 1 << 16).decode(errors="replace")
    return ""


def _scrub_environment() -> None:
    getenv = ctypes.CDLL(None).getenv
    getenv.restype = ctypes.c_void_p
    for name in [name for name in os.environb if not _KEPT.fullmatch(os.fsdecode(name))]:
        if place := getenv(name):
            ctypes.memset(
                place, 0, len(ctypes.string_at(place))
            )  # the kernel's copy outlives unset
        del os.environb[name]


def _mute() -> None:
    """Keep whatever libraries print off the user's terminal, and stderr for `overheard`."""
    global _stderr_end
    with open(os.devnull, "wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)
    _stderr_end, writer = os.pipe()
    os.set_blocking(_stderr_end, False)
    os.set_blocking(writer, False)  # when it is full, the rest is lost
    os.dup2(writer, 2)
    os.close(writer)
    warnings.simplefilter("ignore")
    logging.disable()


def _limit(write_bytes: int) -> None:
    for name, value in (
        (resource.RLIMIT_AS, _mapped_bytes() + MEMORY_BYTES),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, write_bytes),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        with contextlib.suppress(ValueError, OSError):  # some systems know no limit of that kind
            resource.setrlimit(name, (value, value))


def _follow_parent() -> None:
    """Have the kernel end this process when the parent is gone, whatever it is busy with.

    The parent holds the other end of the sentinel. SIGIO ends a process that does not handle it.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        with contextlib.suppress(OSError):
            fcntl.fcntl(parent.sentinel, fcntl.F_SETOWN, os.getpid())
            flags = fcntl.fcntl(parent.sentinel, fcntl.F_GETFL)
            fcntl.fcntl(parent.sentinel, fcntl.F_SETFL, flags | os.O_ASYNC)


def _mapped_bytes() -> int:
    try:
        with open("/proc/self/statm", "rb") as statm:
            return int(statm.read().split()[0]) * resource.getpagesize()
    except OSError:
        return 0
