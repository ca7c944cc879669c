"""AGTCloud's digital-human assets: containers, files, and the face-verification session.

Types are words in requests and numbers in answers. The pages show no body for the virtual
container's answer (`data.GroupId` here), for updates and for deletions (`data: null` here).
"""

from __future__ import annotations

import secrets
from urllib.parse import urlencode

from mediaprep.model import Kind
from mediaprep.sandbox.limits import ATLAS
from mediaprep.sandbox.provider import Provider, same
from mediaprep.sandbox.state import Asset, Group, Status, page_of
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

_BASE = "/v1/asset/human"
_STATUS = {
    Why.UNAUTHORIZED: 401,
    Why.NOT_FOUND: 404,
    Why.NO_ENDPOINT: 404,
    Why.RATE: 429,
    Why.BUSY: 429,
    Why.SERVER: 500,
}
# TrainingVideo and Script are accepted words that come to no media kind of Seedance's.
_WORDS = {"Image": "image", "Video": "video", "TrainingVideo": "video", "Audio": "audio"}
_TYPE = {Kind.VIDEO: 2, Kind.IMAGE: 3, Kind.AUDIO: 4}
_CONTAINER = 1
_GROUP_TYPE = {"LivenessFace": 1, "AIGC": 2}
_STATE = {Status.PROCESSING: 0, Status.ACTIVE: 1, Status.FAILED: 2}


class AGTCloud(Provider):
    """Everything below /v1/asset/human."""

    name = "agtcloud"
    kinds = ATLAS

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.sessions: dict[str, Json] = {}
        self.endpoints = (
            Endpoint("POST", f"{_BASE}/session", "session", self.session),
            Endpoint("POST", f"{_BASE}/aigc", "create-group", self.create_group),
            Endpoint("POST", f"{_BASE}/upload", "create", self.create),
            Endpoint("GET", f"{_BASE}/list", "list", self.list),
            Endpoint("GET", f"{_BASE}/get/{{id}}", "get", self.get),
            Endpoint("PUT", f"{_BASE}/update/{{id}}", "update", self.update),
            Endpoint("DELETE", f"{_BASE}/delete/{{id}}", "delete", self.delete),
            Endpoint("GET", "/verify/{token}", "verify", self.verify),
        )

    def authenticate(self, call: Call) -> None:
        """Check the Bearer token; the verification page is a person's, and has none."""
        if call.action == "verify":
            return
        if not same(call.bearer, self.world.settings.credentials.agtcloud):
            raise Refused(Why.UNAUTHORIZED, "Invalid token")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with `success: false`."""
        body = {"success": False, "message": refused.message, "data": None}
        return Reply(_STATUS.get(refused.why, 400), body)

    def session(self, call: Call) -> Reply:
        """Start a face verification; opening its page passes it at once."""
        fields = call.fields()
        redirect = media_url(fields, "redirect_url")
        token = f"byted_token_{secrets.token_hex(8)}"
        self.sessions[token] = {"redirect": redirect, "name": text(fields, "name")}
        url = f"http://{call.headers.get('host', '')}/verify/{token}"
        return _ok({"Url": url, "H5Link": url, "BytedToken": token})

    def verify(self, call: Call) -> Reply:
        """Send the person back with the new group, or with a reason if asked to fail."""
        session = self.sessions.pop(call.params["token"], None)
        if session is None:
            raise Refused(Why.NOT_FOUND, "unknown or used verification token")
        if call.query.get("fail"):
            result = {"status": "failed", "reason": call.query["fail"]}
        else:
            group = self.library.add_group(session["name"])
            group.kind = "LivenessFace"
            result = {"status": "success", "group_id": group.id}
        glue = "&" if "?" in session["redirect"] else "?"
        location = f"{session['redirect']}{glue}{urlencode(result)}"
        return Reply(302, headers={"Location": location}, raw=b"")

    def create_group(self, call: Call) -> Reply:
        """Make a virtual container."""
        fields = call.fields()
        name = text(fields, "name", required=True)
        return _ok({"GroupId": self.library.add_group(name, text(fields, "description")).id})

    def create(self, call: Call) -> Reply:
        """Register a URL in a container of the token's user."""
        fields = call.fields()
        group_id = text(fields, "group_id", required=True)
        url = media_url(fields, "url")
        word = text(fields, "asset_type", required=True)
        if word not in _WORDS:
            raise Refused(Why.INVALID, f"asset_type {word!r} is not supported", "asset_type")
        group = self.library.group(group_id)
        asset = self.register(_WORDS[word], url, text(fields, "name"), "asset_type", group)
        asset.description = text(fields, "description")
        return _ok(_shown_asset(asset))

    def list(self, call: Call) -> Reply:
        """Show a page of assets, or of containers with `is_leaf=0`."""
        page, size = number(call.query, "p", 1), number(call.query, "page_size", 20)
        shown: list[Json]
        group_id = call.query.get("group_id", "")
        if call.query.get("is_leaf", "1") == "0":
            groups = [g for g in self.library.groups.values() if group_id in ("", g.id)]
            shown = [_shown_group(group) for group in groups[::-1]]
        else:
            found = self.library.live(
                lambda a: not group_id or (a.group is not None and a.group.id == group_id)
            )
            shown = [_shown_asset(asset) for asset in found]
        # The page's example has no `message` here.
        return Reply(
            200,
            {"success": True, "data": {"total": len(shown), "items": page_of(shown, page, size)}},
        )

    def get(self, call: Call) -> Reply:
        """Show one asset or container."""
        group = self.library.groups.get(call.params["id"])
        if group:
            return _ok(_shown_group(group))
        return _ok(_shown_asset(self.library.asset(call.params["id"])))

    def update(self, call: Call) -> Reply:
        """Change name, description or both."""
        fields = call.fields()
        name, description = text(fields, "name"), text(fields, "description")
        if not name and not description:
            raise Refused(Why.MISSING, "name or description is required", "name")
        target = self.library.groups.get(call.params["id"])
        thing = target or self.library.asset(call.params["id"])
        thing.name, thing.description = name or thing.name, description or thing.description
        return _ok(None)

    def delete(self, call: Call) -> Reply:
        """Delete an asset, or a container with everything in it."""
        group = self.library.groups.get(call.params["id"])
        if group:
            self.library.remove_group(group)
        else:
            self.library.remove(self.library.asset(call.params["id"]))
        return _ok(None)


def _ok(data: Json | None) -> Reply:
    return Reply(200, {"success": True, "message": "", "data": data})


def _shown_asset(asset: Asset) -> Json:
    return {
        "id": asset.id,
        "asset_type": _TYPE[asset.kind],
        "group_type": _GROUP_TYPE[asset.group.kind] if asset.group else 0,
        "name": asset.name,
        "description": asset.description,
        "status": _STATE[asset.status],
        "fail_reason": asset.reason.message if asset.reason else "",
        "is_leaf": 1,
        "created_at": int(asset.created_s),
        "updated_at": int(asset.updated_s),
    }


def _shown_group(group: Group) -> Json:
    return {
        "id": group.id,
        "asset_type": _CONTAINER,
        "group_type": _GROUP_TYPE[group.kind],
        "name": group.name,
        "description": group.description,
        "status": _STATE[Status.ACTIVE],
        "fail_reason": "",
        "is_leaf": 0,
        "created_at": int(group.created_s),
        "updated_at": int(group.updated_s),
    }
