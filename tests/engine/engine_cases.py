"""Files by what is right or wrong with them, and what `--deep` is to say about each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from engine_files import (
    SIZE,
    fax,
    film,
    hole,
    jpeg_bomb,
    lack,
    picture,
    png_bomb,
    sound,
    wav,
)

from mediaprep.model import Fault


@dataclass
class Case:
    """One file, what a probe would have said of it, and what is to come of it."""

    container: str
    make: Callable[[], bytes]
    fault: Fault | None = None
    reason: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


AS_MADE = {"width": SIZE[0], "height": SIZE[1]}
ONE_SECOND = {"duration_s": Fraction(1)}


def short_film() -> bytes:
    return film("mp4", "mpeg4", "aac")


SOUND = {
    "a JPEG": Case("jpeg", lambda: picture("JPEG"), facts=AS_MADE),
    "a PNG": Case("png", lambda: picture("PNG"), facts=AS_MADE),
    "a WebP": Case("webp", lambda: picture("WEBP"), facts=AS_MADE),
    "a BMP": Case("bmp", lambda: picture("BMP"), facts=AS_MADE),
    "a TIFF": Case("tiff", lambda: picture("TIFF", compression="tiff_lzw"), facts=AS_MADE),
    "a faxed TIFF": Case("tiff", fax, facts={"width": 400, "height": 300}),
    "a GIF of three frames": Case("gif", lambda: picture("GIF", frames=3), facts={"frames": 3}),
    "an APNG of three frames": Case("png", lambda: picture("PNG", frames=3), facts={"frames": 3}),
    "an APNG whose default image is no frame": Case(
        "png", lambda: picture("PNG", frames=3, default_image=True), facts={"frames": 2}
    ),
    "a HEIC": Case("heif", lambda: picture("HEIF"), facts=AS_MADE),
    "an AVIF": Case("avif", lambda: picture("AVIF"), facts=AS_MADE),
    "an AVIF that its brand calls HEIF": Case("heif", lambda: picture("AVIF"), facts=AS_MADE),
    "an MP4 with sound": Case("mp4", short_film, facts=AS_MADE | ONE_SECOND),
    "a Matroska": Case("matroska", lambda: film("matroska", "mpeg4"), facts=AS_MADE),
    "a transport stream": Case("mpegts", lambda: film("mpegts", "mpeg2video"), facts=AS_MADE),
    "a film that is shown rotated": Case(
        "mp4", short_film, facts={"width": 32, "height": 48, "coded_width": 48, "coded_height": 32}
    ),
    "a WAV": Case("wav", wav, facts=ONE_SECOND),
    "a duration off by less than a hundredth": Case(
        "wav", lambda: wav(20), facts={"duration_s": Fraction("20.1")}
    ),
    "an MP3 with a line feed after its last frame": Case(
        "mp3", lambda: sound("mp3", "mp3", 44100) + b"\n"
    ),
}

BROKEN = {
    "a JPEG cut in half": Case(
        "jpeg", lambda: picture("JPEG", (400, 300))[:9000], Fault.UNDECODABLE, "Pillow cannot"
    ),
    "a JPEG that lacks a piece": Case(
        "jpeg",
        lambda: lack(picture("JPEG", (400, 300)), 0.5, 4096),
        Fault.UNDECODABLE,
        "the coded picture broken",
    ),
    "a PNG cut in half": Case("png", lambda: picture("PNG", (99, 99))[:800], Fault.UNDECODABLE),
    "a GIF cut in its third frame": Case(
        "gif", lambda: picture("GIF", frames=3)[:-500], Fault.UNDECODABLE
    ),
    "a faxed TIFF with a hole": Case(
        "tiff", lambda: hole(fax(), 0.8, 400), Fault.UNDECODABLE, "libtiff cannot decode all"
    ),
    "a HEIC cut short": Case("heif", lambda: picture("HEIF")[:-200], Fault.UNDECODABLE),
    "a picture of another format than sniffed": Case(
        "jpeg", lambda: picture("PNG"), Fault.UNDECODABLE, "cannot decode it as jpeg"
    ),
    "PostScript by the name of a JPEG": Case(
        "jpeg", lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", Fault.UNDECODABLE
    ),
    "a film with a hole": Case(
        "mp4", lambda: hole(short_film(), 0.4, 900), Fault.UNDECODABLE, "ffmpeg cannot decode it: "
    ),
    "a film cut in half": Case(
        "matroska",
        lambda: (data := film("matroska", "mpeg4"))[: len(data) // 2],
        Fault.UNDECODABLE,
        "File ended prematurely",
    ),
    "a WAV without a format": Case(
        "wav", lambda: wav().replace(b"fmt ", b"fmx "), Fault.UNDECODABLE
    ),
    "a codec off the list": Case(
        "matroska", lambda: film("matroska", "snow"), Fault.UNDECODABLE, "snow is not among"
    ),
    "a playlist by the name of a film": Case("mp4", lambda: b"#EXTM3U\n{other}\n"),
    "a playlist by the name of a stream": Case(
        "mpegts", lambda: b"#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{other}\n"
    ),
    "a list of files by the name of a film": Case(
        "mp4", lambda: b"ffconcat version 1.0\nfile '{other}'\n"
    ),
    "another size than the header's": Case(
        "png",
        lambda: picture("PNG"),
        Fault.MISMATCH,
        "the header says 49×32, 48×32 was decoded",
        facts={"width": 49, "height": 32},
    ),
    "fewer frames than the header's": Case(
        "gif",
        lambda: picture("GIF", frames=3),
        Fault.MISMATCH,
        "the header says 4 frames, 3 were decoded",
        facts={"frames": 4},
    ),
    "another duration than the header's": Case(
        "wav",
        wav,
        Fault.MISMATCH,
        "the header says 2.000 s, 1.000 s were decoded",
        facts={"duration_s": Fraction(2)},
    ),
    "a PNG of 50,000² pixels": Case(
        "png",
        lambda: png_bomb(50_000),
        Fault.TOO_COSTLY,
        "2,500,000,000 pixels",
        facts={"width": 50_000, "height": 50_000},
    ),
    "a JPEG of 65,500² pixels": Case(
        "jpeg",
        lambda: jpeg_bomb(65_500),
        Fault.TOO_COSTLY,
        "4,290,250,000 pixels",
        facts={"coded_width": 65_500, "coded_height": 65_500},
    ),
    "a PNG of 50,000² pixels that nobody measured": Case(
        "png", lambda: png_bomb(50_000), Fault.TOO_COSTLY, "not decoded"
    ),
    "a JPEG of 65,500² pixels that nobody measured": Case(
        "jpeg", lambda: jpeg_bomb(65_500), Fault.TOO_COSTLY, "not decoded"
    ),
}
