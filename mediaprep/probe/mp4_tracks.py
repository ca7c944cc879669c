"""Read a `moov` box into tracks: clocks, edits, display matrices, sample entries and tables.

ISO/IEC 14496-12 sections 8.2 to 8.7 and Apple's QuickTime File Format (movie atoms, `cmov`).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from mediaprep.probe.boxes import MAX_LOADED_BYTES, Child, Span, by_type, children
from mediaprep.probe.mp4_audio import Sound, read_sound
from mediaprep.probe.mp4_matrix import Turning, turning
from mediaprep.probe.mp4_samples import Tables, Times, read_sizes, read_times
from mediaprep.probe.mp4_video import Visual, read_visual
from mediaprep.probe.source import Malformed

MAX_TRACKS = 256
_NOWHERE: Span = (0, 0)
PARENTS = frozenset((b"trak", b"mdia", b"minf", b"stbl", b"edts", b"mvex", b"udta"))
PICTURE, SOUND, STILLS, AUXILIARY = b"vide", b"soun", b"pict", b"auxv"  # handlers
_DESCRIBED = frozenset((PICTURE, SOUND, STILLS, AUXILIARY))

_UNTURNED: Turning = (1 << 16, 0, 0, 1 << 16)
_HEADERS = (struct.Struct(">12xII"), struct.Struct(">20xIQ"))  # mvhd, mdhd by version
_UNKNOWN = (0xFFFFFFFF, 0xFFFFFFFFFFFFFFFF)  # durations that say "not known"
_EDITS = (struct.Struct(">Ii4x"), struct.Struct(">Qq4x"))
_TRACK_ID = (12, 20)  # offsets into tkhd by version
_MATRIX = (40, 52)
_U32 = struct.Struct(">I")
_PAIR = struct.Struct(">II")
_MAX_TIMESCALE = (1 << 31) - 1  # players read it as signed
_ENABLED = 1
_MAX_EDITS = 1 << 16


class Presentation(NamedTuple):
    """When a track is shown in its movie, in units of which `unit` make a second."""

    start: int
    length: int
    unit: int


@dataclass(slots=True, repr=False, eq=False)
class Track:
    """One track; ticks count in its own `timescale`, edits in the movie's."""

    handler: bytes
    id: int = 0
    enabled: bool = True
    turning: Turning = _UNTURNED
    shown: tuple[int, int] = (0, 0)  # whole pixels of the track header
    timescale: int = 0
    media_ticks: int = 0  # as the header says
    edits: list[tuple[int, int]] = field(default_factory=list)  # duration, media time
    chapters: tuple[int, ...] = ()  # tracks that this one uses as its chapters
    auxiliary: bool = False
    visual: Visual | None = None
    sound: Sound | None = None
    samples: int = 0
    times: Times = field(default_factory=Times)
    tables: Tables = field(default_factory=dict)

    @property
    def counted_s(self) -> Fraction | None:
        """What its samples add up to, None without a clock or without samples."""
        if not self.timescale or not self.times.ticks:
            return None
        return Fraction(self.times.ticks, self.timescale)

    def presented(self, movie_timescale: int) -> Presentation | None:
        """Return when the track is shown, None when nothing says it.

        An edit longer than the media there is shows no more than that.
        """
        ticks, clock = self.times.ticks or self.media_ticks, self.timescale
        if not ticks or not clock:
            return None
        if not self.edits or not movie_timescale:
            return Presentation(0, ticks, clock)
        start = length = 0
        media = ticks * movie_timescale
        for duration, media_time in self.edits:
            if media_time >= 0:
                length += min(duration * clock, media) if duration else media
            elif not length:
                start += duration * clock
        return Presentation(start, length or media, clock * movie_timescale)


@dataclass(slots=True, repr=False, eq=False)
class Movie:
    """What one `moov` says, with the buffer that the tracks' tables point into."""

    data: bytes
    whole: bool = True  # False: tables were cut short, or the file ends inside
    timescale: int = 0
    ticks: int = 0
    turning: Turning = _UNTURNED
    tracks: list[Track] = field(default_factory=list)
    extended: bool = False  # says that fragments may follow (`mvex`)
    fragments: int = 0  # that did follow
    media_bytes: int = 0  # that they came with
    fragment_ticks: int = 0  # duration of all fragments, as `mehd` says
    default_steps: dict[int, int] = field(default_factory=dict)  # track -> ticks (`trex`)
    metadata: list[Child] = field(default_factory=list)  # udta, meta, uuid

    @property
    def duration_s(self) -> Fraction | None:
        """What the header says, None when it says nothing."""
        ticks = self.fragment_ticks or self.ticks
        return Fraction(ticks, self.timescale) if ticks and self.timescale else None


