"""Write plans to a file and read them back, so that deciding and doing can be apart.

Schema 1: one JSON object with the hash of each source as it was when it was planned. Fractions are
written exactly, as text. Reading is strict: a plan decides what is written to disk, so whatever it
says that we do not know is an error.
"""

from __future__ import annotations

import json
import re
from dataclasses import MISSING, fields, is_dataclass
from enum import Enum, IntEnum
from fractions import Fraction
from functools import cache
from types import NoneType, UnionType
from typing import Any, NamedTuple, NoReturn, Union, get_args, get_origin, get_type_hints

from mediaprep.errors import ConfigError
from mediaprep.fix.recipe import Action, AudioRecipe, FixPlan, ImageRecipe, VideoRecipe

SCHEMA = 1
_RECIPES: dict[str, type] = {"image": ImageRecipe, "video": VideoRecipe, "audio": AudioRecipe}
_TAGS = {kind: name for name, kind in _RECIPES.items()}
_TAG = "of"  # the key that tells the recipes apart
_HASH = re.compile(r"[0-9a-f]{64}")
_EXACT = re.compile(r"-?\d{1,40}(?:/[1-9]\d{0,39})?")
_MOST_DEPTH = 16
_JSON_NAMES = {dict: "an object", list: "a list", str: "text", int: "a whole number"}


class SavedPlan(NamedTuple):
    """A plan, and the SHA-256 of the file that it was made for."""

    plan: FixPlan
    sha256: str


class PlanFile(NamedTuple):
    """What one file holds: plans, and which rules they were made by (empty `select`: all)."""

    plans: list[SavedPlan]
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


def dump_plans(file: PlanFile, tool: str = "mediaprep") -> str:
    """Write plans as JSON text, one plan a line; the hashes are the caller's to take."""
    head = {"schema": SCHEMA, "tool": tool, "select": file.select, "ignore": file.ignore}
    lines = ",".join(f"\n{_dump_line(saved)}" for saved in file.plans)
    return f'{json.dumps(head)[:-1]}, "plans": [{lines}\n]}}\n'


