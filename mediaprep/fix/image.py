"""Carry out image recipes in worker processes that see two open files and nothing else.

No picture is decoded here: `imagework` does that, in a worker that has read and write access to
what it was lent and no path of its own (`mediaprep.engine`).
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO

from mediaprep.engine.answers import Died
from mediaprep.errors import FixFailed
from mediaprep.fix.recipe import ImageRecipe
from mediaprep.model import MediaInfo

TIMEOUT_S = 120.0
MAX_OUTPUT_BYTES = 1 << 30
_MODULES = ("mediaprep.fix.imagework", "mediaprep.fix.quality", "pillow_heif")
_PRIVATE = frozenset({"gps", "serial", "c2pa", "trailing", "motion-photo"})
_LONGEST = 300  # characters of a reason that native code gave


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker is told of a picture; the size is the displayed one."""

    container: str
    orientation: int
    size: tuple[int, int] | None
    recipe: ImageRecipe
    private: bool  # the probe saw something that `strip_private` is about


class ImageFixer:
    """Workers for many pictures, in a `with`; `fix` and `score` may be called by many threads."""

    def __init__(self, jobs: int | None = None, timeout_s: float = TIMEOUT_S) -> None:
        from mediaprep.engine.pool import Crew  # pebble takes a while to import

        self._crew = Crew(carry_out, jobs, timeout_s, _MODULES, MAX_OUTPUT_BYTES)

    def __enter__(self) -> ImageFixer:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._crew.stop()

    def fix(self, info: MediaInfo, recipe: ImageRecipe, source_path: str, out_path: str) -> None:
        """Write the complete new file to `out_path`, or raise `FixFailed`.

        What stands at `out_path` is emptied first and is of no use after a failure.
        """
        self._run(carry_out, info, recipe, source_path, out_path, writable=True)
        if not os.path.getsize(out_path):
            raise FixFailed("nothing was written")

    def score(
        self, info: MediaInfo, recipe: ImageRecipe, source_path: str, result_path: str
    ) -> float:
        """Return how alike source and result look at the result's size: SSIM of luma, at most 1."""
        answer = self._run(compare, info, recipe, source_path, result_path)
        if not isinstance(answer, float) or not -1.0 <= answer <= 1.0:
            raise FixFailed("the quality measured makes no sense")
        return answer

    def _run(
        self, function: Any, info: MediaInfo, recipe: ImageRecipe, one: str, other: str,
        writable: bool = False,
    ) -> Any:  # fmt: skip
        from mediaprep.engine.pool import Loan, Task

        loans = (Loan(one), Loan(other, writable=writable))
        answer = self._crew.answer(self._crew.submit(Task(function, loans, job_of(info, recipe))))
        if isinstance(answer, Died):
            hint = (
                "" if answer.opened else "see whether the file can be read and its folder written"
            )
            raise FixFailed(_printable(answer.reason), hint)
        match answer:
            case {"value": value}:
                return value
            case {"failed": str(reason), "hint": str(hint)}:
                raise FixFailed(_printable(reason), _printable(hint))
        raise FixFailed("the worker's answer makes no sense")


def image_fixer(jobs: int | None = None, timeout_s: float = TIMEOUT_S) -> ImageFixer:
    """Return workers for many pictures; they start with the first one."""
    return ImageFixer(jobs, timeout_s)


def fix_image(
    info: MediaInfo,
    recipe: ImageRecipe,
    source_path: str,
    out_path: str,
    timeout_s: float = TIMEOUT_S,
) -> None:
    """Write one picture as the recipe says, in a worker of its own, or raise `FixFailed`."""
    with image_fixer(1, timeout_s) as fixer:
        fixer.fix(info, recipe, source_path, out_path)


def write(info: MediaInfo, recipe: ImageRecipe, out_path: str) -> None:
    """Write the picture that was probed as the recipe says, or raise `FixFailed`."""
    fix_image(info, recipe, info.path, out_path)


def quality_score(
    info: MediaInfo, recipe: ImageRecipe, source_path: str, result_path: str
) -> float:
    """Return how alike source and result look at the result's size, measured in a worker."""
    with image_fixer(1) as fixer:
        return fixer.score(info, recipe, source_path, result_path)


def job_of(info: MediaInfo, recipe: ImageRecipe) -> Job:
    """Return what a worker has to know."""
    size = (info.width, info.height) if info.width and info.height else None
    private = not _PRIVATE.isdisjoint(info.marks)
    return Job(info.container or "", info.orientation or 1, size, recipe, private)


def carry_out(source: BinaryIO, out: BinaryIO, job: Job) -> dict[str, Any]:
    """In a worker: make the new file."""
    from mediaprep.fix import imagework

    try:
        imagework.make(source, out, job)
    except FixFailed as error:
        return {"failed": str(error), "hint": error.hint}
    return {"value": True}


def compare(source: BinaryIO, result: BinaryIO, job: Job) -> dict[str, Any]:
    """In a worker: measure how alike two files look."""
    from mediaprep.fix import quality

    try:
        return {"value": quality.score(source, result, job)}
    except FixFailed as error:
        return {"failed": str(error), "hint": error.hint}


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:_LONGEST])
