"""The JSON Schemas of the files that people write: profile, config, request, decisions."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from genlib.draft import DRAFT, Schema, a_list, a_table, choice, either, home
from mediaprep.backends import NAMES
from mediaprep.config import KEYS, OVERRIDE_KEYS
from mediaprep.fix.decisions import _CHOICES as CHOICES_OF_FIXES
from mediaprep.fix.decisions import _WORDS as WORDS
from mediaprep.fix.decisions import SCHEMA as DECISIONS
from mediaprep.measures import CHOICES, MEASURES
from mediaprep.model import Kind
from mediaprep.profiles.load import SECTIONS
from mediaprep.request.read import KEYS as REQUEST_KEYS
from mediaprep.request.read import LISTS
from mediaprep.units import UNITS

_TEXT: Schema = {"type": "string"}
# TOML has dates of its own; what reads it as JSON shows them as text.
_DATE: Schema = {"type": "string", "format": "date"}
_WORDS: Schema = either(a_list(_TEXT), _TEXT)
_END = r"[0-9]+(\.[0-9]+)?(/[0-9]+)?"


def profile() -> Schema:
    """Return the schema of a profile."""
    about = {
        "backend": _TEXT,
        "extends": _TEXT,
        "documents": {"type": "boolean"},
    }
    sections = {str(kind): _section() for kind in Kind} | {
        name: _sums(dimensions) for name, dimensions in SECTIONS.items()
    }
    return {
        **DRAFT,
        "$id": home("profile"),
        "title": "a mediaprep profile: the limits of one backend",
        **a_table(
            {"name": _TEXT, "source": _TEXT, "checked": _DATE}, also=about | sections, closed=True
        ),
    }


def config() -> Schema:
    """Return the schema of mediaprep.toml, and of [tool.mediaprep] in pyproject.toml."""
    override = a_table(
        {"paths": _WORDS},
        also={key: _WORDS for key in OVERRIDE_KEYS if key != "paths"},
        closed=True,
    )
    shapes: dict[str, Schema] = {
        "_words": _WORDS,
        "_flag": {"type": "boolean"},
        "_text": _TEXT,
        "_sets": {"type": "object", "additionalProperties": _WORDS},
        "_overrides": a_list(override),
    }
    keys = {key: shapes[parse.__name__] for key, (_, parse) in KEYS.items()}
    return {
        **DRAFT,
        "$id": home("config"),
        "title": "mediaprep.toml, or [tool.mediaprep] in pyproject.toml",
        **a_table({}, also=keys, closed=True),
    }


def request() -> Schema:
    """Return the schema of a request file, as TOML, JSON or YAML."""
    reference: Schema = {"type": "string", "pattern": r"\S"}
    words: Schema = {"type": "string", "pattern": r"\S"}
    shapes = dict.fromkeys(LISTS, a_list(reference)) | {
        "first_frame": reference,
        "last_frame": reference,
        "resolution": words,
        "ratio": words,
        "duration": {"type": "number"},
        "generate_audio": {"type": "boolean"},
    }
    must = {"backend": choice(NAMES), "model": words, "prompt": words}
    assert {*must, *shapes} == set(REQUEST_KEYS)
    return {
        **DRAFT,
        "$id": home("request"),
        "title": "a request for a generation: mediaprep request",
        **a_table(must, also=shapes, closed=True),
    }


def decisions() -> Schema:
    """Return the schema of what the review page saves, and `fix --decisions` reads."""
    kinds: dict[type, Schema] = {bool: {"type": "boolean"}, int: {"type": "integer"}, str: _TEXT}
    choices = {
        name: choice(kind) if issubclass(kind, Enum) else kinds[kind]
        for name, kind in CHOICES_OF_FIXES.items()
    }
    named: Schema = {"type": "string", "minLength": 1}
    decision = {
        "path": named,
        "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
        "plan": {"type": "string", "pattern": "^[0-9a-f]{24}$"},
        "decision": choice(WORDS),
    }
    table: dict[str, Schema] = {
        "schema": {"const": DECISIONS},
        "tool": {"const": "mediaprep"},
        "profiles": a_list(named),
        "choices": a_table(choices, closed=True),
        "decisions": a_list(a_table(decision, closed=True), least=1),
    }
    return {
        **DRAFT,
        "$id": home("decisions-1"),
        "title": "decisions on fixes: mediaprep fix --decisions",
        **a_table(table, closed=True),
    }


def _section() -> Schema:
    limits = {name: _limit(measure.dimension) for name, measure in MEASURES.items()}
    words = {name: a_list(_TEXT, least=1) for name in CHOICES}
    return a_table({}, also={"source": _TEXT, "checked": _DATE} | limits | words, closed=True)


def _sums(dimensions: Mapping[str, str]) -> Schema:
    sums = {name: _limit(dimension) for name, dimension in dimensions.items()}
    return a_table({}, also={"source": _TEXT, "checked": _DATE} | sums, closed=True)


def _limit(dimension: str) -> Schema:
    interval = _interval(dimension)
    more = {
        "observed": interval,
        "of": choice(["average", "nominal"]),
        "source": _TEXT,
        "checked": _DATE,
    }
    return either(interval, a_table({"range": interval}, also=more, closed=True))


def _interval(dimension: str) -> Schema:
    """Interval notation: a round bracket leaves the end out."""
    units = [unit for unit in UNITS[dimension] if unit]
    unit = f"({'|'.join(units)})" if units else ""
    free = "?" if unit else ""
    pattern = (
        rf"^\s*[\[(]\s*({_END}|-inf)\s*{unit}{free}\s*,"
        rf"\s*({_END}|inf)\s*{unit}{free}\s*[\])]\s*{unit}{free}\s*$"
    )
    return {
        "type": "string",
        "pattern": pattern,
        "examples": [f"[1, 2] {units[0] if units else ''}".strip()],
    }
