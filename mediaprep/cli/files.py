"""The files that reports are written to: never one that is media."""

from __future__ import annotations

import os
import sys
from contextlib import ExitStack
from typing import TextIO

from mediaprep.errors import UsageError
from mediaprep.inputs import is_media_name


def refuse_media(file: str) -> None:
    """Raise UsageError where a report would take the name or the place of media."""
    if is_media_name(file) or (os.path.isfile(file) and _is_media(file)):
        words = f"{file} has the name or the content of media, and a report would take its place"
        raise UsageError(words, "name another file; nothing was written")


def _is_media(file: str) -> bool:
    from mediaprep.api import probe

    return probe(file).kind is not None


def open_output(stack: ExitStack, file: str) -> TextIO:
    """Open a file for a report until the stack is closed, or stdout for no name."""
    if not file:
        return sys.stdout
    refuse_media(file)
    return stack.enter_context(
        open(file, "w", encoding="utf-8", errors="backslashreplace", newline="\n")
    )
