"""JSON Lines: one object a line for each file and each set, nothing else; for pipes and databases.

A line is the object of the `json` format's `results` or `sets` behind `"schema": 1`. A set's line
has `"kind": "set"`.
"""

from __future__ import annotations

from typing import TextIO

from mediaprep.model import FileResult, SetResult, Summary
from mediaprep.report import Options
from mediaprep.report.shape import SCHEMA, encode, result_shape, set_shape


class JsonLines:
    """Writes a line as soon as a result is known."""

    def __init__(self, out: TextIO, options: Options) -> None:
        self._write = out.write

    def file(self, result: FileResult) -> None:
        """Write the file's line."""
        self._write(encode({"schema": SCHEMA, **result_shape(result)}) + "\n")

    def set(self, result: SetResult) -> None:
        """Write the set's line."""
        self._write(encode({"schema": SCHEMA, **set_shape(result)}) + "\n")

    def close(self, summary: Summary) -> None:
        """Write nothing: a reader of lines counts them itself."""


RENDERER = JsonLines
