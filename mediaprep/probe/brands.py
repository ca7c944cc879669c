"""Tell which ISO base media file this is from its brands, before any other box is read.

ISO/IEC 14496-12 section 4.3 (`ftyp`), ISO/IEC 23008-12 annex B (image brands), the AV1 Image
File Format section 8 and Apple's QuickTime File Format (files older than `ftyp`). Brands may lie:
the readers correct `MediaInfo.container` when the boxes say otherwise.
"""

from __future__ import annotations

_AVIF = frozenset((b"avif", b"avis"))
_HEIF_ANY_CODEC = frozenset((b"mif1", b"mif2", b"mif3", b"msf1", b"miaf", b"unif"))
_HEIF = _HEIF_ANY_CODEC | {
    *(b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"),
    *(b"avci", b"avcs", b"vvic", b"vvis", b"evbi", b"evbs", b"jpeg", b"jpgs", b"j2ki", b"j2is"),
}
_RAW_PHOTO = frozenset((b"crx ",))  # Canon CR3: previews in tracks, neither image nor video to us

_MAJOR = {
    b"qt  ": "mov",
    **dict.fromkeys((b"M4V ", b"M4VH", b"M4VP"), "m4v"),
    **dict.fromkeys((b"M4A ", b"M4B ", b"M4P "), "m4a"),
    **dict.fromkeys((b"kddi", b"KDDI"), "3gp"),
    **dict.fromkeys((b"isom", b"mp41", b"mp42", b"avc1", b"dash", b"f4v ", b"F4V "), "mp4"),
    **dict.fromkeys((b"iso%d" % n for n in range(2, 10)), "mp4"),
}
_THREE_GP = (b"3gp", b"3g2", b"3ge", b"3gf", b"3gg", b"3gh", b"3gm", b"3gr", b"3gs", b"3gt")

# A QuickTime file may start with any of these; a text that happens to say "free" does not.
_QUICKTIME_FIRST = frozenset((b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"))
_SEGMENT_FIRST = frozenset((b"styp", b"sidx", b"moof", b"emsg"))


def container_of_brands(head: bytes) -> str | None:
    """Return the container's name for the first bytes of a file, None if it is another format."""
    first = head[4:8]
    if first == b"ftyp":
        return _of_ftyp(head)
    if first in _QUICKTIME_FIRST and not _printable(head[:4]):
        return "mov"
    if first in _SEGMENT_FIRST and not _printable(head[:4]):
        return "mp4"
    return None


def _of_ftyp(head: bytes) -> str | None:
    end = int.from_bytes(head[:4], "big")
    if end < 16:  # 0 and 1 are legal but unknown in the wild; broken ones still say ftyp
        end = len(head)
    major, minor = head[8:12], head[12:16]
    compatible = [head[at : at + 4] for at in range(16, min(end, len(head)) - 3, 4)]
    if major in _RAW_PHOTO:
        return None
    if major in _AVIF or (major in _HEIF_ANY_CODEC and not _AVIF.isdisjoint((minor, *compatible))):
        return "avif"
    if major in _HEIF:
        return "heif"
    return _MAJOR.get(major) or _of_compatible(major, compatible)


def _of_compatible(major: bytes, compatible: list[bytes]) -> str:
    if major[:3] in _THREE_GP:
        return "3gp"
    if not _AVIF.isdisjoint(compatible):
        return "avif"
    if not _HEIF.isdisjoint(compatible):
        return "heif"
    named = (_MAJOR[brand] for brand in compatible if brand in _MAJOR)
    return next(named, "3gp" if any(b[:3] in _THREE_GP for b in compatible) else "mp4")


def _printable(size: bytes) -> bool:
    return all(0x20 <= byte < 0x7F for byte in size)
