"""Refuse the system calls that no decoder needs once its file is open.

Linux seccomp, `Documentation/userspace-api/seccomp_filter.rst`, as one classic BPF program. It
covers what Landlock does not (UDP, Unix sockets, modes and owners of files) and holds on kernels
without Landlock too.
"""

from __future__ import annotations

import ctypes
import errno
import platform
import struct
import sys

from mediaprep.engine import landlock

# call -> number on (x86-64, AArch64); None where the architecture never had it
_REFUSED: dict[str, tuple[int | None, int | None]] = {
    "socket": (41, 198),
    "connect": (42, 203),
    "open": (2, None),
    "creat": (85, None),
    "openat": (257, 56),
    "openat2": (437, 437),
    "open_by_handle_at": (304, 265),
    "execve": (59, 221),
    "execveat": (322, 281),
    "truncate": (76, 45),
    "rename": (82, None),
    "renameat": (264, 38),
    "renameat2": (316, 276),
    "link": (86, None),
    "linkat": (265, 37),
    "symlink": (88, None),
    "symlinkat": (266, 36),
    "unlink": (87, None),
    "unlinkat": (263, 35),
    "mkdir": (83, None),
    "mkdirat": (258, 34),
    "rmdir": (84, None),
    "chmod": (90, None),
    "fchmodat": (268, 53),
    "fchmodat2": (452, 452),
    "chown": (92, None),
    "lchown": (94, None),
    "fchownat": (260, 54),
    "kill": (62, 129),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "io_uring_setup": (425, 425),  # would carry opens and connects past this very filter
}
_MACHINES = {"x86_64": (0, 0xC000003E), "aarch64": (1, 0xC00000B7)}  # column, AUDIT_ARCH_*
_X32 = 0x40000000  # x86-64: the same calls under a second set of numbers

_LOAD, _JUMP_IF, _JUMP_FROM, _RETURN = 0x20, 0x15, 0x35, 0x06
_ALLOW, _ERRNO = 0x7FFF0000, 0x00050000
_ARCH_AT, _NUMBER_AT = 4, 0  # in struct seccomp_data
_PR_GET_SECCOMP, _PR_SET_SECCOMP, _MODE_FILTER = 21, 22, 2


def available() -> bool:
    """Whether this kernel and architecture can filter system calls."""
    known = sys.platform == "linux" and platform.machine() in _MACHINES
    return known and ctypes.CDLL(None).prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) >= 0


def refuse() -> bool:
    """Install the filter in this thread; return whether it holds."""
    if not available() or not landlock.no_new_privileges():
        return False
    code = _program()
    buffer = ctypes.create_string_buffer(code, len(code))
    program = struct.pack("HxxxxxxQ", len(code) // 8, ctypes.addressof(buffer))
    held = ctypes.create_string_buffer(program, len(program))
    return bool(ctypes.CDLL(None).prctl(_PR_SET_SECCOMP, _MODE_FILTER, held, 0, 0) == 0)


def _program() -> bytes:
    column, architecture = _MACHINES[platform.machine()]
    numbers = [row[column] for row in _REFUSED.values() if row[column] is not None]
    tests = [(_JUMP_IF, number) for number in numbers] + [(_JUMP_FROM, _X32)]
    lines = [
        _line(_LOAD, _ARCH_AT),
        _line(_JUMP_IF, architecture, otherwise=len(tests) + 2),
        _line(_LOAD, _NUMBER_AT),
    ]
    lines += [_line(kind, value, then=len(tests) - i) for i, (kind, value) in enumerate(tests)]
    lines += [_line(_RETURN, _ALLOW), _line(_RETURN, _ERRNO | errno.EACCES)]
    return b"".join(lines)


def _line(code: int, value: int | None, then: int = 0, otherwise: int = 0) -> bytes:
    return struct.pack("HBBI", code, then, otherwise, value)
