"""The library's front door: the engine of the command line, without printing or exiting."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from mediaprep.cache import Cache, default_path
from mediaprep.check import Check
from mediaprep.inputs import Walk, require_paths
from mediaprep.judge import DEFAULT_PROFILE, Options
from mediaprep.model import FileResult, MediaInfo, Report

StrPath = str | os.PathLike[str]


def check(
    paths: StrPath | Iterable[StrPath],
    profiles: Sequence[str] = (DEFAULT_PROFILE,),
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    exclude: Sequence[str] = (),
    as_set: str = "",
    deep: bool = False,
    jobs: int | None = None,
    cache: bool = False,
) -> Report:
    """Judge files, and the files below folders, against every profile.

    Whatever is wrong with a file is a finding in the report. Raises UsageError for a path that does
    not exist and ConfigError for a profile or rule that does not.
    """
    names = [os.fspath(path) for path in _listed(paths)]
    require_paths(names)
    options = Options(
        profiles=[profiles] if isinstance(profiles, str) else profiles,
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


def probe(path: StrPath) -> MediaInfo:
    """Measure one file by a bounded read of its headers; never raises for what the file holds."""
    from mediaprep.probe import probe as read

    return read(path)


def _listed(paths: StrPath | Iterable[StrPath]) -> Iterable[StrPath]:
    return [paths] if isinstance(paths, (str, Path, os.PathLike)) else paths
