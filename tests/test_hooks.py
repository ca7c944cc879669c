"""The pre-commit hook, run by the real pre-commit in a scratch git repository."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from conftest import png
from PIL import Image

from mediaprep.formats import MEDIA_EXTENSIONS, files_pattern

MANIFEST = Path(__file__).parent.parent / ".pre-commit-hooks.yaml"
HOOKS: list[dict[str, Any]] = import_module("yaml").safe_load(MANIFEST.read_text(encoding="utf-8"))
CHECK = next(hook for hook in HOOKS if hook["id"] == "mediaprep-check")
FIX = next(hook for hook in HOOKS if hook["id"] == "mediaprep-fix")
LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def test_the_pattern_is_that_of_the_table() -> None:
    for hook in HOOKS:
        assert hook["files"] == files_pattern()
        assert hook["require_serial"] is True
        assert "types_or" not in hook


def test_the_pattern_takes_media_and_nothing_else() -> None:
    pattern = re.compile(CHECK["files"])
    assert all(pattern.search(f"x/a.{extension}") for extension in MEDIA_EXTENSIONS)
    assert pattern.search("A.MP4")
    assert not pattern.search("mp4.py")
    assert not pattern.search("index.ts")
    assert not pattern.search("docs/jpg/readme.md")


def test_pre_commit_takes_the_manifest() -> None:
    done = _run(Path(), sys.executable, "-m", "pre_commit", "validate-manifest", str(MANIFEST))
    assert (done.returncode, done.stdout) == (0, "")


def _run(repo: Path, *command: str, **env: str) -> subprocess.CompletedProcess[str]:
    clean = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    clean |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1", "NO_COLOR": "1"}
    clean |= {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a@b", "GIT_COMMITTER_NAME": "a"}
    clean |= {"GIT_COMMITTER_EMAIL": "a@b", "PRE_COMMIT_COLOR": "never", "COLUMNS": "200"} | env
    return subprocess.run(
        command, cwd=repo, env=clean, capture_output=True, text=True, check=False, timeout=60
    )


@pytest.fixture
def repo(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a repository with the hook of the manifest installed, run by this interpreter."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    return _repository(tmp_path / "repo", CHECK)


def _repository(folder: Path, described: dict[str, Any]) -> Path:
    folder.mkdir()
    hook = described | {"language": "system", "args": ["--profile", "atlascloud"]}
    hook["entry"] = described["entry"].replace(
        "mediaprep ", f"{shlex.quote(sys.executable)} -m mediaprep ", 1
    )
    config = {"repos": [{"repo": "local", "hooks": [hook]}]}
    (folder / ".pre-commit-config.yaml").write_text(json.dumps(config))  # JSON is YAML
    assert _run(folder, "git", "init", "-q").returncode == 0
    assert _run(folder, sys.executable, "-m", "pre_commit", "install").returncode == 0
    return folder


def _commit(repo: Path) -> tuple[bool, str]:
    """Stage all and commit; return whether git took it, and what was printed."""
    assert _run(repo, "git", "add", "-A").returncode == 0
    done = _run(repo, "git", "commit", "-q", "-m", "media")
    log = _run(repo, "git", "rev-list", "--count", "HEAD")
    assert (log.returncode == 0) is (done.returncode == 0)
    return done.returncode == 0, done.stdout + done.stderr


def test_a_bad_file_is_refused_with_our_message(repo: Path) -> None:
    (repo / "small.png").write_bytes(png(299, 400))
    (repo / "good.png").write_bytes(png(400, 400))
    taken, printed = _commit(repo)
    assert not taken
    assert "small.png  GEO001 width is 299 px, atlascloud accepts [300, 6000] px" in printed
    assert "good.png" not in printed


def test_a_good_file_passes(repo: Path) -> None:
    (repo / "good.PNG").write_bytes(png(400, 400))
    (repo / "a name with blanks, ä and 'quotes'.png").write_bytes(png(401, 400))
    taken, printed = _commit(repo)
    assert taken, printed
    assert "Passed" in printed


def test_an_lfs_pointer_is_reported_as_such(repo: Path) -> None:
    (repo / "clip.mp4").write_bytes(LFS)
    taken, printed = _commit(repo)
    assert not taken
    assert "clip.mp4  PRB005 Git LFS pointer to 12345 bytes" in printed
    assert "git lfs pull" in printed


def test_other_files_are_none_of_its_business(repo: Path) -> None:
    (repo / "mp4.py").write_text("x = 1\n")
    taken, printed = _commit(repo)
    assert taken, printed
    assert "no files to check" in printed


def test_exclusions_of_the_project_count(repo: Path) -> None:
    (repo / "mediaprep.toml").write_text('exclude = ["drafts/"]\n')
    (repo / "drafts").mkdir()
    (repo / "drafts" / "small.png").write_bytes(png(299, 400))
    taken, printed = _commit(repo)
    assert taken, printed
    (repo / "small.png").write_bytes(png(298, 400))
    assert _run(repo, "git", "add", "-A").returncode == 0
    done = _run(repo, "git", "commit", "-q", "-m", "more")
    assert done.returncode == 1
    assert "drafts" not in done.stdout + done.stderr


def test_the_hook_leaves_the_working_tree_alone(repo: Path) -> None:
    (repo / "good.png").write_bytes(png(400, 400))
    assert _commit(repo)[0]
    assert _run(repo, "git", "status", "--porcelain", "--ignored").stdout == ""


def test_the_fixing_hook_stops_the_commit_and_stages_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(tmp_path / "pre-commit"))
    repo = _repository(tmp_path / "repo", FIX)
    Image.new("RGB", (6400, 2600), "navy").save(repo / "large.jpg")
    (repo / "good.png").write_bytes(png(400, 400))
    before = (repo / "large.jpg").read_bytes()
    assert _run(repo, "git", "add", "-A").returncode == 0
    staged = _run(repo, "git", "ls-files", "--stage").stdout
    done = _run(repo, "git", "commit", "-q", "-m", "media")
    printed = done.stdout + done.stderr
    assert done.returncode == 1
    assert "files were modified by this hook" in printed
    assert "large.jpg  fixed GEO001: scale 6400×2600 to " in printed
    assert _run(repo, "git", "ls-files", "--stage").stdout == staged
    assert _run(repo, "git", "status", "--porcelain").stdout.splitlines() == [
        "A  .pre-commit-config.yaml",
        "A  good.png",
        "AM large.jpg",
    ]
    with Image.open(repo / "large.jpg") as picture:
        assert picture.width <= 6000
    (kept,) = (repo / ".mediaprep-backup").rglob("large.jpg*")
    assert kept.read_bytes() == before
    taken, printed = _commit(repo)
    assert taken, printed
    files = _run(repo, "git", "ls-files").stdout.split()
    assert files == [".pre-commit-config.yaml", "good.png", "large.jpg"]
