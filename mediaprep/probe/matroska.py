"""Read Matroska and WebM: say what the file is and measures, though no backend takes it.

RFC 9559 sections 4 to 6. Everything before the first cluster is walked flat (see `ebml`); the
clusters are looked at only for the duration that a recorder did not write.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import matroska_ids as ids
from mediaprep.probe.ebml import Element, floating, text, unsigned, walk
from mediaprep.probe.matroska_tracks import Track, read_tracks
from mediaprep.probe.source import Malformed, ReadError, Source

_SCALE_NS = 1_000_000
_NS = 1_000_000_000
_TAIL_BYTES = 4 << 20  # a browser's recorder starts a cluster every few seconds
_AHEAD_BYTES = 16 << 10
_READ_AHEAD = frozenset((ids.INFO, ids.TRACKS))
_CLUSTER_ID = ids.CLUSTER.to_bytes(4, "big")
_NAMES = {
    ids.SEGMENT: "the segment",
    ids.TRACKS: "the list of tracks",
    ids.CLUSTER: "a cluster",
}


@dataclass(slots=True)
class _Headers:
    """Where the elements are that tell what the file measures."""

    segment: Element | None = None
    cluster: Element | None = None
    furthest: Element | None = None  # the element that says it ends last
    tracks: list[Track] = field(default_factory=list)
    values: Track = field(default_factory=dict)  # DocType, TimestampScale, Duration
    places: dict[int, int] = field(default_factory=dict)  # where the SeekHead says the rest is


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the headers of a Matroska or WebM file say."""
    found = _Headers()
    _collect(source, 0, found)
    if ids.DOC_TYPE in found.values:
        info.container = _container(text(source, found.values[ids.DOC_TYPE]))
    segment = found.segment
    if segment is None:
        message = "an EBML header without a Matroska segment after it"
        raise Malformed(message)
    for master, known in ((ids.INFO, ids.DURATION in found.values), (ids.TRACKS, found.tracks)):
        if not known and master in found.places:
            _collect(source, segment.body + found.places[master], found)
    _fault_truncation(source, info, found)
    if not found.tracks:
        message = "no list of tracks before the first cluster, nor where the seek head says"
        raise Malformed(message)
    read_tracks(source, info, found.tracks)
    _read_duration(source, info, found)
    if found.cluster is None and not info.faults:
        info.faults.append((Fault.NO_SAMPLES, "tracks without one cluster of frames"))


def _container(doc_type: str) -> str:
    if doc_type == "webm":
        return "webm"
    if doc_type == "matroska":
        return "matroska"
    message = f"an EBML document of type {doc_type!r}, which is not Matroska"
    raise Malformed(message)


def _collect(source: Source, start: int, found: _Headers) -> None:
    """Note every header element from `start` to the first cluster, or to the next segment."""
    seek_id = 0
    for element in walk(source, start, source.size, ids.HEADER_MASTERS):
        name = element.id
        _note_end(element, found)
        if name in _READ_AHEAD and element.end and element.end > len(source.head):
            source.window(element.start, _AHEAD_BYTES)
        if name == ids.TRACK_ENTRY:
            found.tracks.append({})
        elif name in ids.TRACK_FIELDS:
            if found.tracks:
                found.tracks[-1].setdefault(name, element)
        elif name in (ids.DOC_TYPE, ids.TIMESTAMP_SCALE, ids.DURATION):
            found.values.setdefault(name, element)
        elif name == ids.SEEK_ID:
            seek_id = unsigned(source, element)
        elif name == ids.SEEK_POSITION:
            found.places.setdefault(seek_id, unsigned(source, element))
        elif name == ids.SEGMENT:
            if found.segment is not None:
                return
            found.segment = element
        elif (name == ids.TRACKS and found.tracks) or name == ids.CLUSTER:
            if name == ids.CLUSTER and found.cluster is None:
                found.cluster = element
            return


def _note_end(element: Element, found: _Headers) -> None:
    last = found.furthest
    if element.end and (last is None or last.end is None or element.end > last.end):
        found.furthest = element


def _fault_truncation(source: Source, info: MediaInfo, found: _Headers) -> None:
    last = found.furthest
    if last is not None and last.end is not None and last.end > source.size:
        name = _NAMES.get(last.id, f"the element at {last.start}")
        message = f"{name} says it ends at {last.end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, message))


def _read_duration(source: Source, info: MediaInfo, found: _Headers) -> None:
    scale = found.values.get(ids.TIMESTAMP_SCALE)
    tick_s = Fraction((unsigned(source, scale) if scale else 0) or _SCALE_NS, _NS)
    element = found.values.get(ids.DURATION)
    ticks = floating(source, element) if element else None
    if ticks is not None and ticks > 0:
        info.clocks["container"] = info.duration_s = ticks * tick_s
    elif end := _end_of_last_cluster(source, found.cluster, info):
        info.clocks["track"] = info.duration_s = end * tick_s
    else:
        info.unread["duration_s"] = (
            "the file states no duration, and its last cluster was not found"
        )


def _end_of_last_cluster(source: Source, first: Element | None, info: MediaInfo) -> int:
    """Return when the last block near the end of the file begins (or ends, if it says); else 0.

    Recorders that cannot seek back leave the duration out.
    """
    if first is None:
        return 0
    start = max(first.start, source.size - _TAIL_BYTES)
    at = source.window(start, _TAIL_BYTES).rfind(_CLUSTER_ID)
    if at < 0:
        return 0
    try:
        return _last_time(source, start + at, info)
    except ReadError:
        return 0


def _last_time(source: Source, start: int, info: MediaInfo) -> int:
    base = last = block = 0
    for element in walk(source, start, source.size, ids.CLUSTER_MASTERS):
        if element.id == ids.TIMESTAMP:
            base = unsigned(source, element)
        elif element.id in (ids.SIMPLE_BLOCK, ids.BLOCK):
            block = base + _relative_time(source, element)
            last = max(last, block)
            if element.end and element.end > source.size and not info.faults:
                message = f"the last block says it ends at {element.end}, not at {source.size}"
                info.faults.append((Fault.TRUNCATED, message))
        elif element.id == ids.BLOCK_DURATION:
            last = max(last, block + unsigned(source, element))
    return last


def _relative_time(source: Source, block: Element) -> int:
    """Read a block's signed time, which follows the number of its track (section 10.2)."""
    header = source.at(block.body, 10)
    track_bytes = 9 - header[0].bit_length() if header else 0
    return int.from_bytes(header[track_bytes : track_bytes + 2], "big", signed=True)
