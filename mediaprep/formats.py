"""The table of containers: usual kind, extensions, MIME type and the reader that knows them.

One table serves the sniffer, the walker, the `files:` pattern of the pre-commit hooks and the
Content-Type of an upload.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from mediaprep.model import Kind


class Format(NamedTuple):
    """A container: its usual kind, its extensions (the first is ours), MIME type and reader."""

    kind: Kind
    extensions: tuple[str, ...]
    mime: str
    reader: str  # module below mediaprep.probe


_I, _V, _A = Kind.IMAGE, Kind.VIDEO, Kind.AUDIO

FORMATS: dict[str, Format] = {
    "jpeg": Format(_I, ("jpg", "jpeg", "jpe", "jfif"), "image/jpeg", "jpeg"),
    "png": Format(_I, ("png", "apng"), "image/png", "png"),
    "webp": Format(_I, ("webp",), "image/webp", "webp"),
    "bmp": Format(_I, ("bmp", "dib"), "image/bmp", "bmp"),
    "tiff": Format(_I, ("tif", "tiff"), "image/tiff", "tiff"),
    "gif": Format(_I, ("gif",), "image/gif", "gif"),
    "heif": Format(_I, ("heic", "heif", "hif"), "image/heic", "heif"),
    "avif": Format(_I, ("avif", "avifs"), "image/avif", "heif"),
    "mp4": Format(_V, ("mp4", "m4s"), "video/mp4", "mp4"),
    "mov": Format(_V, ("mov", "qt"), "video/quicktime", "mp4"),
    "m4v": Format(_V, ("m4v",), "video/x-m4v", "mp4"),
    "3gp": Format(_V, ("3gp", "3g2"), "video/3gpp", "mp4"),
    "m4a": Format(_A, ("m4a", "m4b"), "audio/mp4", "mp4"),
    "matroska": Format(_V, ("mkv", "mka"), "video/matroska", "matroska"),
    "webm": Format(_V, ("webm",), "video/webm", "matroska"),
    "avi": Format(_V, ("avi",), "video/vnd.avi", "avi"),
    "mpegts": Format(_V, ("ts", "mts", "m2ts"), "video/mp2t", "mpegts"),
    "flv": Format(_V, ("flv",), "video/x-flv", "flv"),
    "wav": Format(_A, ("wav", "wave"), "audio/wav", "wav"),
    "mp3": Format(_A, ("mp3",), "audio/mpeg", "mp3"),
    "aac": Format(_A, ("aac",), "audio/aac", "tagged"),
    "flac": Format(_A, ("flac",), "audio/flac", "flac"),
    "ogg": Format(_A, ("ogg", "oga", "opus", "spx"), "audio/ogg", "ogg"),
    "aiff": Format(_A, ("aiff", "aif", "aifc"), "audio/aiff", "aiff"),
    "asf": Format(_A, ("wma", "wmv", "asf"), "audio/x-ms-wma", "tagged"),
    "ape": Format(_A, ("ape",), "audio/x-ape", "tagged"),
    "wavpack": Format(_A, ("wv",), "audio/x-wavpack", "tagged"),
    "musepack": Format(_A, ("mpc",), "audio/x-musepack", "tagged"),
    "ac3": Format(_A, ("ac3", "eac3"), "audio/ac3", "tagged"),
    "amr": Format(_A, ("amr",), "audio/amr", "amr"),
}

EXTENSIONS: dict[str, str] = {
    extension: name for name, form in FORMATS.items() for extension in form.extensions
}
# Media that no reader knows and no backend takes: what is so named is refused, not passed over.
_UNREAD = frozenset({"au", "caf", "jp2", "jxl", "mpeg", "mpg", "mxf", "vob", "w64"})
# A name that promises media. TypeScript has two of the others: there the bytes alone decide.
MEDIA_EXTENSIONS = (EXTENSIONS.keys() - {"ts", "mts"}) | _UNREAD
# Containers that share an extension in practice without misleading anyone.
_MP4_FAMILY = frozenset({"mp4", "m4v", "m4a"})


def extension_of(path: str) -> str:
    """Return the extension of a path in lower case without its dot, or nothing."""
    name = path.rpartition("/")[2]
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def named_container(path: str) -> str | None:
    """Name the container that a path's extension promises, or None where it promises none."""
    return EXTENSIONS.get(extension_of(path))


def misleads(named: str, container: str) -> bool:
    """Whether a file named as one container is really another one."""
    if named == container or (named, container) == ("matroska", "webm"):
        return False
    return not (named in _MP4_FAMILY and container in _MP4_FAMILY)


def files_pattern() -> str:
    """Write the regular expression that pre-commit matches file names with.

    Its type tags do not know video at all, nor most sound formats (identify 2.6).
    """
    return rf"(?i)\.({'|'.join(sorted(map(re.escape, MEDIA_EXTENSIONS)))})$"
