"""Request files: three notations of one thing, and one clear line for what is wrong in them."""

from __future__ import annotations

from pathlib import Path

import pytest
from cli_run import run
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.errors import MediaprepError
from mediaprep.generation import Form, Mode, Role
from mediaprep.request.document import read_document
from mediaprep.request.read import KEYS, read_request

TOML = """
backend = "crun"
model = "bytedance/seedance2-0-r2v"
prompt = '''[Image1] in a room,
said "now"'''
reference_images = ["one.png", "https://cdn.example/two.png?sig=1", "Asset://asset-1"]
ratio = "16:9"
duration = -1
generate_audio = false
"""
JSON = r"""
{"backend": "crun", "model": "bytedance/seedance2-0-r2v",
 "prompt": "[Image1] in a room,\nsaid \"now\"",
 "reference_images": ["one.png", "https://cdn.example/two.png?sig=1", "Asset://asset-1"],
 "ratio": "16:9", "duration": -1, "generate_audio": false}
"""
YAML = """
backend: crun
model: bytedance/seedance2-0-r2v
prompt: |-
  [Image1] in a room,
  said "now"
reference_images:
  - one.png
  - https://cdn.example/two.png?sig=1
  - Asset://asset-1
ratio: 16:9
duration: -1
generate_audio: false
"""
BASE = 'backend = "sunra"\nmodel = "m"\nprompt = "p"\n'


def write(folder: Path, name: str, text: str) -> str:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return str(path)


@pytest.mark.parametrize(
    ("name", "text"), [("a.toml", TOML), ("a.json", JSON), ("a.yaml", YAML), ("a.yml", YAML)]
)
def test_the_three_notations_say_the_same(tmp_path: Path, name: str, text: str) -> None:
    request = read_request(write(tmp_path, name, text))
    assert (request.backend, request.model) == ("crun", "bytedance/seedance2-0-r2v")
    assert request.prompt == '[Image1] in a room,\nsaid "now"'
    assert [r.form for r in request.references] == [Form.PATH, Form.URL, Form.ASSET]
    assert request.references[0].path == str(tmp_path / "one.png")
    assert (request.ratio, request.duration, request.generate_audio) == ("16:9", -1, False)
    assert request.resolution is None
    assert request.mode is Mode.REFERENCES
    assert "sig=1" not in repr(request)
    assert "sig=1" not in request.references[1].label


def test_references_are_in_the_order_of_the_body(tmp_path: Path) -> None:
    text = f'{BASE}last_frame = "l.png"\nfirst_frame = "f.png"\nreference_videos = ["v.mp4"]\n'
    request = read_request(write(tmp_path, "a.toml", text))
    roles = [r.role for r in request.references]
    assert roles == [Role.REFERENCE_VIDEO, Role.FIRST_FRAME, Role.LAST_FRAME]


