"""Fix a batch: plan every file, settle all names, then carry the plans out.

Nothing is written until the last plan is made and no two names collide. Plans wait in a temporary
file, so that memory does not grow with the batch but for its names.
"""

from __future__ import annotations

import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from typing import IO, TYPE_CHECKING

from mediaprep.errors import FixFailed, MediaprepError
from mediaprep.fix.choices import settled
from mediaprep.fix.outcome import Deed, Fixed, Planned, Settings
from mediaprep.fix.outputs import Outputs, backup_root, common_root, require_apart
from mediaprep.fix.recipe import MENDED_NOTES, Action, Allow, FixPlan, ImageRecipe, Mode
from mediaprep.model import FileResult, Finding, Verdict, worst

# What carries plans out is imported where that begins: showing them costs little more than a check.
if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

    from mediaprep.fix.apply import Applied, Judging
    from mediaprep.fix.executors import Programs, Watch
    from mediaprep.fix.place import Place
    from mediaprep.fix.solve.timing import WindowFinder

    Planner = Callable[[FileResult, Judging, Allow], FixPlan]

_IN_FLIGHT = 4  # a worker


def plan_file(result: FileResult, judging: Judging, allow: Allow) -> FixPlan:
    """Plan one file; one without findings is not looked into."""
    names = tuple(profile.name for profile in judging.profiles)
    if _is_clean(result, allow):
        return FixPlan(result.info, names, Action.KEEP)
    from mediaprep.fix.plan import make_plan

    finder = _finder() if allow.trim == "auto" else None
    found = _own(result)
    return make_plan(result.info, found, judging.profiles, allow, finder, rules=judging.rules)


def _finder() -> WindowFinder:
    from mediaprep.fix.executors import find_window

    return find_window


