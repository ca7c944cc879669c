"""Count MPEG audio frames from the first to the last, where no header says how many there are.

A window at a time, with a table from the first three header bytes to the frame's length; where a
bit rate leaves all frames equally long, a whole window is compared at once.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction

from mediaprep.probe import id3
from mediaprep.probe.mpegframe import Frame, free_length, parse, run_length
from mediaprep.probe.source import WINDOW_BYTES, Source, TooCostly

_SYNC = re.compile(rb"\xff[\xe2-\xe7\xf2-\xff][\x00-\xef]", re.DOTALL)
_MOST_CANDIDATES = 50_000  # places that look like a sync and are not
_RUN = 3  # frames that must follow each other for a lost sync to count as found
_RUN_BYTES = 12 << 10  # that many frames fit in here, free format included


@dataclass(slots=True, repr=False, eq=False)
class Walk:
    """What a walk over all frames found."""

    duration_s: Fraction = Fraction(0)  # of all complete frames
    frames: int = 0
    audio_bytes: int = 0
    junk_bytes: int = 0  # between frames and behind the last; tags are not junk
    cut_bytes: int = 0  # what the file lacks of its last frame
    bitrates: set[int] = field(default_factory=set)


class _Lengths(dict[bytes, int]):
    """Frame lengths by the first three bytes of a header, as they turn up; 0: no frame."""

    def __init__(self, layer: int, free: int) -> None:
        self.layer, self.free = layer, free

    def __missing__(self, key: bytes) -> int:
        frame = parse(key + b"\0")
        length = 0
        if frame and frame.layer == self.layer:
            length = frame.length or (self.free and self.free + frame.padding)
        self[key] = length
        return length


def walk(source: Source, start: int, end: int) -> Walk:
    """Count the frames between two offsets, resynchronising over whatever lies between them.

    Raises `TooCostly` where that would pass the budget of the source.
    """
    first = source.at(start, min(_RUN_BYTES, end - start))
    frame = parse(first)
    if frame is None:
        return Walk(junk_bytes=end - start)
    lengths = _Lengths(frame.layer, free_length(first))
    counts = Counter[bytes]()
    found = Walk()
    at, left, key = start, _MOST_CANDIDATES, b""
    while at < end - 3:
        data = source.at(at, min(WINDOW_BYTES, end - at))
        used, final = 0, at + len(data) >= end
        while True:
            used, key = _count(data, used, lengths, counts, key)
            if used > len(data) - 4:
                break
            if tag := id3.length(data[used : used + 10]):
                used += tag
                continue
            place, left = _resync(data, used, final, lengths, left)
            found.junk_bytes += place - used
            used = place
            if not final and place >= len(data) - _RUN_BYTES:
                break
        at += used
    if at > end and key in counts:
        counts[key] -= 1
        found.cut_bytes = at - end
    _sum(found, counts, lengths)
    return found


def _count(
    data: bytes, at: int, lengths: _Lengths, counts: Counter[bytes], key: bytes
) -> tuple[int, bytes]:
    """Count the frames from `at` on whose headers lie in `data`; return where the next must begin.

    The second value is the start of the last header, or of the one passed in.
    """
    start, last = at, len(data) - 4
    at = _stride(data, at, lengths, counts)
    if at > start:
        key = data[start : start + 3]
    keys: list[bytes] = []
    found = keys.append
    while at <= last:
        following = data[at : at + 3]
        length = lengths[following]
        if not length:
            break
        found(following)
        at += length
    if keys:
        key = keys[-1]
        counts.update(keys)
    return at, key


def _stride(data: bytes, at: int, lengths: _Lengths, counts: Counter[bytes]) -> int:
    """Count equal frames in one go if nothing else follows in `data`; return where they end."""
    key = data[at : at + 3]
    length = lengths[key]
    if not length or data[at + length : at + length + 3] != key:
        return at
    number = (len(data) - 4 - at) // length + 1
    stop = at + number * length - length + 3
    if any(data[at + i : stop : length].strip(key[i : i + 1]) for i in range(3)):
        return at
    counts[key] += number
    return at + number * length


def _resync(data: bytes, at: int, final: bool, lengths: _Lengths, left: int) -> tuple[int, int]:
    """Return where the next run of frames begins, and how many more candidates may be tried.

    Where none does: the end of what could be looked at in `data`.
    """
    stop = len(data) if final else max(len(data) - _RUN_BYTES, at + 1)
    for match in _SYNC.finditer(data, at, stop):
        if not lengths[match[0]]:
            continue
        left -= 1
        if left < 0:
            message = f"gave up looking for frames after {_MOST_CANDIDATES} places"
            raise TooCostly(message)
        count, run_end = run_length(data, match.start(), _RUN)
        if count == _RUN or (final and count and run_end == len(data)):
            return match.start(), left
    return stop, left


def _sum(found: Walk, counts: Counter[bytes], lengths: _Lengths) -> None:
    for key, count in counts.items():
        frame: Frame | None = parse(key + b"\0")
        if frame is None or not count:
            continue
        found.frames += count
        found.audio_bytes += count * lengths[key]
        found.duration_s += Fraction(count * frame.samples, frame.sample_rate)
        found.bitrates.add(frame.bitrate)
