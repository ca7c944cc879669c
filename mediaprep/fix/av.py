"""Write a clip or sound as a recipe says, with one ffmpeg run where one is enough."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import time
from dataclasses import replace
from fractions import Fraction

from mediaprep.errors import FixFailed
from mediaprep.fix import ffmpeg, sound
from mediaprep.fix.cutting import find_window
from mediaprep.fix.ffmpeg import Progress, Reach
from mediaprep.fix.graph import (
    Job,
    arguments,
    has_sound,
    keeps_sound,
    packets_arguments,
    peak_arguments,
    sound_bits_s,
)
from mediaprep.fix.look import Look, look, memory_bytes
from mediaprep.fix.packets import parse, whole
from mediaprep.fix.picture import required_filters
from mediaprep.fix.recipe import AudioRecipe, Mode, VideoRecipe
from mediaprep.fix.score import score
from mediaprep.fix.times import even_rate
from mediaprep.model import MediaInfo
from mediaprep.probe import probe

__all__ = ["command_line", "find_window", "reach", "score", "write"]

_TICK_S = Fraction(1, 1000)  # movie headers count in milliseconds, rounded up
_TRIES = 4
_USUAL_FPS = Fraction(30)
_AHEAD_S = 2.0  # looked at behind a cut, for frames that are stored out of order
_LISTING_BYTES = 16 << 20
_FULL = 0.97  # of the byte limit is what a second try aims for
_OVERHEAD_BITS_S = 12_000  # index and interleaving of an MP4
_COPIED_SOUND_BITS_S = 330_000  # an AAC track that is copied has hardly more
_LEAST_BITS_S = 50_000  # pictures below this are not worth keeping
_MOST_BITS_S = 200_000_000
_FILE_BYTES = 16 << 30  # of an encoding
_COPY_GROWS_BYTES = 16 << 20  # by its index at most
_PEAK = re.compile(r"Peak level dB: (-?inf|-?[\d.]+)")


def write(
    info: MediaInfo,
    recipe: VideoRecipe | AudioRecipe,
    source_path: str,
    out_path: str,
    progress: Progress | None = None,
    *,
    timeout_s: float = ffmpeg.TIMEOUT_S,
) -> None:
    """Carry out `recipe` on the file at `source_path`, into the whole new file at `out_path`.

    `info` is what probing the source showed. Raises `FixFailed` when it cannot be done, and
    `ToolMissing` without an ffmpeg; `out_path` is gone then. `progress` is told the share done and
    the seconds left.
    """
    deadline = time.monotonic() + timeout_s
    try:
        if recipe.mode is Mode.RENAME:
            shutil.copyfile(source_path, out_path)
        else:
            info = replace(info, path=os.path.abspath(source_path))
            job = Job(info, _exact(recipe, info), os.path.abspath(out_path))
            _write(job, progress, deadline)
    except BaseException:
        if os.path.exists(out_path):
            os.unlink(out_path)
        raise


def command_line(recipe: VideoRecipe | AudioRecipe, info: MediaInfo, out_path: str = "") -> str:
    """Return the ffmpeg command that a person could run to the same end."""
    stem, _ = os.path.splitext(os.path.basename(info.path))
    if recipe.mode is Mode.RENAME:
        return shlex.join(["cp", "--", info.path, out_path or f"{stem}.{recipe.container}"])
    job = Job(info, _exact(recipe, info), out_path or f"{stem}.fixed.{recipe.container}")
    words = [word for word in arguments(_budgeted(job)) if word not in ("-nostdin", "-nostats")]
    at = words.index("-progress")
    return shlex.join(["ffmpeg", *words[:at], *words[at + 2 :]])


def _write(job: Job, progress: Progress | None, deadline: float) -> None:
    if job.recipe.mode is Mode.ENCODE:
        job = _prepared(job, deadline)
    elif isinstance(job.recipe, VideoRecipe):
        job = _counted(_evened(job), deadline)
    with open(job.out_path, "ab"):
        pass  # a file that is not there cannot be named as one that may be written
    length_s = float(job.timing.length_s or job.info.duration_s or 0)
    for _ in range(_TRIES):
        ffmpeg.run(
            arguments(job),
            reach(job),
            length_s=length_s,
            progress=progress,
            timeout_s=_left(deadline),
        )
        better = _better(job)
        if better is None:
            return
        job = _counted(better, deadline)
    raise FixFailed(f"it did not get within its limits in {_TRIES} tries")


def _evened(job: Job) -> Job:
    """Leave the times of copied frames as they are where this ffmpeg cannot set them."""
    if even_rate(job.info, job.recipe.container) is None or ffmpeg.found().sets_times:
        return job
    return replace(job, coding=replace(job.coding, evens=False))


def _counted(job: Job, deadline: float) -> Job:
    """Count the packets of a copied cut: by time alone it could end with a hole."""
    recipe, end_s = job.recipe, job.timing.end_s
    if not isinstance(recipe, VideoRecipe) or recipe.mode is not Mode.CUT or end_s is None:
        return job
    words = packets_arguments(job.info, float(end_s) + _AHEAD_S)
    only_read = replace(reach(job), writes=())
    listing, _ = ffmpeg.run(words, only_read, timeout_s=_left(deadline), keep=_LISTING_BYTES)
    frames = whole(parse(listing), end_s)
    if frames == job.info.frames:  # counting all would end the sound that goes on with the last
        frames = None
    return replace(job, coding=replace(job.coding, frames=frames))


def reach(job: Job) -> Reach:
    """Return what ffmpeg needs for a job: two files, and memory by the size of the pictures."""
    copied = (job.info.size_bytes or 0) + _COPY_GROWS_BYTES
    most = copied if job.recipe.mode is not Mode.ENCODE else _FILE_BYTES
    return Reach((job.info.path,), (job.out_path,), memory_bytes(job.info), most)


def _exact(recipe: VideoRecipe | AudioRecipe, info: MediaInfo) -> VideoRecipe | AudioRecipe:
    """Turn a cut of plain samples into an encoding: lossless all the same, and exact."""
    plain = recipe.container == "wav" and info.audio_codec == "pcm"
    if isinstance(recipe, AudioRecipe) and recipe.mode is Mode.CUT and plain:
        return replace(recipe, mode=Mode.ENCODE, keep_depth=True)
    return recipe


def _prepared(job: Job, deadline: float) -> Job:
    """Find out what the encoding depends on, and that this ffmpeg can do it."""
    tool, info, recipe = ffmpeg.found(), job.info, job.recipe
    if isinstance(recipe, VideoRecipe):
        tool.require("libx264", "aac")
        seen = look(info, _left(deadline))
        if info.hdr == "dolby-vision" and seen.transfer is None:
            raise FixFailed("Dolby Vision without an HDR10 or HLG base cannot be brought to SDR")
        tool.require(*required_filters(seen))
        _require_plan_for_alpha(recipe, seen)
        return _budgeted(replace(job, look=seen))
    tool.require(str(sound.encoder(recipe, info, None)["c:a"]))
    if not sound.may_clip(recipe, info):
        return job
    only_read = replace(reach(job), writes=())
    _, said = ffmpeg.run(peak_arguments(job), only_read, timeout_s=_left(deadline))
    peak = _PEAK.search(said)
    if peak is None:
        raise FixFailed("ffmpeg decodes no sound of it")
    gain_db = sound.gain_db(recipe, float(peak[1]))
    return replace(job, coding=replace(job.coding, gain_db=gain_db))


def _require_plan_for_alpha(recipe: VideoRecipe, seen: Look) -> None:
    """Raise FixFailed where transparent pixels would be lost without a word."""
    if not seen.alpha:
        return
    if recipe.flatten is None:
        hint = "--unsafe-fixes flattens them on --alpha COLOUR"
        raise FixFailed("it has transparent pixels, and H.264 cannot hold them", hint)
    if seen.transfer is not None:
        raise FixFailed("HDR with transparent pixels is not brought to SDR here")


def _budgeted(job: Job) -> Job:
    """Cap the rate of the pictures so that sound and container fit below the byte limit too."""
    limit, length_s = job.recipe.max_bytes, job.timing.length_s or job.info.duration_s
    if not isinstance(job.recipe, VideoRecipe) or limit is None or not length_s:
        return job
    beside = _OVERHEAD_BITS_S
    if has_sound(job.info):
        beside += _COPIED_SOUND_BITS_S if keeps_sound(job) else sound_bits_s(job)
    # The encoder's buffer holds one second, which may come on top.
    maxrate = int((limit * 8 * _FULL - beside * float(length_s)) / (float(length_s) + 1))
    return _capped(job, maxrate)


def _capped(job: Job, maxrate: int) -> Job:
    if maxrate < _LEAST_BITS_S:
        limit, length_s = job.recipe.max_bytes or 0, float(job.timing.length_s or 0)
        raise FixFailed(f"{limit:,} bytes are too few for {length_s:.3g} s of video")
    return replace(job, coding=replace(job.coding, maxrate=min(maxrate, _MOST_BITS_S)))


def _better(job: Job) -> Job | None:
    """Return what to try instead when the result is over a limit, or None when it is good."""
    made = probe(job.out_path)
    size, limit = made.size_bytes or 0, job.recipe.max_bytes
    if not size:
        raise FixFailed("ffmpeg wrote nothing")
    if limit is not None and size > limit:
        capped = isinstance(job.recipe, VideoRecipe) and job.recipe.mode is Mode.ENCODE
        if not capped or job.coding.maxrate is None:
            raise FixFailed(f"the result has {size:,} bytes, {limit:,} are allowed")
        return _capped(job, int(job.coding.maxrate * limit / size * _FULL))
    window = job.recipe.window
    if window is None or job.recipe.extend_to_s is not None:
        return None
    clocks = [*made.clocks.values(), made.duration_s or Fraction(0)]
    over_s = max(clocks) - (window.end_s - window.start_s)
    if over_s <= _TICK_S:
        return None
    frame_s = 1 / (job.info.fps or _USUAL_FPS)
    spare_s = job.coding.spare_s + max(over_s, frame_s)
    return replace(job, coding=replace(job.coding, spare_s=spare_s))


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.01)
