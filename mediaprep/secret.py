"""Values that must never be shown, and words from outside made safe to show.

A `Secret` prints as `***` wherever it ends up: in a log, a traceback, a dataclass's repr. Only
`reveal()` gives the value, so a search for that word finds every place that uses one.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Iterable, Iterator, Mapping
from traceback import format_tb
from typing import NoReturn

# A query may be a signature, so none is shown; nor is what stands before the host's "@".
_URL = re.compile(r"(?i)\b([a-z][a-z0-9+.-]*://)(?:[^\s/@\"'<>]*@)?([^\s?#\"'<>]*)[?#]?[^\s\"'<>]*")
# Long values only: a secret of three letters would blank ordinary words.
_SHORTEST_SCRUBBED = 6


class Secret:
    """A string that cannot be printed, compared by accident or pickled."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def reveal(self) -> str:
        """Return the value itself: only for the bytes that go to its addressee."""
        return self._value

    def fingerprint(self) -> str:
        """Return 12 hex digits that tell two secrets apart and say nothing of either."""
        return hashlib.sha256(b"mediaprep:" + self._value.encode()).hexdigest()[:12]

    def __repr__(self) -> str:
        return "Secret(***)"

    def __str__(self) -> str:
        return "***"

    def __format__(self, spec: str) -> str:
        return format("***", spec)

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Secret):
            return NotImplemented
        return hmac.compare_digest(self._value.encode(), other._value.encode())

    def __hash__(self) -> int:
        return hash((Secret, self._value))

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not written anywhere")


class Hidden(Mapping[str, str]):
    """An environment that a trace shows no value of."""

    __slots__ = ("_environ",)

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def __getitem__(self, name: str) -> str:
        return self._environ[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._environ)

    def __len__(self) -> int:
        return len(self._environ)

    def __repr__(self) -> str:
        return "Hidden(***)"


def plain(value: Secret | str) -> str:
    """Return the string whether or not it is wrapped."""
    return value.reveal() if isinstance(value, Secret) else value


def without_locals(error: BaseException) -> BaseException:
    """Drop the frames of a trace, whose locals hold secrets; a note says where it was raised."""
    where = "".join(format_tb(error.__traceback__))
    error.add_note(f"raised at:\n{where}")
    return error.with_traceback(None)


def redact(text: str, secrets: Iterable[Secret] = ()) -> str:
    """Take the query off every URL in `text`, and each of `secrets` out of it."""
    for secret in secrets:
        if len(secret.reveal()) >= _SHORTEST_SCRUBBED:
            text = text.replace(secret.reveal(), "***")
    return _URL.sub(_without_query, text)


def _without_query(found: re.Match[str]) -> str:
    shown = found[1] + found[2]
    cut = any(mark in found[0] for mark in "?#")
    return shown + "?***" if cut else shown
