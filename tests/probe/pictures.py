"""Build tiny pictures from bytes, well formed unless told otherwise, and probe them."""

from __future__ import annotations

import tempfile
import zlib
from pathlib import Path
from struct import pack

from mediaprep.model import MediaInfo
from mediaprep.probe import probe

Fields = list[tuple[int, int, int, bytes]]  # tag, type, count, value

BYTE, ASCII, SHORT, LONG, RATIONAL = 1, 2, 3, 4, 5


def probed(data: bytes) -> MediaInfo:
    """Write the bytes to a file without an extension and probe it."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "picture")
        path.write_bytes(data)
        return probe(path)


# EXIF and TIFF -----------------------------------------------------------------------------------


def directory(order: str, at: int, fields: Fields, following: int = 0) -> bytes:
    """One directory at `at`, its longer values behind it; values are in the right byte order."""
    entries, behind = b"", b""
    start = at + 2 + 12 * len(fields) + 4
    for tag, kind, count, value in fields:
        if len(value) > 4:
            place = pack(order + "I", start + len(behind))
            behind += value + b"\0" * (len(value) & 1)
        else:
            place = value.ljust(4, b"\0")
        entries += pack(order + "HHI", tag, kind, count) + place
    return pack(order + "H", len(fields)) + entries + pack(order + "I", following) + behind


def exif(
    orientation: int | None = 6,
    *,
    kind: int = SHORT,
    order: str = "<",
    gps: tuple[int, ...] = (),
    serial: bytes = b"",
    extra: Fields | None = None,
) -> bytes:
    """An EXIF block without its prefix: what tags are asked for, in one to three directories."""
    code = {BYTE: "B", SHORT: "H", LONG: "I"}[kind]
    fields: Fields = list(extra or [])
    if orientation is not None:
        fields.append((0x0112, kind, 1, pack(order + code, orientation)))
    linked: list[tuple[int, Fields]] = []
    if gps:
        degrees = pack(order + "6I", 52, 1, 31, 1, 12, 1)
        linked.append((0x8825, [(tag, RATIONAL, 3, degrees) for tag in gps]))
    if serial:
        linked.append((0x8769, [(0xA431, ASCII, len(serial), serial)]))
    first_size = len(directory(order, 8, [*fields, *((tag, LONG, 1, b"") for tag, _ in linked)]))
    bodies, at = b"", 8 + first_size
    for tag, inner in linked:
        fields.append((tag, LONG, 1, pack(order + "I", at)))
        body = directory(order, at, inner)
        bodies, at = bodies + body, at + len(body)
    mark = b"II*\0" if order == "<" else b"MM\0*"
    return mark + pack(order + "I", 8) + directory(order, 8, fields) + bodies


def xmp(*properties: str) -> bytes:
    """An XMP packet with these attributes."""
    body = f"<x:xmpmeta><rdf:Description {' '.join(properties)}/></x:xmpmeta>"
    return f"<?xpacket begin=''?>{body}<?xpacket end='w'?>".encode()


def icc(description: bytes) -> bytes:
    """An ICC profile that has nothing but a description, as a tag of type `desc` or `mluc`."""
    tag = pack(">4sII", b"desc", 144, len(description))
    return bytes(36) + b"acsp" + bytes(88) + pack(">I", 1) + tag + description


def icc_v2(text: str) -> bytes:
    return icc(b"desc\0\0\0\0" + pack(">I", len(text) + 1) + text.encode() + b"\0")


# JPEG --------------------------------------------------------------------------------------------

SOI, EOI = b"\xff\xd8", b"\xff\xd9"
SCAN = b"\xff\xda\0\x08\1\1\0\0\x3f\0" + b"\x12\x34\xff\0\x56" * 20


def segment(marker: int, *body: bytes) -> bytes:
    content = b"".join(body)
    return pack(">BBH", 0xFF, marker, len(content) + 2) + content


def frame(
    width: int = 40, height: int = 30, *, marker: int = 0xC0, parts: int = 3, bits: int = 8
) -> bytes:
    components = b"".join(pack("BBB", n + 1, 0x11, 0) for n in range(parts))
    return segment(marker, pack(">BHHB", bits, height, width, parts), components)


def jpeg(*segments: bytes, head: bytes | None = None, scan: bytes = SCAN) -> bytes:
    """A JPEG with these segments before its frame header; nothing of it could be decoded."""
    return b"".join((SOI, *segments, frame() if head is None else head, scan, EOI))


def app1(blob: bytes) -> bytes:
    return segment(0xE1, b"Exif\0\0", blob)


def app1_xmp(blob: bytes) -> bytes:
    return segment(0xE1, b"http://ns.adobe.com/xap/1.0/\0", blob)


# PNG ---------------------------------------------------------------------------------------------

SIGNATURE = b"\x89PNG\r\n\x1a\n"


def piece(kind: bytes, *body: bytes) -> bytes:
    """One PNG chunk."""
    content = kind + b"".join(body)
    return pack(">I", len(content) - 4) + content + pack(">I", zlib.crc32(content))


def ihdr(width: int = 40, height: int = 30, bits: int = 8, color: int = 2) -> bytes:
    return piece(b"IHDR", pack(">IIBBBBB", width, height, bits, color, 0, 0, 0))


IDAT, IEND = piece(b"IDAT", b"not really deflated"), piece(b"IEND")


def png(*chunks: bytes, head: bytes | None = None, behind: bytes = b"") -> bytes:
    """A PNG with these chunks before the picture, and others behind it."""
    return b"".join((SIGNATURE, ihdr() if head is None else head, *chunks, IDAT, behind, IEND))


# GIF ---------------------------------------------------------------------------------------------


def gif_frame(
    width: int = 40, height: int = 30, *, data: bytes = b"\2\x4c\1\0", table: bytes = b""
) -> bytes:
    flags = 0x80 if table else 0
    return pack("<cHHHHB", b",", 0, 0, width, height, flags) + table + b"\2" + data


def gif_control(delay: int = 0, *, transparent: bool = False) -> bytes:
    return b"!\xf9\4" + pack("<BHB", int(transparent), delay, 0) + b"\0"


def gif(*blocks: bytes, width: int = 40, height: int = 30, trailer: bytes = b";") -> bytes:
    return b"GIF89a" + pack("<HHBBB", width, height, 0, 0, 0) + b"".join(blocks) + trailer


# WebP --------------------------------------------------------------------------------------------


def part(kind: bytes, body: bytes) -> bytes:
    """One RIFF chunk, padded."""
    return kind + pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def vp8(width: int = 40, height: int = 30, *, tag: int = 0x10 | 4 << 5) -> bytes:
    start = pack("<HB", tag & 0xFFFF, tag >> 16) + b"\x9d\x01\x2a"
    return part(b"VP8 ", start + pack("<HH", width, height) + bytes(20))


def vp8l(width: int = 40, height: int = 30, *, alpha: bool = False) -> bytes:
    bits = width - 1 | height - 1 << 14 | alpha << 28
    return part(b"VP8L", b"\x2f" + pack("<I", bits) + bytes(9))


def vp8x(flags: int, width: int = 40, height: int = 30) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return part(b"VP8X", bytes((flags, 0, 0, 0)) + size)


def anmf(delay_ms: int, width: int = 40, height: int = 30) -> bytes:
    sizes = (0, 0, width - 1, height - 1, delay_ms)
    head = b"".join(value.to_bytes(3, "little") for value in sizes) + b"\0"
    return part(b"ANMF", head + vp8l(width, height))


def webp(*chunks: bytes, size: int | None = None) -> bytes:
    body = b"WEBP" + b"".join(chunks)
    return b"RIFF" + pack("<I", len(body) if size is None else size) + body


# BMP ---------------------------------------------------------------------------------------------


def bmp(
    width: int = 40,
    height: int = 30,
    bits: int = 24,
    *,
    size: int = 40,
    method: int = 0,
    masks: tuple[int, ...] = (),
    pixels: int | None = None,
    colors: int = 0,
) -> bytes:
    """A BMP with a header of `size` bytes, masks inside or behind it, and `pixels` bytes."""
    if size == 12:
        header = pack("<IHHHH", size, width, height, 1, bits)
    else:
        fields = pack("<IiiHHIIiiII", size, width, height, 1, bits, method, 0, 0, 0, colors, 0)
        header = (fields + pack(f"<{len(masks)}I", *masks)).ljust(size, b"\0")
        header = header[: max(size, 40 + 4 * len(masks))] if size >= 40 else header[:size]
    if pixels is None:
        pixels = (width * bits + 31) // 32 * 4 * abs(height)
    start = 14 + len(header)
    return b"BM" + pack("<IHHI", start + pixels, 0, 0, start) + header + bytes(pixels)


# TIFF --------------------------------------------------------------------------------------------


TAGS = {
    **{"subfile": 254, "width": 256, "height": 257, "bits": 258, "photometric": 262},
    **{"offsets": 273, "orientation": 274, "samples": 277, "rows": 278, "counts": 279},
    **{"planar": 284, "tile_offsets": 324, "tile_counts": 325, "extra": 338, "jpeg": 513},
    **{"exif": 34665, "gps": 34853, "c2pa": 52545},
}


def tiff_fields(order: str = "<", at: int = 8, **changes: bytes | int | None) -> Fields:
    """The entries of a picture of 40 x 30 with its ten bytes of data at `at`.

    `changes` are by name: a number as a LONG, bytes as SHORTs, None for no entry.
    """
    values: dict[str, bytes | int | None] = {"bits": pack(order + "3H", 8, 8, 8)}
    values |= {"width": 40, "height": 30, "photometric": 2, "offsets": at}
    values |= {"samples": 3, "rows": 30, "counts": 10} | changes
    fields: Fields = []
    for name, tag in sorted(TAGS.items(), key=lambda item: item[1]):
        value = values.get(name)
        if isinstance(value, bytes):
            fields.append((tag, SHORT, len(value) // 2, value))
        elif value is not None:
            fields.append((tag, LONG, 1, pack(order + "I", value)))
    return fields


def tiff(*pages: Fields, order: str = "<", loop: bool = False) -> bytes:
    """A TIFF: ten bytes of data at byte 8, then one directory a page, linked in order."""
    body = (b"II*\0" if order == "<" else b"MM\0*") + pack(order + "I", 18) + bytes(10)
    for number, fields in enumerate(pages or (tiff_fields(order),)):
        at = len(body)
        following = at + len(directory(order, at, fields))
        if number == max(len(pages), 1) - 1:
            following = 18 if loop else 0
        body += directory(order, at, fields, following)
    return body


def big_tiff(fields: Fields, order: str = "<") -> bytes:
    """A BigTIFF of one page, whose values fit into their entries."""
    body = (b"II+\0" if order == "<" else b"MM\0+") + pack(order + "HHQ", 8, 0, 26) + bytes(10)
    entries = b"".join(
        pack(order + "HHQ", *field[:3]) + field[3].ljust(8, b"\0") for field in fields
    )
    return body + pack(order + "Q", len(fields)) + entries + bytes(8)
