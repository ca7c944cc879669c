"""Which files a walk yields, in which order, and what it leaves out, as git would."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.errors import UsageError
from mediaprep.inputs import PathPatterns, Walk, is_media_name, read_list, require_paths


def _tree(root: Path, paths: Iterable[str]) -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).touch()


def _paths(walk: Walk, *paths: str) -> list[str]:
    found = (entry.path for entry in walk.files(paths))
    return [path for path in found if not path.endswith(".gitignore")]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work inside an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_folders_come_sorted_and_files_before_folders(here: Path) -> None:
    _tree(here, ["b/x.png", "a.png", "c.png", "b/a/y.png", "B.png"])
    assert _paths(Walk(), ".") == ["B.png", "a.png", "c.png", "b/x.png", "b/a/y.png"]


def test_a_path_is_as_given_or_below_the_path_given(here: Path) -> None:
    _tree(here, ["a/x.png"])
    for given_path, found in {
        "a": "a/x.png",
        "a/": "a/x.png",
        ".": "a/x.png",
        "./a/x.png": "./a/x.png",
        str(here / "a"): f"{here}/a/x.png",
    }.items():
        assert _paths(Walk(), given_path) == [found]


def test_a_file_that_was_named_is_marked(here: Path) -> None:
    _tree(here, ["a/x.png", "notes.txt"])
    found = {entry.path: entry.explicit for entry in Walk().files(["notes.txt", "a"])}
    assert found == {"notes.txt": True, "a/x.png": False}


@pytest.mark.parametrize(
    "given_paths",
    [
        pytest.param(["a/x.png", "a/x.png"], id="a file twice"),
        pytest.param(["a", "a"], id="a folder twice"),
        pytest.param(["a/x.png", "a"], id="a file before its folder"),
        pytest.param(["a", "a/x.png"], id="a file after its folder"),
        pytest.param([".", "a"], id="a folder after the one above it"),
        pytest.param(["a", "."], id="a folder before the one above it"),
        pytest.param(["a", "./a", "a/"], id="a folder under other spellings"),
    ],
)
def test_each_file_comes_once(here: Path, given_paths: list[str]) -> None:
    _tree(here, ["a/x.png"])
    assert _paths(Walk(), *given_paths) == ["a/x.png"]


def test_what_leads_nowhere_is_yielded_for_the_probe_to_say_why(here: Path) -> None:
    (here / "dangling.png").symlink_to("nowhere")
    (here / "loop.png").symlink_to("loop.png")
    assert _paths(Walk(), "gone.png", ".") == ["gone.png", "dangling.png", "loop.png"]


def test_links_to_files_are_followed_and_links_to_folders_counted(here: Path) -> None:
    _tree(here, ["real/x.png"])
    (here / "link.png").symlink_to("real/x.png")
    (here / "round").symlink_to(".")
    walk = Walk()
    assert _paths(walk, ".") == ["link.png", "real/x.png"]
    assert walk.links_skipped == 1


def test_a_link_to_a_folder_that_was_named_is_walked(here: Path) -> None:
    _tree(here, ["real/x.png"])
    (here / "link").symlink_to("real")
    assert _paths(Walk(), "link") == ["link/x.png"]


def test_folders_of_tools_are_not_entered(here: Path) -> None:
    _tree(here, ["a.png", ".git/x.png", "node_modules/y.png", ".venv/z.png", ".hidden/h.png"])
    assert _paths(Walk(), ".") == ["a.png", ".hidden/h.png"]
    assert _paths(Walk(), "node_modules") == ["node_modules/y.png"]


def test_a_deep_tree_neither_fails_nor_ends_early(here: Path) -> None:
    deep = "d/" * 200
    _tree(here, [f"{deep}x.png"])
    assert _paths(Walk(), ".") == [f"{deep}x.png"]


@pytest.mark.parametrize(
    ("patterns", "left"),
    [
        pytest.param(["*.gif"], ["a.png", "b/c.png", "b/d/e.png"], id="by name, at any depth"),
        pytest.param(["b/"], ["a.gif", "a.png"], id="a folder"),
        pytest.param(["/a.*"], ["b/c.gif", "b/c.png", "b/d/e.png"], id="at the top only"),
        pytest.param(["b/**", "!b/c.png"], ["a.gif", "a.png", "b/c.png"], id="an exception"),
    ],
)
def test_exclusions_read_like_gitignore(here: Path, patterns: list[str], left: list[str]) -> None:
    _tree(here, ["a.gif", "a.png", "b/c.gif", "b/c.png", "b/d/e.png"])
    walk = Walk(exclude=patterns)
    assert _paths(walk, ".") == left
    assert walk.excluded > 0


def test_a_named_file_is_judged_unless_exclusion_is_forced(here: Path) -> None:
    _tree(here, ["a.png", "b.png"])
    (here / ".git").mkdir()
    (here / ".gitignore").write_text("b.png\n")
    assert _paths(Walk(exclude=["a.png"]), "a.png", "b.png") == ["a.png", "b.png"]
    forced = Walk(exclude=["a.png"], force_exclude=True)
    assert _paths(forced, "a.png", "b.png") == []
    assert forced.excluded == 2
    free = Walk(exclude=["a.png"], force_exclude=True, respect_gitignore=False)
    assert _paths(free, "a.png", "b.png") == ["b.png"]


def test_git_rules_hold_from_the_root_of_the_repository_down(here: Path) -> None:
    _tree(here, ["repo/a/x.png", "repo/a/y.png", "repo/a/b/y.png"])
    (here / ".gitignore").write_text("x.png\n")
    (here / "repo" / ".git").mkdir()
    (here / "repo" / ".gitignore").write_text("y.png\n")
    (here / "repo" / "a" / "b" / ".gitignore").write_text("!y.png\n")
    left = ["repo/a/x.png", "repo/a/b/y.png"]
    assert _paths(Walk(), "repo") == left
    assert _paths(Walk(), "repo/a") == left
    assert len(_paths(Walk(respect_gitignore=False), "repo/a")) == 3


def test_a_gitignore_outside_of_any_repository_above_does_not_count(here: Path) -> None:
    _tree(here, ["a/x.png"])
    (here / ".gitignore").write_text("x.png\n")
    assert _paths(Walk(), "a") == ["a/x.png"]


_NAMES = ("a", "b", "x.png", "y.gif")
_LINES = st.sampled_from(
    (
        *("x.png", "/x.png", "*.gif", "a/", "/a", "a", "b/", "a/b", "a/*", "a/**", "**/b", "**/b/"),
        *("!x.png", "!a/", "!a/x.png", "!*.gif", "a/**/x.png", "?.png", "[xy].*", "#x", "\\#x"),
        *(
            "*\n!*/\n!*.png",
            "*.png\n!a/",
            "",
            "x.png ",
            "x.png\\ ",
            "!",
            "/",
            "*",
            "!*/",
            "**",
            "*/b",
            "./a",
            "a//b",
            "b/x.png/",
        ),
    )
)
_RULES = st.lists(_LINES, min_size=1, max_size=4)


def _git(folder: Path, *arguments: str, stdin: str = "") -> str:
    env = {"PATH": os.environ["PATH"], "GIT_CONFIG_GLOBAL": "/dev/null", "GIT_CONFIG_NOSYSTEM": "1"}
    command = ["git", "-C", str(folder), *arguments]
    done = subprocess.run(
        command, input=stdin, capture_output=True, text=True, env=env, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("repository")
    folders = ("", "a/", "b/", "a/b/", "b/a/")
    _tree(root, [f"{folder}{name}" for folder in folders for name in ("x.png", "y.gif")])
    _git(root, "init", "-q")
    return root


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.sampled_from(("", "a/", "a/b/")), _RULES, min_size=1))
def test_a_walk_leaves_out_what_git_ignores(repository: Path, rules: dict[str, list[str]]) -> None:
    for old in repository.rglob(".gitignore"):
        old.unlink()
    for folder, lines in rules.items():
        (repository / folder / ".gitignore").write_text("\n".join(lines) + "\n")
    everything = sorted(
        str(path.relative_to(repository))
        for path in repository.rglob("*.*")
        if path.suffix in (".png", ".gif")
    )
    ignored = _git(repository, "check-ignore", "--stdin", "--no-index", stdin="\n".join(everything))
    kept = {str(Path(path).relative_to(repository)) for path in _paths(Walk(), str(repository))}
    assert sorted(kept) == sorted(set(everything) - set(ignored.splitlines()))
    forced = Walk(force_exclude=True)
    named = _paths(forced, *(str(repository / path) for path in everything))
    assert named == [str(repository / path) for path in everything if path in kept]


@pytest.mark.parametrize(
    ("data", "paths"),
    [
        pytest.param(b"a.png\nb c.png\n", ["a.png", "b c.png"], id="one a line"),
        pytest.param(b"a.png\r\nb.png", ["a.png", "b.png"], id="lines of Windows"),
        pytest.param(b"a\nb.png\0c.png\0", ["a\nb.png", "c.png"], id="NUL lets a name have lines"),
        pytest.param(b"\xff.png\n", ["\udcff.png"], id="names that are no UTF-8"),
        pytest.param(b"-x.png\n\n", ["-x.png"], id="a leading dash, an empty line"),
        pytest.param(b"", [], id="nothing"),
        pytest.param(b"\0\0\0", [], id="nothing but NUL"),
    ],
)
def test_a_list_of_paths_is_split(data: bytes, paths: list[str]) -> None:
    assert read_list(data) == paths


def test_a_path_that_is_not_there_is_named(here: Path) -> None:
    (here / "dangling").symlink_to("nowhere")
    require_paths(["dangling", "."])
    with pytest.raises(UsageError, match=r"'gone\.png': no such file or folder"):
        require_paths([".", "gone.png"])
    with pytest.raises(UsageError, match="no such file"):
        require_paths(["a\0b"])


def test_patterns_of_overrides_are_seen_from_the_root_of_the_settings(here: Path) -> None:
    patterns = PathPatterns(str(here), ["thumbs/*", "!thumbs/big.png"])
    assert patterns.match("thumbs/a.png")
    assert patterns.match(str(here / "thumbs" / "a.png"))
    assert not patterns.match("thumbs/big.png")
    assert not patterns.match("other/a.png")
    assert not PathPatterns(str(here / "sub"), ["/a.png"]).match("a.png")


def test_a_name_says_media_by_its_extension() -> None:
    assert is_media_name("x/a.HEIC")
    assert not is_media_name("x.png/readme")
    assert not is_media_name("src/index.ts")
