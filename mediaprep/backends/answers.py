"""Reading what a backend answered without trusting that it is JSON, or has the documented types.

What an asset cannot do without (its id, its status, the envelope) is wanted and has one type;
what only decorates (a name, a time) is taken if it is there and readable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TypeGuard

from mediaprep.backends.errors import Category

_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]+")
_TAGS = re.compile(r"<(?:script|style)\b.*?</(?:script|style)>|<[^>]*>", re.I | re.S)
_LONGEST_TEXT = 2000

# Where providers put the sentence and the code of an error, the likeliest first.
_REASONS = ("error_message", "ErrorMessage", "error_msg", "fail_reason", "FailReason", "reason")
_WORDS = (*_REASONS, "Message", "message", "msg", "status_msg", "detail", "title")
_CODES = ("error_code", "ErrorCode", "Code", "code", "type")

# What a refusal says when its code says nothing: looked for in this order.
GUESSES: tuple[tuple[re.Pattern[str], Category], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE), category)
    for pattern, category in (
        (r"too many requests|rate.?limit|throttl|too frequent|qps", Category.RATE_LIMITED),
        (r"subscri|\bplans?\b|not activated|not open", Category.SUBSCRIPTION),
        (r"quota|insufficient|credit|balance|额度|余额", Category.QUOTA),
        (r"unauthori[sz]ed|api.?key|token|credential|forbidden|permission|令牌", Category.AUTH),
        (
            r"sensitive|moderat|policy|copyright|real person|guardrail|unsafe|violat",
            Category.MODERATION,
        ),
        (r"not.?found|not exist|no such|不存在", Category.NOT_FOUND),
        (r"internal (?:server )?error|maintenance|unavailable|try again later", Category.SERVER),
    )
)


class UnreadableAnswerError(Exception):
    """The answer has another shape than the documented one; the message says where."""


class Answer(Mapping[str, object]):
    """A JSON object whose fields are read by the type that they should have."""

    __slots__ = ("_fields", "_where")

    def __init__(self, value: object, where: str = "the answer") -> None:
        if not is_object(value):
            raise UnreadableAnswerError(f"{where} is not an object")
        self._fields = value
        self._where = where

    def __getitem__(self, key: str) -> object:
        return self._fields[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def object(self, key: str) -> Answer:
        """Return the object under `key`, which must be there."""
        return Answer(self.get(key), key)

    def identity(self, *keys: str) -> str:
        """Return the first id among `keys`: a string or a whole number, exactly as it is."""
        for key in keys:
            value = self.get(key)
            if is_integer(value):
                return str(value)
            if isinstance(value, str) and value:
                if _UNPRINTABLE.search(value) or value != value.strip():
                    raise UnreadableAnswerError(f"{key} is no id")
                return value
            if value is not None and value != "":
                raise UnreadableAnswerError(f"{key} is no id")
        raise UnreadableAnswerError(f"{self._where} has no {' or '.join(keys)}")

    def word(self, key: str) -> str:
        """Return a wanted word, such as a status: a string or a whole number."""
        value = self.get(key)
        if is_integer(value):
            return str(value)
        if not isinstance(value, str) or not value:
            raise UnreadableAnswerError(f"{self._where} has no {key}, or not as a word")
        return clean(value)

    def integer(self, key: str) -> int | None:
        """Return a whole number, written as one or as a string of digits, or None."""
        value = self.get(key)
        if isinstance(value, str) and re.fullmatch(r"-?[0-9]{1,9}", value):
            return int(value)
        return value if is_integer(value) else None

    def text(self, key: str) -> str:
        """Return what decorates, as text, or an empty string."""
        value = self.get(key)
        if isinstance(value, str):
            return clean(value)
        return str(value) if is_integer(value) else ""

    def name(self, key: str) -> str | None:
        """Return a name, or None where the answer does not tell it."""
        return self.text(key) if isinstance(self.get(key), str) else None

    def reason(self) -> str:
        """Return why an asset failed: the words, after the code if there is one."""
        code, words = told(self)
        bare = not any(self.get(key) for key in ("error", "Error", "error_code", "ErrorCode"))
        return words if bare or not code or not words else f"{code}: {words}"

    def objects(self, *keys: str) -> list[Answer]:
        """Return the objects in the list under the first of `keys` that is there."""
        for key in keys:
            if (items := self.get(key)) is not None:
                if not isinstance(items, list):
                    raise UnreadableAnswerError(f"{key} is not a list")
                return [Answer(item, f"{key}[{at}]") for at, item in enumerate(items)]
        raise UnreadableAnswerError(f"{self._where} has no {' or '.join(keys)}")


def decode(body: bytes) -> Answer:
    """Read a body as one JSON object; raises `UnreadableAnswerError`."""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        raise UnreadableAnswerError(_what_else(body)) from None
    return Answer(value)


def told(answer: Answer) -> tuple[str, str]:
    """Return the code and the words of an error, from wherever this answer keeps them."""
    inner = answer.get("error", answer.get("Error"))
    if isinstance(inner, str):
        return "", clean(inner)
    found = Answer(inner) if is_object(inner) else answer
    words = next(filter(None, map(found.text, _WORDS)), "")
    return next(filter(None, map(found.text, _CODES)), ""), words


def guess(words: str) -> Category:
    """Sort a refusal by its words: INVALID where they say nothing that we know."""
    return next((category for say, category in GUESSES if say.search(words)), Category.INVALID)


def clean(text: str, longest: int = _LONGEST_TEXT) -> str:
    """Take out what could act on a terminal, and keep it to a length that can be shown."""
    text = _UNPRINTABLE.sub(" ", text[: longest + 1]).strip()
    return text if len(text) <= longest else text[: longest - 1] + "…"


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Say whether a JSON value is an object; JSON has no other keys than strings."""
    return isinstance(value, dict)


def is_integer(value: object) -> TypeGuard[int]:
    """Say whether a JSON value is a whole number: true and false are not, nor is 10**30."""
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) < 1 << 63


def _what_else(body: bytes) -> str:
    if not body.strip():
        return "the answer is empty"
    text = body[:2000].decode("utf-8", "replace")
    if text.lstrip()[:1] == "<":
        page = " ".join(_TAGS.sub(" ", text).split())
        return f"the answer is a page, not JSON: {clean(page, 80)}"
    cut = text.lstrip()[:1] in "{["
    return "the answer is cut off or broken JSON" if cut else "the answer is not JSON"
