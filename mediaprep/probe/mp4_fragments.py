"""Add up movie fragments: a fragmented file keeps its samples in `moof` boxes all through it.

ISO/IEC 14496-12 section 8.8. Indexes (`sidx`, `mfra`) and stated durations (`mehd`) are not asked:
writers leave those of another file behind.
"""

from __future__ import annotations

import struct
from collections import Counter
from dataclasses import dataclass, field

from mediaprep.probe.boxes import Span, children
from mediaprep.probe.mp4_samples import Times, times_of_runs
from mediaprep.probe.mp4_tracks import Movie

_MAX_STEPS = 4096  # different ones to keep apart
_MAX_JUDGED = 1 << 20  # samples whose steps are looked at: hours of video
_U32 = struct.Struct(">I")
_PAIR = struct.Struct(">II")

# tfhd flags, and the bytes of the field that each one adds before the default duration
_BASE_OFFSET, _DESCRIPTION, _DEFAULT_STEP = 0x1, 0x2, 0x8
# trun flags
_DATA_OFFSET, _FIRST_FLAGS = 0x1, 0x4
_STEP, _SIZE, _FLAGS, _COMPOSITION = 0x100, 0x200, 0x400, 0x800
_PER_SAMPLE = (_STEP, _SIZE, _FLAGS, _COMPOSITION)


@dataclass(slots=True, repr=False, eq=False)
class Run:
    """All fragments of one track, in ticks of its clock."""

    samples: int = 0
    ticks: int = 0
    first: int | None = None  # decode time of the first fragment; need not be zero
    end: int = 0  # of the last fragment
    steps: dict[int, int] = field(default_factory=dict)  # ticks -> samples
    last_step: int = 0

    def add(self, steps: tuple[int, ...], count: int) -> None:
        """Count the samples of one run; one step stands for all of `count`."""
        alike = len(steps) == 1
        ticks = steps[0] * count if alike else sum(steps)
        self.samples += count
        self.ticks += ticks
        self.end += ticks
        self.last_step = steps[-1]
        if self.samples > _MAX_JUDGED:
            return
        for step, more in ((steps[0], count),) if alike else Counter(steps).items():
            if step in self.steps or len(self.steps) < _MAX_STEPS:
                self.steps[step] = self.steps.get(step, 0) + more

    @property
    def times(self) -> Times:
        """How the samples follow each other."""
        steps = dict(self.steps)
        if self.last_step in steps:  # goes last: a lone one is not judged there
            steps[self.last_step] = steps.pop(self.last_step)
        times = times_of_runs(tuple(steps.values()), tuple(steps))
        times.samples, times.ticks = self.samples, self.ticks
        return times


def add_fragment(data: bytes, default_steps: dict[int, int], runs: dict[int, Run]) -> None:
    """Add the body of one `moof` box to the runs of the tracks, all of which are in `runs`."""
    for kind, at, end in children(data, 0, len(data)):
        if kind == b"traf":
            _add_track(data, (at, end), default_steps, runs)


def add_runs(movie: Movie, runs: dict[int, Run]) -> None:
    """Add what the fragments hold to the samples that a movie's tracks have already."""
    for track in movie.tracks:
        track.edits = []  # written before the fragments were: they do not know the length
        run = runs[track.id]
        if run.samples:
            times = run.times
            times.samples += track.times.samples
            times.ticks += track.times.ticks
            track.samples += run.samples
            track.times = times


def _add_track(
    data: bytes, span: Span, default_steps: dict[int, int], runs: dict[int, Run]
) -> None:
    run, step = None, 0
    for kind, at, end in children(data, *span):
        if kind == b"tfhd" and end - at >= 8:
            flags, track = _PAIR.unpack_from(data, at)
            run = runs.get(track)
            step = default_steps.get(track, 0)
            at += 8 + (8 if flags & _BASE_OFFSET else 0) + (4 if flags & _DESCRIPTION else 0)
            if flags & _DEFAULT_STEP and at + 4 <= end:
                step = _U32.unpack_from(data, at)[0]
        elif kind == b"tfdt" and run:
            time = int.from_bytes(data[at + 4 : at + (12 if data[at : at + 1] == b"\1" else 8)])
            run.first = time if run.first is None else run.first
            run.end = time
        elif kind == b"trun" and run:
            _add_run(data, (at, end), step, run)


def _add_run(data: bytes, span: Span, step: int, run: Run) -> None:
    at, end = span
    if end - at < 8:
        return
    flags, count = _PAIR.unpack_from(data, at)
    at += 8 + (4 if flags & _DATA_OFFSET else 0) + (4 if flags & _FIRST_FLAGS else 0)
    fields = sum(1 for flag in _PER_SAMPLE if flags & flag)
    if fields:
        count = min(count, max(0, end - at) // (4 * fields))
    if not count:
        return
    if flags & _STEP:
        values = struct.unpack_from(f">{count * fields}I", data, at)
        run.add(values[::fields], count)
    else:
        run.add((step,), count)
