"""PIC: what a picture carries besides its size: colour, alpha, frames and private metadata."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules.limits import out_of_range
from mediaprep.rules.registry import RULES, fact_rule, limit_rule

_ALL = (Kind.IMAGE, Kind.VIDEO, Kind.AUDIO)


def _note(code: str, message: str) -> Sequence[Finding]:
    return (RULES[code].finding(Verdict.PASS, message),)


@fact_rule("PIC001", "unusual-colour-mode", Kind.IMAGE, fix=Fixability.REENCODE)
def unusual_colour_mode(info: MediaInfo) -> Iterable[Finding]:
    """Notes a picture in CMYK or LAB.

    ## Why it matters
    Such pictures are made for print. Readers without a colour profile show them wrong.

    ## Fix
    Converts to sRGB (reencode).
    """
    mode = info.color_mode
    return _note("PIC001", f"the colours are {mode.upper()}") if mode in ("cmyk", "lab") else ()


@fact_rule("PIC002", "alpha", Kind.IMAGE, fix=Fixability.CONTENT)
def alpha(info: MediaInfo) -> Iterable[Finding]:
    """Notes transparency.

    ## Why it matters
    What a backend puts behind transparent pixels is not documented; black is common.

    ## Fix
    Flattens on a stated colour (content).
    """
    return _note("PIC002", "the picture has an alpha channel") if info.has_alpha else ()


@fact_rule("PIC003", "several-frames", Kind.IMAGE, fix=Fixability.CONTENT)
def several_frames(info: MediaInfo) -> Iterable[Finding]:
    """Notes an animation or a file of several pages.

    ## Why it matters
    A backend that takes images takes one picture; which frame is not documented.

    ## Fix
    Keeps the first frame, or the one named (content).
    """
    frames = info.frames or 1
    return _note("PIC003", f"{frames:,} frames, a reference is one picture") if frames > 1 else ()


@limit_rule("PIC004", "frames-out-of-range", Kind.IMAGE, Kind.VIDEO, fix=Fixability.CONTENT)
def frames_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the number of frames, where a profile limits it.

    ## Fix
    Keeps one frame of an animation (content).
    """
    return out_of_range("PIC004", "frames", info, profile)


@fact_rule("PIC005", "colour-profile", Kind.IMAGE, fix=Fixability.REENCODE)
def colour_profile(info: MediaInfo) -> Iterable[Finding]:
    """Notes an embedded ICC profile other than sRGB.

    ## Why it matters
    A reader that drops the profile of a Display P3 photo shows it washed out.

    ## Fix
    Converts to sRGB when it has to encode anyway (reencode).
    """
    if info.icc is None or "srgb" in info.icc.lower():
        return ()
    return _note("PIC005", f"colour profile {info.icc!r}, not sRGB")


@fact_rule("PIC006", "gps", *_ALL, fix=Fixability.LOSSLESS)
def gps(info: MediaInfo) -> Iterable[Finding]:
    """Notes that the file tells where it was taken. The place itself is never shown.

    ## Why it matters
    The file is about to be published under a URL that others fetch.

    ## Fix
    `--strip-private` removes it.
    """
    return _note("PIC006", info.marks["gps"]) if "gps" in info.marks else ()


@fact_rule("PIC007", "serial-number", *_ALL, fix=Fixability.LOSSLESS)
def serial_number(info: MediaInfo) -> Iterable[Finding]:
    """Notes a camera's or lens' serial number or its owner's name. The value is never shown.

    ## Why it matters
    It ties the file to a device and its owner.

    ## Fix
    `--strip-private` removes it.
    """
    return _note("PIC007", info.marks["serial"]) if "serial" in info.marks else ()


@fact_rule("PIC008", "c2pa", *_ALL)
def c2pa(info: MediaInfo) -> Iterable[Finding]:
    """Notes a C2PA manifest (Content Credentials).

    ## Why it matters
    Any change to the file, even of a tag, breaks its signature.

    ## Fix
    None: a fix says beforehand that the manifest will be lost.
    """
    return _note("PIC008", info.marks["c2pa"]) if "c2pa" in info.marks else ()


@fact_rule("PIC009", "bytes-behind-the-image", Kind.IMAGE, fix=Fixability.LOSSLESS)
def bytes_behind_the_image(info: MediaInfo) -> Iterable[Finding]:
    """Notes what stands behind the end of the picture: a motion photo's clip, a second picture.

    ## Why it matters
    It counts into the size limit, and readers that look at the end of the file may stumble.
    """
    found = [info.marks[key] for key in ("motion-photo", "mpo", "trailing") if key in info.marks]
    return _note("PIC009", "; ".join(found)) if found else ()
