"""Say how many packets of a copied cut show as frames without a hole.

Frames are stored in the order in which they are decoded: some before others that they are shown
after. A copy can end wherever the packets so far are all of those that are shown up to some time.
"""

from __future__ import annotations

import re
from fractions import Fraction
from typing import NamedTuple

_TIME_BASE = re.compile(rb"^#tb 0: (\d+)/(\d+)", re.MULTILINE)
# Track, decoding time, time at which it is shown, and how long, as ffmpeg's framecrc lists them.
_ROW = re.compile(rb"^0, *-?\d+, *(-?\d+), *(\d+),", re.MULTILINE)
_LOST_AT_MOST_S = Fraction(1, 8)  # below what a plan's result may differ by


class Packet(NamedTuple):
    """When a frame is shown, in seconds."""

    start_s: Fraction
    end_s: Fraction


def parse(listing: bytes) -> list[Packet]:
    """Read what ffmpeg's framecrc lists of one track, in the order in which it is stored."""
    found = _TIME_BASE.search(listing)
    if found is None:
        return []
    tick = Fraction(int(found[1]), int(found[2]) or 1)
    rows = [(int(start), int(length)) for start, length in _ROW.findall(listing)]
    return [Packet(start * tick, (start + length) * tick) for start, length in rows]


def whole(packets: list[Packet], end_s: Fraction) -> int | None:
    """Return how many packets to copy for frames without a hole that end by `end_s`.

    None where that would leave too little, and a hole is the smaller harm.
    """
    shown = sorted(packets)
    last, best, best_s = Fraction(-1), 0, Fraction(0)
    for count, packet in enumerate(packets, 1):
        last = max(last, packet.start_s)
        ends_s = shown[count - 1].end_s
        if last == shown[count - 1].start_s and ends_s <= end_s:
            best, best_s = count, ends_s
    return best if best and end_s - best_s <= _LOST_AT_MOST_S else None
