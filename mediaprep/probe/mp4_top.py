"""Look over the top of an ISO base media file: its movie, its fragments and what else it holds.

ISO/IEC 14496-12 sections 8.1 (`mdat`), 8.8 (`moof`) and 8.11 (`meta`).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe.boxes import Box, load, note_end, walk
from mediaprep.probe.mp4_fragments import Run, add_fragment
from mediaprep.probe.mp4_marks import mark_top_uuid
from mediaprep.probe.mp4_tracks import PARENTS, Movie, read_movie
from mediaprep.probe.source import Source, TooCostly


@dataclass(slots=True, repr=False, eq=False)
class Top:
    """What stands at the top of a file."""

    movie: Movie | None = None
    moov: Box | None = None
    mdat: Box | None = None  # the first one
    media_bytes: int = 0  # in all of them
    meta: Box | None = None
    mini: Box | None = None
    runs: dict[int, Run] = field(default_factory=dict)  # by track
    fragments: int = 0
    given_up: TooCostly | None = None  # before all fragments were seen


def scan(source: Source, info: MediaInfo) -> Top:
    """Look at every box at the top of a file: read the first movie and add up its fragments."""
    top, last = Top(), b""
    try:
        for box in walk(source):
            note_end(box, source, info)
            _look_at(box, top, source, info)
            last = box.type
    except TooCostly as error:
        if top.movie is None:
            raise
        top.given_up = error
    if last == b"moof" and not top.given_up:
        info.faults.append((Fault.TRUNCATED, "the last fragment (moof) comes without its mdat"))
    return top


def _look_at(box: Box, top: Top, source: Source, info: MediaInfo) -> None:
    kind = box.type
    if kind == b"moov":
        if top.movie is None:  # players take the first
            top.moov, top.movie = box, read_movie(*load(source, box, PARENTS))
            top.runs = {track.id: Run() for track in top.movie.tracks}
    elif kind == b"moof":
        top.fragments += 1
        if top.movie:
            data, _ = load(source, box, PARENTS)
            add_fragment(data, top.movie.default_steps, top.runs)
    elif kind == b"mdat":
        top.mdat = top.mdat or box
        top.media_bytes += box.end - box.body
    elif kind == b"meta":
        top.meta = top.meta or box
    elif kind == b"mini":
        top.mini = top.mini or box
    elif kind == b"uuid":
        mark_top_uuid(source, box, info)
    elif kind == b"mpvd":
        info.marks["motion-photo"] = "a video inside the picture (mpvd)"
