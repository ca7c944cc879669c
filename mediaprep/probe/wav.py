"""Read WAVE files: RIFF and RIFX, RF64 and BW64, any codec that a format tag names.

Multimedia Programming Interface and Data Specifications 1.0 (chunks, `fmt `, `fact`, `data`) and
EBU Tech 3306 / ITU-R BS.2088 (`ds64`); what `fmt ` says is read in `waveformat`.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from fractions import Fraction
from typing import NoReturn

from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import waveformat
from mediaprep.probe.mpegframe import find_first
from mediaprep.probe.mpegwalk import walk
from mediaprep.probe.source import WINDOW_BYTES, Malformed, Source, TooCostly, Truncated
from mediaprep.probe.unread import explain
from mediaprep.probe.waveformat import Format

_MOST_CHUNKS = 4096
_CHUNK = {"<": struct.Struct("<4sI"), ">": struct.Struct(">4sI")}
_IN_DS64 = 0xFFFFFFFF
# What programs write for the size when they cannot seek back: all ones, or about 2 GiB.
_UNKNOWN_SIZES = (range(0x7FFFE000, 0x80000100), range(0xFFFFF000, 0x100000000))
_MPEG = frozenset({0x50, 0x55})


@dataclass(slots=True, repr=False, eq=False)
class _Chunks:
    """The chunks that matter, as found."""

    format: Format | None = None
    data_at: int = -1
    data_bytes: int = 0  # as claimed
    wide_bytes: int | None = None  # of data, by ds64
    fact: int = 0  # samples of one channel; 0: not said


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what a WAVE file's chunks show."""
    chunks = _chunks(source, ">" if source.head[:4] == b"RIFX" else "<")
    form = chunks.format
    info.audio_tracks = 1
    if form:
        _stream_facts(info, form)
    if chunks.data_at < 0:
        _raise_no_data(source)
    if form is None:
        message = "no fmt chunk says what the samples are"
        raise Malformed(message)
    claimed, present = _sizes(source, chunks)
    if claimed - present >= max(form.block_bytes, 1):
        end = chunks.data_at + claimed
        words = f"the data chunk says it ends at {end}, the file ends at {source.size}"
        info.faults.append((Fault.TRUNCATED, words))
    if not present:
        info.faults.append((Fault.NO_SAMPLES, "the data chunk is empty"))
        info.unread["duration_s"] = "there are no samples"
        return
    _durations(source, info, chunks, claimed, present)


def _stream_facts(info: MediaInfo, form: Format) -> None:
    info.audio_codec = waveformat.codec(form.tag)
    if info.audio_codec is None:
        info.unread["audio_codec"] = f"format tag 0x{form.tag:04x} has no name here"
    info.channels = form.channels or None
    info.sample_rate = form.sample_rate or None
    if info.audio_codec == "pcm":
        info.bit_depth = form.bits or None
    explain(info, "the fmt chunk says 0", "channels", "sample_rate")


def _chunks(source: Source, order: str) -> _Chunks:
    found, at, unpack = _Chunks(), 12, _CHUNK[order].unpack
    for _ in range(_MOST_CHUNKS):
        header = source.at(at, 8)
        if len(header) < 8:
            return found
        name, size = unpack(header)
        if name == b"data":
            if found.data_at < 0:
                found.data_at, found.data_bytes = at + 8, size
            if found.format or size == _IN_DS64:
                return found
        elif name == b"fmt ":
            found.format = found.format or waveformat.parse(source.at(at + 8, min(size, 64)), order)
            if found.data_at >= 0:
                return found
        elif name == b"fact" and size >= 4:
            found.fact = int.from_bytes(source.at(at + 8, 4), "little" if order == "<" else "big")
        elif name == b"ds64":
            found.wide_bytes = int.from_bytes(source.at(at + 16, 8), "little")
        elif not _is_name(name):
            at = _resync(source, at)
            if at < 0:
                return found
            continue
        at = _next(source, at + 8 + size, size)
    message = f"more than {_MOST_CHUNKS} chunks before the samples"
    raise TooCostly(message)


def _is_name(name: bytes) -> bool:
    return name.isascii() and name.decode("ascii").isprintable()


def _next(source: Source, end: int, size: int) -> int:
    """Return where the next chunk begins: an odd one is padded, but some writers forget it."""
    if size & 1 and (source.at(end, 1) == b"\0" or not _is_name(source.at(end, 4))):
        return end + 1
    return end


def _resync(source: Source, at: int) -> int:
    """Look for the chunks that matter behind one whose size was wrong."""
    data = source.at(at, WINDOW_BYTES)
    places = [place for name in (b"fmt ", b"data") if (place := data.find(name)) > 0]
    return at + min(places) if places else -1


def _raise_no_data(source: Source) -> NoReturn:
    end = 8 + int.from_bytes(source.at(4, 4), "big" if source.head[:4] == b"RIFX" else "little")
    if source.size < end < _UNKNOWN_SIZES[0].start:
        message = f"the RIFF header says the file ends at {end}, it ends at {source.size}"
        raise Truncated(message)
    message = "no data chunk holds samples"
    raise Malformed(message)


def _sizes(source: Source, chunks: _Chunks) -> tuple[int, int]:
    """Return how many bytes of samples the header claims and how many there are.

    Where the writer could not know, it claims what there is.
    """
    there = max(source.size - chunks.data_at, 0)
    size = chunks.data_bytes
    if size == _IN_DS64 and chunks.wide_bytes is not None:
        size = chunks.wide_bytes
    elif _is_unknown(source, size, chunks.data_at):
        size = there
    return size, min(size, there)


def _is_unknown(source: Source, size: int, data_at: int) -> bool:
    """Whether a data chunk's size is what is written where the real one never became known."""
    if size:
        return size > source.size and any(size in sizes for sizes in _UNKNOWN_SIZES)
    header = source.at(data_at, 8)
    follows = int.from_bytes(header[4:], "little")
    return not (_is_name(header[:4]) and data_at + 8 + follows <= source.size)


def _durations(
    source: Source, info: MediaInfo, chunks: _Chunks, claimed: int, present: int
) -> None:
    form = chunks.format
    assert form is not None
    if form.tag in _MPEG:
        _walk(source, info, chunks.data_at, present)
        return
    info.duration_s = form.duration_s(present, chunks.fact) or None
    if info.duration_s is None:
        info.unread["duration_s"] = "the fmt and fact chunks do not tell, or contradict each other"
        info.bitrate = form.byte_rate * 8 or None
        return
    info.clocks["counted"] = info.duration_s
    whole = info.duration_s if claimed == present else form.duration_s(claimed, chunks.fact)
    if whole is not None:
        info.clocks["container"] = whole
    info.bitrate = form.bitrate(present, info.duration_s)


def _walk(source: Source, info: MediaInfo, start: int, size: int) -> None:
    """Count the MPEG frames of an MP3 in a WAVE file; its header would only give a mean."""
    first = max(find_first(source.at(start, 4096)), 0)
    found = walk(source, start + first, start + size)
    if not found.frames:
        info.unread["duration_s"] = "not one complete frame of audio"
        return
    info.duration_s = info.clocks["counted"] = found.duration_s
    info.bitrate = round(Fraction(found.audio_bytes * 8) / found.duration_s) or None
