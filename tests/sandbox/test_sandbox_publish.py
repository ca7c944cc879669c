"""The contract: whatever backend and settings, a folder becomes active assets."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from publishing import BACKENDS, pictures, publish, published_to
from sandboxlib import Box

SETTINGS = {
    "the page's scheme": ("volcengine", {"MEDIAPREP_VOLCENGINE_SCHEME": "seed"}),
    "temporary credentials": ("volcengine", {"VOLCENGINE_SESSION_TOKEN": "session_token"}),
    "temporary credentials in the page's scheme": (
        "volcengine",
        {"VOLCENGINE_SESSION_TOKEN": "session_token", "MEDIAPREP_VOLCENGINE_SCHEME": "seed"},
    ),
    "another project": ("volcengine", {"MEDIAPREP_VOLCENGINE_PROJECT": "film"}),
    "BytePlus' base and region": ("byteplus", {}),
    "names that are not sent": ("atlascloud", {"MEDIAPREP_ATLASCLOUD_SEND_NAME": "no"}),
    "the upload of the backend": ("atlascloud", {"MEDIAPREP_STORE": "backend"}),
    "small letters in the URI": ("volcengine", {"MEDIAPREP_VOLCENGINE_URI_SCHEME": "asset://"}),
}
URIS = {"volcengine": "Asset://"}


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Box]:
    with published_to(tmp_path_factory.mktemp("sandbox")) as box:
        yield box


def active(folder: Path, backend: str) -> list[dict[str, str]]:
    """Publish, and return the assets of all results."""
    done = publish(folder, backend, "--output", "json")
    assert done.code == 0, done.out + done.err
    return [result["asset"] for result in json.loads(done.out)["results"]]


@pytest.mark.parametrize("backend", BACKENDS)
def test_each_result_carries_its_asset(backend: str, box: Box, tmp_path: Path) -> None:
    for asset in active(pictures(tmp_path / "media"), backend):
        assert {"backend", "id", "uri", "status", "sha256"} <= asset.keys()
        assert (asset["backend"], asset["status"]) == (backend, "active")
        assert asset["uri"].startswith(URIS.get(backend, "asset://"))
        assert len(asset["sha256"]) == 64


@pytest.mark.parametrize("backend", BACKENDS)
def test_what_the_pages_have_become_since_is_understood(backend: str, tmp_path: Path) -> None:
    with published_to(tmp_path, revision="2026"):
        assert len(active(pictures(tmp_path / "media"), backend)) == 2


@pytest.mark.parametrize("case", SETTINGS)
def test_settings_change_how_it_is_said_and_not_what_comes(
    case: str, box: Box, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend, variables = SETTINGS[case]
    for name, value in variables.items():
        monkeypatch.setenv(name, getattr(box.keys, value, value))
    found = active(pictures(tmp_path / "media"), backend)
    assert len({asset["uri"] for asset in found}) == 2
    scheme = "Asset://" if backend == "volcengine" and "small" not in case else "asset://"
    assert {asset["uri"].partition("//")[0] + "//" for asset in found} == {scheme}
