"""The image executor in its workers: every container, hostile files, and a crash."""

from __future__ import annotations

import os
import signal
import struct
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import fix_crash
import pytest
from fix_pictures import encoded, exif, grain, shown

from mediaprep.engine.answers import Died
from mediaprep.engine.pool import Crew, Loan, Task
from mediaprep.errors import FixFailed
from mediaprep.fix.image import ImageFixer, fix_image, image_fixer
from mediaprep.fix.recipe import Framing, ImageRecipe, Size
from mediaprep.model import MediaInfo
from mediaprep.probe import probe

FORMS = {
    "jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "bmp": "BMP", "tiff": "TIFF", "gif": "GIF",
    "heif": "HEIF", "avif": "AVIF",
}  # fmt: skip


@pytest.fixture(scope="module")
def fixer() -> Iterator[ImageFixer]:
    with image_fixer(2, timeout_s=60) as fixer:
        yield fixer


def given(folder: Path, data: bytes, name: str = "given") -> MediaInfo:
    path = folder / name
    path.write_bytes(data)
    return probe(str(path))


@pytest.mark.parametrize("container", FORMS)
def test_every_container_can_be_read_and_written(
    tmp_path: Path, fixer: ImageFixer, container: str
) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    options: dict[str, Any] = {"exif": exif(1)} if container not in ("bmp", "gif") else {}
    info = given(tmp_path, encoded(grain(120, 90), FORMS[container], **options))
    for target, form in FORMS.items():
        recipe = ImageRecipe(target, srgb=True, framing=Framing(scale=Size(60, 45)))
        out = str(tmp_path / target)
        fixer.fix(info, recipe, info.path, out)
        made = probe(out)
        assert (made.container, made.width, made.height) == (target, 60, 45)
        assert not made.faults
        assert shown(Path(out).read_bytes()).format == form
        assert fixer.score(info, recipe, info.path, out) > (0.8 if target == "gif" else 0.9)


def test_a_heic_becomes_an_upright_jpeg(tmp_path: Path, fixer: ImageFixer) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    info = given(tmp_path, encoded(grain(120, 90), "HEIF", exif=exif(6), quality=90))
    assert (info.width, info.height) == (90, 120)
    out = str(tmp_path / "out")
    fixer.fix(info, ImageRecipe("jpeg"), info.path, out)
    made = probe(out)
    assert (made.container, made.width, made.height, made.orientation) == ("jpeg", 90, 120, 1)
    assert fixer.score(info, ImageRecipe("jpeg"), info.path, out) > 0.95


def test_the_score_tells_a_poor_copy_from_a_good_one(tmp_path: Path, fixer: ImageFixer) -> None:
    info = given(tmp_path, encoded(grain(400, 300), "PNG"))
    scores = []
    for limit in (4_500, 12_000, None):
        recipe = ImageRecipe("jpeg", max_bytes=limit, framing=Framing(canvas=Size(400, 400)))
        fixer.fix(info, recipe, info.path, str(tmp_path / "out"))
        scores.append(fixer.score(info, recipe, info.path, str(tmp_path / "out")))
    assert scores == sorted(scores)
    assert scores[0] < 0.98 < scores[2]


