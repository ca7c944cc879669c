"""Pictures for the image executor's tests, and the executor run on them in this process."""

from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Any

from PIL import Image

from mediaprep.fix.image import job_of
from mediaprep.fix.imagework import make
from mediaprep.fix.recipe import ImageRecipe
from mediaprep.probe import probe

CORNERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "white": (255, 255, 255)}


def encoded(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def made(data: bytes, recipe: ImageRecipe, folder: Path) -> bytes:
    """Return what the executor makes of a file with these bytes."""
    path = folder / "given"
    path.write_bytes(data)
    out = io.BytesIO()
    with path.open("rb") as source:
        make(source, out, job_of(probe(str(path)), recipe))
    return out.getvalue()


def shown(data: bytes) -> Image.Image:
    """Decode a picture as it is stored; turned by nothing."""
    picture = Image.open(io.BytesIO(data))
    picture.load()
    return picture


def quarters(width: int, height: int) -> Image.Image:
    """Red, lime, blue and white: upper left, upper right, lower left, lower right."""
    picture = Image.new("RGB", (width, height))
    for n, colour in enumerate(CORNERS.values()):
        box = (width // 2 * (n % 2), height // 2 * (n // 2), width, height)
        picture.paste(colour, box)
    return picture


def grain(width: int, height: int) -> Image.Image:
    """Return soft shapes with grain: something to compress."""
    soft = Image.radial_gradient("L").resize((width, height))
    noise = Image.frombytes(
        "L", (width, height), bytes((n * n * 37 + n // 7) % 61 for n in range(width * height))
    )
    return Image.merge("RGB", (soft, noise, Image.blend(soft, noise, 0.5)))


def exif(orientation: int | None = None, **more: bool) -> bytes:
    """Return an EXIF block, with everything that is private if `private` is set."""
    block = Image.Exif()
    block[0x010F], block[0x0110] = "Maker", "Model"
    if orientation is not None:
        block[0x0112] = orientation
    shot: dict[int, Any] = {0x829A: 0.25, 0xA002: 4000, 0xA003: 3000}
    if more.get("private"):
        shot |= {0x927C: b"secret maker note 4711", 0xA430: "Jane Owner", 0xA431: "SN-4711"}
        position = {1: "N", 2: (52.0, 31.0, 12.0), 3: "E", 4: (13.0, 24.0, 18.0)}
        block.get_ifd(0x8825).update(position)
    block.get_ifd(0x8769).update(shot)
    return block.tobytes()


XMP = (
    b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF><rdf:Description dc:title="A title"'
    b' exif:GPSLatitude="52,31.2N" aux:SerialNumber="SN-4711" tiff:Orientation="1">'
    b"<exif:GPSLongitude>13,24.3E</exif:GPSLongitude>"
    b"<aux:OwnerName>Jane Owner</aux:OwnerName></rdf:Description></rdf:RDF></x:xmpmeta>"
)

_P3 = ((0.5151, 0.2412, -0.0011), (0.2920, 0.6922, 0.0419), (0.1571, 0.0666, 0.7841))


def display_p3() -> bytes:
    """Return a matrix profile with the primaries of Display P3 (D50) and a gamma of 2.2."""
    tags = {
        name: b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(v * 65536) for v in column))
        for name, column in zip((b"rXYZ", b"gXYZ", b"bXYZ"), _P3, strict=True)
    }
    tags[b"wtpt"] = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, 0x0233, 0)
    return _profile(b"RGB XYZ ", b"mntr", tags | dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), curve))


def inks() -> bytes:
    """Return a CMYK profile whose full cyan is a certain dark red: nothing guesses that."""
    corners = bytearray()
    for n in range(16):  # cyan counts most, black least
        cyan, others = n & 8, n & 7
        corners += bytes(
            (80, 180, 160) if cyan and not others else (0 if others else 255, 128, 128)
        )
    ramp = bytes(range(256))
    lut = (
        b"mft1\0\0\0\0"
        + bytes((4, 3, 2, 0))
        + struct.pack(">9i", 65536, 0, 0, 0, 65536, 0, 0, 0, 65536)
    )
    lut += ramp * 4 + bytes(corners) + ramp * 3
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    return _profile(b"CMYKLab ", b"prtr", {b"A2B0": lut, b"wtpt": white})


def _profile(spaces: bytes, kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    text = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"test\0" + bytes(78)
    tags = {b"desc": text, b"cprt": b"text\0\0\0\0none\0"} | tags
    table, body, at = b"", b"", 128 + 4 + 12 * len(tags)
    for name, data in tags.items():
        data += bytes(-len(data) % 4)
        table += struct.pack(">4sII", name, at + len(body), len(data))
        body += data
    head = struct.pack(">I4sI4s8s", at + len(body), b"test", 0x02400000, kind, spaces)
    head += bytes(12) + b"acsp" + bytes(28) + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + struct.pack(">I", len(tags)) + table + body
