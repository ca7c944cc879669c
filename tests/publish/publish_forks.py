"""Publish runs as processes that start at once: forked from one that has everything imported.

    python publish_forks.py              orders on standard input, one JSON object a line

An order says `argv`, `env` and the file `out`; the answer is the new process's id, and once it has
ended its exit status. Whoever ordered it may kill it. With MEDIAPREP_TEST_CLOCK_S in `env` its
clock is so many seconds off.
"""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

CLOCK = "MEDIAPREP_TEST_CLOCK_S"


class Run:
    """One process that was ordered."""

    def __init__(self, forks: Forks, pid: int) -> None:
        self._forks = forks
        self.pid = pid

    def wait(self) -> int:
        """Return the exit code once it has ended, or what it was killed by, negative."""
        return os.waitstatus_to_exitcode(int(self._forks.line()))

    def kill_after(self, seconds: float) -> bool:
        """Kill it, with all its children, and return whether it was still at work."""
        time.sleep(seconds)
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        return self.wait() == -signal.SIGKILL


class Forks:
    """The process that others are forked from; one run at a time."""

    def __init__(self) -> None:
        pipe = subprocess.PIPE
        self._process = subprocess.Popen(
            [sys.executable, __file__], stdin=pipe, stdout=pipe, text=True
        )
        self.line()

    def start(self, argv: list[str], env: dict[str, str], out: Path) -> Run:
        """Start `mediaprep` with these words; what it writes goes to `out`."""
        assert self._process.stdin is not None
        order = {"argv": argv, "env": env, "out": str(out)}
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return Run(self, int(self.line()))

    def line(self) -> str:
        """Read the next answer."""
        assert self._process.stdout is not None
        return self._process.stdout.readline()

    def close(self) -> None:
        """End the process that others are forked from."""
        self._process.communicate()


def _become(order: dict[str, object]) -> None:
    """Be the run that was ordered."""
    from mediaprep.cli import main

    os.setsid()
    signal.signal(signal.SIGINT, signal.default_int_handler)
    out = os.open(str(order["out"]), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    for stream in (1, 2):
        os.dup2(out, stream)
    os.environ.update(order["env"])  # type: ignore[call-overload]
    if CLOCK in os.environ:  # it must be off before anything is imported
        os.execv(sys.executable, [sys.executable, __file__, *order["argv"]])  # type: ignore[misc]
    sys.argv = ["mediaprep", *order["argv"]]  # type: ignore[misc]
    random.seed()
    main()


def _shift_clock(seconds: float) -> None:
    """Let Python's clock be off, as everything that is imported from now on sees it."""
    import datetime

    seconds_now, date_of = time.time, time.gmtime
    off = datetime.timedelta(seconds=seconds)

    class Shifted(datetime.datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Shifted:
            return super().now(tz) + off

        @classmethod
        def utcnow(cls) -> Shifted:
            return super().now(datetime.UTC).replace(tzinfo=None) + off

    time.time = lambda: seconds_now() + seconds
    time.gmtime = lambda at=None: date_of(time.time() if at is None else at)
    datetime.datetime = Shifted  # type: ignore[misc]


def _serve() -> None:
    # What a run would import by and by.
    import mediaprep.check
    import mediaprep.cli.publish
    import mediaprep.publish.preflight
    import mediaprep.publish.s3client
    import mediaprep.publish.store  # noqa: F401

    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            _become(json.loads(line))
        print(pid, flush=True)
        print(os.waitpid(pid, 0)[1], flush=True)


if __name__ == "__main__":
    if CLOCK in os.environ:
        _shift_clock(float(os.environ[CLOCK]))
        from mediaprep.cli import main

        main()
    else:
        _serve()
