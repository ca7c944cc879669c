"""Whatever is put in front of it: one clear line that names the file, and never a traceback."""

from __future__ import annotations

import csv
import io
import json
import os
import random
import socket
import stat
import struct
import subprocess
import sys
import xml.etree.ElementTree as ET
import zlib
from collections.abc import Callable, Iterator
from contextlib import chdir, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import pytest
from cli_run import Done, run, spawn
from conftest import png, wav

import mediaprep
from mediaprep.formats import MEDIA_EXTENSIONS
from mediaprep.model import Fault

CHECK = ("check", "--profile", "atlascloud")

FORMATS = ("text", "json", "jsonl", "csv", "sarif", "junit", "github", "gitlab")
LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


class Hostile(NamedTuple):
    """How to make it, the name it bears, and the code that it should get."""

    make: Callable[[Path], object]
    name: str
    code: str


def _bytes(content: bytes) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(content)


def _header_of_a_bomb() -> bytes:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 6, 0, 0, 0)
    chunk = (
        struct.pack(">I", 13) + b"IHDR" + header + struct.pack(">I", zlib.crc32(b"IHDR" + header))
    )
    return b"\x89PNG\r\n\x1a\n" + chunk


def _gif_bomb() -> bytes:
    """132 bytes that claim 49,000 × 49,000 px, 2.4 Gpx."""
    canvas = b"GIF89a" + struct.pack("<HHBBB", 49_000, 49_000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 49_000, 49_000, 0) + b"\x02\x02\x44\x01\0;"
    return canvas + b"!\xfe" + b"\x5f" + b" " * 90 + b"\0" + frame


def _socket(path: Path) -> None:
    # A socket's address is short: bind from inside.
    with socket.socket(socket.AF_UNIX) as unix, chdir(path.parent):
        unix.bind(path.name)


def _loop(path: Path) -> None:
    path.symlink_to("second.png")
    path.with_name("second.png").symlink_to(path.name)


def _random(path: Path) -> None:
    path.write_bytes(random.Random(7).randbytes(5000))


