"""Read what stands beside the picture in a PNG: EXIF, XMP, ICC, C2PA and the HDR signal.

PNG third edition (W3C, 2025), sections 11.3.2 (iCCP, cICP), 11.3.3 (tEXt, zTXt, iTXt), 11.3.4
(eXIf); the `Raw profile type` texts are ImageMagick's and older than eXIf; C2PA 2.1 section A.3.
"""

from __future__ import annotations

import binascii
import zlib

from mediaprep.model import MediaInfo
from mediaprep.probe.exif import read_exif
from mediaprep.probe.icc import describe_profile
from mediaprep.probe.pixels import wide_gamut
from mediaprep.probe.xmp import read_xmp

MAX_INFLATED = 1 << 18  # of a compressed text: a bomb stops here
PROFILE_BYTES = 8192  # of an ICC profile: its description stands near its start

# How much of each chunk is looked at.
LOOKS = {
    b"eXIf": 1 << 16,
    b"iCCP": 1 << 14,
    b"cICP": 4,
    b"caBX": 0,
    b"iTXt": 1 << 16,
    b"zTXt": 1 << 16,
    b"tEXt": 1 << 16,
}
# Keyword of a text chunk -> what it holds. An "APP1" may hold XMP too: it is then no EXIF.
_TEXTS = {
    b"XML:com.adobe.xmp": "xmp",
    b"Raw profile type xmp": "xmp",
    b"Raw profile type exif": "exif",
    b"Raw profile type APP1": "exif",
}
_READERS = {"xmp": read_xmp, "exif": read_exif}
_TRANSFERS = {16: "pq", 18: "hlg"}  # ITU-T H.273


def look_into(kind: bytes, body: bytes, info: MediaInfo, turns: dict[str, int | None]) -> None:
    """Read one chunk of `LOOKS`; orientations go into `turns`, under "exif" and "xmp".

    Of what may be there once, the first is read, and no more: a file of compressed texts would
    otherwise be inflated whole.
    """
    if kind == b"eXIf":
        turns["exif"] = read_exif(body, info)
    elif kind == b"iCCP":
        if "icc" not in turns:
            turns["icc"] = None
            info.icc = describe_profile(_inflate(body.partition(b"\0")[2][1:], PROFILE_BYTES))
    elif kind == b"cICP" and len(body) == 4:
        info.hdr = _TRANSFERS.get(body[1])
        if gamut := wide_gamut(body[0]):
            info.marks["wide-gamut"] = gamut
    elif kind == b"caBX":
        info.marks["c2pa"] = "C2PA manifest in caBX"
    else:
        keyword, _, text = body.partition(b"\0")
        reads = _TEXTS.get(keyword)
        if reads is not None and reads not in turns:
            turns[reads] = _READERS[reads](_plain_text(kind, keyword, text), info)


def _plain_text(kind: bytes, keyword: bytes, text: bytes) -> bytes:
    if kind == b"zTXt":
        text = _inflate(text[1:])
    elif kind == b"iTXt":
        deflated = text[:1] == b"\1"
        text = text[2:].split(b"\0", 2)[-1]  # behind the language and the translated keyword
        text = _inflate(text) if deflated else text
    return _from_hex(text) if keyword.startswith(b"Raw") else text


def _inflate(data: bytes, limit: int = MAX_INFLATED) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, limit)
    except zlib.error:
        return b""


def _from_hex(text: bytes) -> bytes:
    # "\nexif\n    1234\n", then the bytes in hexadecimal, 72 digits a line.
    digits = b"".join(text.split(maxsplit=2)[2:]).translate(None, b" \t\r\n")
    try:
        return binascii.unhexlify(digits[: len(digits) & ~1])
    except ValueError:
        return b""
