"""Tell what a file is from its first bytes; the name and the extension are never asked."""

from __future__ import annotations

from mediaprep.probe.brands import container_of_brands
from mediaprep.probe.mpegframe import looks_like_ac3, looks_like_adts, looks_like_mp3

# The first bytes that settle it, most common first.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "jpeg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"II*\0", "tiff"),
    (b"MM\0*", "tiff"),
    (b"II+\0", "tiff"),  # BigTIFF
    (b"MM\0+", "tiff"),
    (b"\x1aE\xdf\xa3", "matroska"),  # the reader tells WebM apart
    (b"ID3", "mp3"),
    (b"fLaC", "flac"),
    (b"OggS", "ogg"),
    (b"FLV\x01", "flv"),
    (b"#!AMR", "amr"),
    (b"MAC ", "ape"),
    (b"wvpk", "wavpack"),
    (b"MP+", "musepack"),
    (b"MPCK", "musepack"),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "asf"),
)
_FIRST_BYTES = frozenset(magic[0] for magic, _ in _MAGIC)
# Chunked files name their form at byte 8.
_FORMS: dict[tuple[bytes, bytes], str] = {
    (b"RIFF", b"WEBP"): "webp",
    (b"RIFF", b"WAVE"): "wav",
    (b"RIFX", b"WAVE"): "wav",
    (b"RF64", b"WAVE"): "wav",
    (b"BW64", b"WAVE"): "wav",
    (b"RIFF", b"AVI "): "avi",
    (b"FORM", b"AIFF"): "aiff",
    (b"FORM", b"AIFC"): "aiff",
}
_DIB_HEADER_BYTES = frozenset({12, 16, 40, 52, 56, 64, 108, 124})


def sniff(head: bytes) -> str | None:
    """Name the container that the first 4 KiB show, or None where they show none of ours."""
    if head[:1] and head[0] in _FIRST_BYTES:
        for magic, name in _MAGIC:
            if head.startswith(magic):
                return name
    return _FORMS.get((head[:4], head[8:12])) or _by_structure(head)


def _by_structure(head: bytes) -> str | None:
    """Recognise what has no fixed first bytes: boxes, bitmaps, packets and frames."""
    if name := container_of_brands(head):
        return name
    if _is_bitmap(head):
        return "bmp"
    if _is_transport_stream(head):
        return "mpegts"
    if looks_like_adts(head):
        return "aac"
    if looks_like_ac3(head):
        return "ac3"
    return "mp3" if looks_like_mp3(head) else None


def _is_bitmap(head: bytes) -> bool:
    """A BITMAPFILEHEADER, an OS/2 bitmap array, or a DIB header that lost its `BM`."""
    at = {b"BM": 14, b"BA": 28}.get(head[:2], 0)
    if int.from_bytes(head[at : at + 4], "little") not in _DIB_HEADER_BYTES:
        return head[:2] == b"BM" and len(head) >= 26 and head[6:10] == b"\0\0\0\0"
    if at:
        return True
    return head[:4] == b"\x28\0\0\0" and head[12:14] == b"\1\0" and head[14:16] in _DIB_DEPTHS


_DIB_DEPTHS = frozenset(depth.to_bytes(2, "little") for depth in (1, 4, 8, 16, 24, 32))


def _is_transport_stream(head: bytes) -> bool:
    """Packets of 188 bytes, of 192 with a time stamp before or of 204 with parity after."""
    for first, step in ((0, 188), (4, 192), (0, 204)):
        marks = head[first : first + 5 * step : step]
        if len(marks) > 1 and not marks.strip(b"\x47"):
            return True
    return False
