"""Start the processes that are measured, from a program so small that it does not show.

Linux counts the memory of whoever starts a program into that program's peak, so what starts them
is this: run as `python -S -E launcher.py`, it imports next to nothing. A line of standard input is
one command, its words divided by NUL and its line ends written as RS; the answer is a line of CPU
seconds, wall seconds, peak MB and exit code.
"""

import os
import sys
import time


def run(words: "list[str]") -> "tuple[float, float, float, int]":
    """Run one command with its output thrown away; `wait4` counts its own children too."""
    quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
    start = time.perf_counter()
    pid = os.posix_spawnp(words[0], words, os.environ, file_actions=quiet)
    _, status, usage = os.wait4(pid, 0)
    wall = time.perf_counter() - start
    code = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, code


if __name__ == "__main__":
    for line in sys.stdin:
        words = line.rstrip("\n").replace("\x1e", "\n").split("\0")
        print(*run(words), flush=True)
