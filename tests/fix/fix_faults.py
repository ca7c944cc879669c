"""What can be wrong with a file: faults as named changes to a recipe for a compliant one.

Of each group a file has one fault at most. Where two faults ask for different things of a file, the
later group has its way, so that a pair may be one fault in effect.
"""

from __future__ import annotations

from typing import Any

Facts = dict[str, Any]

BASE: dict[str, Facts] = {
    "image": {"size": (640, 480), "form": "JPEG", "ext": "jpg", "mode": "RGB"},
    "clip": {
        **{"size": (960, 540), "fps": "25", "seconds": 2.4, "sar": "1"},
        **{"ext": "mp4", "flags": "faststart"},
    },
    "sound": {"seconds": 3.0, "ext": "wav", "rate": 44100, "channels": 1},
}

_IMAGE: dict[str, dict[str, Facts]] = {
    "shape": {
        "small": {"size": (120, 90)},
        "tiny": {"size": (16, 16)},
        "low": {"size": (640, 280)},
        "panorama": {"size": (1500, 400)},
        "strip": {"size": (3000, 310)},
        "line": {"size": (2000, 1)},
        "tower": {"size": (310, 1201)},
        "large": {"size": (6101, 2501)},
        "long": {"size": (320, 6400)},
        "odd": {"size": (301, 751)},
        "brim": {"size": (1000, 400)},
    },
    "form": {
        "avif": {"form": "AVIF", "ext": "avif"},
        "webp": {"form": "WEBP", "ext": "webp"},
        "bmp": {"form": "BMP", "ext": "bmp"},
        "tiff": {"form": "TIFF", "ext": "tif"},
        "gif": {"form": "GIF", "ext": "gif"},
        "heic": {"form": "HEIF", "ext": "heic"},
        "jpeg2000": {"form": "JPEG2000", "ext": "jp2"},
        "heavy": {"size": (3500, 3200), "form": "BMP", "ext": "bmp", "mode": "RGB"},
        "noisy": {"size": (3400, 3200), "form": "TIFF", "ext": "tif", "mode": "noise"},
    },
    "name": {"misnamed": {"ext": "png", "form": "JPEG"}, "unnamed": {"ext": "dat"}},
    "mode": {
        "gray": {"mode": "L"},
        "alpha": {"mode": "RGBA", "form": "PNG", "ext": "png"},
        "webp-alpha": {"mode": "RGBA", "form": "WEBP", "ext": "webp"},
        "heic-alpha": {"mode": "RGBA", "form": "HEIF", "ext": "heic"},
        "palette": {"mode": "P", "form": "PNG", "ext": "png"},
        "inks": {"mode": "CMYK", "form": "JPEG", "ext": "jpg"},
        "printed": {"mode": "CMYK", "form": "TIFF", "ext": "tif"},
        "lab": {"mode": "LAB", "form": "TIFF", "ext": "tif"},
        "deep": {"mode": "I;16", "form": "PNG", "ext": "png"},
        "deep-colour": {"mode": "RGB16", "form": "PNG", "ext": "png"},
        "bilevel": {"mode": "1", "form": "PNG", "ext": "png"},
        "fax": {"mode": "1", "form": "TIFF", "ext": "tif"},
    },
    "colour": {"p3": {"icc": True}},
    "told": {"located": {"private": True}},
    "turn": {
        "turned": {"orientation": 6},
        "mirrored": {"orientation": 5},
        "upended": {"orientation": 3},
        "back": {"orientation": 8},
        "heic-turned": {"orientation": 6, "form": "HEIF", "ext": "heic"},
    },
    "motion": {
        "animated": {"frames": 3, "form": "GIF", "ext": "gif"},
        "moving": {"frames": 3, "form": "WEBP", "ext": "webp"},
        "apng": {"frames": 3, "form": "PNG", "ext": "png", "mode": "RGBA"},
        "pages": {"frames": 3, "form": "TIFF", "ext": "tif"},
        "sequence": {"frames": 3, "form": "AVIF", "ext": "avif"},
        "album": {"frames": 2, "form": "HEIF", "ext": "heic"},
        "pair": {"frames": 2, "form": "MPO", "ext": "jpg"},
    },
    "bytes": {
        "torn": {"cut": 0.6},
        "empty": {"cut": 0.0},
        "trailed": {"pad": 5000},
        "contested": {"pad": 30_700_000},
        "stuffed": {"pad": 33_000_000},
    },
}

