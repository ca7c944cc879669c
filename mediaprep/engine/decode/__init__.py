"""Decode one open file, in a worker process: the only modules that hand bytes to native code.

`decode` dispatches on the container that the sniffer named; what comes back is plain data, because
whoever started the worker does not trust it enough to unpickle anything else.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, BinaryIO

from mediaprep.engine.decode.formats import IMAGES

# Loaded before a worker is shut in.
MODULES = ("mediaprep.engine.decode.image", "mediaprep.engine.decode.av")

# The process is short of memory, or of something that was not loaded before it was shut in.
NOT_THE_FILES_FAULT = (MemoryError, ImportError, PermissionError)


@dataclass(slots=True)
class Decoded:
    """What decoding showed; `faults` are (fault, reason) with the fault's value."""

    faults: list[tuple[str, str]] = field(default_factory=list)
    width: int | None = None
    height: int | None = None
    frames: int | None = None
    # A header may mean any of these by its duration.
    span_s: float | None = None  # first shown to last shown, of the picture if there is one
    counted_s: float | None = None  # its frames' own lengths added up
    whole_s: float | None = None  # first to last of all tracks
    until_s: float | None = None  # zero to the end of the last track
    note: str = ""


def decode(file: BinaryIO, job: dict[str, Any]) -> dict[str, Any]:
    """Decode all of `file`, `job` being its container and the seconds to spend on it."""
    container, seconds = job["container"], job["seconds"]
    if container in IMAGES:
        from mediaprep.engine.decode import image

        return asdict(image.decode(file, container, seconds))
    from mediaprep.engine.decode import av

    return asdict(av.decode(file, container, seconds))
