"""`--deep`: decode files that were probed, and hold what comes out against what the header said."""

from __future__ import annotations

import contextlib
import importlib.util
import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from mediaprep.engine import decode
from mediaprep.engine.answers import Died, Ready
from mediaprep.engine.decode import formats
from mediaprep.errors import ToolMissing
from mediaprep.model import Fault, MediaInfo

_LONGEST = 300  # characters of a reason that native code gave
_SHARE = 0.8  # of the timeout is spent decoding before the rest of a long file is left undecoded
_TOLERANCE, _TOLERANCE_S = 0.01, 0.15  # a duration may differ by the larger of the two

# What is wrong already leaves nothing for a decoder to say.
_SETTLED = frozenset(
    {
        Fault.EMPTY, Fault.NOT_MEDIA, Fault.NOT_A_FILE, Fault.CANNOT_OPEN, Fault.LFS_POINTER,
        Fault.PARTIAL, Fault.ENCRYPTED, Fault.NO_SAMPLES,
    }
)  # fmt: skip


@dataclass(slots=True)
class DeepResult:
    """What decoding one file showed; without faults and with an empty `note`, all of it decoded."""

    path: str
    faults: list[tuple[Fault, str]]
    width: int | None
    height: int | None
    frames: int | None
    duration_s: float | None
    note: str = ""


def decode_all(
    infos: Iterable[MediaInfo],
    *,
    jobs: int | None = None,
    timeout_s: float = 60.0,
    progress: Callable[[int], object] | None = None,
) -> Generator[tuple[MediaInfo, DeepResult], None, None]:
    """Yield every info with what decoding its file showed, in the order given.

    Few files are in flight at a time, and `infos` is read no further ahead than that. `progress` is
    called with the number of files done. Raises `ToolMissing` when video or audio comes and PyAV is
    not installed.
    """
    from mediaprep.engine.pool import map_isolated  # pebble takes a while to import

    waiting: deque[MediaInfo] = deque()

    def items() -> Iterator[tuple[str, Any] | Ready]:
        for info in infos:
            waiting.append(info)
            settled = _settled(info)
            job = {"container": info.container, "seconds": timeout_s * _SHARE}
            yield Ready(settled) if settled is not None else (info.path, job)

    answers = map_isolated(
        decode.decode, items(), jobs=jobs, timeout_s=timeout_s, modules=decode.MODULES
    )
    with contextlib.closing(answers):
        for done, answer in enumerate(answers, 1):
            info = waiting.popleft()
            result = answer if isinstance(answer, DeepResult) else _judge(info, answer)
            if progress is not None:
                progress(done)
            yield info, result


def _settled(info: MediaInfo) -> DeepResult | None:
    """Return the result for a file that no decoder needs to see, or None."""
    if known := next((fault for fault, _ in info.faults if fault in _SETTLED), None):
        return _undecoded(info, f"not decoded: {known.value}")
    if info.container in formats.DEMUXERS:
        if importlib.util.find_spec("av") is None:
            raise ToolMissing(
                "decoding video and audio needs PyAV", "pip install 'mediaprep[deep]'"
            )
    elif info.container not in formats.IMAGES:
        return _undecoded(info, f"not decoded: no decoder for {info.container or 'its content'}")
    width, height = info.coded_width or info.width or 0, info.coded_height or info.height or 0
    if width * height > formats.MAX_PIXELS:
        reason = f"not decoded: {width}×{height} is {width * height:,} pixels"
        return _undecoded(info, "", (Fault.TOO_COSTLY, reason))
    return None


def _undecoded(info: MediaInfo, note: str, *faults: tuple[Fault, str]) -> DeepResult:
    return DeepResult(info.path, list(faults), None, None, None, None, note)


def _judge(info: MediaInfo, answer: object) -> DeepResult:
    if isinstance(answer, dict):
        try:
            return _compare(info, _trusted(answer))
        except (TypeError, ValueError, OverflowError):
            pass
    if not isinstance(answer, Died):
        answer = Died("the decoder's answer makes no sense")
    fault = Fault.DECODER_DIED if answer.opened else Fault.CANNOT_OPEN
    return _undecoded(info, "", (fault, _printable(answer.reason)))


def _trusted(answer: dict[str, Any]) -> decode.Decoded:
    """Return a worker's answer once every value in it is of the kind that it should be."""
    found = decode.Decoded(**answer)
    found.faults = [(Fault(fault), _printable(reason)) for fault, reason in found.faults]
    found.note = _printable(found.note)
    for value in (found.width, found.height, found.frames, *_readings(found)):
        if value is not None and not math.isfinite(value):
            raise ValueError
    return found


def _compare(info: MediaInfo, found: decode.Decoded) -> DeepResult:
    faults = [(Fault(fault), reason) for fault, reason in found.faults]
    readings = [value for value in _readings(found) if value is not None]
    result = DeepResult(
        info.path, faults, found.width, found.height, found.frames,
        readings[0] if readings else None, found.note,
    )  # fmt: skip
    if not faults:
        faults += _mismatches(info, found, readings)
    return result


def _readings(found: decode.Decoded) -> tuple[float | None, ...]:
    return found.span_s, found.counted_s, found.whole_s, found.until_s


def _mismatches(
    info: MediaInfo, found: decode.Decoded, readings: list[float]
) -> Iterator[tuple[Fault, str]]:
    header = {(info.width, info.height), (info.coded_width, info.coded_height)}
    sizes = {size for size in header if None not in size}
    if found.width is not None and sizes and (found.width, found.height) not in sizes:
        width, height = sizes.pop()
        said = f"the header says {width}×{height}, {found.width}×{found.height} was decoded"
        yield Fault.MISMATCH, said
    if info.container in formats.IMAGES:
        if info.frames and found.frames and not found.note and info.frames != found.frames:
            said = f"the header says {info.frames} frames, {found.frames} were decoded"
            yield Fault.MISMATCH, said
    elif info.duration_s is not None and readings:
        header_s = float(info.duration_s)
        allowed = max(header_s * _TOLERANCE, _TOLERANCE_S)
        if all(abs(reading - header_s) > allowed for reading in readings):
            said = f"the header says {header_s:.3f} s, {readings[0]:.3f} s were decoded"
            yield Fault.MISMATCH, said


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST])
