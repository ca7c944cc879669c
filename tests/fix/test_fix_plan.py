"""Plans for images, and what is left alone: which change each offender gets, and why none."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, image, video
from fix_cases import UNSAFE_FIXES, plan, profile, recipe_of

from mediaprep.fix.plan import NO_REMEDY, UNSAFE, make_plan
from mediaprep.fix.recipe import (
    Action,
    Allow,
    Aspect,
    Box,
    Framing,
    ImageRecipe,
    Mode,
    Safety,
    Size,
    VideoRecipe,
)
from mediaprep.model import Fault, MediaInfo
from mediaprep.profiles import load_profile
from mediaprep.rules import select_rules

F = Fraction
ATLAS = load_profile("atlascloud")
OFFICIAL = load_profile("volcengine-2026")


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        pytest.param(
            image(width=8000, height=6000, container="jpeg", path="a.jpg"),
            ImageRecipe("jpeg", framing=Framing(scale=Size(6000, 4500)), max_bytes=29_999_999),
            id="a large photo is scaled and keeps its format",
        ),
        pytest.param(
            image(container="avif", path="a.avif"),
            ImageRecipe("jpeg", max_bytes=29_999_999),
            id="a photo in a format that is not taken becomes JPEG",
        ),
        pytest.param(
            image(container="avif", has_alpha=True),
            ImageRecipe("png", max_bytes=29_999_999),
            id="one with alpha becomes PNG",
        ),
        pytest.param(
            image(container="avif", color_mode="palette"),
            ImageRecipe("png", max_bytes=29_999_999),
            id="one of few colours becomes PNG",
        ),
        pytest.param(
            image(container="avif", frames=12, duration_s=F(1)),
            ImageRecipe("webp", max_bytes=29_999_999),
            id="an animation becomes one that moves",
        ),
        pytest.param(
            image(container="bmp", width=3300, height=3080, size_bytes=30_500_000, path="a.bmp"),
            ImageRecipe("png", max_bytes=29_999_999),
            id="contested bytes of a bitmap are packed without loss",
        ),
        pytest.param(
            image(size_bytes=40_000_000, width=5000, height=4000),
            ImageRecipe("jpeg", max_bytes=29_999_999),
            id="a PNG that is too large is a photo",
        ),
        pytest.param(
            image(size_bytes=40_000_000, width=5000, height=4000, has_alpha=True),
            ImageRecipe("webp", max_bytes=29_999_999),
            id="a PNG that is too large and transparent stays so",
        ),
        pytest.param(
            image(size_bytes=31_000_000, container="jpeg", path="a.jpg"),
            ImageRecipe("jpeg", max_bytes=29_999_999),
            id="a contested size is brought inside every reading",
        ),
        pytest.param(
            image(width=8000, height=6000, icc="Display P3", color_mode="rgb"),
            ImageRecipe(
                *("png", True, None, Framing(scale=Size(6000, 4500)), True),
                max_bytes=29_999_999,
            ),
            id="what is encoded anew is converted to sRGB",
        ),
        pytest.param(
            image(container="png", path="a.jpg"),
            ImageRecipe("png", encode=False),
            id="a wrong extension is a wrong name only",
        ),
        pytest.param(
            image(width=2000, height=810, coded_width=810, coded_height=2000, orientation=6),
            None,
            id="a rotation that changes nothing for the limits is let be",
        ),
        pytest.param(
            image(width=310, height=700, coded_width=700, coded_height=310, orientation=6),
            None,
            id="even upright near a limit",
        ),
    ],
)
def test_an_image_gets_the_least_change(info: MediaInfo, expected: ImageRecipe | None) -> None:
    made = plan(info)
    assert made.recipe == expected
    assert made.action is (Action.KEEP if expected is None else Action.APPLY)
    assert made.safety < Safety.CONTENT


def test_a_rotation_that_decides_is_baked_in() -> None:
    limits = profile("upright", image={"width": "[300, 1000] px", "height": "[300, 6000] px"})
    info = image(width=800, height=2000, coded_width=2000, coded_height=800, orientation=6)
    made = plan(info, limits)
    assert made.recipe == ImageRecipe("png")
    assert made.expected is not None
    assert (made.expected.coded_width, made.expected.orientation) == (800, 1)
    assert made.steps[0].codes == ("GEO006",)


def test_a_crop_that_decides_is_baked_in_and_so_is_a_turn_that_comes_with_it() -> None:
    limits = profile("low", image={"container": ["jpeg", "heif"], "height": "[300, 499] px"})
    info = image(container="heif", width=800, height=499, coded_width=500, coded_height=800)
    info.rotation = 90
    made = plan(info, limits)
    assert [step.words for step in made.steps][:2] == [
        "turn the pixels upright",
        "leave out the hidden edges",
    ]
    assert {step.codes for step in made.steps[:2]} == {("GEO006",)}
    assert made.expected is not None
    assert (made.expected.coded_height, made.expected.height) == (498, 498)


@pytest.mark.parametrize(
    ("info", "limits", "words"),
    [
        pytest.param(
            image(width=6000, height=1000),
            {"aspect": "[0.4, 2.5]"},
            "pad 6000×1000 to 6000×2400 with black",
            id="a panorama is padded",
        ),
        pytest.param(
            image(width=200, height=200), {"width": "[300, 600] px"}, "scale 200×200 to 300×300",
            id="a small picture is scaled up",
        ),
        pytest.param(
            image(frames=9, container="gif", path="a.gif"), {"container": ["jpeg"]},
            "keep frame 0",
            id="one frame of an animation",
        ),
        pytest.param(
            image(has_alpha=True), {"container": ["jpeg"]}, "flatten transparent pixels on white",
            id="alpha is flattened",
        ),
        pytest.param(
            image(frames=9, container="gif", path="a.gif"), {"frames": "[1, 1]"}, "keep frame 0",
            id="a limit on frames",
        ),
    ],
)  # fmt: skip
def test_content_is_changed_only_with_leave(
    info: MediaInfo, limits: dict[str, Any], words: str
) -> None:
    limit = profile("narrow", image=limits)
    refused = plan(info, limit)
    assert refused.action is Action.LEAVE
    assert refused.conflict is not None
    assert refused.conflict.remedy == UNSAFE
    assert words in refused.refusal
    done = plan(info, limit, allow=UNSAFE_FIXES)
    assert words in [step.words for step in done.steps if step.safety is Safety.CONTENT]


def test_the_choices_of_the_user_are_followed() -> None:
    wide = image(width=6000, height=1000, has_alpha=True, container="gif", frames=4, path="a.gif")
    limits = profile("strict", image={"aspect": "[0.4, 2.5]", "container": ["jpeg"]})
    allow = Allow(content=True, aspect=Aspect.CROP, alpha="#00ff00", frame=2, strip_private=True)
    assert recipe_of(wide, limits, allow=allow) == ImageRecipe(
        "jpeg",
        frame=2,
        framing=Framing(crop=Box(1750, 0, 2500, 1000)),
        flatten="#00ff00",
        strip_private=True,
    )
    assert recipe_of(wide, limits, allow=replace(allow, frame=99)).frame == 3


@pytest.mark.parametrize(
    ("info", "words"),
    [
        pytest.param(
            video(faults=[(Fault.TRUNCATED, "the mdat box ends too early")]),
            "the mdat box ends too early: cannot be decoded as it stands",
            id="a truncated clip",
        ),
        pytest.param(
            MediaInfo("a.html", 10, faults=[(Fault.NOT_MEDIA, "an HTML page")]),
            "an HTML page: cannot be decoded as it stands",
            id="no media at all",
        ),
        pytest.param(
            image(width=None, unread={"width": "no header"}),
            "width could not be measured (no header), atlascloud accepts [300, 6000] px",
            id="a size that is not known",
        ),
        pytest.param(
            audio(duration_s=None, container="flac"),
            "duration could not be measured (the file does not say), atlascloud accepts [2, 15] s",
            id="a duration that is not known",
        ),
    ],
)
def test_what_cannot_be_judged_is_left_alone(info: MediaInfo, words: str) -> None:
    for allow in (Allow(), UNSAFE_FIXES):
        made = plan(info, allow=allow)
        assert (made.action, made.refusal, made.conflict) == (Action.LEAVE, words, None)
        assert made.recipe is None


def test_a_kind_that_one_profile_does_not_take() -> None:
    images_only = load_profile("volcengine")
    made = plan(video(width=1920, height=1080), ATLAS, images_only)
    assert (made.action, made.refusal) == (
        Action.LEAVE, "volcengine takes no video"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "conflict"),
    [
        pytest.param(
            {"width": "[300, 600] px", "aspect": "[3, 4]", "height": "[300, 900] px"},
            ["width [300, 600] px", "aspect [3, 4]", "height [300, 900] px"],
            id="three that each two could meet",
        ),
        pytest.param(
            {"width": "[300, 600] px", "pixels": "[1000000, 2000000] px", "height": "[1, 900] px"},
            ["width [300, 600] px", "pixels [1000000, 2000000] px", "height [1, 900] px"],
            id="too few pixels within sides",
        ),
        pytest.param({"bit_depth": "[16, 32] bit"}, ["bit_depth [16, 32] bit"], id="alone"),
        pytest.param({"size": "[0, 100] B"}, ["size [0, 100] B"], id="no picture is that small"),
        pytest.param(
            {"container": ["mp4"], "size": "(0, 1 MB)"}, ["container mp4"], id="no format at all"
        ),
    ],
)
def test_limits_that_cannot_be_met_are_named(limits: dict[str, Any], conflict: list[str]) -> None:
    made = plan(image(width=1200, height=1000), profile("odd", image=limits), allow=UNSAFE_FIXES)
    assert made.action is Action.LEAVE
    assert made.conflict is not None
    assert list(made.conflict.limits) == [f"odd image.{words}" for words in conflict]
    assert made.conflict.remedy == NO_REMEDY


def test_two_profiles_can_contradict_each_other() -> None:
    small = profile("small", image={"width": "[1, 500] px"})
    large = profile("large", image={"width": "[1000, 2000] px"})
    made = plan(image(width=800, height=800), small, large, ATLAS, allow=UNSAFE_FIXES)
    assert made.conflict is not None
    assert set(made.conflict.limits) == {
        "small image.width [1, 500] px",
        "large image.width [1000, 2000] px",
    }


def test_rules_that_were_not_chosen_are_not_met_on_purpose() -> None:
    info = image(width=6000, height=1000, container="avif", path="a.avif")
    rules = select_rules(ignore=("GEO002",))
    findings = rules.check(info, [ATLAS])
    made = make_plan(info, findings, [ATLAS], rules=rules)
    assert made.recipe == ImageRecipe("jpeg", max_bytes=29_999_999)
    assert plan(info).action is Action.LEAVE


def test_private_marks_are_stripped_without_encoding() -> None:
    strip = Allow(strip_private=True)
    marks = {"gps": "GPS position in EXIF", "c2pa": "C2PA manifest in APP11"}
    photo = plan(image(marks=marks), allow=strip)
    assert photo.recipe == ImageRecipe("png", encode=False, strip_private=True)
    assert [step.safety for step in photo.steps] == [Safety.LOSSLESS]
    assert photo.steps[0].codes == ("PIC006",)
    assert plan(video(marks=marks), allow=strip).recipe == VideoRecipe(
        "mp4", Mode.REMUX, strip_private=True
    )
    assert plan(image(marks=marks)).action is Action.KEEP
    assert plan(image(), allow=strip).action is Action.KEEP


def test_what_an_encoding_loses_is_said() -> None:
    marks = {"c2pa": "C2PA manifest in APP11", "motion-photo": "a clip", "gps": "in EXIF"}
    made = plan(image(width=8000, height=6000, marks=marks, bit_depth=16))
    assert made.steps[-1].loss == (
        "loses 16 bits a channel become 8, the C2PA manifest, the motion photo's clip"
    )
    assert made.expected is not None
    assert list(made.expected.marks) == ["gps"]
