"""What publish runs are measured against: our sandbox and a cheap S3 server, as processes."""

from __future__ import annotations

import contextlib
import json
import os
import shlex
import subprocess
import sys
import time
import urllib.request
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from benchlib.measure import RunError

SCRIPTS = Path(__file__).resolve().parent.parent
BUCKET = "mediaprep-sandbox"
_READY_S = 60.0
_TICKS_S = os.sysconf("SC_CLK_TCK")
Variables = dict[str, str]


@contextlib.contextmanager
def sandbox(folder: Path, *words: str) -> Iterator[tuple[Variables, int]]:
    """Run `mediaprep sandbox`; yields the variables that lead to it, and its process id."""
    folder.mkdir(parents=True)
    file, log = folder / "env", folder / "log"
    command = [sys.executable, "-m", "mediaprep", "sandbox", "--env", str(file)]
    with (
        log.open("wb") as out,
        subprocess.Popen(
            [*command, "--dir", str(folder / "data"), *words], stdout=out, stderr=out
        ) as process,
    ):
        try:
            ends = time.monotonic() + _READY_S
            while b"READY" not in log.read_bytes():
                if process.poll() is not None or time.monotonic() > ends:
                    raise RunError(f"the sandbox did not start: {log.read_text()[-200:]}")
                time.sleep(0.05)
            words_of = shlex.split(file.read_text(), comments=True)
            yield dict(word.split("=", 1) for word in words_of if "=" in word), process.pid
        finally:
            process.terminate()


@contextlib.contextmanager
def cheap_s3(*words: str) -> Iterator[Variables]:
    """Run the cheap server, which keeps or drops what it is given; yields its variables."""
    command = [sys.executable, "-m", "benchlib.publish_sink", *words]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True, cwd=SCRIPTS) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield {
            "MEDIAPREP_STORE": f"s3://{BUCKET}",
            "AWS_ENDPOINT_URL_S3": process.stdout.readline().strip(),
            "AWS_ACCESS_KEY_ID": "anybody",
            "AWS_SECRET_ACCESS_KEY": "nothing-to-hide",
            "AWS_REGION": "us-east-1",
        }
        process.stdin.close()


@contextlib.contextmanager
def set_here(found: Variables) -> Iterator[None]:
    """Set variables for the processes that are started within the block."""
    before = dict(os.environ)
    os.environ.update(found)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def told(found: Variables, what: str, body: object = None, method: str = "") -> Any:
    """Ask the sandbox what it saw, or tell it what to do wrong."""
    url = f"{found['MEDIAPREP_SANDBOX_URL']}/_sandbox/{what}"
    data = None if body is None else json.dumps(body).encode()
    head = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data, head, method=method or None)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def pictures(folder: Path, count: int) -> Path:
    """Write so many small PNGs, each with other bytes, that every backend takes."""
    folder.mkdir(parents=True)
    start, end = _png()
    for number in range(count):
        note = b"Comment\0" + b"%d" % number
        (folder / f"{number:05}.png").write_bytes(start + _chunk(b"tEXt", note) + end)
    return folder


def _png(side: int = 400) -> tuple[bytes, bytes]:
    head = side.to_bytes(4, "big") * 2 + bytes((8, 0, 0, 0, 0))
    rows = zlib.compress(bytes((side + 1) * side), 9)
    start = b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head)
    return start, _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(name: bytes, content: bytes) -> bytes:
    check = zlib.crc32(name + content).to_bytes(4, "big")
    return len(content).to_bytes(4, "big") + name + content + check


def cpu_s_below(pid: int) -> float:
    """Return the CPU seconds that a process's children, still running, have used (Linux)."""
    used = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            fields: Sequence[str] = stat.read_text().rpartition(")")[2].split()
            if int(fields[1]) == pid:
                used += (int(fields[11]) + int(fields[12])) / _TICKS_S
    return used
