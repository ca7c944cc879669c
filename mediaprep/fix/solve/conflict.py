"""Find the smallest set of limits that cannot be met together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import combinations
from typing import TypeVar

Item = TypeVar("Item")


class Infeasible(Exception):  # noqa: N818
    """No change that is allowed meets the limits; `measures` are those that stand in the way."""

    def __init__(self, *measures: str) -> None:
        super().__init__(", ".join(measures))
        self.measures = frozenset(measures)


def smallest_conflict(
    items: Sequence[Item], feasible: Callable[[Sequence[Item]], bool]
) -> tuple[Item, ...]:
    """Return limits that cannot be met together although any of them left out would help.

    Sets of one and two are tried outright, so those are smallest; a larger one comes from a
    deletion filter and is minimal. Whatever is feasible must stay so with fewer limits. Empty when
    all of them are feasible, or when none of them stands in the way.
    """
    if feasible(items) or not feasible(()):
        return ()
    for size in (1, 2):
        for few in combinations(items, size):
            if not feasible(few):
                return few
    needed = list(items)
    for item in items:
        fewer = [other for other in needed if other is not item]
        if not feasible(fewer):
            needed = fewer
    return tuple(needed)
