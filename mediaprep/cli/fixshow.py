"""Show what a fix would do, and do nothing: plans in words, as JSON or as a diff of facts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import click

from mediaprep.cli.console import COULD_NOT, complain
from mediaprep.cli.planlines import diff_lines, plan_lines, sum_up
from mediaprep.fix.outcome import Deed, Fixed, Planned
from mediaprep.fix.recipe import Action
from mediaprep.flows import Fixing
from mediaprep.report.paths import printable

if TYPE_CHECKING:
    from mediaprep.cli.fixreport import FixRenderer

_DEEDS = {Action.APPLY: Deed.PLANNED, Action.LEAVE: Deed.LEFT, Action.KEEP: Deed.KEPT}


def show(fixing: Fixing, *, save_plan: str | None = None) -> int:
    """Print every plan in words, and write the plans to a file where one is named."""
    actions: Counter[Action] = Counter()
    shown = fixing.shown(plan_lines) if save_plan is None else _kept(fixing, save_plan)
    for action, lines in shown:
        actions[action] += 1
        _write(lines)
    if not fixing.check.summary.files:
        return nothing_found()
    for source, target in fixing.renamed.items():
        _write([f"{printable(source)}: goes to {printable(target)}, as its usual name is taken"])
    actions[Action.KEEP] += fixing.check.summary.files - actions.total()
    _write([sum_up(actions)])
    return int(actions[Action.LEAVE] > 0)


def show_diff(fixing: Fixing) -> int:
    """Print the facts that would change as a diff; exit 1 if there are any, or some would remain.

    Only the diff goes to stdout, as from other tools that have one.
    """
    actions: Counter[Action] = Counter()
    for item in _settled(fixing):
        actions[item.plan.action] += 1
        _write(diff_lines(item.plan, item.target))
    if not fixing.check.summary.files:
        return nothing_found()
    actions[Action.KEEP] += fixing.check.summary.files - actions.total()
    click.echo(sum_up(actions), err=True)
    return int(actions[Action.LEAVE] > 0 or actions[Action.APPLY] > 0)


def show_as(fixing: Fixing, reports: Sequence[FixRenderer]) -> int:
    """Send every plan to renderers, as a run would send what it did."""
    remains = False
    for item in fixing.plans(clean=True):
        plan, before = item.plan, item.before
        fixed = Fixed(before, plan, _DEEDS[plan.action], before, why=plan.refusal)
        remains = remains or plan.action is Action.LEAVE
        for report in reports:
            report.file(fixed)
    for group in fixing.sets:
        for report in reports:
            report.set(group)
    for report in reports:
        report.close(fixing.check.summary, 0.0)
    return int(remains) if fixing.check.summary.files else nothing_found()


def nothing_found() -> int:
    """Complain that there is no file to fix; return the exit code."""
    complain(
        "0 files to fix: nothing here has the name or the first bytes of media",
        "name a folder with images, videos or sound; --exclude and .gitignore count",
    )
    return COULD_NOT


def _kept(fixing: Fixing, save_plan: str) -> Iterator[tuple[Action, Iterable[str]]]:
    """Plan everything anew, compliant files too, and write the plans once all of them stand."""
    kept = []
    for item in fixing.plans(clean=True):
        yield item.plan.action, plan_lines(item.plan)
        kept.append(item.plan)
    if fixing.check.summary.files:
        from mediaprep.cli.savedplans import write_plans

        write_plans(save_plan, kept, fixing.check.options)


def _settled(fixing: Fixing) -> Iterator[Planned]:
    """Yield plans with the names that their results get, which may be known at the end only."""
    if not fixing.keeps_both:
        yield from fixing.plans()
        return
    items = list(fixing.plans())
    for item in items:
        item.target = fixing.renamed.get(item.before.path, item.target)
        yield item


def _write(lines: Iterable[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
