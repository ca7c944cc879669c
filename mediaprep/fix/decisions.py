"""Decisions that a person made on the review page, carried out by `fix --decisions`.

Schema 1: one JSON object with the choices that fixes were shown with, and for each file its hash,
the digest of the plan that was shown, and `accept` or `reject`. A fix is planned anew and must come
to the same; whatever the file says that we do not know is an error.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import Enum
from hashlib import file_digest
from pathlib import Path
from typing import Any, NoReturn

from mediaprep.errors import ConfigError, UsageError
from mediaprep.fix.apply import Judging, digest
from mediaprep.fix.choices import settled
from mediaprep.fix.recipe import Action, Allow, FixPlan
from mediaprep.fix.run import plan_file
from mediaprep.model import FileResult

SCHEMA = 1
_HASH = re.compile(r"[0-9a-f]{64}")
_PLAN = re.compile(r"[0-9a-f]{24}")
_WORDS = {"accept": True, "reject": False}
_AGAIN = "make it again on the page of `fix --plan --output html=FILE`"
_MOST_BYTES = 64 << 20
_CHOICES: Mapping[str, type] = {
    item.name: type(item.default) for item in fields(Allow) if item.name != "content"
}


@dataclass(frozen=True, slots=True)
class Decision:
    """What was decided of one file."""

    path: str
    sha256: str
    plan: str  # the digest of the plan that was shown
    accepted: bool


def choices_of(allow: Allow) -> dict[str, Any]:
    """Shape the choices that a plan is made with, but for the permission itself."""
    return {name: value for name, value in asdict(allow).items() if name != "content"}


@dataclass(slots=True)
class Decisions:
    """The decisions of one file; `plan` is a planner for `Fixing`."""

    name: str
    profiles: tuple[str, ...]
    allow: Allow
    by_path: dict[str, Decision]
    _met: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, path: str) -> Decisions:
        """Read a file of decisions; raises UsageError or ConfigError."""
        try:
            if os.path.getsize(path) > _MOST_BYTES:
                raise UsageError(f"{path}: too large for a file of decisions")
            text = Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"{path}: cannot be read: {error}") from None
        return parse(text, path)

    def require_unchanged(self) -> None:
        """Raise UsageError where a file that was decided upon is gone or is another one now."""
        for decision in self.by_path.values():
            try:
                with open(decision.path, "rb") as file:
                    now = file_digest(file, "sha256").hexdigest()
            except OSError as error:
                words = f"{decision.path}: decided in {self.name}, but {error.strerror or error}"
                raise UsageError(words, "run it in the folder that the page was made in") from None
            if now != decision.sha256:
                words = f"{decision.path}: it is not the file that {self.name} was made for"
                raise UsageError(words, f"{_AGAIN}; nothing was written")

    def plan(self, result: FileResult, judging: Judging, allow: Allow) -> FixPlan:
        """Plan a file: with its accepted change, not at all, or as if nothing were allowed."""
        decision = self.by_path.get(os.path.normpath(result.path))
        if decision is None:
            return plan_file(result, judging, replace(allow, content=False))
        self._met.add(os.path.normpath(result.path))
        plan = plan_file(result, judging, self.allow)
        if not decision.accepted:
            return _left(plan, f"its fix was rejected in {self.name}")
        if plan.action is not Action.APPLY or digest(plan) != decision.plan:
            same = plan.action is Action.LEAVE and plan.refusal
            why = same or "limits, options or the program have changed since"
            return _left(plan, f"its fix is not the one shown for {self.name}: {why}")
        return plan

    def unmet(self) -> list[str]:
        """Return the files with an accepted fix that were not among those looked at."""
        return [path for path, d in self.by_path.items() if d.accepted and path not in self._met]


def _left(plan: FixPlan, why: str) -> FixPlan:
    return FixPlan(plan.source, plan.profiles, Action.LEAVE, plan.findings, refusal=why)


def parse(text: str, name: str = "decisions") -> Decisions:
    """Read the JSON that the page saves; raises ConfigError with `name` and what is wrong where."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ConfigError(f"{name}: not JSON: {error}", _AGAIN) from None
    file = _Reader(name)
    table = file.table(data, "the file", {"schema", "tool", "profiles", "choices", "decisions"})
    if table["schema"] != SCHEMA:
        file.fail("schema", f"expected {SCHEMA}, found {table['schema']!r}")
    decided = [
        file.decision(entry, f"decisions[{index}]")
        for index, entry in enumerate(file.list(table["decisions"], "decisions"))
    ]
    if not decided:
        raise UsageError(f"{name}: there is no decision in it", _AGAIN)
    by_path = {os.path.normpath(decision.path): decision for decision in decided}
    if len(by_path) < len(decided):
        file.fail("decisions", "a file is decided upon twice")
    profiles = file.list(table["profiles"], "profiles")
    return Decisions(
        name,
        tuple(file.word(profile, "profiles") for profile in profiles),
        file.allow(table["choices"]),
        by_path,
    )


class _Reader:
    """Reads JSON values strictly, naming file and place where one is not as it must be."""

    def __init__(self, name: str) -> None:
        self._name = name

    def fail(self, where: str, what: str) -> NoReturn:
        raise ConfigError(f"{self._name}: {where}: {what}", _AGAIN)

    def table(self, value: object, where: str, keys: set[str]) -> dict[str, Any]:
        if not isinstance(value, dict):
            self.fail(where, "expected an object")
        if value.keys() != keys:
            odd = sorted(value.keys() ^ keys)[0]
            self.fail(where, f"{odd!r} is {'missing' if odd in keys else 'not known'}")
        return value

    def list(self, value: object, where: str) -> list[Any]:
        return value if isinstance(value, list) else self.fail(where, "expected a list")

    def word(self, value: object, where: str, form: re.Pattern[str] | None = None) -> str:
        if not isinstance(value, str) or not value or "\0" in value:
            self.fail(where, "expected text")
        if form and not form.fullmatch(value):
            self.fail(where, "expected hexadecimal digits, as the page writes them")
        return value

    def decision(self, entry: object, where: str) -> Decision:
        table = self.table(entry, where, {"path", "sha256", "plan", "decision"})
        if table["decision"] not in _WORDS:
            self.fail(f"{where}.decision", "expected accept or reject")
        return Decision(
            self.word(table["path"], f"{where}.path"),
            self.word(table["sha256"], f"{where}.sha256", _HASH),
            self.word(table["plan"], f"{where}.plan", _PLAN),
            _WORDS[table["decision"]],
        )

    def allow(self, value: object) -> Allow:
        """Read the choices; accepting is what allows a change of content."""
        table = self.table(value, "choices", set(_CHOICES))
        given: dict[str, Any] = {}
        for key, choice in table.items():
            where = f"choices.{key}"
            kind = _CHOICES[key]
            if issubclass(kind, Enum):
                if choice not in list(kind):
                    self.fail(where, f"expected one of {', '.join(map(str, kind))}")
                given[key] = kind(choice)
            elif type(choice) is not kind:
                self.fail(where, f"expected {kind.__name__}, found {choice!r}")
            else:
                given[key] = choice
        return settled(Allow(content=True, **given))
