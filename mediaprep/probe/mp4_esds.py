"""Read an elementary stream descriptor: what is inside `mp4a` and `mp4v`, and AAC's own header.

ISO/IEC 14496-1 section 7.2.6 (descriptors) and 14496-3 section 1.6.2 (AudioSpecificConfig).
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from mediaprep.probe.bits import Bits

MAX_BYTES = 4096  # of a descriptor; all but Vorbis has a few dozen

_ES, _DECODER_CONFIG, _DECODER_SPECIFIC = 3, 4, 5  # descriptor tags
_HAS_DEPENDENCY, _HAS_URL, _HAS_CLOCK = 0x80, 0x40, 0x20

_RATES = (
    *(96000, 88200, 64000, 48000, 44100, 32000, 24000),
    *(22050, 16000, 12000, 11025, 8000, 7350),
)
_CHANNELS = {1: 1, 2: 2, 3: 3, 4: 4, 5: 5, 6: 6, 7: 8, 11: 7, 12: 8, 13: 24, 14: 8}
_ESCAPE_TYPE, _ESCAPE_RATE = 31, 15
_LC, _SBR, _PS = 2, 5, 29  # audio object types
_SYNC_SBR, _SYNC_PS = 0x2B7, 0x548


class Esds(NamedTuple):
    """The decoder configuration of one stream; a bit rate of zero is not stated."""

    object_type: int
    bitrate: int
    specific: bytes  # the codec's own header, empty when there is none


class Aac(NamedTuple):
    """What comes out of an AAC decoder; None is what the header leaves to the stream."""

    sample_rate: int | None
    channels: int | None


@lru_cache(maxsize=256)  # a few encoders' settings make up most of the world's sound
def read_esds(body: bytes) -> Esds | None:
    """Read the body of an `esds` box, None when it holds no decoder configuration."""
    tag, at, _ = _descriptor(body, 4)
    if tag == _ES and at + 3 <= len(body):
        flags = body[at + 2]
        at += 3 + (2 if flags & _HAS_DEPENDENCY else 0)
        if flags & _HAS_URL and at < len(body):
            at += 1 + body[at]
        tag, at, _ = _descriptor(body, at + (2 if flags & _HAS_CLOCK else 0))
    if tag != _DECODER_CONFIG or at + 13 > len(body):
        return None
    object_type, bitrate = body[at], int.from_bytes(body[at + 9 : at + 13])
    tag, at, end = _descriptor(body, at + 13)
    return Esds(object_type, bitrate, body[at:end] if tag == _DECODER_SPECIFIC else b"")


def _descriptor(body: bytes, at: int) -> tuple[int, int, int]:
    """Return tag, start and end of a descriptor; a tag of -1 past the end."""
    if at + 2 > len(body):
        return -1, at, at
    tag, size = body[at], 0
    for byte in body[at + 1 : at + 5]:  # seven bits of the size each
        at += 1
        size = size << 7 | byte & 0x7F
        if not byte & 0x80:
            break
    return tag, at + 1, min(at + 1 + size, len(body))


@lru_cache(maxsize=256)
def read_aac(specific: bytes) -> Aac | None:
    """Read an AudioSpecificConfig, None when it is cut short; the rate is the decoder's output.

    A low-rate core with spectral band replication counts with the rate that it is played at.
    """
    bits = Bits(specific[:64])
    try:
        kind, rate, layout = _object_type(bits), _rate(bits), bits.u(4)
        channels = _CHANNELS.get(layout)
        if kind in (_SBR, _PS):
            channels = 2 if kind == _PS and channels == 1 else channels
            rate = _rate(bits)
    except ValueError:
        return None
    if kind == _LC and layout:
        rate, channels = _replicated(bits, rate, channels)
    return Aac(rate, channels)


def _object_type(bits: Bits) -> int:
    kind = bits.u(5)
    return 32 + bits.u(6) if kind == _ESCAPE_TYPE else kind


def _rate(bits: Bits) -> int | None:
    index = bits.u(4)
    if index == _ESCAPE_RATE:
        return bits.u(24) or None
    return _RATES[index] if index < len(_RATES) else None


def _replicated(
    bits: Bits, rate: int | None, channels: int | None
) -> tuple[int | None, int | None]:
    """Follow the extension that old decoders do not see, after the configuration of the core."""
    try:
        bits.u(3)
        if bits.u(11) == _SYNC_SBR and _object_type(bits) == _SBR and bits.u(1):
            rate = _rate(bits) or rate
            if bits.u(11) == _SYNC_PS and bits.u(1) and channels == 1:
                channels = 2
    except ValueError:
        pass  # nothing there: the usual case
    return rate, channels
