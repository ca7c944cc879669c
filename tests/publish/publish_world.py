"""A backend over real HTTP, small enough to see through, and the runs that are made against it.

It speaks Sunra's page (create, get, list, delete) and can be told to fail in the ways that matter.
"""

from __future__ import annotations

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from conftest import png

from mediaprep.model import FileResult, Kind, MediaInfo, Verdict
from mediaprep.publish.outcome import Published, Settings
from mediaprep.publish.presign import Life, Presigned
from mediaprep.publish.run import Publishing
from mediaprep.publish.storing import StoredObject
from mediaprep.secret import Secret

KEY = "key-of-the-test-0123456789abcdef"
SIGNED = "https://bucket.example/{}?X-Amz-Signature=feedfacefeedface&X-Amz-Credential=AKIATEST"
QUICK = dict.fromkeys(Kind, 5.0)
Answer = tuple[int, object]


@dataclass
class World:
    """What the backend knows, and what it is told to do wrong."""

    assets: dict[str, dict[str, Any]] = field(default_factory=dict)
    created: Counter[str] = field(default_factory=Counter)  # by name
    calls: Counter[str] = field(default_factory=Counter)
    polls_until_active: int = 1
    final: str = "active"
    faults: dict[str, list[str]] = field(default_factory=dict)  # action -> what the next suffer
    headers: dict[str, str] = field(default_factory=dict)
    seen_headers: list[Mapping[str, str]] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)
    base_url: str = ""
    in_flight: int = 0
    peak: int = 0

    def environ(self, folder: Path, **more: str) -> dict[str, str]:
        """Return the variables that lead here."""
        return {
            "SUNRA_API_KEY": KEY,
            "MEDIAPREP_SUNRA_BASE_URL": self.base_url,
            "CRUN_API_KEY": KEY,
            "MEDIAPREP_CRUN_BASE_URL": f"{self.base_url}/crun",
            "MEDIAPREP_LEDGER": str(folder / "ledger.sqlite"),
            "MEDIAPREP_POLL_INTERVAL_S": "0.02",
            "MEDIAPREP_STORE": "s3://test",
            **more,
        }

    def act(self, action: str, body: dict[str, Any], ident: str) -> Answer:
        """Carry one call out."""
        if action == "create":
            ident = f"cgt-{len(self.assets)}"
            name = body.get("name", "")
            self.created[name] += 1
            self.assets[ident] = {"name": name, "polls": 0, "url": body.get("source_url")}
        if action == "list":
            items = [self.shown(each) for each in self.assets]
            return 200, {"items": items, "total": len(items), "page": 1, "page_size": 100}
        if ident not in self.assets:
            return 404, {"error": {"message": "no such asset"}}
        if action == "delete":
            del self.assets[ident]
            return 200, {"deleted": True}
        if action == "get":
            self.assets[ident]["polls"] += 1
        return 200, self.shown(ident)

    def shown(self, ident: str) -> dict[str, Any]:
        """Return an asset as the page shows it."""
        asset = self.assets[ident]
        done = asset["polls"] >= self.polls_until_active
        status = self.final if done else "processing"
        return {"id": "r", "ark_asset_id": ident, "name": asset["name"], "status": status}

    def crun(self, action: str, body: dict[str, Any], ident: str) -> Answer:
        """Carry one call out as Crun answers it."""
        status, said = self.act(action, body, ident)
        assert isinstance(said, dict)
        if status != 200:
            return 200, {"code": status, "message": "no"}
        data = {"AssetId": said["ark_asset_id"], "Status": said["status"].capitalize()}
        return 200, {"code": 200, "message": "success", "data": data}


def _handler(world: World) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            crun = self.path.startswith("/crun")
            self._go("get", self.path.split("=" if crun else "/")[-1])

        def do_DELETE(self) -> None:
            self._go("delete", self.path.rsplit("/", 1)[-1])

        def do_POST(self) -> None:
            self._go("list" if self.path.endswith("/list") else "create", "")

        def _go(self, action: str, ident: str) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            if len(content) < length:  # the client was killed while it sent
                self.close_connection = True
                return
            body = json.loads(content or b"{}")
            with world.lock:
                world.calls[action] += 1
                world.seen_headers.append(dict(self.headers.items()))
                orders = world.faults.get(action, [])
                fault = orders.pop(0) if orders else ""
                if fault == "drop":
                    self.close_connection = True
                    return
                if fault.isdigit():
                    answer: Answer = (int(fault), {"error": {"message": f"told {fault}"}})
                else:
                    act = world.crun if self.path.startswith("/crun") else world.act
                    answer = act(action, body, ident)
            if fault == "drop-after":
                self.close_connection = True
                return
            self._answer(answer, cut=fault == "cut")

        def _answer(self, answer: Answer, *, cut: bool) -> None:
            content = json.dumps(answer[1]).encode()
            self.send_response(answer[0])
            for name, value in world.headers.items():
                self.send_header(name, value)
            content = content[: len(content) // 2] if cut else content
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


@contextmanager
def served() -> Iterator[World]:
    """Serve a world for as long as the block runs."""
    world = World()
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(world))
    server.daemon_threads = True
    server.handle_error = lambda *_: None  # type: ignore[method-assign]  # clients are killed
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    world.base_url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield world
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class Shelf:
    """A store that takes everything and signs for as long as it is told."""

    def __init__(self, life_s: int = 10**6) -> None:
        self.life_s_ = life_s
        self.puts: list[str] = []
        self.signed = 0
        self.first_life_s = life_s

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Note the hash."""
        self.puts.append(sha256)
        return StoredObject(sha256, Path(path).stat().st_size, uploaded=True)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Sign."""
        from datetime import UTC, datetime, timedelta

        self.signed += 1
        lives = self.first_life_s if self.signed == 1 else self.life_s_
        ends = datetime.now(UTC) + timedelta(seconds=lives)
        return Presigned(Secret(SIGNED.format(key)), ends)

    def life(self, asked_s: int) -> Life:
        """Say how long."""
        return Life(min(asked_s, self.life_s_), "the shelf says so")

    def life_s(self, asked_s: int) -> int:
        """Say how long."""
        return self.life(asked_s).seconds


def pictures(folder: Path, count: int) -> list[tuple[FileResult, str]]:
    """Write PNGs of different content, and return them as a check would."""
    items = []
    for number in range(count):
        path = folder / f"picture {number}.png"
        path.write_bytes(png() + b"%d" % number)
        items.append((passed(path), ""))
    return items


def passed(path: Path) -> FileResult:
    """Return a result without findings."""
    size = path.stat().st_size
    info = MediaInfo(str(path), size, Kind.IMAGE, "png", width=400, height=400)
    return FileResult(str(path), info, [], Verdict.PASS)


def publish(
    environ: Mapping[str, str],
    items: list[tuple[FileResult, str]],
    shelf: Shelf | None = None,
    backend: str = "sunra",
    before: Callable[[Publishing], None] | None = None,
    **how: Any,
) -> list[Published]:
    """Publish without a look at the URLs, which lead nowhere."""
    how.setdefault("deadlines_s", QUICK)
    settings = Settings(preflight=False, **how)
    store = shelf or Shelf()
    with Publishing(backend, environ, settings) as run:
        run.pipeline._preparer._open = lambda: store
        if before:
            before(run)
        return list(run.run(items))
