"""Read what a file is and measures: open it, sniff it, hand it to the one reader that knows it.

Nothing here decodes: readers look at headers and structure through a bounded `Source`. Whatever is
wrong with the file comes back inside `MediaInfo`, never as an exception.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from importlib import import_module
from zlib import crc32

from mediaprep.formats import FORMATS
from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.pointers import is_partial_name, pointer_fault
from mediaprep.probe.sniff import sniff
from mediaprep.probe.source import HEAD_BYTES, Malformed, Source, TooCostly, Truncated

Reader = Callable[[Source, MediaInfo], None]

# O_NONBLOCK: opening a FIFO must not wait for a writer.
_OPEN_FLAGS = (
    os.O_RDONLY
    | getattr(os, "O_CLOEXEC", 0)
    | getattr(os, "O_NONBLOCK", 0)
    | getattr(os, "O_BINARY", 0)
)
_NOT_FILES = {
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "it is a named pipe",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
}
_readers: dict[str, Reader] = {}


def probe(path: str | os.PathLike[str]) -> MediaInfo:
    """Measure one file by a bounded read of its headers; never raises for what the file holds.

    A fact that could not be read is None and named in `unread`; what is wrong with the file is in
    `faults`. Symbolic links are followed.
    """
    info = MediaInfo(os.fspath(path))
    try:
        fd = os.open(info.path, _OPEN_FLAGS)
    except (OSError, ValueError) as error:
        info.faults.append(_cannot_open(error))
        return info
    try:
        _probe_open(fd, info)
    except OSError as error:
        info.faults.append((Fault.CANNOT_OPEN, error.strerror or str(error)))
    finally:
        os.close(fd)
    return info


def _probe_open(fd: int, info: MediaInfo) -> None:
    status = os.fstat(fd)
    kind = stat.S_IFMT(status.st_mode)
    if kind != stat.S_IFREG:
        info.faults.append((Fault.NOT_A_FILE, _NOT_FILES.get(kind, "it is not a regular file")))
        return
    info.size_bytes = size = status.st_size
    head = os.pread(fd, HEAD_BYTES, 0)
    if not head:
        info.faults.append((Fault.EMPTY, "the file has no bytes"))
        return
    info.head_crc = crc32(head)
    _read(Source(fd, size, head), info)
    after = os.fstat(fd)
    if after.st_size != size or after.st_mtime_ns != status.st_mtime_ns:
        info.faults.append((Fault.CHANGED, f"{size} bytes before reading, {after.st_size} after"))


def _read(source: Source, info: MediaInfo) -> None:
    info.container = container = sniff(source.head)
    if container is None:
        info.faults.append(pointer_fault(info.path, source))
        return
    if is_partial_name(info.path):
        info.faults.append((Fault.PARTIAL, "its name is that of an unfinished download"))
    info.kind = FORMATS[container].kind
    try:
        _reader(container)(source, info)
    except Truncated as error:
        info.faults.append((Fault.TRUNCATED, str(error)))
    except TooCostly as error:
        info.faults.append((Fault.TOO_COSTLY, str(error)))
    except Malformed as error:
        info.faults.append((Fault.MALFORMED, str(error)))
    except Exception as error:  # noqa: BLE001 - a bug of ours must not end the run, nor hide
        words = f"our {container} reader failed ({type(error).__name__}: {error}): please report it"
        info.faults.append((Fault.MALFORMED, words))
    if info.kind is None and not info.faults:
        info.faults.append((Fault.NO_SAMPLES, "it holds neither a picture nor sound"))


def _reader(container: str) -> Reader:
    reader = _readers.get(container)
    if reader is None:
        module = import_module(f"mediaprep.probe.{FORMATS[container].reader}")
        reader = _readers[container] = module.read
    return reader


def _cannot_open(error: Exception) -> tuple[Fault, str]:
    if isinstance(error, OSError):
        # A socket cannot be opened at all: ENXIO.
        if error.errno == getattr(os, "ENXIO", 6):
            return Fault.NOT_A_FILE, "it is a socket or a device without a driver"
        return Fault.CANNOT_OPEN, (error.strerror or str(error)).lower()
    return Fault.CANNOT_OPEN, str(error)
