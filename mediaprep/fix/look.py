"""Ask the decoder for what headers may leave open: colours and interlacing of the first frame."""

from __future__ import annotations

import re
from dataclasses import dataclass

from mediaprep.engine import MEMORY_BYTES
from mediaprep.errors import FixFailed
from mediaprep.fix import ffmpeg
from mediaprep.model import MediaInfo

_COLOUR = re.compile(
    r"color_range:(\w+) color_space:([\w-]+) color_primaries:([\w-]+) color_trc:([\w-]+)"
)
_SEE_THROUGH = re.compile(r" fmt:(?:yuva|rgba|bgra|argb|abgr|gbrap|ya8|ya16)")
_FIELDS = re.compile(r" i:([PTB]) iskey:")
HDR_TRANSFERS = {"smpte2084": "smpte2084", "arib-std-b67": "arib-std-b67"}

# showinfo's name -> the scale filter's
_MATRICES = {
    "bt709": "bt709", "fcc": "fcc", "bt470bg": "bt470", "smpte170m": "smpte170m",
    "smpte240m": "smpte240m", "bt2020nc": "bt2020", "bt2020c": "bt2020",
}  # fmt: skip
_SMALLEST_HD = 720  # lines from which untagged pictures are taken for BT.709, as players do


@dataclass(frozen=True, slots=True)
class Look:
    """How the first frame is to be read; names are the scale filter's."""

    matrix: str
    full_range: bool = False
    transfer: str | None = None  # "smpte2084", "arib-std-b67": HDR; None: taken for BT.709
    interlaced: bool = False
    alpha: bool = False  # whether pixels can be transparent


def look(info: MediaInfo, timeout_s: float = 60.0) -> Look:
    """Decode the first frame of the clip at `info.path`."""
    from mediaprep.fix.graph import look_arguments  # ffmpeg-python takes a while to import

    reach = ffmpeg.Reach((info.path,), memory_bytes=memory_bytes(info))
    try:
        _, said = ffmpeg.run(look_arguments(info), reach, timeout_s=timeout_s)
    except FixFailed as error:
        raise FixFailed(f"its first frame cannot be decoded ({error})", error.hint) from None
    colour, fields = _COLOUR.search(said), _FIELDS.search(said)
    if colour is None:
        raise FixFailed("ffmpeg decodes no frame of it")
    full, matrix, _, transfer = colour.groups()
    return Look(
        _MATRICES.get(matrix) or assumed(info).matrix,
        full == "pc",
        HDR_TRANSFERS.get(transfer),
        fields is not None and fields[1] != "P",
        _SEE_THROUGH.search(said) is not None,
    )


def assumed(info: MediaInfo) -> Look:
    """Return what players assume of a clip that was not looked at."""
    matrix = "bt709" if (info.coded_height or _SMALLEST_HD) >= _SMALLEST_HD else "smpte170m"
    transfer = {"pq": "smpte2084", "hlg": "arib-std-b67"}.get(info.hdr or "")
    alpha = bool(info.has_alpha)
    return Look("bt2020" if transfer else matrix, transfer=transfer, alpha=alpha)


def memory_bytes(info: MediaInfo) -> int:
    """Return how much memory decoding and encoding a clip may take: by the size of its frames."""
    pixels = (info.coded_width or info.width or 0) * (info.coded_height or info.height or 0)
    frame_bytes = pixels * 3  # 4:2:0 in 16 bits, as decoders keep what has 10
    return MEMORY_BYTES + 48 * frame_bytes  # reference frames, threads, look-ahead
