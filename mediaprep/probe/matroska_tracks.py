"""Turn the elements of Matroska's track entries into facts.

RFC 9559 section 5.1.4, with the codec mappings of draft-ietf-cellar-codec.
"""

from __future__ import annotations

from fractions import Fraction

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import fourcc, waveformat
from mediaprep.probe import matroska_ids as ids
from mediaprep.probe.decoderconfig import MAX_BYTES, read_config
from mediaprep.probe.ebml import Element, binary, floating, text, unsigned
from mediaprep.probe.pixels import hdr_of_transfer
from mediaprep.probe.rates import nearest_rate
from mediaprep.probe.source import Source

Track = dict[int, Element]  # identifier -> the first such element of the track entry

_VIDEO_TRACK, _AUDIO_TRACK = 1, 2
_NS = 1_000_000_000
_NO_DISPLAY_SIZE = 4  # DisplayUnit "unknown"
_DEFAULT_HZ = 8000

# By the whole identifier first, then by what stands before the slash.
_CODECS: dict[str, str] = {
    "V_MPEG4/ISO/AVC": "h264",
    "V_MPEG4/MS/V3": "msmpeg4",
    "V_MPEG4": "mpeg4",
    "V_MPEGH": "hevc",
    "V_MPEGI": "vvc",
    "V_MPEG1": "mpegvideo",
    "V_MPEG2": "mpegvideo",
    "V_VP8": "vp8",
    "V_VP9": "vp9",
    "V_AV1": "av1",
    "V_THEORA": "theora",
    "V_PRORES": "prores",
    "V_FFV1": "ffv1",
    "V_MJPEG": "mjpeg",
    "V_UNCOMPRESSED": "rawvideo",
    "A_AAC": "aac",
    "A_OPUS": "opus",
    "A_VORBIS": "vorbis",
    "A_FLAC": "flac",
    "A_MPEG/L1": "mp1",
    "A_MPEG/L2": "mp2",
    "A_MPEG/L3": "mp3",
    "A_AC3": "ac3",
    "A_EAC3": "eac3",
    "A_DTS": "dts",
    "A_TRUEHD": "truehd",
    "A_MLP": "mlp",
    "A_PCM": "pcm",
    "A_ALAC": "alac",
    "A_TTA1": "tta",
    "A_WAVPACK4": "wavpack",
}


def read_tracks(source: Source, info: MediaInfo, tracks: list[Track]) -> None:
    """Count the tracks and describe the first picture track and the first sound track."""
    kinds = [_number(source, track, ids.TRACK_TYPE) for track in tracks]
    info.video_tracks = kinds.count(_VIDEO_TRACK)
    info.audio_tracks = kinds.count(_AUDIO_TRACK)
    info.kind = Kind.VIDEO if info.video_tracks else Kind.AUDIO if info.audio_tracks else None
    if any(ids.ENCRYPTION in track for track in tracks):
        info.faults.append((Fault.ENCRYPTED, "a track says its content is encrypted"))
    if info.video_tracks:
        _read_video(source, info, tracks[kinds.index(_VIDEO_TRACK)])
    if info.audio_tracks:
        _read_audio(source, info, tracks[kinds.index(_AUDIO_TRACK)])


def _number(source: Source, track: Track, name: int, default: int = 0) -> int:
    element = track.get(name)
    return default if element is None else unsigned(source, element)


def _read_video(source: Source, info: MediaInfo, track: Track) -> None:
    private = _private(source, track)
    info.video_codec = codec = _codec(source, info, track, private, "video_codec")
    info.coded_width = _number(source, track, ids.WIDTH) or None
    info.coded_height = _number(source, track, ids.HEIGHT) or None
    read_config(info, codec, private)
    _read_shape(source, info, track)
    _read_rate(source, info, track)
    info.bit_depth = _number(source, track, ids.BITS_PER_CHANNEL) or info.bit_depth
    info.hdr = hdr_of_transfer(_number(source, track, ids.TRANSFER)) or info.hdr
    if _number(source, track, ids.ALPHA_MODE) == 1:
        info.has_alpha = True
    elif codec in fourcc.OPAQUE:
        info.has_alpha = False
    info.unread["frames"] = "the blocks were not counted"


