"""Read AMR and AMR-WB files by stepping from frame to frame, 20 milliseconds each.

RFC 4867, section 5: storage format, of one channel or of several (`_MC1.0`).
"""

from __future__ import annotations

from fractions import Fraction

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.source import WINDOW_BYTES, Malformed, Source, TooCostly

_MOST_FRAMES = 3_000_000  # 16 hours
_FRAME_S = Fraction(1, 50)
# bytes behind the one with the frame type, by frame type (3GPP TS 26.101 and 26.201); -1: reserved
_NARROW = (12, 13, 15, 17, 19, 20, 26, 31, 5, 6, 5, 5, -1, -1, -1, 0)
_WIDE = (17, 23, 32, 36, 40, 46, 50, 58, 60, 5, -1, -1, -1, -1, 0, 0)
_MAGIC = {
    b"#!AMR\n": (_NARROW, 8000),
    b"#!AMR-WB\n": (_WIDE, 16000),
    b"#!AMR_MC1.0\n": (_NARROW, 8000),
    b"#!AMR-WB_MC1.0\n": (_WIDE, 16000),
}


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what an AMR file holds by counting its frames."""
    magic = source.head[: source.head.find(b"\n") + 1]
    if magic not in _MAGIC:
        message = "the first line is none that an AMR file begins with"
        raise Malformed(message)
    sizes, info.sample_rate = _MAGIC[magic]
    at, channels = len(magic), 1
    if b"_MC" in magic:
        channels = source.need(at, 4)[3] & 15
        at += 4
    info.audio_codec, info.audio_tracks, info.channels = "amr", 1, channels or None
    frames, end = _count(source, at, [1 + size if size >= 0 else 0 for size in sizes])
    if end != source.size:
        words = (
            f"the last frame ends at {end}"
            if end > source.size
            else f"no frame begins at byte {end}"
        )
        fault = Fault.TRUNCATED if end > source.size else Fault.MALFORMED
        info.faults.append((fault, f"{words}, the file ends at {source.size}"))
    blocks = frames // max(channels, 1)
    if not blocks:
        info.unread["duration_s"] = "not one complete frame"
        return
    info.duration_s = info.clocks["counted"] = blocks * _FRAME_S
    info.bitrate = round((source.size - at) * 8 / info.duration_s) or None


def _count(source: Source, at: int, lengths: list[int]) -> tuple[int, int]:
    """Return how many complete frames there are and where they, and one that is cut, end."""
    frames = 0
    table = [lengths[first >> 3 & 15] for first in range(256)]
    while at < source.size:
        if frames > _MOST_FRAMES:
            message = f"gave up counting frames at byte {at}"
            raise TooCostly(message)
        data = source.at(at, WINDOW_BYTES)
        used, size = 0, len(data)
        while used < size:
            length = table[data[used]]
            if not length:
                return frames, at + used
            used += length
            frames += 1
        at += used
    return frames - (at > source.size), at
