"""Name pixel formats and transfer functions as ffprobe and the rules name them.

Chroma formats as in H.264 (`chroma_format_idc`), code points as in ITU-T H.273.
"""

from __future__ import annotations

_CHROMA = ("gray", "yuv420p", "yuv422p", "yuv444p")
_HDR = {16: "pq", 18: "hlg"}  # transfer characteristics of BT.2100
_WIDE = {9: "BT.2020", 11: "DCI-P3", 12: "Display P3"}  # primaries beyond those of sRGB
_IDENTITY_MATRIX = 0  # the planes are green, blue and red
_J_CODECS = frozenset(("h264", "hevc", "mjpeg"))  # whose decoders tell full range by the format


def pixel_format(
    codec: str, chroma: int, bit_depth: int, *, full_range: bool = False, matrix: int | None = None
) -> str:
    """Return ffprobe's name of a planar format, such as `yuv420p10le`."""
    if chroma == 0 and codec == "h264":
        chroma = 1  # its decoders fill in the chroma of gray pictures
    base = _CHROMA[chroma]
    if chroma == 3 and matrix == _IDENTITY_MATRIX:
        base = "gbrp"
    elif full_range and chroma and bit_depth == 8 and codec in _J_CODECS:
        base = base.replace("yuv", "yuvj")
    return base if bit_depth == 8 else f"{base}{bit_depth}le"


def wide_gamut(primaries: int | None) -> str | None:
    """Name the primaries of colours that sRGB does not hold, None for all others."""
    return None if primaries is None else _WIDE.get(primaries)


def hdr_of_transfer(transfer: int | None) -> str | None:
    """Return "pq" or "hlg" for the transfer functions of high dynamic range, else None."""
    return None if transfer is None else _HDR.get(transfer)
