"""What may be decoded: containers and codecs by name, and how large a picture."""

from __future__ import annotations

MAX_PIXELS = 178_956_970  # Pillow's own bound; four bytes each still fit a worker's memory

# container -> FFmpeg's demuxer; where there are several, FFmpeg tells which
DEMUXERS = {
    "mp4": "mov",
    "mov": "mov",
    "m4v": "mov",
    "3gp": "mov",
    "m4a": "mov",
    "matroska": "matroska",
    "webm": "matroska",
    "avi": "avi",
    "mpegts": "mpegts",
    "flv": "flv",
    "wav": "wav",
    "mp3": "mp3",
    "aac": "aac",
    "flac": "flac",
    "ogg": "ogg",
    "aiff": "aiff",
    "asf": "asf",
    "ape": "ape",
    "wavpack": "wv",
    "musepack": "mpc,mpc8",
    "ac3": "ac3,eac3",
    "amr": "amr",
}

# FFmpeg knows hundreds more, most of them seldom run and seldom fuzzed.
_PICTURE = """
    h264 hevc vvc av1 vp8 vp9 vp6 vp6f flv1 h261 h263 h263p mpeg1video mpeg2video mpeg4 theora
    msmpeg4v1 msmpeg4v2 msmpeg4v3 wmv1 wmv2 wmv3 vc1 mjpeg prores dnxhd cfhd ffv1 huffyuv ffvhuff
    utvideo dvvideo cinepak svq1 svq3 qtrle rawvideo v210 png gif bmp jpeg2000 webp
"""
_SOUND = """
    aac aac_latm mp1 mp2 mp3 ac3 eac3 opus vorbis flac alac speex amrnb amrwb amr_nb amr_wb truehd
    mlp dts wmav1 wmav2 wmapro wmalossless wmavoice ape wavpack musepack7 musepack8 gsm gsm_ms qdm2
    nellymoser pcm_alaw pcm_mulaw pcm_s8 pcm_u8 pcm_s16le pcm_s16be pcm_s24le pcm_s24be pcm_s32le
    pcm_s32be pcm_s64le pcm_s64be pcm_u16le pcm_u16be pcm_u24le pcm_u24be pcm_u32le pcm_u32be
    pcm_f32le pcm_f32be pcm_f64le pcm_f64be pcm_bluray pcm_dvd adpcm_ms adpcm_ima_wav adpcm_ima_qt
    adpcm_swf adpcm_g722 adpcm_g726
"""
CODECS = frozenset(f"{_PICTURE}{_SOUND}".split())

# A file sniffed as HEIF by its brand may hold AV1, and the other way round.
# Pillow tries no other opener: some of them start programs, such as ghostscript for EPS.
OPENERS = {
    "jpeg": ("JPEG",),  # MPO comes out of the same opener
    "png": ("PNG",),
    "webp": ("WEBP",),
    "bmp": ("BMP", "DIB"),
    "tiff": ("TIFF",),
    "gif": ("GIF",),
    "heif": ("HEIF", "AVIF"),
    "avif": ("AVIF", "HEIF"),
}
# What they hold beside their first picture is no animation: previews, gain maps, other pictures.
ALBUMS = ("MPO", "HEIF")

IMAGES = frozenset(OPENERS)