def test_several_threads_share_one(tmp_path: Path, fixer: ImageFixer) -> None:
    info = given(tmp_path, encoded(grain(120, 90), "PNG"))

    def one(number: int) -> bytes:
        out = tmp_path / f"out{number}"
        fixer.fix(info, ImageRecipe("jpeg"), info.path, str(out))
        return out.read_bytes()

    with ThreadPoolExecutor(6) as threads:
        assert len(set(threads.map(one, range(24)))) == 1


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def bomb() -> bytes:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    rows = chunk(b"IDAT", zlib.compress(bytes(1000)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + rows + chunk(b"IEND", b"")


HOSTILE = {
    "a JPEG cut short": (encoded(grain(200, 150), "JPEG")[:-900], "jpeg", "truncated"),
    "a PNG cut short": (encoded(grain(200, 150), "PNG")[:-900], "png", "cannot be decoded"),
    "a WebP cut short": (encoded(grain(200, 150), "WEBP")[:-900], "webp", "cannot be"),
    "a GIF cut short": (encoded(grain(200, 150), "GIF")[:-900], "gif", "truncated"),
    "a bomb": (bomb(), "png", "3600000000 pixels"),
    "a PNG called JPEG": (encoded(grain(20, 15), "PNG"), "jpeg", "cannot be decoded as jpeg"),
    "a playlist": (b"#EXTM3U\nfile:///etc/passwd\n", "png", "cannot be decoded as png"),
    "EPS": (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", "tiff", "cannot be decoded"),
    "nothing": (b"", "jpeg", "cannot be decoded as jpeg"),
    "no picture": (b"RIFF", "wav", "no decoder for wav"),
}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_costs_one_clear_line(tmp_path: Path, fixer: ImageFixer, what: str) -> None:
    data, container, words = HOSTILE[what]
    path = tmp_path / "given"
    path.write_bytes(data)
    info = MediaInfo(str(path), container=container)
    with pytest.raises(FixFailed, match=words) as raised:
        fixer.fix(info, ImageRecipe("png"), info.path, str(tmp_path / "out"))
    assert "\n" not in str(raised.value)


def test_a_file_that_is_gone_and_a_folder_that_is_not_there_are_said(
    tmp_path: Path, fixer: ImageFixer
) -> None:
    info = given(tmp_path, encoded(grain(20, 15), "PNG"))
    for source, out in ((str(tmp_path / "gone"), "out"), (info.path, "gone/out")):
        with pytest.raises(FixFailed, match="No such file"):
            fixer.fix(info, ImageRecipe("jpeg"), source, str(tmp_path / out))


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_what_is_no_regular_file_is_not_written_to(tmp_path: Path, fixer: ImageFixer) -> None:
    info = given(tmp_path, encoded(grain(20, 15), "PNG"))
    with pytest.raises(FixFailed, match="not a regular file"):
        fixer.fix(info, ImageRecipe("jpeg"), info.path, "/dev/full")


def test_a_symbolic_link_is_not_written_through(tmp_path: Path, fixer: ImageFixer) -> None:
    info = given(tmp_path, encoded(grain(20, 15), "PNG"))
    (tmp_path / "other").write_text("precious")
    (tmp_path / "out").symlink_to("other")
    with pytest.raises(FixFailed):
        fixer.fix(info, ImageRecipe("jpeg"), info.path, str(tmp_path / "out"))
    assert (tmp_path / "other").read_text() == "precious"


def test_one_file_needs_one_call(tmp_path: Path) -> None:
    info = given(tmp_path, encoded(grain(120, 90), "PNG"))
    fix_image(info, ImageRecipe("jpeg"), info.path, str(tmp_path / "out"))
    assert probe(str(tmp_path / "out")).container == "jpeg"


def test_a_crash_a_hang_and_a_flood_cost_one_file_each(tmp_path: Path) -> None:
    (tmp_path / "given").write_bytes(b"the one given")
    crew = Crew(fix_crash.work, 1, 2.0, (), 1 << 20)
    try:
        answers = {}
        for how in ("crash", "write", "hang", "flood", "read", "write again"):
            loans = (Loan(str(tmp_path / "given")), Loan(str(tmp_path / how), writable=True))
            answers[how] = crew.answer(crew.submit(Task(fix_crash.work, loans, how)))
    finally:
        crew.stop()
    for how, words in (
        ("crash", signal.SIGSEGV.name),
        ("hang", "still busy"),
        ("flood", "File too large"),
        ("read", "UnsupportedOperation"),
    ):
        assert isinstance(answers[how], Died)
        assert words in answers[how].reason
    assert (tmp_path / "flood").stat().st_size <= 1 << 20
    assert answers["write"] == answers["write again"] == 13
    assert (tmp_path / "write").read_bytes() == b"the one given"
