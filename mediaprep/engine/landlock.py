"""Take every path, TCP and (where the kernel can) signals to others away from this process.

Linux Landlock, `Documentation/userspace-api/landlock.rst`. No path is allowed at all: whoever calls
this has loaded what it needs, and is handed open files afterwards. It needs no privilege, cannot be
undone and passes to child processes.
"""

from __future__ import annotations

import ctypes
import struct
import sys

_CREATE_RULESET, _RESTRICT_SELF = 444, 446  # the same number on every architecture
_VERSION = 1
_PR_SET_NO_NEW_PRIVS = 38

_PATH_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}  # rights to files known to an ABI; 16 from the fifth on
NET_ABI, _NET = 4, 0b11  # bind and connect TCP
_SCOPE_ABI, _SCOPE = 6, 0b11  # abstract Unix sockets and signals stay inside


def abi() -> int:
    """Return the version of Landlock that the kernel speaks, 0 for none."""
    if sys.platform != "linux":
        return 0
    return max(_syscall(_CREATE_RULESET, 0, 0, _VERSION), 0)


def restrict() -> int:
    """Forbid this thread every path and TCP, and return the ABI that did it, 0 for none."""
    version = abi()
    if version == 0:
        return 0
    attributes = struct.pack("Q", (1 << _PATH_RIGHTS.get(version, 16)) - 1)
    attributes += struct.pack("Q", _NET) if version >= NET_ABI else b""
    attributes += struct.pack("Q", _SCOPE) if version >= _SCOPE_ABI else b""
    buffer = ctypes.create_string_buffer(attributes, len(attributes))
    ruleset = _syscall(_CREATE_RULESET, ctypes.addressof(buffer), len(attributes), 0)
    if ruleset < 0 or not no_new_privileges() or _syscall(_RESTRICT_SELF, ruleset, 0) != 0:
        return 0
    return version


def no_new_privileges() -> bool:
    """Give up set-user-id for good, which the kernel asks of whoever restricts himself."""
    return bool(ctypes.CDLL(None).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)


def _syscall(number: int, *arguments: int) -> int:
    call = ctypes.CDLL(None).syscall
    call.restype = ctypes.c_long
    return int(call(ctypes.c_long(number), *(ctypes.c_long(value) for value in arguments)))
