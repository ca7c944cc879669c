"""What the tests of the adapters share: made-up credentials, all backends, all wire fixtures."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from mediaprep.backends import NAMES, get_backend
from mediaprep.backends.agentsflare import Agentsflare
from mediaprep.backends.agtcloud import AGTCloud
from mediaprep.backends.atlascloud import AtlasCloud
from mediaprep.backends.crun import Crun
from mediaprep.backends.interface import Backend, Query, Reply
from mediaprep.backends.sunra import Sunra
from mediaprep.backends.volcengine import BytePlus, Volcengine
from mediaprep.model import Kind

WIRE = Path(__file__).parents[2] / "fixtures" / "wire"
KEY = "sk-made-up-0123456789abcdef"
CREDENTIALS: Mapping[str, str] = {
    "SUNRA_API_KEY": KEY,
    "AGTCLOUD_API_KEY": KEY,
    "AGENTSFLARE_API_KEY": KEY,
    "CRUN_API_KEY": KEY,
    "ATLASCLOUD_API_KEY": KEY,
    "VOLCENGINE_ACCESS_KEY": "AKLTmadeup",
    "VOLCENGINE_SECRET_KEY": KEY,
    "VOLCENGINE_SESSION_TOKEN": "STS-made-up-0123456789",
    "BYTEPLUS_ACCESS_KEY": "AKLTmadeup",
    "BYTEPLUS_SECRET_KEY": KEY,
}
SECRETS = (KEY, "AKLTmadeup", "STS-made-up-0123456789")

# What a fixture's name begins with -> how its answer is parsed.
PARSE: Mapping[str, Callable[[Backend, Reply], object]] = {
    "create": lambda backend, reply: backend.parse_created(reply, Kind.IMAGE),
    "get": lambda backend, reply: backend.parse_asset(reply),
    "list": lambda backend, reply: backend.parse_assets(reply, Query()),
    "trash": lambda backend, reply: backend.parse_assets(reply, Query()),
    "create-group": lambda backend, reply: backend.parse_group_created(reply),
    "get-group": lambda backend, reply: backend.parse_group(reply),
    "list-groups": lambda backend, reply: backend.parse_groups(reply, Query()),
    "session": lambda backend, reply: backend.parse_face_session(reply),
    "upload": lambda backend, reply: backend.parse_uploaded(reply),
    **dict.fromkeys(
        ("rename", "delete", "restore", "update-group", "delete-group"),
        lambda backend, reply: backend.parse_done(reply),
    ),
}


@dataclass(frozen=True)
class Wire:
    """One fixture: which backend answered what, and what that means."""

    backend: str
    call: str
    reply: Reply
    expect: Mapping[str, Any]

    def parse(self) -> object:
        return PARSE[self.call](made(self.backend), self.reply)


def made(name: str, **settings: str) -> Backend:
    prefix = f"MEDIAPREP_{name.upper()}_"
    return get_backend(name, {**CREDENTIALS, **{prefix + k: v for k, v in settings.items()}})


def reply(body: object, status: int = 200, **headers: str) -> Reply:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Reply(status, headers, data)


def load(path: Path) -> Wire:
    told = json.loads(path.read_text("utf-8"))
    body = told["text"].encode() if "text" in told else json.dumps(told["body"]).encode()
    return Wire(
        path.parent.name,
        path.name.split(".")[0],
        Reply(told["status"], told.get("headers", {}), body),
        told["expect"],
    )


def wires(*, failing: bool | None = None) -> list[Any]:
    """Every fixture as a test parameter; `failing` picks the refusals, or the rest."""
    return [
        pytest.param(wire, id=f"{path.parent.name} {path.stem}")
        for path in sorted(WIRE.glob("*/*.json"))
        for wire in [load(path)]
        if failing is None or ("error" in wire.expect) is failing
    ]


every_backend = pytest.mark.parametrize("name", NAMES)

# For the type checker: each adapter has every method of `Backend`, with its types.
ADAPTERS: tuple[Callable[[Mapping[str, str]], Backend], ...] = (
    Sunra,
    AGTCloud,
    Volcengine,
    BytePlus,
    Agentsflare,
    Crun,
    AtlasCloud,
)
