"""Read MPEG audio frame headers, and tell whether bytes are a run of such frames.

ISO/IEC 11172-3 (MPEG-1), 13818-3 (MPEG-2, half the sample rates) and the unofficial MPEG-2.5
(a quarter of them), section 2.4.2.3 of each: layers I, II and III, free format included.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mediaprep.probe.syncframe import looks_like_ac3 as looks_like_ac3
from mediaprep.probe.syncframe import looks_like_adts as looks_like_adts

# kbit/s by (low sampling frequencies?, layer); index 0 is free format, 15 is forbidden
_KBIT: dict[tuple[bool, int], tuple[int, ...]] = {
    (False, 1): (0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (False, 2): (0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (False, 3): (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (True, 1): (0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (True, 2): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    (True, 3): (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_RATES = (44100, 48000, 32000)
_HALVINGS = {3: 0, 2: 1, 0: 2}  # version bits -> how often the sample rate is halved
_MAX_GARBAGE = 512  # leading bytes that may precede the first frame
_SHORTEST_FREE = 24  # bytes; shorter free format frames could not hold their side information
_LONGEST_FREE = 8 << 10
_SAME_STREAM = 0xFFFE0C00  # sync, version, layer, sample rate: what no encoder changes midway
_SAME_FREE_STREAM = 0xFFFEFC00  # and the bitrate index, which must stay 0


class Frame(NamedTuple):
    """What one frame header says; `length` is 0 in free format: only the next sync shows it."""

    layer: int
    lsf: bool  # MPEG-2 or 2.5: half as many samples in layer III, shorter side information
    sample_rate: int
    channels: int
    bitrate: int  # bit/s
    length: int  # bytes, header and padding included
    padding: int  # bytes of the length that are padding
    samples: int


@lru_cache(maxsize=8192)  # 13 bits are left of a valid sync
def _parse(word: int) -> Frame | None:
    version, layer = word >> 19 & 3, 4 - (word >> 17 & 3)
    index, rate = word >> 12 & 15, word >> 10 & 3
    if version == 1 or layer == 4 or index == 15 or rate == 3:
        return None
    lsf = version != 3
    sample_rate = _RATES[rate] >> _HALVINGS[version]
    bitrate = _KBIT[lsf, layer][index] * 1000
    slot = 4 if layer == 1 else 1
    samples = 384 if layer == 1 else 576 if lsf and layer == 3 else 1152
    padding = slot * (word >> 9 & 1)
    length = samples // 8 // slot * bitrate // sample_rate * slot + padding if bitrate else 0
    channels = 1 if word >> 6 & 3 == 3 else 2
    return Frame(layer, lsf, sample_rate, channels, bitrate, length, padding, samples)


def parse(data: bytes, offset: int = 0) -> Frame | None:
    """Parse the four bytes at `offset`, or return None where they are not a frame header."""
    word = int.from_bytes(data[offset : offset + 4], "big")
    if word & 0xFFE00000 != 0xFFE00000 or word & 3 == 2 or len(data) < offset + 4:
        return None  # an emphasis of 2 is reserved
    return _parse(word & 0xFFFEFEC0)


def free_length(data: bytes, offset: int = 0) -> int:
    """Return a free format frame's length without padding, 0 if no equal one follows."""
    frame = parse(data, offset)
    if frame is None or frame.bitrate:
        return 0
    word = _word(data, offset)
    start = data[offset : offset + 2]
    at = offset + _SHORTEST_FREE
    while (at := data.find(start, at, offset + _LONGEST_FREE)) >= 0:
        following = _word(data, at)
        if (following ^ word) & _SAME_FREE_STREAM == 0 and at + 4 <= len(data):
            return at - offset - frame.padding
        at += 1
    return 0


def _word(data: bytes, offset: int) -> int:
    return int.from_bytes(data[offset : offset + 4], "big")


def run_length(data: bytes, offset: int, wanted: int) -> tuple[int, int]:
    """Count consistent consecutive frames from `offset` (at most `wanted`) and tell where they end.

    A frame counts when its header fits; it may end past the data.
    """
    word = _word(data, offset)
    free = count = 0
    while count < wanted:
        frame = parse(data, offset)
        if frame is None or (_word(data, offset) ^ word) & _SAME_STREAM:
            break
        length = frame.length
        if not length:
            free = free or free_length(data, offset)
            length = free + frame.padding if free else 0
        count += 1
        if not length:
            break
        offset += length
    return count, offset


def find_first(data: bytes, limit: int = _MAX_GARBAGE) -> int:
    """Return where the first believable run of frames begins, or -1.

    It may come after zero bytes, which some cutters leave, and after at most `limit` bytes of
    garbage. Where the data ends early fewer frames will do, but never one alone.
    """
    zeros = len(data) - len(data.lstrip(b"\0"))
    at, limit = 0, limit + zeros
    while 0 <= (at := data.find(b"\xff", at)) <= limit:
        wanted = _frames_wanted(parse(data, at), at, zeros)
        if wanted:
            count, end = run_length(data, at, wanted)
            if count == wanted or (count > 1 and end > len(data) - 4 and wanted <= 4):
                return at
        at += 1
    return -1


def _frames_wanted(first: Frame | None, at: int, zeros: int) -> int:
    """How many frames make a run believable: the more, the less likely its place; 0: no number."""
    if first is None:
        return 0
    if first.layer == 1 or not first.bitrate:  # runs of white pixels look like these
        return 4 if at == 0 and (first.layer > 1 or first.bitrate) else 0
    return 2 if at == 0 else 3 if at == zeros else 5


def looks_like_mp3(head: bytes) -> bool:
    """Tell whether the first bytes of a file are MPEG audio frames (any layer, no ID3 before them).

    A file of one single frame is believed only when that is all there is; a cut one, or one with
    a tag behind it, only in layer III.
    """
    if find_first(head) >= 0:
        return True
    first = parse(head)
    if first is None:
        return False
    return len(head) == first.length or (first.layer == 3 and len(head) <= first.length + 512)
