"""Faults by request: what the next calls, or a share of all calls, are to suffer."""

from __future__ import annotations

import random
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from mediaprep.sandbox.wire import Json, Refused, Why


class Mode(StrEnum):
    """What goes wrong. The first group happens instead of the call, the second after it."""

    TOO_MANY = "429"
    SERVER_ERROR = "500"
    UNAUTHORIZED = "401"
    DROP = "drop"
    HTML = "html"

    SLOW = "slow"
    DROP_AFTER = "drop-after"
    MALFORMED = "malformed"
    EMPTY = "empty"
    AS_200 = "as-200"  # an error arrives with the HTTP status 200
    REJECT = "reject"  # the asset fails moderation later on


INSTEAD = frozenset({Mode.TOO_MANY, Mode.SERVER_ERROR, Mode.UNAUTHORIZED, Mode.DROP, Mode.HTML})
PAGE = b"<!DOCTYPE html><html><head><title>502 Bad Gateway</title></head></html>"


@dataclass(slots=True)
class Fault:
    """One order: which calls, what happens, and how many of them or what share."""

    backend: str  # "*": any
    action: str
    mode: Mode
    left: int | None = None  # None: for ever, by `rate`
    rate: float = 1.0
    delay_s: float = 2.0
    retry_after_s: float | None = None
    struck: int = 0

    def shown(self) -> Json:
        """Return the order as it stands."""
        return {
            "backend": self.backend,
            "action": self.action,
            "mode": self.mode,
            "left": self.left,
            "rate": self.rate,
            "struck": self.struck,
        }


class Faults:
    """The orders in force; the first that fits a call strikes it."""

    def __init__(self, seed: int | None = None) -> None:
        self.orders: list[Fault] = []
        self._random = random.Random(seed)

    def take(self, backend: str, action: str) -> Fault | None:
        """Return the fault that this call suffers, and count it."""
        for fault in self.orders:
            fits = fault.backend in ("*", backend) and fault.action in ("*", action)
            if not fits or fault.left == 0 or self._random.random() >= fault.rate:
                continue
            if fault.left is not None:
                fault.left -= 1
            fault.struck += 1
            return fault
        return None

    def add(self, order: Json) -> Fault:
        """Read an order from JSON and put it in force."""
        fault = parse(order)
        self.orders = [old for old in self.orders if old.left != 0]
        self.orders.append(fault)
        return fault


def parse(order: Json) -> Fault:
    """Read an order; without `count` and `rate` it strikes once."""
    known = {"backend", "action", "mode", "count", "rate", "delay_s", "retry_after_s"}
    if unknown := sorted(order.keys() - known):
        raise Refused(Why.INVALID, f"unknown key {unknown[0]!r}; known: {', '.join(sorted(known))}")
    try:
        mode = Mode(str(order.get("mode", "")))
    except ValueError:
        raise Refused(Why.INVALID, f"mode must be one of {', '.join(Mode)}") from None
    count, rate = order.get("count"), order.get("rate")
    if count is None and rate is None:
        count = 1
    return Fault(
        str(order.get("backend", "*")),
        str(order.get("action", "*")),
        mode,
        None if count is None else int(_positive(count, "count")),
        1.0 if rate is None else min(_positive(rate, "rate"), 1.0),
        _positive(order.get("delay_s", 2.0), "delay_s"),
        None if order.get("retry_after_s") is None else float(order["retry_after_s"]),
    )


def _positive(value: Any, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise Refused(Why.INVALID, f"{name} must be a number above 0")
    return float(value)


def instead(fault: Fault) -> Refused:
    """Return the refusal that stands for an instead-of fault with a body of the provider's."""
    why, words = {
        Mode.TOO_MANY: (Why.RATE, "Too many requests."),
        Mode.SERVER_ERROR: (Why.SERVER, "Internal error, please retry."),
        Mode.UNAUTHORIZED: (Why.UNAUTHORIZED, "The credential has expired."),
    }[fault.mode]
    return Refused(why, words)
