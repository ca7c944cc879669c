"""Read an audio sample entry: the codec, the channels and the sample rate.

ISO/IEC 14496-12 section 12.2, Apple's QuickTime File Format (sound sample descriptions 0, 1 and 2,
`wave`), ETSI TS 102 366 annex F (`dac3`, `dec3`), and the mappings of Opus, FLAC, ALAC and MLP.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

from mediaprep.probe import mpegframe
from mediaprep.probe.boxes import Child, Span, children
from mediaprep.probe.mp4_codecs import AUDIO_CODECS, ENCRYPTED, OBJECT_TYPES
from mediaprep.probe.mp4_esds import MAX_BYTES, read_aac, read_esds
from mediaprep.probe.mp4_video import original_format

_FIXED_BYTES = {0: 28, 1: 44, 2: 64}  # of an entry by its version, before its boxes
_VORBIS = b"\x01vorbis"  # before version, channels and rate
_ENTRY = struct.Struct(">8xH6xHHHHI")
_VERSION_2 = struct.Struct(">dI4xI")
_AC3_RATES = (48000, 44100, 32000)
_AC3_CHANNELS = (2, 1, 2, 3, 3, 4, 4, 5)  # by acmod, before the low-frequency channel
# Pairs of channels among the nine that a dependent substream may add (chan_loc).
_EAC3_ADDED = (2, 2, 1, 1, 2, 2, 2, 1, 1)
# Channels of the 13 groups that an 8-channel presentation may have (ch_modifier, thd_channels).
_TRUEHD_GROUPS = (2, 1, 1, 2, 2, 2, 2, 1, 1, 2, 2, 1, 1)
_AMR_RATES = {b"samr": 8000, b"sawb": 16000, b"sawp": 16000}
_PCM_BITS = {b"in24": 24, b"in32": 32, b"fl32": 32, b"FL32": 32, b"fl64": 64, b"FL64": 64}
_PCM_BITS |= {b"ulaw": 8, b"alaw": 8, b"ULAW": 8, b"ALAW": 8, b"raw ": 8}


@dataclass(slots=True, repr=False, eq=False)
class Sound:
    """What one audio sample entry says; None is what it does not say."""

    kind: bytes
    codec: str | None = None
    channels: int | None = None
    sample_rate: int | None = None
    bitrate: int | None = None  # as stated, bit/s
    encrypted: bool = False


def read_sound(data: bytes, entry: Child, stsd_version: int) -> Sound:
    """Read one audio sample entry out of the buffer that holds its `stsd`."""
    kind, body, end = entry
    sound = Sound(kind)
    if end - body < _FIXED_BYTES[0]:
        return sound
    version, channels, bits, _, _, rate = _ENTRY.unpack_from(data, body)
    sound.channels, sound.sample_rate = channels or None, rate >> 16 or None
    # Version 1 inside a version 1 `stsd` is another thing: ISO's entry with a `srat` box.
    fixed = _FIXED_BYTES.get(version, 28) if stsd_version == 0 else 28
    if fixed == 64 and end - body >= fixed:
        hertz, channels, bits = _VERSION_2.unpack_from(data, body + 32)
        sound.channels = channels if 0 < channels < 1 << 16 else None
        sound.sample_rate = round(hertz) if 1 <= hertz < 1 << 31 else None
    boxes = children(data, body + fixed, end)
    if kind in ENCRYPTED:
        sound.encrypted = True
        sound.kind = kind = original_format(data, boxes) or kind
    sound.codec = AUDIO_CODECS.get(kind)
    _read_boxes(sound, data, boxes)
    if kind in _AMR_RATES:
        sound.sample_rate, sound.channels = _AMR_RATES[kind], sound.channels and 1
    elif sound.codec in ("pcm", "g711") and sound.sample_rate and sound.channels:
        sound.bitrate = sound.sample_rate * sound.channels * _PCM_BITS.get(kind, bits) or None
    return sound


def _read_boxes(sound: Sound, data: bytes, boxes: list[Child]) -> None:
    for box, at, end in boxes:
        if reader := _READERS.get(box):
            reader(sound, data, (at, end))
        elif box == b"wave":  # QuickTime keeps the configuration one level down
            for inner, start, stop in children(data, at, end):
                if reader := _READERS.get(inner):
                    reader(sound, data, (start, stop))


def _read_esds(sound: Sound, data: bytes, span: Span) -> None:
    esds = read_esds(data[span[0] : min(span[1], span[0] + MAX_BYTES)])
    if not esds:
        return
    sound.codec = OBJECT_TYPES.get(esds.object_type, sound.codec)
    sound.bitrate = esds.bitrate or None
    if sound.codec == "aac" and (aac := read_aac(esds.specific)):
        sound.sample_rate = aac.sample_rate or sound.sample_rate
        sound.channels = aac.channels or sound.channels

    elif sound.codec == "vorbis":
        at = esds.specific.find(_VORBIS) + len(_VORBIS)
        if len(_VORBIS) <= at <= len(esds.specific) - 9:
            sound.channels = esds.specific[at + 4]
            sound.sample_rate = int.from_bytes(esds.specific[at + 5 : at + 9], "little")


def take_frame(sound: Sound, header: bytes) -> None:
    """Take layer, rate and channels of MPEG audio from its first frame: entries write defaults."""
    if frame := mpegframe.parse(header):
        sound.codec, sound.sample_rate = f"mp{frame.layer}", frame.sample_rate
        sound.channels = frame.channels


def _read_srat(sound: Sound, data: bytes, span: Span) -> None:
    if span[1] - span[0] >= 8:
        sound.sample_rate = int.from_bytes(data[span[0] + 4 : span[0] + 8]) or sound.sample_rate


def _read_alac(sound: Sound, data: bytes, span: Span) -> None:
    at, end = span
    if end - at >= 28:
        sound.channels = data[at + 13] or sound.channels
        sound.bitrate = int.from_bytes(data[at + 20 : at + 24]) or None
        sound.sample_rate = int.from_bytes(data[at + 24 : at + 28]) or sound.sample_rate


def _read_flac(sound: Sound, data: bytes, span: Span) -> None:
    at, end = span
    if end - at >= 22:
        packed = int.from_bytes(data[at + 18 : at + 22])
        sound.sample_rate = packed >> 12 or sound.sample_rate
        sound.channels = (packed >> 9 & 7) + 1


def _read_opus(sound: Sound, data: bytes, span: Span) -> None:
    if span[1] - span[0] >= 2:
        sound.channels = data[span[0] + 1] or sound.channels


def _read_ac3(sound: Sound, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 3:
        return
    packed = int.from_bytes(data[at : at + 3])
    if packed >> 22 < len(_AC3_RATES):
        sound.sample_rate = _AC3_RATES[packed >> 22]
    sound.channels = _AC3_CHANNELS[packed >> 11 & 7] + (packed >> 10 & 1)


def _read_eac3(sound: Sound, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 5:
        return
    packed = int.from_bytes(data[at + 2 : at + 5])  # the first independent substream
    if packed >> 22 < len(_AC3_RATES):
        sound.sample_rate = _AC3_RATES[packed >> 22]
    sound.channels = _AC3_CHANNELS[packed >> 9 & 7] + (packed >> 8 & 1)
    if packed >> 1 & 15 and end - at >= 6:
        added = (packed & 1) << 8 | data[at + 5]
        sound.channels += sum(n for bit, n in enumerate(_EAC3_ADDED) if added >> bit & 1)


def _read_truehd(sound: Sound, data: bytes, span: Span) -> None:
    at, end = span
    if end - at < 4:
        return
    format_info = int.from_bytes(data[at : at + 4])
    groups = format_info & 0x1FFF or format_info >> 15 & 0x1F
    sound.channels = sum(n for bit, n in enumerate(_TRUEHD_GROUPS) if groups >> bit & 1) or None
    rate = format_info >> 28
    sound.sample_rate = (44100 if rate & 8 else 48000) << (rate & 7) if rate != 15 else None


_READERS = {
    b"esds": _read_esds,
    b"srat": _read_srat,
    b"alac": _read_alac,
    b"dfLa": _read_flac,
    b"dOps": _read_opus,
    b"dac3": _read_ac3,
    b"dec3": _read_eac3,
    b"dmlp": _read_truehd,
}
