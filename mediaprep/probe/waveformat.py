"""Read WAVEFORMATEX, the description of sound in WAVE files, and turn bytes into time with it.

mmreg.h and ksmedia.h (WAVEFORMATEXTENSIBLE); RFC 2361 (format tags); block layouts of IMA and MS
ADPCM after Microsoft's Multimedia Data Standards Update (1994).
"""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import NamedTuple

from mediaprep.probe import fourcc
from mediaprep.probe.source import Malformed

_FIELDS = {"<": struct.Struct("<HHIIH"), ">": struct.Struct(">HHIIH")}
_EXTENSIBLE = 0xFFFE
# what follows the format tag in a GUID of Microsoft's, and in one of ambisonic files
_GUID_TAILS = frozenset(
    bytes.fromhex(tail)
    for tail in (
        "000000001000800000aa00389b71",
        "00002107d3118644c8c1ca000000",
        "00000010800000aa00389b71",  # Microsoft's in a big-endian file
    )
)
_SAMPLES_PER_BYTE = {0x10: 2, 0x17: 2, 0x20: 2, 0x65: 2, 0x28F: 2}  # codecs of 4 bits a sample
_ADPCM = frozenset({0x02, 0x11})  # Microsoft's and IMA's, in blocks whose size tells their samples
_RAW = frozenset({0x01, 0x03, 0x06, 0x07})  # a block is one sample of every channel
_CODECS = {
    0x10: "adpcm",
    0x17: "adpcm",
    0x22: "truespeech",
    0x40: "adpcm",
    0x42: "g723.1",
    0x45: "adpcm",
    0x49: "gsm",
    0x50: "mp2",
    0x55: "mp3",
    0x61: "adpcm",
    0x62: "adpcm",
    0x64: "adpcm",
    0x65: "g722",
    0x83: "g729",
    0x200: "adpcm",
    0x270: "atrac3",
    0x28F: "g722",
    0xA109: "speex",
}


class Format(NamedTuple):
    """What a fmt chunk says, numbers unchecked; 0 may stand for anything."""

    tag: int
    channels: int
    sample_rate: int
    byte_rate: int
    block_bytes: int
    bits: int
    block_samples: int  # of one channel; 0: not said

    def duration_s(self, size: int, fact: int) -> Fraction | None:
        """Return how long that many bytes play; `fact` is the claimed sample count, or 0."""
        if not self.sample_rate:
            return None
        if self.tag in _RAW:
            block = self.raw_block
            return Fraction(size // block, self.sample_rate) if block else None
        claimed = Fraction(fact, self.sample_rate) if fact else None
        if self.block_samples and self.block_bytes:
            samples = -(-size // self.block_bytes) * self.block_samples
            # the last block may be filled up
            if fact and samples - self.block_samples < fact <= samples:
                return claimed
            return Fraction(size // self.block_bytes * self.block_samples, self.sample_rate)
        if self.tag in _SAMPLES_PER_BYTE and self.channels:
            samples = size * _SAMPLES_PER_BYTE[self.tag] // self.channels
            return Fraction(min(fact, samples) or samples, self.sample_rate)
        by_rate = Fraction(size, self.byte_rate) if self.byte_rate else None
        if claimed and by_rate and not by_rate / 2 < claimed < by_rate * 2:
            return None
        return claimed or by_rate

    @property
    def raw_block(self) -> int:
        """Bytes of one sample of every channel, mended where the header contradicts itself."""
        least = self.channels * -(-self.bits // 8)
        if self.channels and self.block_bytes >= least and self.block_bytes % self.channels == 0:
            return self.block_bytes
        return least

    def bitrate(self, size: int, duration_s: Fraction) -> int | None:
        """Return the mean bit rate of samples that take `size` bytes and play that long."""
        if self.tag in _RAW:
            return self.raw_block * self.sample_rate * 8
        return round(size * 8 / duration_s) or None if duration_s else None


def parse(data: bytes, order: str = "<") -> Format:
    """Read a fmt chunk's content."""
    if len(data) < 14:
        message = f"a fmt chunk of {len(data)} bytes is too short"
        raise Malformed(message)
    tag, channels, sample_rate, byte_rate, block = _FIELDS[order].unpack_from(data)
    bits, extra = _short(data, 14, order), _short(data, 18, order)
    block_samples = 0
    if tag == _EXTENSIBLE and len(data) >= 40:
        tag, bits = _extensible(data, order, bits)
        extra = 0  # the field holds valid bits instead
    if tag in _ADPCM:
        block_samples = extra or _block_samples(tag, block, channels)
    elif tag in (0x31, 0x61, 0x62):
        block_samples = extra
    return Format(tag, channels, sample_rate, byte_rate, block, bits, block_samples)


def codec(tag: int) -> str | None:
    """Name the codec behind a format tag, MPEG layers apart; None where we have no name for it."""
    return _CODECS.get(tag) or fourcc.audio_codec(tag)


def _short(data: bytes, at: int, order: str) -> int:
    return int.from_bytes(data[at : at + 2], "little" if order == "<" else "big")


def _extensible(data: bytes, order: str, bits: int) -> tuple[int, int]:
    tag = _short(data, 24 if order == "<" else 26, order)
    tail = data[26:40] if order == "<" else data[28:40]
    valid = _short(data, 18, order)
    if 8 <= valid < bits:
        bits = valid
    return (tag if tail in _GUID_TAILS else _EXTENSIBLE), bits


def _block_samples(tag: int, block: int, channels: int) -> int:
    """Samples of one channel that a full block decodes to, header samples included."""
    if not channels or not block:
        return 0
    header, first = (7, 2) if tag == 0x02 else (4, 1)
    return max((block // channels - header) * 2 + first, 0)
