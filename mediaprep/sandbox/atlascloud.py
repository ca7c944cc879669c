"""Atlas Cloud's asset library on its console host, and media upload on its API host.

From www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0. Its answers are pictures
there: the envelope and the three ids are as real answers were seen. Status words are the page's;
under the 2026 revision they are in lower case, and errors arrive with HTTP 200, as was seen too.
"""

from __future__ import annotations

import secrets
from email.message import Message
from email.parser import HeaderParser

from mediaprep.sandbox.genatlas import AtlasPredictions
from mediaprep.sandbox.limits import ATLAS
from mediaprep.sandbox.provider import Provider, iso, same
from mediaprep.sandbox.state import Asset, page_of
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

_BASE = "/api/v1/sd/assets"
_STATUS = {
    Why.UNAUTHORIZED: 401,
    Why.NOT_FOUND: 404,
    Why.NO_ENDPOINT: 404,
    Why.RATE: 429,
    Why.BUSY: 429,
    Why.QUOTA: 402,
    Why.SERVER: 500,
}
_MOST_UPLOADS = 256  # kept in memory; the oldest goes


class _Host(Provider):
    name = "atlascloud"
    kinds = ATLAS

    def authenticate(self, call: Call) -> None:
        """Check the Bearer token: one key for both hosts."""
        if call.action == "download":
            return
        if not same(call.bearer, self.world.settings.credentials.atlascloud):
            raise Refused(Why.UNAUTHORIZED, "Missing or invalid API key")

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with the page's codes."""
        status = _STATUS.get(refused.why, 400)
        body: Json = {"code": status, "message": refused.message}
        if self.world.settings.revision != "seed" and refused.why is not Why.NO_ENDPOINT:
            return Reply(200, {"code": str(status), "msg": refused.message})
        return Reply(status, body)


class AtlasConsole(_Host):
    """Register, poll, list, rename, trash, restore."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.endpoints = (
            Endpoint("POST", _BASE, "create", self.create),
            Endpoint("GET", _BASE, "list", self.list),
            Endpoint("GET", f"{_BASE}/trash", "list-trash", self.list_trash),
            Endpoint("GET", f"{_BASE}/{{id}}", "get", self.get),
            Endpoint("PUT", f"{_BASE}/{{id}}", "rename", self.rename),
            Endpoint("DELETE", f"{_BASE}/{{id}}", "delete", self.delete),
            Endpoint("POST", f"{_BASE}/{{id}}/restore", "restore", self.restore),
        )

    def create(self, call: Call) -> Reply:
        """Register a URL; the type is Image unless it is said."""
        fields = call.fields()
        url = media_url(fields, "url")
        asset = self.register(text(fields, "type") or "Image", url, text(fields, "name"))
        return self._ok(self._shown(asset))

    def get(self, call: Call) -> Reply:
        """Show one asset, by the number of its record."""
        return self._ok(self._shown(self._find(call)))

    def list(self, call: Call) -> Reply:
        """Show a page of live assets."""
        return self._page(call, trashed=False)

    def list_trash(self, call: Call) -> Reply:
        """Show a page of trashed assets."""
        return self._page(call, trashed=True)

    def rename(self, call: Call) -> Reply:
        """Change the name."""
        asset = self._find(call)
        asset.name = text(call.fields(), "name", required=True)
        return self._ok(self._shown(asset))

    def delete(self, call: Call) -> Reply:
        """Move an asset to the trash."""
        self._find(call).trashed = True
        return self._ok(None)

    def restore(self, call: Call) -> Reply:
        """Take an asset out of the trash."""
        asset = self._find(call, trashed=True)
        asset.trashed = False
        return self._ok(self._shown(asset))

    def _find(self, call: Call, *, trashed: bool = False) -> Asset:
        asset = self.library.numbered.get(call.params["id"])
        if asset is None or asset.trashed != trashed:
            raise Refused(Why.NOT_FOUND, "Asset not found")
        return asset

    def _page(self, call: Call, *, trashed: bool) -> Reply:
        page, size = number(call.query, "page", 1), number(call.query, "page_size", 20)
        status = call.query.get("status", "").lower()
        found = [
            asset
            for asset in reversed(self.library.assets.values())
            if asset.trashed == trashed and status in ("", asset.status.lower())
        ]
        items = [self._shown(asset) for asset in page_of(found, page, size)]
        body = {"list": items, "total": len(found), "page": page, "page_size": size}
        return self._ok(body)

    def _ok(self, data: Json | None) -> Reply:
        return Reply(200, {"code": "200", "message": "success", "data": data})

    def _shown(self, asset: Asset) -> Json:
        word = asset.status.value
        shown: Json = {
            "id": asset.number,
            "atlas_asset_id": f"atlas-{asset.number:x}",
            "ark_asset_id": asset.id,
            "name": asset.name,
            "type": asset.kind.capitalize(),
            "url": asset.url,
            "status": word if self.world.settings.revision == "seed" else word.lower(),
            "created_at": iso(asset.created_s),
            "updated_at": iso(asset.updated_s),
        }
        if asset.reason:
            shown |= {"error_code": asset.reason.code, "error_message": asset.reason.message}
        return shown


class AtlasAPI(_Host):
    """Upload a file and get a public URL; the asset library is not on this host."""

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.uploads: dict[str, tuple[str, bytes]] = {}
        self.endpoints = (
            Endpoint("POST", "/api/v1/model/uploadMedia", "upload", self.upload),
            Endpoint("GET", "/media/{name}", "download", self.download),
            *AtlasPredictions(self).endpoints,
        )

    def upload(self, call: Call) -> Reply:
        """Keep a file, and say where it is."""
        filename, content_type, body = _form_file(call)
        extension = filename.rpartition(".")[2] if "." in filename else "bin"
        name = f"{secrets.token_hex(16)}.{extension}"
        self.uploads[name] = (content_type, body)
        while len(self.uploads) > _MOST_UPLOADS:
            del self.uploads[next(iter(self.uploads))]
        url = f"http://{call.headers.get('host', '')}/media/{name}"
        data = {"download_url": url, "filename": filename, "size": len(body)}
        return Reply(200, {"code": 200, "message": "success", "data": data})

    def download(self, call: Call) -> Reply:
        """Serve an uploaded file."""
        if call.params["name"] not in self.uploads:
            raise Refused(Why.NOT_FOUND, "File not found")
        content_type, body = self.uploads[call.params["name"]]
        return Reply(200, headers={"Content-Type": content_type}, raw=body)


def _form_file(call: Call) -> tuple[str, str, bytes]:
    """Return name, type and bytes of the form's part `file`."""
    form = _headers(f"Content-Type: {call.headers.get('content-type', '')}\r\n".encode())
    boundary = form.get_boundary()
    for part in (b"\r\n" + call.body).split(f"\r\n--{boundary}".encode()) if boundary else ():
        head, blank, body = part.lstrip(b"\r\n").partition(b"\r\n\r\n")
        headers = _headers(head)
        named = headers.get_param("name", header="Content-Disposition")
        if blank and body and named == "file":
            return headers.get_filename() or "file", headers.get_content_type(), body
    raise Refused(Why.MISSING, "The form has no part named file.", "file")


def _headers(head: bytes) -> Message:
    return HeaderParser().parsestr(head.decode("utf-8", "replace"))
