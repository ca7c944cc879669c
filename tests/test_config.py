"""Where settings are found, what they may say, and how a mistake is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from mediaprep.config import KEYS, Config, Override, load_config
from mediaprep.errors import ConfigError

_ALL = """\
profile           = ["atlascloud", "./own.toml"]
select            = ["GEO", "TIM002"]
ignore            = "PIC, SET006"
exclude           = ["drafts/"]
respect-gitignore = false
force-exclude     = true
strict            = true
baseline          = "known.json"

[[overrides]]
paths   = ["thumbs/*"]
profile = "crun"
ignore  = ["GEO001"]

[[overrides]]
paths  = "sound/**"
select = ["TIM"]

[sets]
hero = ["hero/*"]
"""


def test_every_key_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mediaprep.toml"
    path.write_text(_ALL)
    (tmp_path / "own.toml").touch()
    assert load_config(tmp_path) == Config(
        root=str(tmp_path),
        profiles=("atlascloud", "./own.toml"),
        select=("GEO", "TIM002"),
        ignore=("PIC", "SET006"),
        exclude=("drafts/",),
        respect_gitignore=False,
        force_exclude=True,
        strict=True,
        baseline="known.json",
        overrides=(
            Override(("thumbs/*",), profiles=("crun",), ignore=("GEO001",)),
            Override(("sound/**",), select=("TIM",)),
        ),
        sets={"hero": ("hero/*",)},
        path=str(path),
    )
    assert all(key in _ALL for key in KEYS)


def test_no_file_is_no_error(tmp_path: Path) -> None:
    assert load_config(tmp_path) == Config()


def test_the_nearest_file_counts(tmp_path: Path) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / "mediaprep.toml").write_text('profile = "crun"')
    assert load_config(inner).profiles == ("crun",)
    (tmp_path / "a" / "pyproject.toml").write_text('[tool.mediaprep]\nprofile = "sunra"')
    assert load_config(inner).profiles == ("sunra",)
    assert load_config(inner).root == str(tmp_path / "a")


def test_its_own_file_counts_before_pyproject(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.mediaprep]\nprofile = "sunra"')
    (tmp_path / "mediaprep.toml").write_text('profile = "crun"')
    assert load_config(tmp_path).profiles == ("crun",)


def test_a_pyproject_that_does_not_speak_of_us_is_passed_by(tmp_path: Path) -> None:
    inner = tmp_path / "a"
    inner.mkdir()
    (tmp_path / "mediaprep.toml").write_text('profile = "crun"')
    (inner / "pyproject.toml").write_text('[project]\nname = "x"')
    assert load_config(inner).profiles == ("crun",)


def test_a_named_file_counts_whatever_lies_nearer(tmp_path: Path) -> None:
    (tmp_path / "mediaprep.toml").write_text('profile = "crun"')
    other = tmp_path / "other.toml"
    other.write_text('profile = "sunra"')
    assert load_config(tmp_path, other).profiles == ("sunra",)


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        pytest.param("\nprofil = 'x'", 2, "profil", "expected one of profile,", id="unknown key"),
        pytest.param("strict = 'yes'", 1, "strict", "expected true or false", id="text for a flag"),
        pytest.param("strict = 1", 1, "strict", "expected true or false", id="a number for a flag"),
        pytest.param("select = 3", 1, "select", "expected a list of texts", id="a number"),
        pytest.param("select = [3]", 1, "select", "expected a list of texts", id="a list of them"),
        pytest.param("baseline = []", 1, "baseline", "expected text", id="a list for text"),
        pytest.param("sets = 'x'", 1, "sets", "expected a table", id="text for a table"),
        pytest.param("overrides = 1", 1, "overrides", "expected tables", id="no tables"),
        pytest.param("#\n[[overrides]]", 2, "overrides", "needs paths", id="an override of what?"),
        pytest.param(
            *('[[overrides]]\npaths = "x"\nstrict = true', 1, "overrides"),
            "unknown key 'strict'; expected one of paths, profile",
            id="a key that no override has",
        ),
        pytest.param(
            "[sets]\na = 1", 1, "sets", "expected a list of texts", id="a set of a number"
        ),
        pytest.param(
            *('strict = true\nprofile = "sunra, agtclod"', 2, "profile"),
            "there is no profile 'agtclod'; known: seedance-2.0, agentsflare, agtcloud",
            id="a profile that there is not",
        ),
        pytest.param(
            *('profile = ["gone.toml"]', 1, "profile", "no profile 'gone.toml'"),
            id="a profile's file that there is not",
        ),
        pytest.param(
            *('ignore = [\n  "GEO",\n  "GOE",\n]', 3, "ignore"),
            "no rule starts with 'GOE'; `mediaprep rule` lists all codes",
            id="a rule that there is not, in a list of several lines",
        ),
        pytest.param(
            *('select = ["TIM"]\n[[overrides]]\npaths = "x"\nselect = "TIN"', 4, "select"),
            "no rule starts with 'TIN'",
            id="a rule that there is not, in an override",
        ),
    ],
)
def test_a_mistake_names_file_line_key_and_what_was_expected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, key: str, expected: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "mediaprep.toml"
    path.write_text(text)
    with pytest.raises(ConfigError) as caught:
        load_config(tmp_path)
    assert str(caught.value).startswith(f"{path}:{line}: {key}: ")
    assert expected in str(caught.value)


def test_a_mistake_in_pyproject_is_found_below_its_table(tmp_path: Path) -> None:
    path = tmp_path / "pyproject.toml"
    path.write_text("[tool.other]\nx = 1\n\n[tool.mediaprep]\nstricter = true\n")
    with pytest.raises(ConfigError, match=r"pyproject\.toml:5: stricter: unknown key"):
        load_config(tmp_path)


@pytest.mark.parametrize("content", [b"profile = ", b"\xff\xfe", b"a = 1\na = 2"])
def test_what_is_no_toml_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "mediaprep.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"mediaprep\.toml: "):
        load_config(tmp_path)


def test_a_named_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere\.toml: cannot be read"):
        load_config(tmp_path, tmp_path / "nowhere.toml")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("[tool.mediaprep]\nstrict = true", True, id="a table"),
        pytest.param("[ tool . 'mediaprep' ]\nstrict = true", True, id="a table with spaces"),
        pytest.param("[tool]\nmediaprep = { strict = true }", True, id="inline"),
        pytest.param("tool.mediaprep.strict = true", True, id="dotted"),
        pytest.param("tool = { mediaprep = { strict = true } }", True, id="inline from the top"),
        pytest.param('[project]\nname = "mediaprep"\n[tool.ruff]', False, id="other tables"),
    ],
)
def test_our_table_is_found_however_it_is_written(tmp_path: Path, text: str, found: bool) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert load_config(tmp_path).strict is found
