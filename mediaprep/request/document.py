"""Read a TOML, JSON or YAML file as one flat table, knowing where each key stands.

TOML 1.0, RFC 8259, and of YAML what those two can say: YAML 1.1 would make 969 of `16:9` and true
of `on`, so scalars are read by a few rules of our own.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from mediaprep.errors import ConfigError, UsageError

# A request may hold media as data: URIs; YAML is read at a few hundred kilobytes a second.
_MOST_BYTES = {".toml": 128 << 20, ".json": 128 << 20, ".yaml": 1 << 20, ".yml": 1 << 20}
_NUMBER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FRACTION = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None, "~": None, "": None}


@dataclass(frozen=True, slots=True)
class Document:
    """What a file says, and the line of each of its keys."""

    path: str
    values: dict[str, object]
    lines: dict[str, int]

    def fail(self, key: str, problem: str, hint: str = "") -> NoReturn:
        """Raise ConfigError for a key, naming file and line."""
        raise ConfigError(f"{self.path}:{self.lines.get(key, 1)}: {key}: {problem}", hint)


def read_document(path: str) -> Document:
    """Read one file by its extension; raises UsageError or ConfigError in one clear line."""
    suffix = Path(path).suffix.lower()
    if suffix not in _READERS:
        known = ", ".join(_READERS)
        raise UsageError(
            f"{path}: a request is a file that ends in {known}", "rename or convert it"
        )
    most = _MOST_BYTES[suffix]
    try:
        with open(path, "rb") as file:
            content = file.read(most + 1)
    except FileNotFoundError:
        raise UsageError(f"{path}: there is no such file", "name a request file") from None
    except OSError as error:
        raise UsageError(f"{path}: cannot be read: {error.strerror}") from None
    if len(content) > most:
        hint = "publish media and name its URIs, or write JSON"
        raise ConfigError(f"{path}: is larger than {most:,} bytes", hint)
    try:
        text = content.decode("utf-8-sig")
        values, lines = _READERS[suffix](text)
    except UnicodeDecodeError as error:
        raise ConfigError(f"{path}: is not UTF-8 text ({error.reason} at {error.start})") from None
    except RecursionError:
        raise ConfigError(f"{path}: is nested too deeply", "a request is one flat table") from None
    except ValueError as error:
        raise ConfigError(f"{path}: {_one_line(error)}", "docs/requests.md shows one") from None
    return Document(path, values, lines)


def _toml(text: str) -> tuple[dict[str, object], dict[str, int]]:
    values = tomllib.loads(text)
    return values, _lines(text, values, r'^\s*["\']?{}["\']?\s*=|^\s*\[+\s*{}\b')


def _json(text: str) -> tuple[dict[str, object], dict[str, int]]:
    values = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    if not isinstance(values, dict):
        raise ValueError("is not one JSON object")
    return values, _lines(text, values, r'"{}"\s*:')


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{key} is there twice")
        found[key] = value
    return found


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _yaml(text: str) -> tuple[dict[str, object], dict[str, int]]:
    import yaml

    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {error}") from None
    if not isinstance(node, yaml.MappingNode):
        raise ValueError("is not one YAML mapping")
    values, lines = {}, {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        if key in values:
            raise ValueError(f"line {key_node.start_mark.line + 1}: {key} is there twice")
        values[key] = _yaml_value(value_node)
        lines[key] = key_node.start_mark.line + 1
    return values, lines


def _yaml_value(node: Any) -> object:
    if node.id == "sequence":
        return [_yaml_value(item) if item.id == "scalar" else {} for item in node.value]
    if node.id == "mapping":
        return {}  # none is taken: whoever reads the key says so
    word = node.value
    if node.style is not None:  # quoted, or a block of text
        return word
    if _NUMBER.fullmatch(word):
        return int(word)
    return float(word) if _FRACTION.fullmatch(word) else _WORDS.get(word, word)


_READERS: dict[str, Callable[[str], tuple[dict[str, object], dict[str, int]]]] = {
    ".toml": _toml,
    ".json": _json,
    ".yaml": _yaml,
    ".yml": _yaml,
}


def _lines(text: str, keys: Iterable[str], pattern: str) -> dict[str, int]:
    found = {}
    for key in keys:
        match = re.search(pattern.replace("{}", re.escape(key)), text, re.MULTILINE)
        found[key] = text.count("\n", 0, match.end()) + 1 if match else 1
    return found


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
