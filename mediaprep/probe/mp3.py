"""Read MPEG audio files (mp3; also layers I and II) without decoding them.

Frame headers as in `mpegframe`; the Xing/Info header as its inventors describe it (XHDR, 1998),
with LAME's extension for encoder delay and padding (LAME Tag revision 1, gabriel.mp3-tech.org);
Fraunhofer's VBRI header. `audio_codec` tells the layers apart: "mp3", "mp2", "mp1".
"""

from __future__ import annotations

from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import id3
from mediaprep.probe.mpegframe import Frame, find_first, parse, run_length
from mediaprep.probe.mpegwalk import Walk, walk
from mediaprep.probe.source import BUDGET_BYTES, WINDOW_BYTES, Malformed, Source, Truncated
from mediaprep.probe.syncframe import looks_like_adts

_SEARCHED = 256 << 10  # bytes behind the tags in which the first frame must begin
_MOST_WALKED = BUDGET_BYTES * 3 // 4
_SAMPLED = 24  # places looked at in a file too large to walk
_WITH_DELAY = (b"LAME", b"Lavf", b"Lavc", b"L3.9")
_SIDE_BYTES = {(False, 2): 32, (False, 1): 17, (True, 2): 17, (True, 1): 9}  # (lsf, channels)


class Claim(NamedTuple):
    """What a Xing, Info or VBRI header says about the whole stream."""

    name: str
    header: Frame
    frames: int  # 0: not said
    size_bytes: int  # from the header's own frame on; 0: not said
    trim: int  # samples of encoder delay and padding, which players leave out


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what an MPEG audio file holds; hand on what merely begins with an ID3 tag too."""
    start = id3.after(source)
    if start and _elsewhere(source, start, info):
        return
    first, frame = _first_frame(source, start)
    _stream_facts(info, frame)
    claim = _claim(source.at(first, 512).ljust(512, b"\0"), frame)
    if claim and _believable(source, claim, first):
        assert claim.size_bytes
        _settle(info, claim, claim.size_bytes)
        return
    begin = first + (frame.length if claim else 0)
    end = max(id3.before(source, begin), begin)
    if end - begin > _MOST_WALKED:
        _sample(source, info, begin, end)
        return
    found = walk(source, begin, end)
    if claim and claim.frames and 0 <= found.frames - claim.frames <= 1:
        _settle(info, claim, found.audio_bytes)
    else:
        _counted(info, found, claim, source.size - first)


def _elsewhere(source: Source, start: int, info: MediaInfo) -> bool:
    """Hand FLAC and AAC that begin with an ID3 tag to their own readers."""
    if start >= source.size:
        message = f"the ID3 tag says it ends at {start}, the file ends at {source.size}"
        raise Truncated(message)
    data = source.at(start, 4096)
    if data.startswith(b"fLaC"):
        from mediaprep.probe import flac

        info.container = "flac"
        flac.read(source, info)
        return True
    if looks_like_adts(data):
        from mediaprep.probe import tagged

        info.container = "aac"
        tagged.read(source, info)
        return True
    return False


def _first_frame(source: Source, start: int) -> tuple[int, Frame]:
    data = source.at(start, 4096)
    at = find_first(data)
    if at < 0 and (only := parse(data)) and run_length(data, 0, 1)[1] >= source.size - start - 512:
        return start, only  # a file of one frame
    if at < 0:
        data = source.at(start, _SEARCHED)
        at = find_first(data, limit=len(data))
    frame = parse(data, at) if at >= 0 else None
    if frame is None:
        message = f"no MPEG audio frames within {len(data)} bytes from {start}"
        raise Malformed(message)
    return start + at, frame


def _stream_facts(info: MediaInfo, frame: Frame) -> None:
    info.kind = Kind.AUDIO
    info.audio_codec = f"mp{frame.layer}"
    info.audio_tracks = 1
    info.sample_rate = frame.sample_rate
    info.channels = frame.channels


def _claim(data: bytes, frame: Frame) -> Claim | None:
    """Read the header that a stream's first frame may carry instead of audio."""
    if frame.layer != 3:
        return None
    side = 4 + _SIDE_BYTES[frame.lsf, frame.channels]
    for at in (side, side + 2):  # a CRC moves it, but not for every encoder
        if data[at : at + 4] in (b"Xing", b"Info"):
            return _xing(data, at, frame)
    if data[36:40] == b"VBRI":
        number = [int.from_bytes(data[at : at + 4], "big") for at in (46, 50)]
        return Claim("VBRI", frame, number[1], number[0], 0)
    return None


