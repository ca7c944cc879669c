"""What whole processes cost, as the kernel counts it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Cost:
    """What one process, or several one after the other, took; `peak_mb` is the largest of them."""

    cpu_s: float
    wall_s: float
    peak_mb: float

    def times(self, factor: float) -> Cost:
        """Scale the times of a sample up to the whole."""
        return Cost(self.cpu_s * factor, self.wall_s * factor, self.peak_mb)


class RunError(Exception):
    """A process ended with an exit code that means that it did not do the job."""


def environment() -> dict[str, str]:
    """Return the environment for every process: bytecode may be cached, the locale is plain."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return env | {"LC_ALL": "C.UTF-8"}


def output_of(command: Sequence[str], env: Mapping[str, str]) -> bytes:
    """Run one command and return what it printed, to see that it did what it is timed for."""
    return subprocess.run(command, env=env, capture_output=True, check=False).stdout


class Clock:
    """A launcher that is running, and what it says of the processes that it started."""

    def __init__(self) -> None:
        program = [sys.executable, "-S", "-E", str(Path(__file__).with_name("launcher.py"))]
        pipe = subprocess.PIPE
        self._launcher = subprocess.Popen(
            program, stdin=pipe, stdout=pipe, text=True, env=environment()
        )

    def __enter__(self) -> Clock:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._launcher.communicate()

    def run(self, commands: Sequence[Sequence[str]], accepted: Sequence[int]) -> Cost:
        """Run the commands one after the other and add up what they cost."""
        cpu = wall = peak = 0.0
        for command in commands:
            said = self._ask(command)
            cpu, wall, peak = cpu + said[0], wall + said[1], max(peak, said[2])
            if said[3] not in accepted:
                message = f"exit code {said[3]:.0f} from: {' '.join(command[:6])}"
                raise RunError(message)
        return Cost(cpu, wall, peak)

    def _ask(self, command: Sequence[str]) -> list[float]:
        if self._launcher.stdin is None or self._launcher.stdout is None:
            message = "the launcher has no pipes"
            raise RunError(message)
        line = "\0".join(command).replace("\n", "\x1e")
        print(line, file=self._launcher.stdin, flush=True)
        answer = self._launcher.stdout.readline().split()
        if len(answer) != 4:
            message = f"the launcher could not start {command[0]}"
            raise RunError(message)
        return [float(word) for word in answer]
