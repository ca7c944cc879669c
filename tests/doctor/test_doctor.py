"""What `mediaprep doctor` says of a machine: bare, with a sandbox, and with each mistake."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cli_run import Done, spawn
from sandbox_up import sandbox_up

BARE = {
    "MEDIAPREP_STORE": "",
    **dict.fromkeys(
        ("SUNRA_API_KEY", "AGTCLOUD_API_KEY", "VOLCENGINE_ACCESS_KEY", "BYTEPLUS_ACCESS_KEY"), ""
    ),
    **dict.fromkeys(("AGENTSFLARE_API_KEY", "CRUN_API_KEY", "ATLASCLOUD_API_KEY"), ""),
}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    with sandbox_up(tmp_path_factory.mktemp("sandbox")) as variables:
        yield variables


def answers(*arguments: str, **env: str) -> tuple[Done, dict[str, Any]]:
    """Run doctor, and return its answers by name."""
    done = spawn("doctor", "--output", "json", *arguments, stdin=b"", **env)
    return done, {answer["name"]: answer for answer in json.loads(done.out)["results"]}


def test_a_machine_without_anything_set_up_is_well(tmp_path: Path) -> None:
    done, found = answers(**BARE, MEDIAPREP_LEDGER=str(tmp_path / "new" / "ledger.sqlite"))
    assert done.code == 0
    assert found["Pillow"]["state"] == found["HEIF"]["state"] == "ok"
    assert found["ledger"]["words"].endswith("not made yet")
    assert found["bucket"]["state"] == found["sunra"]["state"] == "absent"
    assert "MEDIAPREP_STORE" in found["bucket"]["mend"]
    assert "SUNRA_API_KEY" in found["sunra"]["words"]
    assert not (tmp_path / "new").exists()


@pytest.mark.parametrize("backend", ["volcengine", "byteplus"])
def test_a_key_for_generations_is_missed_by_nobody_else(backend: str) -> None:
    key = f"{backend.upper()}_ARK_API_KEY"
    done, found = answers("--offline", **BARE, **{key: ""})
    assert done.code == 0
    assert found[f"{backend} run"]["state"] == "absent"
    assert key in found[f"{backend} run"]["mend"]
    done, found = answers("--offline", **BARE, **{key: "key-of-the-test-0123456789"})
    assert (done.code, found[f"{backend} run"]["state"]) == (0, "untried")
    assert "key-of-the-test" not in done.out + done.err
    done, found = answers("--offline", **BARE, **{key: "clé"})
    assert (done.code, found[f"{backend} run"]["state"]) == (1, "broken")
    assert "crun run" not in found


def test_a_backend_that_is_named_has_to_have_its_credentials() -> None:
    done, found = answers("--backend", "crun", **BARE)
    assert done.code == 1
    assert found["crun"]["state"] == "broken"
    assert "sunra" not in found


def test_everything_works_in_the_sandbox(sandbox: dict[str, str]) -> None:
    done, found = answers(**sandbox)
    told = [answer for answer in found.values() if answer["topic"] in ("store", "backends")]
    generations = {"volcengine run", "byteplus run"}  # not tried: that would be paid for
    assert {answer["name"] for answer in told if answer["state"] == "untried"} == generations
    assert len([answer for answer in told if answer["state"] == "ok"]) == len(told) - 2 == 10
    assert done.code == 0
    for name, value in sandbox.items():
        if name.endswith(("_KEY", "_SECRET")) and "ACCESS_KEY" not in name and value:
            assert value not in done.out + done.err
    assert "X-Amz" not in done.out + done.err


def test_the_object_that_tries_the_store_is_removed(sandbox: dict[str, str]) -> None:
    import boto3

    answers(**sandbox)
    s3 = boto3.client(
        "s3",
        endpoint_url=sandbox["AWS_ENDPOINT_URL_S3"],
        aws_access_key_id=sandbox["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=sandbox["AWS_SECRET_ACCESS_KEY"],
        region_name=sandbox["AWS_REGION"],
    )
    held = s3.list_objects_v2(Bucket=sandbox["MEDIAPREP_STORE"].removeprefix("s3://"))
    assert held["KeyCount"] == 0


@pytest.mark.parametrize(
    ("name", "wrong", "said"),
    [
        pytest.param("sunra", {"SUNRA_API_KEY": "no"}, "SUNRA_API_KEY", id="a wrong key"),
        pytest.param("crun", {"CRUN_API_KEY": "no"}, "CRUN_API_KEY", id="wrong, within HTTP 200"),
        pytest.param(
            "volcengine",
            {"VOLCENGINE_SECRET_KEY": "no"},
            "VOLCENGINE_SECRET_KEY",
            id="a secret that signs wrongly",
        ),
        pytest.param(
            "sunra",
            {"MEDIAPREP_SUNRA_BASE_URL": "http://127.0.0.1:9"},
            "cannot be reached",
            id="a host where nobody listens",
        ),
        pytest.param(
            "sunra",
            {"MEDIAPREP_SUNRA_BASE_URL": "http://example.com"},
            "unencrypted",
            id="a base URL without https",
        ),
        pytest.param(
            "bucket", {"AWS_SECRET_ACCESS_KEY": "no"}, "AWS_SECRET_ACCESS_KEY", id="a wrong secret"
        ),
        pytest.param(
            "bucket", {"MEDIAPREP_STORE": "s3://nobody-has-it"}, "nobody-has-it", id="no bucket"
        ),
        pytest.param(
            "presigned URL",
            {"MEDIAPREP_ALLOW_PRIVATE_URLS": ""},
            "loopback",
            id="a store that no backend reaches",
        ),
    ],
)
def test_a_mistake_is_named_and_mended(
    name: str, wrong: dict[str, str], said: str, sandbox: dict[str, str]
) -> None:
    done, found = answers(**(sandbox | wrong))
    assert done.code == 1
    assert [answer["name"] for answer in found.values() if answer["state"] == "broken"] == [name]
    assert said in found[name]["words"] + found[name]["mend"]
    assert found[name]["mend"]


def test_offline_asks_nobody(sandbox: dict[str, str]) -> None:
    gone = {name: "http://127.0.0.1:9" for name in sandbox if name.endswith("_BASE_URL")}
    done, found = answers("--offline", **(sandbox | gone))
    assert done.code == 0
    assert found["sunra"]["state"] == found["bucket"]["state"] == "untried"


def test_an_ffmpeg_that_lacks_an_encoder_is_named(tmp_path: Path) -> None:
    poor = tmp_path / "ffmpeg"
    poor.write_text(
        "#!/bin/sh\ncase $* in *-version*) echo 'ffmpeg version 9.9-poor';;"
        " *-encoders*) echo ' A....D aac                  AAC';; esac\n"
    )
    poor.chmod(poor.stat().st_mode | stat.S_IXUSR)
    done, found = answers("--offline", **BARE, MEDIAPREP_FFMPEG=str(poor))
    assert done.code == 1
    assert found["aac"]["state"] == "ok"
    assert found["libx264"]["state"] == "broken"
    assert found["libvmaf"]["state"] == "absent"
    assert "9.9-poor" in found["ffmpeg"]["words"]


def test_no_ffmpeg_at_the_place_that_is_named() -> None:
    done, found = answers("--offline", **BARE, MEDIAPREP_FFMPEG="/nowhere/ffmpeg")
    assert done.code == 1
    assert "mediaprep[ffmpeg]" in found["ffmpeg"]["mend"]


def test_a_ledger_that_is_no_database(tmp_path: Path) -> None:
    ledger = tmp_path / "ledger.sqlite"
    ledger.write_bytes(os.urandom(4096))
    done, found = answers("--offline", **BARE, MEDIAPREP_LEDGER=str(ledger))
    assert done.code == 1
    assert str(ledger) in found["ledger"]["words"]


def test_a_config_file_with_a_mistake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "mediaprep.toml").write_text("profil = 'sunra'\n")
    monkeypatch.chdir(tmp_path)
    done, found = answers("--offline", **BARE)
    assert done.code == 1
    assert "profil" in found["file"]["words"]


def test_the_text_has_a_way_out_below_what_is_wrong() -> None:
    done = spawn("doctor", "--offline", "--backend", "sunra", stdin=b"", **BARE)
    assert done.code == 1
    at = next(i for i, line in enumerate(done.lines) if line.startswith("  ✗ sunra"))
    assert done.lines[at + 1].strip() == "→ set SUNRA_API_KEY in the environment"
    assert done.lines[-1].endswith("1 broken")


def test_a_backend_that_is_none() -> None:
    done = spawn("doctor", "--backend", "sunrise")
    assert done.code == 2
    assert "sunrise" in done.err
