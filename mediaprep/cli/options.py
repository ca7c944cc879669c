"""Options that several commands share, and what the words given for them come to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

import click

from mediaprep.config import Config
from mediaprep.inputs import Walk, read_list
from mediaprep.judge import DEFAULT_PROFILE, Options

if TYPE_CHECKING:
    from mediaprep.cache import Cache
    from mediaprep.fix.recipe import Allow

FIX_FORMATS = ("text", "json", "jsonl", "html")
Command = TypeVar("Command", bound=Callable[..., Any])


def words(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> tuple[str, ...]:
    """Split what was given with commas, or several times, into words."""
    return tuple(word.strip() for text in value for word in text.split(",") if word.strip())


def _known(names: Callable[[], Iterable[str]]) -> Callable[..., list[str]]:
    """Complete the last of several names with commas."""

    def complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[str]:
        before, comma, begun = incomplete.rpartition(",")
        return [f"{before}{comma}{name}" for name in names() if name.startswith(begun)]

    return complete


def _profile_names() -> Iterable[str]:
    from mediaprep.profiles import built_in_names

    return built_in_names()


def _rule_codes() -> Iterable[str]:
    from mediaprep.rules import RULES

    return RULES


JUDGING = (
    click.option(
        "--profile",
        "profiles",
        multiple=True,
        callback=words,
        shell_complete=_known(_profile_names),
        metavar="NAME[,NAME]",
        help="Whose limits to judge by: built-in names, or paths of your own .toml files.",
    ),
    click.option(
        "--select",
        multiple=True,
        callback=words,
        shell_complete=_known(_rule_codes),
        metavar="CODES",
        help="Judge these rules only: codes, or how they start (GEO,TIM002).",
    ),
    click.option(
        "--ignore",
        multiple=True,
        callback=words,
        shell_complete=_known(_rule_codes),
        metavar="CODES",
        help="Leave these rules out.",
    ),
)
WALKING = (
    click.option(
        "--exclude", multiple=True, metavar="PATTERN", help="Leave out, as in .gitignore."
    ),
    click.option(
        "--force-exclude", is_flag=True, help="Apply exclusions to files named here, too."
    ),
    click.option("--no-respect-gitignore", is_flag=True, help="Look at what git ignores as well."),
    click.option(
        "--files-from",
        type=click.File("rb"),
        metavar="FILE",
        help="Read paths from FILE or - for stdin; one a line, or NUL-separated.",
    ),
    click.option("--config", "config_path", type=click.Path(), help="Use this file."),
)
CACHING = (
    click.option(
        "--cache-dir",
        envvar="MEDIAPREP_CACHE_DIR",
        metavar="DIR",
        help="Remember files here.  [default: the cache folder of the user]",
    ),
    click.option("--no-cache", is_flag=True, help="Read every file, and remember nothing."),
)
FIXING = (
    click.option(
        "--aspect",
        type=click.Choice(["pad", "crop", "blur"]),
        default="pad",
        show_default=True,
        help="How a picture of a forbidden shape is made to fit.",
    ),
    click.option("--pad-color", default="black", show_default=True, metavar="COLOR"),
    click.option(
        "--trim",
        default="start",
        show_default=True,
        metavar="start|center|end|auto|SECONDS",
        help="Which part of a clip or sound that is too long is kept.",
    ),
    click.option(
        "--short",
        type=click.Choice(["pad", "loop"]),
        default="pad",
        show_default=True,
        help="How a clip or sound that is too short is made longer.",
    ),
    click.option(
        "--alpha",
        default="white",
        show_default=True,
        metavar="COLOR",
        help="What transparent pixels are put on where they have to go.",
    ),
    click.option(
        "--frame",
        type=click.IntRange(0),
        default=0,
        show_default=True,
        help="Which frame of an animation is kept where one alone is taken.",
    ),
    click.option("--strip-private", is_flag=True, help="Drop GPS, serial numbers and names."),
)
NOTES = click.option(
    "--fix-notes",
    is_flag=True,
    help="Mend what is only noted, too, where a copy of the streams does: an index (moov) behind"
    " the media (CON004), fragments (CON005).",
)
UNSAFE = click.option(
    "--unsafe-fixes", is_flag=True, help="Allow changes that are seen or heard, by the choices."
)


def options(*groups: Sequence[Callable[[Command], Command]]) -> Callable[[Command], Command]:
    """Make one decorator of several groups of options, which --help lists in this order."""

    def add(command: Command) -> Command:
        for option in reversed([option for group in groups for option in group]):
            command = option(command)
        return command

    return add


def inputs_of(paths: Sequence[str], files_from: object) -> list[str]:
    """Return the paths to look at: those given and listed, or the working folder."""
    if files_from is None:
        return list(paths) or ["."]
    return [*paths, *read_list(files_from.read())]  # type: ignore[attr-defined]


def check_options(config: Config, given: dict[str, Any], **more: Any) -> Options:
    """Put together what a check is told, by the command line before the configuration."""
    walk = Walk(
        exclude=given["exclude"],
        config_exclude=config.exclude,
        root=config.root,
        respect_gitignore=config.respect_gitignore and not given["no_respect_gitignore"],
        force_exclude=given["force_exclude"] or config.force_exclude,
    )
    return Options(
        profiles=given["profiles"] or config.profiles or (DEFAULT_PROFILE,),
        select=given["select"] or config.select,
        ignore=(*config.ignore, *given["ignore"]),
        overrides=config.overrides,
        sets=config.sets,
        root=config.root,
        walk=walk,
        **more,
    )


def allow_of(given: dict[str, Any]) -> Allow:
    """Put together what a fix may do."""
    from mediaprep.fix.recipe import Allow, Aspect, Short

    return Allow(
        content=given["unsafe_fixes"],
        aspect=Aspect(given["aspect"]),
        pad_color=given["pad_color"],
        trim=given["trim"],
        short=Short(given["short"]),
        alpha=given["alpha"],
        frame=given["frame"],
        strip_private=given["strip_private"],
        notes=given.get("fix_notes", False),  # publish does not offer it
    )


@contextmanager
def open_cache(off: bool, folder: str | None) -> Iterator[Cache | None]:
    """Open the cache for as long as the block runs, or nothing."""
    if off:
        yield None
        return
    from mediaprep.cache import Cache, default_path

    cache = Cache(default_path(folder))
    try:
        yield cache
    finally:
        cache.close()
