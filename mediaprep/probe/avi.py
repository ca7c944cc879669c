"""Read AVI: say what the file is and measures, though no backend takes it.

Microsoft's AVI RIFF File Reference with the OpenDML extensions 1.02: the lists of headers before
`movi`, and the end that each RIFF chunk gives itself.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import fourcc, waveformat
from mediaprep.probe.source import Malformed, Source, TooCostly

_MOST_CHUNKS = 1024
_LONGEST_HEADER = 64
_LISTS = frozenset((b"RIFF", b"LIST"))
_ENTERED = frozenset((b"AVI ", b"hdrl", b"strl", b"odml"))
_MAIN_HEADER = struct.Struct("<I12xI")  # dwMicroSecPerFrame, dwTotalFrames
_STREAM_HEADER = struct.Struct("<4s16xII4xI")  # fccType, dwScale, dwRate, dwLength
_PICTURES, _SOUND = b"vids", b"auds"
_UNWRITTEN = (0, 0xFFFFFFFF)


class Chunk(NamedTuple):
    """One chunk; `form` is the kind of list where the chunk is one, else empty."""

    id: bytes
    form: bytes
    start: int
    body: int
    size: int

    @property
    def end(self) -> int:
        """Where the next chunk begins: chunks are padded to even length."""
        return self.body + self.size + (self.size & 1)


@dataclass(slots=True)
class _Stream:
    kind: bytes = b""
    scale: int = 0
    rate: int = 0
    length: int = 0
    format: bytes = b""
    aspect: Fraction | None = None  # of the picture, not of a sample

    @property
    def duration_s(self) -> Fraction:
        return Fraction(self.length * self.scale, self.rate) if self.rate else Fraction(0)


@dataclass(slots=True)
class _Headers:
    streams: list[_Stream] = field(default_factory=list)
    frame_us: int = 0
    frames: int = 0
    movi: Chunk | None = None

    def forget_counts(self) -> None:
        """Drop the numbers of frames: a writer that was stopped leaves what it began with."""
        self.frames = 0
        for stream in self.streams:
            stream.length = 0


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the headers of an AVI file say."""
    found = _collect(source)
    _fault_ends(source, info, found)
    kinds = [stream.kind for stream in found.streams]
    info.video_tracks, info.audio_tracks = kinds.count(_PICTURES), kinds.count(_SOUND)
    info.kind = Kind.VIDEO if info.video_tracks else Kind.AUDIO if info.audio_tracks else None
    if info.kind is None:
        message = "no list of streams before the frames"
        raise Malformed(message)
    _read_clocks(info, found)
    if info.video_tracks:
        _read_pictures(info, found.streams[kinds.index(_PICTURES)])
    if info.audio_tracks:
        _read_sound(info, found.streams[kinds.index(_SOUND)])


def _chunks(source: Source) -> Iterator[Chunk]:
    """Yield the chunks up to the frames, the lists of headers just before what is in them."""
    start = 0
    for _ in range(_MOST_CHUNKS):
        header = source.at(start, 12)
        if len(header) < 8:
            return
        name, size = header[:4], int.from_bytes(header[4:8], "little")
        form = header[8:] if name in _LISTS else b""
        chunk = Chunk(name, form, start, start + 8, size)
        yield chunk
        start = start + 12 if form in _ENTERED else chunk.end
    message = f"gave up at byte {start}, after {_MOST_CHUNKS} chunks"
    raise TooCostly(message)


def _collect(source: Source) -> _Headers:
    found = _Headers()
    for chunk in _chunks(source):
        if chunk.form == b"movi":
            found.movi = chunk
            break
        if chunk.form == b"strl":
            found.streams.append(_Stream())
        elif take := _TAKERS.get(chunk.id):
            take(found, source.at(chunk.body, min(chunk.size, _LONGEST_HEADER)))
    return found


def _take_main_header(found: _Headers, data: bytes) -> None:
    if len(data) >= _MAIN_HEADER.size:
        found.frame_us, found.frames = _MAIN_HEADER.unpack_from(data)


def _take_extended_header(found: _Headers, data: bytes) -> None:
    # The main header counts only the frames of the first RIFF chunk.
    found.frames = int.from_bytes(data[:4], "little") or found.frames


