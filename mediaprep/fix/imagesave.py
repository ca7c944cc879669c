"""Encode frames into a container, at high quality, or at the best quality that fits a limit."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any

from PIL import Image, JpegImagePlugin, PngImagePlugin

from mediaprep.errors import FixFailed
from mediaprep.fix import tiffexif
from mediaprep.fix.bytesearch import largest_within
from mediaprep.fix.imagefewer import fewer_colours
from mediaprep.fix.imagemeta import Meta
from mediaprep.fix.imageopen import know_heif

BEST, GOOD = 95.0, 90.0
_WORST = {"jpeg": 10.0, "webp": 1.0, "avif": 10.0, "heif": 10.0}
_STEP = {"jpeg": 0.125, "webp": 0.25, "avif": 1.0, "heif": 1.0}
_FULL_COLOUR, _HALF_COLOUR = 0, 2  # JPEG chroma subsampling: 4:4:4, 4:2:0
_HALF_BELOW = 80.0  # quality at which a JPEG made small gives up colour resolution
_SEGMENT_BYTES = 65_533 - 29  # of a JPEG segment, less the longest name in it
_FORMATS = {name: name.upper() for name in ("jpeg", "png", "webp", "bmp", "tiff", "gif", "avif")}
_FORMATS["heif"] = "HEIF"
_TIFF_KEPT = ("tiff_lzw", "tiff_adobe_deflate", "packbits", "group3", "group4", "raw")


@dataclass(slots=True)
class Traits:
    """How the source was encoded, so that the result is no worse and no larger than need be."""

    quality: float | None = None  # of a JPEG, as libjpeg counts
    subsampling: int | None = None
    qtables: list[list[int]] | None = None  # of a JPEG whose pixels keep their place and size
    lossless: bool = False
    compression: str = ""  # of a TIFF
    durations: list[int] = field(default_factory=list)  # of an animation's frames, in ms
    loop: int | None = None
    default_image: bool = False  # the first frame of an APNG is not part of it
    see_through: bool = False  # frames of the animation have transparent pixels


def traits_of(picture: Image.Image, head: bytes, same_grid: bool) -> Traits:
    """Read how an opened picture is encoded; `same_grid`: its pixels will stay where they are."""
    traits = Traits(loop=picture.info.get("loop"))
    traits.default_image = bool(getattr(picture, "default_image", False))
    if isinstance(picture, JpegImagePlugin.JpegImageFile) and picture.quantization:
        tables = [list(picture.quantization[key]) for key in sorted(picture.quantization)]
        scale = sum(tables[0]) / sum(_tables_at_50()[0]) * 100
        traits.quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
        traits.subsampling = JpegImagePlugin.get_sampling(picture)
        if same_grid and picture.mode != "CMYK" and sorted(picture.quantization) in ([0], [0, 1]):
            traits.qtables = tables
    traits.lossless = picture.format == "PNG" or (picture.format == "WEBP" and b"VP8L" in head)
    traits.compression = str(picture.info.get("compression", ""))
    return traits


def encode(
    frames: Sequence[Image.Image], container: str, meta: Meta, traits: Traits, limit: int | None
) -> bytes:
    """Return the file's bytes, at most `limit` of them, or raise `FixFailed`."""
    common = _common(container, meta)
    if len(frames) > 1:
        common |= _animation(frames, container, traits)
    picture = frames[0]
    data: bytes | None
    if container in _WORST:
        data = _lossy(picture, container, common, traits, limit)
    else:
        data = _lossless(picture, container, common, traits, limit, meta)
        if container == "gif" and limit is not None and len(data) > limit:
            data = fewer_colours(frames, limit, partial(_save_gif, common))
    if data is None or (limit is not None and len(data) > limit):
        size = "×".join(map(str, picture.size))
        raise FixFailed(
            f"as {container} of {size} it does not fit {limit:,} bytes at any quality",
            "a smaller size or another format might",
        )
    return data


def _save(picture: Image.Image, container: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, _FORMATS[container], **options)
    return out.getvalue()


def _save_gif(common: dict[str, Any], frames: list[Image.Image]) -> bytes:
    later = {"append_images": frames[1:]} if frames[1:] else {}
    return _save(frames[0], "gif", **common | later)


def _lossy(
    picture: Image.Image, container: str, common: dict[str, Any], traits: Traits, limit: int | None
) -> bytes | None:
    if container == "heif":
        know_heif()
    coder = _CODERS[container]
    kept: dict[str, Any] | None = None
    if container == "webp" and traits.lossless:
        kept = {"lossless": True, "quality": 80}
    elif container == "jpeg" and traits.qtables and _same_channels(picture, traits):
        kept = {"qtables": traits.qtables, "subsampling": _sampling(traits, _FULL_COLOUR)}
    if kept is not None:
        data = _save(picture, container, **kept, **common)
        if limit is None or len(data) <= limit:
            return data
    best = GOOD if traits.quality is not None or container in ("avif", "heif") else BEST
    best = min(max(best, traits.quality or 0.0), BEST)

    def attempt(quality: float) -> bytes:
        return _save(picture, container, **coder(quality, traits), **common)

    if limit is None:
        return attempt(best)
    return largest_within(limit, attempt, best, _WORST[container], _STEP[container])


def _same_channels(picture: Image.Image, traits: Traits) -> bool:
    assert traits.qtables is not None
    return picture.mode == "L" or len(traits.qtables) == 2 or picture.mode == "RGB"


