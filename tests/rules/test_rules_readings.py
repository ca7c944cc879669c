"""Files that two readers measure differently are contested; what nobody measured is unknown."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from conftest import audio, findings_of, image, video

from mediaprep.measures import CHOICES, MEASURES
from mediaprep.model import Fault, Finding, Kind, MediaInfo, Severity, Verdict
from mediaprep.profiles import Profile, load_profile

CONTESTED, UNKNOWN = Verdict.CONTESTED, Verdict.UNKNOWN


def _only(found: list[Finding], code: str) -> Finding:
    (finding,) = [f for f in found if f.code == code]
    return finding


@pytest.fixture(scope="module")
def upright(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Take pictures that are higher than wide, and nothing else."""
    path = tmp_path_factory.mktemp("profile") / "upright.toml"
    head = 'name = "upright"\nsource = "x"\nchecked = 2026-11-21\n'
    path.write_text(head + '[image]\naspect = "[0.4, 1]"\n[video]\naspect = "[0.4, 1]"\n')
    return load_profile(str(path))


@pytest.mark.parametrize(
    ("stored", "displayed", "outcome"),
    [
        pytest.param((800, 1200), (1200, 800), "passes", id="upright when it is not turned"),
        pytest.param((1200, 800), (800, 1200), "fails", id="upright when it is turned"),
    ],
)
@pytest.mark.parametrize(("make", "how"), [(image, {"orientation": 6}), (video, {"rotation": 90})])
def test_a_picture_whose_rotation_decides_is_contested(
    upright: Profile,
    make: Any,
    how: dict[str, int],
    stored: tuple[int, int],
    displayed: tuple[int, int],
    outcome: str,
) -> None:
    sides = dict(zip(("coded_width", "coded_height"), stored, strict=True))
    info = make(width=displayed[0], height=displayed[1], **sides, **how)
    finding = _only(findings_of(info, upright), "GEO006")
    assert (finding.verdict, finding.severity) == (CONTESTED, Severity.WARNING)
    assert finding.message == (
        f"{stored[0]}×{stored[1]} when rotation is not applied: its aspect then {outcome}, "
        "upright accepts [0.4, 1]"
    )
    shown_fails = any(f.code == "GEO002" for f in findings_of(info, upright))
    assert shown_fails is (outcome == "passes")


@pytest.mark.parametrize(
    ("stored", "displayed", "rotation", "words"),
    [
        pytest.param((1200, 1300), (1200, 1100), 0, "the crop is not applied", id="height alone"),
        pytest.param((1000, 1100), (1200, 1100), 0, "the crop is not applied", id="width alone"),
        pytest.param(
            (1000, 1200), (1100, 1000), 90, "neither rotation nor crop is applied", id="turned too"
        ),
    ],
)
@pytest.mark.parametrize("make", [image, video])
def test_a_picture_whose_crop_decides_is_contested_and_says_so(
    upright: Profile,
    make: Any,
    stored: tuple[int, int],
    displayed: tuple[int, int],
    rotation: int,
    words: str,
) -> None:
    sides = dict(zip(("coded_width", "coded_height"), stored, strict=True))
    info = make(width=displayed[0], height=displayed[1], **sides, rotation=rotation)
    finding = _only(findings_of(info, upright), "GEO006")
    assert finding.message == (
        f"{stored[0]}×{stored[1]} when {words}: its aspect then passes, upright accepts [0.4, 1]"
    )


@pytest.mark.parametrize(
    ("stored", "displayed"),
    [
        pytest.param((1200, 800), (800, 1200), id="turned, but both ways are inside"),
        pytest.param((7000, 800), (800, 7000), id="turned, but both ways are outside"),
        pytest.param((900, 900), (900, 900), id="a square"),
    ],
)
def test_a_rotation_that_does_not_decide_is_nobodys_business(
    stored: tuple[int, int], displayed: tuple[int, int]
) -> None:
    info = image(
        width=displayed[0], height=displayed[1], coded_width=stored[0], coded_height=stored[1]
    )
    codes = {finding.code for finding in findings_of(info, "atlascloud", "volcengine")}
    assert "GEO006" not in codes


def test_anamorphic_video_that_fails_when_stretched_is_contested() -> None:
    info = video(width=720, height=576, sample_aspect=Fraction(16, 11))
    wide = video(width=960, height=480, sample_aspect=Fraction(4, 3))
    assert not [f for f in findings_of(info, "atlascloud") if f.code == "GEO007"]
    finding = _only(findings_of(wide, "atlascloud"), "GEO007")
    assert finding.verdict is CONTESTED
    assert finding.message == (
        "1280×480 when the sample aspect of 4:3 is applied: its aspect then fails, "
        "atlascloud accepts [0.4, 2.5]"
    )


def test_a_turned_anamorphic_video_is_stretched_along_its_stored_width() -> None:
    info = video(width=480, height=960, rotation=90, sample_aspect=Fraction(4, 3))
    finding = _only(findings_of(info, "atlascloud"), "GEO007")
    assert finding.message.startswith("480×1280 when the sample aspect of 4:3 is applied")


@pytest.mark.parametrize("ratio", [None, Fraction(1)])
def test_square_pixels_are_nobodys_business(ratio: Fraction | None) -> None:
    info = video(width=960, height=480, sample_aspect=ratio)
    assert findings_of(info, "atlascloud") == []


