"""Measure how near a clip is to its source, both at the shape and times of the result."""

from __future__ import annotations

import re

from mediaprep.fix import ffmpeg
from mediaprep.fix.apply import Score
from mediaprep.fix.graph import Job, compare_arguments
from mediaprep.fix.look import look, memory_bytes
from mediaprep.fix.recipe import FixPlan, Mode, VideoRecipe
from mediaprep.model import MediaInfo

_FIGURE = {
    "ssim": re.compile(r"SSIM .*All:([\d.]+)"),
    "libvmaf": re.compile(r"VMAF score: ([\d.]+)"),
}
_TWO_PICTURES = 2  # are decoded at a time


def score(plan: FixPlan, made: MediaInfo) -> Score | None:
    """Return SSIM, and VMAF where this ffmpeg has it, of a clip that was encoded anew.

    The reference is the source through the same filters, so that only the encoding counts. None for
    sound, and for what was copied.
    """
    recipe = plan.recipe
    if not isinstance(recipe, VideoRecipe) or recipe.mode is not Mode.ENCODE:
        return None
    job = Job(plan.source, recipe, made.path, look(plan.source))
    vmaf = _figure(job, "libvmaf") if "libvmaf" in ffmpeg.found().filters else None
    return Score(ssim=_figure(job, "ssim"), vmaf=vmaf)


def _figure(job: Job, measure: str) -> float | None:
    memory = _TWO_PICTURES * memory_bytes(job.info)
    reach = ffmpeg.Reach((job.info.path, job.out_path), memory_bytes=memory)
    _, said = ffmpeg.run(compare_arguments(job, measure), reach)
    found = _FIGURE[measure].search(said)
    return float(found[1]) if found else None
