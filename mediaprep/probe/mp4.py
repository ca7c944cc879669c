"""Measure movies in the ISO base media file format: MP4, QuickTime, M4V, 3GP, M4A.

ISO/IEC 14496-12 and Apple's QuickTime File Format. Brands are not believed: the tracks decide
whether a file is video, sound or (by `heif`) a picture.
"""

from __future__ import annotations

from mediaprep.model import MediaInfo
from mediaprep.probe.boxes import Box
from mediaprep.probe.mp4_facts import describe
from mediaprep.probe.mp4_fragments import add_runs
from mediaprep.probe.mp4_top import Top, scan
from mediaprep.probe.mp4_tracks import PICTURE, SOUND
from mediaprep.probe.source import Malformed, Source


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the tracks say; Malformed when there is no index to read."""
    read_movies(source, info, scan(source, info))


def read_movies(source: Source, info: MediaInfo, top: Top) -> None:
    """Fill in what the tracks of a file say whose top was looked over before."""
    movie = top.movie
    if movie is None or not any(t.handler in (PICTURE, SOUND) for t in movie.tracks):
        if top.meta and _is_picture(source, top.meta):
            from mediaprep.probe import heif  # rare, and it imports this module

            return heif.read_pictures(source, info, top)
        if movie is None:
            media = "a media segment: its tracks are described in another file"
            raise Malformed(media if top.fragments else "no index (moov)")
    assert movie
    if top.fragments:
        movie.fragments, movie.media_bytes = top.fragments, top.media_bytes
        add_runs(movie, top.runs)
    info.moov_at_end = bool(top.mdat and top.moov and top.moov.start > top.mdat.start)
    describe(info, movie, source)
    if top.given_up:
        _forget_totals(info)
        raise top.given_up


def _is_picture(source: Source, meta: Box) -> bool:
    """Whether a `meta` box says that it describes a picture."""
    return b"pict" in source.at(meta.body, 64)


def _forget_totals(info: MediaInfo) -> None:
    why = "too many fragments to add up"
    for fact in ("duration_s", "frames", "fps", "bitrate"):
        setattr(info, fact, None)
        info.unread[fact] = why
    info.clocks.pop("counted", None)
    info.clocks.pop("track", None)
