"""`mediaprep publish`: from a folder to asset URIs."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from types import FrameType
from typing import Any, TextIO

import click

from mediaprep.backends import NAMES
from mediaprep.cli.console import COULD_NOT, INTERRUPTED, complain
from mediaprep.cli.files import open_output, refuse_media
from mediaprep.cli.options import (
    CACHING,
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
from mediaprep.cli.publishreport import FORMATS, PublishRenderer, open_report
from mediaprep.cli.stageline import Quiet, stage_line
from mediaprep.config import load_config
from mediaprep.errors import UsageError
from mediaprep.flows import Source, publishing
from mediaprep.inputs import require_paths
from mediaprep.publish.dryrun import Forecast, forecast, forecast_lines
from mediaprep.publish.outcome import DAY_S, Doubt, End, Published, Settings, exit_code
from mediaprep.publish.run import Publishing
from mediaprep.secret import Hidden

_WHERE = (
    click.option("--backend", required=True, type=click.Choice(NAMES), help="Whose asset library."),
    click.option(
        "--store",
        default="",
        metavar="s3://BUCKET/PREFIX",
        help="Upload there; `backend`: to the backend itself.  [default: MEDIAPREP_STORE]",
    ),
    click.option("--url-base", default="", metavar="URL", help="A server shows the files already."),
    click.option("--url-root", default=".", metavar="DIR", help="The folder that it shows."),
    click.option("--group", default="", metavar="NAME|ID", help="The group that assets go into."),
    click.option("--name-template", default="{stem}_{sha16}", show_default=True),
    click.option(
        "--life",
        type=click.IntRange(1),
        default=DAY_S,
        show_default=True,
        metavar="SECONDS",
        help="How long a signed URL lives.",
    ),
)
_HOW = (
    click.option("--fix", is_flag=True, help="Publish fixed copies of what is not compliant."),
    UNSAFE,
    click.option("--out", metavar="DIR", help="With --fix: keep the copies there."),
    click.option("--wait/--no-wait", default=True, help="Wait until assets are active, or not."),
    click.option("--dry-run", is_flag=True, help="Say what would be done, and make no call."),
    click.option("--no-preflight", is_flag=True, help="Do not fetch each URL first."),
    click.option("--retry-unknown", is_flag=True, help="Register what may be registered already."),
    click.option("--forget", is_flag=True, help="Drop what may be registered from the ledger."),
    click.option("--no-progress", is_flag=True, help="Do not show on a terminal what is where."),
    click.option("--jobs", type=click.IntRange(1, 64), default=8, help="Uploads at a time."),
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"Repeatable: {', '.join(FORMATS)}.  [default: text]",
    ),
)


@click.command()
@click.argument("paths", nargs=-1)
@options(_WHERE, _HOW, JUDGING, FIXING, WALKING, CACHING)
def command(paths: tuple[str, ...], outputs: tuple[str, ...], **given: Any) -> int:
    """Take the files below PATHS (default: here) to usable asset URIs, each content once.

    Credentials come from the environment. Run it again to go on after whatever went wrong.
    Exits 0 if all are active, 1 if findings stop files, 3 if only some were published.
    """
    config = load_config(named=given["config_path"])
    require_paths(paths)
    inputs = inputs_of(paths, given["files_from"])
    formats = _parse_outputs(outputs)
    given["profiles"] = given["profiles"] or (given["backend"],)
    chosen = check_options(config, given)
    source = Source(
        inputs,
        chosen,
        allow=allow_of(given) if given["fix"] else None,
        out=given["out"],
    )
    if given["out"] and not given["fix"]:
        raise UsageError("--out is for fixed copies", "add --fix")
    if given["fix"] and given["url_base"] and not given["out"]:
        hint = "write them with --out DIR below --url-root"
        raise UsageError("the server of --url-base does not show the fixed copies", hint)
    with ExitStack() as stack:
        source.cache = stack.enter_context(open_cache(given["no_cache"], given["cache_dir"]))
        run = stack.enter_context(
            publishing(
                given["backend"],
                Hidden(os.environ),
                _settings(given),
                source,
                store=given["store"],
                url_base=given["url_base"],
                root=given["url_root"],
            )
        )
        reports = [
            _report(name, open_output(stack, file), given["backend"], source, stack)
            for name, file in formats
        ]
        if given["dry_run"]:
            return _forecast(run, source, reports, formats)
        wanted = not given["no_progress"]
        quiet = stack.enter_context(stage_line(run.pipeline.standing, wanted=wanted))
        stack.enter_context(_in_order(run.pipeline.interrupt, quiet))
        return _publish(run, source, reports, quiet, wait=given["wait"])


def _report(
    name: str, out: TextIO, backend: str, source: Source, stack: ExitStack
) -> PublishRenderer:
    if name == "html":
        from mediaprep.cli.review import PublishPage

        return PublishPage(out, source.check, stack, backend)
    return open_report(name, out, backend, source.check.options.profiles)


def _settings(given: dict[str, Any]) -> Settings:
    if given["retry_unknown"] and given["forget"]:
        raise UsageError("--retry-unknown and --forget exclude each other", "choose one")
    doubt = Doubt.RETRY if given["retry_unknown"] else Doubt.ASK
    return Settings(
        group=given["group"],
        name_template=given["name_template"],
        life_s=given["life"],
        wait=given["wait"],
        doubt=Doubt.FORGET if given["forget"] else doubt,
        preflight=not given["no_preflight"],
        jobs=given["jobs"],
    )


def _publish(
    run: Publishing,
    source: Source,
    reports: Sequence[PublishRenderer],
    quiet: Quiet,
    *,
    wait: bool,
) -> int:
    started = time.monotonic()
    ends: set[End] = set()
    for published in _sent(run.run(source.items()), reports, quiet):
        ends.add(published.end)
    with quiet():
        _close(source, reports, time.monotonic() - started)
    if run.pipeline.interrupted:
        complain("interrupted; what is done is remembered", "run the command again to go on")
        return INTERRUPTED
    return exit_code(ends, wait=wait) if ends else _nothing_found()


def _forecast(
    run: Publishing,
    source: Source,
    reports: Sequence[PublishRenderer],
    formats: Sequence[tuple[str, str]],
) -> int:
    """Show what would be done; for people instead of a list, for programs as well."""
    counts = Forecast()
    target = run.pipeline.groups.known()
    told = [report for report, (name, _) in zip(reports, formats, strict=True) if name != "text"]
    items = forecast(source.items(), run.ledger, target, run.settings, counts)
    for _ in _sent(items, told, nullcontext):
        pass
    _close(source, told, 0.0)
    if not counts.files:
        return _nothing_found()
    lines = forecast_lines(counts, run.backend, run.open_store, run.settings, target)
    for line in (*lines, f"files go to: {run.store_shown}"):
        click.echo(line, err=bool(told))
    return int(counts.blocked > 0)


def _sent(
    ended: Iterable[Published], reports: Sequence[PublishRenderer], quiet: Quiet
) -> Iterator[Published]:
    for published in ended:
        with quiet():
            for report in reports:
                report.file(published)
        yield published


def _close(source: Source, reports: Sequence[PublishRenderer], seconds: float) -> None:
    for report in reports:
        for group in source.sets:
            report.set(group)
        report.close(source.check.summary, seconds)


def _nothing_found() -> int:
    complain(
        "0 files to publish: nothing here has the name or the first bytes of media",
        "name a folder with images, videos or sound; --exclude and .gitignore count",
    )
    return COULD_NOT


@contextmanager
def _in_order(interrupt: Callable[[], None], quiet: Quiet) -> Iterator[None]:
    """Let the first Ctrl-C or TERM end the run in order, and the second at once."""

    def once(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGINT, signal.SIGTERM):
            signal.signal(each, signal.default_int_handler)
        interrupt()
        with quiet():
            click.echo("mediaprep: finishing what is being sent; again to stop at once", err=True)

    try:
        before = {n: signal.signal(n, once) for n in (signal.SIGINT, signal.SIGTERM)}
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _parse_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    for _, file in pairs:
        if file:
            refuse_media(file)
    if len({file for _, file in pairs}) < len(pairs):
        raise UsageError("two outputs go to the same place", "write --output FORMAT=FILE")
    for name, _ in pairs:
        if name not in FORMATS:
            known = ", ".join(FORMATS)
            raise UsageError(f"there is no output format {name!r} here", f"known: {known}")
    return pairs or [("text", "")]