@pytest.mark.parametrize(
    ("name", "text", "where", "words"),
    [
        pytest.param(
            "a.toml",
            f'{BASE}\nreference_image = ["a"]\n',
            ":5: reference_image",
            "did you mean reference_images?",
            id="an unknown key has a line and a near one",
        ),
        pytest.param(
            "a.json",
            '{"backend": "sunra",\n "model": "m",\n "promt": "p"}',
            ":3: promt",
            "did you mean prompt?",
            id="in JSON, too",
        ),
        pytest.param(
            "a.yaml",
            "backend: sunra\nmodel: m\nprompt: p\nseeed: 3\n",
            ":4: seeed",
            "known: backend",
            id="in YAML, too; where none is near all are listed",
        ),
        pytest.param(
            "a.toml",
            BASE.replace("sunra", "sunar"),
            ":1: backend",
            "did you mean sunra?",
            id="a backend",
        ),
        pytest.param(
            "a.toml",
            'backend = "sunra"\nmodel = "m"\n',
            "prompt is missing",
            "add prompt",
            id="no prompt",
        ),
        pytest.param(
            "a.toml",
            f'{BASE}duration = "5"\n',
            ":4: duration",
            "whole number",
            id="a length in quotes",
        ),
        pytest.param(
            "a.toml", f"{BASE}duration = inf\n", ":4: duration", "whole number", id="for ever"
        ),
        pytest.param(
            "a.toml",
            f"{BASE}duration = true\n",
            ":4: duration",
            "whole number",
            id="a length of true",
        ),
        pytest.param(
            "a.toml",
            f'{BASE}generate_audio = "yes"\n',
            ":4: generate_audio",
            "true or false",
            id="yes",
        ),
        pytest.param(
            "a.toml",
            f'{BASE}reference_images = "a.png"\n',
            ":4: reference_images",
            "a list",
            id="no list",
        ),
        pytest.param(
            "a.toml",
            f"{BASE}reference_images = [1]\n",
            ":4: reference_images",
            "in quotes",
            id="a number",
        ),
        pytest.param(
            "a.toml",
            f'{BASE}first_frame = ["a.png"]\n',
            ":4: first_frame",
            "in quotes",
            id="frames",
        ),
        pytest.param(
            "a.toml",
            f'{BASE}first_frame = "s3://b/k"\n',
            ":4: first_frame",
            "fetches s3://",
            id="a bucket",
        ),
        pytest.param(
            "a.toml", f'{BASE}first_frame = "asset://"\n', ":4: first_frame", "no id", id="no id"
        ),
        pytest.param("a.toml", "backend = \n", "a.toml:", "docs/requests.md", id="no TOML"),
        pytest.param("a.json", "[1]", "not one JSON object", "", id="a JSON list"),
        pytest.param(
            "a.json", '{"model": 1, "model": 2}', "model is there twice", "", id="a key twice"
        ),
        pytest.param(
            "a.yaml", "model: a\nmodel: b\n", "model is there twice", "", id="a YAML key twice"
        ),
        pytest.param("a.yaml", "- a\n", "not one YAML mapping", "", id="a YAML list"),
        pytest.param("a.yaml", "a: [\n", "not YAML", "", id="no YAML"),
        pytest.param("a.yaml", "a: *b\n", "not YAML", "", id="a YAML alias of nothing"),
        pytest.param("a.json", "[" * 100_000, "a.json", "", id="a deep one"),
        pytest.param("a.yaml", "[" * 2_000, "a.yaml", "", id="a deep YAML"),
        pytest.param("a.txt", "", "ends in .toml, .json, .yaml", "", id="another ending"),
    ],
)
def test_what_is_wrong_is_one_clear_line(
    tmp_path: Path, name: str, text: str, where: str, words: str
) -> None:
    done = run("request", "check", write(tmp_path, name, text))
    assert done.code == 2
    assert where in done.err
    assert words in done.err
    assert len(done.err.splitlines()) <= 2


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    done = run("request", "check", tmp_path / "a.toml")
    assert (done.code, "there is no such file" in done.err) == (2, True)


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_bytes(b"\xff\xfe\x00")
    done = run("request", "check", tmp_path / "a.toml")
    assert (done.code, "not UTF-8" in done.err) == (2, True)


def test_yaml_means_what_it_looks_like(tmp_path: Path) -> None:
    text = "a: 16:9\nb: on\nc: 0x10\nd: 1_000\ne: '5'\nf: 5\ng: 2026-11-21\nh: ~\n"
    values = read_document(write(tmp_path, "a.yaml", text)).values
    assert values == {
        **{"a": "16:9", "b": "on", "c": "0x10", "d": "1_000", "e": "5"},
        **{"f": 5, "g": "2026-11-21", "h": None},
    }


@given(st.sampled_from([".toml", ".json", ".yaml"]), st.text(max_size=200))
def test_no_text_is_a_bug(tmp_path_factory: pytest.TempPathFactory, suffix: str, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{suffix}"
    path.write_text(text, encoding="utf-8", errors="surrogatepass")
    try:
        request = read_request(str(path))
    except MediaprepError:
        return
    assert request.backend


def test_every_key_is_documented() -> None:
    text = (Path(__file__).parent.parent.parent / "docs" / "requests.md").read_text(
        encoding="utf-8"
    )
    for key in KEYS:
        assert f"`{key}`" in text
