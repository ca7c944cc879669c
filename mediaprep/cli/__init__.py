"""The command line: the visible list of commands, each loaded when it is called."""

from __future__ import annotations

import gc
import sys
from importlib import import_module

import click

from mediaprep import __version__

# Command -> module below mediaprep.cli (its function bears the command's name) and summary.
COMMANDS: dict[str, tuple[str, str]] = {
    "check": ("check", "Judge media against documented limits."),
    "fix": ("fix", "Make media such that every chosen backend accepts it."),
    "publish": ("publish", "Upload and register media, and wait for its asset URIs."),
    "assets": ("assets", "List, get and change what a backend's library holds."),
    "request": ("request", "Check, show and carry out a request for a generation."),
    "report": ("report", "Show a saved run in another format."),
    "probe": ("probe", "Show what files measure, judging nothing."),
    "profile": ("profile", "Show and compare the limits of backends."),
    "rule": ("rule", "Explain a rule, or list them all."),
    "url": ("url", "Look at URLs as a backend would."),
    "demo": ("demo", "Show the whole story in a minute, on this machine."),
    "doctor": ("doctor", "Tell what works here, and what mends what does not."),
    "sandbox": ("sandbox", "Serve all six asset libraries and S3 on this machine."),
    "completion": ("completion", "Print what makes bash, zsh or fish complete commands."),
}


class _LazyGroup(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"mediaprep.cli.{COMMANDS[cmd_name][0]}")
        command: click.Command = module.command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, summary) for name, (_, summary) in COMMANDS.items()])


@click.group(cls=_LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="mediaprep", message="%(prog)s %(version)s")
def cli() -> None:
    """Check, fix and publish reference media for the asset libraries behind Seedance 2.0.

    Exit codes: 0 clean, 1 findings, 2 could not do it, 3 partly published.
    """


def main() -> None:
    """Run the command; errors of ours become one line and exit code 2, Ctrl-C becomes 130."""
    from mediaprep.cli.console import guarded

    code = guarded(cli)
    gc.freeze()  # what is left ends with the process: nobody need look through it for garbage
    sys.exit(code)
