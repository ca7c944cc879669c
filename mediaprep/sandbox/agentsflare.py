"""Agentsflare's global node: CreateAsset and GetAsset, flat answers with `base_resp`.

The page says that 0 is success and names no other number: those here are ours. Why an asset failed
is in `base_resp.status_msg`, for want of a field.
"""

from __future__ import annotations

from mediaprep.sandbox.limits import ARK_2026, ARK_SEED
from mediaprep.sandbox.provider import Provider, iso, same
from mediaprep.sandbox.wire import Call, Endpoint, Json, Refused, Reply, Why, media_url, text
from mediaprep.sandbox.world import World

_BASE = "/byteplus/_unstable/open"
# HTTP status and base_resp.status_code: refused requests come with 200, as the sample expects.
_CODES = {
    Why.UNAUTHORIZED: (401, 1004),
    Why.MISSING: (200, 2013),
    Why.INVALID: (200, 2013),
    Why.NOT_FOUND: (200, 1404),
    Why.NO_ENDPOINT: (404, 1404),
    Why.RATE: (429, 1002),
    Why.BUSY: (429, 1002),
    Why.QUOTA: (200, 1008),
    Why.SERVER: (500, 1000),
}


class Agentsflare(Provider):
    """Two calls, no groups, images only as the page says."""

    name = "agentsflare"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kinds = ARK_SEED if world.settings.revision == "seed" else ARK_2026
        self.endpoints = (
            Endpoint("POST", f"{_BASE}/CreateAsset", "CreateAsset", self.create),
            Endpoint("POST", f"{_BASE}/GetAsset", "GetAsset", self.get),
        )

    def authenticate(self, call: Call) -> None:
        """Check the Bearer token."""
        if not same(call.bearer, self.world.settings.credentials.agentsflare):
            raise Refused(Why.UNAUTHORIZED, "invalid api key")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with a status_code other than 0."""
        status, code = _CODES[refused.why]
        return Reply(status, {"base_resp": _base(code, refused.message)})

    def create(self, call: Call) -> Reply:
        """Register a URL."""
        fields = call.fields()
        url = media_url(fields, "URL")
        word = text(fields, "AssetType", required=True)
        asset = self.register(word, url, text(fields, "Name", longest=64), "AssetType")
        return Reply(200, {"Id": asset.id, "base_resp": _base(0, "success")})

    def get(self, call: Call) -> Reply:
        """Show one asset."""
        asset = self.library.asset(text(call.fields(), "Id", required=True))
        words = asset.reason.message if asset.reason else "success"
        shown: Json = {
            "Id": asset.id,
            "Status": asset.status.value,
            "AssetType": asset.kind.capitalize(),
            "Name": asset.name,
            "URL": f"https://sandbox.invalid/ark/{asset.id}",
            "CreateTime": iso(asset.created_s),
            "UpdateTime": iso(asset.updated_s),
            "base_resp": _base(0, words),
        }
        return Reply(200, shown)


def _base(code: int, words: str) -> Json:
    return {"status_code": code, "status_msg": words}
