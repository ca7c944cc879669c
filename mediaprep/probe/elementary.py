"""Read sizes and rates from the first bytes of an elementary stream, as MPEG-TS carries them.

ISO/IEC 13818-2 section 6.2.2 (sequence header), 14496-10 and 23008-2 annex B (byte streams); the
frames of sound are read by `syncframe` and `mpegframe`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

from mediaprep.model import MediaInfo
from mediaprep.probe import mpegframe, sps, syncframe
from mediaprep.probe.decoderconfig import take_picture
from mediaprep.probe.fourcc import OPAQUE

_START_CODE = b"\0\0\1"
_SEQUENCE_HEADER, _EXTENSION = b"\0\0\1\xb3", b"\0\0\1\xb5"
_MOST_UNITS = 512
_NTSC = Fraction(1000, 1001)
_FRAME_RATES = (0, 24 * _NTSC, 24, 25, 30 * _NTSC, 30, 50, 60 * _NTSC, 60)
# codec -> the type of unit that is a sequence parameter set, where the type stands, who reads it
_PARAMETER_SETS = {"h264": (7, 0, 31, sps.read_avc), "hevc": (33, 1, 63, sps.read_hevc)}
_OPUS_HZ = 48_000
_DTS_SYNC = b"\x7f\xfe\x80\1"
_DTS_HZ = (0, 8000, 16000, 32000, 0, 0, 11025, 22050, 44100, 0, 0, 12000, 24000, 48000, 0, 0)
_DTS_CHANNELS = (1, 2, 2, 2, 2, 3, 3, 4, 4, 5, 6, 6, 6, 7, 8, 8)
_DISPLAY_ASPECTS = {2: Fraction(4, 3), 3: Fraction(16, 9), 4: Fraction(221, 100)}


def read_pictures(info: MediaInfo, codec: str, data: bytes) -> None:
    """Fill in what the headers in an elementary stream of pictures say, if any are in `data`."""
    if codec == "mpegvideo":
        _read_sequence(info, data)
    elif codec in _PARAMETER_SETS:
        _read_parameter_set(info, codec, data)
    if info.width is None:
        why = f"no {codec} header that we read in the first part of the stream"
        info.unread["width"] = info.unread["height"] = why


def _read_sequence(info: MediaInfo, data: bytes) -> None:
    at = data.find(_SEQUENCE_HEADER)
    fields = data[at + 4 : at + 8]
    if at < 0 or len(fields) < 4:
        return
    width, height = fields[0] << 4 | fields[1] >> 4, (fields[1] & 15) << 8 | fields[2]
    if not width or not height:
        return
    info.width = info.coded_width = width
    info.height = info.coded_height = height
    info.bit_depth, info.rotation, info.has_alpha = 8, 0, False
    aspect, rate = fields[3] >> 4, fields[3] & 15
    if aspect == 1:
        info.sample_aspect = Fraction(1)
    elif aspect in _DISPLAY_ASPECTS and data.find(_EXTENSION, at, at + 160) > 0:  # not MPEG-1
        info.sample_aspect = _DISPLAY_ASPECTS[aspect] * height / width
    if 0 < rate < len(_FRAME_RATES):
        info.fps_nominal = Fraction(_FRAME_RATES[rate])


def _read_parameter_set(info: MediaInfo, codec: str, data: bytes) -> None:
    kind, shift, mask, parse = _PARAMETER_SETS[codec]
    sets = (unit for unit in _units(data) if unit and unit[0] >> shift & mask == kind)
    picture = next((found for unit in sets if (found := parse(unit[: sps.MAX_BYTES]))), None)
    info.rotation, info.has_alpha = 0, False if codec in OPAQUE else None
    take_picture(info, codec, picture)


def _units(data: bytes) -> Iterator[bytes]:
    """Yield the NAL units of a byte stream without their start codes; the last may be cut short."""
    at = data.find(_START_CODE)
    for _ in range(_MOST_UNITS):
        if at < 0:
            return
        following = data.find(_START_CODE, at + 3)
        yield data[at + 3 : following if following >= 0 else len(data)]
        at = following


def read_sound(info: MediaInfo, codec: str, data: bytes) -> None:
    """Fill in what the first frame header in an elementary stream of sound says."""
    if codec == "mpegaudio":
        found = _mpeg_audio(info, data)
    elif codec == "dts":
        found = _dts(data)
    else:
        found = (_OPUS_HZ, 0) if codec == "opus" else _sync_frame(codec, data)
    if found is None:
        why = f"no {codec} frame header that we read in the first part of the stream"
        info.unread["sample_rate"] = info.unread["channels"] = why
        return
    info.sample_rate, info.channels = found[0], found[1] or None
    if info.channels is None:
        info.unread["channels"] = "the frame header does not say"


def _mpeg_audio(info: MediaInfo, data: bytes) -> tuple[int, int] | None:
    frame = mpegframe.parse(data) or mpegframe.parse(data, max(0, mpegframe.find_first(data)))
    if frame is None:
        return None
    info.audio_codec = f"mp{frame.layer}"
    return frame.sample_rate, frame.channels


def _dts(data: bytes) -> tuple[int, int] | None:
    """Read a core frame header (ETSI TS 102 114 section 5.3.1)."""
    at = data.find(_DTS_SYNC)
    fields = data[at + 4 : at + 12]
    if at < 0 or len(fields) < 8:
        return None
    bits = int.from_bytes(fields, "big")
    mode, rate, low = bits >> 30 & 63, _DTS_HZ[bits >> 26 & 15], bits >> 9 & 3
    if not rate or mode >= len(_DTS_CHANNELS):
        return None
    return rate, _DTS_CHANNELS[mode] + (low in (1, 2))


def _sync_frame(codec: str, data: bytes) -> tuple[int, int] | None:
    parse, mark = _SYNCS.get(codec, (None, b""))
    at = data.find(mark)
    for _ in range(_MOST_UNITS):
        if parse is None or at < 0:
            return None
        frame = parse(data, at)
        if frame and frame.codec == codec and (at == 0 or parse(data, at + frame.length)):
            return frame.sample_rate, frame.channels
        at = data.find(mark, at + 1)
    return None


_SYNCS: dict[str, tuple[Callable[[bytes, int], syncframe.SyncFrame | None], bytes]] = {
    "aac": (syncframe.adts, b"\xff"),
    "ac3": (syncframe.ac3, b"\x0b\x77"),
    "eac3": (syncframe.ac3, b"\x0b\x77"),
}


def sound_length_s(codec: str, data: bytes) -> Fraction | None:
    """Add up the whole frames that `data` begins with, or return None where none can be read."""
    parse = mpegframe.parse if codec == "mpegaudio" else _SYNCS.get(codec, (None,))[0]
    at, total = 0, Fraction(0)
    while parse and (frame := parse(data, at)) and 0 < frame.length <= len(data) - at:
        if not getattr(frame, "substream", 0):
            total += Fraction(frame.samples, frame.sample_rate)
        at += frame.length
    return total or None
