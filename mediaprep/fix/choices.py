"""Settle what a user chose before anything is planned: where to cut, and colours."""

from __future__ import annotations

import re
from dataclasses import replace

from mediaprep.errors import FixFailed, UsageError
from mediaprep.fix.recipe import Allow

_FIELDS = {"pad_color": "--pad-color", "alpha": "--alpha"}
_USUAL = Allow()
_TRIM = re.compile(r"start|center|end|auto|\d{1,9}(\.\d{1,9})?", re.ASCII)
_SPELLED_OTHERWISE = ("grey", "rebecca")  # by ffmpeg, or not at all


def settled(allow: Allow) -> Allow:
    """Return the choices with colours as names or numbers that Pillow and ffmpeg both read.

    Raises UsageError for a colour that there is not, and for a place to cut that is none.
    """
    if not _TRIM.fullmatch(allow.trim):
        hint = "use start, center, end, auto or a number of seconds"
        raise UsageError(f"cannot trim at {allow.trim!r}", hint)
    return replace(allow, pad_color=_colour(allow, "pad_color"), alpha=_colour(allow, "alpha"))


def _colour(allow: Allow, name: str) -> str:
    word: str = getattr(allow, name)
    if word == getattr(_USUAL, name):
        return word
    from mediaprep.fix.imageframing import rgb_of

    try:
        red, green, blue = rgb_of(word)
    except FixFailed as error:
        raise UsageError(f"{_FIELDS[name]}: {error}", error.hint) from None
    simple = word.isalpha() and not any(part in word.lower() for part in _SPELLED_OTHERWISE)
    return word.lower() if simple else f"#{red:02x}{green:02x}{blue:02x}"
