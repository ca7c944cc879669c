"""Read the description of an ICC profile.

ICC.1:2022 section 7.2 and 7.3 (header and tag table), 10.15 (`mluc`), and the `desc` type of
version 2 profiles.
"""

from __future__ import annotations

MAX_CHARS = 64

_TABLE_AT = 132  # after the header and the count of tags


def describe_profile(profile: bytes) -> str | None:
    """Return the printable start of a profile's description, None when it shows none.

    `profile` may be cut short: only the tag table and the description have to be there.
    """
    entry = profile.find(b"desc", _TABLE_AT, _TABLE_AT + 100 * 12)
    if entry < 0 or profile[36:40] != b"acsp":
        return None
    at = int.from_bytes(profile[entry + 4 : entry + 8])
    kind = profile[at : at + 4]
    if kind == b"desc":
        length = int.from_bytes(profile[at + 8 : at + 12])
        text = profile[at + 12 : at + 12 + min(length, MAX_CHARS + 1)].decode("latin-1")
    elif kind == b"mluc":
        length = int.from_bytes(profile[at + 20 : at + 24])
        start = at + int.from_bytes(profile[at + 24 : at + 28])
        raw = profile[start : start + min(length, 2 * MAX_CHARS) & ~1]
        text = raw.decode("utf-16-be", "replace")
    else:
        return None
    return printable(text) or None


def printable(text: str) -> str:
    """Return a text as one line can show it: up to its first NUL, at most 64 characters."""
    text = text.partition("\0")[0].strip()
    if not text.isprintable():
        text = "".join(c if c.isprintable() else "?" for c in text)
    return text[:MAX_CHARS]
