"""A request from its file: every key known, every value of its type, every reference sorted.

The keys are documented in docs/requests.md.
"""

from __future__ import annotations

import math
import os
import re
from collections.abc import Iterator
from difflib import get_close_matches

from mediaprep.backends import NAMES
from mediaprep.errors import ConfigError
from mediaprep.generation import Form, Reference, Request, Role
from mediaprep.request.document import Document, read_document

# Key -> the role of what it lists; the order is that of the body.
LISTS = {
    "reference_images": Role.REFERENCE_IMAGE,
    "reference_videos": Role.REFERENCE_VIDEO,
    "reference_audios": Role.REFERENCE_AUDIO,
}
_FRAMES = {"first_frame": Role.FIRST_FRAME, "last_frame": Role.LAST_FRAME}
_NEEDED = ("backend", "model", "prompt")
_OPTIONS = ("resolution", "ratio", "duration", "generate_audio")
KEYS = (*_NEEDED, *LISTS, *_FRAMES, *_OPTIONS)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SCHEME = re.compile(r"(?i)([a-z][a-z0-9+.-]+):(//)?")
_FORMS = {"http": Form.URL, "https": Form.URL, "asset": Form.ASSET, "data": Form.DATA}


def read_request(path: str) -> Request:
    """Read a request file.

    Raises UsageError or ConfigError with file, line and key. Paths are seen from its folder.
    """
    document = read_document(path)
    _known_keys(document)
    for key in _NEEDED:
        if key not in document.values:
            raise ConfigError(f"{path}: {key} is missing", f'add {key} = "…"')
    backend = _text(document, "backend")
    if backend not in NAMES:
        document.fail("backend", f"no backend is called {backend!r}", _nearest(backend, NAMES))
    return Request(
        file=path,
        backend=backend,
        model=_text(document, "model"),
        prompt=_text(document, "prompt"),
        references=tuple(_references(document)),
        resolution=_optional_text(document, "resolution"),
        ratio=_optional_text(document, "ratio"),
        duration=_seconds(document, "duration"),
        generate_audio=_flag(document, "generate_audio"),
    )


def _known_keys(document: Document) -> None:
    for key in document.values:
        if key not in KEYS:
            document.fail(key, "unknown key", _nearest(key, KEYS))


def _nearest(word: str, known: tuple[str, ...]) -> str:
    near = get_close_matches(word, known, 1)
    return f"did you mean {near[0]}?" if near else f"known: {', '.join(known)}"


def _references(document: Document) -> Iterator[Reference]:
    for key, role in LISTS.items():
        listed = document.values.get(key, [])
        if not isinstance(listed, list):
            document.fail(key, 'expected a list such as ["hero.png", "asset://…"]')
        for number, value in enumerate(listed, 1):
            yield _reference(document, key, role, number, value)
    for key, role in _FRAMES.items():
        if key in document.values:
            yield _reference(document, key, role, 1, document.values[key])


def _reference(document: Document, key: str, role: Role, number: int, value: object) -> Reference:
    if not isinstance(value, str) or not value.strip():
        document.fail(key, "expected a path, a URL or an asset:// URI in quotes")
    if _CONTROL.search(value):
        document.fail(key, "a reference holds a control character")
    found = _SCHEME.match(value)
    if found is None or (found[2] is None and found[1].lower() != "data"):
        folder = os.path.dirname(document.path)
        return Reference(role, number, value, Form.PATH, os.path.join(folder, value))
    form = _FORMS.get(found[1].lower())
    if form is None:
        hint = "give a path, an https:// URL or an asset:// URI"
        document.fail(key, f"no backend fetches {found[1]}://", hint)
    if form is Form.ASSET and not value[found.end() :]:
        document.fail(key, "asset:// is followed by no id")
    return Reference(role, number, value, form)


def _text(document: Document, key: str) -> str:
    value = document.values[key]
    if not isinstance(value, str) or not value.strip():
        document.fail(key, "expected text in quotes")
    return value


def _optional_text(document: Document, key: str) -> str | None:
    return _text(document, key) if key in document.values else None


def _seconds(document: Document, key: str) -> int | float | None:
    """Read a number; that 4.5 is none of those offered is for the rules to say."""
    if key not in document.values:
        return None
    value = document.values[key]
    if isinstance(value, float) and math.isfinite(value):
        return int(value) if value.is_integer() else value
    if isinstance(value, bool) or not isinstance(value, int):
        document.fail(key, "expected a whole number of seconds such as 5, or -1")
    return value


def _flag(document: Document, key: str) -> bool | None:
    value = document.values.get(key)
    if key in document.values and not isinstance(value, bool):
        document.fail(key, "expected true or false, without quotes")
    return value if isinstance(value, bool) else None
