"""Real files made fit for atlascloud, and what ffprobe, exiftool and ImageMagick say of them.

Clips of more pixels in all than `_MOST_PIXELS` are left out, and of the corpus those beyond the
first so many of a kind: the same steps are taken by smaller ones, in minutes instead of hours.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

import mediaprep
from mediaprep.fix.outcome import Deed, Fixed
from mediaprep.fix.recipe import AudioRecipe, ImageRecipe, Mode, VideoRecipe
from mediaprep.model import Kind, Verdict

REPO = Path(__file__).parent.parent.parent
PLACES = {"fixtures": REPO / "fixtures" / "media", "corpus": REPO.parent / "shared/corpus/files"}
TOOLS = ("ffprobe", "exiftool", "identify")
_MOST_PIXELS = 60_000_000  # width × height × frames: two seconds of 720p and a bit
_MOST_CLIPS = 40
# Why real files are refused although their headers read well; everything else is a bug of ours.
KNOWN = (
    r"it cannot be (decoded|opened)",  # broken within, or a variant that the decoders lack
    r"no demuxer of ffmpeg is used",
    r"ffmpeg gave up: .*(not found for input stream|not implemented|Invalid (data|frame|argument))",
    r"ffmpeg gave up: .*(Error marking filters as finished|Peak level dB: nan)",  # nothing decodes
    r"ffmpeg decodes (no sound|nothing)",
    r"exceeds limit of \d+ pixels",  # a bomb
)
pytestmark = [pytest.mark.tools, pytest.mark.slow]


def _inputs(place: Path) -> Iterator[str]:
    clips = 0
    for path in sorted(place.rglob("*")):
        if not path.is_file():
            continue
        info = mediaprep.probe(path)
        if info.kind is Kind.VIDEO:
            frames = info.frames or float((info.duration_s or 0) * (info.fps or 30))
            clips += 1
            if (
                clips > _MOST_CLIPS
                or frames * (info.width or 0) * (info.height or 0) > _MOST_PIXELS
            ):
                continue
        yield str(path)


@pytest.fixture(scope="module", params=PLACES)
def results(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> list[Fixed]:
    place = PLACES[request.param]
    if not place.is_dir():
        pytest.skip(f"{place} is not there")
    if missing := [tool for tool in TOOLS if shutil.which(tool) is None]:
        pytest.skip(f"not installed: {', '.join(missing)}")
    out = tmp_path_factory.mktemp(request.param)
    report = mediaprep.fix(
        list(_inputs(place)), ["atlascloud"], out=out, unsafe_fixes=True, keep_both=True,
        scores=False,
    )  # fmt: skip
    return report.results


def _fixed(results: list[Fixed], kind: Kind) -> list[Fixed]:
    return [f for f in results if f.deed is Deed.FIXED and f.after.info.kind is kind]


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, check=False, timeout=120)
    return done.stdout.decode(errors="replace")


def test_only_known_refusals(results: list[Fixed]) -> None:
    failed = [f"{f.before.path}: {f.why}" for f in results if f.deed is Deed.FAILED]
    assert [line for line in failed if not re.search("|".join(KNOWN), line)] == []


def test_what_is_left_alone_is_broken_or_of_no_known_kind(results: list[Fixed]) -> None:
    for fixed in results:
        if fixed.deed is Deed.LEFT:
            readable = not fixed.before.info.faults and not fixed.before.info.unread
            assert not readable or fixed.plan.conflict, fixed.before.path


def test_results_pass(results: list[Fixed]) -> None:
    done = [f for f in results if f.deed is Deed.FIXED]
    assert done
    for fixed in done:
        assert fixed.after.verdict is Verdict.PASS
        assert fixed.output is not None
        assert os.path.getsize(fixed.output) == fixed.after.info.size_bytes


def test_a_second_fix_finds_nothing_to_do(
    results: list[Fixed], tmp_path_factory: pytest.TempPathFactory
) -> None:
    made = [str(f.output) for f in results if f.deed is Deed.FIXED]
    out = tmp_path_factory.mktemp("again")
    again = mediaprep.fix(
        made, ["atlascloud"], out=out, unsafe_fixes=True, keep_both=True, scores=False
    )
    assert [f.before.path for f in again.results if f.deed is not Deed.COPIED] == []
    for fixed in again.results:
        assert Path(str(fixed.output)).read_bytes() == Path(fixed.before.path).read_bytes()


def test_exiftool_on_pictures(results: list[Fixed]) -> None:
    by_output = {f.output: f for f in _fixed(results, Kind.IMAGE)}
    words = ("exiftool", "-json", "-n", "-ImageWidth", "-ImageHeight", "-Orientation")
    seen = json.loads(_run(*words, *map(str, by_output)))
    assert len(seen) == len(by_output)
    wrong = []
    for said in seen:
        fixed = by_output[said["SourceFile"]]
        info, recipe = fixed.after.info, fixed.plan.recipe
        assert isinstance(recipe, ImageRecipe)
        if (said.get("ImageWidth"), said.get("ImageHeight")) != (info.width, info.height):
            wrong.append(f"{said}: {info.width}×{info.height}")
        if recipe.encode and said.get("Orientation", 1) != 1:
            wrong.append(f"{said}: not upright")
    assert wrong == []


def test_imagemagick_on_pictures(results: list[Fixed]) -> None:
    readable = ("jpeg", "png", "webp", "bmp", "gif", "tiff")
    chosen = [f for f in _fixed(results, Kind.IMAGE) if f.after.info.container in readable]
    by_output = {f"{f.output}[0]": f for f in chosen}
    lines = _run("identify", "-format", "%d/%f|%w|%h|%[orientation]\\n", *by_output).splitlines()
    assert len(lines) == len(by_output)
    wrong = []
    for line in lines:
        name, width, height, orientation = line.rsplit("|", 3)
        fixed = by_output[f"{name}[0]"]
        info, recipe = fixed.after.info, fixed.plan.recipe
        if (int(width), int(height)) != (info.width, info.height):
            wrong.append(f"{line}: {info.width}×{info.height}")
        encoded = isinstance(recipe, ImageRecipe) and recipe.encode
        if encoded and orientation not in ("Undefined", "TopLeft"):
            wrong.append(line)
    assert wrong == []


def _streams(fixed: Fixed) -> dict[str, Any]:
    words = ("ffprobe", "-v", "error", "-of", "json", "-show_streams", "-show_format")
    said: dict[str, Any] = json.loads(_run(*words, str(fixed.output)))
    return said | {stream["codec_type"]: stream for stream in said["streams"]}


def test_ffprobe_on_clips(results: list[Fixed]) -> None:
    wrong = []
    for fixed in _fixed(results, Kind.VIDEO):
        info, recipe, said = fixed.after.info, fixed.plan.recipe, _streams(fixed)
        shown = said["video"]
        assert isinstance(recipe, VideoRecipe)
        found = (shown["width"], shown["height"], shown["codec_name"], shown["pix_fmt"])
        matrix = any("rotation" in side for side in shown.get("side_data_list", ()))
        rate = Fraction(shown["avg_frame_rate"])
        problems = {
            "picture": found != (info.width, info.height, info.video_codec, info.pix_fmt),
            "duration": abs(float(said["format"]["duration"]) - float(info.duration_s or 0)) > 0.1,
            "rate": bool(info.fps) and abs(rate / (info.fps or 1) - 1) > Fraction(1, 100),
            "upright": recipe.mode is Mode.ENCODE and matrix,
            "samples": recipe.mode is Mode.ENCODE and shown["pix_fmt"] != "yuv420p",
            "tracks": len(said["streams"]) > 1 + bool(info.audio_tracks),
        }
        wrong += [f"{fixed.output}: {name}: {found}" for name, bad in problems.items() if bad]
    assert wrong == []


def test_ffprobe_on_sound(results: list[Fixed]) -> None:
    wrong = []
    for fixed in _fixed(results, Kind.AUDIO):
        info, said = fixed.after.info, _streams(fixed)
        assert isinstance(fixed.plan.recipe, AudioRecipe)
        heard = said["audio"]
        found = (int(heard["sample_rate"]), heard["channels"], float(said["format"]["duration"]))
        agree = found[:2] == (info.sample_rate, info.channels)
        if not agree or abs(found[2] - float(info.duration_s or 0)) > 0.1:
            wrong.append(f"{fixed.output}: {found}, {info.sample_rate} {info.channels}")
    assert wrong == []
