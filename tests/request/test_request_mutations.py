"""From a good request, one thing broken at a time: each breaks its own rule and no other."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from cli_run import Done, run
from request_mutations import DATA, MUTATIONS, OPEN, Change, frames, named, second
from request_world import (
    BACKENDS,
    good,
    keys,
    put,
    put_media,
    remember,
)

from mediaprep.generation import Request
from mediaprep.model import Verdict
from mediaprep.profiles.requests import load_request_limits
from mediaprep.publish.records import State
from mediaprep.rules import RULES
from mediaprep.rules.reqfacts import RequestFacts
from mediaprep.rules.reqjudge import judge_request

# The pages of these two speak of images alone; the current official one of all three kinds.
NEWER = {"volcengine": "volcengine-2026", "agentsflare": "volcengine-2026"}


@pytest.fixture
def scene(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with media, and a ledger that will know most of it."""
    for name, value in keys(tmp_path).items():
        monkeypatch.setenv(name, value)
    put_media(tmp_path)
    one = (tmp_path / "one.png").read_bytes()
    for name in ("late.png", "bad.png", "new.png"):
        (tmp_path / name).write_bytes(one + name.encode())
    return tmp_path


def published(scene: Path, backend: str) -> None:
    environ = keys(scene)
    for path in scene.iterdir():
        if path.suffix in (".png", ".wav", ".mp4") and path.stem not in ("late", "bad", "new"):
            remember(backend, environ, path)
    remember(backend, environ, scene / "late.png", State.REGISTERED)
    remember(backend, environ, scene / "bad.png", State.FAILED)


def check(scene: Path, request: Change, *more: object) -> Done:
    newer = NEWER.get(request["backend"])
    profile = ("--profile", newer) if newer else ()
    return run("request", "check", put(scene, request), *profile, "--output", "json", *more)


def codes(done: Done) -> list[str]:
    whole = json.loads(done.out)
    return [
        f["code"]
        for result in whole["results"]
        for f in result["findings"]
        if f["severity"] != "note"
    ]


@pytest.mark.parametrize("backend", BACKENDS)
def test_nothing_is_said_of_a_good_request(scene: Path, backend: str) -> None:
    published(scene, backend)
    everything = named(backend, images=2, videos=3, audios=3)
    for change in ({}, everything, frames(backend, first_frame="one.png", last_frame="two.png")):
        done = check(scene, good(backend, **change))
        assert (done.code, codes(done)) == (0, []), done.out
    for length in (-1, 4, 15):
        assert check(scene, good(backend, duration=length)).code == 0


@pytest.mark.parametrize(
    ("backend", "sentence"),
    [
        pytest.param(backend, sentence, id=f"{backend}: {sentence}")
        for sentence, (_, backends, _) in MUTATIONS.items()
        for backend in backends
    ],
)
def test_what_is_broken_is_said_once_and_nothing_else(
    scene: Path, backend: str, sentence: str
) -> None:
    published(scene, backend)
    code, _, change = MUTATIONS[sentence]
    done = check(scene, good(backend, **change(backend)))
    assert set(codes(done)) == {code}, done.out
    assert done.code == (0 if code in ("REQ020", "REQ025") or sentence in OPEN else 1)
    ignored = check(scene, good(backend, **change(backend)), "--ignore", code)
    # With the error out of the way, what is unmeasured or unpublished comes to light.
    assert set(codes(ignored)) <= {"REQ007", "REQ008", "REQ020"} - {code}
    assert check(scene, good(backend, **change(backend)), "--strict").code == 1


def test_a_body_past_64_mb_is_too_large(scene: Path) -> None:
    published(scene, "byteplus")
    image = DATA + "A" * (68 << 20)
    done = check(scene, good("byteplus", **second("byteplus", image)))
    assert (done.code, codes(done)) == (1, ["REQ021"])
    assert len(done.out) < 10_000


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("size_bytes", "verdict"),
    [
        pytest.param(64_000_000, None, id="64 MB by every reading"),
        pytest.param(64_000_001, Verdict.CONTESTED, id="64 MB by one of two readings"),
        pytest.param(64 << 20, Verdict.CONTESTED, id="64 MiB"),
        pytest.param((64 << 20) + 1, Verdict.FAIL, id="past 64 MiB"),
    ],
)
def test_the_size_of_a_body(backend: str, size_bytes: int, verdict: Verdict | None) -> None:
    request = Request("r.toml", backend, "any", "dusk")
    facts = RequestFacts(request, (), size_bytes)
    found = judge_request(facts, load_request_limits(backend), frozenset(RULES))
    assert [f.verdict for f in found] == ([verdict] if verdict else [])
    assert {f.code for f in found} <= {"REQ021"}


