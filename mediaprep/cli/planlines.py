"""What a plan says to people before anything is done: in words, or as a diff of facts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import TextIO

from mediaprep.fix.outcome import Fixed
from mediaprep.fix.recipe import Action, FixPlan, ImageRecipe, copies
from mediaprep.model import MediaInfo, SetResult, Summary
from mediaprep.report.paths import printable

_SUMS = (
    (Action.APPLY, "to fix"),
    (Action.LEAVE, "left alone"),
    (Action.KEEP, "compliant already"),
)


class PlanLines:
    """Says for every file that is not compliant what would be done, and sums up."""

    def __init__(self, out: TextIO) -> None:
        self._write = out.write
        self._actions: Counter[Action] = Counter()

    def file(self, fixed: Fixed) -> None:
        """Say what would be done with a file."""
        self._actions[fixed.plan.action] += 1
        for line in plan_lines(fixed.plan):
            self._write(line + "\n")

    def set(self, group: SetResult) -> None:
        """Pass over what no fix of single files settles: `check` says it."""

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the summary line."""
        self._write(sum_up(self._actions) + "\n")


def sum_up(actions: Mapping[Action, int]) -> str:
    """Sum up in a line: "4 files: 2 to fix, 1 left alone, 1 compliant already"."""
    total = sum(actions.values())
    counts = ", ".join(f"{actions[a]:,} {words}" for a, words in _SUMS if actions.get(a))
    return f"{total:,} file{'' if total == 1 else 's'}: {counts or 'nothing to do'}"


def plan_lines(plan: FixPlan) -> Iterator[str]:
    """Show what a plan would do with a file; a compliant one is passed over."""
    if plan.action is not Action.KEEP:
        from mediaprep.fix.words import describe

        yield from map(printable, describe(plan, command_of(plan)))


def command_of(plan: FixPlan) -> str:
    """Return the ffmpeg command that a person could run, where there is one."""
    recipe = plan.recipe
    if recipe is None or isinstance(recipe, ImageRecipe):
        return ""
    if copies(recipe):
        return ""
    from mediaprep.fix.av import command_line

    return command_line(recipe, plan.source)


def diff_lines(plan: FixPlan, target: str) -> Iterator[str]:
    """Show the facts that a plan would change, as a diff."""
    if plan.action is not Action.APPLY:
        return
    from mediaprep.measures import facts

    yield f"--- {printable(plan.source.path)}"
    yield f"+++ {printable(target)}"
    before, after = facts(plan.source), facts(_foreseen(plan))
    for fact in dict.fromkeys((*before, *after)):
        old, new = before.get(fact), after.get(fact)
        if old != new:
            if old is not None:
                yield f"-{fact} {_word(old)}"
            if new is not None:
                yield f"+{fact} {_word(new)}"


def _foreseen(plan: FixPlan) -> MediaInfo:
    return plan.expected or plan.source


def _word(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
