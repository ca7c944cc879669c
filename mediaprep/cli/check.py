"""`mediaprep check`: from arguments to options, from results to renderers and an exit code."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from mediaprep.baseline import Baseline, BaselineWriter
from mediaprep.check import Check
from mediaprep.cli.console import complain, progress, wants_color
from mediaprep.cli.files import open_output, parse_outputs
from mediaprep.cli.options import (
    CACHING,
    JUDGING,
    NOTES,
    UNSAFE,
    WALKING,
    check_options,
    inputs_of,
    open_cache,
    options,
)
from mediaprep.config import Config, load_config
from mediaprep.inputs import require_paths
from mediaprep.model import FileResult, Severity, Summary
from mediaprep.report import FORMATS, Renderer, open_renderer

if TYPE_CHECKING:
    from mediaprep.report.html.beside import Beside

_REPORTING = (
    click.option(
        "--output",
        "outputs",
        multiple=True,
        metavar="FORMAT[=FILE]",
        help=f"Repeatable: {', '.join(FORMATS)}.  [default: text]",
    ),
    click.option(
        "--statistics", is_flag=True, help="Count findings by rule instead of listing them."
    ),
    click.option("--show-notes", is_flag=True, help="Print notes too, in text and github output."),
    click.option("--deep", is_flag=True, help="Decode everything as well, in isolated workers."),
    click.option("--jobs", type=click.IntRange(1), help="Workers at a time.  [default: cores]"),
    click.option(
        "--as-set",
        default="",
        metavar="NAME",
        help="Judge all files together, as the references of one request.",
    ),
    click.option("--baseline", type=click.Path(), help="Hold back what FILE lists."),
    click.option(
        "--write-baseline",
        type=click.Path(),
        help="Write today's findings to FILE, and exit 0.",
    ),
    click.option("--strict", is_flag=True, help="Exit 1 for warnings, too."),
    click.option("--exit-zero", is_flag=True, help="Exit 0 whatever was found."),
)
_CHANGING = (
    click.option("--fix", is_flag=True, help="Fix in place, keep a backup, report what remains."),
    UNSAFE,
    NOTES,
    click.option("--diff", is_flag=True, help="Show what --fix would change, and change nothing."),
)


@click.command()
@click.argument("paths", nargs=-1)
@options(JUDGING, _CHANGING, _REPORTING, WALKING, CACHING)
def command(
    paths: tuple[str, ...],
    outputs: tuple[str, ...],
    fix: bool,
    diff: bool,
    statistics: bool,
    show_notes: bool,
    deep: bool,
    jobs: int | None,
    as_set: str,
    baseline: str | None,
    write_baseline: str | None,
    strict: bool,
    exit_zero: bool,
    **given: Any,
) -> int:
    """Judge images, videos and sound below PATHS (default: here) against documented limits.

    Two tiers: headers and structure by default; --deep decodes everything, too.
    """
    config = load_config(named=given["config_path"])
    require_paths(paths)
    inputs = inputs_of(paths, given["files_from"])
    formats = parse_outputs(outputs, FORMATS)
    if fix or diff:
        from mediaprep.cli.checkfix import fix_first, show_changes

        if diff:
            return show_changes(inputs, check_options(config, given), given)
        fix_first(inputs, check_options(config, given, jobs=jobs), given)
    known = _read_baseline(baseline, config)
    writer = BaselineWriter() if write_baseline else None
    chosen = check_options(config, given, as_set=as_set, deep=deep, jobs=jobs)
    with open_cache(given["no_cache"], given["cache_dir"]) as cache:
        run = Check(chosen, cache, known)
        failed = _render(
            run,
            inputs,
            formats,
            writer,
            show_notes=show_notes,
            statistics=statistics,
            least=Severity.WARNING if strict or config.strict else Severity.ERROR,
        )
    if run.summary.files == 0 and not (chosen.walk.force_exclude and chosen.walk.excluded):
        complain(
            "0 files checked: nothing here has the name or the first bytes of media",
            "name a folder with images, videos or sound; --exclude and .gitignore count",
        )
        return 2
    if writer and write_baseline:
        count = writer.write(write_baseline)
        click.echo(f"{write_baseline}: {count} findings of {run.summary.files} files", err=True)
        return 0
    if known and known.stale:
        click.echo(f"baseline: {known.stale} entries match no file any more", err=True)
    return int(failed and not exit_zero)


def _read_baseline(named: str | None, config: Config) -> Baseline | None:
    path = named or (os.path.join(config.root, config.baseline) if config.baseline else None)
    return Baseline.read(path) if path else None


def _render(
    run: Check,
    paths: Sequence[str],
    formats: Sequence[tuple[str, str]],
    writer: BaselineWriter | None,
    *,
    show_notes: bool,
    statistics: bool,
    least: Severity,
) -> bool:
    """Send every result to every renderer; return whether a finding is at least so severe."""
    refusing = {Severity.ERROR, least}
    failed = False
    with ExitStack() as stack:
        renderers = open_renderers(
            stack,
            formats,
            run.options.profiles,
            show_notes=show_notes,
            statistics=statistics,
            beside=lambda: _beside(run, stack),
        )
        moving = stack.enter_context(progress("checking"))
        for result in run.results(paths):
            if isinstance(result, FileResult):
                for renderer in renderers:
                    renderer.file(result)
                moving.file(result.path)
                if writer:
                    writer.add(result)
            else:
                for renderer in renderers:
                    renderer.set(result)
            if result.findings and not failed:
                failed = any(finding.severity in refusing for finding in result.findings)
        close_renderers(renderers, run.summary)
    return failed


def open_renderers(
    stack: ExitStack,
    formats: Sequence[tuple[str, str]],
    profiles: Sequence[str],
    *,
    show_notes: bool,
    statistics: bool,
    beside: Callable[[], Beside] | None = None,
) -> list[Renderer]:
    """Open a renderer for each FORMAT=FILE; files are closed with the stack."""
    return [
        open_renderer(
            name,
            out,
            profiles,
            color=not file and wants_color(out),
            show_notes=show_notes,
            statistics=statistics,
            beside=beside() if beside and name == "html" else None,
        )
        for name, file in formats
        for out in [open_output(stack, file)]
    ]


def close_renderers(renderers: Sequence[Renderer], summary: Summary) -> None:
    """Let renderers write what needs the whole run, and say what one of them left out."""
    for renderer in renderers:
        renderer.close(summary)
        if cut := getattr(renderer, "cut", None):
            click.echo(cut, err=True)


def _beside(run: Check, stack: ExitStack) -> Beside:
    from mediaprep.cli.review import beside

    return beside(run, stack)
