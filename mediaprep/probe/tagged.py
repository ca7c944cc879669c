"""Read the audio formats that no backend takes, so that a finding can name them and their length.

AAC and AC-3 frames are counted here; ASF has its own reader; for Monkey's Audio, WavPack and
Musepack mutagen reads the stream header. It is imported nowhere else (GPL-2.0-or-later) and only
when such a file turns up.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from fractions import Fraction
from typing import Any

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import asf, id3, syncframe
from mediaprep.probe.source import WINDOW_BYTES, Malformed, ReadError, Source, TooCostly
from mediaprep.probe.syncframe import SyncFrame
from mediaprep.probe.unread import STREAM, explain

_MOST_FRAMES = 250_000
_MOST_READS = 20_000


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what a file of one of these formats shows."""
    _READERS[info.container or ""](source, info)


def _read_frames(
    source: Source, info: MediaInfo, parse: Callable[[bytes, int], SyncFrame | None]
) -> None:
    start = id3.after(source)
    end = max(id3.before(source, start), start)
    first = parse(source.at(start, 16), 0)
    if first is None:
        message = f"no frame begins at byte {start}"
        raise Malformed(message)
    info.audio_codec, info.audio_tracks = first.codec, 1
    info.sample_rate, info.channels = first.sample_rate, first.channels or None
    if not first.channels:
        info.unread["channels"] = "the frame header leaves it to the payload"
    samples, at = _count(source, start, end, parse)
    if at + 16 < end:
        words = f"no frame begins at byte {at}, the file ends at {source.size}"
        info.faults.append((Fault.MALFORMED, words))
    if not samples:
        info.unread["duration_s"] = "not one complete frame"
        return
    info.duration_s = info.clocks["counted"] = Fraction(samples, first.sample_rate)
    info.bitrate = round((min(at, end) - start) * 8 / info.duration_s) or None


def _count(
    source: Source, at: int, end: int, parse: Callable[[bytes, int], SyncFrame | None]
) -> tuple[int, int]:
    """Return the samples of all complete frames, and where the next one would have to begin."""
    samples = read_to = 0
    for _ in range(_MOST_FRAMES):
        if at + 16 > read_to:
            read_to = at + len(source.window(at, min(WINDOW_BYTES, end - at)))
        frame = parse(source.at(at, 16), 0) if at + 7 <= end else None
        if frame is None or at + frame.length > end:
            return samples, at if frame is None else end
        samples += 0 if frame.substream else frame.samples
        at += frame.length
    message = f"gave up counting frames at byte {at}"
    raise TooCostly(message)


class _File:
    """What mutagen needs of a file object, read through the source and so within its budget.

    Reads are counted here too: mutagen 1.47 steps through some broken Musepack headers for ever,
    and what lies in the first 4 KiB costs the source nothing.
    """

    def __init__(self, source: Source) -> None:
        self.source, self.offset, self.reads_left = source, 0, _MOST_READS

    def read(self, length: int = -1) -> bytes:
        self.reads_left -= 1
        if self.reads_left < 0:
            message = f"gave up at byte {self.offset}: the stream header has no end"
            raise TooCostly(message)
        left = max(self.source.size - self.offset, 0)
        data = self.source.at(self.offset, left if length < 0 else min(length, left))
        self.offset += len(data)
        return data

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        base = {os.SEEK_SET: 0, os.SEEK_CUR: self.offset, os.SEEK_END: self.source.size}[whence]
        if base + offset < 0:
            raise OSError("a place before the file's first byte")
        self.offset = base + offset
        return self.offset

    def tell(self) -> int:
        return self.offset


def _read_with_mutagen(source: Source, info: MediaInfo) -> None:
    from mutagen.monkeysaudio import MonkeysAudioInfo
    from mutagen.musepack import MusepackInfo
    from mutagen.wavpack import WavPackInfo

    parsers = {"ape": MonkeysAudioInfo, "wavpack": WavPackInfo, "musepack": MusepackInfo}
    name = info.container or ""
    try:
        found: Any = parsers[name](_File(source))
    except ReadError:
        raise
    except Exception as error:  # whatever a broken file makes it raise
        message = f"mutagen cannot read it: {error or type(error).__name__}"
        raise Malformed(message) from error
    info.audio_codec, info.audio_tracks = name, 1
    if name == "musepack":
        info.audio_codec = f"musepack{max(found.version, 7)}"
    info.sample_rate = found.sample_rate or None
    info.channels = int(found.channels or 0) or None  # WavPack's may be a bool
    info.bit_depth = getattr(found, "bits_per_sample", None) or None
    explain(info, "the stream header gives no possible number", *STREAM)
    # mutagen divides samples by rate: get the exact number back
    samples = round((found.length or 0) * (found.sample_rate or 0))
    if samples <= 0:
        info.unread["duration_s"] = "the stream header does not tell"
        return
    info.duration_s = info.clocks["container"] = Fraction(samples, found.sample_rate)
    info.bitrate = round(source.size * 8 / info.duration_s) or None


_READERS: dict[str, Callable[[Source, MediaInfo], None]] = {
    "aac": lambda source, info: _read_frames(source, info, syncframe.adts),
    "ac3": lambda source, info: _read_frames(source, info, syncframe.ac3),
    "asf": asf.read,
    "ape": _read_with_mutagen,
    "wavpack": _read_with_mutagen,
    "musepack": _read_with_mutagen,
}
