"""The smallest conflict, against every subset of small made-up problems."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from mediaprep.fix.solve.conflict import smallest_conflict

# Some sets of numbers that cannot be met together; whatever contains one of them cannot either.
problems = st.lists(st.frozensets(st.integers(0, 6), min_size=1, max_size=4), max_size=4)


@given(problems, st.permutations(range(7)))
def test_a_conflict_is_really_one_and_minimal(
    impossible: list[frozenset[int]], items: list[int]
) -> None:
    def feasible(some: Sequence[int]) -> bool:
        return not any(bad <= set(some) for bad in impossible)

    found = smallest_conflict(items, feasible)
    if feasible(items):
        assert found == ()
        return
    assert not feasible(found)
    for kept in combinations(found, len(found) - 1):
        assert feasible(kept)
    least = min(len(bad) for bad in impossible)
    assert len(found) == least or least > 2


def test_what_is_impossible_without_any_limit_is_no_conflict_of_limits() -> None:
    assert smallest_conflict([1, 2], lambda some: False) == ()
