"""The library's front door: the engine of the command line, without printing or exiting."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediaprep.cache import Cache, default_path
from mediaprep.check import Check
from mediaprep.errors import UsageError
from mediaprep.inputs import Walk, require_paths
from mediaprep.judge import DEFAULT_PROFILE, Options
from mediaprep.model import FileResult, MediaInfo, Report, SetResult
from mediaprep.secret import Hidden

if TYPE_CHECKING:
    from mediaprep.fix.executors import Watch
    from mediaprep.fix.outcome import Fixed, FixReport, Planned, Settings
    from mediaprep.fix.recipe import Action, Allow, FixPlan
    from mediaprep.fix.run import Planner
    from mediaprep.publish.outcome import PublishReport
    from mediaprep.publish.outcome import Settings as HowToPublish
    from mediaprep.publish.run import Publishing

StrPath = str | os.PathLike[str]


def check(
    paths: StrPath | Iterable[StrPath],
    profiles: Sequence[str] = (),
    *,
    profile: str = "",
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    as_set: str = "",
    deep: bool = False,
    jobs: int | None = None,
    cache: bool = False,
) -> Report:
    """Judge files, and the files below folders, against every profile.

    `profile` is for one, or for some with commas, as `--profile`; `profiles` for a list of them.
    Whatever is wrong with a file is a finding in the report. Raises UsageError for a path that does
    not exist and ConfigError for a profile or rule that does not.
    """
    names = [os.fspath(path) for path in _listed(paths)]
    require_paths(names)
    options = Options(
        profiles=_chosen(profiles, profile),
        select=select,
        ignore=ignore,
        as_set=as_set,
        deep=deep,
        jobs=jobs,
        walk=Walk(exclude=exclude),
    )
    store = Cache(default_path()) if cache else None
    try:
        run = Check(options, store)
        report = Report(options.profiles, [], [], run.summary)
        for result in run.results(names):
            if isinstance(result, FileResult):
                report.results.append(result)
            else:
                report.sets.append(result)
    finally:
        if store is not None:
            store.close()
    return report


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


def fix(
    paths: StrPath | Iterable[StrPath],
    profiles: Sequence[str] = (),
    *,
    profile: str = "",
    out: StrPath | None = None,
    in_place: bool = False,
    unsafe_fixes: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    link: bool = False,
    keep_both: bool = False,
    break_hardlinks: bool = False,
    scores: bool = True,
    jobs: int | None = None,
    **choices: Any,
) -> FixReport:
    """Make files such that every profile accepts them, with the least loss, and prove it.

    Exactly one of `out` (a new tree; the originals are not touched) and `in_place` (with a backup)
    is needed. `choices` are those of `mediaprep.Allow`: `aspect`, `trim`, `short`, `alpha`, … What
    cannot be fixed is in the report. Raises UsageError for a call that makes no sense, ToolMissing
    where there is no ffmpeg for a clip, before anything is written.
    """
    from mediaprep.fix.outcome import FixReport, Settings, require_choice
    from mediaprep.fix.recipe import Allow

    names = [os.fspath(path) for path in _listed(paths)]
    require_paths(names)
    settings = Settings(
        allow=Allow(content=unsafe_fixes, **choices),
        out=None if out is None else os.fspath(out),
        in_place=in_place,
        link=link,
        keep_both=keep_both,
        break_hardlinks=break_hardlinks,
        jobs=jobs,
        scores=scores,
    )
    require_choice(settings)
    chosen = _chosen(profiles, profile)
    options = Options(chosen, select=select, ignore=ignore, walk=Walk(exclude=exclude))
    fixing = Fixing(Check(options), settings, names)
    results = list(fixing.run())
    return FixReport(chosen, results, fixing.sets, fixing.check.summary)


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


def publish(
    paths: StrPath | Iterable[StrPath],
    backend: str,
    *,
    profiles: Sequence[str] = (),
    profile: str = "",
    store: str = "",
    url_base: str = "",
    root: str = ".",
    fix: Allow | None = None,
    out: StrPath | None = None,
    exclude: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    **how: Any,
) -> PublishReport:
    """Take files to asset URIs of a backend: each content uploaded and registered once.

    `fix` allows fixed copies instead; `how` is as in `publish.outcome.Settings`. Credentials come
    from `environ`, by default the process's own. Raises CredentialsMissing, UsageError or
    ConfigError before anything is sent.
    """
    from mediaprep.publish.outcome import PublishReport, Settings

    names = [os.fspath(path) for path in _listed(paths)]
    require_paths(names)
    chosen = _chosen(profiles, profile, backend)
    options = Options(chosen, walk=Walk(exclude=exclude))
    source = Source(names, options, allow=fix, out=None if out is None else os.fspath(out))
    env = Hidden(os.environ if environ is None else environ)
    where = {"store": store, "url_base": url_base, "root": root}
    with publishing(backend, env, Settings(**how), source, **where) as run:
        with closing(run.run(source.items())) as ended:  # type: ignore[type-var]
            results = list(ended)
        return PublishReport(backend, chosen, results, source.sets, source.check.summary)


def probe(path: StrPath) -> MediaInfo:
    """Measure one file by a bounded read of its headers; never raises for what the file holds."""
    from mediaprep.probe import probe as read

    return read(path)


def _chosen(profiles: Sequence[str], profile: str, default: str = DEFAULT_PROFILE) -> list[str]:
    if profiles and profile:
        raise UsageError("both profile and profiles are given", "give one of them")
    names = profile.split(",") if profile else profiles or [default]
    return [names] if isinstance(names, str) else [name.strip() for name in names]


def _listed(paths: StrPath | Iterable[StrPath]) -> Iterable[StrPath]:
    return [paths] if isinstance(paths, (str, Path, os.PathLike)) else paths
