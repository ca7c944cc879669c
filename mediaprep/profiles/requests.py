"""Read what one generation request may ask of a backend; tables as in data/requests/*.toml."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

from mediaprep.errors import ConfigError
from mediaprep.generation import Mode
from mediaprep.model import Kind
from mediaprep.profiles.load import load_profile
from mediaprep.profiles.profile import Limit
from mediaprep.units import parse_interval

_DATA = Path(__file__).with_name("data") / "requests"
KEYS = frozenset(
    {
        *("extends", "documents", "documented", "source", "checked", "sets", "modes"),
        *("resolution", "ratio", "duration", "body", "prompt"),
        *("inline", "data", "tokens", "asset_models"),
    }
)
# Limit -> its key in the table, the key in that where it is a table itself, and its dimension.
_NUMBERS = {
    "duration": ("duration", "range", "seconds"),
    "body": ("body", "range", "bytes"),
    "prompt_words": ("prompt", "words", "count"),
    "prompt_han": ("prompt", "han", "count"),
}
_CHOICES = ("resolution", "ratio")


@dataclass(frozen=True, slots=True)
class RequestLimits:
    """One backend's table; `limits` and `sets` are keyed by what they bound."""

    backend: str
    source: str
    checked: date
    limits: Mapping[str, Limit]
    sets: Mapping[str, Limit]
    durations: frozenset[int]  # taken beside the interval: -1 lets the model choose
    inline: frozenset[Kind]  # what may be a URL in the body
    data: frozenset[Kind]  # what may be a data: URI in it
    tokens: tuple[str, ...]  # how a prompt names the first image; none: no page says
    asset_models: tuple[str, ...]  # the models that take asset://; none: all do
    modes: Mapping[Mode, tuple[str, ...]] = field(default_factory=dict)
    documented: bool = True  # whether a page says how a generation is asked for

    def takes_assets(self, model: str) -> bool:
        """Whether a model takes asset:// references."""
        return not self.asset_models or _matches(model, self.asset_models)

    def mode_of(self, model: str) -> Mode | None:
        """Return the one way of asking that a model's name says, None where it takes all."""
        return next((mode for mode, names in self.modes.items() if _matches(model, names)), None)


@cache
def load_request_limits(backend: str) -> RequestLimits:
    """Load the table of a backend; raises ConfigError if there is none."""
    tables = list(_chain(backend))
    merged: dict[str, Any] = {}
    for table in reversed(tables):
        merged |= table
    return RequestLimits(
        backend=backend,
        source=merged["source"],
        checked=merged["checked"],
        limits={limit.measure: limit for limit in _limits(tables, merged)},
        sets=load_profile(merged["sets"]).sets,
        durations=frozenset(merged["duration"]["or"]),
        inline=frozenset(map(Kind, merged["inline"])),
        data=frozenset(map(Kind, merged["data"])),
        tokens=tuple(merged["tokens"]),
        asset_models=tuple(merged.get("asset_models", ())),
        modes={Mode(mode): tuple(names) for mode, names in merged["modes"].items()},
        documented=merged.get("documented", True),
    )


def _chain(name: str) -> Iterator[dict[str, Any]]:
    """Yield a table and those that it extends, its own first."""
    while name:
        path = _DATA / f"{name}.toml"
        if not path.is_file():
            known = ", ".join(sorted(path.stem for path in _DATA.glob("*.toml")))
            raise ConfigError(
                f"no table says what a request to {name!r} may ask", f"known: {known}"
            )
        table = tomllib.loads(path.read_text(encoding="utf-8")) | {"name": name}
        yield table
        name = table.get("extends", "")


def _limits(tables: list[dict[str, Any]], merged: dict[str, Any]) -> Iterator[Limit]:
    for measure in _CHOICES:
        words = tuple(merged[measure])
        yield _limit(measure, measure, tables, text=", ".join(words), choices=words)
    for measure, (key, inner, dimension) in _NUMBERS.items():
        value = merged[key]
        text = value[inner] if isinstance(value, dict) else value
        readings = parse_interval(text, dimension)
        more = [str(each) for each in value.get("or", ())] if isinstance(value, dict) else []
        yield _limit(measure, key, tables, text=" or ".join([text, *more]), readings=readings)


def _limit(measure: str, key: str, tables: list[dict[str, Any]], **facts: Any) -> Limit:
    """Make a limit that knows whose page says so: the first table of the chain that has it."""
    own, said = tables[0], next(table for table in tables if key in table)
    value = said[key]
    source = value.get("source", said["source"]) if isinstance(value, dict) else said["source"]
    inherited = "" if said is own or own.get("documents") else said["name"]
    return Limit(measure, source=source, checked=said["checked"], inherited_from=inherited, **facts)


def _matches(model: str, patterns: tuple[str, ...]) -> bool:
    return any(fnmatchcase(model, pattern) for pattern in patterns)
