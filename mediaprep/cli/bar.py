"""The progress line, drawn with rich; imported on a terminal only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress as Display
from rich.progress import SpinnerColumn, TextColumn, TimeElapsedColumn

from mediaprep.cli.console import Progress


class _Bar(Progress):
    def __init__(self, display: Display, label: str) -> None:
        self._display = display
        self._task = display.add_task(label, total=None)

    def file(self, path: str) -> None:
        """Count one more file."""
        self._display.advance(self._task)


@contextmanager
def bar(label: str) -> Iterator[Progress]:
    """Draw a spinner, the count of files and the time on stderr, and wipe them at the end."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f} files"),
        TimeElapsedColumn(),
    )
    with Display(*columns, console=Console(stderr=True), transient=True) as display:
        yield _Bar(display, label)
