"""One report that has every case: all kinds and verdicts, two profiles, hostile names, sets."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from mediaprep.model import (
    FileResult,
    Finding,
    Fixability,
    Kind,
    MediaInfo,
    Report,
    SetResult,
    Severity,
    Summary,
    Verdict,
)
from mediaprep.report import Renderer, open_renderer

PROFILES = ("atlascloud", "volcengine")
SOURCE = "Atlas Cloud, asset library, limits table (2026-11-21)"

_SEVERITY = {
    Verdict.PASS: Severity.NOTE,
    Verdict.CONTESTED: Severity.WARNING,
    Verdict.UNKNOWN: Severity.ERROR,
    Verdict.FAIL: Severity.ERROR,
}


def finding(code: str, name: str, verdict: Verdict, message: str, **more: Any) -> Finding:
    return Finding(code, name, _SEVERITY[verdict], verdict, message, **more)


def aspect(profile: str, allowed: str) -> Finding:
    return finding(
        *("GEO002", "aspect-out-of-range", Verdict.FAIL),
        f"aspect is 3.00 (3000×1000), {profile} accepts {allowed}",
        profile=profile,
        measure="aspect",
        found=3.0,
        allowed=allowed,
        source=SOURCE if profile == "atlascloud" else None,
        hint="crop or pad it to 5:2",
        fix=Fixability.CONTENT,
    )


def picture(path: str, width: int | None = 1000, height: int | None = 1000) -> MediaInfo:
    return MediaInfo(
        *(path, 41231, Kind.IMAGE, "jpeg"),
        *(width, height, width, height),
        orientation=1,
        frames=1,
        has_alpha=False,
        color_mode="ycbcr",
        bit_depth=8,
    )


def result(info: MediaInfo, *findings: Finding) -> FileResult:
    order = list(Verdict)
    verdict = max((f.verdict for f in findings), key=order.index, default=Verdict.PASS)
    return FileResult(info.path, info, list(findings), verdict)


def clip(path: str) -> MediaInfo:
    return MediaInfo(
        *(path, 1_048_576, Kind.VIDEO, "mp4", 1280, 720, 1280, 720),
        rotation=0,
        sample_aspect=Fraction(1),
        frames=359,
        duration_s=Fraction(15015, 1000),
        fps=Fraction(24000, 1001),
        video_codec="h264",
        pix_fmt="yuv420p",
        audio_codec="aac",
        audio_tracks=1,
        sample_rate=48000,
        channels=2,
        unread={"fps_nominal": "the time-to-sample table was not read to its end"},
    )


GPS = finding("PIC007", "private-metadata", Verdict.PASS, "carries a position (GPS in EXIF)")
FPS = finding(
    *("TIM002", "frame-rate-out-of-range", Verdict.CONTESTED),
    "frame rate is 23.976 fps, atlascloud accepts [24, 60]",
    profile="atlascloud",
    measure="fps",
    found=24000 / 1001,
    allowed="[24, 60]",
    source=SOURCE,
    hint="23.976 fps was seen to be accepted",
    fix=Fixability.REENCODE,
)
CUT = finding("PRB003", "truncated", Verdict.UNKNOWN, "mdat says it ends at 1000, the file at 900")
TYPE = finding(
    *("CON001", "container-not-accepted", Verdict.FAIL),
    "container is mkv, volcengine accepts mp4 or mov",
    profile="volcengine",
    measure="container",
    found="mkv",
    allowed="mp4, mov",
    fix=Fixability.LOSSLESS,
)
TEXT = finding("PRB002", "not-media", Verdict.UNKNOWN, "is neither image, video nor audio")

HOSTILE = (
    "bad/new\nline\x1b[31m.jpg",
    "bad/\udcff\u202egpj.exe",
    "=HYPERLINK(1).jpg",
    "-rf, a:b%20.jpg",
    "./bad/<&\"'>[x](y){0}.jpg",
    "写真/🎬 映画　１.jpg",
)


def _results() -> list[FileResult]:
    return [
        result(
            picture("a/pano.jpg", 3000, 1000),
            aspect("atlascloud", "[0.4, 2.5]"),
            aspect("volcengine", "(0.4, 2.5)"),
        ),
        result(picture("a/plain.jpg")),
        result(picture("a/beach.jpg"), GPS),
        result(clip("clips/take 1.mp4"), FPS, GPS),
        result(clip("clips/cut.mp4"), CUT, TYPE),
        result(MediaInfo("clips/torn.mp4", 900, Kind.VIDEO, "mp4"), CUT),
        result(
            MediaInfo(
                *("voice/line.wav", 96044, Kind.AUDIO, "wav"),
                duration_s=Fraction(1),
                audio_codec="pcm_s16le",
                audio_tracks=1,
                sample_rate=48000,
                channels=1,
                bitrate=768000,
            )
        ),
        result(MediaInfo("notes.jpg", 12), TEXT),
        *(result(picture(name, 3000), aspect("atlascloud", "[0.4, 2.5]")) for name in HOSTILE),
        result(
            picture("same.jpg"), finding("SET003", "duplicate", Verdict.PASS, f"as {HOSTILE[0]}")
        ),
    ]


def _report() -> Report:
    results = _results()
    crowd = finding(
        *("SET001", "too-many-files", Verdict.FAIL),
        "10 images, atlascloud accepts [0, 9] in one request",
        profile="atlascloud",
        measure="images",
        found=10,
        allowed="[0, 9]",
        source=SOURCE,
    )
    sets = [SetResult("a", []), SetResult("refs & more", [crowd])]
    counts = Counter(result.verdict for result in results)
    of_files = [f.code for result in results for f in result.findings]
    of_sets = [f.code for members in sets for f in members.findings]
    codes = Counter(of_files + of_sets)
    verdicts = {verdict: counts[verdict] for verdict in Verdict}
    return Report(PROFILES, results, sets, Summary(len(results), 17, verdicts, codes, 2))


REPORT = _report()
FINDINGS = [result.findings for result in REPORT.results]  # by file or set
FINDINGS += [members.findings for members in REPORT.sets]


def feed(renderer: Renderer, report: Report = REPORT) -> None:
    for result in report.results:
        renderer.file(result)
    for members in report.sets:
        renderer.set(members)
    renderer.close(report.summary)


def render(name: str, report: Report = REPORT, **options: Any) -> str:
    out = io.StringIO()
    feed(open_renderer(name, out, report.profiles, **options), report)
    return out.getvalue()


def report_of(*results: FileResult, sets: Sequence[SetResult] = ()) -> Report:
    """Make a report of these results alone."""
    counts = Counter(result.verdict for result in results)
    verdicts = {verdict: counts[verdict] for verdict in Verdict}
    return Report(PROFILES, list(results), list(sets), Summary(len(results), 0, verdicts))
