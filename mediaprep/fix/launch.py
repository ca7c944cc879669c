"""Become ffmpeg, shut in: `python launch.py RESTRICTIONS PROGRAM ARGUMENT …`.

Between fork and exec only a process of its own can restrict itself in Python. What holds in ffmpeg
afterwards: the files named can be read or written and no other, no TCP (Linux Landlock,
`Documentation/userspace-api/landlock.rst`), bounded memory and output, no core dump, and an end
with the parent. It imports nothing of ours: a copied stream takes no longer than starting Python.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import re
import resource
import signal
import struct
import sys
from collections.abc import Iterator
from typing import TypedDict

CANNOT_START = 126

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION, _NET_ABI, _NET = 1, 4, 0b11  # bind and connect TCP
_BENEATH = 1  # LANDLOCK_RULE_PATH_BENEATH
_EXECUTE, _WRITE, _READ, _READ_DIR = 1 << 0, 1 << 1, 1 << 2, 1 << 3
_TRUNCATE, _TRUNCATE_ABI = 1 << 14, 3
_PATH_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # rights to files known to an ABI; 16 from the fifth on
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_OPEN_FILES = 256

_LIBRARIES = (
    "/lib", "/lib32", "/lib64", "/usr/lib", "/usr/lib32", "/usr/lib64", "/usr/local/lib",
    "/etc/ld.so.cache", "/nix/store", "/gnu/store",
)  # fmt: skip
# Where the C library and the decoders ask how many processors and how much memory there are.
_SYSTEM = ("/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo", "/dev/urandom")
_LOADER = re.compile(rb"/[\w./+-]{1,200}/ld[\w.+-]{1,60}\0")  # the interpreter named in an ELF head


class Restrictions(TypedDict):
    """What the program may do: files by name, bytes of address space and of output."""

    reads: list[str]
    writes: list[str]
    memory_bytes: int
    file_bytes: int
    parent: int


def main(arguments: list[str]) -> int:
    """Restrict this process and replace it by the program; returns only when that fails."""
    restrictions: Restrictions = json.loads(arguments[0])
    program = arguments[1]
    _follow(restrictions["parent"])
    _limit(restrictions)
    _forbid_the_rest(restrictions, program)
    try:
        os.execv(program, arguments[1:])  # noqa: S606
    except OSError as error:
        why = error.strerror
        if _is_script(program):
            why = "a script cannot be run shut in; name the program that it starts instead"
        print(f"{program} does not start: {why}", file=sys.stderr)
    return CANNOT_START


def _is_script(program: str) -> bool:
    with contextlib.suppress(OSError), open(program, "rb") as file:
        return file.read(2) == b"#!"
    return False


def _follow(parent: int) -> None:
    """Have the kernel end this process, and what it becomes, when the parent is gone."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os._exit(CANNOT_START)


def _limit(restrictions: Restrictions) -> None:
    for name, value in (
        (resource.RLIMIT_AS, restrictions["memory_bytes"]),
        (resource.RLIMIT_FSIZE, restrictions["file_bytes"]),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES),
    ):
        with contextlib.suppress(ValueError, OSError):  # some systems know no limit of that kind
            resource.setrlimit(name, (value, value))


def _forbid_the_rest(restrictions: Restrictions, program: str) -> None:
    linux = sys.platform == "linux"
    version = _syscall(_CREATE_RULESET, 0, 0, _VERSION) if linux else 0
    if version <= 0:
        return
    known = (1 << _PATH_RIGHTS.get(version, 16)) - 1
    attributes = struct.pack("Q", known)
    attributes += struct.pack("Q", _NET) if version >= _NET_ABI else b""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = _syscall(_CREATE_RULESET, ctypes.addressof(buffer), len(attributes), 0)
    if ruleset < 0:
        return
    for path, rights in _rules(restrictions, program, version):
        _allow(ruleset, path, rights & known)
    if ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0:
        _syscall(_RESTRICT_SELF, ruleset, 0)
    os.close(ruleset)


def _rules(restrictions: Restrictions, program: str, abi: int) -> Iterator[tuple[str, int]]:
    yield program, _READ | _EXECUTE
    with open(program, "rb") as file:
        if loader := _LOADER.search(file.read(4096)):
            yield os.fsdecode(loader[0][:-1]), _READ | _EXECUTE
    own = os.path.join(os.path.dirname(os.path.dirname(os.path.realpath(program))), "lib")
    elsewhere = os.environ.get("LD_LIBRARY_PATH", "").split(":")
    for path in (*_LIBRARIES, *_SYSTEM, own, *filter(os.path.isabs, elsewhere)):
        yield path, _READ | _READ_DIR
    for path in restrictions["reads"]:
        yield path, _READ
    for path in restrictions["writes"]:  # faststart reads again what was written
        yield path, _READ | _WRITE | (_TRUNCATE if abi >= _TRUNCATE_ABI else 0)


def _allow(ruleset: int, path: str, rights: int) -> None:
    try:
        descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return  # not there: nothing to allow
    try:
        if not os.path.isdir(path):
            rights &= ~_READ_DIR
        rule = struct.pack("=Qi", rights, descriptor)
        buffer = ctypes.create_string_buffer(rule, len(rule))
        _syscall(_ADD_RULE, ruleset, _BENEATH, ctypes.addressof(buffer), 0)
    finally:
        os.close(descriptor)


def _syscall(number: int, *arguments: int) -> int:
    call = ctypes.CDLL(None).syscall
    call.restype = ctypes.c_long
    return int(call(ctypes.c_long(number), *(ctypes.c_long(value) for value in arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
