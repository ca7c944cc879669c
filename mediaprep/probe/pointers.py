"""Tell why a file without media bytes is here: a Git LFS pointer, an unfinished download, text.

Implements the Git LFS pointer format, version 1 (git-lfs `docs/spec.md`).
"""

from __future__ import annotations

import re

from mediaprep.model import Fault
from mediaprep.probe.source import Source

_LFS = b"version https://git-lfs.github.com/spec/v1"
_LFS_SIZE = re.compile(rb"^size (\d{1,18})\r?$", re.MULTILINE)
_PARTIAL = (".part", ".crdownload", ".download", ".partial", ".opdownload", ".!ut", ".icloud")
_OTHERS = (
    (b"<!doctype html", "an HTML page"),
    (b"<html", "an HTML page"),
    (b"#EXTM3U", "an HLS playlist"),
    (b"ffconcat", "an ffmpeg concat list"),
    (b"<?xml", "an XML document"),
    (b"<svg", "an SVG drawing"),
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"PK\x03\x04", "a ZIP archive"),
    (b"\0\0\1\xba", "an MPEG program stream, which is not read here"),
    (b"\0\0\1\xb3", "an MPEG video stream without a container"),
    (b"\x06\x0e\x2b\x34\x02\x05\x01\x01", "an MXF file, which is not read here"),
    (b"\xff\x0a", "a JPEG XL picture, which is not read here"),
    (b"\0\0\0\x0cJXL ", "a JPEG XL picture, which is not read here"),
    (b"\0\0\0\x0cjP  ", "a JPEG 2000 picture, which is not read here"),
    (b"8BPS", "a Photoshop document"),
    (b"caff", "a Core Audio file, which is not read here"),
    (b".snd", "an AU sound, which is not read here"),
    (b"riff\x2e\x91\xcf\x11", "a Wave64 sound, which is not read here"),
)


def pointer_fault(path: str, source: Source) -> tuple[Fault, str]:
    """Say what stands in the place of the media, as a fault and words."""
    head = source.head
    if head.startswith(_LFS):
        size = _LFS_SIZE.search(head)
        return Fault.LFS_POINTER, f"Git LFS pointer to {int(size[1]) if size else '?'} bytes"
    if is_partial_name(path):
        return Fault.PARTIAL, "an unfinished download or a cloud placeholder"
    start = head[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    for magic, words in _OTHERS:
        if start.startswith(magic.lower()):
            return Fault.NOT_MEDIA, f"it is {words}"
    if not head.strip(b"\0"):
        return Fault.NOT_MEDIA, "it starts with nothing but zero bytes"
    return Fault.NOT_MEDIA, "its first bytes are those of no image, video or audio format we know"


def is_partial_name(path: str) -> bool:
    """Whether a browser or sync client named this file as not fully here."""
    return path.lower().endswith(_PARTIAL)
