"""Decode every picture and sound frame of a file with FFmpeg, through PyAV (the extra `[deep]`).

FFmpeg conceals damage and says so in its log only, so what it logs as an error while decoding
counts as one. The demuxer is fixed by the sniffed container and nothing but the descriptor that was
given can be opened: a playlist by any name finds neither its demuxer nor a protocol.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from fractions import Fraction
from typing import Any, BinaryIO

import av
import av.logging
from av.container import InputContainer
from av.stream import Disposition, Stream

from mediaprep.engine.decode import NOT_THE_FILES_FAULT, Decoded
from mediaprep.engine.decode.formats import CODECS, DEMUXERS, MAX_PIXELS
from mediaprep.engine.decode.tracks import Track, Tracks

_ENOUGH = 200  # complaints, after which a file is broken beyond doubt
_FRAME_SYNC = {"mp3": 0xFF, "aac": 0xFF}  # streams that commonly carry a stray tail
# A WAV that was streamed states no size, and its last packet is as long as the file lasts; whether
# a stated size is kept is a question that the header answers.
_UNSIZED = ("wav",)
_HARMLESS = ("Referenced QT chapter track",)
_JPEG_BREAKS = ("overread", "error count", "error y=", "error dc", "mjpeg_decode_dc", "bad vlc")

# PyAV imports some of its parts on first use, when a worker can no longer import anything.
for _part in pkgutil.walk_packages(av.__path__, "av."):
    if not _part.name.endswith("__main__"):
        importlib.import_module(_part.name)

av.logging.set_level(av.logging.ERROR)
av.logging.set_skip_repeated(False)


def decode(file: BinaryIO, container: str, seconds: float) -> Decoded:
    """Decode all tracks to their end, or for at most `seconds`."""
    tracks = Tracks()
    with av.logging.Capture(local=True) as log:
        try:
            with _open(file, DEMUXERS[container]) as source:
                _Run(tracks, log, container).through(source, time.monotonic() + seconds)
        except NOT_THE_FILES_FAULT:
            raise
        except Exception as error:  # noqa: BLE001  PyAV raises more than its own errors
            tracks.trouble.append(_reason(error))
        said = [f"{who}: {what.strip()}" for _, who, what in log if not what.startswith(_HARMLESS)]
    tracks.trouble = said + tracks.trouble  # the log knows best why
    return tracks.summary()


def jpeg_breaks(file: BinaryIO) -> str | None:
    """Return FFmpeg's word for a break in a JPEG's coded picture, which libjpeg paints over."""
    with av.logging.Capture(local=True) as log:
        try:
            with _open(file, "jpeg_pipe") as source:
                source.streams.video[0].codec_context.thread_count = 1
                for _ in source.decode(video=0):
                    pass
        except NOT_THE_FILES_FAULT:
            raise
        except Exception:  # noqa: BLE001  a kind of JPEG that FFmpeg cannot read is no break
            return None
        return next((what.strip() for _, _, what in log if what.startswith(_JPEG_BREAKS)), None)


def _open(file: BinaryIO, demuxer: str) -> InputContainer:
    file.seek(0)
    options = {
        "fd": str(file.fileno()),
        "protocol_whitelist": "fd",
        "format_whitelist": demuxer,
    }
    chosen = None if "," in demuxer else demuxer
    return av.open("fd:", format=chosen, options=options, metadata_errors="replace")


class _Run:
    """One pass through one file."""

    def __init__(self, tracks: Tracks, log: list[Any], container: str) -> None:
        self._tracks, self._log, self._container = tracks, log, container

    def through(self, source: InputContainer, deadline: float) -> None:
        """Decode until the end, the deadline, or more complaints than anyone wants."""
        streams = [stream for stream in source.streams if self._take(stream)]
        if not any(stream.type != "subtitle" for stream in streams):
            return
        for packet in source.demux(streams):
            self._decode(packet)
            if len(self._tracks.trouble) + len(self._log) > _ENOUGH:
                return
            if time.monotonic() > deadline:
                self._tracks.stopped = True
                return

    def _take(self, stream: Stream) -> bool:
        """Make a track of a stream, unless it has no business here or may not be decoded."""
        picture = stream.disposition & Disposition.attached_pic
        if stream.type not in ("video", "audio", "subtitle") or picture:
            return False
        if stream.type != "subtitle":
            if refusal := _refusal(stream):
                self._tracks.trouble.append(refusal)
                return False
            stream.codec_context.thread_count = 1
            stream.codec_context.options = {"max_pixels": str(MAX_PIXELS)}
        self._tracks.by_index[stream.index] = Track(stream.type)
        return True

    def _decode(self, packet: Any) -> None:
        track = self._tracks.by_index[packet.stream.index]
        if packet.size:
            track.packets += 1
        if track.kind == "subtitle":
            if packet.pts is not None:
                base = packet.time_base
                track.show(packet.pts * base, (packet.duration or 0) * base)
            return
        if packet.is_corrupt and packet.size and self._container not in _UNSIZED:
            self._note(track, "a packet is cut short")
        for frame in self._frames(packet, track):
            self._count(frame, track)

    def _frames(self, packet: Any, track: Track) -> list[Any]:
        said = len(self._log)
        try:
            frames: list[Any] = packet.decode()
        except av.error.FFmpegError as error:
            if self._is_tail(packet):
                del self._log[said:]
                self._tracks.tail = f"{packet.size} bytes after the last frame are not a frame"
            else:
                self._note(track, _reason(error))
            return []
        if frames and self._tracks.tail:  # it was not the end after all
            self._note(track, "bytes between frames are not a frame")
            self._tracks.tail = ""
        return frames

    def _is_tail(self, packet: Any) -> bool:
        sync = _FRAME_SYNC.get(self._container)
        return sync is not None and (packet.size < 4 or bytes(packet)[0] != sync)

    def _count(self, frame: Any, track: Track) -> None:
        track.frames += 1
        if frame.is_corrupt:
            self._note(track, "a frame is damaged")
        base = frame.time_base or Fraction(0)
        if track.kind == "audio":
            length_s = Fraction(frame.samples, frame.sample_rate or 1)
        else:
            length_s = (frame.duration or 0) * base
            self._measure((frame.width, frame.height), track)
        track.show(frame.pts * base if frame.pts is not None and base else None, length_s)

    def _measure(self, size: tuple[int, int], track: Track) -> None:
        track.size = track.size or size
        if size != track.size and not self._tracks.changed:
            before, after = "{}×{}".format(*track.size), "{}×{}".format(*size)
            at = f"{float(track.end_s):.3f} s"
            self._tracks.changed = f"the picture changes from {before} to {after} at {at}"

    def _note(self, track: Track, what: str) -> None:
        self._tracks.trouble.append(f"{what} ({track.kind}, {float(track.end_s):.3f} s)")


def _refusal(stream: Any) -> str | None:
    context = stream.codec_context
    if context is None:
        return f"FFmpeg has no decoder for the {stream.type} of track {stream.index}"
    name = context.codec.canonical_name
    if name not in CODECS:
        return f"{name} is not among the codecs that mediaprep lets run"
    if stream.type == "video" and context.width * context.height > MAX_PIXELS:
        return f"{context.width}×{context.height} pixels are too many"
    return None


def _reason(error: Exception) -> str:
    if isinstance(error, av.error.FFmpegError):
        return str(error.strerror or error)
    return f"{type(error).__name__}: {error}"
