"""What a person does wrong, and the one line that says what to do, as the backends answer it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import run
from conftest import png
from publishing import BACKENDS, pictures, publish, published_to
from sandboxlib import Box


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with published_to(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return pictures(tmp_path / "media")


@pytest.mark.parametrize(
    ("backend", "variable", "hint"),
    [
        ("sunra", "SUNRA_API_KEY", "check SUNRA_API_KEY"),
        ("agtcloud", "AGTCLOUD_API_KEY", "check AGTCLOUD_API_KEY"),
        ("volcengine", "VOLCENGINE_SECRET_KEY", "check VOLCENGINE_SECRET_KEY"),
        ("volcengine", "VOLCENGINE_ACCESS_KEY", "check VOLCENGINE_ACCESS_KEY"),
        ("volcengine", "VOLCENGINE_SESSION_TOKEN", "renew VOLCENGINE_SESSION_TOKEN"),
        ("agentsflare", "AGENTSFLARE_API_KEY", "check AGENTSFLARE_API_KEY"),
        ("crun", "CRUN_API_KEY", "check CRUN_API_KEY"),
        ("atlascloud", "ATLASCLOUD_API_KEY", "check ATLASCLOUD_API_KEY"),
    ],
)
def test_a_wrong_key_is_told_once_by_its_variable(
    backend: str,
    variable: str,
    hint: str,
    box: Box,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, "wrong")
    done = publish(folder, backend)
    assert done.code == 2
    assert hint in done.out
    assert "base URL" not in done.out or "ACCESS_KEY" in variable
    said = [line for line in done.lines if "could-not" in line]
    assert len(said) == 2
    assert said[1].startswith("1 more file  could-not: ")


@pytest.mark.parametrize(
    ("backend", "variable", "other"),
    [
        ("sunra", "MEDIAPREP_SUNRA_BASE_URL", "MEDIAPREP_ATLASCLOUD_CONSOLE_URL"),
        ("agtcloud", "MEDIAPREP_AGTCLOUD_BASE_URL", "MEDIAPREP_SUNRA_BASE_URL"),
        ("volcengine", "MEDIAPREP_VOLCENGINE_BASE_URL", "MEDIAPREP_SUNRA_BASE_URL"),
        ("agentsflare", "MEDIAPREP_AGENTSFLARE_BASE_URL", "MEDIAPREP_SUNRA_BASE_URL"),
        ("crun", "MEDIAPREP_CRUN_BASE_URL", "MEDIAPREP_SUNRA_BASE_URL"),
        ("atlascloud", "MEDIAPREP_ATLASCLOUD_CONSOLE_URL", "MEDIAPREP_ATLASCLOUD_API_URL"),
    ],
)
def test_a_wrong_host_is_told_from_a_wrong_key(
    backend: str,
    variable: str,
    other: str,
    box: Box,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import os

    monkeypatch.setenv(variable, os.environ[other])
    done = publish(folder, backend)
    assert done.code == 2
    assert variable in done.out or "two base URLs" in done.out
    assert "API_KEY" not in done.out


@pytest.mark.parametrize(
    ("backend", "arguments", "said"),
    [
        pytest.param(
            "volcengine",
            ("--group", "group-20260101010101-aaaaa"),
            "there is no group group-20260101010101-aaaaa in project default",
            id="an unknown group of Volcengine's",
        ),
        pytest.param(
            "agtcloud",
            ("--group", "group_abc123"),
            "there is no group group_abc123",
            id="an unknown container in the form of AGTCloud's page",
        ),
        pytest.param("sunra", ("--group", "mine"), "has no groups", id="a group where none are"),
        pytest.param(
            "volcengine",
            ("--group", "x" * 65),
            "the name has 65 characters, at most 64 are taken",
            id="a group's name that is too long",
        ),
        pytest.param(
            "volcengine",
            ("--name-template", "x" * 60 + "{sha16}"),
            "at most 64",
            id="an asset's name that is too long",
        ),
    ],
)
def test_what_cannot_be_is_told_before_anything_is_registered(
    backend: str, arguments: tuple[str, ...], said: str, box: Box, folder: Path
) -> None:
    done = publish(folder, backend, *arguments)
    assert done.code == 2
    assert said in done.out + done.err
    assert not [a for a in box.control("GET", "assets")["assets"] if "media" in a.get("name", "")]


def test_a_group_of_another_project_is_not_there(
    box: Box, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = run("assets", "groups", "--create", "mine", "--backend", "volcengine").lines[0]
    monkeypatch.setenv("MEDIAPREP_VOLCENGINE_PROJECT", "other")
    done = publish(folder, "volcengine", "--group", made.split()[0])
    assert done.code == 2
    assert "in project other" in done.out
    assert "check the id, the account and the project" in done.out


def test_a_kind_that_is_not_offered_says_by_whom_and_what_to_do(box: Box, tmp_path: Path) -> None:
    media = tmp_path / "sound"
    media.mkdir()
    (media / "a.wav").write_bytes(_wav(4))
    by_limits = publish(media, "volcengine")
    assert (by_limits.code, "accepts images only" in by_limits.out) == (1, True)
    done = publish(media, "volcengine", "--profile", "volcengine-2026")
    assert done.code == 2
    assert "audio is not taken here, only image" in done.out
    assert "MEDIAPREP_VOLCENGINE_ASSET_TYPES" in done.out


def _wav(seconds: int) -> bytes:
    samples = b"\0\1" * (48_000 * seconds)
    head = b"fmt \x10\0\0\0\1\0\1\0" + (48_000).to_bytes(4, "little")
    head += (96_000).to_bytes(4, "little") + b"\2\0\x10\0data" + len(samples).to_bytes(4, "little")
    return b"RIFF" + (4 + len(head) + len(samples)).to_bytes(4, "little") + b"WAVE" + head + samples


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_refusal_by_moderation_says_that_the_content_is_refused(
    backend: str, box: Box, folder: Path
) -> None:
    action = "CreateAsset" if backend in ("volcengine", "agentsflare") else "create"
    box.fault(backend=backend, action=action, mode="reject", count=1)
    done = publish(folder, backend)
    assert done.code == 3
    assert "violates the content policy" in done.out
    assert "use other media" in done.out
    assert "1 refused by the backend" in done.lines[-1]


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_full_library_is_told_as_such(backend: str, tmp_path: Path) -> None:
    with published_to(tmp_path, quota=1):
        done = publish(pictures(tmp_path / "media", 3), backend)
    assert done.code in (2, 3)
    assert "The quota of 1 assets is used up" in done.out
    hint = next(line for line in done.lines if line.startswith("  →"))
    assert any(word in hint for word in ("place", "credits", "delete assets"))


def test_a_url_that_is_too_long_is_told_with_the_limit(
    box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publishing.PROOF", "X-Amz-Signature=" + "5" * 2100)
    done = publish(pictures(tmp_path / "media", 1), "sunra")
    assert (done.code, "URL016" in done.out) == (1, True)
    assert "sunra takes [1, 2083]" in done.out
    done = publish(tmp_path / "media", "sunra", "--no-preflight")
    assert done.code == 2
    assert "at most 2083 are taken" in done.out


def test_a_dry_run_makes_no_call_and_tells_the_limits(box: Box, folder: Path) -> None:
    (folder / "small.png").write_bytes(png(20, 20))
    before = box.control("GET", "stats")
    done = publish(folder, "volcengine", "--dry-run")
    assert box.control("GET", "stats") == before
    assert done.code == 1
    assert "2 to publish" in done.out
    assert "limit: create 30 a second, 30 until they settle" in done.out
    assert "limit: kinds image, names of 64 characters" in done.out


@pytest.mark.parametrize(("life_s", "enough"), [(179, False), (180, True)])
def test_a_dry_run_and_a_run_agree_on_how_long_a_url_has_to_live(
    life_s: int, enough: bool, box: Box, folder: Path
) -> None:
    arguments = ("--life", str(life_s))
    assert ("TOO SHORT" in publish(folder, "sunra", "--dry-run", *arguments).out) is not enough
    assert publish(folder, "sunra", *arguments).code == (0 if enough else 2)
