"""Read a profile from TOML; whatever it says that we do not know is an error with file and line."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from datetime import date
from typing import Any, NoReturn
from zlib import adler32, crc32

from mediaprep.errors import ConfigError
from mediaprep.measures import ALIASES, CHOICES, MEASURES
from mediaprep.model import Kind
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.units import Interval, parse_interval

_DATA = os.path.join(os.path.dirname(__file__), "data")
_TOP_KEYS = frozenset(
    {"name", "backend", "extends", "documents", "source", "checked", "set", "url"}
)
_LIMIT_KEYS = frozenset({"range", "observed", "of", "source", "checked"})
SET_DIMENSIONS = {
    "images": "count",
    "videos": "count",
    "audios": "count",
    "video_duration": "seconds",
    "audio_duration": "seconds",
}
URL_DIMENSIONS = {"length": "count"}
SECTIONS = {"set": SET_DIMENSIONS, "url": URL_DIMENSIONS}  # of the sections that are no kind
_MAX_EXTENDS = 8


def built_in_names() -> list[str]:
    """List the profiles that ship with mediaprep, the base first."""
    files = [name.partition(".toml") for name in os.listdir(_DATA)]
    names = sorted(stem for stem, dot, rest in files if dot and not rest)
    return sorted(names, key=lambda name: name != "seedance-2.0")


def load_profile(name: str) -> Profile:
    """Load a built-in profile by name, or a user's own by path (it ends in .toml or has a slash).

    Raises ConfigError naming file, line, key and what was expected.
    """
    return _load(name, "", _MAX_EXTENDS)


def _load(name: str, beside: str, depth: int) -> Profile:
    path = _path_of(name, beside)
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        known = ", ".join(built_in_names())
        raise ConfigError(f"there is no profile {name!r}", f"known profiles: {known}") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read as text: {error}") from error
    return _ProfileFile(path, text).profile(depth)


def _path_of(name: str, beside: str) -> str:
    is_path = name.endswith(".toml") or "/" in name
    path = os.path.join(beside, name) if is_path else os.path.join(_DATA, f"{name}.toml")
    return path.removeprefix("./")


class _ProfileFile:
    """One TOML file on its way to a Profile; knows where each key stands for its errors."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._folder = os.path.dirname(path)
        self.text = text
        try:
            self.data = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise ConfigError(f"{path}: not TOML: {error}") from error

    def profile(self, depth: int) -> Profile:
        self._known_keys(self.data, _TOP_KEYS | set(Kind), "")
        source, checked = self._text("source"), self._date(self.data, "")
        name, extends = self._text("name"), self._text("extends", "")
        base = self._base(extends, depth) if extends else None
        limits = {kind: self._table(kind, source, checked) for kind in Kind if kind in self.data}
        own = Profile(
            name=name,
            source=source,
            checked=checked,
            backend=self._text("backend", ""),
            extends=extends,
            limits=limits,
            sets=self._table("set", source, checked) if "set" in self.data else {},
            urls=self._table("url", source, checked) if "url" in self.data else {},
        )
        merged = own if base is None else _inherit(own, base, bool(self.data.get("documents")))
        words = repr((merged.name, merged.limits, merged.sets)).encode()
        return merged._replace(fingerprint=f"{crc32(words):08x}{adler32(words):08x}")

    def _base(self, name: str, depth: int) -> Profile:
        if not os.path.isfile(_path_of(name, self._folder)):
            known = ", ".join(built_in_names())
            self._fail("", "extends", f"there is no profile {name!r}; expected one of {known}")
        if depth == 0:
            self._fail("", "extends", f"profiles extend each other more than {_MAX_EXTENDS} deep")
        return _load(name, self._folder, depth - 1)

    def _table(self, section: str, source: str, checked: date) -> dict[str, Limit]:
        table = self.data[section]
        if not isinstance(table, dict):
            self._fail(section, "", "expected a table")
        source = self._text("source", source, table, section)
        checked = self._date({"checked": checked} | table, section)
        return {
            key: self._limit(section, key, value, source, checked)
            for key, value in table.items()
            if key not in ("source", "checked")
        }

    def _limit(self, section: str, key: str, value: object, source: str, checked: date) -> Limit:
        if section not in SECTIONS and key in CHOICES:
            words = self._words(section, key, value)
            return Limit(key, ", ".join(words), source, checked, choices=words)
        dimension = self._dimension(section, key)
        table = value if isinstance(value, dict) else {"range": value}
        self._known_keys(table, _LIMIT_KEYS, f"{section}.{key}")
        of = table.get("of", "average")
        if of not in ("average", "nominal"):
            self._fail(section, key, f'of = {of!r}; expected "average" or "nominal"')
        observed = table.get("observed", "")
        return Limit(
            measure=key,
            text=str(table.get("range")),
            source=self._text("source", source, table, section),
            checked=self._date({"checked": checked} | table, section),
            readings=self._interval(section, key, table.get("range"), dimension),
            observed=self._interval(section, key, observed, dimension) if observed else (),
            observed_text=str(observed),
            of=of,
        )

    def _dimension(self, section: str, key: str) -> str:
        own = SECTIONS.get(section)
        if own is None and key in MEASURES:
            return MEASURES[key].dimension
        if own is not None and key in own:
            return own[key]
        known = [*CHOICES, *MEASURES] if own is None else own
        self._fail(section, key, f"unknown measure; expected one of {', '.join(known)}")

    def _words(self, section: str, key: str, value: object) -> tuple[str, ...]:
        if isinstance(value, list) and value and all(isinstance(word, str) for word in value):
            return tuple(ALIASES.get(word.lower(), word.lower()) for word in value)
        self._fail(section, key, 'expected a list of names such as ["jpeg", "png"]')

    def _interval(
        self, section: str, key: str, value: object, dimension: str
    ) -> tuple[Interval, ...]:
        if not isinstance(value, str):
            self._fail(section, key, 'expected an interval in quotes such as "[2, 15] s"')
        try:
            return parse_interval(value, dimension)
        except (ValueError, ZeroDivisionError) as error:
            self._fail(section, key, str(error))

    def _text(
        self,
        key: str,
        default: str | None = None,
        table: Mapping[str, Any] | None = None,
        section: str = "",
    ) -> str:
        value = (self.data if table is None else table).get(key, default)
        if not isinstance(value, str):
            self._fail(section, key, "expected text in quotes")
        return value

    def _date(self, table: Mapping[str, Any], section: str) -> date:
        value = table.get("checked")
        if type(value) is not date:
            self._fail(section, "checked", "expected a date such as 2026-11-21, without quotes")
        return value

    def _known_keys(self, table: Mapping[str, Any], known: frozenset[str], section: str) -> None:
        for key in table:
            if key not in known:
                self._fail(section, key, f"unknown key; expected one of {', '.join(sorted(known))}")

    def _fail(self, section: str, key: str, problem: str) -> NoReturn:
        where = ".".join(part for part in (section, key) if part)
        raise ConfigError(f"{self.path}:{line_of(self.text, section, key)}: {where}: {problem}")


