"""Polls are polite, and come soon after an asset settled while others wait for its place."""

from __future__ import annotations

import pytest

from mediaprep.model import Kind
from mediaprep.publish.pace import Pace


def looks(pace: Pace, settles_s: float) -> list[float]:
    """Return the ages at which an asset is looked at, up to the one where it has settled."""
    ages, polite_s = [0.0], pace.grown(0)
    while ages[-1] < settles_s:
        ages.append(ages[-1] + pace.hurried(Kind.IMAGE, ages[-1], polite_s))
        polite_s = pace.grown(polite_s)
    pace.settled(Kind.IMAGE, ages[-1])
    return ages[1:]


def test_polite_steps_grow_to_an_end() -> None:
    pace, steps = Pace(3.0), [0.0]
    for _ in range(10):
        steps.append(pace.grown(steps[-1]))
    assert steps[1:3] == [3.0, pytest.approx(3.9)]
    assert steps == sorted(steps)
    assert steps[-1] == 15.0


@pytest.mark.parametrize("settles_s", [0.3, 2.0, 12.0, 40.0])
def test_once_it_is_known_how_long_assets_take_few_looks_come_close(settles_s: float) -> None:
    pace = Pace(3.0)
    for _ in range(40):
        seen = looks(pace, settles_s)
    assert seen[-1] <= settles_s * 1.12 + 0.1
    assert len(seen) <= max(3, settles_s / 3 + 2)


def test_looks_at_something_unknown_grow_with_its_age() -> None:
    assert len(looks(Pace(3.0), 30.0)) < 30


def test_kinds_are_told_apart() -> None:
    pace = Pace(3.0)
    for _ in range(9):
        pace.settled(Kind.VIDEO, 100.0)
        pace.settled(Kind.IMAGE, 1.0)
    assert pace.hurried(Kind.IMAGE, 0.0, 3.0) == pytest.approx(0.95)
    assert pace.hurried(Kind.VIDEO, 0.0, 3.0) == 3.0
