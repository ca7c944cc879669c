"""Bytes that no encoder would write for us: bombs, odd headers, a colour profile, cut files."""

from __future__ import annotations

import struct
from collections.abc import Callable

Build = Callable[[], bytes]

# Colorants of Display P3 adapted to D50, and the sRGB curve (ICC.1:2010, parametricCurveType 3).
_P3 = {
    b"wtpt": (0.96420, 1.0, 0.82491),
    b"rXYZ": (0.51512, 0.24120, -0.00105),
    b"gXYZ": (0.29198, 0.69225, 0.04189),
    b"bXYZ": (0.15710, 0.06657, 0.78407),
}
_CURVE = (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def _fixed(*values: float) -> bytes:
    return b"".join(struct.pack(">i", round(value * 65536)) for value in values)


def _text(words: str) -> bytes:
    data = words.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(data), 28) + data


def display_p3() -> bytes:
    """Make a Display P3 profile of half a kilobyte."""
    curve = b"para" + bytes(4) + struct.pack(">HH", 3, 0) + _fixed(*_CURVE)
    tags = {b"desc": _text("Display P3"), b"cprt": _text("Public domain")}
    tags |= {name: b"XYZ " + bytes(4) + _fixed(*xyz) for name, xyz in _P3.items()}
    tags |= dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve)
    table, body = b"", b""
    start = 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    header = struct.pack(
        ">I4sI4s4s4s", start + len(body), b"none", 0x04000000, b"mntr", b"RGB ", b"XYZ "
    )
    header += struct.pack(">6H4s", 2026, 1, 1, 0, 0, 0, b"acsp")
    header += bytes(68 - len(header)) + _fixed(0.96420, 1.0, 0.82491)
    return header + bytes(128 - len(header)) + struct.pack(">I", len(tags)) + table + body


def gif_bomb() -> bytes:
    """Make 132 bytes that ask for 2.4 gigapixels."""
    side = 49_000
    head = b"GIF89a" + struct.pack("<HHBBB", side, side, 0x80, 0, 0) + bytes.fromhex("3a6ea5ecc88c")
    frame = b"\x2c" + struct.pack("<HHHHB", 0, 0, side, side, 0) + b"\x02\x02\x4c\x01\x00"
    room = 132 - len(head) - len(frame) - 1 - 4
    note = (
        b"\x21\xfe"
        + bytes([room])
        + b"one frame of 49,000 by 49,000 pixels".ljust(room, b".")
        + b"\0"
    )
    return head + note + frame + b"\x3b"


def top_down_bmp(width: int, height: int) -> bytes:
    """Make a one-bit BMP whose negative height says that the first row is the top one."""
    row = bytes([0xF0]) * ((width + 7) // 8)
    pixels = (row + bytes(-len(row) % 4)) * height
    info = struct.pack("<IiiHHIIiiII", 40, width, -height, 1, 1, 0, len(pixels), 2835, 2835, 2, 2)
    palette = bytes.fromhex("a56e3a008cc8ec00")
    start = 14 + len(info) + len(palette)
    head = b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start)
    return head + info + palette + pixels


def lfs_pointer() -> bytes:
    """Make what Git leaves in the tree where Git LFS has not fetched the file."""
    digest = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{digest}\nsize 12345\n".encode()


def cut(build: Build, share: float) -> Build:
    """Return a recipe that keeps the first `share` of another recipe's bytes."""

    def first_part() -> bytes:
        data = build()
        return data[: int(len(data) * share)]

    return first_part


def before(build: Build, mark: bytes) -> Build:
    """Return a recipe that ends just before the box whose type is `mark`."""

    def first_part() -> bytes:
        data = build()
        return data[: data.index(mark) - 4]

    return first_part


def wav(rate: int, samples: int, *, says: int | None = None) -> Build:
    """Return a recipe for 8-bit mono PCM; `says` is what the data chunk claims to hold."""
    claimed = samples if says is None else says
    riff = 36 + claimed + (claimed & 1) if claimed else 0
    head = b"RIFF" + struct.pack("<I", riff) + b"WAVEfmt "
    head += struct.pack("<IHHIIHH", 16, 1, 1, rate, rate, 1, 8)
    tone = bytes(128 + (24 if n // 8 % 2 else -24) for n in range(16))
    data = (tone * (samples // 16 + 1))[:samples]
    return lambda: head + b"data" + struct.pack("<I", claimed) + data + bytes(samples & 1)
