"""Read Ogg files: which streams begin at the start, and what time the last page of each says.

RFC 3533 (pages), RFC 7845 (Opus), RFC 9639 section 10.1 (FLAC); what each codec's first packet
says is read in `oggcodec`.
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe.oggcodec import Stream, identify
from mediaprep.probe.source import WINDOW_BYTES, Malformed, Source
from mediaprep.probe.unread import PICTURE, STREAM, explain

_HEADER = struct.Struct("<4sxBqI8xB")
_BEGINS, _UNKNOWN = 2, -1  # header flag; granule of a page on which no packet ends
_MOST_STREAMS = 64
_LEADING_PAGES = 256  # among which the first with sound must be
_TAIL_BYTES = 1 << 20
_MOST_TAIL_PAGES = 4096
_MOST_PAGES = 50_000


class Page(NamedTuple):
    """One page's header, and where its content is."""

    at: int
    flags: int
    granule: int
    serial: int
    segments: int
    body: int
    end: int


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the first pages and the last ones of an Ogg file show."""
    streams, serials = _beginning(source)
    _stream_facts(info, list(streams.values()))
    tail = _tail_pages(source, streams)
    if tail and tail[0].end > source.size:
        words = f"the last page says it ends at {tail[0].end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, words))
    if tail and tail[0].serial not in serials:
        duration = _chained(source)
    else:
        duration = _longest(streams, tail) if _begins_at_zero(source, streams) else None
    if duration:
        info.duration_s = info.clocks["container"] = duration
        info.bitrate = round(source.size * 8 / duration) or None
    else:
        info.unread["duration_s"] = "the pages do not tell when the stream begins and ends"


def _page(source: Source, at: int) -> Page | None:
    header = source.at(at, _HEADER.size)
    if len(header) < _HEADER.size or header[:4] != b"OggS":
        return None
    _, flags, granule, serial, segments = _HEADER.unpack(header)
    body = at + _HEADER.size + segments
    end = body + sum(source.at(at + _HEADER.size, segments))
    return Page(at, flags, granule, serial, segments, body, end)


def _beginning(source: Source) -> tuple[dict[int, Stream], set[int]]:
    """Return the known streams that begin at the start, and the serial numbers of all that do."""
    streams: dict[int, Stream] = {}
    serials = set()
    at = 0
    for _ in range(_MOST_STREAMS):
        page = _page(source, at)
        if page is None or not page.flags & _BEGINS:
            break
        stream = identify(source.at(page.body, min(page.end - page.body, 128)))
        if stream:
            streams[page.serial] = stream
        serials.add(page.serial)
        at = page.end
    if not streams:
        message = "no stream of a known codec begins on the first page"
        raise Malformed(message)
    return streams, serials


def _stream_facts(info: MediaInfo, streams: list[Stream]) -> None:
    sounds = [stream for stream in streams if stream.kind is Kind.AUDIO]
    pictures = [stream for stream in streams if stream.kind is Kind.VIDEO]
    info.audio_tracks = len(sounds)
    if sounds:
        first = sounds[0]
        info.audio_codec, info.bit_depth = first.codec, first.bits or None
        info.channels, info.sample_rate = first.channels or None, first.sample_rate or None
    if pictures:
        picture = pictures[0]
        info.kind = Kind.VIDEO
        info.video_tracks, info.video_codec = len(pictures), picture.codec
        info.width = info.coded_width = picture.width or None
        info.height = info.coded_height = picture.height or None
        info.fps = info.fps_nominal = picture.rate or None
        info.sample_aspect, info.bit_depth = picture.sample_aspect, None
        explain(info, "the first packet of the stream says 0", *PICTURE)
    if sounds:
        explain(info, "the first packet of the stream says 0", *STREAM)


def _tail_pages(source: Source, streams: dict[int, Stream]) -> list[Page]:
    """Return the last pages, last first, back to where each known stream has told a time."""
    pages: list[Page] = []
    for length in (WINDOW_BYTES, _TAIL_BYTES):
        start = max(source.size - length, 0)
        data = source.window(start, length)
        at, awaited = len(data), set(streams)
        pages.clear()
        while awaited and len(pages) < _MOST_TAIL_PAGES and (at := data.rfind(b"OggS", 0, at)) >= 0:
            page = _page(source, start + at)
            if page:
                pages.append(page)
                if page.granule > 0:
                    awaited.discard(page.serial)
        if len(awaited) < len(streams) or not start:
            break
    return pages


def _longest(streams: dict[int, Stream], tail: list[Page]) -> Fraction | None:
    ends = [
        streams[page.serial].seconds(page.granule)
        for page in tail
        if page.serial in streams and page.granule > 0
    ]
    return max((end for end in ends if end is not None), default=None)


def _begins_at_zero(source: Source, streams: dict[int, Stream]) -> bool:
    """Whether the first page with a time could follow zero; a recorded broadcast starts later."""
    at = 0
    for _ in range(_LEADING_PAGES):
        page = _page(source, at)
        if page is None:
            break
        stream = streams.get(page.serial)
        if stream and page.granule > 0:
            return page.granule - stream.skipped <= page.segments * stream.longest_packet
        at = page.end
    return True


def _chained(source: Source) -> Fraction | None:
    """Add up the streams of a file in which one begins where another has ended."""
    total = longest = Fraction(0)
    streams: dict[int, Stream] = {}
    at = read_to = 0
    for _ in range(_MOST_PAGES):
        if at + _HEADER.size + 255 > read_to:
            read_to = at + len(source.window(at))
        page = _page(source, at)
        if page is None:
            return total + longest if at >= source.size else None
        at = page.end
        if not page.flags & _BEGINS:
            stream = streams.get(page.serial)
            if stream and page.granule > 0:
                longest = max(longest, stream.seconds(page.granule) or longest)
            continue
        if longest:
            total, longest, streams = total + longest, Fraction(0), {}
        stream = identify(source.at(page.body, min(page.end - page.body, 128)))
        if stream:
            streams[page.serial] = stream
    return None
