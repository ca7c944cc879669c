"""`mediaprep completion`: what makes a shell complete commands, options and their values."""

from __future__ import annotations

import click
from click.shell_completion import get_completion_class

_WHERE = {
    "bash": "mediaprep completion bash > ~/.local/share/bash-completion/completions/mediaprep",
    "zsh": 'mediaprep completion zsh > "${fpath[1]}/_mediaprep"',
    "fish": "mediaprep completion fish > ~/.config/fish/completions/mediaprep.fish",
}


@click.command(
    epilog="\b\n" + "\n".join(_WHERE.values()),
)
@click.argument("shell", type=click.Choice(list(_WHERE)))
def command(shell: str) -> None:
    """Print what makes a SHELL complete commands, options and values; put it where it looks."""
    from mediaprep.cli import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "mediaprep", "_MEDIAPREP_COMPLETE").source())
