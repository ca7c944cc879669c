"""The JSON Schemas of the files that people write: a profile, and mediaprep.toml."""

from __future__ import annotations

from collections.abc import Mapping

from genlib.draft import DRAFT, Schema, a_list, a_table, choice, either, home
from mediaprep.config import KEYS, OVERRIDE_KEYS
from mediaprep.measures import CHOICES, MEASURES
from mediaprep.model import Kind
from mediaprep.profiles.load import SECTIONS
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
