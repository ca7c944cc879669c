"""One tiny valid file for every container that the sniffer knows, each built from bytes."""

from __future__ import annotations

import struct
from uuid import UUID

import pictures
from containers import adts_frame, avc_configuration, avi, chunk, flv, matroska, transport_stream

U32 = struct.Struct(">I")

# Boxes -------------------------------------------------------------------------------------------


def box(name: bytes, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return U32.pack(8 + len(body)) + name + body


def full(name: bytes, *bodies: bytes, version: int = 0, flags: int = 0) -> bytes:
    return box(name, U32.pack(version << 24 | flags), *bodies)


def numbers(*values: int) -> bytes:
    return struct.pack(f">{len(values)}I", *values)


MATRIX = numbers(1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30)


def picture_entry() -> bytes:
    fixed = bytes(6) + b"\0\1" + bytes(16) + struct.pack(">HH", 64, 48) + bytes(50)
    return box(b"avc1", fixed, box(b"avcC", avc_configuration()))


def sound_entry() -> bytes:
    fixed = bytes(6) + b"\0\1" + bytes(8) + struct.pack(">HHI", 2, 16, 0) + U32.pack(44100 << 16)
    config = b"\x04\x0d\x40\x15" + bytes(11) + b"\x05\x02\x12\x10"
    descriptor = b"\x03" + bytes((3 + 2 + 13 + 4,)) + b"\0\1\0" + config[:1] + b"\x11" + config[2:]
    return box(b"mp4a", fixed, full(b"esds", descriptor))


def track(handler: bytes, entry: bytes, scale: int, steps: int, step: int, at: int) -> bytes:
    size = (64 << 16, 48 << 16) if handler == b"vide" else (0, 0)
    head = full(
        *(b"tkhd", numbers(0, 0, 1, 0, steps * step * 1000 // scale, 0, 0, 0, 0), MATRIX),
        numbers(*size),
        flags=3,
    )
    samples = box(
        *(b"stbl", full(b"stsd", numbers(1), entry), full(b"stts", numbers(1, steps, step))),
        *(full(b"stsc", numbers(1, 1, steps, 1)), full(b"stsz", numbers(4, steps))),
        full(b"stco", numbers(1, at)),
    )
    media = box(
        *(b"mdia", full(b"mdhd", numbers(0, 0, scale, steps * step), bytes(4))),
        full(b"hdlr", bytes(4), handler, bytes(13)),
        box(b"minf", samples),
    )
    return box(b"trak", head, media)


def movie(brand: bytes, *, video: bool = True, audio: bool = True) -> bytes:
    """Two seconds: 50 pictures, and sound to go with them."""

    def build(at: int) -> bytes:
        tracks = []
        if video:
            tracks.append(track(b"vide", picture_entry(), 12800, 50, 512, at))
        if audio:
            tracks.append(track(b"soun", sound_entry(), 44100, 86, 1024, at + 200))
        header = full(
            *(b"mvhd", numbers(0, 0, 1000, 2000, 1 << 16), b"\1" + bytes(11), MATRIX, bytes(28)),
        )
        return box(b"ftyp", brand, bytes(4), brand) + box(b"moov", header, *tracks)

    return build(len(build(0)) + 8) + box(b"mdat", bytes(200 + 86 * 4))


def still(brand: bytes, kind: bytes, config: bytes) -> bytes:
    def build(at: int) -> bytes:
        item = full(b"infe", struct.pack(">HH", 1, 0), kind, b"\0", version=2)
        properties = box(b"ipco", full(b"ispe", numbers(64, 48)), config)
        owners = full(b"ipma", numbers(1), struct.pack(">HBBB", 1, 2, 1, 0x82))
        place = full(b"iloc", b"\x44\0\0\1" + struct.pack(">HHHII", 1, 0, 1, at, 40))
        meta = full(
            *(b"meta", full(b"hdlr", bytes(4), b"pict", bytes(13))),
            *(full(b"pitm", b"\0\1"), full(b"iinf", b"\0\1", item)),
            *(box(b"iprp", properties, owners), place),
        )
        return box(b"ftyp", brand, bytes(4), b"mif1", brand) + meta

    return build(len(build(0)) + 8) + box(b"mdat", bytes(40))


# Sound -------------------------------------------------------------------------------------------


def wav() -> bytes:
    form = struct.pack("<HHIIHH", 1, 2, 44100, 176400, 4, 16)
    return chunk(b"RIFF", b"WAVE", chunk(b"fmt ", form), chunk(b"data", bytes(400)))


def aiff() -> bytes:
    rate = struct.pack(">HQ", 16383 + 15, 44100 << 48)
    common = box_even(b"COMM", struct.pack(">HIH", 2, 100, 16) + rate)
    return b"FORM" + U32.pack(4 + len(common) + 16 + 400) + b"AIFF" + common + sound_data()


def box_even(name: bytes, body: bytes) -> bytes:
    return name + U32.pack(len(body)) + body


def sound_data() -> bytes:
    return box_even(b"SSND", bytes(8) + bytes(400))


def mp3() -> bytes:
    return (b"\xff\xfb\x90\x64" + bytes(413)) * 6


def ac3() -> bytes:
    return (bytes.fromhex("0b7700001e40e1") + bytes(1785)) * 3


def flac() -> bytes:
    packed = 44100 << 44 | 1 << 41 | 15 << 36 | 8192
    stream = struct.pack(">HH", 4096, 4096) + bytes(6) + packed.to_bytes(8, "big") + bytes(16)
    frames = b"".join(_flac_frame(index) for index in range(2))
    return b"fLaC\x80" + len(stream).to_bytes(3, "big") + stream + frames


def _flac_frame(index: int) -> bytes:
    header, crc = bytes((0xFF, 0xF8, 0xC9, 0x18, index)), 0
    for byte in header:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 0x107) if crc & 0x80 else crc << 1
    return header + bytes((crc,)) + bytes(40)


def _ogg_page(kind: int, granule: int, number: int, body: bytes) -> bytes:
    head = struct.pack("<4sBBqIII", b"OggS", 0, kind, granule, 7, number, 0)
    page = head + bytes((1, len(body))) + body
    crc = 0
    for byte in page:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x104C11DB7) if crc & 0x80000000 else crc << 1
    return page[:22] + struct.pack("<I", crc) + page[26:]


def ogg() -> bytes:
    head = b"OpusHead" + struct.pack("<BBHIhB", 1, 2, 312, 48000, 0, 0)
    tags = b"OpusTags" + struct.pack("<II", 0, 0)
    pages = ((2, 0, head), (0, 0, tags), (4, 960, bytes(50)))
    return b"".join(_ogg_page(kind, at, n, body) for n, (kind, at, body) in enumerate(pages))


def asf() -> bytes:
    def part(name: str, body: bytes) -> bytes:
        return UUID(name).bytes_le + struct.pack("<Q", 24 + len(body)) + body

    sound = UUID("f8699e40-5b4d-11cf-a8fd-00805f5c442b").bytes_le
    form = struct.pack("<HHIIHHH", 0x161, 2, 44100, 16000, 1, 16, 0)
    times = struct.pack("<QQQIIII", 20_000_000, 20_000_000, 0, 2, 100, 100, 128_000)
    properties = part("8cabdca1-a947-11cf-8ee4-00c00c205365", bytes(40) + times)
    stream = part(
        "b7dc0791-a9b7-11cf-8ee6-00c00c205365",
        sound + bytes(24) + struct.pack("<IIHI", len(form), 0, 1, 0) + form,
    )
    body = struct.pack("<IBB", 2, 1, 2) + properties + stream
    header = part("75b22630-668e-11cf-a6d9-00aa0062ce6c", body)
    return header + part("75b22636-668e-11cf-a6d9-00aa0062ce6c", bytes(126))


def ape() -> bytes:
    descriptor = struct.pack("<4sHHIIIIIII16s", b"MAC ", 3990, 0, 52, 24, 4, 0, 100, 0, 0, b"")
    header = struct.pack("<HHIIIHHI", 2000, 0, 73728, 1000, 1, 16, 2, 44100)
    return descriptor + header + bytes(104)


def wavpack() -> bytes:
    flags = 1 | 9 << 23 | 1 << 11 | 1 << 12
    head = struct.pack("<4sIHBBIIIII", b"wvpk", 24 + 40, 0x410, 0, 0, 44100, 0, 44100, flags, 0)
    return head + bytes(40)


def musepack() -> bytes:
    """Stream version 8: a header packet, a gain packet, the end."""
    stream = bytes(4) + b"\x08" + b"\x82\xac\x44" + b"\0" + b"\x02\x1b"
    packets = ((b"SH", stream), (b"RG", bytes(9)), (b"AP", bytes(40)), (b"SE", b""))
    return b"MPCK" + b"".join(name + bytes((3 + len(body),)) + body for name, body in packets)


def amr() -> bytes:
    return b"#!AMR\n" + (b"\x3c" + bytes(31)) * 10


AV1_CONFIG = box(b"av1C", b"\x81\0\x0c\0")
HEVC_CONFIG = box(b"hvcC", bytes((1, *[0] * 15, 0xFD, 0xF8, 0xF8, 0, 0, 0x0F, 0)))

SEEDS: dict[str, bytes] = {
    "jpeg": pictures.jpeg(),
    "png": pictures.png(),
    "webp": pictures.webp(pictures.vp8()),
    "bmp": pictures.bmp(),
    "tiff": pictures.tiff(pictures.tiff_fields()),
    "gif": pictures.gif(pictures.gif_control(5), pictures.gif_frame()),
    "heif": still(b"heic", b"hvc1", HEVC_CONFIG),
    "avif": still(b"avif", b"av01", AV1_CONFIG),
    "mp4": movie(b"isom"),
    "mov": movie(b"qt  "),
    "m4v": movie(b"M4V "),
    "3gp": movie(b"3gp5", audio=False),
    "m4a": movie(b"M4A ", video=False),
    "matroska": matroska(),
    "webm": matroska(doc_type="webm"),
    "avi": avi(),
    "mpegts": transport_stream(),
    "flv": flv(),
    "wav": wav(),
    "mp3": mp3(),
    "aac": adts_frame() * 4,
    "flac": flac(),
    "ogg": ogg(),
    "aiff": aiff(),
    "asf": asf(),
    "ape": ape(),
    "wavpack": wavpack(),
    "musepack": musepack(),
    "ac3": ac3(),
    "amr": amr(),
}
