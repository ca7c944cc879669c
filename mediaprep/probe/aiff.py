"""Read AIFF and AIFF-C files.

Audio Interchange File Format 1.3 and AIFF-C draft 1991-08-26 (Apple); the sample rate is an
IEEE 754 extended number of 80 bits.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.source import Malformed, Source, TooCostly, Truncated
from mediaprep.probe.unread import explain

_MOST_CHUNKS = 4096
_CHUNK = struct.Struct(">4sI")
_COMMON = struct.Struct(">HIH")
_PCM = b"NONE sowt twos raw  in24 in32 42ni 23ni fl32 FL32 fl64 FL64 lpcm"
_CODECS = {
    **dict.fromkeys((_PCM[at : at + 4] for at in range(0, len(_PCM), 5)), "pcm"),
    **dict.fromkeys((b"alaw", b"ALAW", b"ulaw", b"ULAW"), "g711"),
    **dict.fromkeys((b"ima4", b"ADP4", b"DWVW"), "adpcm"),
    b"MAC3": "mace",
    b"MAC6": "mace",
    b"GSM ": "gsm",
    b"agsm": "gsm",
    b"G722": "g722",
    b".mp3": "mp3",
    b"QDM2": "qdm2",
    b"QDMC": "qdmc",
    b"Qclp": "qcelp",
}
_PACKET_SAMPLES = {b"ima4": 64}  # where "sample frames" counts packets


class Common(NamedTuple):
    """What the COMM chunk says."""

    channels: int
    frames: int
    bits: int
    sample_rate: Fraction
    compression: bytes


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what an AIFF file's chunks show."""
    common, sound = _chunks(source)
    if common is None:
        message = "no COMM chunk says what the samples are"
        raise Malformed(message)
    _stream_facts(info, common)
    if sound is None:
        info.unread["duration_s"] = "no SSND chunk holds samples"
        info.faults.append((Fault.NO_SAMPLES, "no SSND chunk holds samples"))
        return
    start, claimed = sound
    present = max(min(source.size - start, claimed), 0)
    if present < claimed:
        words = f"the SSND chunk says it ends at {start + claimed}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, words))
    _durations(info, common, claimed, present)


def _chunks(source: Source) -> tuple[Common | None, tuple[int, int] | None]:
    common, sound, at = None, None, 12
    for _ in range(_MOST_CHUNKS):
        header = source.at(at, 8)
        if len(header) < 8 or (common and sound):
            return common, sound
        name, size = _CHUNK.unpack(header)
        if name == b"COMM" and common is None:
            common = _common(source.at(at + 8, min(size, 22)))
        elif name == b"SSND" and sound is None:
            skipped = int.from_bytes(source.at(at + 8, 4), "big")  # before the first sample
            sound = at + 16 + skipped, max(size - 8 - skipped, 0)
        at += 8 + size + (size & 1)
    message = f"more than {_MOST_CHUNKS} chunks"
    raise TooCostly(message)


def _common(data: bytes) -> Common:
    if len(data) < 18:
        message = f"a COMM chunk of {len(data)} bytes is too short"
        raise Truncated(message)
    channels, frames, bits = _COMMON.unpack_from(data)
    return Common(channels, frames, bits, _extended(data[8:18]), data[18:22] or b"NONE")


def _extended(data: bytes) -> Fraction:
    """Turn an 80-bit extended number into a Fraction, 0 where it is no possible sample rate."""
    exponent = int.from_bytes(data[:2], "big") - 16383 - 63
    mantissa = int.from_bytes(data[2:], "big")
    return mantissa * Fraction(2) ** exponent if -64 < exponent < 0 else Fraction(0)


def _stream_facts(info: MediaInfo, common: Common) -> None:
    info.audio_tracks = 1
    info.audio_codec = _CODECS.get(common.compression)
    if info.audio_codec is None:
        info.unread["audio_codec"] = f"compression {common.compression!r} has no name here"
    if info.audio_codec == "pcm":
        info.bit_depth = common.bits or None
    info.channels = common.channels or None
    info.sample_rate = round(common.sample_rate) or None
    explain(info, "the COMM chunk gives no possible number", "channels", "sample_rate")


def _durations(info: MediaInfo, common: Common, claimed: int, present: int) -> None:
    samples = common.frames * _PACKET_SAMPLES.get(common.compression, 1)
    if not samples or not common.sample_rate or not claimed:
        info.unread["duration_s"] = "the COMM chunk gives no possible number"
        return
    whole = info.clocks["container"] = samples / common.sample_rate
    counted = whole * present / claimed
    if info.audio_codec == "pcm":
        block = common.channels * -(-common.bits // 8)
        counted = Fraction(present // block) / common.sample_rate if block else whole
    if not counted:
        info.unread["duration_s"] = "there are no samples"
        return
    info.duration_s = info.clocks["counted"] = counted
    info.bitrate = round(present * 8 / counted) or None
