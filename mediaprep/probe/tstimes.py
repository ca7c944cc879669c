"""Turn the time stamps at both ends of a transport stream into a duration and a frame rate.

ISO/IEC 13818-1 sections 2.4.3.5 (PCR) and 2.4.3.7 (PTS): both count a 90 kHz clock of 33 bits.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import NamedTuple

from mediaprep.probe.rates import nearest_rate
from mediaprep.probe.tspackets import TICKS, Packet, presentation_time, since

_REORDERED = 3  # frames before a cut whose neighbours lie beyond it


class Times(NamedTuple):
    """When the frames of one stream are shown, in order, at the beginning and the end of a file."""

    start: list[int]
    end: list[int]  # empty where the beginning is all there is
    last: Fraction | None  # how long the last PES packet plays, where its content tells

    @property
    def span(self) -> tuple[int, Fraction] | None:
        """When the stream begins and ends, in ticks; None with fewer than two time stamps."""
        every = self.start + self.end
        if len(every) < 2:
            return None
        return min(every), max(every) + (_mean(self.start) if self.last is None else self.last)


def reference(packets: Sequence[Packet]) -> int | None:
    """Return the first time stamp of any stream, from which `since` can count."""
    for packet in packets:
        time = presentation_time(packet.payload) if packet.starts else None
        if time is not None:
            return time
    return None


def stream_times(packets: Sequence[Packet], pid: int, zero: int) -> list[int]:
    """Return the time stamps of one stream in the order in which it is shown."""
    stamps = (presentation_time(p.payload) for p in packets if p.pid == pid and p.starts)
    return sorted({since(stamp, zero) for stamp in stamps if stamp is not None})


def last_pes(packets: Sequence[Packet], pid: int) -> tuple[bytes, bool]:
    """Return the last PES packet of a stream, and whether it is as long as it may state."""
    payloads: list[bytes] = []
    for packet in reversed(packets):
        if packet.pid == pid:
            payloads.append(packet.payload)
            if packet.starts:
                break
    data = b"".join(reversed(payloads))
    stated = int.from_bytes(data[4:6], "big")
    return data, not stated or len(data) >= 6 + stated


def clock_span(start: Sequence[Packet], end: Sequence[Packet]) -> int | None:
    """Return the ticks between the first and the last reference of the first clock."""
    pid = next((p.pid for p in start if p.pcr is not None), None)
    clocks = [p.pcr for part in (start, end) for p in part if p.pid == pid and p.pcr is not None]
    span = since(clocks[-1], clocks[0]) if clocks else 0
    return span if span > 0 else None


def frame_rates(times: Times) -> tuple[Fraction | None, Fraction | None]:
    """Return the average and the usual frame rate, the average only where the step is steady."""
    steps = _steps(times.start)
    if not steps:
        return None, None
    cut = _REORDERED if times.end else 0
    usual = Counter(steps).most_common(1)[0][0]
    regular = [step for step in steps if abs(step - usual) <= 1]
    rate = Fraction(len(regular) * TICKS, sum(regular))
    nominal = nearest_rate(rate, rate * rate / TICKS / len(regular))
    constant = len(regular) >= len(steps) - cut and all(
        abs(step - usual) <= 1 for step in _steps(times.end)[cut:]
    )
    return (nominal if constant else None), nominal


def _steps(times: Sequence[int]) -> list[int]:
    return [later - earlier for earlier, later in pairwise(times)]


def _mean(times: Sequence[int]) -> Fraction:
    return Fraction(times[-1] - times[0], len(times) - 1) if len(times) > 1 else Fraction(0)
