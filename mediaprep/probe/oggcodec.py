"""Read the first packet of a stream in Ogg: it names the codec and how granules turn into time.

Vorbis I section 4.2.2, RFC 7845 section 5.1 (Opus), RFC 9639 section 10.1 (FLAC), the Speex header
and the Theora specification, section 6.2 and appendix A.2.3.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from mediaprep.model import Kind
from mediaprep.probe.flac import parse_streaminfo

_OPUS_RATE = 48000  # granules count at this rate whatever the input's was
_VORBIS = struct.Struct("<BI")
_SPEEX = struct.Struct("<II")  # at 36: rate, mode; channels follow


@dataclass(slots=True)
class Stream:
    """One logical stream; `rate` is granules a second, for pictures frames a second."""

    codec: str
    kind: Kind
    rate: Fraction
    sample_rate: int = 0
    channels: int = 0
    bits: int = 0
    skipped: int = 0  # granules before the first sample to be heard
    longest_packet: int = 0  # granules
    width: int = 0
    height: int = 0
    sample_aspect: Fraction | None = None
    key_shift: int = 0  # of a picture's granule: above, frames up to the key frame; below, since

    def seconds(self, granule: int) -> Fraction | None:
        """Return the time that a page's granule stands for, None if the header gives no rate."""
        if not self.rate:
            return None
        if self.key_shift:
            granule = (granule >> self.key_shift) + (granule & (1 << self.key_shift) - 1)
        return Fraction(max(granule - self.skipped, 0)) / self.rate


def identify(packet: bytes) -> Stream | None:
    """Recognise a stream by its first packet (128 bytes will do), None where it is not ours."""
    for magic, shortest, parse in _CODECS:
        if packet.startswith(magic):
            return parse(packet) if len(packet) >= shortest else None
    return None


def _sound(codec: str, rate: int, channels: int, longest_packet: int, bits: int = 0) -> Stream:
    return Stream(
        codec, Kind.AUDIO, Fraction(rate), rate, channels, bits, longest_packet=longest_packet
    )


def _vorbis(packet: bytes) -> Stream:
    channels, rate = _VORBIS.unpack_from(packet, 11)
    return _sound("vorbis", rate, channels, 8192)


def _opus(packet: bytes) -> Stream:
    stream = _sound("opus", _OPUS_RATE, packet[9], 5760)
    stream.skipped = int.from_bytes(packet[10:12], "little")
    return stream


def _speex(packet: bytes) -> Stream:
    rate, _ = _SPEEX.unpack_from(packet, 36)
    channels = int.from_bytes(packet[48:52], "little")
    return _sound("speex", rate, channels, 640 * 16)


def _flac(packet: bytes) -> Stream:
    stream = parse_streaminfo(packet[17:51])
    return _sound("flac", stream.sample_rate, stream.channels, 65535, stream.bits)


def _theora(packet: bytes) -> Stream:
    rate, scale = struct.unpack_from(">II", packet, 22)
    aspect = [int.from_bytes(packet[at : at + 3], "big") for at in (30, 33)]
    return Stream(
        "theora",
        Kind.VIDEO,
        Fraction(rate, scale) if scale else Fraction(0),
        longest_packet=1 << 62,
        width=int.from_bytes(packet[14:17], "big"),
        height=int.from_bytes(packet[17:20], "big"),
        sample_aspect=Fraction(*aspect) if all(aspect) else None,
        key_shift=(packet[40] & 3) << 3 | packet[41] >> 5,
    )


_CODECS: tuple[tuple[bytes, int, Callable[[bytes], Stream]], ...] = (
    (b"OpusHead", 19, _opus),
    (b"\x01vorbis", 30, _vorbis),
    (b"Speex   ", 80, _speex),
    (b"\x7fFLAC", 51, _flac),
    (b"\x80theora", 42, _theora),
)
