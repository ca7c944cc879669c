"""One JSON object for the whole run, written as results come: `results`, `sets`, `summary`.

Each result is a line of its own, so that the document can be read by line tools too.
"""

from __future__ import annotations

from typing import TextIO

from mediaprep import __version__
from mediaprep.model import FileResult, SetResult, Summary
from mediaprep.report import Options
from mediaprep.report.shape import SCHEMA, encode, result_shape, set_shape, summary_shape


class JsonReport:
    """Writes the contract's object; sets are held until the last file has passed."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write
        head = {
            "schema": SCHEMA,
            "tool": "mediaprep",
            "version": __version__,
            "profiles": list(options.profiles),
        }
        self._before = encode(head)[:-1] + ', "results": [\n'
        self._sets: list[str] = []

    def file(self, result: FileResult) -> None:
        """Write the file's object."""
        self._write(self._before + encode(result_shape(result)))
        self._before = ",\n"

    def set(self, result: SetResult) -> None:
        """Hold the set's object until the files are through."""
        self._sets.append(encode(set_shape(result)))

    def close(self, summary: Summary) -> None:
        """Write the sets and the counts, and end the document."""
        last = "" if self._before == ",\n" else self._before
        sets = ",\n".join(self._sets)
        self._write(f'{last}\n], "sets": [\n{sets}\n], "summary": {encode(summary_shape(summary))}')
        self._write("}\n")


RENDERER = JsonReport
