"""What was found of one thing: whether it works, in words, and what mends it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing stands."""

    OK = "ok"
    ABSENT = "absent"  # not there, and only some of mediaprep wants it
    UNTRIED = "untried"  # there, but whether it works is not known
    BROKEN = "broken"  # it was set up, and does not work


@dataclass(frozen=True, slots=True)
class Answer:
    """One line of the report; `mend` is a command or a thing to do, empty where all is well."""

    topic: str
    name: str
    state: State
    words: str
    mend: str = ""
