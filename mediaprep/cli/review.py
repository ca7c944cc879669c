"""The review page of `check`, `fix` and `publish`: what each run has beyond a check goes on it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from hashlib import file_digest, sha256
from typing import TYPE_CHECKING, Any, TextIO

from mediaprep.check import Check
from mediaprep.cli.fixreport import fixed_shape
from mediaprep.cli.publishreport import published_shape
from mediaprep.fix.apply import Judging, digest
from mediaprep.fix.choices import settled
from mediaprep.fix.decisions import choices_of
from mediaprep.fix.outcome import Deed, Fixed
from mediaprep.fix.plan import UNSAFE
from mediaprep.fix.previews import Workshop
from mediaprep.fix.recipe import Action, Allow, FixPlan, ImageRecipe, Safety
from mediaprep.fix.run import plan_file
from mediaprep.model import FileResult, SetResult, Summary
from mediaprep.publish.outcome import Published
from mediaprep.report.html.beside import Beside
from mediaprep.report.html.page import Page
from mediaprep.report.html.shape import Record, seen, words
from mediaprep.report.html.spool import Ticket
from mediaprep.report.shape import result_shape

if TYPE_CHECKING:
    from mediaprep.fix.run import Planner

PROPOSED = "proposed"


def beside(check: Check | None, stack: ExitStack) -> Beside:
    """Return what the page needs from a run; `stack` ends what the page holds.

    Without a check, the limits shown are those of the profiles named.
    """
    if check is None:
        return Beside(Workshop(), closing=stack)
    judge_of = check.judge_of
    return Beside(Workshop(check.options.jobs), lambda path: judge_of(path).profiles, stack)


class PlanPage:
    """Shows what a fix would do, and asks about what would be seen or heard."""

    def __init__(self, out: TextIO, check: Check, stack: ExitStack, allow: Allow) -> None:
        profiles = check.options.profiles
        allow = settled(replace(allow, content=True))
        self._check, self._allow = check, allow
        self._run = sha256(repr((profiles, self._allow)).encode())
        self._page = Page(out, "plan", profiles, beside(check, stack), choices=choices_of(allow))

    def file(self, fixed: Fixed) -> None:
        """Add a file with its plan, or with the one that needs a person's word."""
        before, action = fixed.before, str(fixed.deed)
        if fixed.plan.conflict and fixed.plan.conflict.remedy == UNSAFE:
            proposal = self._proposal(before)
            if proposal.action is Action.APPLY:
                fixed, action = replace(fixed, plan=proposal, why=""), PROPOSED
        record = fix_record(fixed)
        record["fix"]["action"] = action
        if fixed.plan.action is Action.APPLY and fixed.plan.safety is Safety.CONTENT:
            record["decide"] = {"sha256": _sha256(before.path), "plan": digest(fixed.plan)}
            self._run.update(record["decide"]["sha256"].encode())
        self._page.add(record, before, self._page.preview(before.info, before.path))

    def _proposal(self, before: FileResult) -> FixPlan:
        judging: Judging = self._check.judge_of(before.path)
        return plan_file(before, judging, self._allow)

    def set(self, group: SetResult) -> None:
        """Add what no fix of single files settles."""
        self._page.add_set(group)

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the page."""
        self._page.note(id=self._run.hexdigest()[:16])
        self._page.close(summary)


class FixPage:
    """Shows each file as it was and as it is."""

    def __init__(self, out: TextIO, check: Check, stack: ExitStack) -> None:
        self._page = Page(out, "fix", check.options.profiles, beside(check, stack))
        self._before: dict[str, Ticket] = {}

    def planned(self, result: FileResult) -> None:
        """Make the preview of a file while it is still there as it was."""
        self._before[result.path] = self._page.preview(result.info, result.path)

    def settle(self) -> None:
        """Wait for the previews of what may change from now on."""
        self._page.settle()

    def file(self, fixed: Fixed) -> None:
        """Add what became of a file."""
        made = fixed.output if fixed.deed in (Deed.FIXED, Deed.FOUND) else None
        after = self._page.preview(fixed.after.info, made) if made else None
        record = fix_record(fixed)
        record["facts"] = record["fix"]["before"]
        record["settled"] = _settled(fixed)
        self._page.add(record, fixed.before, self._before.pop(fixed.before.path, None), after)

    def set(self, group: SetResult) -> None:
        """Add what no fix of single files settles."""
        self._page.add_set(group)

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the page."""
        self._page.close(summary)


class PublishPage:
    """Shows each file with its asset URI, or why it has none."""

    def __init__(self, out: TextIO, check: Check, stack: ExitStack, backend: str) -> None:
        profiles, made = check.options.profiles, beside(check, stack)
        self._backend = backend
        self._page = Page(out, "publish", profiles, made, backend=backend)

    def file(self, published: Published) -> None:
        """Add what became of a file."""
        result = published.result
        record = seen(published_shape(published, self._backend), result.path)
        said = record["publish"]
        record["publish"] = {**said, "why": words(said["why"]), "hint": words(said["hint"])}
        preview = self._page.preview(result.info, published.output or result.path)
        self._page.add(record, result, preview)

    def set(self, group: SetResult) -> None:
        """Add what is said of files together."""
        self._page.add_set(group)

    def close(self, summary: Summary, seconds: float) -> None:
        """Write the page."""
        self._page.close(summary)


def watched(reports: Sequence[Any], planner: Planner | None) -> Planner | None:
    """Return a planner that shows each file to the pages first, while it is as it was."""
    pages = [report for report in reports if isinstance(report, FixPage)]
    if not pages:
        return planner

    def plan(result: FileResult, judging: Judging, allow: Allow) -> FixPlan:
        for page in pages:
            page.planned(result)
        return (planner or plan_file)(result, judging, allow)

    return plan


def fix_record(fixed: Fixed) -> Record:
    """Shape a file with its fix, and the frames and times that the fix is drawn by."""
    record = seen(fixed_shape(fixed), fixed.before.path)
    drawn = record["fix"]
    drawn["why"] = words(drawn["why"])
    recipe = fixed.plan.recipe
    if recipe is None or isinstance(recipe, ImageRecipe):
        times: dict[str, Any] = {}
    else:
        times = {"extend": None if recipe.extend_to_s is None else float(recipe.extend_to_s)}
        if window := recipe.window:
            times |= {"window": [float(window.start_s), float(window.end_s)], "why": window.why}
    framing = getattr(recipe, "framing", None)
    if framing is not None and framing.changes:
        crop, scale, canvas = framing.crop, framing.scale, framing.canvas
        drawn["framing"] = {
            "crop": crop and [crop.x, crop.y, crop.width, crop.height],
            "scale": scale and [scale.width, scale.height],
            "canvas": canvas and [canvas.width, canvas.height],
            "fill": framing.fill,
        }
    return record | {"fix": drawn | {"times": times}}


def _settled(fixed: Fixed) -> list[Record]:
    """Shape the findings that there were and are no more."""
    gone = {(finding.code, finding.profile) for finding in fixed.settled}
    found = seen(result_shape(fixed.before), fixed.before.path)["findings"]
    return [finding for finding in found if (finding["code"], finding["profile"]) in gone]


def _sha256(path: str) -> str:
    with open(path, "rb") as file:
        return file_digest(file, "sha256").hexdigest()