def parse_plans(text: str, name: str = "plan") -> PlanFile:
    """Read what `dump_plans` wrote; raises ConfigError with `name` and what is wrong where."""
    try:
        data = json.loads(text, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: not JSON: {error}") from None
    try:
        return _parse_file(data)
    except _Wrong as wrong:
        raise ConfigError(f"{name}: {wrong}", "make it again with --save-plan") from None


class _Wrong(Exception):  # noqa: N818
    """Something in a plan file is not as it must be; the text says where and what."""


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no number")


def _dump_line(saved: SavedPlan) -> str:
    return json.dumps({"sha256": saved.sha256, "plan": _dump(saved.plan)}, separators=(",", ":"))


def _dump(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        usual, tag = _defaults(type(value)), _TAGS.get(type(value))
        record = [(field.name, getattr(value, field.name)) for field in fields(value)]
        told = {key: _dump(v) for key, v in record if key not in usual or v != usual[key]}
        return told if tag is None else {_TAG: tag} | told
    if isinstance(value, Fraction):
        return str(value)
    if isinstance(value, IntEnum):
        return value.name.lower()
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, dict):
        return {key: _dump(inner) for key, inner in value.items()}
    return [_dump(inner) for inner in value] if isinstance(value, list | tuple) else value


def _parse_file(data: object) -> PlanFile:
    table = _expect(data, dict, "the file")
    if table.get("schema") != SCHEMA:
        raise _Wrong(f"schema is {table.get('schema')!r}; this version reads {SCHEMA}")
    _known(table, {"schema", "tool", "select", "ignore", "plans"}, "the file")
    plans = _expect(table.get("plans"), list, "plans")
    parsed = [_parse_saved(entry, f"plans[{index}]") for index, entry in enumerate(plans)]
    select, ignore = (
        _parse(table.get(key, []), tuple[str, ...], key) for key in ("select", "ignore")
    )
    return PlanFile(parsed, select, ignore)


def _parse_saved(entry: object, where: str) -> SavedPlan:
    table = _expect(entry, dict, where)
    _known(table, {"sha256", "plan"}, where)
    sha256 = _expect(table.get("sha256"), str, f"{where}.sha256")
    if not _HASH.fullmatch(sha256):
        raise _Wrong(f"{where}.sha256: expected 64 hexadecimal digits")
    plan: FixPlan = _parse(table.get("plan"), FixPlan, f"{where}.plan")
    if plan.action is Action.APPLY and (plan.recipe is None or plan.expected is None):
        raise _Wrong(f"{where}.plan: a plan to apply needs a recipe and what is expected")
    return SavedPlan(plan, sha256)


def _parse(value: Any, kind: Any, where: str) -> Any:
    """Read a JSON value as a type that plans consist of."""
    if where.count(".") + where.count("[") > _MOST_DEPTH:
        raise _Wrong(f"{where}: nested too deep")
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        return _parse_union(value, inner, where)
    if origin is dict:
        table = _expect(value, dict, where)
        return {key: _parse(item, inner[1], f"{where}.{key}") for key, item in table.items()}
    if origin is list or (origin is tuple and inner[-1] is Ellipsis):
        items = _expect(value, list, where)
        parsed = [_parse(item, inner[0], f"{where}[{n}]") for n, item in enumerate(items)]
        return parsed if origin is list else tuple(parsed)
    if origin is tuple:
        items = _expect(value, list, where)
        if len(items) != len(inner):
            raise _Wrong(f"{where}: expected {len(inner)} values, found {len(items)}")
        return tuple(_parse(i, k, where) for i, k in zip(items, inner, strict=True))
    return _parse_plain(value, kind, where)


def _parse_union(value: Any, kinds: tuple[Any, ...], where: str) -> Any:
    if value is None and NoneType in kinds:
        return None
    if ImageRecipe in kinds:
        table = dict(_expect(value, dict, where))
        tag = table.pop(_TAG, None)
        if not isinstance(tag, str) or tag not in _RECIPES:
            raise _Wrong(f"{where}.{_TAG}: expected one of {', '.join(_RECIPES)}, found {tag!r}")
        return _parse(table, _RECIPES[tag], where)
    possible = [kind for kind in kinds if kind is not NoneType]
    if len(possible) == 1:
        return _parse(value, possible[0], where)
    if type(value) in possible:
        return value
    raise _Wrong(f"{where}: {value!r} is not what belongs here")


def _parse_plain(value: Any, kind: Any, where: str) -> Any:
    if is_dataclass(kind) and isinstance(kind, type):
        return _parse_record(value, kind, where)
    if kind is Fraction:
        text = _expect(value, str, where)
        if not _EXACT.fullmatch(text):
            raise _Wrong(f"{where}: expected a fraction such as 30000/1001, found {text!r}")
        return Fraction(text)
    if issubclass(kind, Enum):
        words = {_dump(member): member for member in kind}
        if not isinstance(value, str) or value not in words:
            raise _Wrong(f"{where}: expected one of {', '.join(words)}, found {value!r}")
        return words[value]
    if kind is bool:
        if not isinstance(value, bool):
            raise _Wrong(f"{where}: expected true or false, found {value!r}")
        return value
    return _expect(value, kind, where)


def _parse_record(value: Any, kind: type, where: str) -> Any:
    table, hints = _expect(value, dict, where), _hints(kind)
    _known(table, set(hints), where)
    given = {key: _parse(item, hints[key], f"{where}.{key}") for key, item in table.items()}
    try:
        return kind(**given)
    except TypeError:
        needed = ", ".join(sorted(set(hints) - set(given)))
        raise _Wrong(f"{where}: something is missing, one of {needed}") from None


@cache
def _defaults(kind: Any) -> dict[str, Any]:
    """Return the values that fields have when nothing is said; they are left out."""
    found: dict[str, Any] = {}
    for field in fields(kind):
        if field.default is not MISSING:
            found[field.name] = field.default
        elif field.default_factory is not MISSING:
            found[field.name] = field.default_factory()
    return found


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _expect(value: Any, kind: Any, where: str) -> Any:
    if isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    raise _Wrong(f"{where}: expected {_JSON_NAMES.get(kind, kind)}, found {_short(value)}")


def _known(table: dict[str, Any], known: set[str], where: str) -> None:
    for key in table:
        if key not in known:
            raise _Wrong(f"{where}: unknown key {key!r}")


def _short(value: object) -> str:
    text = "nothing" if value is None else repr(value)
    return text if len(text) <= 40 else f"{text[:40]}…"
