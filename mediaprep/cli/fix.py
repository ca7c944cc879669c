"""`mediaprep fix`: plan, show, and carry out."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from mediaprep.check import Check
from mediaprep.cli.console import Progress, complain, ending_in_order, progress
from mediaprep.cli.files import open_output, refuse_media
from mediaprep.cli.fixshow import nothing_found, show, show_as, show_diff
from mediaprep.cli.options import (
    CACHING,
    FIX_FORMATS,
    FIXING,
    JUDGING,
    NOTES,
    UNSAFE,
    WALKING,
    allow_of,
    check_options,
    inputs_of,
    open_cache,
    options,
)
from mediaprep.config import load_config
from mediaprep.errors import UsageError
from mediaprep.fix.outcome import Settings, require_choice
from mediaprep.flows import Fixing
from mediaprep.inputs import require_paths
from mediaprep.model import Severity

if TYPE_CHECKING:
    from mediaprep.cli.fixreport import FixRenderer
    from mediaprep.cli.savedplans import SavedPlans
    from mediaprep.fix.decisions import Decisions
    from mediaprep.fix.run import Planner

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
    click.option(
        "--decisions",
        "decided",
        metavar="FILE",
        help="Allow what FILE accepts, as the review page of --plan --output html=FILE saves it.",
    ),
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
@options(JUDGING, _WHERE, _SHOWING, [UNSAFE, NOTES], FIXING, _REPORTING, WALKING, CACHING)
def command(
    paths: tuple[str, ...],
    plan: bool,
    diff: bool,
    save_plan: str | None,
    saved: str | None,
    decided: str | None,
    outputs: tuple[str, ...],
    jobs: int | None,
    **given: Any,
) -> int:
    """Make the files below PATHS such that every profile accepts them, with the least loss.

    What is seen or heard stays as it is unless --unsafe-fixes allows otherwise. Exits 1 when
    something remains that could not be fixed.
    """
    config = load_config(named=given["config_path"])
    plans = _read_plans(saved)
    if plans is not None:
        paths = plans.paths(paths)
    decisions = _read_decisions(decided, saved, given)
    if basis := plans or decisions:
        given["profiles"] = given["profiles"] or basis.profiles
    if plans is not None:
        given["select"] = given["select"] or plans.select
        given["ignore"] = given["ignore"] or plans.ignore
    require_paths(paths)
    inputs = inputs_of(paths, given["files_from"])
    shows = plan or diff or save_plan is not None
    _refuse_mixtures(diff=diff, save_plan=save_plan, outputs=outputs)
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
    silent = shows and not outputs  # the plain words of a plan, or a diff
    chosen = check_options(config, given, jobs=jobs)
    with open_cache(given["no_cache"], given["cache_dir"]) as cache, ExitStack() as stack:
        stack.enter_context(ending_in_order())
        moving = Progress() if shows else stack.enter_context(progress("fixing", beside=True))
        check = Check(chosen, cache)
        planner: Planner | None = basis.plan if basis else None
        reports = [] if silent else _reports(formats, check, stack, settings if shows else None)
        planner = _watched(reports, planner) if not shows else planner
        fixing = Fixing(check, settings, inputs, planner, moving.part)
        if diff:
            code = show_diff(fixing)
        elif silent:
            code = show(fixing, save_plan=save_plan)
        elif shows:
            code = show_as(fixing, reports)
        else:
            code = _carry_out(fixing, reports, moving)
        return max(code, _say_unmet(decisions)) if decisions else code


def _reports(
    formats: Sequence[tuple[str, str]], check: Check, stack: ExitStack, shown: Settings | None
) -> list[FixRenderer]:
    """Open every format; those of plans alone get the settings that plans are `shown` by."""
    from mediaprep.cli.fixreport import open_report

    reports: list[FixRenderer] = []
    for name, file in formats:
        out = open_output(stack, file)
        if name == "html":
            from mediaprep.cli.review import FixPage, PlanPage

            allow = shown.allow if shown else None
            page = PlanPage(out, check, stack, allow) if allow else FixPage(out, check, stack)
            reports.append(page)
        else:
            profiles = check.options.profiles
            reports.append(open_report(name, out, profiles, plans=shown is not None))
    return reports


def _watched(reports: Sequence[FixRenderer], planner: Planner | None) -> Planner | None:
    """Let a page see each file while it is as it was."""
    if not any(hasattr(report, "planned") for report in reports):
        return planner
    from mediaprep.cli.review import watched

    return watched(reports, planner)


def _settle(reports: Sequence[FixRenderer]) -> None:
    """Have the pages see what they were shown before it changes."""
    for report in reports:
        if settle := getattr(report, "settle", None):
            settle()


def _refuse_mixtures(*, diff: bool, save_plan: str | None, outputs: Sequence[str]) -> None:
    """Raise UsageError for showing in one way and asking for another."""
    if save_plan is not None:
        refuse_media(save_plan)
    if diff and save_plan is not None:
        raise UsageError("--diff and --save-plan exclude each other", "--save-plan shows the plans")
    if outputs and (diff or save_plan is not None):
        other = "--diff" if diff else "--save-plan"
        raise UsageError(f"{other} and --output exclude each other", "use --plan --output FORMAT")


def _carry_out(fixing: Fixing, reports: Sequence[FixRenderer], moving: Progress) -> int:
    started = time.monotonic()
    remains, count = False, 0
    for fixed in fixing.run(lambda: _settle(reports)):
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
    return int(remains) if count else nothing_found()


def _read_plans(saved: str | None) -> SavedPlans | None:
    if saved is None:
        return None
    from mediaprep.cli.savedplans import SavedPlans

    return SavedPlans.read(saved)


def _read_decisions(
    decided: str | None, saved: str | None, given: dict[str, Any]
) -> Decisions | None:
    if decided is None:
        return None
    if saved is not None or given["unsafe_fixes"]:
        other = "--apply" if saved is not None else "--unsafe-fixes"
        raise UsageError(f"--decisions and {other} exclude each other", "choose one")
    from mediaprep.fix.decisions import Decisions

    decisions = Decisions.read(decided)
    decisions.require_unchanged()
    return decisions


def _say_unmet(decisions: Decisions) -> int:
    """Name the files that were accepted and not looked at; 1 if there are any."""
    for path in decisions.unmet():
        complain(f"{path}: accepted in {decisions.name}, but not among the files looked at")
    return int(bool(decisions.unmet()))


def _parse_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    return pairs or [("text", "")]
