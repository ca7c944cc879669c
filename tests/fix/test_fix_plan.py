"""Plans: what each kind of offender gets, and what holds for every profile there could be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, findings_of, image, video
from fix_cases import allowances, clips, files, profile, profiles
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.fix.plan import NO_REMEDY, UNSAFE, make_plan
from mediaprep.fix.recipe import (
    Action,
    Allow,
    Aspect,
    AudioRecipe,
    Box,
    FixPlan,
    Framing,
    ImageRecipe,
    Mode,
    Safety,
    Short,
    Size,
    VideoRecipe,
    Window,
)
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.model import Fault, Kind, MediaInfo, Severity, Verdict
from mediaprep.profiles import Profile, built_in_names, load_profile
from mediaprep.rules import select_rules

F = Fraction
ATLAS = load_profile("atlascloud")
OFFICIAL = load_profile("volcengine-2026")
UNSAFE_FIXES = Allow(content=True)


def plan(info: MediaInfo, *chosen: Profile, allow: Allow = Allow(), **more: Any) -> FixPlan:  # noqa: B008
    chosen = chosen or (ATLAS,)
    return make_plan(info, findings_of(info, *chosen), chosen, allow, **more)


def recipe_of(info: MediaInfo, *chosen: Profile, allow: Allow = UNSAFE_FIXES) -> Any:
    made = plan(info, *chosen, allow=allow)
    assert made.action is Action.APPLY, made.refusal
    return made.recipe


# ---- images -----------------------------------------------------------------------------------


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


# ---- video ------------------------------------------------------------------------------------

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
            VideoRecipe("mp4", Mode.ENCODE, max_bytes=ROOM),
            id="but not at 24 fps from a clock of milliseconds: it would be 23.99",
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


# ---- sound ------------------------------------------------------------------------------------


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


# ---- what is left alone -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("info", "words"),
    [
        pytest.param(
            video(faults=[(Fault.TRUNCATED, "the mdat box ends too early")]),
            "the mdat box ends too early: cannot be decoded as it stands, left alone",
            id="a truncated clip",
        ),
        pytest.param(
            MediaInfo("a.html", 10, faults=[(Fault.NOT_MEDIA, "an HTML page")]),
            "an HTML page: cannot be decoded as it stands, left alone",
            id="no media at all",
        ),
        pytest.param(
            image(width=None, unread={"width": "no header"}),
            "width could not be measured (no header), "
            "atlascloud accepts [300, 6000] px: left alone",
            id="a size that is not known",
        ),
        pytest.param(
            audio(duration_s=None, container="flac"),
            "duration could not be measured (the file does not say), "
            "atlascloud accepts [2, 15] s: left alone",
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
        Action.LEAVE, "volcengine takes no video: left alone"
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


# ---- for every file and every profile ---------------------------------------------------------

SAME = settings(deadline=None, max_examples=80)
built_in = st.lists(
    st.sampled_from([load_profile(name) for name in built_in_names()]),
    min_size=1,
    max_size=2,
    unique_by=lambda p: p.name,
)
chosen_profiles = st.one_of(built_in, profiles())


def _sound(made: FixPlan, chosen: Sequence[Profile], allow: Allow) -> None:
    """Check what must hold for any plan."""
    if made.action is Action.KEEP:
        assert made.recipe is None
        assert made.steps == ()
    elif made.action is Action.LEAVE:
        assert made.refusal
        assert "would still be refused" not in made.refusal
    else:
        assert made.expected is not None
        left = findings_of(made.expected, *chosen)
        assert all(finding.verdict is Verdict.PASS for finding in left)
        again = make_plan(made.expected, left, chosen, allow)
        assert again.action is Action.KEEP
        assert allow.content or made.safety < Safety.CONTENT
        assert made.steps


@SAME
@given(files(), chosen_profiles, allowances())
def test_a_plan_leads_to_a_file_that_passes_and_is_kept(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    _sound(make_plan(info, findings_of(info, *chosen), chosen, allow), chosen, allow)


@SAME
@given(files(), chosen_profiles, allowances())
def test_what_passes_is_kept_and_what_does_not_is_not(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    findings = findings_of(info, *chosen)
    made = make_plan(info, findings, chosen, allow)
    clean = all(finding.verdict is Verdict.PASS for finding in findings)
    private = allow.strip_private and not {"gps", "serial"}.isdisjoint(info.marks)
    assert (made.action is Action.KEEP) == (clean and not private)


@SAME
@given(files(), chosen_profiles, allowances())
def test_more_leave_never_refuses_more(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    findings = findings_of(info, *chosen)
    less, more = (
        make_plan(info, findings, chosen, replace(allow, content=content))
        for content in (False, True)
    )
    if less.action is not Action.LEAVE:
        assert more.action is less.action
    if less.conflict is not None:
        allowed = more.action is Action.APPLY
        assert less.conflict.remedy == (UNSAFE if allowed else NO_REMEDY)


@settings(deadline=None, max_examples=40)
@given(files(), profiles(), allowances())
def test_a_conflict_is_real_and_minimal(
    info: MediaInfo, chosen: list[Profile], allow: Allow
) -> None:
    made = make_plan(info, findings_of(info, *chosen), chosen, allow)
    if made.conflict is None:
        return
    needed = set(made.conflict.limits)
    assert needed
    asked = replace(allow, content=allow.content or made.conflict.remedy == NO_REMEDY)
    alone = [_only(p, needed) for p in chosen]
    assert _fails(info, alone, asked)
    for words in needed:
        assert not _fails(info, [_only(p, needed - {words}) for p in chosen], asked)


def _only(limits: Profile, words: set[str]) -> Profile:
    """Keep those limits of a profile that a conflict names."""
    kept = {
        kind: {
            name: limit
            for name, limit in table.items()
            if f"{limits.name} {kind}.{name} {limit.text}" in words
        }
        for kind, table in limits.limits.items()
    }
    return replace(limits, limits=kept)


def _fails(info: MediaInfo, chosen: list[Profile], allow: Allow) -> bool:
    made = make_plan(info, findings_of(info, *chosen), chosen, allow)
    return made.conflict is not None


@SAME
@given(clips(), st.sampled_from(["atlascloud", "volcengine-2026"]))
def test_a_clip_is_framed_as_the_geometry_solver_says(info: MediaInfo, name: str) -> None:
    limits = load_profile(name)
    made = make_plan(info, findings_of(info, limits), [limits], UNSAFE_FIXES)
    if made.action is Action.APPLY and info.sample_aspect == 1:
        assert isinstance(made.recipe, VideoRecipe)
        if made.recipe.mode is Mode.ENCODE:
            from mediaprep.fix.solve.target import target_of

            bounds = target_of([limits], Kind.VIDEO, select_rules()).bounds
            assert info.width is not None
            assert info.height is not None
            assert made.recipe.framing == solve_geometry(
                info.width, info.height, bounds, UNSAFE_FIXES, even=True
            )


def test_findings_of_error_severity_never_remain() -> None:
    made = plan(video(width=3840, height=2160, fps=F(120), fps_nominal=F(120)))
    assert made.expected is not None
    left = findings_of(made.expected, ATLAS)
    assert not [f for f in left if f.severity is Severity.ERROR]
