"""What a recipe's result is said to measure, and how a plan is worded before it is carried out."""

from __future__ import annotations

import re
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, findings_of, image, video
from fix_cases import allowances, files
from hypothesis import given, settings

from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import (
    Allow,
    AudioRecipe,
    Box,
    FixPlan,
    Framing,
    ImageRecipe,
    Mode,
    Recipe,
    Safety,
    Short,
    Size,
    VideoRecipe,
    Window,
)
from mediaprep.fix.simulate import simulate
from mediaprep.fix.solve.predict import spread
from mediaprep.fix.words import describe
from mediaprep.model import MediaInfo
from mediaprep.profiles import load_profile

F = Fraction
ATLAS = load_profile("atlascloud")
TURNED = {"coded_width": 800, "coded_height": 1200, "orientation": 6}


@pytest.mark.parametrize(
    ("info", "recipe", "facts"),
    [
        pytest.param(
            image(path="x/a.avif", container="avif", head_crc=7, **TURNED),
            ImageRecipe("jpeg", srgb=True),
            {
                "path": "x/a.jpg",
                "container": "jpeg",
                "coded_width": 1200,
                "coded_height": 800,
                "orientation": 1,
                "icc": None,
                "head_crc": None,
            },
            id="an image is upright and named by its format",
        ),
        pytest.param(
            image(path="a.jpeg", container="jpeg"),
            ImageRecipe("jpeg", framing=Framing(Box(0, 0, 900, 800), Size(450, 400))),
            {"path": "a.jpeg", "width": 450, "height": 400, "coded_width": 450},
            id="a name that fits stays; a crop is scaled",
        ),
        pytest.param(
            image(),
            ImageRecipe("png", framing=Framing(scale=Size(600, 400), canvas=Size(600, 500))),
            {"width": 600, "height": 500},
            id="the canvas is what is seen",
        ),
        pytest.param(
            image(container="gif", frames=9, duration_s=F(1), has_alpha=True),
            ImageRecipe("jpeg", frame=2, flatten="white"),
            {"frames": 1, "duration_s": None, "has_alpha": False, "color_mode": "rgb"},
            id="one frame without alpha",
        ),
        pytest.param(
            image(container="gif", path="a.jpg", size_bytes=77, **TURNED),
            ImageRecipe("gif", encode=False),
            {"path": "a.gif", "size_bytes": 77, "orientation": 6, "coded_width": 800},
            id="a renamed image is the same",
        ),
        pytest.param(
            image(marks={"gps": "g", "c2pa": "c", "trailing": "t", "xmp": "x"}),
            ImageRecipe("png"),
            {"marks": {"gps": "g", "xmp": "x"}},
            id="encoding breaks signatures and drops what is behind the image",
        ),
        pytest.param(
            image(marks={"gps": "g", "serial": "s", "c2pa": "c", "xmp": "x"}),
            ImageRecipe("png", encode=False, strip_private=True),
            {"marks": {"xmp": "x"}},
            id="stripping breaks signatures too",
        ),
        pytest.param(
            video(path="a.mkv", container="matroska", moov_at_end=None, fragmented=None),
            VideoRecipe("mp4", Mode.REMUX),
            {"path": "a.mp4", "moov_at_end": False, "fragmented": False, "size_bytes": 4_000_000},
            id="a remuxed clip has its index in front",
        ),
        pytest.param(
            video(clocks={"container": F(9)}, video_tracks=2, audio_tracks=3),
            VideoRecipe("mp4", Mode.REMUX),
            {"clocks": {"container": F(5)}, "video_tracks": 1, "audio_tracks": 1},
            id="its clocks agree, and one track of each is kept",
        ),
        pytest.param(
            video(duration_s=F(20), frames=480),
            VideoRecipe("mp4", Mode.CUT, window=Window(F(0), F(10))),
            {"duration_s": F(10), "frames": 240, "size_bytes": 2_000_000},
            id="a cut clip has its share of the bytes",
        ),
        pytest.param(
            video(
                width=720,
                height=480,
                sample_aspect=F(32, 27),
                rotation=90,
                video_codec="hevc",
                pix_fmt="yuv420p10le",
                bit_depth=10,
                hdr="pq",
                audio_codec="pcm",
                unread={"frames": "not counted"},
                frames=None,
            ),
            VideoRecipe(
                *("mp4", Mode.ENCODE, Framing(scale=Size(480, 854)), F(30)),
                extend_to_s=F(6),
                extend=Short.LOOP,
                tonemap=True,
            ),
            {
                "coded_width": 480,
                "coded_height": 854,
                "rotation": 0,
                "sample_aspect": 1,
                "video_codec": "h264",
                "pix_fmt": "yuv420p",
                "bit_depth": 8,
                "hdr": None,
                "audio_codec": "aac",
                "fps_nominal": F(30),
                "variable_fps": False,
                "frames": 180,
                "unread": {},
            },
            id="an encoded clip is of one kind",
        ),
        pytest.param(
            video(audio_tracks=0, audio_codec=None),
            VideoRecipe("mp4", Mode.ENCODE),
            {"audio_tracks": 0, "audio_codec": None},
            id="a silent clip stays silent",
        ),
        pytest.param(
            audio(container="flac", audio_codec="flac", bit_depth=24, path="a.flac"),
            AudioRecipe("wav", Mode.ENCODE, sample_rate=16_000, channels=2),
            {
                "path": "a.wav",
                "audio_codec": "pcm",
                "bit_depth": 16,
                "sample_rate": 16_000,
                "channels": 2,
                "size_bytes": 44 + 5 * 16_000 * 2 * 2,
            },
            id="a WAV's size is exact",
        ),
        pytest.param(
            audio(),
            AudioRecipe("mp3", Mode.ENCODE, max_bytes=5000),
            {"audio_codec": "mp3", "bit_depth": None, "size_bytes": 5000},
            id="no more bytes than are allowed",
        ),
    ],
)
def test_the_result_of_a_recipe(info: MediaInfo, recipe: Recipe, facts: dict[str, Any]) -> None:
    expected = simulate(info, recipe)
    assert {name: getattr(expected, name) for name in facts} == facts