def _take_stream_header(found: _Headers, data: bytes) -> None:
    if found.streams and len(data) >= _STREAM_HEADER.size:
        s = found.streams[-1]
        s.kind, s.scale, s.rate, s.length = _STREAM_HEADER.unpack_from(data)


def _take_format(found: _Headers, data: bytes) -> None:
    if found.streams:
        found.streams[-1].format = data


def _take_properties(found: _Headers, data: bytes) -> None:
    """Keep the picture's aspect: two numbers in one, the height in the lower half."""
    down, across = int.from_bytes(data[20:22], "little"), int.from_bytes(data[22:24], "little")
    if found.streams and down and across:
        found.streams[-1].aspect = Fraction(across, down)


_TAKERS = {
    b"avih": _take_main_header,
    b"dmlh": _take_extended_header,
    b"strh": _take_stream_header,
    b"strf": _take_format,
    b"vprp": _take_properties,
}


def _fault_ends(source: Source, info: MediaInfo, found: _Headers) -> None:
    """Report what ends past the file; a file over 1 GiB is several RIFF chunks in a row."""
    start = 0
    for _ in range(_MOST_CHUNKS):
        header = source.at(start, 8)
        if len(header) < 8 or header[:4] != b"RIFF":
            break
        size = int.from_bytes(header[4:], "little")
        end = start + 8 + size
        if size in _UNWRITTEN:
            found.forget_counts()
            info.faults.append((Fault.TRUNCATED, f"the size of the RIFF at {start} is not written"))
            return
        if end > source.size:
            message = f"the RIFF at {start} says it ends at {end}, the file ends at {source.size}"
            info.faults.append((Fault.TRUNCATED, message))
            return
        start = end + (end & 1)
    movi = found.movi
    if movi is None:
        info.faults.append((Fault.NO_SAMPLES, "there is no list of frames"))
    elif movi.body + movi.size > source.size:
        message = f"movi says it ends at {movi.end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, message))


def _read_pictures(info: MediaInfo, stream: _Stream) -> None:
    info.rotation = 0
    info.frames = stream.length or None
    if info.frames is None:
        info.unread["frames"] = "the stream header states no length"
    if stream.rate and stream.scale:
        info.fps = info.fps_nominal = Fraction(stream.rate, stream.scale)
    else:
        info.unread["fps"] = "the stream header states no frame rate"
    header = fourcc.bitmap(stream.format)
    if header is None:
        for fact in ("width", "height", "video_codec"):
            info.unread[fact] = "the stream format is cut short"
        return
    info.video_codec = fourcc.video_codec(header.fourcc)
    if info.video_codec is None:
        info.unread["video_codec"] = f"{header.fourcc!r} is no codec that we have a name for"
    elif info.video_codec in fourcc.OPAQUE:
        info.has_alpha = False
    if not header.width or not header.height:
        info.unread["width"] = info.unread["height"] = "the stream format states no size"
        return
    info.width = info.coded_width = abs(header.width)
    info.height = info.coded_height = abs(header.height)
    if stream.aspect:
        info.sample_aspect = stream.aspect * info.height / info.width


def _read_sound(info: MediaInfo, stream: _Stream) -> None:
    wave = waveformat.parse(stream.format)
    info.channels, info.sample_rate = wave.channels or None, wave.sample_rate or None
    for fact, value in (("channels", wave.channels), ("sample_rate", wave.sample_rate)):
        if not value:
            info.unread[fact] = "the stream format says none"
    info.audio_codec = waveformat.codec(wave.tag)
    if info.audio_codec is None:
        info.unread["audio_codec"] = f"{wave.tag:#06x} is no codec that we have a name for"


def _read_clocks(info: MediaInfo, found: _Headers) -> None:
    if found.frame_us and found.frames:
        info.clocks["container"] = Fraction(found.frames * found.frame_us, 1_000_000)
    for stream in found.streams:
        if stream.kind == _PICTURES:
            stream.length = stream.length or found.frames
    longest = max(stream.duration_s for stream in found.streams)
    if longest:
        info.clocks["track"] = info.duration_s = longest
    else:
        info.unread["duration_s"] = "the stream headers state no length"
