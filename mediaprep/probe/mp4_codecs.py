"""Name codecs by the types of sample entries and the object types of MPEG-4 systems.

The MP4 Registration Authority's lists (mp4ra.org: sample entries, object types) and Apple's
QuickTime File Format (video and sound sample descriptions).
"""

from __future__ import annotations

_VIDEO: dict[str, tuple[bytes, ...]] = {
    "h264": (b"avc1", b"avc2", b"avc3", b"avc4", b"dva1", b"dvav"),
    "hevc": (b"hvc1", b"hev1", b"hvc2", b"hev2", b"dvh1", b"dvhe"),
    "vvc": (b"vvc1", b"vvi1"),
    "av1": (b"av01", b"dav1"),
    "vp9": (b"vp09",),
    "vp8": (b"vp08",),
    "mpeg4": (b"mp4v", b"XVID", b"DIVX", b"DX50", b"3IV1", b"3IV2", b"FMP4", b"xvid", b"divx"),
    "h263": (b"s263", b"h263", b"H263"),
    "mjpeg": (b"jpeg", b"mjpa", b"mjpb", b"mjpg", b"MJPG", b"AVDJ", b"dmb1"),
    "prores": (b"apco", b"apcs", b"apcn", b"apch", b"ap4h", b"ap4x"),
    "dnxhd": (b"AVdn", b"AVdh"),
    "cfhd": (b"CFHD",),
    "hap": (b"Hap1", b"Hap5", b"HapY", b"HapM", b"HapA"),
    "dv": (
        *(b"dvc ", b"dvcp", b"dvpp", b"dvsd", b"dvs1", b"dv5n", b"dv5p", b"dv1n", b"dv1p"),
        *(b"dvh%c" % n for n in b"2356pq"),
    ),
    "mpegvideo": (
        *(b"mp1v", b"mpg1", b"m1v ", b"m1v1", b"mp2v", b"mpg2", b"m2v1", b"hdv1", b"hdv2"),
        *(b"hdv%c" % n for n in b"3456789ab"),
        *(b"xdv%c" % n for n in b"123456789abcdef"),
        *(b"xd5%c" % n for n in b"123456789abcdef"),
        *(b"mx3n", b"mx3p", b"mx4n", b"mx4p", b"mx5n", b"mx5p"),
    ),
    "vc1": (b"vc-1", b"WVC1"),
    "jpeg2000": (b"mjp2", b"mj2 "),
    "ffv1": (b"FFV1",),
    "png": (b"png ", b"MPNG"),
    "qtrle": (b"rle ",),
    "cinepak": (b"cvid",),
    "svq1": (b"SVQ1", b"svq1", b"svqi"),
    "svq3": (b"SVQ3",),
    "rawvideo": (
        *(b"raw ", b"2vuy", b"yuv2", b"yuvs", b"2Vuy", b"v210", b"v216", b"v308", b"v408", b"v410"),
        *(b"r210", b"b16g", b"b48r", b"b64a", b"BGRA", b"RGBA", b"ARGB", b"uncv"),
    ),
}
VIDEO_CODECS = {kind: codec for codec, kinds in _VIDEO.items() for kind in kinds}

_AUDIO: dict[str, tuple[bytes, ...]] = {
    "aac": (b"mp4a", b"aac "),
    "mp3": (b".mp3", b"ms\0\x55", b"mp3 "),
    "mp2": (b".mp2", b"ms\0\x50"),
    "mp1": (b".mp1",),
    "alac": (b"alac",),
    "ac3": (b"ac-3", b"sac3", b"AC-3", b"ms\x20\x00"),
    "eac3": (b"ec-3", b"EC-3"),
    "ac4": (b"ac-4",),
    "opus": (b"Opus",),
    "flac": (b"fLaC",),
    "vorbis": (b"Vrbs",),
    "amr": (b"samr", b"sawb", b"sawp"),
    "pcm": (
        *(b"raw ", b"NONE", b"twos", b"sowt", b"lpcm", b"ipcm", b"fpcm", b"in24", b"in32"),
        *(b"fl32", b"FL32", b"fl64", b"FL64", b"s24l", b"s32l", b"ni24"),
    ),
    "g711": (b"ulaw", b"ULAW", b"alaw", b"ALAW", b"ms\0\x06", b"ms\0\x07"),
    "adpcm": (b"ima4", b"ms\0\x02", b"ms\0\x11"),
    "gsm": (b"agsm",),
    "dts": (b"dtsc", b"dtsh", b"dtsl", b"dtse", b"dtsx", b"dtsy", b"DTS ", b"dts+", b"dts-"),
    "truehd": (b"mlpa",),
    "mpegh_3d_audio": (b"mha1", b"mha2", b"mhm1", b"mhm2"),
    "qcelp": (b"sqcp", b"Qclp", b"QcLP"),
    "evrc": (b"sevc",),
    "qdm2": (b"QDM2", b"QDMC"),
    "mace": (b"MAC3", b"MAC6"),
    "speex": (b"spex",),
    "wma": (b"WMA2", b"wma ", b"owma"),
    "iamf": (b"iamf",),
    "apac": (b"apac",),
}
AUDIO_CODECS = {kind: codec for codec, kinds in _AUDIO.items() for kind in kinds}

# ISO/IEC 14496-1 table 5: what an `esds` says is inside `mp4a` and `mp4v`.
OBJECT_TYPES: dict[int, str] = {
    0x20: "mpeg4",
    0x21: "h264",
    0x23: "hevc",
    0x40: "aac",
    **dict.fromkeys(range(0x60, 0x66), "mpegvideo"),
    **dict.fromkeys((0x66, 0x67, 0x68), "aac"),
    0x69: "mp3",
    0x6A: "mpegvideo",
    0x6B: "mp3",
    0x6C: "mjpeg",
    0x6D: "png",
    0x6E: "jpeg2000",
    0xA0: "evrc",
    0xA3: "vc1",
    0xA5: "ac3",
    0xA6: "eac3",
    **dict.fromkeys((0xA9, 0xAA, 0xAB, 0xAC), "dts"),
    0xAD: "opus",
    0xAE: "ac4",
    0xB1: "vp9",
    0xDD: "vorbis",
    0xE1: "qcelp",
}

ENCRYPTED = frozenset((b"encv", b"enca", b"drmi", b"drms"))
DOLBY_VISION = frozenset((b"dvh1", b"dvhe", b"dva1", b"dvav", b"dav1"))
