"""Runs that the pages under test come from: a folder with offenders and with hostile names."""

from __future__ import annotations

import io
from collections.abc import Sequence
from concurrent.futures import Future
from contextlib import ExitStack
from pathlib import Path

from cli_run import run
from conftest import wav
from PIL import Image, ImageCms, ImageDraw

from mediaprep.check import Check
from mediaprep.cli.review import PublishPage
from mediaprep.judge import Options
from mediaprep.model import FileResult, Finding, Kind, MediaInfo, Severity, Summary, Verdict
from mediaprep.publish.outcome import End, Published
from mediaprep.publish.records import Key, Record, State, Target
from mediaprep.report import open_renderer
from mediaprep.report.html.beside import Beside
from mediaprep.report.html.previews import Preview

PROFILE = ("--profile", "atlascloud", "--no-cache")
SCRIPT = "<script>window.pwned=1</script>"
HOSTILE = (
    '"><img src=x onerror=window.pwned=1>.jpg',
    "'onmouseover='window.pwned=1.jpg",
    "{{constructor.constructor('window.pwned=1')()}}.jpg",
    "a\u2028b<!--<script.jpg",
)
URI = "asset://asset-20261121-abcde"
SIGNED = "https://bucket.example/key?X-Amz-Signature=0123456789abcdef&X-Amz-Credential=AKIAEXAMPLE"


def scene(width: int, height: int) -> Image.Image:
    """Draw a picture that has something to see."""
    picture = Image.linear_gradient("L").resize((width, height))
    coloured = Image.merge("RGB", (picture, picture.rotate(180), picture))
    side = min(width, height) // 2
    ImageDraw.Draw(coloured).ellipse((side // 2, side // 2, side * 3 // 2, side * 3 // 2), "gold")
    return coloured


def folder(root: Path) -> Path:
    """Make the folder: good, too wide, too small, too long, and hostile."""
    media = root / "media"
    media.mkdir()
    scene(1200, 800).save(media / "good.jpg")
    scene(1500, 500).save(media / "wide.jpg")
    scene(200, 200).save(media / "small.png")
    scene(600, 400).save(media / "named.png", "JPEG")
    (media / "long.wav").write_bytes(wav(20))
    exif = Image.Exif()
    exif[0x010E] = exif[0x013B] = f"</script>{SCRIPT}"
    named = io.BytesIO(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    icc = named.getvalue().replace(b"sRGB built-in", b"<script>a=1</s")
    for name in HOSTILE:
        scene(1000, 300).save(media / name, exif=exif, icc_profile=icc)
    inner = media / "<"
    inner.mkdir()
    scene(600, 400).save(inner / "script>window.pwned=1<", "JPEG")  # "</script>" needs a folder
    return media


def pages(root: Path) -> dict[str, Path]:
    """Write every kind of page."""
    media = folder(root)
    made = {kind: root / f"{kind}.html" for kind in ("check", "plan", "fix", "publish")}
    assert run("check", media, *PROFILE, "--output", f"html={made['check']}").code == 1
    assert run("fix", media, *PROFILE, "--plan", "--output", f"html={made['plan']}").code == 1
    out = ("--out", root / "out", "--unsafe-fixes", "--ignore", "TIM001")
    assert run("fix", media, *PROFILE, *out, "--output", f"html={made['fix']}").code == 0
    made["publish"].write_text(published(media), encoding="utf-8")
    return made


def published(media: Path) -> str:
    """Write the page of a publish run with an asset and a failure that names a signed URL."""
    out = io.StringIO()
    check = Check(Options(("atlascloud",)))
    results = [r for r in check.results([str(media)]) if isinstance(r, FileResult)]
    key = Key("0" * 64, Target("atlascloud", "https://api.example", "me", "", "refs"))
    record = Record(key, State.ACTIVE, Kind.IMAGE, asset_id="asset-20261121-abcde", uri=URI)
    with ExitStack() as stack:
        page = PublishPage(out, check, stack, "atlascloud")
        page.file(Published(results[0], End.ACTIVE, record))
        why = f"it could not be fetched from {SIGNED}"
        page.file(Published(results[1], End.FAILED, None, why, f"look at {SIGNED}"))
        page.close(Summary(files=2), 0.0)
    return out.getvalue()


class Same:
    """Gives every file the same preview."""

    def __init__(self, preview: Preview) -> None:
        self._preview = preview

    def start(self, info: MediaInfo, path: str, side: int, most_bytes: int) -> Future[Preview]:
        """Be done at once."""
        done: Future[Preview] = Future()
        done.set_result(self._preview)
        return done

    def close(self) -> None:
        """Stop nothing."""


def thumbnail() -> Preview:
    """Make a preview as it usually is."""
    out = io.BytesIO()
    scene(320, 200).save(out, "WEBP", quality=80)
    return Preview(picture=out.getvalue())


def many(count: int, profiles: Sequence[str] = ("atlascloud",)) -> str:
    """Write the page of a check of many files, every fifth of which fails."""
    out = io.StringIO()
    renderer = open_renderer("html", out, profiles, beside=Beside(Same(thumbnail())))
    for number in range(count):
        width = 3000 if number % 5 == 0 else 1500
        path = f"shoot/day-{number % 7}/frame-{number:05}.jpg"
        info = MediaInfo(path, 90_000 + number, Kind.IMAGE, "jpeg", width, 1000)
        renderer.file(_result(info, width))
    renderer.close(Summary(files=count))
    return out.getvalue()


def _result(info: MediaInfo, width: int) -> FileResult:
    if width < 3000:
        return FileResult(info.path, info, [], Verdict.PASS)
    wide = Finding(
        *("GEO002", "aspect-out-of-range", Severity.ERROR, Verdict.FAIL),
        "aspect is 3.00 (3000×1000), atlascloud accepts [0.4, 2.5]",
        profile="atlascloud",
        measure="aspect",
        found=3,
        allowed="[0.4, 2.5]",
    )
    return FileResult(info.path, info, [wide], Verdict.FAIL)
