"""Requests from Python: what `mediaprep request` does, without printing or exiting."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from typing import Any

from mediaprep.backends.generate import get_generator
from mediaprep.check import Check
from mediaprep.errors import UsageError
from mediaprep.generation import Request
from mediaprep.judge import Options
from mediaprep.model import FileResult, Report, Summary
from mediaprep.request.emit import emit, variables
from mediaprep.request.gather import Gathered, gather
from mediaprep.request.judge import count, is_refused, judge
from mediaprep.request.read import read_request
from mediaprep.request.run import Ran, Settings, for_run, run
from mediaprep.request.submit import Say

StrPath = str | os.PathLike[str]


class RequestRefused(UsageError):  # noqa: N818
    """The request would be refused, so that it is neither shown nor sent; `results` say why."""

    def __init__(self, request: Request, results: Sequence[FileResult]) -> None:
        super().__init__(f"{request.file}: the request would be refused", "see its findings")
        self.results = results


def judged(
    request: Request, options: Options, environ: Mapping[str, str], *, to_run: bool = False
) -> tuple[Gathered, list[FileResult]]:
    """Gather the facts of a request and judge it; the first result is the request's own.

    With `to_run`, what publishing will mend is not held against it.
    """
    judge_of = Check(options).judge_of
    judge_of(request.file).validate()
    gathered = gather(request, environ)
    if to_run:
        gathered = for_run(gathered)
    return gathered, list(judge(gathered, judge_of))


def shown(
    request: Request, form: str, options: Options, environ: Mapping[str, str]
) -> tuple[str, dict[str, str]]:
    """Return the call in one form, and the variables in it that stand for URLs.

    Raises RequestRefused, NotDocumented, and UsageError for what is not published yet.
    """
    generator = get_generator(request.backend, environ)
    gathered, results = judged(request, options, environ)
    if is_refused(results):
        raise RequestRefused(request, results)
    if gathered.missing:
        names = ", ".join(reference.label for reference in gathered.missing)
        hint = f"mediaprep publish … --backend {request.backend}, or mediaprep request run"
        raise UsageError(f"not published yet: {names}", hint)
    ask = gathered.ask(generator)
    return emit(ask, generator, form), variables(ask)


def carried_out(
    request: Request,
    options: Options,
    environ: Mapping[str, str],
    settings: Settings,
    say: Say = lambda words: None,
) -> Ran:
    """Judge a request and carry it out; raises RequestRefused before anything is sent."""
    get_generator(request.backend, environ)  # says so where no page documents it
    gathered, results = judged(request, options, environ, to_run=True)
    if is_refused(results):
        raise RequestRefused(request, results)
    return run(gathered, results[1:], environ, settings, say)


def check_request(
    path: StrPath,
    profiles: Sequence[str] = (),
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> Report:
    """Judge a request file and the files it refers to, offline; by default by its backend's limits.

    Raises ConfigError for what the file says that we do not know.
    """
    request = read_request(os.fspath(path))
    options = _options(request, profiles, select, ignore)
    results = judged(request, options, _environ(environ))[1]
    summary = Summary()
    for result in results:
        count(summary, result)
    return Report(options.profiles, results, [], summary)


def emit_request(
    path: StrPath,
    form: str = "json",
    *,
    ignore: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
) -> str:
    """Return the call that the backend wants as json, curl or python; it holds no secret.

    Raises RequestRefused, and UsageError for what is not published yet.
    """
    request = read_request(os.fspath(path))
    return shown(request, form, _options(request, (), (), ignore), _environ(environ))[0]


def run_request(
    path: StrPath,
    *,
    out: StrPath = "",
    again: bool = False,
    deadline_s: float = 1800.0,
    ignore: Sequence[str] = (),
    environ: Mapping[str, str] | None = None,
    **where: Any,
) -> Ran:
    """Publish what is missing, submit once, wait, and download the clip to a file or folder.

    `where` is for the store: `store`, or `url_base` and `root`. Run again, it goes on, and pays for
    nothing twice. Raises RequestRefused before anything is sent.
    """
    request = read_request(os.fspath(path))
    settings = Settings(os.fspath(out), again, deadline_s, where=where)
    options = _options(request, (), (), ignore)
    return carried_out(request, options, _environ(environ), settings)


def _options(
    request: Request, profiles: Sequence[str], select: Sequence[str], ignore: Sequence[str]
) -> Options:
    named = [profiles] if isinstance(profiles, str) else list(profiles)
    return Options(named or [request.backend], select=select, ignore=ignore)


def _environ(environ: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if environ is None else environ
