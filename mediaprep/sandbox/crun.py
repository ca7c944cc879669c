"""Crun's Seedance assets: upload and info; the body's `code` decides, the HTTP status is 200.

The upload page is docs.crun.ai/models/seedance/asset-upload. The pages do not name the field that
says why an asset failed: `ErrorMessage` is ours.
"""

from __future__ import annotations

from mediaprep.sandbox.gencrun import CrunTasks
from mediaprep.sandbox.limits import ATLAS
from mediaprep.sandbox.provider import Provider, iso, same
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, media_url, text
from mediaprep.sandbox.world import World

_BASE = "/api/v1/client/job"
_CODES = {
    Why.UNAUTHORIZED: 401,
    Why.QUOTA: 402,
    Why.NOT_FOUND: 404,
    Why.NO_ENDPOINT: 404,
    Why.MISSING: 422,
    Why.INVALID: 422,
    Why.RATE: 429,
    Why.BUSY: 429,
    Why.SERVER: 500,
}


class Crun(Provider):
    """Two calls, with the key in `x-api-key`."""

    name = "crun"
    kinds = ATLAS

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.endpoints = (
            Endpoint("POST", f"{_BASE}/asset-upload", "create", self.create),
            Endpoint("GET", f"{_BASE}/asset-info", "get", self.get),
            *CrunTasks(self).endpoints,
        )

    def authenticate(self, call: Call) -> None:
        """Check the key."""
        if call.action == "download":
            return
        if not same(call.headers.get("x-api-key", ""), self.world.settings.credentials.crun):
            raise Refused(Why.UNAUTHORIZED, "Authentication credentials are missing or invalid")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer 200 with a code in the body."""
        body = {"code": _CODES[refused.why], "message": refused.message, "data": None}
        return Reply(200, body)

    def create(self, call: Call) -> Reply:
        """Register a URL."""
        fields = call.fields()
        url = media_url(fields, "asset_url")
        word = text(fields, "asset_type", required=True)
        name = text(fields, "name", required=True)
        return _ok({"AssetId": self.register(word, url, name, "asset_type").id})

    def get(self, call: Call) -> Reply:
        """Show one asset."""
        asset = self.library.asset(text(call.query, "asset_id", required=True))
        shown: Json = {
            "AssetId": asset.id,
            "Name": asset.name,
            "AssetType": asset.kind.capitalize(),
            "Status": asset.status.value,
            "CreateTime": iso(asset.created_s),
            "UpdateTime": iso(asset.updated_s),
        }
        if asset.reason:
            shown["ErrorMessage"] = asset.reason.message
        return _ok(shown)


def _ok(data: Json) -> Reply:
    return Reply(200, {"code": 200, "message": "success", "data": data})
