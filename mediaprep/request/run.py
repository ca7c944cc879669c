"""Carry a request out: publish what is missing, submit, wait, download."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from mediaprep.backends.generate import get_generator
from mediaprep.backends.generate.base import Generation, Generator, State
from mediaprep.errors import MediaprepError, UsageError
from mediaprep.fix.safewrite import beside, put_new
from mediaprep.generation import Form, Request
from mediaprep.model import FileResult, Kind
from mediaprep.probe import probe
from mediaprep.publish.download import DownloadFailed, download
from mediaprep.publish.ledger import ledger_path
from mediaprep.publish.outcome import End, Published
from mediaprep.publish.outcome import Settings as HowToPublish
from mediaprep.publish.redact import scrubbed_logging
from mediaprep.publish.run import Publishing, from_environment, is_on
from mediaprep.publish.session import Session
from mediaprep.request.gather import Gathered, gather
from mediaprep.request.journal import Journal
from mediaprep.request.submit import Patience, Say, Submission
from mediaprep.rules.reqfacts import Standing

_MOST_BYTES = 4 << 30
_DOWNLOAD_S = 1800.0
_NAME = re.compile(r"[^A-Za-z0-9._-]+")
_LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Settings:
    """What `request run` is told."""

    out: str = ""  # a file, or a folder; empty: the working folder
    again: bool = False
    deadline_s: float = 1800.0
    publish: HowToPublish = field(default_factory=HowToPublish)
    where: Mapping[str, Any] = field(default_factory=dict)  # store, url_base, root


@dataclass(frozen=True, slots=True)
class Ran:
    """What came of a request; `output` is the clip, empty if there is none."""

    request: Request
    generation: Generation
    output: str = ""

    @property
    def exit_code(self) -> int:
        """0 for a clip, 1 where moderation refuses, 2 where the generation failed."""
        return {State.DONE: 0, State.REFUSED: 1}.get(self.generation.state, 2)


class NotPublished(MediaprepError):  # noqa: N818
    """A file that the request needs could not be made an asset."""


def run(
    gathered: Gathered,
    results: Sequence[FileResult],
    environ: Mapping[str, str],
    settings: Settings,
    say: Say = lambda words: None,
) -> Ran:
    """Carry out a request that was judged and found good; `results` are those of its files.

    Run again, it goes on where the last run ended and pays for nothing twice. Raises what stops it.
    """
    request = gathered.request
    generator = get_generator(request.backend, environ)
    _refuse_place(settings.out)
    if gathered.missing:
        publish_missing(gathered, results, environ, settings, say)
        gathered = gather(request, environ)
    if gathered.missing:
        raise NotPublished(f"{gathered.missing[0].label} has no URI", "publish it first")
    generation = _generated(gathered, generator, environ, settings, say)
    if generation.state is not State.DONE or generation.url is None:
        return Ran(request, generation)
    return Ran(request, generation, _fetched(request, generation, environ, settings, say))


def publish_missing(
    gathered: Gathered,
    results: Sequence[FileResult],
    environ: Mapping[str, str],
    settings: Settings,
    say: Say,
) -> None:
    """Publish the files that have no URI yet; raises NotPublished for the first that fails."""
    wanted = {reference.path for reference in gathered.missing}
    items = [(result, "") for result in results if result.path in wanted]
    backend = gathered.request.backend
    say(f"publishing {len(items)} file{'' if len(items) == 1 else 's'}")
    with Publishing(backend, environ, settings.publish, **settings.where) as publishing:
        ended = list(publishing.run(items))
    for published in ended:
        if published.end is not End.ACTIVE:
            raise _not_published(published)
        record = published.record
        say(f"{published.result.path}: {record.uri if record else ''}")


def _not_published(published: Published) -> NotPublished:
    findings = [f"{f.code} {f.message}" for f in published.result.findings]
    why = published.why or "; ".join(findings)
    return NotPublished(f"{published.result.path}: {published.end}: {why}", published.hint)


def _generated(
    gathered: Gathered,
    generator: Generator,
    environ: Mapping[str, str],
    settings: Settings,
    say: Say,
) -> Generation:
    interval_s = from_environment(settings.publish, environ).poll_interval_s
    with ExitStack() as stack:
        stack.enter_context(scrubbed_logging(generator.secrets))
        journal = Journal(ledger_path(environ))
        stack.callback(journal.close)
        session = Session(generator, environ, first_wait_s=min(0.5, interval_s))
        stack.callback(session.close)
        patience = Patience(interval_s, settings.deadline_s)
        submission = Submission(session, generator, journal, patience, say)
        ask = gathered.ask(generator)
        if _is_file(settings.out) and (settings.again or submission.is_new(ask)):
            raise UsageError(f"--out: {settings.out} is there already", "name another file")
        ident = submission.submit(ask, again=settings.again)
        return submission.wait(ident)


def _refuse_place(out: str) -> None:
    """Refuse before anything is paid for what could not be written afterwards."""
    folder = out if not out or os.path.isdir(out) or out.endswith("/") else os.path.dirname(out)
    if not os.path.isdir(folder or "."):
        raise UsageError(f"--out: there is no folder {folder}", "make it first")
    if not os.access(folder or ".", os.W_OK):
        raise UsageError(f"--out: {folder or '.'} cannot be written to", "choose another folder")


def _is_file(out: str) -> bool:
    return bool(out) and os.path.lexists(out) and not os.path.isdir(out)


def place(request: Request, generation: Generation, out: str) -> str:
    """Return where a clip goes: the file named, or one named for request and generation."""
    if out and not os.path.isdir(out) and not out.endswith("/"):
        return out
    ident = _NAME.sub("-", generation.id)[:_LONGEST_ID].strip("-.") or "clip"
    return os.path.join(out, f"{Path(request.file).stem}-{ident}.mp4")


def _fetched(
    request: Request,
    generation: Generation,
    environ: Mapping[str, str],
    settings: Settings,
    say: Say,
) -> str:
    target = place(request, generation, settings.out)
    assert generation.url is not None
    if os.path.lexists(target):
        say(f"{target} is there already, and is left alone")
        return target
    say("downloading")
    with beside(target) as temp:
        with open(temp, "wb") as file:
            download(
                generation.url,
                file,
                most_bytes=_MOST_BYTES,
                deadline_s=_DOWNLOAD_S,
                allow_private=is_on(environ, "MEDIAPREP_ALLOW_PRIVATE_URLS"),
                ca_bundle=environ.get("MEDIAPREP_CA_BUNDLE", ""),
            )
        if probe(temp).kind is not Kind.VIDEO:
            hint = "run the command again, or look in the provider's console"
            raise DownloadFailed("what came is no video", hint)
        put_new(temp, target)
    return target


def for_run(gathered: Gathered) -> Gathered:
    """Return the facts as they will be once files are published: what they lack now is no fault."""
    used = tuple(
        replace(u, standing=Standing.NEW)
        if u.reference.form is Form.PATH and u.standing is not Standing.ACTIVE
        else u
        for u in gathered.facts.used
    )
    return Gathered(replace(gathered.facts, used=used), gathered.records)
