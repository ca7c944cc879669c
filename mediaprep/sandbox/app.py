"""The ASGI application: one request through fault, key, rate, provider, fault.

Which provider is asked is told by the port that the request came in on, so that every path is as
the provider's page prints it. `/_sandbox/…` answers on every port, for tests.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from mediaprep.sandbox.faults import INSTEAD, PAGE, Fault, Mode, instead
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.rates import Seen
from mediaprep.sandbox.wire import Call, Handler, Json, Refused, Reply
from mediaprep.sandbox.world import World

CONTROL = "/_sandbox/"
MOST_BODY_BYTES = 64 << 20
_UNKNOWN = "(unknown)"
_TOO_LARGE = Reply(413, {"error": "the request body is too large"})


class Dropped(Exception):  # noqa: N818
    """The connection is to end without an answer."""


class App:
    """Everything that listens on the sandbox's ports but S3."""

    def __init__(self, world: World, by_port: Mapping[int, Provider]) -> None:
        self.world = world
        self.by_port = by_port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one HTTP request, or drop its connection."""
        if scope["type"] != "http":
            return
        arrived = time.monotonic()
        request = Request(scope, receive)
        body = await _body(request)
        if body is None:
            await _response(_TOO_LARGE)(scope, receive, send)
            return
        call = Call(
            request.method,
            scope["path"],
            scope["query_string"].decode("latin-1"),
            dict(request.query_params),
            dict(request.headers),
            body,
            arrived_s=arrived,
        )
        try:
            if call.path.startswith(CONTROL):
                reply = self._control(call)
            else:
                reply = await self._answer(self.by_port[scope["server"][1]], call)
        except Dropped:
            scope["mediaprep.drop"]()
            await asyncio.sleep(0.01)  # until the server has noticed: it then says nothing more
            return
        await _response(reply)(scope, receive, send)

    async def _answer(self, provider: Provider, call: Call) -> Reply:
        try:
            endpoint = provider.route(call)
        except Refused as refused:
            call.action = call.action or _UNKNOWN
            return provider.refuse(call, refused)
        seen = self.world.meter.arrive(provider.name, call.action, call.arrived_s)
        fault = self.world.faults.take(provider.name, call.action)
        if fault:
            seen.faults[fault.mode] += 1
        try:
            reply = _spoiled_before(provider, call, fault)
            if reply is None:
                reply = self._carry_out(provider, call, fault, seen, endpoint.handler)
            reply = await _spoiled_after(reply, fault)
        finally:
            seen.in_flight -= 1
        seen.answers[reply.status] += 1
        return reply

    def _carry_out(
        self, provider: Provider, call: Call, fault: Fault | None, seen: Seen, handler: Handler
    ) -> Reply:
        world, name = self.world, provider.name
        # The call itself is in flight already.
        responding = seen.in_flight - 1
        busy = world.processing[name] if world.settings.tasks_end == "active" else responding
        try:
            provider.authenticate(call)
            world.meter.admit(name, call.action, call.arrived_s, busy)
            if fault and fault.mode is Mode.REJECT:
                world.next_rejected.add(name)
            return handler(call)
        except Refused as refused:
            return provider.refuse(call, refused)
        finally:
            world.next_rejected.discard(name)

    def _control(self, call: Call) -> Reply:
        """Answer what tests ask of the sandbox itself."""
        world, asked = self.world, (call.method, call.path.removeprefix(CONTROL))
        try:
            match asked:
                case ("GET", "health"):
                    return Reply(200, {"ok": True})
                case ("GET", "stats"):
                    return Reply(200, world.stats())
                case ("GET", "assets"):
                    return Reply(200, world.assets())
                case ("POST", "faults"):
                    return Reply(200, world.faults.add(call.fields()).shown())
                case ("DELETE", "faults"):
                    world.faults.orders.clear()
                    return Reply(200, {"faults": []})
                case ("POST", "reset"):
                    world.reset()
                    return Reply(200, {"reset": True})
        except Refused as refused:
            return Reply(400, {"error": refused.message})
        return Reply(404, {"error": f"no {call.method} {call.path}"})


def _spoiled_before(provider: Provider, call: Call, fault: Fault | None) -> Reply | None:
    """Return what a fault answers instead of the call, which is then not carried out."""
    if fault is None or fault.mode not in INSTEAD:
        return None
    if fault.mode is Mode.DROP:
        raise Dropped
    if fault.mode is Mode.HTML:
        return Reply(502, headers={"Content-Type": "text/html"}, raw=PAGE)
    reply = provider.refuse(call, instead(fault))
    if provider.name != "crun":  # its body's code decides, and says it
        reply.status = int(fault.mode)
    if fault.retry_after_s is not None:
        reply.headers["Retry-After"] = f"{fault.retry_after_s:g}"
    return reply


async def _spoiled_after(reply: Reply, fault: Fault | None) -> Reply:
    """Return what a fault makes of the answer to a call that was carried out."""
    match fault and fault.mode:
        case Mode.SLOW:
            assert fault
            await asyncio.sleep(fault.delay_s)
        case Mode.DROP_AFTER:
            raise Dropped
        case Mode.MALFORMED:
            whole = json.dumps(reply.body).encode()
            return Reply(reply.status, {}, {"Content-Type": "application/json"}, whole[:-9])
        case Mode.EMPTY:
            return Reply(reply.status, raw=b"")
        case Mode.AS_200:
            reply.status = 200
    return reply


async def _body(request: Request) -> bytes | None:
    """Read the body whole, so that the connection stays usable; None if it is too large."""
    chunks, size = [], 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= MOST_BODY_BYTES:
            chunks.append(chunk)
    return b"".join(chunks) if size <= MOST_BODY_BYTES else None


def _response(reply: Reply) -> Response:
    if reply.raw is not None:
        return Response(reply.raw, reply.status, reply.headers)
    body: Json = reply.body if reply.body is not None else {}
    return JSONResponse(body, reply.status, reply.headers)
