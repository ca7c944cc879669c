"""Give a profile to colours that a file tells in another way, so that they are not read as sRGB.

Code points are those of ITU-T H.273, in PNG's cICP (third edition, 11.3.2.6) and HEIF's nclx (ISO
14496-12, 12.1.5); Exif 3.0 has its own for Adobe RGB (4.6.5, "R03"). The profiles are ICC.1:2001.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from math import exp
from typing import BinaryIO

from PIL import Image

from mediaprep.fix import imageexif

Point = tuple[float, float]
Matrix = list[list[float]]

_D65: Point = (0.3127, 0.3290)
_D50 = (0.9642, 1.0, 0.8249)
_BT709 = ((0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
_BT2020 = ((0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65)
_P3 = ((0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65)
_ADOBE = ((0.640, 0.330), (0.210, 0.710), (0.150, 0.060), _D65)
_WIDE = {9: _BT2020, 11: (*_P3[:3], (0.314, 0.351)), 12: _P3}
_COLUMNS = (b"rXYZ", b"gXYZ", b"bXYZ")
_ADOBE_GAMMA = 563 / 256
_CODES_FIRST = ("png",)  # their code points stand above a profile
_BRADFORD: Matrix = [
    [0.8951, 0.2664, -0.1614],
    [-0.7502, 1.7135, 0.0367],
    [0.0389, -0.0685, 1.0296],
]

_WHITE_NITS, _PEAK_NITS = 203.0, 1000.0  # of SDR in HDR (ITU-R BT.2408); of most masters
_KNEE = 0.3  # from here on highlights are rolled off
_STEPS = 1024  # of a tone curve
_SEEN_BYTES = 1 << 20  # of a HEIF file: its description stands before its pictures
_PNG_HEAD_BYTES, _MOST_CHUNKS = 8, 1000


def told(picture: Image.Image, source: BinaryIO, container: str) -> bytes | None:
    """Return a profile for an opened picture that is not in sRGB though it carries no profile.

    None where nothing is told, or only what every reader assumes anyway. The place in the file
    stays as it is.
    """
    if picture.info.get("icc_profile") and container not in _CODES_FIRST:
        return None
    at = source.tell()
    codes = _READERS[container](source) if container in _READERS else None
    source.seek(at)
    if codes is not None:
        return _profile_of_codes(*codes)
    if picture.info.get("icc_profile"):
        return None
    adobe = imageexif.interoperability_of(picture.info.get("exif") or b"") == b"R03"
    return _profile(_ADOBE, lambda value: value**_ADOBE_GAMMA) if adobe else None


def _profile_of_codes(primaries: int, transfer: int) -> bytes | None:
    curve = _HDR.get(transfer)
    if curve is None and primaries not in _WIDE:
        return None
    return _profile(_WIDE.get(primaries, _BT709), curve or _CURVES.get(transfer, _srgb))


def _png(source: BinaryIO) -> tuple[int, int] | None:
    source.seek(_PNG_HEAD_BYTES)
    for _ in range(_MOST_CHUNKS):
        head = source.read(8)
        if len(head) < 8 or head[4:] in (b"IDAT", b"IEND"):
            return None
        if head[4:] == b"cICP":
            body = source.read(2)
            return (body[0], body[1]) if len(body) == 2 else None
        source.seek(int.from_bytes(head[:4]) + 4, 1)
    return None


def _heif(source: BinaryIO) -> tuple[int, int] | None:
    source.seek(0)
    found = source.read(_SEEN_BYTES).partition(b"colrnclx")[2]
    return struct.unpack_from(">HH", found) if len(found) >= 4 else None


_READERS: dict[str, Callable[[BinaryIO], tuple[int, int] | None]] = {
    "png": _png,
    "heif": _heif,
    "avif": _heif,
}


def _srgb(value: float) -> float:
    return value / 12.92 if value <= 0.04045 else float(((value + 0.055) / 1.055) ** 2.4)


def _pq(value: float) -> float:
    root = value ** (1 / 78.84375)
    nits = 10_000 * (max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (
        1 / 0.1593017578125
    )
    return _rolled_off(nits / _WHITE_NITS)


def _hlg(value: float) -> float:
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    scene = value * value / 3 if value <= 0.5 else (exp((value - c) / a) + b) / 12
    return _rolled_off(_PEAK_NITS * scene**1.2 / _WHITE_NITS)


def _rolled_off(light: float) -> float:
    """Bring what is brighter than white below it, and leave what is dark (Möbius)."""
    peak, knee = _PEAK_NITS / _WHITE_NITS, _KNEE
    if light <= knee:
        return light
    a = -knee * knee * (peak - 1) / (knee * knee - 2 * knee + peak)
    b = (knee * knee - 2 * knee * peak + peak) / (peak - 1)
    rolled = (b * b + 2 * b * knee + knee * knee) / (b - a) * (light + a) / (light + b)
    return min(rolled, 1.0)


_HDR: dict[int, Callable[[float], float]] = {16: _pq, 18: _hlg}
_CURVES: dict[int, Callable[[float], float]] = {
    4: lambda value: value**2.2,
    5: lambda value: value**2.8,
    8: lambda value: value,
}


def _profile(primaries: tuple[Point, ...], curve: Callable[[float], float]) -> bytes:
    """Write a display profile of three primaries and one tone curve."""
    columns = _to_d50(primaries)
    table = [round(65535 * curve(n / (_STEPS - 1))) for n in range(_STEPS)]
    tone = b"curv" + bytes(4) + struct.pack(f">I{_STEPS}H", _STEPS, *table)
    tags = {
        b"desc": b"desc" + bytes(4) + struct.pack(">I", 2) + b"-\0" + bytes(79),
        b"cprt": b"text" + bytes(4) + b"CC0\0",
        b"wtpt": _xyz(_D50),
        **{name: _xyz([row[n] for row in columns]) for n, name in enumerate(_COLUMNS)},
        b"rTRC": tone, b"gTRC": tone, b"bTRC": tone,
    }  # fmt: skip
    at, entries, body = 128 + 4 + 12 * len(tags), b"", b""
    for name, data in tags.items():
        entries += name + struct.pack(">II", at + len(body), len(data))
        body += data + bytes(-len(data) % 4)
    size = at + len(body)
    head = struct.pack(
        ">I4s4s4s4s4s12x4s", size, bytes(4), b"\2\x40\0\0", b"mntr", b"RGB ", b"XYZ ", b"acsp"
    )
    head = head.ljust(68, b"\0") + _fixed(_D50)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + entries + body


def _xyz(values: tuple[float, ...] | list[float]) -> bytes:
    return b"XYZ " + bytes(4) + _fixed(values)


def _fixed(values: tuple[float, ...] | list[float]) -> bytes:
    return struct.pack(">3i", *(round(value * 65536) for value in values))


def _to_d50(primaries: tuple[Point, ...]) -> Matrix:
    """Return the matrix from linear red, green and blue to XYZ under D50."""
    lights = [[x / y, 1.0, (1 - x - y) / y] for x, y in primaries]
    white = lights.pop()
    across = [list(row) for row in zip(*lights, strict=True)]
    shares = _times(_inverse(across), white)
    absolute = [[value * share for value, share in zip(row, shares, strict=True)] for row in across]
    seen, wanted = _times(_BRADFORD, white), _times(_BRADFORD, list(_D50))
    scale = [[wanted[n] / seen[n] * value for value in _BRADFORD[n]] for n in range(3)]
    adapted = _product(_inverse(_BRADFORD), scale)
    return _product(adapted, absolute)


def _times(matrix: Matrix, vector: list[float]) -> list[float]:
    return [sum(a * b for a, b in zip(row, vector, strict=True)) for row in matrix]


def _product(one: Matrix, other: Matrix) -> Matrix:
    columns = [list(column) for column in zip(*other, strict=True)]
    return [[sum(a * b for a, b in zip(row, c, strict=True)) for c in columns] for row in one]


def _inverse(m: Matrix) -> Matrix:
    def minor(r: int, c: int) -> float:
        r1, r2, c1, c2 = (r + 1) % 3, (r + 2) % 3, (c + 1) % 3, (c + 2) % 3
        return m[r1][c1] * m[r2][c2] - m[r1][c2] * m[r2][c1]

    whole = sum(m[0][c] * minor(0, c) for c in range(3))
    return [[minor(c, r) / whole for c in range(3)] for r in range(3)]
