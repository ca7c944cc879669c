"""Read FLAC files: the stream's own description, held against the last frame that is there.

RFC 9639, sections 8 (metadata blocks, STREAMINFO) and 9.1 (frame header).
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import id3
from mediaprep.probe.source import WINDOW_BYTES, Malformed, Source, Truncated
from mediaprep.probe.unread import explain

_MOST_BLOCKS = 1024
_STREAMINFO_BYTES = 34
_BLOCK_SIZES = {1: 192, **{n: 144 << n for n in range(2, 6)}, **{n: 1 << n for n in range(8, 16)}}
_CRC8 = [0] * 256
for _byte in range(256):
    _crc = _byte
    for _ in range(8):
        _crc = (_crc << 1 ^ 0x07 if _crc & 0x80 else _crc << 1) & 0xFF
    _CRC8[_byte] = _crc


class StreamInfo(NamedTuple):
    """What a STREAMINFO block says, numbers unchecked; a count of 0 means unknown."""

    block_samples: int  # the largest
    frame_bytes: int  # the largest; 0: not said
    sample_rate: int
    channels: int
    bits: int
    samples: int


def parse_streaminfo(data: bytes) -> StreamInfo:
    """Read the 34 bytes of a STREAMINFO block."""
    if len(data) < _STREAMINFO_BYTES:
        message = f"the stream's description has {len(data)} bytes, {_STREAMINFO_BYTES} are needed"
        raise Malformed(message)
    packed = int.from_bytes(data[10:18], "big")
    return StreamInfo(
        block_samples=int.from_bytes(data[2:4], "big"),
        frame_bytes=int.from_bytes(data[7:10], "big"),
        sample_rate=packed >> 44,
        channels=(packed >> 41 & 7) + 1,
        bits=(packed >> 36 & 31) + 1,
        samples=packed & 0xFFFFFFFFF,
    )


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what a FLAC file says of itself and what its last frame confirms."""
    start = id3.after(source)
    if source.at(start, 4) != b"fLaC":
        message = f"no fLaC marker at {start}"
        raise Malformed(message)
    header = source.need(start + 4, 4)
    if header[0] & 0x7F or header[1:] < _STREAMINFO_BYTES.to_bytes(3, "big"):
        message = "the first metadata block is not the stream's description"
        raise Malformed(message)
    stream = parse_streaminfo(source.need(start + 8, _STREAMINFO_BYTES))
    stream_facts(info, stream)
    end = _last_sample(source, stream, start + 8 + _STREAMINFO_BYTES)
    _durations(info, stream, end)
    audio_at = _audio_start(source, start + 4)
    if info.duration_s:
        info.bitrate = round((source.size - audio_at) * 8 / info.duration_s) or None


def stream_facts(info: MediaInfo, stream: StreamInfo) -> None:
    """Fill in what does not depend on the frames; FLAC in Ogg says it in the same words."""
    info.audio_codec, info.audio_tracks = "flac", 1
    info.sample_rate = stream.sample_rate or None
    info.channels, info.bit_depth = stream.channels, stream.bits
    explain(info, "the stream's description says 0", "sample_rate")


def _durations(info: MediaInfo, stream: StreamInfo, end: int) -> None:
    if stream.samples and stream.sample_rate:
        info.clocks["container"] = Fraction(stream.samples, stream.sample_rate)
    if end and stream.sample_rate:
        info.duration_s = info.clocks["counted"] = Fraction(end, stream.sample_rate)
    else:
        info.unread["duration_s"] = "no last frame was found"
    if end < stream.samples:
        words = f"{stream.samples} samples are announced, the frames end at {end}"
        info.faults.append((Fault.TRUNCATED, words))


def _audio_start(source: Source, at: int) -> int:
    """Return where the metadata blocks end that begin at `at`."""
    for _ in range(_MOST_BLOCKS):
        header = source.need(at, 4)
        at += 4 + int.from_bytes(header[1:], "big")
        if at > source.size:
            message = f"a metadata block says it ends at {at}, the file ends at {source.size}"
            raise Truncated(message)
        if header[0] & 0x80:
            return at
    message = f"more than {_MOST_BLOCKS} metadata blocks"
    raise Malformed(message)


def _last_sample(source: Source, stream: StreamInfo, start: int) -> int:
    """Return the number of samples up to the end of the last frame, 0 where none was found."""
    length = min(stream.frame_bytes + 512 if stream.frame_bytes else WINDOW_BYTES, WINDOW_BYTES)
    first = max(source.size - length, start)
    data = source.at(first, source.size - first)
    at = len(data)
    while (at := data.rfind(b"\xff", 0, at)) >= 0:
        end = _frame_end(data[at : at + 16], stream)
        if end and (not stream.samples or end <= stream.samples):
            return end
    return 0


def _frame_end(header: bytes, stream: StreamInfo) -> int:
    """Return the number of samples up to the end of the frame with this header, 0 if it is none."""
    if len(header) < 6 or header[1] & 0xFE != 0xF8 or header[3] & 1 or header[3] >> 4 > 10:
        return 0
    size_code, rate_code, number_bytes = header[2] >> 4, header[2] & 15, _coded_length(header[4])
    at = 4 + number_bytes
    size_bytes = {6: 1, 7: 2}.get(size_code, 0)
    crc_at = at + size_bytes + {12: 1, 13: 2, 14: 2}.get(rate_code, 0)
    if not number_bytes or crc_at >= len(header) or _crc8(header[:crc_at]) != header[crc_at]:
        return 0
    samples = _BLOCK_SIZES.get(size_code) or int.from_bytes(header[at : at + size_bytes], "big") + 1
    number = header[4] & (0xFF >> number_bytes + 1 if number_bytes > 1 else 0x7F)
    for byte in header[5:at]:
        number = number << 6 | byte & 0x3F
    return samples + (number if header[1] & 1 else number * stream.block_samples)


def _coded_length(first: int) -> int:
    """Length of a number in the extended UTF-8 coding, 0 where no number begins like this."""
    ones = 8 - (first ^ 0xFF).bit_length()
    return 1 if ones == 0 else ones if 2 <= ones <= 7 else 0


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc = _CRC8[crc ^ byte]
    return crc
