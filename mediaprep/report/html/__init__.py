"""The review page: one HTML file for people, which opens from disk and asks nothing of a network.

What a run found is JSON in a script tag, small previews lie beside it, and a script of our own
shows them. A name or a word from a file only ever becomes text.
"""

from __future__ import annotations

from typing import TextIO

from mediaprep.model import FileResult, SetResult, Summary
from mediaprep.report import Options
from mediaprep.report.html.page import Page
from mediaprep.report.html.shape import file_record


class HtmlReport:
    """Collects what a check found, and writes the page at its end."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._page = Page(out, "check", options.profiles, options.beside)

    def file(self, result: FileResult) -> None:
        """Add a file with a preview of it."""
        preview = self._page.preview(result.info, result.path)
        self._page.add(file_record(result), result, preview)

    def set(self, result: SetResult) -> None:
        """Add what is said of files together."""
        self._page.add_set(result)

    def close(self, summary: Summary) -> None:
        """Write the page."""
        self._page.close(summary)


RENDERER = HtmlReport
