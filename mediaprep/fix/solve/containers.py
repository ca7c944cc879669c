"""What each container that we write can hold, and which one a file becomes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

from mediaprep.fix.recipe import MENDED_NOTES, Allow
from mediaprep.fix.solve.target import Target
from mediaprep.model import MediaInfo


class Holds(NamedTuple):
    """What a picture keeps when it is written in a format."""

    alpha: bool = False
    frames: bool = False  # an animation or several pages
    lossy: bool = False
    deep: bool = False  # more than 8 bits a channel


PICTURES: dict[str, Holds] = {
    "jpeg": Holds(lossy=True),
    "png": Holds(alpha=True, frames=True, deep=True),
    "webp": Holds(alpha=True, frames=True, lossy=True),
    "tiff": Holds(alpha=True, frames=True, deep=True),
    "gif": Holds(alpha=True, frames=True),
    "bmp": Holds(),
    "heif": Holds(alpha=True, lossy=True),
    "avif": Holds(alpha=True, lossy=True),
}
# What a picture becomes where its own format is not taken, or is too large: the first is best.
_PHOTO = ("jpeg", "webp", "png", "heif", "tiff", "bmp", "avif", "gif")
_DRAWN = ("png", "webp", "gif", "tiff", "bmp", "jpeg", "heif", "avif")
_SEE_THROUGH = ("png", "webp", "tiff", "heif", "avif", "gif", "jpeg", "bmp")
_MOVING = ("webp", "png", "gif", "tiff", "jpeg", "bmp", "heif", "avif")
_FEW_COLOURS = frozenset({"palette", "bilevel"})
_UNPACKED = frozenset({"bmp", "tiff"})

CLIPS = ("mp4", "mov", "matroska")
SOUNDS = {"wav": "pcm", "mp3": "mp3"}  # container -> the codec that we write in it
# Streams that are copied into another container: what every reader of it plays, and no backend
# that names codecs leaves out.
_COPIED_PICTURES = frozenset({"h264", "hevc"})
_COPIED_SOUNDS = frozenset({"aac", "mp3"})
_COPIED_INTO = ("mp4", "mov")
# Containers without time stamps of their own, from which streams are not copied.
_UNTIMED = frozenset({"avi"})
# Their clocks tick in milliseconds, so that frames copied from them are no longer evenly spaced.
ROUNDED_CLOCKS = frozenset({"matroska", "webm", "flv"})
PICTURE_CODEC, PIXEL_FORMAT, SOUND_CODEC = "h264", "yuv420p", "aac"  # that clips are encoded with
MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
MP3_CHANNELS = 2


_HEVC_SIDE, _HEVC_STEP = 64, 2


def coded_size(container: str, width: int, height: int) -> tuple[int, int]:
    """Return the size at which a picture is stored, of which a reader may see all.

    HEVC has even sides of some length; what is too much is hidden by a clean aperture (`clap`).
    """
    if container != "heif":
        return width, height
    across, down = (max(side + side % _HEVC_STEP, _HEVC_SIDE) for side in (width, height))
    return across, down


def picture_formats(info: MediaInfo, target: Target) -> Iterator[str]:
    """List the formats that a picture may become, the one that changes least first."""
    shallow = "bit_depth" in target.broken(info)
    for name in dict.fromkeys((info.container or "", *_preference(info))):
        holds = PICTURES.get(name)
        if holds and target.takes("container", name) and not (shallow and holds.deep):
            yield name


def _preference(info: MediaInfo) -> Iterable[str]:
    if (info.frames or 1) > 1:
        return _MOVING
    if info.has_alpha:
        return _SEE_THROUGH
    if info.color_mode in _FEW_COLOURS:
        return _DRAWN
    return ("png", *_PHOTO) if info.container in _UNPACKED else _PHOTO


def container_to_encode_into(info: MediaInfo, target: Target) -> str | None:
    """Name the container that a clip is encoded into: its own if we write it, else MP4."""
    own = (info.container,) if info.container in CLIPS else ()
    return next((name for name in (*own, *CLIPS) if target.takes("container", name)), None)


def container_to_copy_into(info: MediaInfo, target: Target) -> str | None:
    """Name the container that a clip's streams may be copied into: its own, if that is taken."""
    own = info.container or ""
    if target.takes("container", own):
        return own
    picture = info.video_codec in _COPIED_PICTURES and info.container not in _UNTIMED
    sound = info.audio_tracks == 0 or info.audio_codec in _COPIED_SOUNDS
    if not (picture and sound):
        return None
    return next((name for name in _COPIED_INTO if target.takes("container", name)), None)


# Pictures out of which private fields are taken without touching a pixel; others are encoded anew.
STRIPPED_AS_THEY_ARE = frozenset({"jpeg", "png", "webp"})
PRIVATE_MARKS = frozenset({"gps", "serial"})
# What does not survive a new encoding, and what it is called when a plan says so.
LOST_MARKS = {
    "c2pa": "the C2PA manifest",
    "motion-photo": "the motion photo's clip",
    "mpo": "the second picture (MPO)",
    "trailing": "the bytes behind its end",
    "gain-map": "the HDR gain map",
    "live-photo": "the tie to its Live Photo",
    "chapters": "the chapters",
    "other-tracks": "the tracks besides pictures and sound",
}
# What a new encoding settles and says no more.
SETTLED_MARKS = frozenset({*LOST_MARKS, "mirrored", "xmp-orientation", "frame-count", "wide-gamut"})


def has_note(info: MediaInfo, allow: Allow, codes: Collection[str]) -> bool:
    """Whether something is to be mended that is only noted; `codes` are of the chosen rules."""
    return allow.notes and any(
        code in codes and getattr(info, fact) for code, fact in MENDED_NOTES.items()
    )


def has_private(info: MediaInfo, allow: Allow) -> bool:
    """Whether something private is to be stripped and is there."""
    return allow.strip_private and not PRIVATE_MARKS.isdisjoint(info.marks)
