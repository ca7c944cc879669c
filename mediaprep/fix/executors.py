"""What carries recipes out: pictures in shut-in workers, several at a time; clips with ffmpeg."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from fractions import Fraction
from functools import partial
from threading import Lock
from types import TracebackType
from typing import TYPE_CHECKING

from mediaprep.errors import FixFailed
from mediaprep.fix.apply import Score
from mediaprep.fix.recipe import FixPlan, ImageRecipe, Recipe, Window, copies
from mediaprep.model import MediaInfo

if TYPE_CHECKING:
    from mediaprep.fix.image import ImageFixer

Watch = Callable[[str, float, float | None], object]  # path; share done; seconds left, once known


class Programs:
    """Both executors, each started when it is first needed; used in a `with`."""

    def __init__(
        self,
        jobs: int | None = None,
        *,
        scores: bool = True,
        watch: Watch | None = None,
    ) -> None:
        self._jobs = jobs
        self._scores = scores
        self._watch = watch
        self._stack = ExitStack()
        self._fixer: ImageFixer | None = None
        self._lock = Lock()

    def __enter__(self) -> Programs:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def write(self, info: MediaInfo, recipe: Recipe, out_path: str) -> None:
        """Write a complete new file, or raise FixFailed."""
        if isinstance(recipe, ImageRecipe):
            self._images().fix(info, recipe, info.path, out_path)
        else:
            from mediaprep.fix import av

            told = partial(self._watch, info.path) if self._watch else None
            av.write(info, recipe, info.path, out_path, told)

    def score(self, plan: FixPlan, made: MediaInfo) -> Score | None:
        """Measure how near the result is to the original; None where that cannot be said."""
        if not self._scores or plan.recipe is None:
            return None
        try:
            if isinstance(plan.recipe, ImageRecipe):
                fixer = self._images()
                return Score(
                    ssim=fixer.score(plan.source, plan.recipe, plan.source.path, made.path)
                )
            return _clip_score(plan, made)
        except FixFailed:  # the result stands: it was judged already
            return None

    def _images(self) -> ImageFixer:
        from mediaprep.fix.image import image_fixer

        with self._lock:
            if self._fixer is None:
                self._fixer = self._stack.enter_context(image_fixer(self._jobs))
            return self._fixer


def _clip_score(plan: FixPlan, made: MediaInfo) -> Score | None:
    from mediaprep.fix.score import score

    return score(replace(plan, source=_absolute(plan.source)), _absolute(made))


def find_window(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window | None:
    """Look into a clip or sound for the part that is best kept."""
    from mediaprep.fix import cutting

    return cutting.find_window(_absolute(info), shortest_s, longest_s)


def _absolute(info: MediaInfo) -> MediaInfo:
    return replace(info, path=os.path.abspath(info.path))  # ffmpeg runs in no folder of ours


def needs_ffmpeg(plan: FixPlan) -> bool:
    """Whether a plan cannot be carried out without ffmpeg."""
    recipe = plan.recipe
    return recipe is not None and not isinstance(recipe, ImageRecipe) and not copies(recipe)


def require_ffmpeg(*, encodes: bool) -> None:
    """Raise ToolMissing, with the ways to get one, if there is no ffmpeg.

    One that `encodes` is asked what it can do as well; a copy of streams need not wait for that.
    """
    from mediaprep.fix.ffmpeg import find, found

    if encodes:
        found()
    else:
        find()
