"""Read Flash video: say what the file is and measures, though no backend takes it.

Adobe Flash Video File Format Specification 10.1, annex E, and Enhanced RTMP v2 (codecs by name).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe.decoderconfig import read_config
from mediaprep.probe.fourcc import OPAQUE
from mediaprep.probe.mp4_esds import read_aac
from mediaprep.probe.rates import nearest_rate
from mediaprep.probe.source import Malformed, Source

_AUDIO, _VIDEO, _SCRIPT = 8, 9, 18
_TAG_HEADER = 11
_MOST_TAGS = 256
_LONGEST_SCRIPT = 16 << 10
_CONFIG_BYTES = 1024
_DOUBLE = struct.Struct(">d")
_HALF_CENT = Fraction(1, 200)  # frame rates are written with two or three decimals

_VIDEO_CODECS = {
    2: "h263",
    3: "flashsv",
    4: "vp6",
    5: "vp6",
    6: "flashsv",
    7: "h264",
    12: "hevc",
    13: "av1",
}
_AUDIO_CODECS = {
    0: "pcm",
    1: "adpcm",
    2: "mp3",
    3: "pcm",
    4: "nellymoser",
    5: "nellymoser",
    6: "nellymoser",
    7: "g711",
    8: "g711",
    10: "aac",
    11: "speex",
    14: "mp3",
}
_BY_NAME = {
    b"avc1": "h264",
    b"hvc1": "hevc",
    b"av01": "av1",
    b"vp08": "vp8",
    b"vp09": "vp9",
    b"vvc1": "vvc",
    b"mp4a": "aac",
    b"Opus": "opus",
    b"fLaC": "flac",
    b".mp3": "mp3",
    b"ac-3": "ac3",
    b"ec-3": "eac3",
}
_RATES = (5512, 11025, 22050, 44100)
_AAC, _NAMED_SOUND = 10, 9


class Tag(NamedTuple):
    """One tag's header: what it carries and when, in milliseconds."""

    kind: int
    encrypted: bool
    time_ms: int
    body: int
    size: int


def tag_at(source: Source, start: int) -> Tag | None:
    """Read the tag header at `start`; None where the file ends or no tag begins."""
    header = source.at(start, _TAG_HEADER)
    if len(header) < _TAG_HEADER or header[0] & 0x1F not in (_AUDIO, _VIDEO, _SCRIPT):
        return None
    time_ms = header[7] << 24 | int.from_bytes(header[4:7], "big")
    size = int.from_bytes(header[1:4], "big")
    return Tag(header[0] & 0x1F, bool(header[0] & 0x20), time_ms, start + _TAG_HEADER, size)


def read(source: Source, info: MediaInfo) -> None:
    """Fill in what the first tags and the last one say."""
    first = _first_tags(source, info)
    pictures, sound, script = first.get(_VIDEO), first.get(_AUDIO), first.get(_SCRIPT)
    info.video_tracks, info.audio_tracks = int(pictures is not None), int(sound is not None)
    info.kind = Kind.VIDEO if pictures else Kind.AUDIO if sound else None
    if any(tag.encrypted for tag in first.values()):
        info.faults.append((Fault.ENCRYPTED, "a tag says its content is encrypted"))
    data = source.at(script.body, min(script.size, _LONGEST_SCRIPT)) if script else b""
    _read_clocks(source, info, data)
    if sound:
        _read_sound(info, source.at(sound.body, min(sound.size, 64)))
    if pictures:
        _read_pictures(info, source.at(pictures.body, min(pictures.size, _CONFIG_BYTES)), data)
    if info.kind is None:
        message = "no tag of pictures or sound follows the header"
        raise Malformed(message)


def _tags(source: Source) -> Iterator[Tag]:
    """Yield the first tags, the one that ends past the file included."""
    start = int.from_bytes(source.at(5, 4), "big") + 4
    for _ in range(_MOST_TAGS):
        tag = tag_at(source, start)
        if tag is None:
            return
        yield tag
        start = tag.body + tag.size + 4


