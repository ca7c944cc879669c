"""`mediaprep check`: from arguments to options, from results to renderers and an exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TextIO

import click

from mediaprep.baseline import Baseline, BaselineWriter
from mediaprep.cache import Cache, default_path
from mediaprep.check import Check
from mediaprep.cli.console import complain, progress, wants_color
from mediaprep.config import Config, load_config
from mediaprep.errors import UsageError
from mediaprep.inputs import Walk, read_list, require_paths
from mediaprep.judge import DEFAULT_PROFILE, Options
from mediaprep.model import FileResult, SetResult, Severity
from mediaprep.report import FORMATS, Renderer, open_renderer


def _words(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    return tuple(word.strip() for text in value for word in text.split(",") if word.strip())


@click.command()
@click.argument("paths", nargs=-1)
@click.option(
    "--profile",
    "profiles",
    multiple=True,
    callback=_words,
    metavar="NAME[,NAME]",
    help="Whose limits to judge by: built-in names, or paths of your own .toml files.",
)
@click.option(
    "--select",
    multiple=True,
    callback=_words,
    metavar="CODES",
    help="Judge these rules only: codes, or how they start (GEO,TIM002).",
)
@click.option(
    "--ignore", multiple=True, callback=_words, metavar="CODES", help="Leave these rules out."
)
@click.option(
    "--output",
    "outputs",
    multiple=True,
    metavar="FORMAT[=FILE]",
    help=f"Repeatable: {', '.join(FORMATS)}.  [default: text]",
)
@click.option("--statistics", is_flag=True, help="Count findings by rule instead of listing them.")
@click.option("--show-notes", is_flag=True, help="Print notes too, in text and github output.")
@click.option("--deep", is_flag=True, help="Decode everything as well, in isolated workers.")
@click.option("--jobs", type=click.IntRange(1), help="Workers for --deep.  [default: cores]")
@click.option(
    "--as-set",
    default="",
    metavar="NAME",
    help="Judge all files together, as the references of one request.",
)
@click.option("--exclude", multiple=True, metavar="PATTERN", help="Leave out, as in .gitignore.")
@click.option("--force-exclude", is_flag=True, help="Apply exclusions to files named here, too.")
@click.option("--no-respect-gitignore", is_flag=True, help="Look at what git ignores as well.")
@click.option(
    "--files-from",
    type=click.File("rb"),
    metavar="FILE",
    help="Read paths from FILE or - for stdin; one a line, or NUL-separated.",
)
@click.option("--baseline", type=click.Path(path_type=Path), help="Hold back what FILE lists.")
@click.option(
    "--write-baseline",
    type=click.Path(path_type=Path),
    help="Write today's findings to FILE, and exit 0.",
)
@click.option("--config", "config_path", type=click.Path(path_type=Path), help="Use this file.")
@click.option("--strict", is_flag=True, help="Exit 1 for warnings, too.")
@click.option("--exit-zero", is_flag=True, help="Exit 0 whatever was found.")
@click.option(
    "--cache-dir",
    envvar="MEDIAPREP_CACHE_DIR",
    metavar="DIR",
    help="Remember files here.  [default: the cache folder of the user]",
)
@click.option("--no-cache", is_flag=True, help="Read every file, and remember nothing.")
def command(
    paths: tuple[str, ...],
    profiles: tuple[str, ...],
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    outputs: tuple[str, ...],
    statistics: bool,
    show_notes: bool,
    deep: bool,
    jobs: int | None,
    as_set: str,
    exclude: tuple[str, ...],
    force_exclude: bool,
    no_respect_gitignore: bool,
    files_from: object,
    baseline: Path | None,
    write_baseline: Path | None,
    config_path: Path | None,
    strict: bool,
    exit_zero: bool,
    cache_dir: str | None,
    no_cache: bool,
) -> int:
    """Judge images, videos and sound below PATHS (default: here) against documented limits.

    Two tiers: headers and structure by default; --deep decodes everything, too.
    """
    config = load_config(Path(), config_path)
    require_paths(paths)
    inputs = list(paths) + _from_list(files_from)
    formats = _parse_outputs(outputs)
    walk = Walk(
        exclude=(*config.exclude, *exclude),
        respect_gitignore=config.respect_gitignore and not no_respect_gitignore,
        force_exclude=force_exclude or config.force_exclude,
    )
    options = Options(
        profiles=profiles or config.profiles or (DEFAULT_PROFILE,),
        select=select or config.select,
        ignore=(*config.ignore, *ignore),
        overrides=config.overrides,
        sets=config.sets,
        root=config.root,
        as_set=as_set,
        deep=deep,
        jobs=jobs,
        walk=walk,
    )
    known = _read_baseline(baseline, config)
    writer = BaselineWriter() if write_baseline else None
    with _cache(no_cache, cache_dir) as cache:
        run = Check(options, cache, known)
        failed = _render(
            run,
            inputs or _default_paths(files_from),
            formats,
            writer,
            show_notes=show_notes,
            statistics=statistics,
            least=Severity.WARNING if strict or config.strict else Severity.ERROR,
        )
    if writer and write_baseline:
        count = writer.write(write_baseline)
        click.echo(f"{write_baseline}: {count} findings of {run.summary.files} files", err=True)
        return 0
    if known and known.stale:
        click.echo(f"baseline: {known.stale} entries match no file any more", err=True)
    if run.summary.files == 0 and not (walk.force_exclude and walk.excluded):
        complain(
            "0 files checked: nothing here has the name or the first bytes of media",
            "name a folder with images, videos or sound; --exclude and .gitignore count",
        )
        return 2
    return int(failed and not exit_zero)


def _default_paths(files_from: object) -> list[str]:
    return ["."] if files_from is None else []


def _from_list(files_from: object) -> list[str]:
    return [] if files_from is None else read_list(files_from.read())  # type: ignore[attr-defined]


def _parse_outputs(outputs: Sequence[str]) -> list[tuple[str, str]]:
    """Split FORMAT=FILE; raises UsageError for an unknown format, or one place used twice."""
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    for name, _ in pairs:
        if name not in FORMATS:
            raise UsageError(f"there is no output format {name!r}", f"known: {', '.join(FORMATS)}")
    targets = [file for _, file in pairs]
    if len(set(targets)) < len(targets):
        raise UsageError("two outputs go to the same place", "write --output FORMAT=FILE")
    return pairs or [("text", "")]


def _read_baseline(named: Path | None, config: Config) -> Baseline | None:
    path = named or (Path(config.root, config.baseline) if config.baseline else None)
    return Baseline.read(path) if path else None


@contextmanager
def _cache(off: bool, folder: str | None) -> Iterator[Cache | None]:
    if off:
        yield None
        return
    cache = Cache(default_path(folder))
    try:
        yield cache
    finally:
        cache.close()


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
        renderers = [
            open_renderer(
                name,
                out,
                run.options.profiles,
                color=not file and wants_color(out),
                show_notes=show_notes,
                statistics=statistics,
            )
            for name, file in formats
            for out in [_open(stack, file)]
        ]
        moving = stack.enter_context(progress("checking"))
        for result in run.results(paths):
            _send(result, renderers)
            if isinstance(result, FileResult):
                moving.file(result.path)
                if writer:
                    writer.add(result)
            if result.findings and not failed:
                failed = any(finding.severity in refusing for finding in result.findings)
        for renderer in renderers:
            renderer.close(run.summary)
            if cut := getattr(renderer, "cut", None):
                click.echo(cut, err=True)
    return failed


def _send(result: FileResult | SetResult, renderers: Sequence[Renderer]) -> None:
    for renderer in renderers:
        if isinstance(result, FileResult):
            renderer.file(result)
        else:
            renderer.set(result)


def _open(stack: ExitStack, file: str) -> TextIO:
    if not file:
        return sys.stdout
    return stack.enter_context(
        Path(file).open("w", encoding="utf-8", errors="backslashreplace", newline="\n")
    )