@pytest.mark.parametrize("make", [video, audio])
@pytest.mark.parametrize("clock", ["container", "track", "counted"])
def test_clocks_that_disagree_across_a_border_are_contested(make: Any, clock: str) -> None:
    info = make(duration_s=Fraction(15), clocks={clock: Fraction(1501, 100)})
    finding = _only(findings_of(info, "atlascloud"), "TIM004")
    assert (finding.verdict, finding.allowed) == (CONTESTED, "[2, 15] s")
    assert finding.message == (
        f"the {clock} clock says 15.01 s, the file plays 15 s, atlascloud accepts [2, 15] s"
    )


def test_clocks_that_disagree_far_from_a_border_are_not() -> None:
    clocks = {"container": Fraction(9), "track": Fraction(14), "counted": Fraction(2)}
    assert findings_of(video(clocks=clocks), "atlascloud") == []


def test_a_file_that_is_too_long_by_every_clock_is_not_contested() -> None:
    found = findings_of(
        video(duration_s=Fraction(20), clocks={"track": Fraction(21)}), "atlascloud"
    )
    assert [finding.code for finding in found] == ["TIM001"]


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Limit all that can be limited, for every kind."""
    units = {"size": " B", "width": " px", "height": " px", "pixels": " px", "duration": " s"}
    units |= {"sample_rate": " Hz", "bit_depth": " bit"}
    rows = [f'{name} = "[0, inf){units.get(name, "")}"' for name in MEASURES]
    rows += [f'{name} = ["x"]' for name in CHOICES]
    tables = [f"[{kind}]\n" + "\n".join(rows) for kind in Kind]
    text = 'name = "all"\nsource = "x"\nchecked = 2026-11-21\n' + "\n".join(tables)
    path = tmp_path_factory.mktemp("profile") / "all.toml"
    path.write_text(text)
    return load_profile(str(path))


_FACT_OF = {name: m.fact for name, m in (MEASURES | CHOICES).items()}
_OF_KIND = {
    Kind.IMAGE: {"container", "size", "width", "height", "aspect", "pixels", "bit_depth", "frames"},
    Kind.VIDEO: set(_FACT_OF),
    Kind.AUDIO: {"container", "size", "duration", "audio_codec", "sample_rate", "channels"},
}


@pytest.mark.parametrize(
    ("kind", "name"), [(kind, name) for kind, names in _OF_KIND.items() for name in sorted(names)]
)
def test_what_was_not_measured_is_unknown_and_never_passes(
    everything: Profile, kind: Kind, name: str
) -> None:
    info = MediaInfo("a", kind=kind, unread={_FACT_OF[name]: "the box is empty"})
    finding = next(f for f in findings_of(info, everything) if f.measure == name)
    assert (finding.verdict, finding.severity) == (UNKNOWN, Severity.ERROR)
    assert "could not be measured (the box is empty), all accepts" in finding.message
    assert finding.found is None


def test_a_fact_that_the_file_does_not_hold_is_unknown_too() -> None:
    found = findings_of(video(fps=None), "atlascloud")
    assert [(f.code, f.verdict) for f in found] == [("TIM002", UNKNOWN)]
    assert "could not be measured (the file does not say)" in found[0].message


@pytest.mark.parametrize("fault", [f for f in Fault if f is not Fault.MISMATCH])
def test_a_fault_speaks_for_all_that_could_not_be_read(fault: Fault) -> None:
    info = MediaInfo("a.mp4", kind=Kind.VIDEO, container="mp4", faults=[(fault, "why")])
    found = findings_of(info, "atlascloud")
    assert len(found) == 1
    assert found[0].severity is Severity.ERROR
    assert found[0].message == "why"


def test_a_fault_that_is_only_contested_hides_nothing_unknown() -> None:
    info = video(fps=None, faults=[(Fault.MISMATCH, "120 frames, not 119")])
    verdicts = {f.code: f.verdict for f in findings_of(info, "atlascloud")}
    assert verdicts == {"PRB014": CONTESTED, "TIM002": UNKNOWN}


def test_a_silent_video_needs_no_sound_to_be_measured(everything: Profile) -> None:
    silent = video(audio_codec=None, audio_tracks=0, sample_rate=None, channels=None)
    found = {f.measure for f in findings_of(silent, everything)}
    assert not found & {"audio_codec", "sample_rate", "channels"}


def test_what_is_measured_is_judged_although_something_else_is_broken() -> None:
    info = image(width=200, faults=[(Fault.TRUNCATED, "its end is missing")])
    codes = {f.code: f.verdict for f in findings_of(info, "atlascloud")}
    assert codes == {"PRB002": Verdict.FAIL, "GEO001": Verdict.FAIL, "GEO002": Verdict.FAIL}


def test_private_values_are_named_and_not_told(tmp_path: Path) -> None:
    info = image(marks={"gps": "GPS position in EXIF", "serial": "BodySerialNumber in EXIF"})
    found = findings_of(info, "atlascloud")
    assert {f.code: f.message for f in found} == {
        "PIC006": "GPS position in EXIF",
        "PIC007": "BodySerialNumber in EXIF",
    }
    assert all(f.severity is Severity.NOTE and f.found is None for f in found)


def test_the_facts_of_measures_are_fields() -> None:
    assert set(_FACT_OF.values()) <= {field.name for field in fields(MediaInfo)}
