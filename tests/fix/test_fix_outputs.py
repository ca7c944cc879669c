"""Names of results: mirrored, told apart as the least helpful file system would."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mediaprep.errors import UsageError
from mediaprep.fix.outputs import Outputs, common_root, new_name, require_apart


@pytest.mark.parametrize(
    ("name", "container", "expected"),
    [
        pytest.param("a.png", "jpeg", "a.jpg", id="another container gets its usual extension"),
        pytest.param("a.JPEG", "jpeg", "a.JPEG", id="a right extension is kept as it is written"),
        pytest.param("a.jfif", "jpeg", "a.jfif", id="a rare but right extension is kept"),
        pytest.param("a", "png", "a.png", id="no extension gets one"),
        pytest.param("a.v2", "png", "a.v2.png", id="a dot in a name is not an extension"),
        pytest.param(".png", "png", ".png.png", id="a name that is only a dot and a word"),
        pytest.param("a.m4v", "mp4", "a.m4v", id="a sibling that misleads nobody stays"),
        pytest.param("a.mov", "mp4", "a.mp4", id="QuickTime is not MP4"),
        pytest.param("ä.tar.png", "webp", "ä.tar.webp", id="only the last extension goes"),
    ],
)
def test_new_name(name: str, container: str, expected: str) -> None:
    assert new_name(name, container) == expected


def _outputs(tmp_path: Path, names: dict[str, str | None]) -> Outputs:
    outputs = Outputs(str(tmp_path / "in"), str(tmp_path / "out"))
    for name, container in names.items():
        outputs.add(str(tmp_path / "in" / name), container)
    return outputs


@pytest.mark.parametrize(
    ("names", "suggestion"),
    [
        pytest.param({"a.jpg": None, "a.png": "jpeg"}, "a.png.jpg", id="a new extension"),
        pytest.param({"a.JPEG": None, "a.jpeg": None}, "a-2.jpeg", id="case alone"),
        pytest.param({"caf\u00e9.png": None, "cafe\u0301.png": None}, None, id="NFC and NFD"),
        pytest.param({"d/x.png": None, "D/x.png": None}, "x-2.png", id="folders by case alone"),
        pytest.param({"straße.png": None, "STRASSE.png": None}, None, id="a sharp s folds to ss"),
        pytest.param({"a.png": "jpeg", "a.webp": "jpeg"}, "a.webp.jpg", id="two new names"),
    ],
)
def test_one_name_for_two_files_is_refused(
    tmp_path: Path, names: dict[str, str | None], suggestion: str | None
) -> None:
    outputs = _outputs(tmp_path, names)
    (clash,) = outputs.clashes()
    assert suggestion is None or clash.suggestion == suggestion
    with pytest.raises(UsageError, match="collide") as caught:
        outputs.refuse_clashes()
    assert "nothing is written" in caught.value.hint


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(
            {"a.png": "jpeg", "a.jpg": None}, ["a.png.jpg", "a.jpg"], id="who keeps its name wins"
        ),
        pytest.param(
            {"a.jpg": None, "a.png": "jpeg"}, ["a.jpg", "a.png.jpg"], id="in whatever order"
        ),
        pytest.param(
            {"a.png": "jpeg", "a.webp": "jpeg", "a.webp.jpg": None},
            ["a.jpg", "a.webp-2.jpg", "a.webp.jpg"],
            id="a free name is looked for as long as it takes",
        ),
        pytest.param({"a.JPEG": None, "a.jpeg": None}, ["a.JPEG", "a-2.jpeg"], id="case alone"),
    ],
)
def test_both_are_kept_on_request(
    tmp_path: Path, names: dict[str, str | None], expected: list[str]
) -> None:
    outputs = Outputs(str(tmp_path / "in"), str(tmp_path / "out"), keep_both=True)
    targets = {s: outputs.add(s, c) for n, c in names.items() for s in [str(tmp_path / "in" / n)]}
    outputs.refuse_clashes()
    settled = [outputs.settled(source, target) for source, target in targets.items()]
    assert settled == [str(tmp_path / "out" / name) for name in expected]


def test_a_free_name_overwrites_nothing_that_is_there(tmp_path: Path) -> None:
    for name in ("a.png", "a.jpg", "a.png.jpg"):
        (tmp_path / name).touch()
    outputs = Outputs(str(tmp_path), None, keep_both=True)
    target = outputs.add(str(tmp_path / "a.png"), "jpeg")
    outputs.refuse_clashes()
    assert outputs.settled(str(tmp_path / "a.png"), target) == str(tmp_path / "a.png-2.jpg")


def test_names_that_differ_are_no_clash(tmp_path: Path) -> None:
    names = {"a.png": "jpeg", "b.png": None, "d/a.png": "jpeg", "a.png.jpg": None}
    assert not list(_outputs(tmp_path, names).clashes())


def test_in_place_a_rename_must_not_hit_another_file(tmp_path: Path) -> None:
    (tmp_path / "a.JPG").touch()
    outputs = Outputs(str(tmp_path), None)
    outputs.add(str(tmp_path / "a.png"), "jpeg")
    assert [clash.suggestion for clash in outputs.clashes()] == ["a.png.jpg"]


def test_in_place_names_that_stay_never_clash(tmp_path: Path) -> None:
    outputs = Outputs(str(tmp_path), None)
    for name in ("a.jpg", "A.JPG"):
        (tmp_path / name).touch()
        outputs.add(str(tmp_path / name), "jpeg")
    assert not list(outputs.clashes())


def test_a_file_that_is_there_already_is_replaced_only_if_it_is_ours(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "a.png").touch()
    for ours in (True, False):
        outputs = Outputs(
            str(tmp_path), str(out), (lambda target: True) if ours else (lambda target: False)
        )
        outputs.add(str(tmp_path / "a.png"))
        assert bool(list(outputs.clashes())) is not ours


def test_an_output_never_overwrites_an_input(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    outputs = Outputs(str(tmp_path / "a"), str(tmp_path / "b"))
    outputs.add(str(tmp_path / "b" / "x.png"))  # lies outside the root: keeps its name
    (clash,) = outputs.clashes()
    assert "overwrite" in clash.why


def test_an_input_is_known_by_its_links_too(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / "a").mkdir()
    (tmp_path / "b" / "x.png").touch()
    os.symlink(tmp_path / "b" / "x.png", tmp_path / "a" / "x.png")
    outputs = Outputs(str(tmp_path / "a"), str(tmp_path / "b"), lambda target: True)
    outputs.add(str(tmp_path / "a" / "x.png"))
    assert [clash.source for clash in outputs.clashes()] == [str(tmp_path / "a" / "x.png")]


@pytest.mark.parametrize(
    ("out", "refused"),
    [
        pytest.param("in", True, id="the source itself"),
        pytest.param("in/fixed", False, id="below the source, and left out of the walk"),
        pytest.param("in/../in", True, id="the source by a detour"),
        pytest.param("link", True, id="the source by a link"),
        pytest.param("input", False, id="a name that only begins alike"),
        pytest.param("out", False, id="beside the source"),
    ],
)
def test_an_output_folder_is_apart_from_what_is_read(
    tmp_path: Path, out: str, refused: bool
) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "in")
    if refused:
        with pytest.raises(UsageError, match="--out"):
            require_apart(str(tmp_path / out), [str(tmp_path / "in")])
    else:
        require_apart(str(tmp_path / out), [str(tmp_path / "in")])


def test_a_named_file_may_go_to_a_folder_below_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.png").touch()
    require_apart(str(tmp_path / "out"), [str(tmp_path / "a.png")])
    with pytest.raises(UsageError, match="own folder"):
        require_apart(str(tmp_path), [str(tmp_path / "a.png")])


@pytest.mark.parametrize(
    ("paths", "root"),
    [
        pytest.param(["in"], "in", id="one folder is the root"),
        pytest.param(["in/a", "in/b"], "in", id="several folders hang below what they share"),
        pytest.param(["in/a/x.png"], "in/a", id="a file hangs in its folder"),
        pytest.param(["in/a/x.png", "in/b"], "in", id="files and folders"),
    ],
)
def test_common_root(tmp_path: Path, paths: list[str], root: str) -> None:
    (tmp_path / "in" / "a").mkdir(parents=True)
    (tmp_path / "in" / "b").mkdir()
    (tmp_path / "in" / "a" / "x.png").touch()
    assert common_root([str(tmp_path / path) for path in paths]) == str(tmp_path / root)
