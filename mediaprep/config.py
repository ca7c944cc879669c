"""Read settings from the nearest `mediaprep.toml`, or `[tool.mediaprep]` in `pyproject.toml`.

An unknown key or a value of the wrong type is an error with file, line, key and what was expected.
Secrets have no place here: they come from the environment alone.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NoReturn

from mediaprep.errors import ConfigError


@dataclass(frozen=True, slots=True)
class Override:
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


_OVERRIDE_KEYS = {
    "paths": "patterns",
    "profile": "profiles",
    "select": "select",
    "ignore": "ignore",
}


def _override(table: dict[str, Any]) -> Override:
    for key in table:
        if key not in _OVERRIDE_KEYS:
            known = ", ".join(_OVERRIDE_KEYS)
            raise ValueError(f"unknown key {key!r}; expected one of {known}")
    if "paths" not in table:
        raise ValueError('an override needs paths = ["…"]')
    return Override(**{_OVERRIDE_KEYS[key]: _words(value) for key, value in table.items()})


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


def load_config(start: Path, named: Path | None = None) -> Config:
    """Read the config file named, or the nearest one from a folder upwards; none is no error.

    Raises ConfigError.
    """
    if named is not None:
        return _read(named, _table(named))
    for folder in (start.absolute(), *start.absolute().parents):
        own = folder / "mediaprep.toml"
        if own.is_file():
            return _read(own, _table(own))
        shared = folder / "pyproject.toml"
        if shared.is_file() and (table := _table(shared)) is not None:
            return _read(shared, table)
    return Config()


def _table(path: Path) -> dict[str, Any] | None:
    import tomllib  # most runs have no config file to read

    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not TOML: {error}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: cannot be read: {error}") from error
    if path.name != "pyproject.toml":
        return data
    table = data.get("tool", {}).get("mediaprep")
    return table if isinstance(table, dict) else None


def _read(path: Path, table: dict[str, Any] | None) -> Config:
    config = Config(root=str(path.absolute().parent), path=str(path))
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
        replace(override, profiles=_beside(config.root, override.profiles))
        for override in config.overrides
    )
    return config


def _beside(root: str, profiles: tuple[str, ...]) -> tuple[str, ...]:
    """A profile named by its path is meant from the config file, wherever the command runs."""
    way = os.path.relpath(root)
    if way == os.curdir:
        return profiles
    is_path = [name.endswith(".toml") or "/" in name for name in profiles]
    return tuple(
        os.path.join(way, name) if path else name
        for name, path in zip(profiles, is_path, strict=True)
    )


def _fail(path: Path, key: str, problem: str) -> NoReturn:
    lines = path.read_text(encoding="utf-8").splitlines()
    starts = (key, f'"{key}"', f"[{key}", f"[[{key}", f"[tool.mediaprep.{key}")
    line = next((n for n, text in enumerate(lines, 1) if text.lstrip().startswith(starts)), 1)
    raise ConfigError(f"{path}:{line}: {key}: {problem}")
