"""Cut bytes of an MPEG transport stream into packets, and read the clocks in them.

ISO/IEC 13818-1 sections 2.4.3.2 (packet), 2.4.3.4 (adaptation field) and 2.4.3.6 (PES packet).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

TICKS = 90_000  # of the system clock in a second
SYNC = 0x47
_SYNC = b"\x47"
# (length, where the sync byte is): plain, with a time stamp before (Blu-ray), with parity after.
_FRAMINGS = ((188, 0), (192, 4), (204, 0))
_ENOUGH_PACKETS = 5
_WRAP = 1 << 33


class Packet(NamedTuple):
    """One packet; `payload` begins at a table section or a PES packet where `starts` is set."""

    pid: int
    starts: bool
    scrambled: bool
    pcr: int | None
    payload: bytes


def framing(data: bytes) -> tuple[int, int] | None:
    """Return the packets' length and the place of the first sync byte, or None where none agree."""
    for length, offset in _FRAMINGS:
        for first in range(offset, min(offset + length, len(data))):
            marks = data[first : first + _ENOUGH_PACKETS * length : length]
            if len(marks) > 1 and not marks.strip(_SYNC):
                return length, first
    return None


def packets(data: bytes, length: int, first: int) -> Iterator[Packet]:
    """Yield the whole packets from `first` on; where one has no sync byte, seek the next pair."""
    at, end = first, len(data) - 187
    while at < end:
        if data[at] != SYNC:
            at = _resync(data, at, length)
            if at < 0:
                return
            continue
        control = data[at + 3]
        body, pcr = at + 4, None
        if control & 0x20:
            if data[at + 4] >= 7 and data[at + 5] & 0x10:
                pcr = int.from_bytes(data[at + 6 : at + 11], "big") >> 7
            body += 1 + data[at + 4]
        payload = data[body : at + 188] if control & 0x10 else b""
        pid = (data[at + 1] & 0x1F) << 8 | data[at + 2]
        yield Packet(pid, bool(data[at + 1] & 0x40), control & 0xC0 != 0, pcr, payload)
        at += length


def _resync(data: bytes, at: int, length: int) -> int:
    while (at := data.find(_SYNC, at + 1)) >= 0:
        if data[at + length : at + length + 1] == _SYNC:
            return at
    return -1


def presentation_time(payload: bytes) -> int | None:
    """Return the presentation time stamp that a PES packet opens with, in ticks."""
    if len(payload) < 14 or payload[:3] != b"\0\0\1" or not payload[7] & 0x80:
        return None
    high, middle, low = payload[9], payload[10] << 8 | payload[11], payload[12] << 8 | payload[13]
    return (high >> 1 & 7) << 30 | middle >> 1 << 15 | low >> 1


def pes_data(payload: bytes) -> bytes:
    """Return what follows the header of a PES packet."""
    if payload[:3] != b"\0\0\1" or len(payload) < 9:
        return payload
    return payload[9 + payload[8] :]


def since(time: int, reference: int) -> int:
    """Return how many ticks `time` is after `reference`, over the clock's wrap at 33 bits."""
    return (time - reference + _WRAP // 2) % _WRAP - _WRAP // 2
