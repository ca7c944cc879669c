"""Where output goes: results to stdout, words for people to stderr, errors as one clear line."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import click

from mediaprep.errors import MediaprepError

COULD_NOT = 2
INTERRUPTED = 130


def guarded(command: click.Command) -> int:
    """Run a click command and return its exit code; no error of ours ends in a traceback."""
    try:
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # names need not be valid text
                stream.reconfigure(errors="backslashreplace")
        code = command.main(standalone_mode=False)
        sys.stdout.flush()
        return code if isinstance(code, int) else 0
    except MediaprepError as error:
        complain(str(error), error.hint)
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("mediaprep: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:  # `mediaprep … | head`: nobody reads on, and that is fine
        _let_go_of_output()
    except OSError as error:
        if os.environ.get("MEDIAPREP_DEBUG"):
            raise
        complain(f"{error.filename or 'input/output'}: {error.strerror or error}")
        _let_go_of_output()
    except Exception as error:
        if os.environ.get("MEDIAPREP_DEBUG"):
            raise
        what = f"{type(error).__name__}: {error}"
        complain(
            f"this is a bug in mediaprep, please report it ({what})",
            "MEDIAPREP_DEBUG=1 shows where it happened",
        )
    return COULD_NOT


@contextmanager
def ending_in_order() -> Iterator[None]:
    """Let TERM end what is begun as Ctrl-C does: nothing half done is left behind."""
    try:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    except ValueError:  # not the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _let_go_of_output() -> None:
    """Drop what cannot be written: Python would try again at its end, and exit with 120."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def complain(message: str, hint: str = "") -> None:
    """Say on stderr what went wrong, and what to do."""
    click.echo(f"mediaprep: {message}", err=True)
    if hint:
        click.echo(f"  → {hint}", err=True)


def wants_color(stream: TextIO) -> bool:
    """Whether to colour: a terminal, and neither NO_COLOR nor a dumb one."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Progress:
    """Counts files for a person who waits; silent unless stderr is a terminal."""

    def file(self, path: str) -> None:
        """Count one more file."""

    def part(self, path: str, share: float, left_s: float | None) -> None:
        """Show how far one file is, and how many seconds it still takes if that is known."""


@contextmanager
def progress(label: str, *, beside: bool = False) -> Iterator[Progress]:
    """Show a moving count on a terminal for as long as the block runs.

    Where results go to a terminal too, nothing is shown, or with `beside` only while a single file
    takes its time: it is wiped before the next line is written.
    """
    shared = sys.stdout.isatty()
    if not sys.stderr.isatty() or (shared and not beside):
        yield Progress()
        return
    from mediaprep.cli.bar import bar

    with bar(label, shared=shared) as shown:
        yield shown