def _private(source: Source, track: Track) -> bytes:
    element = track.get(ids.CODEC_PRIVATE)
    return binary(source, element, MAX_BYTES) if element else b""


def _read_shape(source: Source, info: MediaInfo, track: Track) -> None:
    """Derive the displayed sides: cropped and turned, but not stretched."""
    if info.coded_width is None or info.coded_height is None:
        info.unread["width"] = info.unread["height"] = "the track entry states no size"
        return
    crops = (ids.CROP_LEFT, ids.CROP_RIGHT, ids.CROP_TOP, ids.CROP_BOTTOM)
    left, right, top, bottom = (_number(source, track, crop) for crop in crops)
    width, height = info.coded_width - left - right, info.coded_height - top - bottom
    if width <= 0 or height <= 0:
        info.unread["width"] = info.unread["height"] = "the track entry crops everything away"
        return
    info.sample_aspect = _sample_aspect(source, track, width, height) or info.sample_aspect
    info.rotation = _rotation(source, track)
    info.width, info.height = (height, width) if info.rotation in (90, 270) else (width, height)


def _sample_aspect(source: Source, track: Track, width: int, height: int) -> Fraction | None:
    """Return how the track stretches its samples; None leaves that to the stream's own headers."""
    if _number(source, track, ids.DISPLAY_UNIT) == _NO_DISPLAY_SIZE:
        return None
    across, down = (_number(source, track, i) for i in (ids.DISPLAY_WIDTH, ids.DISPLAY_HEIGHT))
    return Fraction((across or width) * height, (down or height) * width)


def _rotation(source: Source, track: Track) -> int | None:
    """Return the clockwise turn of a flat projection: its roll counts the other way."""
    roll = track.get(ids.ROLL)
    if roll is None or _number(source, track, ids.PROJECTION_TYPE):
        return 0
    degrees = floating(source, roll)
    return None if degrees is None or degrees % 90 else int(-degrees) % 360


def _read_rate(source: Source, info: MediaInfo, track: Track) -> None:
    step_ns = _number(source, track, ids.DEFAULT_DURATION)
    if step_ns:
        rate = Fraction(_NS, step_ns)
        info.fps = info.fps_nominal = nearest_rate(rate, rate / step_ns)
    else:
        info.unread["fps"] = "the track states no frame duration"


def _read_audio(source: Source, info: MediaInfo, track: Track) -> None:
    info.audio_codec = _codec(source, info, track, _private(source, track), "audio_codec")
    info.channels = _number(source, track, ids.CHANNELS, 1) or None
    if info.channels is None:
        info.unread["channels"] = "the track entry says none"
    element = track.get(ids.OUTPUT_RATE) or track.get(ids.SAMPLING_RATE)
    rate = floating(source, element) if element else Fraction(_DEFAULT_HZ)
    if rate is not None and rate >= 1:
        info.sample_rate = round(rate)
    else:
        info.unread["sample_rate"] = "the track entry states no possible frequency"


def _codec(source: Source, info: MediaInfo, track: Track, private: bytes, fact: str) -> str | None:
    element = track.get(ids.CODEC_ID)
    name = text(source, element) if element else ""
    codec: str | None = None
    if name == "V_MS/VFW/FOURCC":
        header = fourcc.bitmap(private)
        codec = fourcc.video_codec(header.fourcc) if header else None
    elif name == "A_MS/ACM":
        codec = waveformat.codec(waveformat.parse(private).tag)
    else:
        codec = _CODECS.get(name) or _CODECS.get(name.split("/", 1)[0])
    if codec is None:
        info.unread[fact] = f"{name!r} is no codec that we have a name for"
    return codec
