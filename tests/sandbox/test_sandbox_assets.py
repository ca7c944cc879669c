"""`mediaprep assets` against all six: what each offers, what not, and what is remembered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import Done, run
from publishing import BACKENDS, pictures, publish, published_to
from sandboxlib import POOL, Box

# What a backend's page offers beyond get and wait.
OFFERS = {
    "sunra": {"list", "delete"},
    "agtcloud": {"list", "rename", "delete", "groups", "verify"},
    "volcengine": {"list", "rename", "delete", "groups"},
    "agentsflare": set(),
    "crun": set(),
    "atlascloud": {"list", "rename", "delete", "trash", "restore"},
}
COMMANDS = {
    "list": ("list",),
    "get": ("get", "ID"),
    "wait": ("wait", "ID"),
    "rename": ("rename", "ID", "another name"),
    "groups": ("groups",),
    "verify": ("verify", "--redirect-url", "https://your.app/back"),
    "trash": ("trash",),
    "delete": ("delete", "ID"),
    "restore": ("restore", "ID"),
}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with published_to(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


def assets(backend: str, *arguments: object) -> Done:
    return run("assets", *arguments, "--backend", backend)


def first(done: Done) -> str:
    """Return the id of the first asset of a run's JSON."""
    ident: str = json.loads(done.out)["results"][0]["asset"]["id"]
    return ident


def calls(box: Box, backend: str) -> int:
    seen = box.control("GET", "stats")["backends"].get(backend, {"actions": {}})
    return sum(action["calls"] for action in seen["actions"].values())


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_command_works_or_says_that_the_backend_does_not_offer_it(
    backend: str, box: Box, tmp_path: Path
) -> None:
    ident = first(publish(pictures(tmp_path / "media", 1), backend, "--output", "json"))
    for command, arguments in COMMANDS.items():
        before = calls(box, backend)
        done = assets(backend, *(ident if word == "ID" else word for word in arguments))
        if command in {"get", "wait", *OFFERS[backend]}:
            assert (command, done.code) == (command, 0), done.err
        else:
            assert (command, done.code) == (command, 2)
            assert "this backend has no way to" in done.err
            assert calls(box, backend) == before


def test_a_trashed_asset_is_not_there_until_it_is_restored(box: Box, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "media", 1)
    ident = first(publish(folder, "atlascloud", "--output", "json"))
    assert "restore" in assets("atlascloud", "delete", ident).out
    assert "1 to publish" in publish(folder, "atlascloud", "--dry-run").out
    assert ident in assets("atlascloud", "trash").out
    assert ident not in run("assets", "export").out

    restored = assets("atlascloud", "restore", ident)
    assert (restored.code, "active" in restored.out) == (0, True)
    before = calls(box, "atlascloud")
    again = publish(folder, "atlascloud", "--output", "json")
    assert first(again) == ident
    assert calls(box, "atlascloud") == before


def test_what_was_published_anew_stays_though_the_old_one_is_restored(
    box: Box, tmp_path: Path
) -> None:
    folder = pictures(tmp_path / "media", 1)
    old = first(publish(folder, "atlascloud", "--output", "json"))
    assets("atlascloud", "delete", old)
    new = first(publish(folder, "atlascloud", "--output", "json"))
    assert new != old
    assets("atlascloud", "restore", old)
    assert first(publish(folder, "atlascloud", "--output", "json")) == new


def test_an_asset_that_is_gone_is_forgotten_by_deleting_it(box: Box, tmp_path: Path) -> None:
    folder = pictures(tmp_path / "media", 1)
    ident = first(publish(folder, "sunra", "--output", "json"))
    box.call("sunra", "DELETE", f"/v1/ark/assets/{ident}")
    assert assets("sunra", "delete", ident).code == 2
    assert first(publish(folder, "sunra", "--output", "json")) != ident


def test_a_person_who_proved_themselves_gets_a_group(box: Box, tmp_path: Path) -> None:
    begun = assets(
        "agtcloud", "verify", "--redirect-url", "https://your.app/back", "--output", "jsonl"
    )
    page = json.loads(begun.out)["url"]
    came_back = POOL.request("GET", page, redirect=False).headers["Location"]
    done = assets("agtcloud", "verify", "--result", came_back, "--output", "jsonl")
    group = json.loads(done.out)["group"]
    published = publish(
        pictures(tmp_path / "media", 1), "agtcloud", "--group", group, "--output", "json"
    )
    assert json.loads(published.out)["results"][0]["asset"]["group"] == group


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        pytest.param((), "--redirect-url URL to begin", id="neither"),
        pytest.param(
            ("--redirect-url", "https://a", "--result", "https://b"), "is needed", id="both"
        ),
        pytest.param(
            ("--result", "https://your.app/back?status=failed&reason=dark"), "dark", id="a failure"
        ),
        pytest.param(("--redirect-url", "ftp://a"), "http or https URL", id="no web address"),
    ],
)
def test_a_verification_that_cannot_be(arguments: tuple[str, ...], said: str, box: Box) -> None:
    done = assets("agtcloud", "verify", *arguments)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize("backend", ["agtcloud", "volcengine"])
def test_a_container_is_deleted_with_what_is_in_it_only_if_that_is_said(
    backend: str, box: Box, tmp_path: Path
) -> None:
    group = assets(backend, "groups", "--create", "doomed", "--output", "jsonl")
    ident = json.loads(group.out)["id"]
    folder = pictures(tmp_path / "media", 1)
    assert publish(folder, backend, "--group", ident).code == 0
    before = calls(box, backend)
    refused = assets(backend, "groups", "--delete", ident)
    assert (refused.code, "--recursive" in refused.err) == (2, True)
    assert calls(box, backend) == before
    if backend == "agtcloud":
        refused = assets(backend, "delete", ident)
        assert (refused.code, "--recursive" in refused.err) == (2, True)
    assert assets(backend, "groups", "--delete", ident, "--recursive").code == 0
    assert ident not in assets(backend, "groups").out
    assert "there is no group" in publish(folder, backend, "--group", ident).out


@pytest.mark.parametrize("backend", BACKENDS)
def test_another_machine_that_reads_the_lock_file_makes_no_call(
    backend: str, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, lock = pictures(tmp_path / "media"), tmp_path / "assets.lock"
    published = publish(folder, backend, "--output", "json")
    assert run("assets", "export", "--backend", backend, "--out", lock).code == 0
    monkeypatch.setenv("MEDIAPREP_LEDGER", str(tmp_path / "other" / "ledger.sqlite"))
    assert run("assets", "import", lock).code == 0
    before = calls(box, backend)
    again = publish(folder, backend, "--output", "json")
    assert again.code == 0
    assert calls(box, backend) == before
    uris = [
        [item["asset"]["uri"] for item in json.loads(done.out)["results"]]
        for done in (published, again)
    ]
    assert uris[0] == uris[1]


def test_an_empty_list_is_said_on_stderr(tmp_path: Path) -> None:
    with published_to(tmp_path):
        done = assets("sunra", "list")
    assert (done.code, done.out, done.err) == (0, "", "0 assets\n")