def test_a_backend_without_a_page_is_unknown_and_no_pass(scene: Path) -> None:
    done = check(
        scene, good("sunra", reference_images=None, prompt="dusk") | {"backend": "agtcloud"}
    )
    assert (done.code, codes(done)) == (1, ["REQ026"])


def test_a_file_that_breaks_the_backends_limits_is_judged_as_well(scene: Path) -> None:
    published(scene, "sunra")
    (scene / "two.png").write_bytes((scene / "one.png").read_bytes()[:60])
    done = check(scene, good("sunra"))
    assert done.code == 1
    assert any(code.startswith("PRB") for code in codes(done))


def test_a_file_that_is_not_there_is_a_finding(scene: Path) -> None:
    published(scene, "sunra")
    done = check(scene, good("sunra", reference_images=["one.png", "gone.png"]))
    assert done.code == 1
    assert codes(done) == ["PRB010"]


def test_without_a_key_the_ledger_is_read_all_the_same(
    scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(scene, "crun")
    monkeypatch.delenv("CRUN_API_KEY")
    assert check(scene, good("crun")).code == 0


def test_without_a_key_two_accounts_are_one_too_many(
    scene: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(scene, "crun")
    remember("crun", keys(scene) | {"CRUN_API_KEY": "another-key"}, scene / "one.png")
    assert check(scene, good("crun")).code == 0
    monkeypatch.delenv("CRUN_API_KEY")
    done = check(scene, good("crun"))
    assert set(codes(done)) == {"REQ017"}
    assert "several accounts" in done.out


@pytest.mark.parametrize("backend", ["sunra", "atlascloud"])
def test_a_bare_word_is_prose_where_references_have_a_mark(scene: Path, backend: str) -> None:
    published(scene, backend)
    prompt = "@Image1 and @Image2, a video 5 seconds long, as in image 7 of my book, video 12"
    assert codes(check(scene, good(backend, prompt=prompt))) == []


def test_what_cannot_be_measured_is_unknown_and_refuses_nothing(scene: Path) -> None:
    published(scene, "byteplus")
    clips = named("byteplus", videos=1) | {"reference_videos": ["https://cdn.example/v.mp4"]}
    done = check(scene, good("byteplus", **clips))
    result = json.loads(done.out)["results"][0]
    assert (done.code, result["verdict"]) == (0, "unknown")
    assert [f["severity"] for f in result["findings"]] == ["warning"]


@pytest.mark.parametrize("suffix", ["toml", "json", "yaml"])
@pytest.mark.parametrize(
    ("duration", "code"),
    [
        pytest.param("5", 0, id="whole"),
        pytest.param("5.0", 0, id="whole with a point"),
        pytest.param("4.5", 1, id="a fraction"),
        pytest.param('"5"', 2, id="text"),
        pytest.param("true", 2, id="a flag"),
    ],
)
def test_a_duration_is_a_number_in_every_form(
    scene: Path, suffix: str, duration: str, code: int
) -> None:
    assign = {"toml": "{} = {}", "json": '"{}": {}', "yaml": "{}: {}"}[suffix]
    values = {"backend": '"sunra"', "model": '"a/b"', "prompt": '"dusk"', "duration": duration}
    lines = [assign.format(key, value) for key, value in values.items()]
    path = scene / f"scene.{suffix}"
    path.write_text("{" + ",\n".join(lines) + "}" if suffix == "json" else "\n".join(lines))
    done = run("request", "check", path, "--output", "json")
    assert done.code == code
    assert (codes(done) if done.code < 2 else []) == (["REQ014"] if code == 1 else [])


def test_a_bare_word_that_alone_names_a_reference_is_misspelled(scene: Path) -> None:
    published(scene, "sunra")
    done = check(scene, good("sunra", prompt="@Image1 and image 2"))
    assert codes(done) == ["REQ003"]
    assert "write @Image2" in done.out


@pytest.mark.parametrize(
    "spelling", ["Image {}", "image {}", "图片{}", "图片 {}", "[Image {}]", "@图片{}", "[图片{}]"]
)
def test_ark_reads_plain_words(scene: Path, spelling: str) -> None:
    published(scene, "byteplus")
    prompt = f"{spelling.format(1)} looks at {spelling.format(2)}"
    assert codes(check(scene, good("byteplus", prompt=prompt))) == []
