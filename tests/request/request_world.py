"""Request files, media that every backend takes, and a sandbox that they are sent to."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from cli_run import Done, run
from conftest import png, wav

sys.path.append(str(Path(__file__).parent.parent / "sandbox"))
from sandboxlib import Box, running

from mediaprep.backends import get_backend
from mediaprep.probe import probe
from mediaprep.publish.groups import library
from mediaprep.publish.ledger import Ledger, ledger_path
from mediaprep.publish.prepare import hash_file
from mediaprep.publish.records import Key, Record, State
from mediaprep.sandbox.environment import variables

KEY = "key-of-the-test-0123456789abcdef"
_PARTS = ("ACCESS", "SECRET")

VIDEO = Path(__file__).parent.parent.parent / "fixtures" / "media" / "video"
# How each backend names a reference in a prompt, and a model of it that takes references.
SPELLED = {
    "sunra": "@{}{}",
    "volcengine": "{} {}",
    "byteplus": "{} {}",
    "agentsflare": "{} {}",
    "crun": "[{}{}]",
    "atlascloud": "@{}{}",
}
MODELS = {
    "sunra": "bytedance/seedance-2.0-relay",
    "volcengine": "doubao-seedance-2-0-260128",
    "byteplus": "dreamina-seedance-2-0-260128",
    "agentsflare": "dreamina-seedance-2-0-260128",
    "crun": "bytedance/seedance2-0-r2v",
    "atlascloud": "bytedance/seedance-2.0/reference-to-video",
}
FRAME_MODELS = MODELS | {
    "crun": "bytedance/seedance2-0-i2v",
    "atlascloud": "bytedance/seedance-2.0/image-to-video",
}
BACKENDS = tuple(MODELS)


def token(backend: str, kind: str, number: int) -> str:
    """Name a reference as a backend wants it."""
    return SPELLED[backend].format(kind, number)


def good(backend: str, **changes: Any) -> dict[str, Any]:
    """Make a request that nothing is wrong with, changed where it counts; None takes a key out."""
    names = f"{token(backend, 'Image', 1)} walks to {token(backend, 'Image', 2)}"
    base: dict[str, Any] = {
        "backend": backend,
        "model": MODELS[backend],
        "prompt": f"{names} at dusk",
        "reference_images": ["one.png", "two.png"],
        "resolution": "720p",
        "ratio": "16:9",
        "duration": 5,
        "generate_audio": True,
    }
    return {key: value for key, value in (base | changes).items() if value is not None}


def put(folder: Path, request: Mapping[str, Any], name: str = "scene.json") -> Path:
    """Write a request file."""
    path = folder / name
    path.write_text(json.dumps(request), encoding="utf-8")
    return path


def put_media(folder: Path) -> None:
    """Write the media that requests name."""
    for number, name in enumerate(("one.png", "two.png")):
        (folder / name).write_bytes(png() + bytes([number]))
    (folder / "wide.png").write_bytes(png(800, 400))
    (folder / "voice.wav").write_bytes(wav(3))
    (folder / "long.wav").write_bytes(wav(14))
    (folder / "clip.mp4").write_bytes((VIDEO / "good-1280x720-24fps.mp4").read_bytes())
    (folder / "long.mp4").write_bytes((VIDEO / "duration-15.0s.mp4").read_bytes())


def keys(folder: Path) -> dict[str, str]:
    """Return variables with which every backend can be named, and a ledger of its own."""
    names = [f"{name}_API_KEY" for name in ("SUNRA", "AGTCLOUD", "AGENTSFLARE", "CRUN")]
    names += ["ATLASCLOUD_API_KEY", "VOLCENGINE_ARK_API_KEY", "BYTEPLUS_ARK_API_KEY"]
    names += [f"{name}_{part}_KEY" for name in ("VOLCENGINE", "BYTEPLUS") for part in _PARTS]
    return dict.fromkeys(names, KEY) | {"MEDIAPREP_LEDGER": str(folder / "ledger.sqlite")}


def remember(
    backend: str, environ: Mapping[str, str], path: Path, state: State = State.ACTIVE
) -> str:
    """Enter a file into the ledger as published, and return its URI."""
    made = get_backend(backend, environ)
    kind = probe(path).kind
    ident = f"asset-{backend}-{path.stem}"
    ledger = Ledger(ledger_path(environ))
    try:
        ledger.adopt(
            Record(
                Key(hash_file(str(path))[0], library(made, "g" if made.needs_group else "")),
                state,
                kind,
                path.stat().st_size,
                str(path),
                asset_id=ident,
                ref_id=ident,
                uri=made.uri(ident),
            )
        )
    finally:
        ledger.close()
    return made.uri(ident)


@dataclass
class Stage:
    """A sandbox, a folder with media that it can fetch, and the variables that lead there."""

    box: Box
    folder: Path
    environ: dict[str, str]

    def publish(self, backend: str, *names: str) -> Done:
        """Publish files of the folder."""
        paths = [self.folder / name for name in names]
        return run("publish", *paths, "--backend", backend, *self.where(), "--output", "json")

    def where(self) -> tuple[object, ...]:
        """Return the options that show the folder to the sandbox."""
        for path in self.folder.iterdir():
            if path.suffix in (".png", ".wav", ".mp4"):
                self.box.host(path.name, path.read_bytes())
        base = ("--url-base", self.box.media_url, "--url-root", str(self.folder))
        return (*base, "--no-preflight")

    def run(self, request: Mapping[str, Any], *more: object) -> Done:
        """Carry a request out."""
        file = put(self.folder, request)
        out = ("--out", self.folder / "clips")
        (self.folder / "clips").mkdir(exist_ok=True)
        return run("request", "run", file, *self.where(), *out, *more)

    def stats(self, backend: str, action: str) -> int:
        """Return how often an action was asked for."""
        seen = self.box.control("GET", "stats")["backends"].get(backend, {"actions": {}})
        return int(seen["actions"].get(action, {"calls": 0})["calls"])

    def secrets(self) -> list[str]:
        """Return every credential that is about."""
        return [value for value in asdict(self.box.keys).values() if value]


@contextmanager
def staged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, **settings: Any) -> Iterator[Stage]:
    """Run a sandbox and lead this process to it."""
    folder = tmp_path / "scene"
    folder.mkdir()
    put_media(folder)
    with running(tmp_path, **{"delay_s": 0.05, "revision": "2026"} | settings) as box:
        environ = variables(box.urls, box.keys, None, tmp_path)
        environ |= {"MEDIAPREP_POLL_INTERVAL_S": "0.02"}
        for kind in ("VOLCENGINE", "AGENTSFLARE"):
            environ[f"MEDIAPREP_{kind}_ASSET_TYPES"] = "Image,Video,Audio"
        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        yield Stage(box, folder, environ)
