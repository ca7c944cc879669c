"""Build tiny Matroska, MPEG-TS, AVI and FLV files from bytes, well formed unless told otherwise."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from mediaprep.probe import matroska_ids as ids

UNKNOWN_SIZE = b"\x01" + b"\xff" * 7

# The parameter sets of a picture of 64x48, 4:2:0, square samples.
AVC_SPS = bytes.fromhex("6742c00ad9047b011000000300100000030320f122648000")
AVC_PPS = bytes.fromhex("68cb83cb20")


# Matroska ----------------------------------------------------------------------------------------


def element(name: int, *bodies: bytes, size: int | None = None) -> bytes:
    """One EBML element, its size always in eight bytes."""
    body = b"".join(bodies)
    length = len(body) if size is None else size
    identifier = name.to_bytes((name.bit_length() + 7) // 8, "big")
    return identifier + (1 << 56 | length).to_bytes(8, "big") + body


def endless(name: int, *bodies: bytes) -> bytes:
    """One EBML element of unknown size."""
    return name.to_bytes((name.bit_length() + 7) // 8, "big") + UNKNOWN_SIZE + b"".join(bodies)


def number(name: int, value: int) -> bytes:
    return element(name, value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big"))


def floating(name: int, value: float) -> bytes:
    return element(name, struct.pack(">d", value))


def text(name: int, value: str) -> bytes:
    return element(name, value.encode())


def video_track(*extra: bytes, codec: str = "V_VP9", video: Sequence[bytes] = ()) -> bytes:
    picture = element(ids.VIDEO, number(ids.WIDTH, 640), number(ids.HEIGHT, 360), *video)
    fields = number(ids.TRACK_TYPE, 1), text(ids.CODEC_ID, codec), picture
    return element(ids.TRACK_ENTRY, *fields, *extra)


def audio_track(*extra: bytes, codec: str = "A_OPUS") -> bytes:
    sound = element(ids.AUDIO, floating(ids.SAMPLING_RATE, 48000), number(ids.CHANNELS, 2))
    return element(
        ids.TRACK_ENTRY, number(ids.TRACK_TYPE, 2), text(ids.CODEC_ID, codec), sound, *extra
    )


def segment_info(duration_ms: float | None = 2000) -> bytes:
    stated = b"" if duration_ms is None else floating(ids.DURATION, duration_ms)
    return element(ids.INFO, number(ids.TIMESTAMP_SCALE, 1_000_000), stated)


def block(time: int, data: bytes = b"frame") -> bytes:
    return element(ids.SIMPLE_BLOCK, b"\x81", struct.pack(">hB", time, 0x80), data)


def cluster(*blocks: bytes, time: int = 0) -> bytes:
    return element(ids.CLUSTER, number(ids.TIMESTAMP, time), *(blocks or (block(0),)))


def ebml_header(doc_type: str = "matroska") -> bytes:
    return element(ids.EBML, text(ids.DOC_TYPE, doc_type))


def matroska(*tracks: bytes, doc_type: str = "matroska", info: bytes | None = None) -> bytes:
    info = segment_info() if info is None else info
    body = info + element(ids.TRACKS, *(tracks or (video_track(), audio_track()))) + cluster()
    return ebml_header(doc_type) + element(ids.SEGMENT, body)


# MPEG-TS -----------------------------------------------------------------------------------------

VIDEO_PID, AUDIO_PID, PMT_PID = 0x100, 0x101, 0x1000


def packets(pid: int, data: bytes, *, scrambled: bool = False, pcr: int | None = None) -> bytes:
    """Put a PES packet or a table section into packets of 188 bytes, stuffed where it is short."""
    out = []
    start = 0x40
    while data or start:
        field = b"" if pcr is None or not start else b"\x10" + struct.pack(">IH", pcr >> 1, 0x7E00)
        room = 184 - (1 + len(field) if field else 0)
        piece, data = data[:room], data[room:]
        stuffing = room - len(piece)
        if stuffing and not field:
            field = b"\0" + b"\xff" * (stuffing - 2) if stuffing > 1 else b""
        elif stuffing:
            field += b"\xff" * stuffing
        adaptation = bytes((len(field),)) + field if field or stuffing else b""
        control = 0x10 | (0x20 if adaptation else 0) | (0x80 if scrambled else 0)
        out.append(struct.pack(">BHB", 0x47, start << 8 | pid, control) + adaptation + piece)
        start = 0
    return b"".join(out)


def section(table: int, body: bytes) -> bytes:
    inner = struct.pack(">HBBB", 1, 0xC1, 0, 0) + body + b"crc!"
    return b"\0" + struct.pack(">BH", table, 0xB000 | len(inner)) + inner


def tables(*streams: tuple[int, int, bytes]) -> bytes:
    """A PAT and a PMT; each stream is its type, its PID and its descriptors."""
    entries = (
        struct.pack(">BHH", kind, 0xE000 | pid, 0xF000 | len(more)) + more
        for kind, pid, more in streams
    )
    pmt = struct.pack(">HH", 0xE000 | VIDEO_PID, 0xF000) + b"".join(entries)
    pat = struct.pack(">HH", 1, 0xE000 | PMT_PID)
    return packets(0, section(0, pat)) + packets(PMT_PID, section(2, pmt))


def pes(time: int | None, data: bytes, stream: int = 0xE0) -> bytes:
    time = None if time is None else time % (1 << 33)
    stamp = b""
    if time is not None:
        parts = time >> 30 & 7, time >> 15 & 0x7FFF, time & 0x7FFF
        stamp = struct.pack(">BHH", 0x21 | parts[0] << 1, parts[1] << 1 | 1, parts[2] << 1 | 1)
    head = struct.pack(">BBB", 0x80, 0x80 if stamp else 0, len(stamp)) + stamp
    return b"\0\0\1" + struct.pack(">BH", stream, len(head) + len(data)) + head + data


def avc_frame(size: int = 40) -> bytes:
    units = b"\0\0\0\1" + AVC_SPS + b"\0\0\0\1" + AVC_PPS
    return units + b"\0\0\0\1\x65" + b"\x88" * size


def adts_frame(size: int = 93) -> bytes:
    """One frame of AAC-LC, 44.1 kHz, stereo."""
    word = 0xFFF15080001FFC | size << 13
    return word.to_bytes(7, "big") + b"\x21" * (size - 7)


def transport_stream(
    times: Sequence[int] = tuple(range(126_000, 126_000 + 50 * 3600, 3600)),
    *,
    audio: bool = True,
) -> bytes:
    """H.264 of 25 frames a second, and AAC beside it."""
    streams = [(0x1B, VIDEO_PID, b"")] + ([(0x0F, AUDIO_PID, b"")] if audio else [])
    pictures = [packets(VIDEO_PID, pes(time, avc_frame())) for time in times]
    sound = packets(AUDIO_PID, pes(times[0], adts_frame() * 2, 0xC0)) if audio else b""
    return tables(*streams) + sound + b"".join(pictures)


# AVI ---------------------------------------------------------------------------------------------


def chunk(name: bytes, *bodies: bytes, size: int | None = None) -> bytes:
    body = b"".join(bodies)
    length = len(body) if size is None else size
    return name + struct.pack("<I", length) + body + b"\0" * (len(body) & 1)


def bitmap_header(width: int, height: int, codec: bytes) -> bytes:
    return struct.pack("<IiiHH4s20x", 40, width, height, 1, 24, codec)


def stream_list(
    kind: bytes, scale: int, rate: int, length: int, form: bytes, *more: bytes
) -> bytes:
    header = struct.pack("<4s4s12xIIIIIII4H", kind, b"", scale, rate, 0, length, 0, 0, 0, *(0,) * 4)
    return chunk(b"LIST", b"strl", chunk(b"strh", header), chunk(b"strf", form), *more)


def avi_pictures(*more: bytes, codec: bytes = b"XVID", frames: int = 48) -> bytes:
    return stream_list(b"vids", 1001, 24000, frames, bitmap_header(640, 360, codec), *more)


def avi_sound(tag: int = 0x55) -> bytes:
    form = struct.pack("<HHIIHHH", tag, 2, 44100, 16000, 1, 0, 0)
    return stream_list(b"auds", 1, 44100, 88200, form)


def avi(*streams: bytes, riff_size: int | None = None, movi: bytes = b"00dc\4\0\0\0data") -> bytes:
    main = struct.pack("<IIIIIIIIII16x", 41708, 0, 0, 0, 48, 0, len(streams), 0, 640, 360)
    headers = chunk(b"LIST", b"hdrl", chunk(b"avih", main), *(streams or (avi_pictures(),)))
    frames = chunk(b"LIST", b"movi", movi) if movi else b""
    return chunk(b"RIFF", b"AVI ", headers, frames, size=riff_size)


# FLV ---------------------------------------------------------------------------------------------


def tag(kind: int, data: bytes, time_ms: int = 0) -> bytes:
    head = bytes((kind,)) + len(data).to_bytes(3, "big") + (time_ms & 0xFFFFFF).to_bytes(3, "big")
    return head + bytes((time_ms >> 24, 0, 0, 0)) + data + struct.pack(">I", 11 + len(data))


def metadata(**numbers: float) -> bytes:
    items = b"".join(
        struct.pack(">H", len(key)) + key.encode() + b"\0" + struct.pack(">d", value)
        for key, value in numbers.items()
    )
    head = b"\2\0\x0aonMetaData\x08" + struct.pack(">I", len(numbers))
    return tag(18, head + items + b"\0\0\x09")


def avc_configuration() -> bytes:
    record = b"\1\x42\xc0\x0a\xff\xe1" + struct.pack(">H", len(AVC_SPS)) + AVC_SPS
    return record + b"\1" + struct.pack(">H", len(AVC_PPS)) + AVC_PPS


def flv(*tags: bytes, flags: int = 5) -> bytes:
    tags = tags or (
        metadata(duration=2.0, width=64, height=48, framerate=25),
        tag(9, b"\x17\0\0\0\0" + avc_configuration()),
        tag(8, b"\xaf\0\x12\x10"),
        tag(9, b"\x27\1\0\0\0frame", 1960),
    )
    return b"FLV\1" + bytes((flags,)) + struct.pack(">II", 9, 0) + b"".join(tags)
