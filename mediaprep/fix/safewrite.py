"""Put a whole new file in its place, or leave everything as it was.

A file is written under a temporary name in the folder that it will lie in, synced, and renamed;
the rename is atomic (POSIX rename(2), link(2)), so that a crash at any moment leaves the old file
or the new one. The temporary file is locked while its writer lives: what nobody holds is a leftover
of a run that was killed, and is swept away by the next.
"""

from __future__ import annotations

import errno
import fcntl
import os
import shutil
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from mediaprep.errors import FixFailed, MediaprepError

TEMP_SUFFIX = ".mediaprep-tmp"
_NAME_BYTES = 255  # the longest name that common file systems take
_FICLONE = 0x40049409  # ioctl_ficlone(2)
# What will be the same for every file that follows: the run stops.
_HOPELESS = {
    errno.ENOSPC: "no space left",
    errno.EDQUOT: "disk quota exceeded",
    errno.EROFS: "the file system is read-only",
}
_NO_LINKS = frozenset({errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOTSUP, errno.EOPNOTSUPP})


class TargetFull(MediaprepError):  # noqa: N818
    """Nothing more can be written where the output goes."""


@contextmanager
def beside(target: str) -> Iterator[str]:
    """Give the name of an empty new file in the target's folder; what is left of it is removed.

    Raises TargetFull or FixFailed, in words for a person, for whatever the file system refuses.
    """
    with in_words(target):
        temp, lock = _create(target)
        try:
            yield temp
        finally:
            with suppress(FileNotFoundError):
                os.unlink(temp)
            os.close(lock)


@contextmanager
def shared(source: str) -> Iterator[None]:
    """Hold a file while its temporary second name is in use, so that nobody sweeps that away."""
    with in_words(source), open(source, "rb") as file:
        with suppress(OSError):
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        yield


def put(temp: str, target: str) -> None:
    """Give a finished temporary file its name; a file that bears it already is replaced whole."""
    _sync(temp)
    os.replace(temp, target)
    sync_folder(os.path.dirname(target))


def put_new(temp: str, target: str) -> None:
    """Give a finished temporary file its name unless something bears that name already."""
    _sync(temp)
    try:
        os.link(temp, target)
    except FileExistsError as error:
        raise FixFailed(f"{target} is there already", "nothing was overwritten") from error
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        if os.path.lexists(target):
            raise FixFailed(f"{target} is there already", "nothing was overwritten") from error
        os.rename(temp, target)
    sync_folder(os.path.dirname(target))


def keep_metadata(source: str, temp: str) -> None:
    """Carry mode, times and extended attributes over, as far as the target can hold them."""
    status = os.stat(source)
    if os.path.samestat(status, os.stat(temp)):
        return
    if hasattr(os, "listxattr"):
        with suppress(OSError):
            for name in os.listxattr(source):
                with suppress(OSError):
                    os.setxattr(temp, name, os.getxattr(source, name))
    with suppress(OSError):
        os.chown(temp, status.st_uid, status.st_gid)
    os.chmod(temp, stat.S_IMODE(status.st_mode))
    os.utime(temp, ns=(status.st_atime_ns, status.st_mtime_ns))


def copy_bytes(source: str, temp: str, *, share: bool = False) -> None:
    """Copy content; with `share`, have the file system keep one copy of it where it can.

    Shared blocks are tried first (FICLONE), then a hard link, then a copy.
    """
    if share and (_reflink(source, temp) or _second_name(source, temp)):
        return
    shutil.copyfile(source, temp)


def link(source: str, target: str) -> bool:
    """Give a file a second name, atomically; False where the file system cannot do that."""
    try:
        os.link(os.path.realpath(source), target)
    except OSError as error:
        if error.errno not in _NO_LINKS:
            raise
        return False
    sync_folder(os.path.dirname(target))
    return True


def make_folder(folder: str) -> None:
    """Make a folder and those above it."""
    missing = []
    while folder and not os.path.isdir(folder):
        missing.append(folder)
        folder = os.path.dirname(folder)
    for name in reversed(missing):
        with suppress(FileExistsError):
            os.mkdir(name)
        sync_folder(os.path.dirname(name))


def sweep(folder: str) -> None:
    """Remove the temporary files in a folder whose writers are gone."""
    with suppress(OSError), os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.endswith(TEMP_SUFFIX) and entry.is_file(follow_symlinks=False):
                _remove_if_left(entry.path)


def sync_folder(folder: str) -> None:
    """Have a folder's names reach the disk."""
    with suppress(OSError):  # some file systems cannot
        fd = os.open(folder or ".", os.O_RDONLY)
        try:
            os.fsync(fd)
        finally:
            os.close(fd)


@contextmanager
def in_words(target: str) -> Iterator[None]:
    """Turn what the file system refuses into one clear line about the target."""
    try:
        yield
    except OSError as error:
        raise refusal(error, target) from error


def refusal(error: OSError, target: str) -> MediaprepError:
    """Say what the file system refused: TargetFull where it will refuse the rest as well."""
    if words := _HOPELESS.get(error.errno or 0):
        hint = "make room or choose another folder, then run the same again: it goes on from here"
        return TargetFull(f"{target}: {words}; what was finished stays", hint)
    words = (error.strerror or str(error)).lower()
    name = error.filename or target
    if isinstance(name, str) and name.endswith(TEMP_SUFFIX):  # a name that says nobody anything
        name = target if error.errno != errno.EACCES else os.path.dirname(name) or "."
    return FixFailed(f"{name}: {words}", "nothing was changed")


def _create(target: str) -> tuple[str, int]:
    folder, name = os.path.split(target)
    while True:
        tail = f".{os.urandom(4).hex()}{TEMP_SUFFIX}"
        room = _NAME_BYTES - len(tail) - 1
        stem = os.fsdecode(os.fsencode(name)[:room])
        temp = os.path.join(folder, f".{stem}{tail}")
        fd = os.open(temp, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        fcntl.flock(fd, fcntl.LOCK_EX)
        if os.fstat(fd).st_nlink:  # nobody swept it away between those two
            return temp, fd
        os.close(fd)


def _remove_if_left(temp: str) -> None:
    with suppress(OSError):
        fd = os.open(temp, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        try:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(temp)
        finally:
            os.close(fd)


def _sync(path: str) -> None:
    fd = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def _second_name(source: str, temp: str) -> bool:
    os.unlink(temp)
    if link(source, temp):
        return True
    os.close(os.open(temp, os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    return False


def _reflink(source: str, temp: str) -> bool:
    with open(source, "rb") as old, open(temp, "r+b") as new:
        try:
            fcntl.ioctl(new.fileno(), _FICLONE, old.fileno())
        except OSError:
            return False
    return True
