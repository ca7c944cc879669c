"""Read AAC (ADTS) and AC-3 frame headers, and tell whether bytes are a run of such frames.

ISO/IEC 13818-7, 6.2 (ADTS) and ETSI TS 102 366, 4.3 (AC-3) and E.1.2 (E-AC-3).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

_ADTS_RATES = (
    96000,
    88200,
    64000,
    48000,
    44100,
    32000,
    24000,
    22050,
    16000,
    12000,
    11025,
    8000,
    7350,
)
_ADTS_CHANNELS = (0, 1, 2, 3, 4, 5, 6, 8)  # 0: told inside the frame
_AC3_RATES = (48000, 44100, 32000)
_AC3_KBIT = (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384, 448, 512, 576, 640)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)
_EAC3_BLOCKS = (1, 2, 3, 6)


class SyncFrame(NamedTuple):
    """What one frame header says; `channels` is 0 where the header leaves it to the payload."""

    codec: str
    sample_rate: int
    channels: int
    length: int  # bytes, header included
    samples: int
    substream: int = 0  # E-AC-3: nonzero for frames that add to the time of another


def adts(data: bytes, offset: int = 0) -> SyncFrame | None:
    """Parse an ADTS header (7 bytes) at `offset`, or return None."""
    b = data[offset : offset + 7]
    if len(b) < 7 or b[0] != 0xFF or b[1] & 0xF6 != 0xF0 or b[2] >> 2 & 15 >= len(_ADTS_RATES):
        return None
    length = (b[3] & 3) << 11 | b[4] << 3 | b[5] >> 5
    if length < (7 if b[1] & 1 else 9):
        return None
    channels = _ADTS_CHANNELS[(b[2] & 1) << 2 | b[3] >> 6]
    samples = 1024 * ((b[6] & 3) + 1)
    return SyncFrame("aac", _ADTS_RATES[b[2] >> 2 & 15], channels, length, samples)


def ac3(data: bytes, offset: int = 0) -> SyncFrame | None:
    """Parse an AC-3 or E-AC-3 header (8 bytes) at `offset`, or return None."""
    b = data[offset : offset + 8]
    if len(b) < 8 or b[:2] != b"\x0b\x77":
        return None
    if b[5] >> 3 > 10:
        return _eac3(b)
    rate, size = b[4] >> 6, b[4] & 63
    if rate == 3 or size >> 1 >= len(_AC3_KBIT):
        return None
    kbit, sample_rate = _AC3_KBIT[size >> 1], _AC3_RATES[rate]
    length = 2 * (kbit * 96000 // sample_rate + (size & 1 if rate == 1 else 0))
    mode = b[6] >> 5
    # the low frequency flag sits behind fields that only some channel modes have
    skipped = (
        3 + (2 if mode & 1 and mode != 1 else 0) + (2 if mode & 4 else 0) + (2 if mode == 2 else 0)
    )
    low = (b[6] << 8 | b[7]) >> (15 - skipped) & 1
    halved = max(b[5] >> 3, 8) - 8
    return SyncFrame("ac3", sample_rate >> halved, _AC3_CHANNELS[mode] + low, length, 1536)


def _eac3(b: bytes) -> SyncFrame | None:
    kind, rate = b[2] >> 6, b[4] >> 6
    blocks = _EAC3_BLOCKS[b[4] >> 4 & 3]
    if b[5] >> 3 > 16 or kind == 3:
        return None
    if rate == 3:
        rate, blocks = b[4] >> 4 & 3, 6
        if rate == 3:
            return None
        sample_rate = _AC3_RATES[rate] // 2
    else:
        sample_rate = _AC3_RATES[rate]
    length = 2 * (((b[2] & 7) << 8 | b[3]) + 1)
    channels = _AC3_CHANNELS[b[4] >> 1 & 7] + (b[4] & 1)
    substream = (b[2] >> 3 & 7) + (8 if kind == 1 else 0)
    return SyncFrame("eac3", sample_rate, channels, length, 256 * blocks, substream)


def _looks(head: bytes, parse: Callable[[bytes, int], SyncFrame | None]) -> bool:
    first = parse(head, 0)
    if first is None:
        return False
    second = parse(head, first.length)
    if second is None:
        return first.length >= len(head) - 7 and first.length > 16  # the frame is all we can see
    return (second.codec, second.sample_rate) == (first.codec, first.sample_rate)


def looks_like_adts(head: bytes) -> bool:
    """Tell whether the first bytes of a file are ADTS frames (two in a row where they fit)."""
    return _looks(head, adts)


def looks_like_ac3(head: bytes) -> bool:
    """Tell whether the first bytes of a file are AC-3 or E-AC-3 frames (two if they fit)."""
    return _looks(head, ac3)
