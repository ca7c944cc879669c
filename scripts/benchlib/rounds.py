"""Run every contender once a round, in an order that changes, and keep each round's figures."""

from __future__ import annotations

import random
import statistics
import sys
from collections.abc import Mapping

from benchlib.contenders import Contender
from benchlib.measure import Clock, Cost, RunError, environment, output_of

Costs = dict[str, list[Cost]]


def prove(clock: Clock, rows: Mapping[str, Contender]) -> dict[str, str]:
    """Run each once untimed; return, by key, why a row cannot be trusted."""
    wrong = {}
    for key, row in rows.items():
        _say(f"trying {row.name}")
        try:
            clock.run([*row.before, *row.commands], row.accepted)
            seen = row.count(output_of(row.proof, environment())) if row.count else row.files
        except RunError as error:
            wrong[key] = str(error)
        except (ValueError, KeyError) as error:
            wrong[key] = f"its output could not be read: {error}"
        else:
            if seen != row.files:
                wrong[key] = f"it read {seen:,} of {row.files:,} files"
            if len(row.commands) > 1 and (refused := _refused(clock, row)):
                row.note += f", {refused} of them refused"
    return wrong


def _refused(clock: Clock, row: Contender) -> int:
    """Count the files that a program which is given one at a time could not read."""
    refused = 0
    for command in row.commands:
        try:
            clock.run([command], (0,))
        except RunError:
            refused += 1
    return refused


def play(clock: Clock, rows: Mapping[str, Contender], rounds: int, seed: int) -> Costs:
    """Return every contender's cost in each round; a round holds each of them once."""
    costs = {key: list[Cost]() for key in rows}
    rng = random.Random(seed)
    for number in range(rounds):
        order = list(rows)
        rng.shuffle(order)
        for key in order:
            _say(f"round {number + 1} of {rounds}: {rows[key].name}")
            costs[key].append(_once(clock, rows[key]))
    return costs


def _once(clock: Clock, row: Contender) -> Cost:
    runs = [clock.run(row.commands, row.accepted) for _ in range(row.repeats)]
    middle = Cost(
        statistics.median(cost.cpu_s for cost in runs),
        statistics.median(cost.wall_s for cost in runs),
        max(cost.peak_mb for cost in runs),
    )
    return middle.times(row.factor)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
