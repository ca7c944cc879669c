"""A profile of one's own: what it may say, what it inherits, and how a mistake is told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.errors import ConfigError
from mediaprep.measures import CHOICES, MEASURES
from mediaprep.model import Kind
from mediaprep.profiles import load_profile
from mediaprep.profiles.load import line_of

HEAD = 'name = "own"\nsource = "https://example.com/limits"\nchecked = 2026-11-21\n'


def _own(folder: Path, text: str, name: str = "own.toml") -> str:
    path = folder / name
    path.write_text(text)
    return str(path)


def test_a_profile_of_ones_own_says_what_it_takes(tmp_path: Path) -> None:
    profile = load_profile(
        _own(
            tmp_path,
            f"""{HEAD}backend = "mine"
[image]
container = ["JPG", "heic"]
width = {{ range = "[10, 20] px", observed = "[5, 25] px" }}
size = {{ range = "(0, 1 MiB]", source = "a mail", checked = 2026-01-02 }}
[video]
source = "https://example.com/video"
fps = {{ range = "[24, 60] fps", of = "nominal" }}
[set]
images = "[1, 4]"
""",
        )
    )
    assert (profile.name, profile.backend, profile.extends) == ("own", "mine", "")
    image, video = profile.limits[Kind.IMAGE], profile.limits[Kind.VIDEO]
    assert image["container"].choices == ("jpeg", "heif")
    assert image["width"].observed_text == "[5, 25] px"
    assert (image["size"].source, image["size"].checked) == ("a mail", date(2026, 1, 2))
    assert (video["fps"].of, video["fps"].source) == ("nominal", "https://example.com/video")
    assert profile.sets["images"].text == "[1, 4]"
    assert Kind.AUDIO not in profile.limits


def test_every_measure_and_choice_can_be_limited(tmp_path: Path) -> None:
    units = {"size": " B", "width": " px", "height": " px", "pixels": " px", "duration": " s"}
    units |= {"sample_rate": " Hz", "bit_depth": " bit"}
    rows = [f'{name} = "[1, 2]{units.get(name, "")}"' for name in MEASURES]
    rows += [f'{name} = ["x"]' for name in CHOICES]
    profile = load_profile(_own(tmp_path, HEAD + "[video]\n" + "\n".join(rows)))
    assert set(profile.limits[Kind.VIDEO]) == set(MEASURES) | set(CHOICES)


def test_it_may_extend_a_built_in_and_change_single_limits(tmp_path: Path) -> None:
    text = HEAD + 'extends = "seedance-2.0"\n[image]\nwidth = "[500, 6000] px"\n'
    image = load_profile(_own(tmp_path, text)).limits[Kind.IMAGE]
    assert (image["width"].text, image["width"].inherited_from) == ("[500, 6000] px", "")
    assert (image["height"].text, image["height"].inherited_from) == (
        "[300, 6000] px",
        "seedance-2.0",
    )


def test_it_may_extend_another_file_beside_it(tmp_path: Path) -> None:
    _own(tmp_path, HEAD + '[image]\nwidth = "[1, 2] px"\n', "base.toml")
    child = _own(tmp_path, HEAD.replace("own", "child") + 'extends = "base.toml"\n', "child.toml")
    limit = load_profile(child).limits[Kind.IMAGE]["width"]
    assert (limit.text, limit.inherited_from) == ("[1, 2] px", "own")


def test_what_is_inherited_twice_names_who_said_it(tmp_path: Path) -> None:
    _own(tmp_path, HEAD.replace("own", "middle") + 'extends = "sunra"\n', "middle.toml")
    profile = load_profile(_own(tmp_path, HEAD + 'extends = "middle.toml"\n'))
    assert profile.limits[Kind.IMAGE]["width"].inherited_from == "seedance-2.0"


def test_any_limit_that_changes_changes_the_fingerprint(tmp_path: Path) -> None:
    texts = [
        HEAD + '[image]\nwidth = "[1, 2] px"\n',
        HEAD + '[image]\nwidth = "[1, 3] px"\n',
        HEAD + '[image]\nwidth = "(1, 3] px"\n',
        HEAD + '[image]\nwidth = { range = "(1, 3] px", observed = "[1, 4] px" }\n',
        HEAD + '[image]\ncontainer = ["png"]\n',
        HEAD + '[image]\ncontainer = ["gif"]\n',
        HEAD + '[video]\nfps = "[1, 3] fps"\n',
        HEAD + '[video]\nfps = { range = "[1, 3] fps", of = "nominal" }\n',
        HEAD + '[set]\nimages = "[0, 3]"\n',
    ]
    prints = [load_profile(_own(tmp_path, text)).fingerprint for text in texts]
    assert len(set(prints)) == len(texts)
    again = load_profile(_own(tmp_path, "# a remark\n" + texts[0]))
    assert again.fingerprint == prints[0]


@pytest.mark.parametrize(
    ("text", "line", "key", "expected"),
    [
        pytest.param(HEAD + "colour = 1", 4, "colour", "expected one of", id="an unknown key"),
        pytest.param(
            HEAD + "[smell]\nrange = 1", 4, "smell", "expected one of", id="an unknown table"
        ),
        pytest.param(
            *(HEAD + '[image]\n\nwdith = "[1, 2] px"', 6, "image.wdith"),
            "unknown measure; expected one of container,",
            id="an unknown measure",
        ),
        pytest.param(
            *(HEAD + '[set]\npictures = "[0, 1]"', 5, "set.pictures"),
            "unknown measure; expected one of images, videos",
            id="an unknown measure of a set",
        ),
        pytest.param(
            *(HEAD + '[image]\nwidth = "[6000, 300] px"', 5, "image.width", "reversed"),
            id="a reversed interval",
        ),
        pytest.param(
            *(HEAD + '[image]\nwidth = "[300, 6000] MB"', 5, "image.width", "expected px"),
            id="a bad unit",
        ),
        pytest.param(
            *(HEAD + '[image]\nsize = "(0, 30)"', 5, "image.size", "expected B or KB or KiB"),
            id="a missing unit",
        ),
        pytest.param(
            *(HEAD + '[image]\nwidth = "300-6000"', 5, "image.width", "write it as [2, 15]"),
            id="no interval",
        ),
        pytest.param(
            *(HEAD + "[image]\nwidth = 300", 5, "image.width", "an interval in quotes"),
            id="a number for an interval",
        ),
        pytest.param(
            *(HEAD + '[image]\ncontainer = "jpeg"', 5, "image.container", "a list of names"),
            id="a text for a list",
        ),
        pytest.param(
            *(HEAD + "[image]\ncontainer = []", 5, "image.container", "a list of names"),
            id="an empty list",
        ),
        pytest.param(
            *(HEAD + '[image]\nwidth = { rang = "[1, 2] px" }', 5, "image.width"),
            "rang: unknown key; expected one of checked, observed, of, range, source",
            id="an unknown key of a limit",
        ),
        pytest.param(
            *(HEAD + '[video]\nfps = { range = "[1, 2] fps", of = "peak" }', 5, "video.fps"),
            'expected "average" or "nominal"',
            id="a rate that there is not",
        ),
        pytest.param(
            *(HEAD + '[image]\nwidth = { range = "[1, 2] px", observed = "[9, 1] px" }', 5),
            *("image.width", "reversed"),
            id="a reversed observation",
        ),
        pytest.param(
            *(HEAD + '[image.width]\nrange = "[2, 1] px"', 4, "image.width", "reversed"),
            id="a limit as a table of its own",
        ),
        pytest.param(
            *('name = "own"\nchecked = 2026-11-21\n', 1, "source", "expected text in quotes"),
            id="no source",
        ),
        pytest.param(
            *('name = "own"\nsource = "x"\nchecked = "today"\n', 3, "checked"),
            "a date such as 2026-11-21, without quotes",
            id="a date that is none",
        ),
        pytest.param(
            *('name = "own"\nsource = "x"\nchecked = 2026-11-21T10:00:00\n', 3, "checked"),
            "expected a date",
            id="a time for a date",
        ),
        pytest.param(
            *('name = "own"\nsource = "x"\n', 1, "checked", "expected a date"), id="no date"
        ),
        pytest.param(
            *('source = "x"\nchecked = 2026-11-21\n', 1, "name", "expected text"), id="no name"
        ),
        pytest.param(
            *(HEAD + "[image]\nsource = 3\n", 5, "image.source", "expected text"),
            id="a source that is no text",
        ),
        pytest.param(
            *(HEAD + "image = 3", 4, "image", "expected a table"), id="a kind that is no table"
        ),
        pytest.param(
            *(HEAD + 'extends = "nowhere"', 4, "extends", "no profile 'nowhere'"),
            id="a base that there is not",
        ),
        pytest.param(
            *(HEAD + 'extends = "own.toml"', 4, "extends", "extend each other"),
            id="a profile that extends itself",
        ),
    ],
)
def test_a_mistake_names_file_line_key_and_what_was_expected(
    tmp_path: Path, text: str, line: int, key: str, expected: str
) -> None:
    path = _own(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_profile(path)
    message = str(caught.value)
    assert message.startswith(f"{path}:{line}: {key}")
    assert expected in message


def test_two_profiles_that_extend_each_other_are_an_error(tmp_path: Path) -> None:
    _own(tmp_path, HEAD + 'extends = "b.toml"', "a.toml")
    path = _own(tmp_path, HEAD + 'extends = "a.toml"', "b.toml")
    with pytest.raises(ConfigError, match=r"\.toml:4: extends: .*extend each other"):
        load_profile(path)


@pytest.mark.parametrize("name", ["atlas", "", "ATLASCLOUD", "seedance-2.0.toml", "./gone.toml"])
def test_a_name_that_nothing_bears_lists_those_that_are(name: str) -> None:
    with pytest.raises(ConfigError, match="there is no profile") as caught:
        load_profile(name)
    assert "atlascloud, byteplus" in caught.value.hint


@pytest.mark.parametrize("content", [b"name = ", b"\xff\xfe\x00", b'a = 1\n"a" = 2\n'])
def test_what_is_no_toml_names_the_file(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "own.toml"
    path.write_bytes(content)
    with pytest.raises(ConfigError, match=r"own\.toml: "):
        load_profile(str(path))


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load_profile(f"{tmp_path}/")


_LINES = ["name = 'own'", "source = 'x'", "checked = 2026-11-21", "[image]", "[video]", "[set]"]
_LINES += ["width = '[1, 2] px'", "fps = { range = '[1, 2] fps' }", "images = '[0, 9]'"]
_LINES += ["[image.width]", "range = '[2, 1] px'", "extends = 'crun'", "documents = true", "x = 1"]


@given(st.lists(st.sampled_from(_LINES), max_size=12))
def test_whatever_is_written_is_a_profile_or_a_clear_error(
    tmp_path_factory: pytest.TempPathFactory, lines: list[str]
) -> None:
    path = _own(tmp_path_factory.getbasetemp(), "\n".join(lines), "any.toml")
    try:
        said = load_profile(path).name
    except ConfigError as error:
        said = str(error)
    assert said == "own" or said.startswith(path)


@pytest.mark.parametrize(
    ("section", "key", "line"),
    [
        ("", "width", 1),
        ("", "image", 2),
        ("image", "height", 3),
        ("video", "width", 6),
        ("image.width", "range", 8),
        pytest.param("image", "gone", 2, id="one that is missing: its section"),
        pytest.param("image.height", "rang", 3, id="one inside braces: their key"),
        pytest.param("audio", "width", 1, id="a section that is missing: the top"),
    ],
)
def test_the_line_of_a_key_is_where_it_stands(section: str, key: str, line: int) -> None:
    text = (
        "width = 1\n[image]\n'height' = { rang = 2 }\n# width = 5\n"
        '[ "video" ]\nwidth = 3\n[image.width]\nrange = 4\n'
    )
    assert line_of(text, section, key) == line
