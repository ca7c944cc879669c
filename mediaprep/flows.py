"""Joins the parts into the runs that the library and the commands share: fixing, publishing."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from mediaprep.cache import Cache
from mediaprep.check import Check
from mediaprep.judge import Options
from mediaprep.model import FileResult, SetResult

if TYPE_CHECKING:
    from mediaprep.fix.executors import Watch
    from mediaprep.fix.outcome import Fixed, Planned, Settings
    from mediaprep.fix.recipe import Action, Allow, FixPlan
    from mediaprep.fix.run import Planner
    from mediaprep.publish.outcome import Settings as HowToPublish
    from mediaprep.publish.run import Publishing


class Fixing:
    """One fix of some paths: what a check finds is planned, and on request carried out."""

    def __init__(
        self,
        check: Check,
        settings: Settings,
        paths: Sequence[str],
        planner: Planner | None = None,
        watch: Watch | None = None,
    ) -> None:
        from mediaprep.fix.run import Batch, plan_file

        self.check = check
        self.sets: list[SetResult] = []  # known once the last file was planned
        self.keeps_both = settings.keep_both
        self._paths = paths
        # A window that is looked for depends on more than what is known of the file.
        self._remembers = planner is None and settings.allow.trim != "auto"
        if settings.out is not None:
            check.options.walk.apart = os.path.realpath(settings.out)
        self._batch = Batch(settings, paths, check.judge_of, planner or plan_file, watch)

    def plans(self, *, clean: bool = False) -> Iterator[Planned]:
        """Plan every file that something is said of, or every file; writes nothing.

        Raises UsageError at the end where names would collide.
        """
        for result in self._results():
            if self._batch.is_clean(result) and not clean:
                self._batch.keep(result)
            else:
                yield self._batch.plan(result)
        self._batch.refuse_clashes()

    def shown(self, show: Callable[[FixPlan], Iterable[str]]) -> Iterator[tuple[Action, list[str]]]:
        """Plan every file that something is said of, and yield how `show` puts it.

        What was shown of an unchanged file before is remembered. Raises as `plans` does.
        """
        from mediaprep.fix.shown import Shown

        shown = Shown(self.check, self._batch, show, remembers=self._remembers)
        for result in self._results():
            if self._batch.is_clean(result):
                self._batch.keep(result)
            else:
                yield shown.of(result)
        self._batch.refuse_clashes()

    @property
    def renamed(self) -> Mapping[str, str]:
        """Where those go that could not have their usual name; known once all are planned."""
        return self._batch.renamed

    def run(self, ready: Callable[[], object] | None = None) -> Iterator[Fixed]:
        """Plan everything, then carry it out, and say of every file what became of it.

        `ready` is called in between. Raises UsageError or ToolMissing before anything is written.
        """
        from mediaprep.fix.run import run

        yield from run(self._batch, self._results(ready))

    def _results(self, ready: Callable[[], object] | None = None) -> Iterator[FileResult]:
        for result in self.check.results(self._paths):
            if isinstance(result, FileResult):
                yield result
            else:
                self.sets.append(result)
        if ready is not None:
            ready()


class Source:
    """What a publish run takes: the results of a check, and of a fix where that is asked for."""

    def __init__(
        self,
        paths: Sequence[str],
        options: Options,
        *,
        allow: Allow | None = None,
        out: str | None = None,
    ) -> None:
        self.cache: Cache | None = None
        self.sets: list[SetResult] = []  # known once the last file was judged
        self.check = Check(options)
        self._paths = paths
        self._allow = allow
        self._out = out
        self._closing = ExitStack()

    def items(self) -> Iterator[tuple[FileResult, str]]:
        """Yield each result, with the fixed copy to publish instead of the file, if there is one.

        Without `out`, fixed copies live until `close`.
        """
        self.check = Check(self.check.options, self.cache)
        if self._allow is not None:
            yield from self._fixed(self._allow)
            return
        for result in self.check.results(self._paths):
            if isinstance(result, FileResult):
                yield result, ""
            else:
                self.sets.append(result)

    def _fixed(self, allow: Allow) -> Iterator[tuple[FileResult, str]]:
        from tempfile import TemporaryDirectory

        from mediaprep.fix.outcome import Settings

        own = self._closing.enter_context(TemporaryDirectory(prefix="mediaprep-fixed-"))
        out = self._out or os.path.join(own, "out")
        settings = Settings(allow, out=out, link=self._out is None, scores=False)
        fixing = Fixing(self.check, settings, self._paths)
        for fixed in fixing.run():
            after = fixed.after
            result = FileResult(fixed.before.path, after.info, after.findings, after.verdict)
            yield result, fixed.output or ""
        self.sets += fixing.sets

    def close(self) -> None:
        """Remove what was made for this run alone."""
        self._closing.close()


def publishing(
    backend: str,
    environ: Mapping[str, str],
    settings: HowToPublish,
    source: Source,
    **where: Any,
) -> Publishing:
    """Open a run that publishes what `source` yields; `where` is for the store."""
    from mediaprep.publish.run import Publishing

    def profiles(path: str) -> list[Any]:
        return source.check.judge_of(path).profiles

    run = Publishing(backend, environ, settings, profiles=profiles, **where)
    run.also_close(source.close)
    return run
