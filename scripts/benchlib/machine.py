"""Where the figures come from: processor, load, and the version of everything that was run."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

# Program -> the arguments that make it say its version, and where in the answer that stands.
PROGRAMS = {
    "ffprobe": (["-version"], r"version (\S+)"),
    "exiftool": (["-ver"], r"(\S+)"),
    "mediainfo": (["--Version"], r"v(\S+)"),
    "identify": (["-version"], r"ImageMagick (\S+)"),
}
PACKAGES = ("mediaprep", "Pillow", "pillow-heif", "av", "imageio-ffmpeg")


def processor() -> str:
    """Name the processor, its cores and the memory."""
    model = platform.processor() or platform.machine()
    for line in _lines("/proc/cpuinfo"):
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    total = next((line.split()[1] for line in _lines("/proc/meminfo")), "0")
    return f"{model}, {os.cpu_count()} cores, {int(total) / 1048576:.0f} GiB"


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines() if Path(path).exists() else []


def system() -> str:
    """Name the system and the Python that runs everything."""
    return f"{platform.system()} {platform.release()}, Python {platform.python_version()}"


def load() -> str:
    """Return the load averages over 1, 5 and 15 minutes."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def program_version(name: str) -> str | None:
    """Return the version of a program, or None where it is not installed."""
    if not shutil.which(name):
        return None
    arguments, pattern = PROGRAMS[name]
    said = subprocess.run([name, *arguments], capture_output=True, text=True, check=False).stdout
    found = re.search(pattern, said)
    return found[1] if found else "unknown"


def package_version(name: str) -> str | None:
    """Return the version of an installed package, or None."""
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def mediaprep_version() -> str | None:
    """Return the version of the mediaprep that would be run, or None where it does not run."""
    command = [sys.executable, "-m", "mediaprep", "--version"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.split()[-1] if done.returncode == 0 and done.stdout.split() else None
