"""Turn a recipe's window and extension into exact numbers of frames and seconds."""

from __future__ import annotations

import math
from dataclasses import dataclass
from fractions import Fraction

from mediaprep.fix.recipe import AudioRecipe, Short, VideoRecipe
from mediaprep.fix.solve.containers import ROUNDED_CLOCKS
from mediaprep.model import MediaInfo

# They say to the sample where sound ends; decoders may add what pads the last packet.
_EXACT = frozenset({"mp4", "mov", "m4a", "m4v", "3gp"})


@dataclass(frozen=True, slots=True)
class Timing:
    """When the result starts and ends in the source, and what comes after the source's end."""

    start_s: Fraction
    end_s: Fraction | None  # None: where the source ends
    length_s: Fraction | None  # of the result, where the recipe says it
    source_s: Fraction | None  # length of what is taken from the source
    rate: Fraction | None  # constant frame rate of the result; None keeps the source's times
    loops: bool = False
    pads: bool = False

    @property
    def frames(self) -> int | None:
        """How many frames the result has, where that is exact."""
        if self.rate is None or self.length_s is None:
            return None
        exact = self.length_s * self.rate
        # An extension must reach its length, a window must not be passed.
        whole = math.ceil(exact) if self.loops or self.pads else math.floor(exact)
        return max(whole, 1)

    @property
    def loop_frames(self) -> int:
        """How many frames are repeated."""
        assert self.rate is not None
        return max(round((self.source_s or 0) * self.rate), 1)


def timing(
    recipe: VideoRecipe | AudioRecipe, info: MediaInfo, spare_s: Fraction = Fraction(0)
) -> Timing:
    """Work out the times; `spare_s` is taken off the end of a window or an uncut source."""
    window, extend_to_s = recipe.window, recipe.extend_to_s
    start_s = window.start_s if window else Fraction(0)
    end_s = window.end_s - spare_s if window else None
    if window is None and spare_s and info.duration_s and extend_to_s is None:
        end_s = info.duration_s - spare_s
    source_s = end_s - start_s if end_s is not None else info.duration_s
    if source_s is not None and info.duration_s is not None:
        source_s = min(source_s, max(info.duration_s - start_s, Fraction(0)))
    longer = extend_to_s is not None
    exact = end_s is not None or (isinstance(recipe, AudioRecipe) and info.container in _EXACT)
    return Timing(
        start_s,
        end_s,
        extend_to_s if extend_to_s is not None else source_s if exact else None,
        source_s,
        _rate(recipe, info),
        loops=longer and recipe.extend is Short.LOOP,
        pads=longer and recipe.extend is Short.PAD,
    )


def even_rate(info: MediaInfo, container: str) -> Fraction | None:
    """Return the rate at which frames copied into `container` are spaced evenly again.

    None where their times are exact already, or where there is no telling what they were.
    """
    rounded = info.container in ROUNDED_CLOCKS and container not in ROUNDED_CLOCKS
    steady = info.fps == info.fps_nominal and info.variable_fps is not True
    return info.fps if rounded and steady else None


def _rate(recipe: VideoRecipe | AudioRecipe, info: MediaInfo) -> Fraction | None:
    if isinstance(recipe, AudioRecipe):
        return None
    if recipe.fps is not None:
        return recipe.fps
    steady = info.variable_fps is False and info.fps is not None
    # What is held or repeated is counted in frames, so it needs a rate.
    return info.fps_nominal or info.fps if steady or recipe.extend_to_s is not None else None
