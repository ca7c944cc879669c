"""Read MPEG transport streams: say what the file is and measures, though no backend takes it.

ISO/IEC 13818-1. The first and the last quarter of a megabyte are read, never what lies between, so
frames are not counted and the duration is the span of the time stamps.
"""

from __future__ import annotations

from fractions import Fraction

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe.elementary import read_pictures, read_sound, sound_length_s
from mediaprep.probe.source import Malformed, Source
from mediaprep.probe.tspackets import SYNC, TICKS, Packet, framing, packets, pes_data
from mediaprep.probe.tstables import Stream, streams
from mediaprep.probe.tstimes import (
    Times,
    clock_span,
    frame_rates,
    last_pes,
    reference,
    stream_times,
)

_WINDOW_BYTES = 256 << 10
_SAMPLE_BYTES = 64 << 10  # of one stream's own data


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the tables, the first headers and the time stamps at both ends say."""
    data = source.window(0, _WINDOW_BYTES)
    frame = framing(data)
    if frame is None:
        message = "no two packets in a row that begin with a sync byte"
        raise Malformed(message)
    start = list(packets(data, *frame))
    listed = streams(start)
    if listed is None:
        message = "no table of streams in the first part of the file"
        raise Malformed(message)
    pictures = [stream for stream in listed if stream.kind is Kind.VIDEO]
    sounds = [stream for stream in listed if stream.kind is Kind.AUDIO]
    info.video_tracks, info.audio_tracks = len(pictures), len(sounds)
    info.kind = Kind.VIDEO if pictures else Kind.AUDIO if sounds else None
    _fault_scrambling(info, start, listed)
    _fault_truncation(source, info, *frame)
    if sounds:
        info.audio_codec = sounds[0].codec
        read_sound(info, info.audio_codec, _sample(start, sounds[0].pid))
    if pictures:
        info.video_codec = pictures[0].codec
        read_pictures(info, info.video_codec, _sample(start, pictures[0].pid))
        info.unread["frames"] = "they were not counted"
    end = _last_packets(source, *frame) if source.size > len(data) else []
    _read_times(info, start, end, pictures + sounds)


def _last_packets(source: Source, length: int, first: int) -> list[Packet]:
    skipped = max(0, source.size - first - _WINDOW_BYTES) // length
    data = source.at(first + skipped * length, _WINDOW_BYTES + length)
    return list(packets(data, length, 0))


def _sample(start: list[Packet], pid: int) -> bytes:
    """Join the payloads of one stream from its first PES packet on, without the PES headers."""
    pieces: list[bytes] = []
    size = 0
    for packet in start:
        if packet.pid == pid and (packet.starts or pieces):
            piece = pes_data(packet.payload) if packet.starts else packet.payload
            pieces.append(piece)
            size += len(piece)
            if size > _SAMPLE_BYTES:
                break
    return b"".join(pieces)


def _fault_scrambling(info: MediaInfo, start: list[Packet], listed: list[Stream]) -> None:
    pids = {stream.pid for stream in listed}
    scrambled = any(packet.scrambled for packet in start if packet.pid in pids)
    if scrambled or any(stream.encrypted for stream in listed):
        info.faults.append((Fault.ENCRYPTED, "the packets of a stream are scrambled"))


def _fault_truncation(source: Source, info: MediaInfo, length: int, first: int) -> None:
    rest = (source.size - first) % length
    if 0 < rest < 188 and source.at(source.size - rest, 1) == bytes((SYNC,)):
        info.faults.append((Fault.TRUNCATED, f"the last packet has {rest} of its 188 bytes"))


def _read_times(
    info: MediaInfo, start: list[Packet], end: list[Packet], listed: list[Stream]
) -> None:
    """Set the clocks; the first stream listed is the one that the rates are about."""
    zero = reference(start)
    each = [_times(start, end, s, zero) for s in listed] if zero is not None else []
    spans = [span for times in each if (span := times.span)]
    if each and (own := each[0].span):
        info.clocks["track"] = (own[1] - own[0]) / TICKS
    if spans:
        ticks = max(span[1] for span in spans) - min(span[0] for span in spans)
        info.clocks["container"] = info.duration_s = ticks / TICKS
    elif clock := clock_span(start, end):
        info.clocks["container"] = info.duration_s = Fraction(clock, TICKS)
    else:
        info.unread["duration_s"] = "there are fewer than two time stamps"
    if info.kind is Kind.VIDEO:
        _read_rates(info, each[0] if each else Times([], [], None))


def _times(start: list[Packet], end: list[Packet], stream: Stream, zero: int) -> Times:
    stamps = stream_times(start, stream.pid, zero), stream_times(end, stream.pid, zero)
    data, whole = last_pes(end or start, stream.pid)
    seconds = sound_length_s(stream.codec, pes_data(data)) or (None if whole else Fraction(0))
    return Times(*stamps, last=None if seconds is None else seconds * TICKS)


def _read_rates(info: MediaInfo, times: Times) -> None:
    info.fps, usual = frame_rates(times)
    info.fps_nominal = info.fps_nominal or usual
    if info.fps is None:
        info.unread["fps"] = "the time stamps at both ends are too few or too uneven to tell"