HOSTILE = {
    "an empty file": Hostile(_bytes(b""), "a.jpg", "PRB003"),
    "one byte": Hostile(_bytes(b"\xff"), "a.jpg", "PRB007"),
    "zeros": Hostile(_bytes(bytes(5000)), "a.mp4", "PRB007"),
    "random bytes": Hostile(_random, "a.png", "PRB007"),
    "a truncated picture": Hostile(_bytes(png()[:-40]), "a.png", "PRB002"),
    "a picture cut inside its header": Hostile(_bytes(png()[:20]), "a.png", "PRB002"),
    "a truncated sound": Hostile(_bytes(wav(3)[:-9000]), "a.wav", "PRB002"),
    "a renamed file": Hostile(_bytes(wav(3)), "a.mp3", "PRB004"),
    "a page": Hostile(_bytes(b"<!DOCTYPE html><p>404"), "a.jpg", "PRB007"),
    "a playlist": Hostile(_bytes(b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n"), "a.mp4", "PRB007"),
    "a drawing": Hostile(_bytes(b"%!PS-Adobe-3.0 EPSF-3.0\n"), "a.png", "PRB007"),
    "an LFS pointer": Hostile(_bytes(LFS), "a.mp4", "PRB005"),
    "an unfinished download": Hostile(_bytes(png()[:500]), "a.png.crdownload", "PRB006"),
    "another": Hostile(_bytes(b"\0" * 100), "clip.mp4.part", "PRB006"),
    "an iCloud placeholder": Hostile(_bytes(b"bplist00\xd4"), ".a.jpg.icloud", "PRB006"),
    "a pipe": Hostile(os.mkfifo, "a.jpg", "PRB009"),
    "a socket": Hostile(_socket, "a.png", "PRB009"),
    "a link in a circle": Hostile(_loop, "a.png", "PRB010"),
    "a dangling link": Hostile(lambda path: path.symlink_to("gone"), "a.png", "PRB010"),
    "a link to a device": Hostile(lambda path: path.symlink_to("/dev/zero"), "a.png", "PRB009"),
    "a bomb of 2.5 Gpx": Hostile(_bytes(_header_of_a_bomb()), "a.png", "GEO001"),
    "a GIF of 2.4 Gpx": Hostile(_bytes(_gif_bomb()), "a.gif", "GEO001"),
    "a name with a line in it": Hostile(_bytes(b"x"), "a\nb\x1b[31m.png", "PRB007"),
    "a name that is no UTF-8": Hostile(_bytes(b"x"), "a\udcff\udcfe.png", "PRB007"),
    "a name with a leading dash": Hostile(_bytes(b"x"), "-rf.png", "PRB007"),
    "a name that is an option": Hostile(_bytes(b"x"), "--exit-zero.png", "PRB007"),
    "a name of commas and quotes": Hostile(_bytes(b"x"), 'a,"b"\'<&>%0A::error::.png', "PRB007"),
    "a name like a pattern": Hostile(_bytes(b"x"), "[a-z]*{b}.png", "PRB007"),
    "a name turned around": Hostile(_bytes(b"x"), "a\u202egnp.png", "PRB007"),
    "a name of 255 bytes": Hostile(_bytes(b"x"), "n" * 251 + ".png", "PRB007"),
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work inside an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _codes(done: Done) -> set[str]:
    results = (json.loads(line) for line in done.lines)
    return {f["code"] for r in results for f in r["findings"] if f["severity"] != "note"}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_file_gets_its_code_and_its_line(case: str, here: Path) -> None:
    hostile = HOSTILE[case]
    hostile.make(here / hostile.name)
    done = run(*CHECK, "--output", "jsonl", "--output", "text=report", "--", hostile.name)
    assert hostile.code in _codes(done)
    assert len(done.lines) == 1
    text = (here / "report").read_text(encoding="utf-8").splitlines()
    (line,) = [line for line in text if f"  {hostile.code} " in line]
    assert line.isprintable()
    assert done.err == ""
    assert done.code == (0 if hostile.code == "PRB004" else 1)


def _hostile_folder(folder: Path) -> int:
    """Make one of each below a folder; return how many files there are to judge."""
    for number, hostile in enumerate(HOSTILE.values()):
        place = folder / f"{number:02}"
        place.mkdir(parents=True)
        hostile.make(place / hostile.name)
    (folder / "a folder.jpg").mkdir()
    (folder / "a folder.jpg" / "inside.png").write_bytes(png())
    (folder / "circle").symlink_to(".")
    return len(HOSTILE) + 2  # the second link of the circle, and the picture inside


def _as_json(out: str, files: int) -> None:
    assert json.loads(out)["summary"]["files"] == files


def _as_lines(out: str, files: int) -> None:
    rows = [json.loads(line) for line in out.splitlines()]
    assert len([row for row in rows if row["kind"] != "set"]) == files


def _as_csv(out: str, files: int) -> None:
    rows = list(csv.DictReader(io.StringIO(out, newline="")))
    assert len({row["path"] for row in rows}) >= files


def _as_sarif(out: str, files: int) -> None:
    (run,) = json.loads(out)["runs"]
    assert all(result["locations"] for result in run["results"])


def _as_xml(out: str, files: int) -> None:
    assert len(list(ET.fromstring(out).iter("testcase"))) >= files


def _as_text(out: str, files: int) -> None:
    assert all(line.isprintable() for line in out.splitlines())
    assert out.splitlines()[-1].startswith(f"{files} files checked")


def _as_commands(out: str, files: int) -> None:
    assert all(line.startswith("::") for line in out.splitlines())
    assert f"title=mediaprep::{files} files checked" in out


def _as_quality(out: str, files: int) -> None:
    assert all(entry["location"]["path"] for entry in json.loads(out))


READERS = dict(
    zip(
        FORMATS,
        (_as_text, _as_json, _as_lines, _as_csv, _as_sarif, _as_xml, _as_commands, _as_quality),
        strict=True,
    )
)


def test_all_of_them_in_one_run_and_in_every_format(here: Path) -> None:
    files = _hostile_folder(here / "hostile")
    flags = [word for name in FORMATS for word in ("--output", f"{name}={name}.out")]
    assert spawn(*CHECK, "hostile", *flags) == (1, "", "")
    for name, reads in READERS.items():
        reads((here / f"{name}.out").read_text(encoding="utf-8"), files)


def test_a_folder_named_like_a_picture(here: Path) -> None:
    (here / "x.jpg").mkdir()
    done = run(*CHECK, "x.jpg")
    assert done.code == 2
    assert "0 files checked" in done.err
    (here / "x.jpg" / "a.png").write_bytes(png())
    assert run(*CHECK, "x.jpg").code == 0


@contextmanager
def _as_somebody() -> Iterator[None]:
    """Put off the powers of root for as long as the block runs."""
    if os.geteuid() != 0:
        yield
        return
    os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("kind", ["file", "folder", "folder of a file"])
def test_what_may_not_be_read(kind: str) -> None:
    with TemporaryDirectory() as name:
        folder = Path(name, "closed")
        folder.mkdir()
        (folder / "a.png").write_bytes(png())
        run(*CHECK, folder)  # whatever is loaded on first use lies where root alone may read
        (folder / "a.png" if kind == "file" else folder).chmod(0)
        path = folder / "a.png" if kind == "folder of a file" else folder
        Path(name).chmod(stat.S_IRWXU | stat.S_IXOTH | stat.S_IROTH)
        if kind == "file":
            folder.chmod(stat.S_IRWXU | stat.S_IXOTH | stat.S_IROTH)
        with _as_somebody():
            done = run(
                *CHECK,
                "--no-cache",
                "--output",
                "jsonl",
                "--files-from",
                "-",
                stdin=os.fsencode(path),
            )
        folder.chmod(stat.S_IRWXU)
    assert done.code == 1
    assert _codes(done) == {"PRB010"}
    assert "permission denied" in done.out


@pytest.mark.skipif(not Path("/proc/self/mem").exists(), reason="needs /proc")
def test_what_opens_but_cannot_be_read() -> None:
    """A file of /proc gives an error on read and no size, whoever asks."""
    done = run(*CHECK, "/proc/self/mem", "--output", "jsonl")
    assert done.code == 1
    assert _codes(done) <= {"PRB003", "PRB010"}


@contextmanager
def _meanwhile(script: str, path: Path) -> Iterator[None]:
    """Let another process work on a path for as long as the block runs."""
    with subprocess.Popen([sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE) as p:
        assert p.stdout
        assert p.stdout.readline() == b"ready\n"
        try:
            yield
        finally:
            p.kill()


def test_a_file_that_grows_while_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(png())
    script = (
        "import sys\nprint('ready', flush=True)\n"
        "with open(sys.argv[1], 'ab', buffering=0) as file:\n    while True: file.write(b'x')"
    )
    with _meanwhile(script, path):
        infos = (mediaprep.probe(path) for _ in range(100_000))
        changed = next(i for i in infos if any(fault is Fault.CHANGED for fault, _ in i.faults))
    assert changed.width == 400
    assert "bytes before reading" in changed.faults[-1][1]


def test_files_that_come_and_go_during_the_run(here: Path) -> None:
    for number in range(200):
        (here / f"{number}.png").write_bytes(png())
    script = (
        "import sys, pathlib\nhere = pathlib.Path(sys.argv[1])\nprint('ready', flush=True)\n"
        "while True:\n    for path in sorted(here.glob('*.png')):\n"
        "        data = path.read_bytes()\n        path.unlink()\n        path.write_bytes(data)"
    )
    with _meanwhile(script, here):
        runs = [run(*CHECK, "--output", "jsonl", ".") for _ in range(10)]
    found = set[str]().union(*map(_codes, runs))
    assert {done.code for done in runs} <= {0, 1}
    # CON003: measured while it was empty, read when it had its bytes again.
    assert found <= {"CON003", "PRB002", "PRB003", "PRB010", "PRB011"}


@pytest.mark.parametrize("extension", sorted(MEDIA_EXTENSIONS))
def test_random_bytes_under_every_name(extension: str, tmp_path: Path) -> None:
    chance = random.Random(extension)
    for size in (1, 16, 300, 5000):
        path = tmp_path / f"{size}.{extension}"
        path.write_bytes(chance.randbytes(size))
    report = mediaprep.check(tmp_path, profiles=["atlascloud"])
    assert len(report.results) == 4
    assert all(result.verdict != "pass" for result in report.results)


@pytest.mark.parametrize("arguments", [["."], [], ["a.png"], ["a.png", "b.png"]])
def test_the_working_folder_is_gone(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    done = run(*CHECK, *arguments)
    assert done.code == 2
    assert done.err.startswith("mediaprep: ")
    assert run(*CHECK, "--files-from", "-", stdin=b"a.png\nb.png").code in (1, 2)
