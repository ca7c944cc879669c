"""What becomes of an asset: fetched, measured, active or failed in the provider's words."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator
from typing import Any

import pytest
from conftest import audio, image, png, video, wav
from sandboxlib import Box, running

from mediaprep.model import MediaInfo
from mediaprep.sandbox.limits import ARK_2026, ARK_SEED, ATLAS, Limits, refusal


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with running(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


IMAGE_ENDS = [
    # width, height, open interval refuses with, closed interval refuses with
    (300, 300, "WidthTooSmall", None),
    (301, 301, None, None),
    (299, 301, "WidthTooSmall", "WidthTooSmall"),
    (6000, 5000, "WidthTooLarge", None),
    (5999, 5999, None, None),
    (6001, 5000, "WidthTooLarge", "WidthTooLarge"),
    (400, 1000, "AspectRatioTooSmall", None),
    (1000, 400, "AspectRatioTooLarge", None),
    (1000, 399, "AspectRatioTooLarge", "AspectRatioTooLarge"),
    (401, 1000, None, None),
]


@pytest.mark.parametrize(("width", "height", "as_open", "as_closed"), IMAGE_ENDS)
def test_the_ends_of_intervals(
    width: int, height: int, as_open: str | None, as_closed: str | None
) -> None:
    info = image(width=width, height=height)
    for table, expected in ((ARK_SEED, as_open), (ARK_2026, as_open), (ATLAS, as_closed)):
        assert _code(info, table[info.kind or "image"]) == expected  # type: ignore[index]


def _code(info: MediaInfo, limits: Limits) -> str | None:
    assert info.kind
    reason = refusal(info, info.kind, limits)
    return reason.code.removeprefix("InvalidParameter.") if reason else None


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param(image(size_bytes=29_999_999), None, id="an image just under 30 MB"),
        pytest.param(image(size_bytes=30_000_000), "FileSizeTooLarge", id="an image of 30 MB"),
        pytest.param(image(container="avif"), "FormatUnsupported", id="AVIF"),
        pytest.param(image(width=None), "FormatUnsupported", id="an image without a width"),
        pytest.param(video(), None, id="a good video"),
        pytest.param(video(size_bytes=50_000_000), None, id="a video of 50 MB"),
        pytest.param(video(size_bytes=50_000_001), "FileSizeTooLarge", id="a video over 50 MB"),
        pytest.param(video(width=1280, height=726), "PixelCountTooLarge", id="1280×726"),
        pytest.param(video(width=848, height=480), "PixelCountTooSmall", id="848×480"),
        pytest.param(video(duration_s=15), None, id="a video of 15 s"),
        pytest.param(video(duration_s=1), "DurationTooShort", id="a video of 1 s"),
        pytest.param(video(fps=23), "FpsTooLow", id="23 frames a second"),
        pytest.param(video(fps=61), "FpsTooHigh", id="61 frames a second"),
        pytest.param(video(container="webm"), "FormatUnsupported", id="WebM"),
        pytest.param(audio(duration_s=16), "DurationTooLong", id="a sound of 16 s"),
        pytest.param(audio(size_bytes=15_000_001), "FileSizeTooLarge", id="a sound over 15 MB"),
        pytest.param(audio(container="flac"), "FormatUnsupported", id="FLAC"),
    ],
)
def test_the_table_of_atlas_cloud(info: MediaInfo, expected: str | None) -> None:
    assert info.kind
    assert _code(info, ATLAS[info.kind]) == expected


def test_the_2026_revision_takes_1080p() -> None:
    info = video(width=1920, height=1080)
    assert info.kind
    assert _code(info, ARK_2026[info.kind]) is None


def fate(box: Box, url: str, kind: str = "Image") -> tuple[str, Any]:
    number = box.call("atlascloud-console", "POST", "/sd/assets", {"url": url, "type": kind})[1][
        "data"
    ]["id"]

    def ask() -> tuple[str, Any]:
        shown = box.call("atlascloud-console", "GET", f"/sd/assets/{number}")[1]["data"]
        return shown["status"], shown

    return box.settled(ask)


PAGE = b"\n<!DOCTYPE html><html><body>Sign in to continue</body></html>"
LARGE = b"BM" + struct.pack("<I", 61_000_000) + bytes(61_000_000)


@pytest.mark.parametrize(
    ("content", "mime", "status", "kind", "expected"),
    [
        pytest.param(png(), "image/png", 200, "Image", None, id="a picture"),
        pytest.param(png(), "", 200, "Image", None, id="a picture without a Content-Type"),
        pytest.param(wav(), "audio/wav", 200, "Audio", None, id="a sound"),
        pytest.param(png(200, 200), "", 200, "Image", "WidthTooSmall", id="a small picture"),
        pytest.param(png(), "", 200, "Video", "FormatUnsupported", id="a picture as a video"),
        pytest.param(png()[:80], "", 200, "Image", "FormatUnsupported", id="half a picture"),
        pytest.param(PAGE, "text/html", 200, "Image", "DownloadFailed", id="a web page"),
        pytest.param(PAGE, "image/png", 200, "Image", "DownloadFailed", id="a disguised page"),
        pytest.param(b"", "image/png", 200, "Image", "FormatUnsupported", id="nothing"),
        pytest.param(png(), "", 403, "Image", "DownloadFailed", id="an expired URL"),
        pytest.param(png(), "", 404, "Image", "DownloadFailed", id="a wrong URL"),
    ],
)
def test_what_the_url_gives_decides(
    box: Box, content: bytes, mime: str, status: int, kind: str, expected: str | None
) -> None:
    word, shown = fate(box, box.host("file", content, mime, status), kind)
    if expected is None:
        assert word == "Active"
        assert "error_code" not in shown
    else:
        assert (word, shown["error_code"]) == ("Failed", f"InvalidParameter.{expected}")
        assert shown["error_message"]


def test_a_file_over_every_limit_is_not_fetched_to_its_end(box: Box) -> None:
    assert fate(box, box.host("large", LARGE))[0] == "Failed"
    assert box.control("GET", "assets")["assets"][-1]["size_bytes"] < len(LARGE)


def test_a_host_that_does_not_answer_fails_the_asset(box: Box) -> None:
    word, shown = fate(box, "http://127.0.0.1:9/nobody.png")
    assert (word, shown["error_code"]) == ("Failed", "InvalidParameter.DownloadFailed")


def test_volcengine_says_why_in_error(box: Box) -> None:
    group = box.volc("CreateAssetGroup", {"Name": "g"})[1]["Result"]["Id"]
    body = {"GroupId": group, "URL": box.host("a.png", png(300, 300)), "AssetType": "Image"}
    made = box.volc("CreateAsset", body)[1]["Result"]["Id"]

    def ask() -> tuple[str, Any]:
        shown = box.volc("GetAsset", {"Id": made})[1]["Result"]
        return shown["Status"], shown

    word, shown = box.settled(ask)
    assert (word, shown["Error"]["Code"]) == ("Failed", "InvalidParameter.WidthTooSmall")


def test_creations_are_counted_by_content(box: Box) -> None:
    content = png(401, 401)
    url = box.host("same.png", content)
    for _ in range(2):
        assert fate(box, url)[0] == "Active"
    digest = hashlib.sha256(content).hexdigest()
    counted = box.control("GET", "stats")["backends"]["atlascloud"]["contents"][digest]
    assert (counted["created"], counted["active"], len(counted["ids"])) == (2, 2, 2)


def test_the_2026_revision_speaks_as_real_answers_did(tmp_path: Any) -> None:
    with running(tmp_path, revision="2026") as box:
        word, shown = fate(box, box.host("a.png", png()))
        assert (word, shown["status"]) == ("active", "active")
        status, answer = box.call("atlascloud-console", "GET", "/sd/assets/1")
        assert (status, answer["code"]) == (200, "404")
        body = {"URL": "http://127.0.0.1:9/a.mp4", "AssetType": "Video"}
        assert box.call("agentsflare", "POST", "/CreateAsset", body)[1]["Id"]


def test_a_full_library_refuses(tmp_path: Any) -> None:
    with running(tmp_path, quota=1) as box:
        body = {"asset_url": "http://127.0.0.1:9/a", "asset_type": "Image", "name": "a"}
        codes = [box.call("crun", "POST", "/asset-upload", body)[1]["code"] for _ in range(2)]
        assert codes == [200, 402]
