"""The progress line, drawn with rich; imported on a terminal only."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console, RenderableType
from rich.progress import BarColumn, SpinnerColumn, Task, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Display
from rich.text import Text

from mediaprep.cli.console import Progress
from mediaprep.report.paths import printable

_NAME = 40  # columns for a file's name


class _Bar(Progress):
    """Two lines: the count of files, and while a clip is encoded how far that is."""

    def __init__(self, display: Display, label: str, *, shared: bool) -> None:
        self._display = display
        self._shared = shared
        self._files = display.add_task(label, total=None, said="", visible=not shared)
        self._clip = display.add_task("", total=1.0, said="", visible=False)

    def file(self, path: str) -> None:
        """Count one more file, and wipe what was shown of it."""
        self._display.advance(self._files)
        said = f"{self._display.tasks[0].completed:,.0f} files"
        self._display.update(self._files, said=said)
        self._display.update(self._clip, visible=False)
        if self._shared:
            self._display.stop()

    def part(self, path: str, share: float, left_s: float | None) -> None:
        """Show how far one file is."""
        name = printable(os.path.basename(path))
        name = name if len(name) <= _NAME else f"…{name[1 - _NAME :]}"
        said = "" if left_s is None else f"{clock(left_s)} left"
        if not self._display.tasks[1].visible:
            self._display.reset(self._clip)
        self._display.update(self._clip, description=name, completed=share, said=said, visible=True)
        if not self._display.live.is_started:
            self._display.start()


class _Length(BarColumn):
    """A bar for what has a length."""

    def render(self, task: Task) -> RenderableType:  # type: ignore[override]
        return Text() if task.total is None else super().render(task)


def clock(seconds: float) -> str:
    """Write a time as 0:07 or 1:02:03."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def bar(label: str, *, shared: bool = False, console: Console | None = None) -> Iterator[Progress]:
    """Draw on stderr and wipe it at the end; `shared`: only while a single file takes its time."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        _Length(),
        TextColumn("{task.fields[said]}"),
        TimeElapsedColumn(),
    )
    display = Display(*columns, console=console or Console(stderr=True), transient=True)
    shown = _Bar(display, label, shared=shared)
    if not shared:
        display.start()
    try:
        yield shown
    finally:
        display.stop()
