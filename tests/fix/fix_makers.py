"""Make pictures, clips and sounds with faults; what a format cannot hold is left out."""

from __future__ import annotations

import struct
import subprocess
import zlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from fix_pictures import XMP, display_p3, exif, inks
from PIL import Image
from pillow_heif import register_heif_opener

from mediaprep.fix import ffmpeg

register_heif_opener()
Facts = Mapping[str, Any]

_MODES = {
    **{"JPEG": "RGB L CMYK", "MPO": "RGB L", "PNG": "RGB L RGBA P 1 I;16", "GIF": "P RGBA"},
    **{"BMP": "RGB L P 1", "TIFF": "RGB L RGBA P 1 I;16 CMYK LAB", "WEBP": "RGB RGBA"},
    **{"HEIF": "RGB L RGBA", "AVIF": "RGB RGBA"},
}
_TAGGED = frozenset(("JPEG", "MPO", "PNG", "WEBP", "TIFF", "HEIF", "AVIF"))
_MOVING = frozenset(("GIF", "WEBP", "PNG", "TIFF", "AVIF", "HEIF", "MPO"))
_SLOW, _MOST_PIXELS = ("HEIF", "AVIF"), 20_000_000
_X265 = ["-x265-params", "log-level=error"]
_FASTEST = {
    "libx264": ["-preset", "ultrafast"],
    "libx265": ["-preset", "ultrafast", *_X265],
    "libvpx": ["-deadline", "realtime"],
    "libvpx-vp9": ["-deadline", "realtime", "-cpu-used", "8"],
}
_INDEXED = ("mp4", "mov")
# What a container takes of what faults ask for; the first of them stands in for the rest.
_PICTURES = {
    "webm": ("libvpx", "libvpx-vp9"),
    "avi": ("mpeg4", "mjpeg", "libx264"),
    "mov": ("libx264", "libx265", "mpeg4", "mjpeg", "prores_ks"),
    "ts": ("libx264", "libx265", "mpeg4"),
    "flv": ("libx264", "flv"),
    "wmv": ("wmv2",),
}
_SOUNDS = {
    "webm": ("libopus",),
    "avi": ("libmp3lame", "ac3"),
    "mov": ("aac", "ac3", "pcm_s16le"),
    "ts": ("aac", "ac3"),
    "flv": ("aac",),
    "wmv": ("wmav2",),
}
_TWO_CHANNELS = ("libmp3lame", "wmav2")
_ODD_TOO = ("libx264", "libx265")
# The matrix of a track's header, by the degrees that the picture is turned clockwise.
_MATRICES = {90: (0, 1, -1, 0), 180: (-1, 0, 0, -1)}


def make(path: Path, kind: str, facts: Facts) -> None:
    """Make one file."""
    {"image": _picture, "clip": _clip, "sound": _sound}[kind](path, facts)
    edits: list[tuple[str, Callable[[bytes, Any], bytes]]] = [
        ("turn", _turned),
        ("says", _claiming),
        ("pad", lambda data, count: data + bytes(count)),
        ("box", lambda data, count: data + struct.pack(">I4s", count, b"free") + bytes(count - 8)),
        ("cut", lambda data, share: data[: int(len(data) * share)]),
    ]
    for name, edit in edits:
        if name in facts:
            path.write_bytes(edit(path.read_bytes(), facts[name]))


def _picture(path: Path, facts: Facts) -> None:
    form, mode = facts["form"], facts["mode"]
    if mode == "RGB16" and form == "PNG":
        path.write_bytes(_deep_png(*facts["size"]))
        return
    size = facts["size"]
    if form in _SLOW and size[0] * size[1] > _MOST_PIXELS:
        size = size[0], size[1] // 8
    picture = _painted(size, mode if mode in _MODES.get(form, "") else "RGB")
    if mode == "noise" and form == "TIFF" and "frames" not in facts:
        picture = _noise(*size)
    options: dict[str, Any] = {}
    moving = "frames" in facts and form in _MOVING
    # Pillow dies of a sequence in AVIF that has EXIF.
    tagged = form in _TAGGED and not (moving and form == "AVIF")
    if tagged and ("orientation" in facts or "private" in facts):
        options["exif"] = exif(facts.get("orientation"), private="private" in facts)
    if "private" in facts and form in ("JPEG", "WEBP"):
        options["xmp"] = XMP
    if "icc" in facts and form in _TAGGED:
        options["icc_profile"] = inks() if picture.mode == "CMYK" else display_p3()
    if moving:
        turns = list(Image.Transpose)[:2][: facts["frames"] - 1]
        others = [picture.transpose(turn) for turn in turns]
        options |= {"save_all": True, "append_images": others, "duration": 100}
    if form in ("HEIF", "TIFF", "MPO"):
        options.pop("duration", None)
    picture.save(path, form, **options)


