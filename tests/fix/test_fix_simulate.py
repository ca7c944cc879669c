"""What a recipe's result is said to measure, and how a plan is worded before it is carried out."""

from __future__ import annotations

import json
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, findings_of, image, video
from fix_cases import allowances, files
from hypothesis import given, settings

from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import (
    Action,
    Allow,
    AudioRecipe,
    Box,
    FixPlan,
    Framing,
    ImageRecipe,
    Mode,
    Recipe,
    Short,
    Size,
    VideoRecipe,
    Window,
)
from mediaprep.fix.simulate import simulate
from mediaprep.fix.words import as_dict, describe
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


def test_a_plan_is_shown_with_facts_steps_losses_and_the_command() -> None:
    info = video(
        *(), path="in/clip.mov", container="mov", width=3840, height=2160, duration_s=F(20),
        fps=F(120), fps_nominal=F(120), frames=2400, size_bytes=113_300_000, audio_tracks=0,
        audio_codec=None, sample_rate=None, channels=None,
    )  # fmt: skip
    made = plan(info, Allow(content=True))
    assert describe(made, "ffmpeg -i in/clip.mov out.mov") == (
        "in/clip.mov: fix (content)\n"
        "  container     mov\n"
        "  size          113.30 MB (113,300,000 bytes) → about 12.43 MB (12,429,776 bytes)\n"
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


def test_a_refusal_names_the_limits_and_the_way_out() -> None:
    assert describe(plan(image(width=6000, height=1000))) == (
        "a.png: left alone: atlascloud image.aspect [0.4, 2.5]: only --unsafe-fixes would do"
        " (pad 6000×1000 to 6000×2400 with black)\n"
        "  atlascloud image.aspect [0.4, 2.5]\n"
        "  → --unsafe-fixes\n"
    )


def test_nothing_to_fix() -> None:
    assert describe(plan(image())) == "a.png: nothing to fix\n"


@settings(deadline=None, max_examples=60)
@given(files(), allowances())
def test_every_plan_can_be_worded(info: MediaInfo, allow: Allow) -> None:
    made = plan(info, allow)
    text = describe(made, "ffmpeg")
    assert text.startswith(f"{info.path}: ")
    assert all(line.strip() for line in text.splitlines())
    data = json.loads(json.dumps(as_dict(made)))
    assert data["action"] == made.action
    assert (data["after"] is None) == (made.action is not Action.APPLY)
    assert [step["words"] for step in data["steps"]] == [step.words for step in made.steps]
    for step in made.steps:
        assert step.words in text
        assert step.loss in text


def test_a_plan_as_json() -> None:
    data = as_dict(plan(image(container="avif", path="a.avif")))
    assert data["codes"] == ["CON002"]
    assert data["steps"] == [
        {
            "words": "convert avif to jpeg, at most 30.00 MB (29,999,999 bytes)",
            "safety": "reencode",
            "codes": ["CON002"],
            "loss": None,
        }
    ]
    assert data["conflict"] is None
    assert data["command"] is None
