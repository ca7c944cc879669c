"""`mediaprep doctor`: what works here, and the command that mends what does not."""

from __future__ import annotations

import json
import os
from collections import Counter

import click

from mediaprep.backends import NAMES
from mediaprep.cli.options import words
from mediaprep.doctor import Answer, State, examine
from mediaprep.errors import UsageError

_MARKS = {State.OK: "✓", State.ABSENT: "·", State.UNTRIED: "?", State.BROKEN: "✗"}
_COLORS = {State.OK: "green", State.ABSENT: "bright_black", State.UNTRIED: "yellow"}


@click.command()
@click.option(
    "--backend",
    "names",
    multiple=True,
    callback=words,
    metavar="NAME[,NAME]",
    help="Try these backends, and miss their credentials.  [default: all that have credentials]",
)
@click.option("--offline", is_flag=True, help="Look at this machine alone.")
@click.option("--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def command(names: tuple[str, ...], offline: bool, output: str) -> int:
    """Tell what is there, what works, and the command that mends what does not.

    Credentials are used and never shown. The store is tried with one small object that is removed
    again. Exit code 1 if something that was set up does not work.
    """
    if unknown := set(names) - set(NAMES):
        raise UsageError(f"no backend is called {min(unknown)}", f"use any of {', '.join(NAMES)}")
    answers = []
    topic = ""
    for answer in examine(os.environ, names=names, offline=offline):
        answers.append(answer)
        if output == "text":
            if answer.topic != topic:
                click.secho(answer.topic, bold=True)
            _show(answer)
            topic = answer.topic
    count = Counter(answer.state for answer in answers)
    if output == "json":
        click.echo(json.dumps(_shape(answers), indent=1))
    else:
        told = ", ".join(f"{count[state]} {state}" for state in State if count[state])
        click.echo(f"\n{told}")
    return int(bool(count[State.BROKEN]))


def _show(answer: Answer) -> None:
    mark = click.style(_MARKS[answer.state], fg=_COLORS.get(answer.state, "red"))
    click.echo(f"  {mark} {answer.name:<14} {answer.words}")
    if answer.mend and answer.state is not State.OK:
        click.echo(f"    {'':<14} → {answer.mend}")


def _shape(answers: list[Answer]) -> dict[str, object]:
    names = ("topic", "name", "state", "words", "mend")
    results = [{name: getattr(answer, name) for name in names} for answer in answers]
    return {"schema": 1, "tool": "mediaprep", "results": results}
