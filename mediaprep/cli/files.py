"""Where reports go: FORMAT=FILE, and never a file that is media."""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Sequence
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


def parse_outputs(outputs: Sequence[str], known: Collection[str]) -> list[tuple[str, str]]:
    """Split FORMAT=FILE; raises UsageError for an unknown format, or one place used twice."""
    pairs = [(name, file) for name, _, file in (text.partition("=") for text in outputs)]
    for name, _ in pairs:
        if name not in known:
            raise UsageError(f"there is no output format {name!r}", f"known: {', '.join(known)}")
    targets = [file for _, file in pairs]
    if len(set(targets)) < len(targets):
        raise UsageError("two outputs go to the same place", "write --output FORMAT=FILE")
    return pairs or [("text", "")]
