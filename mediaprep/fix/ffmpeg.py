"""Find ffmpeg, ask what it can do, and run it shut in, watched and bounded.

It gets no shell, no stdin, no credentials and no terminal; it sees the files named and no others
(`launch`); and it ends, with everything that it started, when its time is up or ours is.
"""

from __future__ import annotations

import contextlib
import functools
import importlib.util
import json
import os
import re
import selectors
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import IO

from mediaprep.engine import MEMORY_BYTES
from mediaprep.errors import FixFailed, ToolMissing
from mediaprep.fix import launch

Progress = Callable[[float, float | None], object]  # share done; seconds left once they show

TAIL_BYTES = 32 << 10  # of what it says on stderr, the last
TIMEOUT_S = 3600.0
_SETS_TIMES = (5, 1)  # the version that first can
_ENDED = 250  # out of patience for a killed process to go, in hundredths of a second
_MISSING = "no ffmpeg was found"
_WAYS = (
    "one of: pip install 'mediaprep[ffmpeg]'; install ffmpeg so that it is on PATH; "
    "set MEDIAPREP_FFMPEG to the program"
)
_KEPT = ("PATH", "LANG", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
_LISTED = re.compile(r"^ [A-Z.|]{2,6} +(\w+) ", re.MULTILINE)  # " V....D libx264   libx264 H.264 …"


@dataclass(frozen=True, slots=True)
class Ffmpeg:
    """One ffmpeg and what was built into it."""

    path: str
    version: str
    encoders: frozenset[str] = field(repr=False)
    filters: frozenset[str] = field(repr=False)

    @property
    def sets_times(self) -> bool:
        """Whether its `setts` can change a time base: from 5.1 on, and in unnumbered builds."""
        numbered = re.match(r"n?(\d+)\.(\d+)", self.version)
        return numbered is None or (int(numbered[1]), int(numbered[2])) >= _SETS_TIMES

    def require(self, *names: str) -> None:
        """Raise `FixFailed` naming the encoders and filters that this ffmpeg lacks."""
        lacking = [name for name in names if name not in self.encoders | self.filters]
        if lacking:
            words = ", ".join(lacking)
            raise FixFailed(f"{self.path} ({self.version}) was built without {words}", _WAYS)


@dataclass(frozen=True, slots=True)
class Reach:
    """What a run may open, and how much memory and output it may use."""

    reads: tuple[str, ...] = ()
    writes: tuple[str, ...] = ()
    memory_bytes: int = MEMORY_BYTES
    file_bytes: int = 0


def find() -> str:
    """Return the path of the ffmpeg to use; raises `ToolMissing` with the ways to get one."""
    if named := os.environ.get("MEDIAPREP_FFMPEG"):
        if path := shutil.which(named):
            return os.path.realpath(path)
        raise ToolMissing(f"MEDIAPREP_FFMPEG is {named}, which is no program", _WAYS)
    if path := shutil.which("ffmpeg") or _from_wheel():
        return os.path.realpath(path)
    raise ToolMissing(_MISSING, _WAYS)


def _from_wheel() -> str | None:
    if importlib.util.find_spec("imageio_ffmpeg") is None:
        return None
    import imageio_ffmpeg

    try:
        return str(imageio_ffmpeg.get_ffmpeg_exe())
    except RuntimeError:
        return None


def found() -> Ffmpeg:
    """Return the ffmpeg to use with what it can do, asked once a program."""
    path = find()
    status = os.stat(path)
    return _asked(path, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=8)
def _asked(path: str, size: int, mtime_ns: int) -> Ffmpeg:
    version = re.match(r"ffmpeg version (\S+)", _ask(path, "-version"))
    if version is None:
        raise ToolMissing(f"{path} is not ffmpeg", _WAYS)
    encoders, filters = (_LISTED.findall(_ask(path, name)) for name in ("-encoders", "-filters"))
    return Ffmpeg(path, version[1], frozenset(encoders), frozenset(filters))


def _ask(path: str, option: str) -> str:
    try:
        done = subprocess.run(
            [path, "-hide_banner", option],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=60, env=_environment(),
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise ToolMissing(f"{path} does not run: {error}", _WAYS) from None
    return done.stdout.decode(errors="replace")


def run(
    arguments: Sequence[str],
    reach: Reach,
    *,
    length_s: float = 0.0,
    progress: Progress | None = None,
    timeout_s: float = TIMEOUT_S,
    keep: int = TAIL_BYTES,
) -> tuple[bytes, str]:
    """Run ffmpeg with `arguments` and return its last `keep` bytes of stdout, and of stderr.

    Progress is told when `length_s`, the length of what is written, is given; stdout is its channel
    then. Raises `FixFailed` with ffmpeg's own words when it fails or its time is up.
    """
    process = _start(arguments, reach)
    watch = _Watch(process, length_s, progress, time.monotonic() + timeout_s, keep)
    try:
        watch.listen()
        code = process.wait()
    except BaseException:
        _end(process)
        raise
    finally:
        for pipe in (process.stdout, process.stderr):
            if pipe is not None:
                pipe.close()
    if watch.late:
        hint = "the file may be made to keep a decoder busy; a shorter one would take less"
        raise FixFailed(f"ffmpeg was still busy after {timeout_s:g} s", hint)
    said = watch.errors.decode(errors="replace")
    if code != 0:
        raise FixFailed(_failure(code, said, reach))
    return bytes(watch.output), said


def _start(arguments: Sequence[str], reach: Reach) -> subprocess.Popen[bytes]:
    restrictions = {
        "reads": [os.path.realpath(path) for path in reach.reads],
        "writes": [os.path.realpath(path) for path in reach.writes],
        "memory_bytes": reach.memory_bytes,
        "file_bytes": reach.file_bytes,
        "parent": os.getpid(),
    }
    launcher = [sys.executable, "-I", "-S", launch.__file__]
    return subprocess.Popen(
        [*launcher, json.dumps(restrictions), find(), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env=_environment(), process_group=0,
    )  # fmt: skip


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return kept | {"LC_ALL": "C", "MALLOC_ARENA_MAX": "4"}  # an arena a thread fills address space


class _Watch:
    """Listens to a running ffmpeg until it has said all, or its time is up."""

    def __init__(
        self,
        process: subprocess.Popen[bytes],
        length_s: float,
        progress: Progress | None,
        deadline: float,
        keep: int,
    ) -> None:
        self.output, self.errors = bytearray(), bytearray()
        self.late = False
        self._process, self._keep, self._deadline = process, keep, deadline
        self._length_s, self._progress = length_s, progress
        self._started = time.monotonic()

    def listen(self) -> None:
        with selectors.DefaultSelector() as selector:
            for pipe in (self._process.stdout, self._process.stderr):
                assert pipe is not None
                os.set_blocking(pipe.fileno(), False)
                selector.register(pipe, selectors.EVENT_READ)
            while selector.get_map():
                left = self._deadline - time.monotonic()
                if left <= 0:
                    self.late = True
                    _end(self._process)
                    return
                for key, _ in selector.select(left):
                    pipe = self._process.stdout if key.fd == _fd(self._process.stdout) else None
                    if data := os.read(key.fd, 1 << 16):
                        self._take(data, pipe is not None)
                    else:
                        selector.unregister(key.fileobj)

    def _take(self, data: bytes, output: bool) -> None:
        kept = self.output if output else self.errors
        kept += data
        del kept[: -self._keep if output else -TAIL_BYTES]
        if output and self._progress is not None and self._length_s:
            self._tell(data)

    def _tell(self, data: bytes) -> None:
        times = re.findall(rb"out_time_us=(\d+)", data)
        if not times or self._progress is None:
            return
        share = min(int(times[-1]) / 1e6 / self._length_s, 1.0)
        spent = time.monotonic() - self._started
        left = spent / share - spent if share > 0.02 else None
        self._progress(share, left)


def _fd(pipe: IO[bytes] | None) -> int:
    return -1 if pipe is None else pipe.fileno()


def _end(process: subprocess.Popen[bytes]) -> None:
    """Kill the process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_ENDED / 100)


def _failure(code: int, said: str, reach: Reach) -> str:
    """Say in one line what went wrong, in ffmpeg's words without the names of files."""
    for path in (*reach.reads, *reach.writes):
        said = said.replace(f"file:{path}", "the file").replace(path, "the file")
    lines = [re.sub(r"^\[[^\]]*\] |@ 0x[0-9a-f]+", "", line).strip() for line in said.splitlines()]
    last = "; ".join(list(dict.fromkeys(line for line in lines if line))[-2:])
    words = "".join(letter if letter.isprintable() else " " for letter in last[:300])
    if code == launch.CANNOT_START:
        return words or "ffmpeg does not start"
    if code < 0:
        ended = signal.Signals(-code).name if -code in signal.valid_signals() else f"signal {-code}"
        return f"ffmpeg was ended by {ended}{': ' if words else ''}{words}"
    return f"ffmpeg gave up: {words or f'exit code {code}'}"