def _painted(size: tuple[int, int], mode: str) -> Image.Image:
    across = Image.linear_gradient("L").transpose(Image.Transpose.ROTATE_90)
    slope = Image.blend(Image.linear_gradient("L"), across, 0.5)  # turned, it is another picture
    picture = Image.blend(Image.radial_gradient("L"), slope, 0.5).resize(size)
    if mode == "I;16":
        return picture.convert("I").point(lambda value: value * 256).convert("I;16")
    if mode == "LAB":
        return Image.merge("LAB", [picture.point(lambda value: value // 2 + 64)] * 3)
    if mode == "RGBA":
        seen = picture.convert("RGBA")
        seen.putalpha(picture)
        return seen
    return picture if mode == "L" else picture.convert("RGB").convert(mode)


def _noise(width: int, height: int) -> Image.Image:
    bands = [Image.effect_noise((width, height), spread) for spread in (60, 90, 120)]
    return Image.merge("RGB", bands)


def _deep_png(width: int, height: int) -> bytes:
    """Write 16 bits a channel, which Pillow does not."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + name + body + _parity(name + body)

    row = b"\0" + b"".join(struct.pack(">3H", x * 9 & 0xFFFF, 40_000, 777) for x in range(width))
    head = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    pixels = chunk(b"IDAT", zlib.compress(row * height, 1))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + pixels + chunk(b"IEND", b"")


def _parity(data: bytes) -> bytes:
    return struct.pack(">I", zlib.crc32(data))


def _clip(path: Path, facts: Facts) -> None:
    whole = path if "skip" not in facts else path.with_suffix(f".whole.{facts['ext']}")
    _run(*_sources(facts), *_mapped(facts), *_coded(facts), *_packed(facts), str(whole))
    if whole != path:  # frames before the first that is shown stay, and an edit list hides them
        copied = ["-ss", str(facts["skip"]), "-i", str(whole), "-map", "0", "-c", "copy"]
        _run(*copied, *_packed(facts), str(path))
        whole.unlink()


def _codecs(facts: Facts) -> tuple[str, str | None]:
    """Return the encoders of picture and sound, or what stands in for them in the container."""
    video, sound = facts.get("video", "libx264"), facts.get("sound", "aac")
    pictures = _PICTURES.get(facts["ext"], (video,))
    sounds = _SOUNDS.get(facts["ext"], (sound,))
    video = video if video in pictures else pictures[0]
    return video, sound if sound in (None, *sounds) else sounds[0]


def _sources(facts: Facts) -> list[str]:
    width, height = facts["size"]
    video, sound = _codecs(facts)
    if video not in _ODD_TOO:
        width, height = width - width % 2, height - height % 2
    seconds = facts["seconds"]
    words = ["-f", "lavfi", "-i"]
    words.append(f"gradients=s={width}x{height}:r={facts['fps']}:d={seconds}:seed=1")
    layout = "5.1" if facts.get("channels") == 6 and sound not in _TWO_CHANNELS else "mono"
    lasts = max(0.2, seconds + facts.get("more_sound", 0))
    for number in range(_sounds(facts)):
        tone = f"sine=f={440 + 110 * number}:r=48000:d={lasts},aformat=channel_layouts={layout}"
        words += ["-itsoffset", str(facts.get("delay", 0)), "-f", "lavfi", "-i", tone]
    return words


def _sounds(facts: Facts) -> int:
    return int(facts.get("sounds", 1)) if facts.get("sound", "aac") else 0


def _mapped(facts: Facts) -> list[str]:
    several = facts["ext"] in ("mp4", "mov", "mkv", "ts")
    pictures = facts.get("pictures", 1) if several else 1
    sounds = _sounds(facts) if several else min(1, _sounds(facts))
    words = ["-map", "0:v"] * (pictures + ("cover" in facts and several))
    return words + [word for number in range(sounds) for word in ("-map", f"{number + 1}:a")]


def _coded(facts: Facts) -> list[str]:
    video, sound = _codecs(facts)
    chain = [f"setsar={facts['sar']}"]
    chain += ["settb=1/90000", f"setpts={facts['pace']}"] if "pace" in facts else []
    chain += ["noise=alls=100:allf=t"] if "noise" in facts else []
    words = ["-vf", ",".join(chain), "-c:v", video, *_FASTEST.get(video, [])]
    words += ["-vsync", "passthrough", "-enc_time_base", "1:90000"] if "pace" in facts else []
    words += ["-pix_fmt", _pixels(video, facts)]
    words += ["-qp", "1"] if "noise" in facts and video == "libx264" else []
    if "transfer" in facts:
        words += ["-color_primaries", "bt2020", "-colorspace", "bt2020nc"]
        words += ["-color_trc", facts["transfer"]]
    if sound:
        words += ["-c:a", sound, "-strict", "-2"]
    if video == "libx265" and facts["ext"] in _INDEXED:
        words += ["-tag:v", facts["tag"]]
    return words


def _pixels(video: str, facts: Facts) -> str:
    if video in _ODD_TOO:
        return str(facts.get("pix", "yuv420p"))
    return {"prores_ks": "yuv422p10le", "mjpeg": "yuvj420p"}.get(video, "yuv420p")


def _packed(facts: Facts) -> list[str]:
    words = []
    if facts["ext"] in _INDEXED:
        words += ["-movflags", facts["flags"]] if facts.get("flags") else []
        words += ["-video_track_timescale", "90000"] if "pace" in facts else []
        if "cover" in facts:
            words += ["-c:v:1", "mjpeg", "-pix_fmt:v:1", "yuvj420p", "-frames:v:1", "1"]
            words += ["-disposition:v:1", "attached_pic"]
    if "place" in facts:
        words += ["-metadata", "location=+52.5200+013.4050/"]
    return words


def _turned(data: bytes, degrees: int) -> bytes:
    """Write a display matrix into the first track's header."""
    at = data.find(b"tkhd")
    if at < 0:
        return data
    a, b, c, d = _MATRICES[degrees]
    whole = 1 << 16
    matrix = struct.pack(">9i", a * whole, b * whole, 0, c * whole, d * whole, 0, 0, 0, 1 << 30)
    at += 44  # past the type, flags, times, number and layer
    return data[:at] + matrix + data[at + len(matrix) :]


def _claiming(data: bytes, size: int) -> bytes:
    """Say of a WAV what writers say that were never told to finish."""
    at = data.find(b"data") + 4
    claim = struct.pack("<I", size)
    return data[:4] + claim + data[8:at] + claim + data[at + 4 :]


def _sound(path: Path, facts: Facts) -> None:
    layout = {1: "mono", 2: "stereo", 6: "5.1"}[facts["channels"]]
    rate, ext, codec = facts["rate"], facts["ext"], facts.get("codec", "")
    most = {"mp3": 48_000, "ac3": 48_000, "opus": 48_000, "aac": 96_000, "wma": 48_000}
    rate = min(rate, most.get(ext, rate))
    if ext == "ac3":
        rate = max(rate, 32_000)
    if layout == "5.1" and (ext in ("mp3", "wma", "wv") or codec == "adpcm_ms"):
        layout = "stereo"
    if ext == "opus":
        rate = 48_000
    tone = f"sine=f=440:r={rate}:d={facts['seconds']},aformat=channel_layouts={layout}"
    words = ["-f", "lavfi", "-i", tone]
    if codec and _fits(codec, ext):
        words += ["-c:a", codec]
    if "bare" in facts and ext == "mp3":
        words += ["-write_xing", "0", "-id3v2_version", "0"]
    _run(*words, str(path))


def _fits(codec: str, ext: str) -> bool:
    homes = {"libvorbis": "ogg", "libopus": "opus", "alac": "m4a", "wmav2": "wma"}
    return homes.get(codec, "wav") == ext


def _run(*words: str) -> None:
    command = [ffmpeg.find(), "-nostdin", "-loglevel", "error", "-y", *words]
    done = subprocess.run(command, capture_output=True, timeout=120, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