def test_the_source_is_not_touched() -> None:
    info = video(marks={"c2pa": "c"}, unread={"frames": "no"}, clocks={"track": F(9)})
    before = repr(info)
    simulate(info, VideoRecipe("mp4", Mode.ENCODE, fps=F(30)))
    assert repr(info) == before


# ---- in words ---------------------------------------------------------------------------------


def plan(info: MediaInfo, allow: Allow = Allow()) -> FixPlan:  # noqa: B008
    return make_plan(info, findings_of(info, ATLAS), [ATLAS], allow)


def worded(made: FixPlan, command: str = "") -> str:
    return "".join(f"{line}\n" for line in describe(made, command))


def test_a_plan_is_shown_with_facts_steps_losses_and_the_command() -> None:
    info = video(
        *(), path="in/clip.mov", container="mov", width=3840, height=2160, duration_s=F(20),
        fps=F(120), fps_nominal=F(120), frames=2400, size_bytes=113_300_000, audio_tracks=0,
        audio_codec=None, sample_rate=None, channels=None,
    )  # fmt: skip
    made = plan(info, Allow(content=True))
    assert worded(made, "ffmpeg -i in/clip.mov out.mov") == (
        "in/clip.mov: fix (content)\n"
        "  container     mov\n"
        "  size          113.30 MB (113,300,000 bytes) → about 18 MB (6 MB to 50 MB)\n"
        "  picture       3840×2160 → 1280×720\n"
        "  duration      20 s → 14.983 s\n"
        "  frame rate    120 fps → 60 fps\n"
        "  frames        2400 → 899\n"
        "  - keep 0 s to 14.983 s (from the start) (content, TIM001): drops 5.017 s\n"
        "  - retime 120 to 60 fps throughout (reencode, TIM002): drops 899 frames\n"
        "  - scale 3840×2160 to 1280×720 (reencode, GEO004): keeps 11 % of the pixels\n"
        "  - encode it again as mov with H.264, at most 50.00 MB (50,000,000 bytes)"
        " (reencode, CON003): loses one generation\n"
        "  $ ffmpeg -i in/clip.mov out.mov\n"
    )


