"""What an asset is called: readable, within the backend's length, and found again by its hash."""

from __future__ import annotations

import unicodedata
from pathlib import PurePath

from mediaprep.errors import UsageError

SHA_CHARS = 16
_LENGTH = 64  # where a backend states none: the shortest that any of them does
_FIELDS = {"stem": "", "ext": "", "sha16": "0" * SHA_CHARS, "kind": ""}


def check_template(template: str) -> None:
    """Raise UsageError unless the template names known fields and holds the hash."""
    try:
        tried = template.format(**_FIELDS)
    except (KeyError, IndexError, ValueError, AttributeError):
        known = ", ".join(f"{{{name}}}" for name in _FIELDS)
        raise UsageError(f"--name-template {template!r}: unknown field", f"use {known}") from None
    if _FIELDS["sha16"] not in tried:
        raise UsageError(
            f"--name-template {template!r} has no {{sha16}}",
            "an asset is found again by it after a broken connection",
        )
    if len(tried) > _LENGTH:
        raise UsageError(f"--name-template {template!r} is too long", f"at most {_LENGTH}")


def asset_name(template: str, path: str, sha256: str, kind: str, most: int | None = None) -> str:
    """Fill the template in; the stem gives way where the name would be too long."""
    file = PurePath(path)
    stem = _printable(file.stem)
    fields = {"ext": file.suffix.lstrip("."), "sha16": sha256[:SHA_CHARS], "kind": kind}
    fields["ext"] = _printable(fields["ext"])[:8]
    bare = len(template.format(stem="", **fields))
    room = max((most or _LENGTH) - bare, 0)
    return template.format(stem=stem[:room].rstrip(), **fields)


def _printable(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return "".join(
        "_" if char != " " and unicodedata.category(char)[0] in "CZ" else char for char in composed
    )
