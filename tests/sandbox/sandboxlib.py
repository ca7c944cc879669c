"""A sandbox in a thread, a host for media beside it, and hand-written signers to call it with."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import urllib3

from mediaprep.sandbox.serve import Server
from mediaprep.sandbox.settings import Settings
from mediaprep.sandbox.world import World

POOL = urllib3.PoolManager(retries=False, timeout=10)


class Box:
    """One running sandbox without S3, and what tests ask of it."""

    def __init__(self, settings: Settings, media: dict[str, tuple[int, str, bytes]]) -> None:
        self.settings = settings
        self.keys = settings.credentials
        self.server = Server(World(settings))
        self.urls = self.server.base_urls
        self.media = media
        self.media_url = ""

    def host(self, name: str, content: bytes, mime: str = "", status: int = 200) -> str:
        """Put bytes on the media host and return their URL."""
        self.media[f"/{name}"] = (status, mime, content)
        return f"{self.media_url}/{name}"

    def call(
        self, host: str, method: str, path: str, body: object = None, **headers: str
    ) -> tuple[int, Any]:
        """Call a host as its page says, with its key; the path is below the base URL."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if host == "crun":
            named.setdefault("x-api-key", self.keys.crun)
        elif host.partition("-")[0] not in ("volcengine", "byteplus"):
            named.setdefault(
                "Authorization", f"Bearer {getattr(self.keys, host.partition('-')[0])}"
            )
        data = None if body is None else json.dumps(body).encode()
        answer = POOL.request(method, self.urls[host] + path, body=data, headers=named)
        return answer.status, json.loads(answer.data)

    def volc(
        self, action: str, body: object, *, scheme: str = "official", **changes: Any
    ) -> tuple[int, Any]:
        """Call Volcengine signed by one of the two schemes."""
        host = changes.pop("host", "volcengine")
        method, url, headers, data = signed(self, host, action, body, scheme, **changes)
        answer = POOL.request(method, url, body=data, headers=headers)
        return answer.status, json.loads(answer.data)

    def control(self, method: str, path: str, body: object = None) -> Any:
        """Ask the sandbox itself."""
        return self.call("sunra", method, f"/_sandbox/{path}", body)[1]

    def fault(self, **order: object) -> None:
        """Order a fault."""
        answer = self.control("POST", "faults", order)
        assert "error" not in answer, answer

    def settled(self, ask: Callable[[], tuple[str, Any]]) -> tuple[str, Any]:
        """Poll until the status is not processing; `ask` returns it, and the whole answer."""
        for _ in range(400):
            status, answer = ask()
            if str(status).lower() not in ("processing", "0"):
                return status, answer
            time.sleep(0.01)
        raise AssertionError("still processing")


def signed(
    box: Box,
    host: str,
    action: str,
    body: object,
    scheme: str,
    *,
    secret: str | None = None,
    access: str | None = None,
    now: datetime | None = None,
    region: str | None = None,
    token: str | None = None,
    tamper: bytes = b"",
) -> tuple[str, str, dict[str, str], bytes]:
    """Sign a call from the public description of the scheme, with whatever is to be wrong."""
    keys, seed = box.keys, scheme == "seed"
    china = host == "volcengine"
    secret = secret or (keys.volcengine_secret if china else keys.byteplus_secret)
    access = access or (keys.volcengine_key if china else keys.byteplus_key)
    region = region or ("cn-beijing" if china else "ap-southeast-1")
    stamp = f"{now or datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    data = json.dumps(body, separators=(",", ":"), ensure_ascii=False).encode()
    netloc = box.urls[host].removeprefix("http://")
    path, query = (f"/open/{action}", "") if seed else ("/", f"Action={action}&Version=2024-01-01")
    headers = {"host": netloc, "x-date": stamp}
    if not seed:
        headers["content-type"] = "application/json"
        headers["x-content-sha256"] = hashlib.sha256(data).hexdigest()
    if token is not None:
        headers["x-security-token"] = token
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{headers[name]}\n" for name in sorted(headers))
    canonical = f"POST\n{path}\n{query}\n{lines}\n{names}\n{hashlib.sha256(data).hexdigest()}"
    scope = f"{stamp[:8]}/{region}/ark/request"
    string = f"HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    key = (("VolcEngine" if seed else "") + secret).encode()
    for part in scope.split("/"):
        key = hmac.new(key, part.encode(), hashlib.sha256).digest()
    signature = hmac.new(key, string.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"HMAC-SHA256 Credential={access}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return "POST", f"http://{netloc}{path}?{query}".rstrip("?"), headers, data + tamper


@contextmanager
def running(folder: Path, **settings: Any) -> Iterator[Box]:
    """Run a sandbox and a media host for as long as the block lasts."""
    media: dict[str, tuple[int, str, bytes]] = {}
    values: dict[str, Any] = {"delay_s": 0.05, "folder": str(folder)} | settings
    box = Box(Settings(**values), media)

    class Media(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, mime, content = media.get(self.path.partition("?")[0], (404, "", b""))
            self.send_response(status)
            if mime:
                self.send_header("Content-Type", mime)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    host = ThreadingHTTPServer(("127.0.0.1", 0), Media)
    box.media_url = f"http://127.0.0.1:{host.server_port}"
    up = threading.Event()
    box.server.on_ready = up.set
    threads = [
        threading.Thread(target=host.serve_forever, args=(0.05,)),
        threading.Thread(target=box.server.serve_forever),
    ]
    for thread in threads:
        thread.start()
    try:
        assert up.wait(60)
        yield box
    finally:
        box.server.should_exit = True
        host.shutdown()
        for thread in threads:
            thread.join()
        host.server_close()
        POOL.clear()
