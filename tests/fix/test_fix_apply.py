"""A result is kept only if it is what was promised and breaks no limit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from conftest import audio, image, png, video

from mediaprep.errors import FixFailed
from mediaprep.fix.apply import Score, apply_plan, difference
from mediaprep.fix.place import InPlace, Place, Tree
from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import AudioRecipe, FixPlan, ImageRecipe, Mode, Recipe, copies
from mediaprep.judge import Judge, Options
from mediaprep.model import MediaInfo
from mediaprep.probe import probe

JUDGE = Judge(Options(["atlascloud"]), None)


class Careless:
    """An executor that writes what it is told to, whatever the recipe says."""

    def __init__(self, write: Callable[[str], object]) -> None:
        self._write = write

    def write(self, info: MediaInfo, recipe: Recipe, out_path: str) -> None:
        self._write(out_path)

    def score(self, plan: FixPlan, made: MediaInfo) -> Score | None:
        return None


@pytest.fixture
def large(tmp_path: Path) -> FixPlan:
    """Plan a PNG of 6400×300, which becomes 6000×… only with a new shape."""
    path = tmp_path / "in" / "large.png"
    path.parent.mkdir()
    path.write_bytes(png(6200, 3100))
    info = probe(str(path))
    plan = make_plan(info, JUDGE.rules.check(info, JUDGE.profiles), JUDGE.profiles)
    assert plan.expected is not None
    assert (plan.expected.width, plan.expected.height) == (6000, 3000)
    return plan


def _apply(plan: FixPlan, place: Place, target: Path, write: Callable[[str], object]) -> None:
    apply_plan(plan, str(target), place, Careless(write), JUDGE)


def _gives_up(path: str) -> None:
    Path(path).write_bytes(b"half")
    raise FixFailed("the encoder gave up")


BAD: list[object] = [
    pytest.param(lambda path: None, "not accepted", id="nothing was written"),
    pytest.param(
        lambda path: Path(path).write_bytes(png(6100, 3050)), "not accepted", id="still too large"
    ),
    pytest.param(
        lambda path: Path(path).write_bytes(png(5000, 2500)), "instead of 6000", id="not as planned"
    ),
    pytest.param(
        lambda path: Path(path).write_bytes(png(6000, 3000)[:-20]), "not accepted", id="torn"
    ),
    pytest.param(_gives_up, "gave up", id="the executor gives up"),
    pytest.param(
        lambda path: Path(path).unlink(), "not accepted", id="the executor took the file away"
    ),
]


@pytest.mark.parametrize(("write", "words"), BAD)
def test_a_bad_result_is_not_kept_in_a_tree(
    large: FixPlan, tmp_path: Path, write: Callable[[str], object], words: str
) -> None:
    out = tmp_path / "out"
    with pytest.raises(FixFailed, match=words):
        _apply(large, Tree(str(out)), out / "large.png", write)
    assert list(out.iterdir()) == []


@pytest.mark.parametrize(("write", "words"), BAD)
def test_a_bad_result_leaves_the_old_file(
    large: FixPlan, tmp_path: Path, write: Callable[[str], object], words: str
) -> None:
    source = Path(large.source.path)
    before = source.read_bytes()
    with pytest.raises(FixFailed, match=words):
        _apply(large, InPlace(str(source.parent)), source, write)
    assert source.read_bytes() == before
    assert [path.name for path in source.parent.iterdir()] == ["large.png"]


def test_a_source_that_changes_meanwhile_is_not_replaced(large: FixPlan) -> None:
    source = Path(large.source.path)

    def write(path: str) -> None:
        Path(path).write_bytes(png(6000, 3000))
        source.write_bytes(b"edited meanwhile")

    with pytest.raises(FixFailed, match="changed while"):
        _apply(large, InPlace(str(source.parent)), source, write)
    assert source.read_bytes() == b"edited meanwhile"


def test_a_source_that_changed_before_is_not_touched(large: FixPlan) -> None:
    source = Path(large.source.path)
    source.write_bytes(b"another")
    with pytest.raises(FixFailed, match="changed after it was judged"):
        _apply(large, InPlace(str(source.parent)), source, lambda path: None)


@pytest.mark.parametrize(
    ("recipe", "expected"),
    [
        pytest.param(None, True, id="nothing to do"),
        pytest.param(ImageRecipe("png", encode=False), True, id="a picture to rename"),
        pytest.param(AudioRecipe("wav", Mode.RENAME), True, id="a sound to rename"),
        pytest.param(ImageRecipe("png", encode=False, strip_private=True), False, id="to strip"),
        pytest.param(AudioRecipe("wav", Mode.REMUX), False, id="a new container"),
    ],
)
def test_what_needs_no_executor(recipe: Recipe | None, expected: bool) -> None:
    assert copies(recipe) is expected


@pytest.mark.parametrize(
    ("expected", "found", "words"),
    [
        pytest.param(video(), video(), "", id="as promised"),
        pytest.param(video(), video(duration_s=Fraction(126, 25)), "", id="a frame longer"),
        pytest.param(video(), video(duration_s=Fraction(6)), "duration_s", id="a second longer"),
        pytest.param(video(), video(fps=Fraction(24000, 1001)), "", id="the rate by a hair"),
        pytest.param(video(), video(fps=Fraction(30)), "fps", id="another rate"),
        pytest.param(video(), video(width=1278), "width", id="another width"),
        pytest.param(video(), video(container="webm"), "webm", id="another container"),
        pytest.param(video(), audio(), "audio instead of video", id="another kind"),
        pytest.param(image(), image(size_bytes=1), "", id="bytes are not promised"),
    ],
)
def test_difference(expected: MediaInfo, found: MediaInfo, words: str) -> None:
    said = difference(expected, replace(found))
    assert words in said
    assert bool(said) is bool(words)
