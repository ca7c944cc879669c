"""Writes what a check found, in one of several formats, file by file as results come.

A renderer is opened on a text stream, given each result in walking order and closed with the
counts. Nothing is written before the first call, so that a run that cannot start leaves nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple, Protocol, TextIO

from mediaprep.errors import UsageError
from mediaprep.model import FileResult, SetResult, Summary

if TYPE_CHECKING:
    from mediaprep.report.html.beside import Beside


class Renderer(Protocol):
    """Takes results as they come and writes them; `close` writes what comes after the last."""

    def file(self, result: FileResult) -> None:
        """Take the next file."""

    def set(self, result: SetResult) -> None:
        """Take a set of files that was judged as the references of one request."""

    def close(self, summary: Summary) -> None:
        """Write what needs the whole run; the stream stays open."""


class Options(NamedTuple):
    """What a renderer may be asked beyond the results."""

    profiles: tuple[str, ...] = ()
    color: bool = False
    show_notes: bool = False  # text and github; every other format lists notes always
    statistics: bool = False  # text: counts for each rule instead of findings
    beside: Beside | None = None  # html: who makes previews, and whose limits a file met


# Each module names its renderer RENDERER and is imported on first use.
FORMATS: Mapping[str, str] = {
    "text": "mediaprep.report.text",
    "json": "mediaprep.report.json_v1",
    "jsonl": "mediaprep.report.jsonl",
    "csv": "mediaprep.report.csv_rows",
    "sarif": "mediaprep.report.sarif",
    "junit": "mediaprep.report.junit",
    "github": "mediaprep.report.github",
    "gitlab": "mediaprep.report.gitlab",
    "html": "mediaprep.report.html",
}


def open_renderer(
    name: str,
    out: TextIO,
    profiles: Sequence[str],
    *,
    color: bool = False,
    show_notes: bool = False,
    statistics: bool = False,
    beside: Beside | None = None,
) -> Renderer:
    """Open the renderer of one format on a stream.

    A stream that is not UTF-8 should have `errors="backslashreplace"`: text, csv and junit write
    characters beyond ASCII. A SARIF renderer that had to leave results out says so in `cut`.
    """
    if name not in FORMATS:
        raise UsageError(f"no output format {name!r}", f"choose one of {', '.join(FORMATS)}")
    options = Options(tuple(profiles), color, show_notes, statistics, beside)
    renderer: Renderer = import_module(FORMATS[name]).RENDERER(out, options)
    return renderer
