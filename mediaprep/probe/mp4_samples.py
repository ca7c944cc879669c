"""Read the sample tables of one track: how many samples, how long, how evenly, and where they end.

ISO/IEC 14496-12 section 8.6.1 (`stts`) and 8.7 (`stsz`, `stz2`, `stsc`, `stco`, `co64`). Sums run
over runs of equal samples, never over single ones.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from operator import mul

from mediaprep.probe.boxes import Span

# A step below this many ticks changes by a whole tick only if the rate really varies.
_COARSE_STEP = 10

_COUNT = struct.Struct(">I")
_PAIR = struct.Struct(">II")
_TRIPLE = struct.Struct(">III")
_OFFSETS = {b"stco": struct.Struct(">I"), b"co64": struct.Struct(">Q")}

Tables = dict[bytes, Span]


@dataclass(slots=True, repr=False, eq=False)
class Times:
    """How the samples of a track follow each other, in ticks of the track's clock."""

    samples: int = 0
    ticks: int = 0
    step: int | None = None  # the usual one: half of the samples take no longer
    variable: bool = False  # steps differ by more than a clock's rounding
    steady: bool = True  # steps do not even differ by that
    whole: bool = True  # False: the table goes on past what was read


def read_times(data: bytes, tables: Tables) -> Times:
    """Read the `stts` among a track's tables."""
    at, end = tables.get(b"stts", (0, 0))
    if end - at < 8:
        return Times()
    stated = _COUNT.unpack_from(data, at + 4)[0]
    count = min(stated, (end - at - 8) // 8)
    if count == 1:
        samples, step = _PAIR.unpack_from(data, at + 8)
        return Times(samples, samples * step, step, whole=stated == 1)
    values = struct.unpack_from(f">{2 * count}I", data, at + 8)
    times = times_of_runs(values[::2], values[1::2])
    times.whole = stated == count
    return times


def times_of_runs(counts: tuple[int, ...], steps: tuple[int, ...]) -> Times:
    """Sum runs of samples with equal steps; the step of the very last sample is not judged.

    That one often only fills up the track to its stated duration.
    """
    if not counts:
        return Times()
    totals: dict[int, int] = {}
    for count, step in zip(counts, steps, strict=True):
        totals[step] = totals.get(step, 0) + count
    samples, ticks = sum(counts), sum(map(mul, counts, steps))
    if counts[-1] == 1 and len(totals) > 1:
        totals[steps[-1]] -= 1
    judged = sorted(step for step, count in totals.items() if count)
    if not judged:
        return Times(samples, ticks)
    spread, step = judged[-1] - judged[0], _middle(judged, totals)
    variable = spread > 1 or (spread == 1 and step < _COARSE_STEP)
    return Times(samples, ticks, step, variable, spread == 0)


def _middle(steps: list[int], totals: dict[int, int]) -> int:
    # Where a camera's clock wavers, the most common step of all can be an odd one out.
    half, passed = sum(totals[step] for step in steps) / 2, 0
    for step in steps:
        passed += totals[step]
        if passed >= half:
            return step
    return steps[-1]


def read_sizes(data: bytes, tables: Tables) -> tuple[int, int]:
    """Return the number of samples and, where all are of one size, that size (else zero)."""
    if span := tables.get(b"stsz"):
        if span[1] - span[0] >= 12:
            size, samples = _PAIR.unpack_from(data, span[0] + 4)
            return samples, size
    elif (span := tables.get(b"stz2")) and span[1] - span[0] >= 12:
        return _COUNT.unpack_from(data, span[0] + 8)[0], 0
    return 0, 0


def total_bytes(data: bytes, tables: Tables) -> int | None:
    """Return the bytes of all samples, None when the table of their sizes is not all there."""
    samples, size = read_sizes(data, tables)
    if size:
        return samples * size
    at, end = tables.get(b"stsz", (0, 0))
    if not samples or end - at - 12 < 4 * samples:
        return None
    sizes: tuple[int, ...] = struct.unpack_from(f">{samples}I", data, at + 12)
    return sum(sizes)


def first_byte(data: bytes, tables: Tables) -> int | None:
    """Return where the first chunk of a track starts in the file, None when nothing says it."""
    for kind, entry in _OFFSETS.items():
        at, end = tables.get(kind, (0, 0))
        if end - at >= 8 + entry.size:
            offset: int = entry.unpack_from(data, at + 8)[0]
            return offset
    return None


def find_end(data: bytes, tables: Tables, samples: int) -> tuple[int, str | None]:
    """Return where the last chunk of a track ends in the file, and what is wrong with its tables.

    The end is a lower bound where the tables do not show it.
    """
    chunks, offset = _last_chunk(data, tables)
    runs, first, in_chunk = _last_run(data, tables)
    if not runs or not chunks:
        return offset, f"{samples} samples, but {chunks} chunks in {runs} runs to find them in"
    if first > chunks:
        return offset, f"stsc speaks of chunk {first}, there are {chunks}"
    if not in_chunk:
        return offset, "stsc says that the last chunks hold no samples"
    samples, size = read_sizes(data, tables)
    in_chunk = min(in_chunk, samples)
    if size:  # QuickTime gives PCM samples a nominal size of one: then this is a lower bound
        return offset + in_chunk * size, None
    at, end = tables.get(b"stsz", (0, 0))
    if end - at - 12 < 4 * samples:
        return offset, None
    last = at + 12 + 4 * (samples - in_chunk)
    sizes: tuple[int, ...] = struct.unpack_from(f">{in_chunk}I", data, last)
    return offset + sum(sizes), None


def _last_run(data: bytes, tables: Tables) -> tuple[int, int, int]:
    """Return how many runs of chunks there are; the last one's first chunk and samples a chunk."""
    at, end = tables.get(b"stsc", (0, 0))
    if end - at < 20:
        return 0, 0, 0
    runs = min(_COUNT.unpack_from(data, at + 4)[0], (end - at - 8) // 12)
    if not runs:
        return 0, 0, 0
    first, in_chunk, _ = _TRIPLE.unpack_from(data, at + 8 + 12 * (runs - 1))
    return runs, first, in_chunk


def _last_chunk(data: bytes, tables: Tables) -> tuple[int, int]:
    """Return the number of chunks and where the last one starts."""
    for kind, entry in _OFFSETS.items():
        if span := tables.get(kind):
            at, end = span
            stated = _COUNT.unpack_from(data, at + 4)[0] if end - at >= 8 else 0
            count = min(stated, (end - at - 8) // entry.size)
            if count > 0:
                return stated, entry.unpack_from(data, at + 8 + entry.size * (count - 1))[0]
    return 0, 0
