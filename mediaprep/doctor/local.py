"""What this machine has: libraries, ffmpeg, isolation, and places to remember things in."""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path

from mediaprep.cache import default_path
from mediaprep.config import load_config
from mediaprep.doctor.answer import Answer, State
from mediaprep.engine import isolation
from mediaprep.errors import MediaprepError
from mediaprep.publish.ledger import ledger_path

Environ = Mapping[str, str]

# What of ffmpeg is used, and for what; the encoders are needed, the filters are missed at times.
_ENCODERS = {
    "libx264": "clips",
    "aac": "sound in clips",
    "libmp3lame": "MP3",
    "pcm_s16le": "WAV",
}
_FILTERS = {
    "zscale": "HDR clips",
    "tonemap": "HDR clips",
    "ssim": "scores",
    "libvmaf": "VMAF scores",
}
# An extra -> the modules it brings, and who wants them.
_EXTRAS = {
    "deep": (("av",), "`check --deep` on clips and sound"),
    "sandbox": (("starlette", "uvicorn"), "`mediaprep sandbox` and `mediaprep demo`"),
}


def examine(environ: Environ) -> Iterator[Answer]:
    """Yield what there is on this machine."""
    looks: tuple[Callable[[Environ], Iterator[Answer]], ...] = (
        _python, _isolation, _pillow, _heif, _ffmpeg, _extras, _configuration, _cache, _ledger,
    )  # fmt: skip
    for look in looks:
        yield from look(environ)


def _python(environ: Environ) -> Iterator[Answer]:
    words = f"{platform.python_version()} on {platform.system()} {platform.machine()}"
    yield Answer("machine", "Python", State.OK, words)


def _pillow(environ: Environ) -> Iterator[Answer]:
    from mediaprep.fix.abilities import pillow

    version, lacking = pillow()
    if lacking:
        mend = "pip install --force-reinstall --only-binary :all: pillow"
        words = f"{version}, built without {', '.join(lacking)}"
        yield Answer("pictures", "Pillow", State.BROKEN, words, mend)
    else:
        yield Answer("pictures", "Pillow", State.OK, version)


def _heif(environ: Environ) -> Iterator[Answer]:
    from mediaprep.fix.abilities import heif

    mend = "pip install --force-reinstall pillow-heif"
    try:
        version, decodes, encodes = heif()
    except ImportError as error:
        yield Answer("pictures", "HEIF", State.BROKEN, f"does not load: {error}", mend)
        return
    able = {"decodes": decodes, "encodes": encodes}
    words = f"libheif {version}, " + ", ".join(
        f"{verb} HEVC" if can else f"no {verb[:-1]}r" for verb, can in able.items()
    )
    state = State.OK if decodes and encodes else State.BROKEN
    yield Answer("pictures", "HEIF", state, words, "" if state is State.OK else mend)


def _ffmpeg(environ: Environ) -> Iterator[Answer]:
    from mediaprep.fix.ffmpeg import find, found

    try:
        find()
    except MediaprepError as error:
        state = State.BROKEN if environ.get("MEDIAPREP_FFMPEG") else State.ABSENT
        yield Answer("clips and sound", "ffmpeg", state, str(error), error.hint)
        return
    try:
        tool = found()
    except MediaprepError as error:
        yield Answer("clips and sound", "ffmpeg", State.BROKEN, str(error), error.hint)
        return
    yield Answer("clips and sound", "ffmpeg", State.OK, f"{tool.version}, {tool.path}")
    another = "point MEDIAPREP_FFMPEG at a fuller build"
    for name, purpose in _ENCODERS.items():
        if name in tool.encoders:
            yield Answer("clips and sound", name, State.OK, f"encoder for {purpose}")
        else:
            words = f"this ffmpeg has no such encoder: {purpose} cannot be fixed"
            yield Answer("clips and sound", name, State.BROKEN, words, another)
    for name, purpose in _FILTERS.items():
        if name in tool.filters:
            yield Answer("clips and sound", name, State.OK, f"filter for {purpose}")
        else:
            words = f"this ffmpeg has no such filter: no {purpose}"
            yield Answer("clips and sound", name, State.ABSENT, words, another)


def _extras(environ: Environ) -> Iterator[Answer]:
    for extra, (modules, wanted_by) in _EXTRAS.items():
        if all(find_spec(module) for module in modules):
            yield Answer("extras", extra, State.OK, f"for {wanted_by}")
        else:
            mend = f"pip install 'mediaprep[{extra}]'"
            yield Answer("extras", extra, State.ABSENT, f"{wanted_by} needs it", mend)


def _isolation(environ: Environ) -> Iterator[Answer]:
    words = isolation()
    bare = "neither Landlock nor seccomp" in words
    mend = "run it on Linux ≥ 5.13, or in a container whose seccomp profile allows Landlock"
    state = State.ABSENT if bare else State.OK
    yield Answer("machine", "isolation", state, words, mend if bare else "")


def _configuration(environ: Environ) -> Iterator[Answer]:
    try:
        config = load_config(Path.cwd())
    except (MediaprepError, OSError) as error:
        mend = getattr(error, "hint", "")
        yield Answer("configuration", "file", State.BROKEN, str(error), mend)
        return
    words = str(config.path) if config.path else "none, the defaults hold"
    yield Answer("configuration", "file", State.OK, words)


def _cache(environ: Environ) -> Iterator[Answer]:
    yield _database("cache", Path(default_path()), "MEDIAPREP_CACHE_DIR")


def _ledger(environ: Environ) -> Iterator[Answer]:
    try:
        path = ledger_path(environ)
    except MediaprepError as error:
        yield Answer("memory", "ledger", State.BROKEN, str(error), error.hint)
        return
    yield _database("ledger", path, "MEDIAPREP_LEDGER")


def _database(name: str, path: Path, variable: str) -> Answer:
    """Say whether a database can be read and written, or made where it is to be; makes nothing."""
    mend = f"make it writable, or set {variable} to another place"
    if not path.exists():
        home = next(parent for parent in path.parents if parent.exists())
        if os.access(home, os.W_OK | os.X_OK):
            return Answer("memory", name, State.OK, f"{path}, not made yet")
        return Answer("memory", name, State.BROKEN, f"{home} cannot be written to", mend)
    if not os.access(path, os.R_OK | os.W_OK):
        return Answer("memory", name, State.BROKEN, f"{path} cannot be written to", mend)
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as opened:
            told = opened.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        told = (str(error),)
    if told != ("ok",):
        mend = f"put it aside ({path}): a copy, or another file by {variable}"
        return Answer("memory", name, State.BROKEN, f"{path}: {told[0]}", mend)
    return Answer("memory", name, State.OK, str(path))