def _jpeg(quality: float, traits: Traits) -> dict[str, Any]:
    whole = _HALF_COLOUR if quality < _HALF_BELOW else _FULL_COLOUR
    sampling = max(_sampling(traits, whole), whole)
    return {"qtables": _tables(quality), "subsampling": sampling}


def _sampling(traits: Traits, otherwise: int) -> int:
    known = traits.subsampling is not None and traits.subsampling >= 0
    return traits.subsampling if known and traits.subsampling is not None else otherwise


def _webp(quality: float, traits: Traits) -> dict[str, Any]:
    return {"quality": quality, "method": 4}


def _whole_quality(quality: float, traits: Traits) -> dict[str, Any]:
    return {"quality": round(quality)}


def _avif(quality: float, traits: Traits) -> dict[str, Any]:
    return {"quality": round(quality), "max_threads": 1}  # threads would change the bytes


_CODERS: dict[str, Callable[[float, Traits], dict[str, Any]]] = {
    "jpeg": _jpeg,
    "webp": _webp,
    "avif": _avif,
    "heif": _whole_quality,
}


def _lossless(
    picture: Image.Image,
    container: str,
    common: dict[str, Any],
    traits: Traits,
    limit: int | None,
    meta: Meta,
) -> bytes:
    options: dict[str, Any] = {}
    if container == "tiff":
        kept = traits.compression in _TIFF_KEPT
        options["compression"] = traits.compression if kept else "tiff_adobe_deflate"
        if picture.mode != "1" and options["compression"].startswith("group"):
            options["compression"] = "tiff_adobe_deflate"
    data = _save(picture, container, **options, **common)
    if limit is not None and len(data) > limit:
        if container == "png":
            data = _smaller_png(picture, common, limit)
        elif container == "tiff":
            data = _save(picture, container, **common, compression="tiff_adobe_deflate")
    return tiffexif.add(data, meta.exif) if container == "tiff" and meta.exif else data


def _smaller_png(picture: Image.Image, common: dict[str, Any], limit: int) -> bytes:
    """Pack a PNG harder and, where even that is too large, give up all but 256 of its colours."""
    data = _save(picture, "png", optimize=True, **common)
    if len(data) <= limit or picture.mode not in ("RGB", "RGBA") or "save_all" in common:
        return data
    fewer = picture.quantize(256, method=Image.Quantize.FASTOCTREE)
    return _save(fewer, "png", optimize=True, **common)


def _common(container: str, meta: Meta) -> dict[str, Any]:
    """Return the options that carry the metadata, as far as the container has a place for it."""
    options: dict[str, Any] = {}
    if container in ("bmp", "gif"):
        return {"dpi": meta.dpi} if meta.dpi and container == "bmp" else {}
    room = _SEGMENT_BYTES if container == "jpeg" else 1 << 30
    if meta.exif and len(meta.exif) <= room and container != "tiff":
        options["exif"] = meta.exif
    if meta.xmp and len(meta.xmp) <= room and container not in ("png", "tiff"):
        options["xmp"] = meta.xmp
    if meta.icc:
        options["icc_profile"] = meta.icc
    if meta.dpi and container in ("jpeg", "png", "tiff"):
        options["dpi"] = meta.dpi
    if meta.comment and container == "jpeg" and len(meta.comment) <= room:
        options["comment"] = meta.comment
    if container == "png":
        options["pnginfo"] = _png_text(meta)
    elif container == "tiff" and meta.xmp:
        options["tiffinfo"] = {700: meta.xmp}
    return options


def _png_text(meta: Meta) -> PngImagePlugin.PngInfo:
    text = PngImagePlugin.PngInfo()
    if meta.xmp:
        text.add_itxt("XML:com.adobe.xmp", meta.xmp.decode(errors="replace"))
    for key, value in (meta.text or {}).items():
        text.add_itxt(key, value)
    return text


def _animation(frames: Sequence[Image.Image], container: str, traits: Traits) -> dict[str, Any]:
    options: dict[str, Any] = {"save_all": True, "append_images": frames[1:]}
    if container == "tiff":
        return options
    durations = traits.durations[int(traits.default_image) :]
    options["duration"] = durations if container == "png" else traits.durations
    if traits.loop is not None:
        options["loop"] = traits.loop
    elif container == "webp":
        options["loop"] = 1  # a GIF without a loop count plays once
    if container == "gif":
        options["disposal"] = 2 if traits.see_through else 0
    if container == "png":
        options["default_image"] = traits.default_image
    return options


@cache
def _tables_at_50() -> list[list[int]]:
    """Return the tables of ITU T.81, Annex K, as the encoder holds them."""
    out = io.BytesIO()
    Image.new("RGB", (8, 8)).save(out, "JPEG", quality=50)
    with Image.open(out, formats=("JPEG",)) as picture:
        assert isinstance(picture, JpegImagePlugin.JpegImageFile)
        return [list(picture.quantization[key]) for key in (0, 1)]


def _tables(quality: float) -> list[list[int]]:
    """Return libjpeg's tables for a quality that need not be whole."""
    scale = 5000 / quality if quality < 50 else 200 - 2 * quality
    return [
        [min(max(int((entry * scale + 50) / 100), 1), 255) for entry in table]
        for table in _tables_at_50()
    ]
