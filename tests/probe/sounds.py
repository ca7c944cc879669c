"""Sound files made from bytes, for the tests of the readers."""

from __future__ import annotations

import struct

from mediaprep.probe import flac

# WAVE --------------------------------------------------------------------------------------------


def chunk(name: bytes, body: bytes, order: str = "<", size: int | None = None) -> bytes:
    length = struct.pack(order + "I", len(body) if size is None else size)
    return name + length + body + b"\0" * (len(body) & 1)


def fmt(
    tag: int = 1,
    channels: int = 2,
    rate: int = 8000,
    bits: int = 16,
    *,
    block: int | None = None,
    byte_rate: int | None = None,
    extra: bytes = b"",
    order: str = "<",
) -> bytes:
    if block is None:
        block = channels * -(-bits // 8)
    if byte_rate is None:
        byte_rate = rate * block
    body = struct.pack(order + "HHIIHH", tag, channels, rate, byte_rate, block, bits)
    return chunk(b"fmt ", body + extra, order)


def wave(*chunks: bytes, form: bytes = b"RIFF", order: str = "<") -> bytes:
    body = b"WAVE" + b"".join(chunks)
    return form + struct.pack(order + "I", len(body)) + body


# MPEG audio --------------------------------------------------------------------------------------

CBR = bytes.fromhex("fffb9064")  # MPEG-1 layer III, 128 kbit/s, 44.1 kHz, joint stereo: 417 bytes
PADDED = bytes.fromhex("fffb9264")  # the same with a byte of padding
BETTER = bytes.fromhex("fffbb064")  # 192 kbit/s: 626 bytes
LENGTHS = {CBR: 417, PADDED: 418, BETTER: 626}
SAMPLES = 1152


def frame(header: bytes = CBR) -> bytes:
    return header + bytes(LENGTHS[header] - 4)


def frames(count: int, header: bytes = CBR) -> bytes:
    return frame(header) * count


def id3(size: int, version: int = 4, flags: int = 0) -> bytes:
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    return b"ID3" + bytes((version, 0, flags)) + syncsafe + bytes(size)


def xing(
    count: int | None,
    size: int | None,
    *,
    name: bytes = b"Xing",
    encoder: bytes = b"",
    delay: int = 0,
    padding: int = 0,
) -> bytes:
    """Make the frame that tells of the others; the sizes count it too."""
    flags = (count is not None) | (size is not None) << 1
    body = name + flags.to_bytes(4, "big")
    for value in (count, size):
        body += b"" if value is None else value.to_bytes(4, "big")
    if encoder:
        body += encoder.ljust(21, b"\0") + (delay << 12 | padding).to_bytes(3, "big")
    return (CBR + bytes(32) + body).ljust(LENGTHS[CBR], b"\0")


# FLAC --------------------------------------------------------------------------------------------


def streaminfo(
    samples: int, *, rate: int = 44100, channels: int = 2, bits: int = 16, block: int = 4096
) -> bytes:
    packed = rate << 44 | (channels - 1) << 41 | (bits - 1) << 36 | samples
    return struct.pack(">HH", block, block) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)


def flac_frame(number: int, size: int = 200, block: int | None = None) -> bytes:
    """Make a frame of a fixed blocking strategy: 4096 samples, or as many as `block` says."""
    code = 12 if block is None else 7
    header = bytes((0xFF, 0xF8, code << 4 | 9, 0x18, number))
    if block is not None:
        header += (block - 1).to_bytes(2, "big")
    return (header + bytes((flac._crc8(header),))).ljust(size, b"\0")


def flac_file(samples: int, *frames: bytes, blocks: tuple[bytes, ...] = ()) -> bytes:
    parts = [b"\0" + streaminfo(samples), *blocks]
    metadata = b""
    for index, part in enumerate(parts):
        last = 0x80 if index == len(parts) - 1 else 0
        metadata += bytes((part[0] | last,)) + (len(part) - 1).to_bytes(3, "big") + part[1:]
    return b"fLaC" + metadata + b"".join(frames)


# Ogg ---------------------------------------------------------------------------------------------


def page(body: bytes, granule: int = 0, *, serial: int = 1, first: bool = False) -> bytes:
    segments = b"\xff" * (len(body) // 255) + bytes((len(body) % 255,))
    header = struct.pack("<4sxBqIII", b"OggS", first << 1, granule, serial, 0, 0)
    return header + bytes((len(segments),)) + segments + body


def vorbis(rate: int = 44100, channels: int = 2) -> bytes:
    return b"\x01vorbis" + bytes(4) + struct.pack("<BI", channels, rate) + bytes(14)


def opus(channels: int = 2, pre_skip: int = 312) -> bytes:
    return b"OpusHead\x01" + struct.pack("<BHIHB", channels, pre_skip, 44100, 0, 0)


# AIFF --------------------------------------------------------------------------------------------


def extended(rate: int) -> bytes:
    if not rate:
        return bytes(10)
    shift = 64 - rate.bit_length()
    return struct.pack(">HQ", 16383 + 63 - shift, rate << shift)


def aiff(*chunks: bytes, form: bytes = b"AIFF") -> bytes:
    body = form + b"".join(chunks)
    return b"FORM" + struct.pack(">I", len(body)) + body


def comm(
    count: int,
    *,
    channels: int = 2,
    bits: int = 16,
    rate: int = 8000,
    compression: bytes = b"",
) -> bytes:
    body = struct.pack(">HIH", channels, count, bits) + extended(rate) + compression
    return chunk(b"COMM", body, ">")


def ssnd(data: bytes, size: int | None = None) -> bytes:
    return chunk(b"SSND", bytes(8) + data, ">", None if size is None else size + 8)
