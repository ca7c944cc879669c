"""All limits at once, as people meet them: what becomes of a file, and what is said where nothing
does."""

from __future__ import annotations

from fractions import Fraction

import pytest
from conftest import findings_of, image, video
from fix_cases import UNSAFE_FIXES, plan

from mediaprep.fix.plan import UNSAFE
from mediaprep.fix.recipe import Action, Allow, Framing, Mode, Safety, Size, VideoRecipe
from mediaprep.model import MediaInfo, Verdict
from mediaprep.profiles import load_profile

F = Fraction
ATLAS = load_profile("atlascloud")  # 409,600 to 927,408 pixels, 24 to 60 fps


def at(rate: Fraction, **facts: object) -> MediaInfo:
    """A clip whose frames come at a rate."""
    return video(fps=rate, fps_nominal=rate, frames=round(rate * 5), **facts)


@pytest.mark.parametrize(
    ("info", "framing", "fps"),
    [
        pytest.param(
            *(video(width=1920, height=1080), Framing(scale=Size(1280, 720)), None),
            id="1920×1080 is 1280×720, the largest exact 16:9, not 1284×722",
        ),
        pytest.param(at(F(120)), Framing(), F(60), id="120 fps is 60"),
        pytest.param(at(F(24000, 1001)), Framing(), F(24), id="23.976 fps is 24"),
        pytest.param(
            *(video(fps=F(6004, 100), fps_nominal=F(60), variable_fps=True), Framing(), F(60)),
            id="60.04 fps with uneven frames is 60 throughout",
        ),
        pytest.param(at(F(12)), Framing(), F(24), id="12 fps is 24, each frame shown twice"),
        pytest.param(
            *(at(F(120), width=3840, height=2160), Framing(scale=Size(1280, 720)), F(60)),
            id="4K at 120 fps is scaled and retimed at once",
        ),
    ],
)
def test_a_clip_is_brought_inside_all_limits_without_leave(
    info: MediaInfo, framing: Framing, fps: Fraction | None
) -> None:
    made = plan(info)
    assert isinstance(made.recipe, VideoRecipe)
    assert (made.recipe.mode, made.recipe.framing, made.recipe.fps) == (Mode.ENCODE, framing, fps)
    assert made.safety is Safety.REENCODE
    assert made.expected is not None
    left = findings_of(made.expected, ATLAS)
    assert [f.message for f in left if f.verdict is not Verdict.PASS] == []


@pytest.mark.parametrize(
    ("info", "limits", "instead"),
    [
        pytest.param(
            image(width=6000, height=1000),
            ("atlascloud image.aspect [0.4, 2.5]",),
            "pad 6000×1000 to 6000×2400 with black",
            id="a 6:1 panorama",
        ),
        pytest.param(
            video(width=6000, height=1000),
            ("atlascloud video.aspect [0.4, 2.5]",),
            "pad 1520×254 to 1520×608 with black",
            id="a 6:1 clip",
        ),
        pytest.param(
            video(width=848, height=480),
            ("atlascloud video.pixels [409600, 927408] px",),
            "scale 848×480 to 850×482",
            id="848×480 is too small",
        ),
        pytest.param(
            video(duration_s=F(20), frames=480),
            ("atlascloud video.duration [2, 15] s",),
            "keep 0 s to 14.917 s (from the start)",
            id="20 s are too long",
        ),
    ],
)
def test_what_has_no_safe_fix_says_so_and_what_would_do(
    info: MediaInfo, limits: tuple[str, ...], instead: str
) -> None:
    refused = plan(info)
    assert refused.action is Action.LEAVE
    assert refused.conflict is not None
    assert (refused.conflict.limits, refused.conflict.remedy) == (limits, UNSAFE)
    assert instead in refused.refusal
    done = plan(info, allow=UNSAFE_FIXES)
    assert done.action is Action.APPLY
    assert instead in [step.words for step in done.steps if step.safety is Safety.CONTENT]


def test_a_target_lies_inside_every_reading_of_a_contested_limit() -> None:
    contested = video(size_bytes=51_000_000)  # below 50 MiB, above 50 MB
    made = plan(contested)
    assert made.recipe is not None
    assert made.recipe.max_bytes == 50_000_000
    assert [finding.verdict for finding in made.findings] == [Verdict.CONTESTED]


def test_sound_that_goes_on_without_a_picture_does_not_make_a_clip_long_enough() -> None:
    info = video(duration_s=F(3), frames=40, clocks={"container": F(3), "counted": F(40, 24)})
    for allow in (Allow(), UNSAFE_FIXES):
        made = plan(info, allow=allow)
        assert made.action is Action.LEAVE
        assert made.conflict is not None
        assert made.conflict.limits == ("atlascloud video.duration [2, 15] s",)
