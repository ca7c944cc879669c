"""Step over the tags before and behind audio frames: they are not audio, however large.

ID3v2.2 to 2.4 (id3.org, section 3.1; footer in 3.4), ID3v1 with its "TAG+" extension, APEv1 and
APEv2 (footer, 32 bytes), Lyrics3 v1 and v2. What the tags say is not read.
"""

from __future__ import annotations

from mediaprep.probe.source import Source

_MOST_TAGS = 64  # in a row; more is an attempt to keep us busy
_LYRICS3_V1_MAX = 5100 + 20


def length(header: bytes) -> int:
    """Return the length of the ID3v2 tag that these ten bytes begin, 0 where they begin none."""
    if len(header) < 10 or header[:3] != b"ID3" or header[3] == 255 or max(header[6:10]) > 127:
        return 0
    size = header[6] << 21 | header[7] << 14 | header[8] << 7 | header[9]
    return 10 + size + (10 if header[3] == 4 and header[5] & 0x10 else 0)


def after(source: Source, offset: int = 0) -> int:
    """Return where the ID3v2 tags end that begin at `offset`; there may be none, or several."""
    for _ in range(_MOST_TAGS):
        size = length(source.at(offset, 10))
        if not size:
            break
        offset += size
    return offset


def before(source: Source, start: int = 0) -> int:
    """Return where the tags at the end of the file begin, never before `start`."""
    end = source.size
    for _ in range(_MOST_TAGS):
        size = _last_tag(source, end)
        if not size or end - size < start:
            break
        end -= size
    return end


def _last_tag(source: Source, end: int) -> int:
    tail = source.at(max(end - 128, 0), min(end, 128))
    if tail[:3] == b"TAG" and len(tail) == 128:
        return 128 + (227 if end >= 355 and source.at(end - 355, 4) == b"TAG+" else 0)
    if tail[-32:-24] == b"APETAGEX":
        size = int.from_bytes(tail[-20:-16], "little")
        has_header = tail[-9] & 0x80
        return max(size, 32) + (32 if has_header else 0)
    if tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
        return int(tail[-15:-9]) + 15
    if tail[-9:] == b"LYRICSEND":
        first = max(end - _LYRICS3_V1_MAX, 0)
        begin = source.at(first, end - first).find(b"LYRICSBEGIN")
        return end - first - begin if begin >= 0 else 9
    if tail[-10:-7] == b"3DI":
        size = length(b"ID3" + tail[-7:])
        return size + 10 if size and not tail[-5] & 0x10 else size
    return 0
