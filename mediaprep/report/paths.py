r"""Makes names from a file system safe to print: a name may hold anything but NUL and slash.

Bytes that are not UTF-8 arrive as lone surrogates (PEP 383) and are written `\xNN`.
"""

from __future__ import annotations

import os
import re

# Spaces of other scripts (macOS puts U+202F into the names of screenshots) and the joiners inside
# emoji and Persian words are harmless, and escaping them would make a name impossible to paste.
_HARMLESS = frozenset(
    "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000\u200c\u200d"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def printable(text: str) -> str:
    """Escape visibly what a terminal, a log or XML must not be fed with.

    Control characters, line ends, ANSI escapes, bidi overrides and lone surrogates become `\\n`,
    `\\x1b`, `\\u202e`. A backslash is left alone, so this is for people; JSON has the real name.
    """
    if text.isprintable():
        return text
    return "".join(
        char if char.isprintable() or char in _HARMLESS else _visible(char) for char in text
    )


def well_formed(text: str) -> str:
    """Replace lone surrogates alone: the result can be encoded as UTF-8, whatever else it holds."""
    return _SURROGATE.sub(lambda match: _visible(match[0]), text)


def raw_bytes(path: str) -> bytes:
    """Give the bytes that a name has on disk."""
    try:
        return os.fsencode(path)
    except UnicodeEncodeError:  # a surrogate that stands for no byte: the name is on no disk
        return well_formed(path).encode()


def _visible(char: str) -> str:
    if "\udc80" <= char <= "\udcff":
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii")