def _first_tags(source: Source, info: MediaInfo) -> dict[int, Tag]:
    """Find the first tag of each kind; stop once the kinds that the header lists are there."""
    flags = source.need(4, 1)[0]
    wanted = {_SCRIPT}
    wanted |= {_VIDEO} if flags & 1 else set()
    wanted |= {_AUDIO} if flags & 4 else set()
    first: dict[int, Tag] = {}
    for tag in _tags(source):
        if tag.size:
            first.setdefault(tag.kind, tag)
        if tag.body + tag.size > source.size:
            message = f"a tag says it ends at {tag.body + tag.size}, not at {source.size}"
            info.faults.append((Fault.TRUNCATED, message))
        if first.keys() >= wanted:
            break
    return first


def _number(script: bytes, key: str) -> Fraction | None:
    """Return a number of `onMetaData`: the key with its length, the marker 0 and a double."""
    name = key.encode()
    pattern = len(name).to_bytes(2, "big") + name + b"\0"
    at = script.find(pattern)
    value = script[at + len(pattern) : at + len(pattern) + 8]
    if at < 0 or len(value) < 8:
        return None
    (number,) = _DOUBLE.unpack(value)
    return Fraction(repr(number)) if math.isfinite(number) and number > 0 else None


def _read_clocks(source: Source, info: MediaInfo, script: bytes) -> None:
    if stated := _number(script, "duration"):
        info.clocks["container"] = stated
    last = _last_tag(source)
    if last and last.time_ms:
        info.clocks["track"] = Fraction(last.time_ms, 1000)
    elif last is None and not info.faults:
        info.faults.append((Fault.TRUNCATED, "the file does not end where its last tag does"))
    info.duration_s = info.clocks.get("container", info.clocks.get("track"))
    if info.duration_s is None:
        info.unread["duration_s"] = "neither the metadata nor the last tag states a time"


def _last_tag(source: Source) -> Tag | None:
    """Find the last tag by the length that stands after it; some writers leave its header out."""
    length = int.from_bytes(source.at(source.size - 4, 4), "big")
    for header in (0, _TAG_HEADER):
        tag = tag_at(source, source.size - 4 - length - header) if length < source.size else None
        if tag and tag.size + _TAG_HEADER == length + header:
            return tag
    return None


def _read_pictures(info: MediaInfo, data: bytes, script: bytes) -> None:
    first = int.from_bytes(data[:1], "big")  # nothing is there where the file ends
    named = first & 0x80
    codec = _BY_NAME.get(data[1:5]) if named else _VIDEO_CODECS.get(first & 15)
    info.video_codec, info.rotation = codec, 0
    info.has_alpha = False if codec in OPAQUE else None
    if codec is None:
        info.unread["video_codec"] = f"{data[:5]!r} is no codec that we have a name for"
    width, height = _number(script, "width"), _number(script, "height")
    if width and height and width.denominator == height.denominator == 1:
        info.width = info.coded_width = int(width)
        info.height = info.coded_height = int(height)
    # Flash puts five bytes before a configuration, whether it names the codec by number or letters.
    if not (first & 15 if named else data[1:2] != b"\0"):
        read_config(info, codec, data[5:])
    if info.width is None:
        info.unread["width"] = info.unread["height"] = "no size is stated"
    if rate := _number(script, "framerate") or _number(script, "videoframerate"):
        info.fps = info.fps_nominal = nearest_rate(rate, _HALF_CENT)
    else:
        info.unread["fps"] = "the metadata states no frame rate"
    info.unread["frames"] = "the tags were not counted"


def _read_sound(info: MediaInfo, data: bytes) -> None:
    if not data:
        for fact in ("audio_codec", "sample_rate", "channels"):
            info.unread[fact] = "the file ends before the first frame"
        return
    number = data[0] >> 4
    codec = _BY_NAME.get(data[1:5]) if number == _NAMED_SOUND else _AUDIO_CODECS.get(number)
    info.audio_codec = codec
    if codec is None:
        info.unread["audio_codec"] = f"{data[:5]!r} is no codec that we have a name for"
    if number not in (_AAC, _NAMED_SOUND):
        info.sample_rate, info.channels = _RATES[data[0] >> 2 & 3], 1 + (data[0] & 1)
    elif codec == "aac" and (aac := read_aac(data[2 if number == _AAC else 5 :])):
        info.sample_rate, info.channels = aac.sample_rate, aac.channels
    for fact, value in (("sample_rate", info.sample_rate), ("channels", info.channels)):
        if value is None:
            info.unread[fact] = "the first tag does not say"
