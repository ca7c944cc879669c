"""`mediaprep request`: check a generation request offline, show it as a call, carry it out."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from mediaprep.cli.console import wants_color
from mediaprep.cli.files import open_output
from mediaprep.cli.options import JUDGING, options
from mediaprep.config import load_config
from mediaprep.errors import UsageError
from mediaprep.generation import Request
from mediaprep.judge import Options
from mediaprep.model import FileResult, Severity, Summary
from mediaprep.report import FORMATS, Renderer, open_renderer
from mediaprep.report.paths import printable
from mediaprep.report.shape import SCHEMA, encode
from mediaprep.request.judge import count
from mediaprep.request.read import read_request

if TYPE_CHECKING:
    from mediaprep.report.html.beside import Beside

_CONFIG = (click.option("--config", "config_path", type=click.Path(), help="Use this file."),)
_REPORTING = (
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"Repeatable: {', '.join(FORMATS)}.  [default: text]",
    ),
    click.option("--show-notes", is_flag=True, help="Print notes too, in text and github output."),
    click.option("--strict", is_flag=True, help="Exit 1 for warnings, too."),
    click.option("--exit-zero", is_flag=True, help="Exit 0 whatever was found."),
)
_FILE = click.argument("file", metavar="FILE")


@click.group()
def command() -> None:
    """Check, show and carry out a request for a generation.

    A request is a TOML, JSON or YAML file: backend, model, prompt, and references by role, each a
    path, a URL or an asset:// URI.
    """


@command.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@options(JUDGING, _CONFIG, _REPORTING)
def check(
    files: tuple[str, ...],
    outputs: tuple[str, ...],
    show_notes: bool,
    strict: bool,
    exit_zero: bool,
    **given: Any,
) -> int:
    """Judge requests offline, with the files that they refer to, before anything is paid for.

    What is published already is looked up in the ledger; nothing is sent.
    """
    from mediaprep.request.api import judged

    requests = [read_request(file) for file in files]
    profiles = given["profiles"] or tuple(dict.fromkeys(each.backend for each in requests))
    summary, refusing = Summary(), {Severity.ERROR}
    strict = strict or load_config(named=given["config_path"]).strict
    if strict:
        refusing.add(Severity.WARNING)
    failed = False
    with ExitStack() as stack:
        renderers = [
            open_renderer(
                name,
                out,
                profiles,
                color=not file and wants_color(out),
                show_notes=show_notes,
                beside=_beside(stack) if name == "html" else None,
            )
            for name, file in _parse_outputs(outputs)
            for out in [open_output(stack, file)]
        ]
        for request in requests:
            for result in judged(request, _options(request, given), os.environ)[1]:
                _send(result, renderers, summary)
                failed |= any(f.severity in refusing for f in result.findings)
        for renderer in renderers:
            renderer.close(summary)
    return int(failed and not exit_zero)


def _beside(stack: ExitStack) -> Beside:
    from mediaprep.cli.review import beside

    return beside(None, stack)


@command.command()
@_FILE
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "curl", "python"]),
    default="json",
    show_default=True,
    help="The body alone, or what sends it.",
)
@options(JUDGING, _CONFIG)
def emit(file: str, form: str, **given: Any) -> int:
    """Show the exact body that the backend wants, with the URIs from the ledger.

    Keys are variables, and so is a URL with a query, which may be a signature. A request that
    would be refused is not shown: its findings are.
    """
    from mediaprep.request.api import RequestRefused, shown

    request = read_request(file)
    try:
        text, variables = shown(request, form, _options(request, given), os.environ)
    except RequestRefused as refused:
        return _refused(refused.results, request)
    click.echo(text, nl=False)
    for name, what in variables.items() if form == "json" else ():
        click.echo(f"{name} stands for {what}", err=True)
    return 0


@command.command()
@_FILE
@click.option(
    "--out", default="", metavar="FILE|DIR", help="Where the clip goes.  [default: this folder]"
)
@click.option("--again", is_flag=True, help="Generate anew what was, or may have been, asked for.")
@click.option(
    "--deadline",
    "deadline_s",
    type=click.FloatRange(1),
    default=1800.0,
    show_default=True,
    metavar="SECONDS",
    help="How long to wait; run it again to go on.",
)
@click.option("--store", default="", metavar="s3://BUCKET/PREFIX", help="As in `publish`.")
@click.option("--url-base", default="", metavar="URL", help="As in `publish`.")
@click.option("--url-root", default=".", metavar="DIR", help="As in `publish`.")
@click.option("--group", default="", metavar="NAME|ID", help="As in `publish`.")
@click.option("--no-preflight", is_flag=True, help="As in `publish`.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
@options(JUDGING, _CONFIG)
def run(file: str, output: str, **given: Any) -> int:
    """Publish what is missing, submit, wait, and download the clip. This is paid for.

    Run it again to go on after whatever went wrong: the same request is submitted once. Exits 0
    with a clip, 1 if findings or the backend's moderation refuse it, 2 if it could not be done.
    """
    from mediaprep.request.api import RequestRefused, carried_out

    request = read_request(file)
    options, settings = _options(request, given), _settings(given)
    try:
        ran = carried_out(request, options, os.environ, settings, _say)
    except RequestRefused as refused:
        return _refused(refused.results, request)
    if output == "json":
        click.echo(encode(_shape(ran)))
    elif ran.output:
        click.echo(f"{printable(file)}  {printable(ran.output)}")
    else:
        words = "refused by moderation" if ran.exit_code == 1 else "failed"
        reason = printable(ran.generation.reason)
        click.echo(f"{printable(file)}  {words}: {reason} ({ran.generation.id})")
        if ran.exit_code == 1:
            click.echo("  → change the prompt or the references, and run it again")
    return ran.exit_code


def _options(request: Request, given: dict[str, Any]) -> Options:
    config = load_config(named=given["config_path"])
    return Options(
        profiles=given["profiles"] or (request.backend,),
        select=given["select"] or config.select,
        ignore=(*config.ignore, *given["ignore"]),
        overrides=config.overrides,
        root=config.root,
    )


def _refused(results: Sequence[FileResult], request: Request) -> int:
    """Say why a request is not shown or sent; what it would cost is saved."""
    report = open_renderer("text", sys.stderr, (request.backend,), color=wants_color(sys.stderr))
    summary = Summary()
    for result in results:
        _send(result, [report], summary)
    report.close(summary)
    return 1


def _send(result: FileResult, renderers: Sequence[Renderer], summary: Summary) -> None:
    count(summary, result)
    for renderer in renderers:
        renderer.file(result)


def _settings(given: dict[str, Any]) -> Any:
    from mediaprep.publish.outcome import Settings as HowToPublish
    from mediaprep.request.run import Settings

    return Settings(
        out=given["out"],
        again=given["again"],
        deadline_s=given["deadline_s"],
        publish=HowToPublish(group=given["group"], preflight=not given["no_preflight"]),
        where={
            "store": given["store"],
            "url_base": given["url_base"],
            "root": given["url_root"],
        },
    )


def _shape(ran: Any) -> dict[str, Any]:
    generation = ran.generation
    return {
        "schema": SCHEMA,
        "tool": "mediaprep",
        "request": ran.request.file,
        "backend": ran.request.backend,
        "generation": {
            "id": generation.id,
            "state": generation.state,
            "raw_status": generation.raw_status,
            "reason": generation.reason,
        },
        "output": ran.output or None,
    }


def _say(words: str) -> None:
    click.echo(f"mediaprep: {printable(words)}", err=True)


def _parse_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    for name, _ in pairs:
        if name not in FORMATS:
            raise UsageError(f"there is no output format {name!r}", f"known: {', '.join(FORMATS)}")
    if len({file for _, file in pairs}) < len(pairs):
        raise UsageError("two outputs go to the same place", "write --output FORMAT=FILE")
    return pairs or [("text", "")]
