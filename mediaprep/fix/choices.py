"""Settle what a user chose before anything is planned: colours that every writer of ours knows."""

from __future__ import annotations

from dataclasses import replace

from mediaprep.errors import FixFailed, UsageError
from mediaprep.fix.recipe import Allow

_FIELDS = {"pad_color": "--pad-color", "alpha": "--alpha"}
_USUAL = Allow()
_SPELLED_OTHERWISE = ("grey", "rebecca")  # by ffmpeg, or not at all


def settled(allow: Allow) -> Allow:
    """Return the choices with colours as names or numbers that Pillow and ffmpeg both read.

    Raises UsageError for a colour that there is not.
    """
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