_CLIP: dict[str, dict[str, Facts]] = {
    "shape": {
        "small": {"size": (320, 240)},
        "large": {"size": (1920, 1080)},
        "wide": {"size": (1600, 400)},
        "tall": {"size": (360, 1280)},
        "odd": {"size": (961, 541), "pix": "yuv444p"},
    },
    "rate": {
        "slow": {"fps": "12"},
        "film": {"fps": "24000/1001"},
        "fast": {"fps": "120"},
        "hundred": {"fps": "100"},
        "phone": {"fps": "60", "pace": "(N/60.2+0.002*mod(N\\,2))/TB"},
        "uneven": {"fps": "60", "pace": "if(lt(N\\,60)\\,N/60\\,1+(N-60)/30)/TB"},
    },
    "time": {
        "short": {"seconds": 1.0},
        "long": {"seconds": 17.0},
        "hair": {"seconds": 15.1},
        "brim": {"seconds": 15.0},
    },
    "form": {
        "mkv": {"ext": "mkv"},
        "webm": {"ext": "webm", "video": "libvpx", "sound": "libopus"},
        "avi": {"ext": "avi", "video": "mpeg4", "sound": "libmp3lame"},
        "mov": {"ext": "mov"},
        "ts": {"ext": "ts"},
        "flv": {"ext": "flv"},
        "wmv": {"ext": "wmv", "video": "wmv2", "sound": "wmav2"},
        "prores": {"ext": "mov", "video": "prores_ks", "sound": "pcm_s16le"},
    },
    "codec": {
        "mpeg4": {"video": "mpeg4"},
        "hevc": {"video": "libx265", "tag": "hvc1"},
        "vp9": {"video": "libvpx-vp9"},
        "mjpeg": {"video": "mjpeg", "ext": "mov"},
    },
    "pixels": {
        "full": {"pix": "yuv444p"},
        "ten": {"pix": "yuv420p10le"},
        "pq": {"pix": "yuv420p10le", "transfer": "smpte2084"},
        "hlg": {"pix": "yuv420p10le", "transfer": "arib-std-b67"},
    },
    "sound": {
        "silent": {"sound": None},
        "surround": {"channels": 6},
        "ac3": {"sound": "ac3"},
        "opus": {"sound": "libopus"},
        "dub": {"sounds": 2},
        "trailing": {"more_sound": 1.5},
        "curt": {"more_sound": -1.2},
        "late-sound": {"delay": 0.4},
    },
    "aspect": {
        "anamorphic": {"size": (1152, 720), "sar": "4/3"},
        "narrow": {"size": (720, 576), "sar": "8/9"},
    },
    "turn": {"turned": {"turn": 90}, "upended": {"turn": 180}},
    "index": {
        "fragmented": {"flags": "frag_keyframe+empty_moov"},
        "late": {"flags": ""},
        "hidden": {"skip": 0.5, "seconds": 15.4},
        "twins": {"pictures": 2},
        "cover": {"cover": True},
    },
    "told": {"located": {"place": True}},
    "name": {"misnamed": {"name": "webm"}},
    "bytes": {
        "torn": {"cut": 0.5},
        "contested": {"box": 51_000_000},
        "noisy": {"size": (960, 544), "noise": True},
    },
}

_SOUND: dict[str, dict[str, Facts]] = {
    "time": {
        "short": {"seconds": 0.4},
        "long": {"seconds": 31.0},
        "hair": {"seconds": 15.05},
        "brim": {"seconds": 15.0},
        "eve": {"seconds": 1.99},
    },
    "form": {
        "flac": {"ext": "flac"},
        "ogg": {"ext": "ogg", "codec": "libvorbis"},
        "opus": {"ext": "opus", "codec": "libopus"},
        "m4a": {"ext": "m4a"},
        "alac": {"ext": "m4a", "codec": "alac"},
        "aiff": {"ext": "aiff"},
        "mp3": {"ext": "mp3"},
        "aac": {"ext": "aac"},
        "ac3": {"ext": "ac3"},
        "wma": {"ext": "wma", "codec": "wmav2"},
        "wavpack": {"ext": "wv"},
        "plain-mp3": {"ext": "mp3", "bare": True},
    },
    "depth": {
        "coarse": {"codec": "pcm_u8", "ext": "wav"},
        "fine": {"codec": "pcm_s24le", "ext": "wav"},
        "float": {"codec": "pcm_f32le", "ext": "wav"},
        "law": {"codec": "pcm_mulaw", "ext": "wav"},
        "adpcm": {"codec": "adpcm_ms", "ext": "wav"},
    },
    "rate": {"telephone": {"rate": 8000}, "studio": {"rate": 96000}, "lab": {"rate": 192000}},
    "channels": {"stereo": {"channels": 2}, "surround": {"channels": 6}},
    "name": {"misnamed": {"name": "mp3"}, "unnamed": {"name": "bin"}},
    "bytes": {
        "torn": {"cut": 0.5},
        "empty": {"cut": 0.0},
        "endless": {"says": 0xFFFFFFFF, "ext": "wav"},
        "unsaid": {"says": 0, "ext": "wav"},
        "heavy": {
            **{"ext": "wav", "codec": "pcm_s24le", "rate": 192000, "channels": 6},
            "seconds": 6.0,
        },
    },
}
FAULTS = {"image": _IMAGE, "clip": _CLIP, "sound": _SOUND}
