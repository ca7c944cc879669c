"""What a plan says to people before anything is done: in words, or as a diff of facts."""

from __future__ import annotations

from collections.abc import Iterator

from mediaprep.fix.recipe import Action, FixPlan, ImageRecipe
from mediaprep.model import MediaInfo
from mediaprep.report.paths import printable


def plan_lines(plan: FixPlan) -> Iterator[str]:
    """Show what a plan would do with a file; a compliant one is passed over."""
    if plan.action is not Action.KEEP:
        from mediaprep.fix.words import describe

        yield from (printable(line) for line in describe(plan, _command(plan)).splitlines())


def _command(plan: FixPlan) -> str:
    """Return the ffmpeg command that a person could run, where there is one."""
    recipe = plan.recipe
    if recipe is None or isinstance(recipe, ImageRecipe):
        return ""
    from mediaprep.fix.apply import copies

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
