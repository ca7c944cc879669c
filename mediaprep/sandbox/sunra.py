"""Sunra's Ark assets, as docs.sunra.ai/multimodal/seedance-face-auth describes them.

The page shows no error object and no reason for a failed asset: `{"error": {"code", "message"}}`
is ours. Over the limit Sunra answers 403 (docs.sunra.ai/multimodal/queue).
"""

from __future__ import annotations

from urllib.parse import unquote, urlsplit

from mediaprep.sandbox.gensunra import SunraQueue
from mediaprep.sandbox.limits import ATLAS
from mediaprep.sandbox.provider import Provider, iso_ms, same
from mediaprep.sandbox.state import Asset, Status, page_of
from mediaprep.sandbox.wire import (
    Call,
    Endpoint,
    Json,
    Refused,
    Reply,
    Why,
    media_url,
    number,
    text,
)
from mediaprep.sandbox.world import World

_LONGEST_URL = 2083
_STATUS = {
    Why.UNAUTHORIZED: 401,
    Why.NOT_FOUND: 404,
    Why.NO_ENDPOINT: 404,
    Why.RATE: 403,
    Why.BUSY: 403,
    Why.QUOTA: 403,
    Why.SERVER: 500,
}
_VIDEO, _AUDIO = ("mp4", "mov"), ("mp3", "wav")


class Sunra(Provider):
    """POST, GET, list and DELETE below /v1/ark/assets."""

    name = "sunra"
    prefix = "cgt"  # as the page's own example has it
    kinds = ATLAS

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.endpoints = (
            Endpoint("POST", "/v1/ark/assets", "create", self.create),
            Endpoint("POST", "/v1/ark/assets/list", "list", self.list),
            Endpoint("GET", "/v1/ark/assets/{id}", "get", self.get),
            Endpoint("DELETE", "/v1/ark/assets/{id}", "delete", self.delete),
            *SunraQueue(self).endpoints,
        )

    def authenticate(self, call: Call) -> None:
        """Check the Bearer token."""
        if call.action == "download":
            return
        if not same(call.bearer, self.world.settings.credentials.sunra):
            raise Refused(Why.UNAUTHORIZED, "Invalid API key.")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with a status and the error object that is ours."""
        error = {"code": refused.why.value, "message": refused.message}
        return Reply(_STATUS.get(refused.why, 400), {"error": error})

    def create(self, call: Call) -> Reply:
        """Register `source_url`; type and name come from its path where they are not given."""
        fields = call.fields()
        url = media_url(fields, "source_url", _LONGEST_URL)
        filename = unquote(urlsplit(url).path.rpartition("/")[2])
        word = text(fields, "asset_type") or _inferred(filename)
        name = text(fields, "name") or filename
        return Reply(200, _shown(self.register(word, url, name, "asset_type")))

    def get(self, call: Call) -> Reply:
        """Show one asset."""
        return Reply(200, _shown(self.library.asset(call.params["id"])))

    def list(self, call: Call) -> Reply:
        """Show a page of assets, of one status if asked."""
        fields = call.fields() if call.body else {}
        status = text(fields, "status")
        page, size = number(fields, "page", 1), number(fields, "page_size", 20)
        found = self.library.live(lambda a: not status or a.status.lower() == status)
        items = [_shown(asset) for asset in page_of(found, page, size)]
        body = {"items": items, "total": len(found), "page": page, "page_size": size}
        return Reply(200, body)

    def delete(self, call: Call) -> Reply:
        """Take an asset off the list."""
        self.library.remove(self.library.asset(call.params["id"]))
        return Reply(200, {"deleted": True})


def _inferred(filename: str) -> str:
    extension = filename.rpartition(".")[2].lower()
    return "video" if extension in _VIDEO else "audio" if extension in _AUDIO else "image"


def _shown(asset: Asset) -> Json:
    shown: Json = {
        "id": f"{asset.number:024x}",
        "ark_asset_id": asset.id,
        "name": asset.name,
        "asset_type": asset.kind.value,
        "source_url": asset.url,
        "status": asset.status.lower(),
        "created_at": iso_ms(asset.created_s),
    }
    if asset.status is Status.ACTIVE:
        shown["ark_url"] = f"https://sandbox.invalid/ark/{asset.id}"
    if asset.reason:
        shown["error"] = {"code": asset.reason.code, "message": asset.reason.message}
    return shown
