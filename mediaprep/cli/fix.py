"""`mediaprep fix`: plan, show, and carry out."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

import click

from mediaprep.api import Fixing
from mediaprep.check import Check
from mediaprep.cli.console import COULD_NOT, Progress, complain, progress
from mediaprep.cli.options import (
    CACHING,
    FIX_FORMATS,
    FIXING,
    JUDGING,
    UNSAFE,
    WALKING,
    allow_of,
    check_options,
    inputs_of,
    open_cache,
    options,
)
from mediaprep.cli.planlines import diff_lines, plan_lines
from mediaprep.config import load_config
from mediaprep.fix.outcome import Settings, require_choice
from mediaprep.fix.recipe import Action
from mediaprep.inputs import require_paths
from mediaprep.model import Severity

if TYPE_CHECKING:
    from mediaprep.cli.fixreport import FixRenderer
    from mediaprep.cli.savedplans import SavedPlans

_WHERE = (
    click.option("--out", metavar="DIR", help="Write a new tree there, compliant files copied."),
    click.option("--in-place", is_flag=True, help="Replace files, and keep a backup of them."),
    click.option("--link", is_flag=True, help="Share compliant files with --out instead."),
    click.option(
        "--keep-both", is_flag=True, help="Name the second a.png.jpg where two would be a.jpg."
    ),
    click.option(
        "--break-hardlinks", is_flag=True, help="With --in-place: part a file from its other names."
    ),
)
_SHOWING = (
    click.option("--plan", is_flag=True, help="Show what would be done, and do nothing."),
    click.option("--diff", is_flag=True, help="Show the facts that would change; exit 1 if any."),
    click.option("--save-plan", metavar="FILE", help="Write the plans to FILE, and do nothing."),
    click.option("--apply", "saved", metavar="FILE", help="Carry out the plans in FILE."),
)
_REPORTING = (
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"Repeatable: {', '.join(FIX_FORMATS)}.  [default: text]",
    ),
    click.option("--jobs", type=click.IntRange(1), help="Pictures at a time.  [default: cores]"),
    click.option("--no-score", is_flag=True, help="Do not compare results with their originals."),
)


@click.command()
@click.argument("paths", nargs=-1)
@options(JUDGING, _WHERE, _SHOWING, [UNSAFE], FIXING, _REPORTING, WALKING, CACHING)
def command(
    paths: tuple[str, ...],
    plan: bool,
    diff: bool,
    save_plan: str | None,
    saved: str | None,
    outputs: tuple[str, ...],
    jobs: int | None,
    **given: Any,
) -> int:
    """Make the files below PATHS such that every profile accepts them, with the least loss.

    What is seen or heard stays as it is unless --unsafe-fixes allows otherwise. Exits 1 when
    something remains that could not be fixed.
    """
    config = load_config(Path(), given["config_path"])
    plans = _read_plans(saved)
    if plans is not None:
        paths = plans.paths(paths)
        given["profiles"] = given["profiles"] or plans.profiles
    require_paths(paths)
    inputs = inputs_of(paths, given["files_from"])
    shows = plan or diff or save_plan is not None
    settings = Settings(
        allow=allow_of(given),
        out=given["out"],
        in_place=given["in_place"],
        link=given["link"],
        keep_both=given["keep_both"],
        break_hardlinks=given["break_hardlinks"],
        jobs=jobs,
        scores=not given["no_score"],
    )
    if not shows:
        require_choice(settings)
    formats = _parse_outputs(outputs)
    chosen = check_options(config, given, jobs=jobs)
    with open_cache(given["no_cache"], given["cache_dir"]) as cache, ExitStack() as stack:
        moving = Progress() if shows else stack.enter_context(progress("fixing", beside=True))
        planner = plans.plan if plans else None
        fixing = Fixing(Check(chosen, cache), settings, inputs, planner, moving.part)
        if shows:
            return show(fixing, diff=diff, save_plan=save_plan)
        from mediaprep.cli.fixreport import open_report

        reports = [open_report(name, _open(stack, file), chosen.profiles) for name, file in formats]
        return _carry_out(fixing, reports, moving)


def _carry_out(fixing: Fixing, reports: Sequence[FixRenderer], moving: Progress) -> int:
    started = time.monotonic()
    remains, count = False, 0
    for fixed in fixing.run():
        moving.file(fixed.before.path)
        count += 1
        remains = remains or fixed.remains
        for report in reports:
            report.file(fixed)
    for group in fixing.sets:
        remains = remains or any(f.severity is Severity.ERROR for f in group.findings)
        for report in reports:
            report.set(group)
    for report in reports:
        report.close(fixing.check.summary, time.monotonic() - started)
    return int(remains) if count else _nothing_found()


def _nothing_found() -> int:
    complain(
        "0 files to fix: nothing here has the name or the first bytes of media",
        "name a folder with images, videos or sound; --exclude and .gitignore count",
    )
    return COULD_NOT


def show(fixing: Fixing, *, diff: bool = False, save_plan: str | None = None) -> int:
    """Print plans or what they would change; write nothing but the file for the plans."""
    actions = set()
    shown = (
        _shown(fixing, save_plan, diff=diff)
        if diff or save_plan is not None
        else fixing.shown(plan_lines)
    )
    for action, lines in shown:
        actions.add(action)
        sys.stdout.write("".join(f"{line}\n" for line in lines))
    if not fixing.check.summary.files:
        return _nothing_found()
    return int(Action.LEAVE in actions or (diff and Action.APPLY in actions))


def _shown(
    fixing: Fixing, save_plan: str | None, *, diff: bool
) -> Iterator[tuple[Action, Iterable[str]]]:
    """Plan everything anew, for a diff or to be saved."""
    kept = []
    for item in fixing.plans(clean=save_plan is not None):
        plan = item.plan
        yield plan.action, diff_lines(plan, item.target) if diff else plan_lines(plan)
        if save_plan is not None:
            kept.append(plan)
    if save_plan is not None and fixing.check.summary.files:
        from mediaprep.cli.savedplans import write_plans

        write_plans(save_plan, kept)


def _read_plans(saved: str | None) -> SavedPlans | None:
    if saved is None:
        return None
    from mediaprep.cli.savedplans import SavedPlans

    return SavedPlans.read(saved)


def _parse_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    return pairs or [("text", "")]


def _open(stack: ExitStack, file: str) -> TextIO:
    if not file:
        return sys.stdout
    return stack.enter_context(
        Path(file).open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
    )
