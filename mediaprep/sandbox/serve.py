"""One uvicorn server, one loopback port for each provider's host.

A port each, and not a path each: signatures and routes then hold as the pages print them, and the
wrong one of Atlas Cloud's two hosts answers 404 as it does in the world.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from mediaprep.errors import UsageError
from mediaprep.sandbox.agentsflare import Agentsflare
from mediaprep.sandbox.agtcloud import AGTCloud
from mediaprep.sandbox.app import App
from mediaprep.sandbox.atlascloud import AtlasAPI, AtlasConsole
from mediaprep.sandbox.crun import Crun
from mediaprep.sandbox.genark import AgentsflareArk, BytePlusArk, VolcengineArk
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.sunra import Sunra
from mediaprep.sandbox.volcengine import BytePlus, Volcengine
from mediaprep.sandbox.world import World

LOOPBACK = "127.0.0.1"
_LINGER_S = 1  # for answers under way when the sandbox is told to end

# Host -> who answers there, and the path that a base URL ends in. The order is that of the ports.
HOSTS: dict[str, tuple[Callable[[World], Provider], str]] = {
    "sunra": (Sunra, ""),
    "agtcloud": (AGTCloud, ""),
    "volcengine": (Volcengine, ""),
    "byteplus": (BytePlus, ""),
    "agentsflare": (Agentsflare, "/byteplus/_unstable/open"),
    "crun": (Crun, "/api/v1/client/job"),
    "atlascloud-console": (AtlasConsole, "/api/v1"),
    "atlascloud-api": (AtlasAPI, "/api/v1"),
    "volcengine-ark": (VolcengineArk, "/api/v3"),
    "byteplus-ark": (BytePlusArk, "/api/v3"),
    "agentsflare-ark": (AgentsflareArk, "/byteplus/v3"),
}


class Droppable(H11Protocol):
    """HTTP/1.1 that lets the application end the connection without a word."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Put the way to drop the connection into every request's scope."""
        super().connection_made(transport)
        inner: Any = self.app

        async def app(scope: Scope, receive: Receive, send: Send) -> None:
            scope["mediaprep.drop"] = transport.abort
            await inner(scope, receive, send)

        self.app = app


class Server(uvicorn.Server):
    """The six APIs on their ports; `on_ready` is called once they answer."""

    def __init__(self, world: World, port: int = 0, on_ready: Callable[[], None] = lambda: None):
        self.world = world
        self.on_ready = on_ready
        self.sockets = {host: _bound(port + n if port else 0) for n, host in enumerate(HOSTS)}
        by_port = {
            self.sockets[host].getsockname()[1]: make(world) for host, (make, _) in HOSTS.items()
        }
        config = uvicorn.Config(
            App(world, by_port),
            http=Droppable,
            ws="none",
            lifespan="off",
            loop="asyncio",
            log_level="error",
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=_LINGER_S,
        )
        super().__init__(config)

    @property
    def base_urls(self) -> dict[str, str]:
        """Return the base URL of each host, as its provider's page writes it."""
        return {
            host: f"http://{LOOPBACK}:{self.sockets[host].getsockname()[1]}{path}"
            for host, (_, path) in HOSTS.items()
        }

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start to listen, then say so."""
        await super().startup(sockets)
        if self.started:
            self.on_ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stop listening and fetching."""
        await super().shutdown(sockets)
        self.world.close()

    def serve_forever(self) -> None:
        """Answer until told to end by `should_exit` or a signal."""
        self.run(sockets=list(self.sockets.values()))


def _bound(port: int) -> socket.socket:
    # asyncio turns Nagle's delay off only where the protocol is said.
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((LOOPBACK, port))
    except OSError as error:
        listening.close()
        why = error.strerror or str(error)
        raise UsageError(
            f"port {port} cannot be used: {why}", "choose another with --port, or leave it out"
        ) from None
    return listening
