"""Make previews for the review page: pictures in shut-in workers, clips and sounds with ffmpeg."""

from __future__ import annotations

import os
import sys
from array import array
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from mediaprep.engine.answers import Died
from mediaprep.engine.decode.formats import IMAGES
from mediaprep.errors import MediaprepError
from mediaprep.fix import ffmpeg
from mediaprep.fix.look import memory_bytes
from mediaprep.model import Kind, MediaInfo
from mediaprep.report.html.previews import Preview

if TYPE_CHECKING:
    from mediaprep.engine.pool import Crew

_TIMEOUT_S = 20.0
_POSTER_AT = 0.3  # of a clip: past a black start
_QUALITIES = (5, 11, 20)  # of ffmpeg's mjpeg, the best first
_JPEG = b"\xff\xd8\xff"
_RATE = 8000  # Hz
_LONGEST_S = 900.0  # of a sound is drawn
_PARTS = 240  # bars of the outline
_FULL = 32768


class Workshop:
    """Makes previews side by side; workers and programs are started when they are first needed."""

    def __init__(self, jobs: int | None = None) -> None:
        self._jobs = jobs or os.cpu_count() or 1
        self._threads = ThreadPoolExecutor(self._jobs, "mediaprep-preview")
        self._crew: Crew | None = None
        self._lock = Lock()

    def start(self, info: MediaInfo, path: str, side: int, most_bytes: int) -> Future[Preview]:
        """Begin the preview of the file at `path`; what goes wrong is said in it."""
        there = replace(info, path=os.path.abspath(path))
        return self._threads.submit(self._make, there, side, most_bytes)

    def close(self) -> None:
        """Stop whatever is under way."""
        self._threads.shutdown(cancel_futures=True)
        crew, self._crew = self._crew, None
        if crew is not None:
            crew.stop()

    def _make(self, info: MediaInfo, side: int, most_bytes: int) -> Preview:
        try:
            if info.container in IMAGES:
                return self._thumbnail(info, side, most_bytes)
            if info.kind is Kind.VIDEO:
                return poster(info, side, most_bytes)
            if info.kind is Kind.AUDIO:
                return Preview(wave=outline(info))
            return Preview(why="it is no picture, clip or sound")
        except (MediaprepError, OSError) as error:
            return Preview(why=str(error))

    def _thumbnail(self, info: MediaInfo, side: int, most_bytes: int) -> Preview:
        from mediaprep.engine.decode.thumbnail import thumbnail
        from mediaprep.engine.pool import Loan, Task

        job = {"container": info.container, "side": side, "most_bytes": most_bytes}
        crew = self._workers()
        answer = crew.answer(crew.submit(Task(thumbnail, (Loan(info.path),), job)))
        if isinstance(answer, bytes) and answer.startswith(b"RIFF"):
            return Preview(picture=answer)
        return Preview(why=answer.reason if isinstance(answer, Died) else "it cannot be decoded")

    def _workers(self) -> Crew:
        from mediaprep.engine.decode.thumbnail import MODULES, thumbnail
        from mediaprep.engine.pool import Crew

        with self._lock:
            if self._crew is None:
                self._crew = Crew(thumbnail, self._jobs, _TIMEOUT_S, MODULES)
            return self._crew


def poster(info: MediaInfo, side: int, most_bytes: int) -> Preview:
    """Return a frame of the clip at `info.path` as JPEG, raising `FixFailed` where none comes."""
    from mediaprep.fix.graph import poster_arguments

    reach = ffmpeg.Reach((info.path,), memory_bytes=memory_bytes(info))
    data, at_s = b"", float(info.duration_s or 0) * _POSTER_AT
    for quality in _QUALITIES:
        words = poster_arguments(info, at_s, side, quality)
        data, _ = ffmpeg.run(words, reach, timeout_s=_TIMEOUT_S, keep=8 * most_bytes)
        if not data and at_s:  # the header promises more than there is
            at_s = 0.0
        elif len(data) <= most_bytes:
            break
    if not data.startswith(_JPEG):
        return Preview(why="no frame of it can be decoded")
    return Preview(picture=data)


def outline(info: MediaInfo) -> bytes:
    """Return how loud the parts of the sound at `info.path` are at most, each from 0 to 255."""
    from mediaprep.fix.graph import samples_arguments

    reach = ffmpeg.Reach((info.path,), memory_bytes=memory_bytes(info))
    words = samples_arguments(info, _RATE, _LONGEST_S)
    most = int(_LONGEST_S * _RATE) * 2
    data, _ = ffmpeg.run(words, reach, timeout_s=_TIMEOUT_S, keep=most)
    samples = array("h", data[: len(data) // 2 * 2])
    if sys.byteorder == "big":
        samples.byteswap()
    step = max(1, -(-len(samples) // _PARTS))
    parts = (samples[at : at + step] for at in range(0, len(samples), step))
    return bytes(min(255, max(max(part), -min(part)) * 256 // _FULL) for part in parts)
