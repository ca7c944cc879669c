"""Read settings from the nearest `mediaprep.toml`, or `[tool.mediaprep]` in `pyproject.toml`.

An unknown key or a value of the wrong type is an error with file, line, key and what was expected.
Secrets have no place here: they come from the environment alone.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, NoReturn

from mediaprep.errors import ConfigError

_PROFILES = os.path.join(os.path.dirname(__file__), "profiles", "data")
# Reading TOML takes longer than all else that is done about a config file: first this.
_OUR_TABLE = re.compile(r"""(?m)^[\s\[]*["']?tool["']?\s*(\]|=|\.[^=\]]*mediaprep)""")


class Override(NamedTuple):
    """Other settings for the files that match a pattern; the first that matches counts."""

    patterns: tuple[str, ...]
    profiles: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(slots=True)
class Config:
    """The settings of a project; what is not set keeps the command's default."""

    root: str = "."
    profiles: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    respect_gitignore: bool = True
    force_exclude: bool = False
    strict: bool = False
    baseline: str = ""
    overrides: tuple[Override, ...] = ()
    sets: dict[str, Sequence[str]] = field(default_factory=dict)
    path: str = ""  # where it was read from; empty when there is none


def _words(value: object) -> tuple[str, ...]:
    if isinstance(value, str):
        return tuple(word.strip() for word in value.split(",") if word.strip())
    if isinstance(value, list) and all(isinstance(word, str) for word in value):
        return tuple(value)
    raise ValueError('expected a list of texts such as ["GEO", "TIM002"]')


def _flag(value: object) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("expected true or false, without quotes")


def _text(value: object) -> str:
    if isinstance(value, str):
        return value
    raise ValueError("expected text in quotes")


def _sets(value: object) -> dict[str, Sequence[str]]:
    if isinstance(value, dict):
        return {name: _words(patterns) for name, patterns in value.items()}
    raise ValueError('expected a table such as [sets] hero = ["characters/hero/*"]')


def _overrides(value: object) -> tuple[Override, ...]:
    if not isinstance(value, list) or not all(isinstance(table, dict) for table in value):
        raise ValueError("expected tables: [[overrides]]")
    return tuple(_override(table) for table in value)


OVERRIDE_KEYS = {
    "paths": "patterns",
    "profile": "profiles",
    "select": "select",
    "ignore": "ignore",
}


def _override(table: dict[str, Any]) -> Override:
    for key in table:
        if key not in OVERRIDE_KEYS:
            known = ", ".join(OVERRIDE_KEYS)
            raise ValueError(f"unknown key {key!r}; expected one of {known}")
    if "paths" not in table:
        raise ValueError('an override needs paths = ["…"]')
    return Override(**{OVERRIDE_KEYS[key]: _words(value) for key, value in table.items()})


# Key in the file -> field of Config and how its value is read.
KEYS: dict[str, tuple[str, Callable[[object], Any]]] = {
    "profile": ("profiles", _words),
    "select": ("select", _words),
    "ignore": ("ignore", _words),
    "exclude": ("exclude", _words),
    "respect-gitignore": ("respect_gitignore", _flag),
    "force-exclude": ("force_exclude", _flag),
    "strict": ("strict", _flag),
    "baseline": ("baseline", _text),
    "overrides": ("overrides", _overrides),
    "sets": ("sets", _sets),
}


def is_built_in(name: str) -> bool:
    """Whether a profile of that name ships with mediaprep."""
    return os.path.exists(f"{_PROFILES}/{name}.toml")


def load_config(
    start: str | os.PathLike[str] = ".", named: str | os.PathLike[str] | None = None
) -> Config:
    """Read the config file named, or the nearest one from a folder upwards; none is no error.

    Raises ConfigError.
    """
    if named is not None:
        return _read(os.fspath(named), _table(os.fspath(named)))
    folder, below = os.path.abspath(start), ""
    while folder != below:
        own = os.path.join(folder, "mediaprep.toml")
        if os.path.isfile(own):
            return _read(own, _table(own))
        shared = os.path.join(folder, "pyproject.toml")
        if os.path.isfile(shared) and (table := _table(shared)) is not None:
            return _read(shared, table)
        folder, below = os.path.dirname(folder), folder
    return Config()


def _table(path: str) -> dict[str, Any] | None:
    text = _text_of(path)
    shared = os.path.basename(path) == "pyproject.toml"
    if shared and not _OUR_TABLE.search(text):
        return None
    import tomllib

    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    if not shared:
        return data
    table = data.get("tool", {}).get("mediaprep")
    return table if isinstance(table, dict) else None


def _text_of(path: str) -> str:
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error


def _read(path: str, table: dict[str, Any] | None) -> Config:
    config = Config(root=os.path.dirname(os.path.abspath(path)), path=path)
    for key, value in (table or {}).items():
        if key not in KEYS:
            _fail(path, key, f"unknown key; expected one of {', '.join(KEYS)}")
        name, parse = KEYS[key]
        try:
            setattr(config, name, parse(value))
        except ValueError as error:
            _fail(path, key, str(error))
    config.profiles = _beside(config.root, config.profiles)
    config.overrides = tuple(
        override._replace(profiles=_beside(config.root, override.profiles))
        for override in config.overrides
    )
    _require_names(path, config)
    for override in config.overrides:
        _require_names(path, override)
    return config


def _require_names(path: str, settings: Config | Override) -> None:
    """Raise ConfigError, with its place, for a profile or rule that there is not."""
    for name in settings.profiles:
        if not (os.path.isfile(name) if _is_path(name) else is_built_in(name)):
            from mediaprep.profiles import built_in_names

            known = ", ".join(built_in_names())
            _fail(path, "profile", f"there is no profile {name!r}; known: {known}", name)
    for key, words in (("select", settings.select), ("ignore", settings.ignore)):
        for word in words:
            _require_rule(path, key, word)


def _require_rule(path: str, key: str, word: str) -> None:
    from mediaprep.rules import select_rules

    try:
        select_rules([word])
    except ConfigError as error:
        _fail(path, key, f"{error}; {error.hint}", word)


def _beside(root: str, profiles: tuple[str, ...]) -> tuple[str, ...]:
    """A profile named by its path is meant from the config file, wherever the command runs."""
    way = os.path.relpath(root)
    if way == os.curdir:
        return profiles
    return tuple(os.path.join(way, name) if _is_path(name) else name for name in profiles)


def _is_path(profile: str) -> bool:
    return profile.endswith(".toml") or "/" in profile


def _fail(path: str, key: str, problem: str, word: str = "") -> NoReturn:
    """Raise ConfigError with the line of a key, or of a word in what the key is set to."""
    lines = list(enumerate(_text_of(path).splitlines(), 1))
    starts = (key, f'"{key}"', f"[{key}", f"[[{key}", f"[tool.mediaprep.{key}")
    line = next((n for n, text in lines if text.lstrip().startswith(starts)), 1)
    if word:
        whole = re.compile(rf"(?<![\w.-]){re.escape(os.path.basename(word))}(?![\w.-])")
        line = next((n for n, text in lines if n >= line and whole.search(text)), line)
    raise ConfigError(f"{path}:{line}: {key}: {problem}")
