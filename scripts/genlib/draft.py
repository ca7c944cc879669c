"""Small words to write JSON Schema with, draft 2020-12."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Schema = dict[str, Any]
DRAFT: Schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"}


def home(name: str) -> str:
    """Return the URL under which a schema is published."""
    return (
        "https://raw.githubusercontent.com/mediaprep/mediaprep/main/"
        f"docs/schemas/{name}.schema.json"
    )


def a_table(
    must: Mapping[str, Schema], *, also: Mapping[str, Schema] | None = None, closed: bool = False
) -> Schema:
    """An object with these keys; more may come with any release, unless it is closed."""
    shape: Schema = {
        "type": "object",
        "required": [str(name) for name in must],
        "properties": {str(name): value for name, value in {**must, **(also or {})}.items()},
    }
    return shape | ({"additionalProperties": False} if closed else {})


def a_list(of: Schema, least: int = 0) -> Schema:
    """A list whose items have one shape."""
    return {"type": "array", "items": of, **({"minItems": least} if least else {})}


def choice(words: Iterable[str], *more: str | None) -> Schema:
    """One of some words."""
    return {"enum": [*map(str, words), *more]}


def either(*shapes: Schema) -> Schema:
    """Any of some shapes."""
    return {"anyOf": list(shapes)}
