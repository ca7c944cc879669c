"""What files are together: counts and sums of a request, equal bytes, colliding names."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import audio, image, png, video
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.check import Check
from mediaprep.judge import Options
from mediaprep.model import FileResult, Finding, Kind, MediaInfo, SetResult, Severity, Verdict
from mediaprep.profiles import load_profile
from mediaprep.rules import select_rules
from mediaprep.rules.batch import judge_set
from mediaprep.tally import Tallies

ERROR, NOTE = Severity.ERROR, Severity.NOTE
FAIL, UNKNOWN = Verdict.FAIL, Verdict.UNKNOWN


def _sums(
    infos: Sequence[MediaInfo], severity: Severity = ERROR, profile: str = "atlascloud"
) -> list[Finding]:
    tallies = Tallies()
    for info in infos:
        tallies.add(info.path, info.kind, info.duration_s, ["request"])
    codes = select_rules().codes
    ((_, tally),) = tallies.named()
    return judge_set(tally, [load_profile(profile)], codes, severity)


def _sounds(*seconds: str) -> list[MediaInfo]:
    return [audio(path=f"{n}.wav", duration_s=Fraction(text)) for n, text in enumerate(seconds)]


def _clips(*seconds: str) -> list[MediaInfo]:
    return [video(path=f"{n}.mp4", duration_s=Fraction(text)) for n, text in enumerate(seconds)]


@pytest.mark.parametrize(
    ("infos", "found"),
    [
        pytest.param([image()] * 9, [], id="nine images"),
        pytest.param([image()] * 10, [("SET001", FAIL)], id="ten images"),
        pytest.param(_clips("5", "5", "5"), [], id="three clips of 15 s together"),
        pytest.param(_clips("5", "5", "15001/3000"), [("SET004", FAIL)], id="a moment longer"),
        pytest.param(_clips("2", "2", "2", "2"), [("SET002", FAIL)], id="four short clips"),
        pytest.param(_sounds("7.5", "7.5"), [], id="two sounds of 15 s together"),
        pytest.param(_sounds("15", "1/48000"), [("SET005", FAIL)], id="one sample longer"),
        pytest.param(_sounds("5") * 4, [("SET003", FAIL), ("SET005", FAIL)], id="four sounds"),
        pytest.param(_clips("15") + _sounds("15") + [image()] * 9, [], id="kinds count apart"),
        pytest.param(
            [*_clips("5"), video(path="x.mp4", duration_s=None)],
            [("SET004", UNKNOWN)],
            id="a clip of unknown length makes the sum unknown",
        ),
        pytest.param(
            [*_clips("16"), video(path="x.mp4", duration_s=None)],
            [("SET004", FAIL)],
            id="unless the others are too long already",
        ),
        pytest.param([image(duration_s=Fraction(99))] * 2, [], id="an animation is no clip"),
    ],
)
def test_a_request_takes_so_much(infos: list[MediaInfo], found: list[tuple[str, Verdict]]) -> None:
    assert [(f.code, f.verdict) for f in _sums(infos)] == found


def test_a_folder_is_told_the_same_as_a_note() -> None:
    as_request, as_folder = _sums([image()] * 10), _sums([image()] * 10, NOTE)
    assert [f.message for f in as_request] == [f.message for f in as_folder]
    assert [(f.severity, f.verdict) for f in as_request] == [(ERROR, FAIL)]
    assert [(f.severity, f.verdict) for f in as_folder] == [(NOTE, Verdict.PASS)]


def test_a_message_says_how_many_and_whose_limit() -> None:
    (finding,) = _sums(_clips("7", "7.6", "1"))
    assert finding.message == (
        "video duration of the set is 15.60 s, one request: atlascloud accepts [0, 15] s"
    )
    (finding,) = _sums(_clips("5", "5", "15001/3000"))
    assert "is 15.0003 s" in finding.message
    (finding,) = _sums([image()] * 10, profile="crun")
    assert "crun accepts [0, 9] (inherited from seedance-2.0)" in finding.message


def test_profiles_that_take_images_only_count_images_only() -> None:
    assert _sums(_clips("9", "9", "9", "9"), profile="volcengine") == []
    assert [f.code for f in _sums([image()] * 10, profile="volcengine")] == ["SET001"]


@settings(max_examples=40)
@given(
    st.lists(st.fractions(min_value=0, max_value=6, max_denominator=1000), min_size=1, max_size=6),
    st.fractions(min_value=0, max_value=3),
)
def test_one_more_second_never_makes_a_set_better(seconds: list[Fraction], more: Fraction) -> None:
    ranks = [Verdict.PASS, UNKNOWN, FAIL]

    def worst(values: list[Fraction]) -> int:
        infos = [audio(path=f"{n}.wav", duration_s=value) for n, value in enumerate(values)]
        found = [f for f in _sums(infos) if f.code == "SET005"]
        return max((ranks.index(f.verdict) for f in found), default=0)

    assert worst([*seconds, more]) >= worst(seconds)
    assert worst([seconds[0] + more, *seconds[1:]]) >= worst(seconds)
    assert worst(seconds[::-1]) == worst(seconds)


def _pairs(*paths: object, select: tuple[str, ...] = ()) -> dict[str, list[tuple[str, object]]]:
    """Check paths and return what was said of each beside the others, by its name."""
    check = Check(Options(profiles=("atlascloud",), select=select))
    results = [r for r in check.results(map(str, paths)) if isinstance(r, FileResult)]
    return {
        r.path.rpartition("/")[2]: [(f.code, f.found) for f in r.findings if f.code[:3] == "SET"]
        for r in results
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.png").write_bytes(png(400, 400))
    return tmp_path


def test_equal_bytes_are_found_under_any_name(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "z.png").write_bytes(png(400, 400))
    assert _pairs(folder) == {"a.png": [], "z.png": [("SET006", f"{folder}/a.png")]}


def test_hard_and_symbolic_links_are_one_file(folder: Path) -> None:
    os.link(folder / "a.png", folder / "b.png")
    (folder / "c.png").symlink_to("a.png")
    assert _pairs(folder) == {"a.png": [], "b.png": [], "c.png": []}


def test_equal_first_bytes_and_sizes_are_not_enough(folder: Path) -> None:
    start = png(400, 400)
    for name, end in (("b", b"1"), ("c", b"2"), ("d", b"2")):
        (folder / f"{name}.png").write_bytes(start + b"\0" * 5000 + end)
    found = _pairs(folder)
    assert [found[name] for name in ("a.png", "b.png", "c.png")] == [[], [], []]
    assert found["d.png"] == [("SET006", f"{folder}/c.png")]


def test_every_further_copy_names_the_first(folder: Path) -> None:
    for name in "bcd":
        (folder / f"{name}.png").write_bytes(png(400, 400))
    first = f"{folder}/a.png"
    assert list(_pairs(folder).values()) == [[], *([[("SET006", first)]] * 3)]


def test_empty_files_are_not_twins(folder: Path) -> None:
    (folder / "e1.png").touch()
    (folder / "e2.png").touch()
    assert _pairs(folder)["e2.png"] == []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        pytest.param("Pano.png", "pano.png", id="case"),
        pytest.param("é.png", "e\u0301.png", id="composed and decomposed"),
        pytest.param("É.png", "e\u0301.png", id="both"),
        pytest.param("straße.png", "STRASSE.png", id="case that changes the length"),
        pytest.param("a.png", "a.PNG", id="the extension's case"),
    ],
)
def test_names_that_are_one_elsewhere_collide(tmp_path: Path, one: str, other: str) -> None:
    for index, name in enumerate((one, other)):
        (tmp_path / name).write_bytes(png(400, 400 + index))
    if len(list(tmp_path.iterdir())) < 2:
        pytest.skip("they are one here")
    found = _pairs(tmp_path)
    first, second = sorted((one, other))
    assert found == {first: [], second: [("SET007", first)]}


@pytest.mark.parametrize("names", [("a.png", "b.png"), ("a.png", "a.jpg"), ("é.png", "e.png")])
def test_other_names_do_not_collide(tmp_path: Path, names: tuple[str, str]) -> None:
    for index, name in enumerate(names):
        (tmp_path / name).write_bytes(png(400, 400 + index))
    assert all(found == [] for found in _pairs(tmp_path).values())


def test_equal_names_in_other_folders_do_not_collide(tmp_path: Path) -> None:
    for index, name in enumerate(("x/A.png", "y/a.png")):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(png(400, 400 + index))
    assert _pairs(tmp_path) == {"A.png": [], "a.png": []}


def test_a_collision_is_a_warning_and_a_twin_a_note(tmp_path: Path) -> None:
    for name in ("A.png", "a.png"):
        (tmp_path / name).write_bytes(png(400, 400))
    check = Check(Options(profiles=("atlascloud",)))
    *_, last = [r for r in check.results([str(tmp_path)]) if isinstance(r, FileResult)]
    assert {f.code: f.severity for f in last.findings} == {
        "SET006": NOTE,
        "SET007": Severity.WARNING,
    }
    assert last.verdict is Verdict.CONTESTED


def test_they_can_be_left_out(tmp_path: Path) -> None:
    for name in ("A.png", "a.png"):
        (tmp_path / name).write_bytes(png(400, 400))
    assert _pairs(tmp_path, select=("GEO",)) == {"A.png": [], "a.png": []}
    for number in range(10):
        (tmp_path / f"{number}.png").write_bytes(png(400, 500 + number))
    check = Check(Options(profiles=("atlascloud",), ignore=("SET",), as_set="request"))
    assert not [r for r in check.results([str(tmp_path)]) if isinstance(r, SetResult)]


_NAMES = st.text(st.sampled_from("aAéÉe\u0301ß"), min_size=1, max_size=3)


@given(st.lists(_NAMES, max_size=6, unique=True))
def test_namesakes_are_those_of_equal_folded_form(names: list[str]) -> None:
    def folded(name: str) -> str:
        return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())

    tallies, seen = Tallies(), dict[str, str]()
    for name in names:
        first = seen.setdefault(folded(name), name)
        assert tallies.namesake(f"a/{name}") == (None if first == name else first)


def test_kinds_are_those_of_the_model() -> None:
    assert {info.kind for info in (image(), video(), audio())} == set(Kind)
