"""The library's front door: the engine of the command line, without printing or exiting."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mediaprep.cache import Cache, default_path
from mediaprep.check import Check
from mediaprep.errors import UsageError
from mediaprep.flows import Fixing, Source, publishing
from mediaprep.inputs import Walk, require_paths
from mediaprep.judge import DEFAULT_PROFILE, Options
from mediaprep.model import FileResult, MediaInfo, Report
from mediaprep.secret import Hidden

if TYPE_CHECKING:
    from mediaprep.fix.outcome import FixReport
    from mediaprep.fix.recipe import Allow
    from mediaprep.publish.outcome import PublishReport

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
