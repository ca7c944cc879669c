"""`mediaprep demo`: check, plan, fix, publish, request and review, on bundled files."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from mediaprep.errors import ToolMissing

if TYPE_CHECKING:
    from mediaprep.demo.story import Step


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("mediaprep-demo"),
    show_default=True,
    help="Leave what is made here; a new folder.",
)
def command(folder: Path) -> None:
    """Show the whole story in a minute, against the sandbox on this machine.

    No account, no network, no cost: the real commands run on copies of bundled files, and each is
    shown as you would type it.
    """
    from mediaprep.demo.run import prepare, tell
    from mediaprep.demo.story import REVIEW
    from mediaprep.fix.ffmpeg import find

    try:
        find()
        clips = True
    except ToolMissing as error:
        clips = False
        click.echo(f"{error}: clips and sound are left out\n  → {error.hint}", err=True)
    prepare(folder, clips=clips)
    tell(folder, _say)
    _line("That was all of it.", f"Open {folder / REVIEW} in a browser; the rest is beside it.")


def _say(step: Step) -> None:
    _line(step.says, f"$ mediaprep {shlex.join(step.arguments)}")


def _line(title: str, below: str) -> None:
    click.secho(f"\n{title}", bold=True)
    click.secho(below, fg="cyan")
    sys.stdout.flush()