def read_movie(data: bytes, whole: bool = True) -> Movie:
    """Read the body of a `moov` box; Malformed when there is nothing to make a movie of."""
    boxes = children(data, 0, len(data))
    if boxes and boxes[0][0] == b"cmov":
        data = _inflate(data, boxes[0])
        boxes = children(data, 0, len(data))
    movie = Movie(data, whole)
    for kind, at, end in boxes:
        if kind == b"trak":
            if len(movie.tracks) == MAX_TRACKS:
                raise Malformed(f"more than {MAX_TRACKS} tracks")
            movie.tracks.append(_read_track(data, (at, end)))
        elif kind == b"mvhd":
            movie.timescale, movie.ticks = _read_clock(data, (at, end))
            matrix = at + (48 if data[at : at + 1] == b"\1" else 36)
            if matrix + 36 <= end:
                movie.turning = turning(data, matrix)
        elif kind == b"mvex":
            _read_extends(movie, (at, end))
        elif kind in (b"udta", b"meta", b"uuid"):
            movie.metadata.append((kind, at, end))
    return movie


def _inflate(data: bytes, cmov: Child) -> bytes:
    boxes = by_type(data, cmov[1:])
    at, end = boxes.get(b"cmvd", _NOWHERE)
    method = boxes.get(b"dcom", _NOWHERE)[0]
    if data[method : method + 4] != b"zlib" or end - at < 4:
        raise Malformed("a compressed movie header (cmov) without zlib data")
    try:
        plain = zlib.decompressobj().decompress(data[at + 4 : end], MAX_LOADED_BYTES)
    except zlib.error as error:
        raise Malformed(f"the compressed movie header does not inflate: {error}") from error
    inner = by_type(plain, (0, len(plain))).get(b"moov", _NOWHERE)
    return plain[slice(*inner)]


def _read_track(data: bytes, span: Span) -> Track:
    boxes = by_type(data, span)
    media = by_type(data, boxes.get(b"mdia", _NOWHERE))
    information = media.get(b"minf", _NOWHERE)
    track = Track(_handler(data, media, information))
    if track.handler not in _DESCRIBED:
        return track
    track.timescale, track.media_ticks = _read_clock(data, media.get(b"mdhd", _NOWHERE))
    _read_header(track, data, boxes.get(b"tkhd", _NOWHERE))
    if b"tref" in boxes:
        _read_references(track, data, boxes[b"tref"])
    if b"edts" in boxes:
        _read_edits(track, data, boxes[b"edts"])
    tables = by_type(data, by_type(data, information).get(b"stbl", _NOWHERE))
    track.tables, track.times = tables, read_times(data, tables)
    track.samples = read_sizes(data, tables)[0] or track.times.samples
    if not track.times.whole:  # the header is all there is to go by
        track.times.samples, track.times.ticks = track.samples, track.media_ticks
    _read_description(track, data, tables.get(b"stsd", _NOWHERE))
    return track


def _handler(data: bytes, media: dict[bytes, Span], information: Span) -> bytes:
    at, end = media.get(b"hdlr", _NOWHERE)
    if end - at >= 12:
        return data[at + 8 : at + 12]
    kinds = by_type(data, information)
    return PICTURE if b"vmhd" in kinds else SOUND if b"smhd" in kinds else b""


def _read_clock(data: bytes, span: Span) -> tuple[int, int]:
    """Return timescale and duration of a movie or media header; zero is not known."""
    at, end = span
    header = _HEADERS[data[at] == 1 if end > at else 0]
    if end - at < header.size:
        return 0, 0
    timescale, ticks = header.unpack_from(data, at)
    return (timescale if timescale <= _MAX_TIMESCALE else 0), (0 if ticks in _UNKNOWN else ticks)


def _read_header(track: Track, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 84:
        return
    version = data[at] == 1
    track.enabled = bool(data[at + 3] & _ENABLED)
    track.id = _U32.unpack_from(data, at + _TRACK_ID[version])[0]
    matrix = at + _MATRIX[version]
    if matrix + 44 <= end:
        track.turning = turning(data, matrix)
        width, height = _PAIR.unpack_from(data, matrix + 36)
        track.shown = width >> 16, height >> 16


def _read_references(track: Track, data: bytes, span: Span) -> None:
    for kind, at, end in children(data, *span):
        if kind == b"chap":
            track.chapters = struct.unpack_from(f">{(end - at) // 4}I", data, at)
        elif kind in (b"auxl", b"thmb", b"vdep"):
            track.auxiliary = True


def _read_edits(track: Track, data: bytes, span: Span) -> None:
    at, end = by_type(data, span).get(b"elst", _NOWHERE)
    if end - at < 8:
        return
    edit = _EDITS[data[at] == 1]
    count = min(_U32.unpack_from(data, at + 4)[0], (end - at - 8) // edit.size, _MAX_EDITS)
    track.edits = [edit.unpack_from(data, at + 8 + n * edit.size) for n in range(count)]


def _read_description(track: Track, data: bytes, span: Span) -> None:
    at, end = span
    entries = children(data, at + 8, end)
    if not entries:
        return
    if track.handler == SOUND:
        track.sound = read_sound(data, entries[0], data[at])
    else:
        track.visual = read_visual(data, entries[0])


def _read_extends(movie: Movie, span: Span) -> None:
    movie.extended = True
    data = movie.data
    for kind, at, end in children(data, *span):
        if kind == b"trex" and end - at >= 20:
            track, _, step = struct.unpack_from(">III", data, at + 4)
            movie.default_steps[track] = step
        elif kind == b"mehd" and end - at >= 8:
            long = data[at] == 1 and end - at >= 12
            movie.fragment_ticks = int.from_bytes(data[at + 4 : at + (12 if long else 8)])
