"""Read the header of ASF files (WMA, WMV).

Advanced Systems Format Specification 01.20.03, sections 3.1 to 3.3 (header, file properties and
stream properties) and 5.1 (data object).
"""

from __future__ import annotations

import struct
from fractions import Fraction
from uuid import UUID

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import fourcc, waveformat
from mediaprep.probe.source import Malformed, Source
from mediaprep.probe.unread import PICTURE, STREAM, explain

_HEADER_BYTES = 1 << 20  # at most this much of the header object is looked at
_OBJECT = struct.Struct("<16sQ")
_FILE = UUID("8cabdca1-a947-11cf-8ee4-00c00c205365").bytes_le
_STREAM = UUID("b7dc0791-a9b7-11cf-8ee6-00c00c205365").bytes_le
_SOUND = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_PICTURE = UUID("bc19efc0-5b4d-11cf-a8fd-00805f5c442b").bytes_le
_CONTENT_ENCRYPTION = UUID("2211b3fb-bd23-11d2-b4b7-00a0c955fc6e").bytes_le
_DATA = UUID("75b22636-668e-11cf-a6d9-00aa0062ce6c").bytes_le


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the header object says of the file and of each stream."""
    size = int.from_bytes(source.need(16, 8), "little")
    header = source.at(0, min(size, _HEADER_BYTES))
    info.audio_tracks = 0
    at = 30
    while at + 24 <= len(header):
        name, length = _OBJECT.unpack_from(header, at)
        if length < 24:
            message = f"an object of {length} bytes at {at} is shorter than its own header"
            raise Malformed(message)
        body = header[at + 24 : at + min(length, 4096)]
        if name == _FILE and len(body) >= 64:
            _file_facts(info, body)
        elif name == _STREAM and len(body) >= 54:
            _stream_facts(info, body[:16], body[54:])
        elif name == _CONTENT_ENCRYPTION:
            info.faults.append((Fault.ENCRYPTED, "a content encryption object is in the header"))
        at += length
    _check_end(source, info, size)
    if not info.audio_tracks and not info.video_tracks:
        info.kind = None
    if info.kind is Kind.VIDEO:
        explain(info, "the stream properties do not tell", *PICTURE)
    if info.audio_tracks:
        explain(info, "the stream properties do not tell", *STREAM)
    explain(info, "the file properties leave it open", "duration_s")


def _file_facts(info: MediaInfo, body: bytes) -> None:
    duration, _, preroll = struct.unpack_from("<QQQ", body, 40)  # the first two in 100 ns
    broadcast = body[64:65] and body[64] & 1
    played = Fraction(duration, 10_000_000) - Fraction(preroll, 1000)
    if broadcast or played <= 0:
        return
    info.duration_s = info.clocks["container"] = played
    info.bitrate = round((info.size_bytes or 0) * 8 / played) or None


def _stream_facts(info: MediaInfo, kind: bytes, body: bytes) -> None:
    if kind == _SOUND and len(body) >= 14:
        info.audio_tracks = (info.audio_tracks or 0) + 1
        form = waveformat.parse(body)
        info.audio_codec = info.audio_codec or waveformat.codec(form.tag)
        info.channels = info.channels or form.channels or None
        info.sample_rate = info.sample_rate or form.sample_rate or None
    elif kind == _PICTURE and len(body) >= 11:
        info.kind = Kind.VIDEO
        info.video_tracks = (info.video_tracks or 0) + 1
        width, height = struct.unpack_from("<II", body)
        info.width = info.coded_width = width or None
        info.height = info.coded_height = height or None
        picture = fourcc.bitmap(body[11:])
        info.video_codec = fourcc.video_codec(picture.fourcc) if picture else None


def _check_end(source: Source, info: MediaInfo, at: int) -> None:
    name, size = _OBJECT.unpack(source.need(at, 24))
    if name == _DATA and size and at + size > source.size:
        words = f"the data object says it ends at {at + size}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, words))
        info.duration_s = info.bitrate = None
        info.unread["duration_s"] = "the header tells it of more than the file holds"