def _xing(data: bytes, at: int, frame: Frame) -> Claim:
    name, flags = data[at : at + 4].decode(), data[at + 7]
    at += 8
    values = [0, 0]
    for bit, size in enumerate((4, 4, 100, 4)):
        if flags >> bit & 1:
            if bit < 2:
                values[bit] = int.from_bytes(data[at : at + size], "big")
            at += size
    trim = 0
    if data[at : at + 4] in _WITH_DELAY:
        both = int.from_bytes(data[at + 21 : at + 24], "big")
        trim = (both >> 12) + (both & 0xFFF)
    return Claim(name, frame, values[0], values[1], trim)


def _believable(source: Source, claim: Claim, first: int) -> bool:
    """Whether the claim fits the file so well that counting would only confirm it."""
    if not claim.frames or not claim.size_bytes:
        return False
    stop = first + claim.size_bytes
    if stop > source.size:
        return False
    if stop < source.size - 3 and parse(source.at(id3.after(source, stop), 4)):
        return False  # it goes on: a second stream, or a header from before the file was joined
    if claim.name != "Info" and claim.size_bytes <= WINDOW_BYTES:
        return False  # nothing to hold a varying rate against, and soon counted
    mean = Fraction(claim.size_bytes, claim.frames + 1)
    if claim.name == "Info":  # constant bit rate, give or take the padding and the first frame
        return abs(mean - claim.header.length) <= 2
    head = source.at(first, 4096)
    count, end = run_length(head, 0, 64)
    return count > 1 and Fraction(1, 2) < mean * count / end < 2


def _settle(info: MediaInfo, claim: Claim, size_bytes: int) -> None:
    samples, rate = claim.frames * claim.header.samples, claim.header.sample_rate
    played = samples - claim.trim
    info.duration_s = info.clocks["container"] = Fraction(samples, rate)
    if claim.trim and played > 0:
        info.duration_s = info.clocks["track"] = Fraction(played, rate)
    info.bitrate = size_bytes * 8 * rate // samples


def _counted(info: MediaInfo, found: Walk, claim: Claim | None, size_bytes: int) -> None:
    """Take what was counted, and tell when a header claimed something else."""
    if claim and claim.frames:
        info.clocks["container"] = Fraction(
            claim.frames * claim.header.samples, claim.header.sample_rate
        )
    lacks = claim is not None and claim.size_bytes > size_bytes
    if lacks and claim:
        words = f"the {claim.name} header counts {claim.size_bytes} bytes, there are {size_bytes}"
        # Editors cut between frames and leave such headers; only a transfer stops within a frame.
        if found.cut_bytes or not found.frames:
            info.faults.append((Fault.TRUNCATED, words))
        else:
            info.marks["stale-header"] = words
    if not found.frames:
        info.unread["duration_s"] = "not one complete frame of audio"
        return
    if found.junk_bytes > found.audio_bytes:
        words = f"{found.junk_bytes} bytes are not audio frames, only {found.audio_bytes} are"
        info.faults.append((Fault.MALFORMED, words))
    info.duration_s = info.clocks["counted"] = found.duration_s
    info.bitrate = round(found.audio_bytes * 8 / found.duration_s) or None


def _sample(source: Source, info: MediaInfo, begin: int, end: int) -> None:
    """Look at frames here and there: if all have one bit rate, size and rate give the duration."""
    rates = set()
    for number in range(_SAMPLED):
        data = source.at(begin + (end - begin) * number // _SAMPLED, 12 << 10)
        at = find_first(data, limit=4096)
        frame = parse(data, at) if at >= 0 else None
        rates.add((frame.bitrate, frame.sample_rate) if frame else None)
    common = rates.pop()
    if rates or common is None or not common[0]:
        message = f"no header tells the duration, and {end - begin} bytes are too many to count"
        info.unread["duration_s"] = info.unread["bitrate"] = message
        return
    info.bitrate = common[0]
    info.duration_s = info.clocks["container"] = Fraction((end - begin) * 8, common[0])
