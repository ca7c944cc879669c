"""`mediaprep report`: a saved run in another format."""

from __future__ import annotations

import sys
from contextlib import ExitStack
from typing import TextIO

import click

from mediaprep.cli.check import close_renderers, open_renderers
from mediaprep.cli.files import parse_outputs
from mediaprep.errors import UsageError
from mediaprep.model import FileResult, SetResult, Severity, Summary
from mediaprep.report import FORMATS, Renderer
from mediaprep.report.saved import Saved


@click.command()
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"Repeatable: {', '.join(FORMATS)}.  [default: text]",
)
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of listing them.")
@click.option("--show-notes", is_flag=True, help="Print notes too, in text and github output.")
@click.option("--strict", is_flag=True, help="Exit 1 for warnings, too.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever was found.")
def command(
    files: tuple[str, ...],
    outputs: tuple[str, ...],
    statistics: bool,
    show_notes: bool,
    strict: bool,
    exit_zero: bool,
) -> int:
    """Show saved runs in another format: what `--output json` or `jsonl` wrote to each FILE.

    Several files, such as those of parallel jobs, become one report; - is stdin. No media is read.
    The exit code is that of the check.
    """
    formats = parse_outputs(outputs, FORMATS)
    least = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    summary, failed = Summary(), False
    with ExitStack() as stack:
        saved = [Saved(_open(stack, file), file) for file in files]
        renderers: list[Renderer] = []
        for run in saved:
            for result in run.results():
                if not renderers:  # the first line of a run names its profiles
                    renderers = open_renderers(
                        stack, formats, run.profiles, show_notes=show_notes, statistics=statistics
                    )
                _send(result, renderers, summary)
                failed = failed or any(finding.severity in least for finding in result.findings)
            _add(summary, run.summary)
        renderers = renderers or open_renderers(
            stack, formats, saved[0].profiles, show_notes=show_notes, statistics=statistics
        )
        close_renderers(renderers, summary)
    return int(failed and not exit_zero)


def _open(stack: ExitStack, file: str) -> TextIO:
    if file == "-":
        return sys.stdin
    try:
        return stack.enter_context(open(file, encoding="utf-8"))
    except OSError as error:
        raise UsageError(
            f"{file}: {error.strerror}", "name what --output json=FILE wrote"
        ) from None


def _send(result: FileResult | SetResult, renderers: list[Renderer], summary: Summary) -> None:
    for finding in result.findings:
        summary.codes[finding.code] = summary.codes.get(finding.code, 0) + 1
    if isinstance(result, FileResult):
        summary.files += 1
        summary.verdicts[result.verdict] += 1
    for renderer in renderers:
        if isinstance(result, FileResult):
            renderer.file(result)
        else:
            renderer.set(result)


def _add(summary: Summary, more: Summary) -> None:
    summary.skipped += more.skipped
    summary.excluded += more.excluded
    summary.suppressed += more.suppressed