def line_of(text: str, section: str, key: str) -> int:
    """Find the line on which a key of a section stands; the section's own where it is missing."""
    wanted = ".".join(part for part in (section, key) if part)
    table, found = "", 1
    for number, line in enumerate(text.replace('"', "").replace("'", "").splitlines(), 1):
        if header := re.match(r"\s*\[+\s*([\w.-]+)\s*\]+", line):
            name = table = header[1]
        elif assigned := re.match(r"\s*([\w.-]+)\s*=", line):
            name = f"{table}.{assigned[1]}" if table else assigned[1]
        else:
            continue
        if name == wanted:
            return number
        if wanted.startswith(f"{name}."):
            found = number
    return found


def _inherit(own: Profile, base: Profile, documents: bool) -> Profile:
    """Lay a profile over its base; limits that its provider does not document name their origin."""

    def handed_down(limits: Mapping[str, Limit]) -> dict[str, Limit]:
        if documents:
            return {key: v._replace(source=own.source) for key, v in limits.items()}
        return {
            key: v._replace(inherited_from=v.inherited_from or base.name)
            for key, v in limits.items()
        }

    kinds = [kind for kind in Kind if kind in base.limits or kind in own.limits]
    limits = {
        kind: handed_down(base.limits.get(kind, {})) | dict(own.limits.get(kind, {}))
        for kind in kinds
    }
    sets = base.sets if documents else handed_down(base.sets)
    urls = base.urls if documents else handed_down(base.urls)
    return own._replace(
        limits=limits, sets=dict(sets) | dict(own.sets), urls=dict(urls) | dict(own.urls)
    )
