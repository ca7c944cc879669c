"""Take from a decoder's configuration what Matroska, Flash and transport streams do not say.

ISO/IEC 14496-15 (`avcC`, `hvcC`) and the AV1 ISO media binding (`av1C`), the bodies of which other
containers carry too; the parameter sets in them are read by `sps`.
"""

from __future__ import annotations

from mediaprep.model import MediaInfo
from mediaprep.probe.mp4_video import av1_format, hevc_picture, parameter_sets
from mediaprep.probe.pixels import hdr_of_transfer, pixel_format
from mediaprep.probe.sps import Picture, read_avc

MAX_BYTES = 4096


def read_config(info: MediaInfo, codec: str | None, record: bytes) -> None:
    """Fill in what a configuration record says of the picture; pass over one of no use."""
    span = (0, len(record))
    if codec == "h264" and len(record) > 6:
        units = parameter_sets(record, 6, len(record), record[5] & 31)
        take_picture(info, codec, read_avc(units[0]) if units else None)
    elif codec == "hevc" and (found := hevc_picture(record, span)):
        chroma, info.bit_depth, picture = found
        info.pix_fmt = pixel_format(codec, chroma, info.bit_depth)
        take_picture(info, codec, picture)
    elif codec == "av1" and (av1 := av1_format(record, span)):
        chroma, info.bit_depth = av1
        info.pix_fmt = pixel_format(codec, chroma, info.bit_depth)


def take_picture(info: MediaInfo, codec: str, picture: Picture | None) -> None:
    """Fill in what a sequence parameter set says, if one could be read."""
    if picture is None:
        return
    info.width = info.coded_width = picture.width
    info.height = info.coded_height = picture.height
    info.sample_aspect = picture.sample_aspect
    info.bit_depth = picture.bit_depth
    info.hdr = hdr_of_transfer(picture.transfer)
    info.pix_fmt = pixel_format(
        codec,
        picture.chroma,
        picture.bit_depth,
        full_range=picture.full_range,
        matrix=picture.matrix,
    )