@pytest.mark.parametrize(
    ("facts", "allow", "made_bytes"),
    [
        # Measured with x264 at the quality that is aimed at.
        pytest.param(
            {"width": 1920, "height": 1080, "duration_s": F(20), "size_bytes": 38_979_975},
            Allow(content=True), 11_991_534, id="a test pattern of high bit rate",
        ),
        pytest.param(
            {"width": 1280, "height": 720, "fps": F(120), "duration_s": F(3), "frames": 360,
             "size_bytes": 8_708_477, "audio_tracks": 0},
            Allow(), 4_542_830, id="half of the frames",
        ),
        pytest.param(
            {"width": 848, "height": 480, "duration_s": F(4), "size_bytes": 1_775_790,
             "audio_tracks": 0},
            Allow(content=True), 1_650_780, id="hardly scaled",
        ),
    ],
)  # fmt: skip
def test_a_predicted_size_is_said_with_its_range(
    facts: dict[str, Any], allow: Allow, made_bytes: int
) -> None:
    made = plan(video(**facts), allow)
    assert made.recipe is not None
    assert made.predicted_bytes is not None
    assert spread(made.recipe) == 3
    assert made.predicted_bytes / 3 < made_bytes < made.predicted_bytes * 3
    (line,) = (line for line in describe(made) if line.lstrip().startswith("size "))
    assert re.search(r"→ about \S+ \wB \(\S+ \wB to \S+ \wB\)$", line)


def test_what_a_copy_or_plain_pixels_take_is_said_without_a_range() -> None:
    cut = plan(video(duration_s=F(20), size_bytes=9_000_000), Allow(content=True))
    assert cut.recipe is not None
    assert spread(cut.recipe) == 1
    assert any("→ about 6.7 MB" in line and "(" not in line.split("→")[1] for line in describe(cut))


LOSSES = [
    pytest.param(
        image(container="jpeg", marks={"gps": "here", "c2pa": "a manifest", "trailing": "9 bytes"}),
        "loses any preview (EXIF thumbnail) and maker notes, the C2PA manifest,"
        " the bytes behind its end",
        id="a picture that is stripped",
    ),
    pytest.param(
        video(marks={"gps": "here", "c2pa": "a manifest", "chapters": "2"}, audio_tracks=2),
        "loses all tracks but the first of each, the C2PA manifest, the chapters",
        id="a clip that is copied",
    ),
    pytest.param(video(marks={"gps": "here"}), "loses every other tag", id="a clip's own tags"),
]


@pytest.mark.parametrize(("info", "loss"), LOSSES)
def test_what_goes_with_private_metadata_is_said(info: MediaInfo, loss: str) -> None:
    made = plan(info, Allow(strip_private=True))
    assert made.safety is Safety.LOSSLESS
    assert loss in [step.loss for step in made.steps]


def test_a_refusal_names_the_limits_and_the_way_out() -> None:
    assert worded(plan(image(width=6000, height=1000))) == (
        "a.png: left alone: atlascloud image.aspect [0.4, 2.5]: only --unsafe-fixes would do"
        " (pad 6000×1000 to 6000×2400 with black)\n"
        "  atlascloud image.aspect [0.4, 2.5]\n"
        "  → --unsafe-fixes\n"
    )


def test_nothing_to_fix() -> None:
    assert worded(plan(image())) == "a.png: nothing to fix\n"


@settings(deadline=None, max_examples=60)
@given(files(), allowances())
def test_every_plan_can_be_worded(info: MediaInfo, allow: Allow) -> None:
    made = plan(info, allow)
    text = worded(made, "ffmpeg")
    assert text.startswith(f"{info.path}: ")
    assert all(line.strip() for line in text.splitlines())
    for step in made.steps:
        assert step.words in text
        assert step.loss in text