class Batch:
    """The files of one run: enter them all, then apply."""

    def __init__(
        self,
        settings: Settings,
        paths: Sequence[str],
        judge_of: Callable[[str], Judging],
        planner: Planner = plan_file,
        watch: Watch | None = None,
    ) -> None:
        self._settings = settings = replace(settings, allow=settled(settings.allow))
        self._watch = watch
        self._planner = planner
        self._judge_of = judge_of
        self._root = backup_root(paths) if settings.in_place else common_root(paths)
        if settings.out is not None:
            require_apart(settings.out, paths)
        self._place = self._open_place()
        ours = self._place.journal.find if self._place else _nobody
        out = settings.out if not settings.in_place else None
        self._outputs = Outputs(
            self._root,
            out,
            lambda target: ours(target) is not None,
            keep_both=settings.keep_both,
        )
        self._modes: set[Mode] = set()  # in which ffmpeg will be needed

    def _open_place(self) -> Place | None:
        settings = self._settings
        if not settings.writes:
            return None
        from mediaprep.fix.place import InPlace, Tree

        if settings.out is not None:
            return Tree(settings.out)
        return InPlace(self._root, break_hardlinks=settings.break_hardlinks)

    def recover(self) -> None:
        """See to its end what a killed run left half done; before any file is read."""
        from mediaprep.fix.place import InPlace

        if isinstance(self._place, InPlace):
            self._place.finish_interrupted()

    def plan(self, result: FileResult) -> Planned:
        """Plan one file and enter its name."""
        plan = self._planner(result, self._judge_of(result.path), self._settings.allow)
        if plan.recipe is not None and self._settings.writes:
            from mediaprep.fix.executors import needs_ffmpeg

            if needs_ffmpeg(plan) and not isinstance(plan.recipe, ImageRecipe):
                self._modes.add(plan.recipe.mode)
        container = plan.recipe.container if plan.recipe else None
        return Planned(result, plan, self.enter(result.path, plan.action, container))

    def enter(self, path: str, action: Action, container: str | None) -> str:
        """Enter the name of a file that is planned already; returns where its result goes."""
        return self._outputs.add(path, container, writes=self._writes(action))

    def keep(self, result: FileResult) -> None:
        """Enter the name of a file that stays as it is."""
        self._outputs.add(result.path, writes=not self._settings.in_place)

    @property
    def renamed(self) -> Mapping[str, str]:
        """Where those go that could not have their usual name; known once all are entered."""
        return self._outputs.renamed

    @property
    def allow(self) -> Allow:
        """What a fix may do."""
        return self._settings.allow

    def is_clean(self, result: FileResult) -> bool:
        """Whether a file stays as it is whatever it holds, so that it need not be planned."""
        return _is_clean(result, self._settings.allow)

    def _writes(self, action: Action) -> bool:
        """Whether carrying a plan out writes a file."""
        in_place = self._settings.in_place
        return action is Action.APPLY or (action is Action.KEEP and not in_place)

    def refuse_clashes(self) -> None:
        """Raise UsageError where names would collide, now that all are known."""
        self._outputs.refuse_clashes()

    def refuse(self) -> None:
        """Raise for whatever stands in the way of the batch, now that all of it is planned."""
        self.refuse_clashes()
        if self._modes:
            from mediaprep.fix.executors import require_ffmpeg

            require_ffmpeg(encodes=Mode.ENCODE in self._modes)

    def apply(self, planned: Iterable[Planned]) -> Iterator[Fixed]:
        """Carry the plans out, pictures side by side, and yield what became of each in order."""
        from concurrent.futures import ThreadPoolExecutor

        from mediaprep.fix.executors import Programs

        jobs, scores = self._settings.jobs or _processors(), self._settings.scores
        waiting: deque[Future[Fixed]] = deque()
        with ExitStack() as stack:
            if self._place is not None:
                stack.callback(self._place.journal.close)
            pool = stack.enter_context(ThreadPoolExecutor(jobs, "mediaprep-fix"))
            stack.callback(lambda: [future.cancel() for future in waiting])
            programs = stack.enter_context(Programs(jobs, scores=scores, watch=self._watch))
            for item in planned:
                item.target = self._outputs.settled(item.before.path, item.target)
                waiting.append(self._start(item, pool, programs))
                while waiting and (len(waiting) >= jobs * _IN_FLIGHT or waiting[0].done()):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()

    def _start(self, item: Planned, pool: ThreadPoolExecutor, programs: Programs) -> Future[Fixed]:
        """Begin a picture in a thread; ffmpeg uses all processors itself, so a clip is done now."""
        from concurrent.futures import Future

        from mediaprep.fix.executors import needs_ffmpeg

        if not needs_ffmpeg(item.plan) and self._writes(item.plan.action):
            return pool.submit(self._do, item, programs)
        done: Future[Fixed] = Future()
        done.set_result(self._do(item, programs))
        return done

    def _do(self, item: Planned, programs: Programs) -> Fixed:
        started = time.monotonic()
        fixed = self._settle(item, programs)
        fixed.seconds = time.monotonic() - started
        return fixed

    def _settle(self, item: Planned, programs: Programs) -> Fixed:
        plan, before = item.plan, item.before
        if plan.action is Action.LEAVE:
            remedy = plan.conflict.remedy if plan.conflict else ""
            return Fixed(before, plan, Deed.LEFT, before, why=plan.refusal, hint=remedy)
        if self._place is None:
            return Fixed(before, plan, Deed.PLANNED, before)
        if not self._writes(plan.action):
            return Fixed(before, plan, Deed.KEPT, before, before.path)
        if why := self._breaks_link(item):
            hint = "fix it without the link beside it, or use --out"
            return Fixed(before, plan, Deed.FAILED, before, why=why, hint=hint)
        from mediaprep.fix.apply import apply_plan

        try:
            applied = apply_plan(
                plan,
                item.target,
                self._place,
                programs,
                self._judge_of(before.path),
                share=self._settings.link and plan.action is Action.KEEP,
            )
        except FixFailed as error:
            return Fixed(before, plan, Deed.FAILED, before, why=str(error), hint=error.hint)
        except MediaprepError:
            raise
        except Exception as error:  # noqa: BLE001  a bug of ours must not end the run, nor hide
            why = f"a defect of ours ({type(error).__name__}: {error}): please report it"
            return Fixed(before, plan, Deed.FAILED, before, why=why)
        return _done(item, applied)

    def _breaks_link(self, item: Planned) -> str:
        """Say which symbolic link a new name would leave without a file; nothing for none."""
        path = item.before.path
        if not self._settings.in_place or os.path.basename(item.target) == os.path.basename(path):
            return ""
        link = self._outputs.link_to(path)
        return "" if link in (None, path) else f"the symbolic link {link} would name nothing"


def run(batch: Batch, results: Iterable[FileResult]) -> Iterator[Fixed]:
    """Plan everything, refuse what cannot be, then apply; yields in the order of `results`."""
    import pickle
    from tempfile import TemporaryFile

    batch.recover()
    with TemporaryFile(prefix="mediaprep-plans-") as spool:
        for result in results:
            pickle.dump(batch.plan(result), spool, pickle.HIGHEST_PROTOCOL)
        batch.refuse()
        spool.seek(0)
        yield from batch.apply(_unspooled(spool))


def _unspooled(spool: IO[bytes]) -> Iterator[Planned]:
    import pickle

    while True:
        try:
            item: Planned = pickle.load(spool)
        except EOFError:
            return
        yield item


def _done(item: Planned, applied: Applied) -> Fixed:
    after = FileResult(item.before.path, applied.info, applied.findings, worst(applied.findings))
    deed = Deed.COPIED if item.plan.action is Action.KEEP else Deed.FIXED
    if not applied.made:
        deed = Deed.FOUND
    return Fixed(item.before, item.plan, deed, after, applied.output, applied.score)


def _own(result: FileResult) -> list[Finding]:
    """List what is said of the file itself, and not of it beside others."""
    return [finding for finding in result.findings if not finding.code.startswith("SET")]


def _is_clean(result: FileResult, allow: Allow) -> bool:
    """Whether nothing that changing the file could settle is said of it."""
    if allow.strip_private:
        return False
    found = _own(result)
    return not any(
        finding.verdict is not Verdict.PASS or (allow.notes and finding.code in MENDED_NOTES)
        for finding in found
    )


def _nobody(target: str) -> None:
    return None


def _processors() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
