"""Plans for clips and sounds: the mildest mode that will do."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, video
from fix_cases import UNSAFE_FIXES, plan, profile, recipe_of

from mediaprep.fix.recipe import (
    Action,
    Allow,
    Aspect,
    AudioRecipe,
    Framing,
    Mode,
    Safety,
    Short,
    Size,
    VideoRecipe,
    Window,
)
from mediaprep.model import MediaInfo
from mediaprep.profiles import load_profile

F = Fraction
ATLAS = load_profile("atlascloud")
OFFICIAL = load_profile("volcengine-2026")


SCALED = Framing(scale=Size(1280, 720))
ROOM = 50_000_000


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param(
            video(width=1920, height=1080),
            VideoRecipe("mp4", Mode.ENCODE, SCALED, max_bytes=ROOM),
            id="Full HD is scaled",
        ),
        pytest.param(
            video(width=1920, height=1080, container="mov", path="a.mov"),
            VideoRecipe("mov", Mode.ENCODE, SCALED, max_bytes=ROOM),
            id="a MOV stays one",
        ),
        pytest.param(
            video(container="matroska", fps=F(30), fps_nominal=F(30), path="a.mkv"),
            VideoRecipe("mp4", Mode.REMUX),
            id="legal codecs in another container are copied",
        ),
        pytest.param(
            video(container="matroska", path="a.mkv"),
            VideoRecipe("mp4", Mode.REMUX),
            id="at 24 fps from a clock of milliseconds too: a copy spaces them evenly again",
        ),
        pytest.param(
            video(container="matroska", fps=F(24), fps_nominal=None, path="a.mkv"),
            VideoRecipe("mp4", Mode.ENCODE, max_bytes=ROOM),
            id="but not where no rate is given: it would be 23.99",
        ),
        pytest.param(
            video(container="webm", video_codec="vp9", audio_codec="opus", path="a.webm"),
            VideoRecipe("mp4", Mode.ENCODE, max_bytes=ROOM),
            id="other codecs are not put into MP4",
        ),
        pytest.param(
            video(moov_at_end=True, duration_s=F(14), clocks={"container": F(16)}),
            VideoRecipe("mp4", Mode.REMUX),
            id="clocks that disagree are written anew",
        ),
        pytest.param(video(moov_at_end=True, fragmented=True), None, id="notes alone are let be"),
        pytest.param(
            video(fps=F(120), fps_nominal=F(120), frames=600),
            VideoRecipe("mp4", Mode.ENCODE, fps=F(60), max_bytes=ROOM),
            id="120 fps is halved",
        ),
        pytest.param(
            video(fps=F(6004, 100), fps_nominal=F(60), variable_fps=True),
            VideoRecipe("mp4", Mode.ENCODE, fps=F(60), max_bytes=ROOM),
            id="60.04 on average",
        ),
        pytest.param(
            video(fps=F(24000, 1001), fps_nominal=F(24000, 1001)),
            VideoRecipe("mp4", Mode.ENCODE, fps=F(24), max_bytes=ROOM),
            id="23.976 fps",
        ),
        pytest.param(
            video(width=720, height=480, sample_aspect=F(32, 27)),
            VideoRecipe("mp4", Mode.ENCODE, Framing(scale=Size(854, 480)), max_bytes=ROOM),
            id="widescreen NTSC has enough pixels once they are square",
        ),
        pytest.param(
            video(width=1920, height=1080, hdr="hlg", bit_depth=10, pix_fmt="yuv420p10le"),
            VideoRecipe("mp4", Mode.ENCODE, SCALED, tonemap=True, max_bytes=ROOM),
            id="HDR is mapped when it is encoded anyway",
        ),
        pytest.param(video(hdr="hlg", bit_depth=10), None, id="HDR alone is let be"),
        pytest.param(
            video(size_bytes=60_000_000),
            VideoRecipe("mp4", Mode.ENCODE, max_bytes=ROOM),
            id="too many bytes",
        ),
        pytest.param(
            video(size_bytes=51_000_000),
            VideoRecipe("mp4", Mode.ENCODE, max_bytes=ROOM),
            id="contested bytes",
        ),
        pytest.param(video(path="a.webm"), VideoRecipe("mp4", Mode.RENAME), id="a wrong extension"),
    ],
)
def test_a_video_gets_the_mildest_mode(info: MediaInfo, expected: VideoRecipe | None) -> None:
    made = plan(info)
    assert made.recipe == expected, made.refusal
    assert made.safety < Safety.CONTENT


def test_a_clip_that_is_only_too_long_is_copied_up_to_its_new_end() -> None:
    info = video(duration_s=F(20), frames=480)
    made = plan(info, allow=UNSAFE_FIXES)
    window = Window(F(0), F(358, 24), "from the start")
    assert made.recipe == VideoRecipe("mp4", Mode.CUT, window=window)
    assert made.steps[0].loss == "drops 5.083 s"
    assert made.predicted_bytes == round(4_000_000 * F(358, 480))


@pytest.mark.parametrize(
    ("info", "allow"),
    [
        pytest.param(
            video(duration_s=F(20)), Allow(content=True, trim="end"), id="not from the start"
        ),
        pytest.param(
            video(duration_s=F(20), width=1920, height=1080), UNSAFE_FIXES, id="scaled as well"
        ),
        pytest.param(
            video(duration_s=F(20), size_bytes=66_000_000), UNSAFE_FIXES, id="perhaps too large"
        ),
        pytest.param(video(duration_s=F(1)), UNSAFE_FIXES, id="too short"),
    ],
)
def test_other_cuts_are_encoded(info: MediaInfo, allow: Allow) -> None:
    assert recipe_of(info, allow=allow).mode is Mode.ENCODE


def test_a_finder_is_asked_once() -> None:
    asked = []

    def finder(info: MediaInfo, shortest_s: Fraction, longest_s: Fraction) -> Window:
        asked.append(longest_s)
        return Window(F(4), F(9), "ends in silence at 9 s")

    allow = Allow(content=True, trim="auto")
    made = plan(video(duration_s=F(20)), allow=allow, window_finder=finder)
    assert isinstance(made.recipe, VideoRecipe)
    assert made.recipe.window == Window(F(4), F(9), "ends in silence at 9 s")
    assert len(asked) == 1
    assert "ends in silence at 9 s" in made.steps[0].words


def test_official_codecs() -> None:
    pcm = video(container="mov", audio_codec="pcm", path="a.mov")
    assert plan(pcm).action is Action.KEEP
    assert recipe_of(pcm, OFFICIAL, allow=Allow()).mode is Mode.ENCODE
    hevc = video(container="matroska", video_codec="hevc", fps=F(30), fps_nominal=F(30))
    assert recipe_of(hevc, OFFICIAL, allow=Allow()).mode is Mode.REMUX


def test_a_crop_is_given_in_the_pixels_that_are_stored() -> None:
    info = video(width=2000, height=500, sample_aspect=F(2))
    recipe = recipe_of(info, allow=Allow(content=True, aspect=Aspect.CROP))
    crop, scale = recipe.framing.crop, recipe.framing.scale
    assert crop is not None
    assert crop.x + crop.width <= 2000
    shown = F(crop.width * 2, crop.height)
    assert abs(shown - F(scale.width, scale.height)) < F(1, 50)


def test_an_unknown_rate_loses_no_frame() -> None:
    info = video(container="webm", fps=None, fps_nominal=None, unread={"fps": "not stated"})
    assert recipe_of(info, allow=Allow()).fps == 60


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param(
            audio(container="flac", audio_codec="flac", path="a.flac"),
            AudioRecipe("wav", Mode.ENCODE, max_bytes=15_000_000),
            id="other formats become WAV, without another generation",
        ),
        pytest.param(
            audio(
                *(), container="flac", duration_s=F(14), sample_rate=192_000, channels=6,
                path="a.flac",
            ),
            AudioRecipe(
                "mp3", Mode.ENCODE, sample_rate=48_000, channels=2, max_bytes=15_000_000
            ),
            id="what would be too large as WAV becomes MP3",
        ),
        pytest.param(
            audio(duration_s=F(20)),
            AudioRecipe("wav", Mode.CUT, Window(F(0), F(14999, 1000), "from the start")),
            id="too long: copied up to its end",
        ),
        pytest.param(
            audio(duration_s=F(1)),
            AudioRecipe("wav", Mode.ENCODE, extend_to_s=F(2001, 1000), max_bytes=15_000_000),
            id="too short: silence is added",
        ),
        pytest.param(
            audio(container="mp3", audio_codec="mp3", clocks={"container": F(16)}, path="a.mp3"),
            AudioRecipe("wav", Mode.ENCODE, max_bytes=15_000_000),
            id="an MP3 whose clocks disagree becomes WAV",
        ),
        pytest.param(
            audio(
                *(), container="mp3", audio_codec="mp3", path="a.mp3", duration_s=F(1),
                clocks={"container": F(11, 10)},
            ),
            AudioRecipe("mp3", Mode.ENCODE, extend_to_s=F(2073, 1000), max_bytes=15_000_000),
            id="one that is too short by every clock stays MP3",
        ),
        pytest.param(
            audio(clocks={"container": F(16)}), AudioRecipe("wav", Mode.REMUX), id="a WAV's header"
        ),
        pytest.param(
            audio(size_bytes=16_000_000, duration_s=F(14), channels=6, sample_rate=192_000),
            AudioRecipe(
                "mp3", Mode.ENCODE, sample_rate=48_000, channels=2, max_bytes=15_000_000
            ),
            id="a WAV that is too large",
        ),
        pytest.param(audio(path="a.mp3"), AudioRecipe("wav", Mode.RENAME), id="a wrong extension"),
    ],
)  # fmt: skip
def test_a_sound_gets_the_least_change(info: MediaInfo, expected: AudioRecipe) -> None:
    assert recipe_of(info) == expected


def test_looping_is_a_choice() -> None:
    allow = Allow(content=True, short=Short.LOOP)
    made = plan(audio(duration_s=F(1)), allow=allow)
    assert isinstance(made.recipe, AudioRecipe)
    assert made.recipe.extend is Short.LOOP
    assert "repeating it" in made.steps[0].words


@pytest.mark.parametrize(
    ("limits", "rate", "channels"),
    [
        pytest.param({"sample_rate": "[8, 16] kHz"}, 16_000, None, id="the highest rate"),
        pytest.param({"sample_rate": "[88.2, 96] kHz"}, 88_200, None, id="the lowest rate"),
        pytest.param({"channels": "[2, 2]"}, None, 2, id="mono becomes stereo"),
    ],
)
def test_rate_and_channels_follow_limits(
    limits: dict[str, Any], rate: int | None, channels: int | None
) -> None:
    recipe = recipe_of(audio(), profile("narrow", audio=limits), allow=Allow())
    assert (recipe.sample_rate, recipe.channels) == (rate, channels)
