"""Volcengine's Ark asset API, and BytePlus' with another key and region.

Two ways in: the official `POST /?Action=…&Version=2024-01-01`, and `POST /open/<Action>` as on the
page docs.agentsflare.com/api-examples/assets-api, each with its own scheme of signature and its own
names of list filters. Images only, as that page says, unless the 2026 revision is asked for.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from mediaprep.sandbox.limits import ARK_2026, ARK_SEED
from mediaprep.sandbox.provider import Provider
from mediaprep.sandbox.state import Asset, Group
from mediaprep.sandbox.volclists import (
    LONGEST_NAME,
    SEED_PATH,
    is_seed,
    official_filter,
    page,
    project_of,
    seed_filter,
    shown_asset,
    shown_group,
)
from mediaprep.sandbox.volcsign import Key, verify
from mediaprep.sandbox.wire import (
    Call,
    Endpoint,
    Json,
    Refused,
    Reply,
    Why,
    media_url,
    text,
)
from mediaprep.sandbox.world import World

_VERSION = "2024-01-01"
_DESCRIPTION = 300
# HTTP status and code where the refusal does not bring its own.
_WORDS = {
    Why.UNAUTHORIZED: (401, "InvalidAccessKey"),
    Why.MISSING: (400, "MissingParameter"),
    Why.INVALID: (400, "InvalidParameter"),
    Why.NOT_FOUND: (404, "NotFound"),
    Why.NO_ENDPOINT: (404, "InvalidActionOrVersion"),
    Why.RATE: (429, "FlowLimitExceeded"),
    Why.BUSY: (429, "RequestLimitExceeded"),
    Why.QUOTA: (403, "QuotaExceeded"),
    Why.SERVER: (500, "InternalError"),
}
_BAD_REQUESTS = frozenset({"InvalidAuthorization", "InvalidCredential", "InvalidTimestamp"})
_NUMBERS = {
    "InvalidAccessKey": 100009,
    "SignatureDoesNotMatch": 100010,
    "InvalidSecretToken": 100026,
}
_SORT: dict[str, Callable[[Asset], Any]] = {
    "CreateTime": lambda a: a.created_s,
    "UpdateTime": lambda a: a.updated_s,
    "GroupId": lambda a: a.group.id if a.group else "",
}


class Volcengine(Provider):
    """The ten actions, official and as the seed's page has them."""

    name = "volcengine"
    region = "cn-beijing"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kinds = ARK_SEED if world.settings.revision == "seed" else ARK_2026
        self.actions: dict[str, Callable[[Call], Json]] = {
            "CreateAssetGroup": self.create_group,
            "CreateAsset": self.create,
            "GetAsset": self.get,
            "GetAssetGroup": self.get_group,
            "ListAssets": self.list,
            "ListAssetGroups": self.list_groups,
            "UpdateAsset": self.update,
            "UpdateAssetGroup": self.update_group,
            "DeleteAsset": self.delete,
            "DeleteAssetGroup": self.delete_group,
        }

    @property
    def key(self) -> Key:
        """What requests must be signed with."""
        made = self.world.settings.credentials
        secret = made.volcengine_secret
        return Key(made.volcengine_key, secret, self.region, made.session_token)

    def route(self, call: Call) -> Endpoint:
        """Take the action from the query, or from the path of the seed's page."""
        call.action = call.query.get("Action", "")
        known = call.path == "/" and call.query.get("Version") == _VERSION
        if call.path.startswith(SEED_PATH) and self.name == "volcengine":
            call.action, known = call.path.removeprefix(SEED_PATH), True
        if not known or call.method != "POST" or call.action not in self.actions:
            message = f"Could not find operation {call.action} for version {_VERSION}."
            raise Refused(Why.NO_ENDPOINT, message)
        action = self.actions[call.action]
        return Endpoint("POST", call.path, call.action, lambda c: self._ok(c, action(c)))

    def authenticate(self, call: Call) -> None:
        """Verify the signature, by the scheme that goes with the path."""
        verify(call, self.key, datetime.now(UTC), seed=is_seed(call))

    def refuse(self, call: Call, refused: Refused) -> Reply:
        """Answer with ResponseMetadata.Error."""
        status, code = _WORDS[refused.why]
        if refused.code:
            code = refused.code
            status = 400 if code in _BAD_REQUESTS else status
        elif refused.field and refused.why in (Why.MISSING, Why.INVALID):
            code = f"{code}.{refused.field}"
        error: Json = {"Code": code, "Message": refused.message}
        if code in _NUMBERS:
            error = {"CodeN": _NUMBERS[code]} | error
        metadata = self._metadata(call) | {"Error": error}
        return Reply(status, {"ResponseMetadata": metadata})

    def create_group(self, call: Call) -> Json:
        """Make a group of type AIGC."""
        fields = call.fields()
        name = text(fields, "Name", required=True, longest=LONGEST_NAME)
        description = text(fields, "Description", longest=_DESCRIPTION)
        if text(fields, "GroupType") not in ("", "AIGC"):
            raise Refused(Why.INVALID, "GroupType must be AIGC.", "GroupType")
        group = self.library.add_group(name, description)
        group.project = project_of(fields)
        return {"Id": group.id}

    def create(self, call: Call) -> Json:
        """Register a URL in a group of the same project."""
        fields = call.fields()
        group_id = text(fields, "GroupId", required=True)
        url = media_url(fields, "URL")
        word = text(fields, "AssetType", required=True)
        name = text(fields, "Name", longest=LONGEST_NAME)
        group = self.library.group(group_id, project_of(fields))
        return {"Id": self.register(word, url, name, "AssetType", group).id}

    def get(self, call: Call) -> Json:
        """Show one asset of the project."""
        return shown_asset(self._asset(call.fields()))

    def get_group(self, call: Call) -> Json:
        """Show one group of the project."""
        return shown_group(self._group(call.fields()))

    def list(self, call: Call) -> Json:
        """Show a page of the project's assets."""
        fields = call.fields()
        keep = seed_filter(fields) if is_seed(call) else official_filter(fields)
        project = project_of(fields)
        found = self.library.live(lambda a: a.project == project and keep(a))
        by = _SORT.get(text(fields, "SortBy") or "CreateTime")
        if by is None:
            raise Refused(Why.INVALID, f"SortBy must be one of {', '.join(_SORT)}.", "SortBy")
        # Stable both ways: the newest of those that are equal comes first.
        found.sort(key=by, reverse=text(fields, "SortOrder") != "Asc")
        return page([shown_asset(a) for a in found], fields, required=not is_seed(call))

    def list_groups(self, call: Call) -> Json:
        """Show a page of the project's groups."""
        fields, official = call.fields(), not is_seed(call)
        wanted = fields.get("Filter", {} if not official else None)
        if not isinstance(wanted, dict):
            raise Refused(Why.MISSING, "The required parameter Filter is missing.", "Filter")
        name, ids = text(wanted, "Name") or text(fields, "Name"), wanted.get("GroupIds")
        kind, project = text(wanted, "GroupType"), project_of(fields)
        found = [
            shown_group(group)
            for group in reversed(self.library.groups.values())
            if group.project == project
            and name in group.name
            and (not ids or group.id in ids)
            and kind in ("", group.kind)
        ]
        return page(found, fields, required=official)

    def update(self, call: Call) -> Json:
        """Rename an asset."""
        fields = call.fields()
        asset = self._asset(fields)
        asset.name = text(fields, "Name", required=True, longest=LONGEST_NAME)
        return {"Id": asset.id}

    def update_group(self, call: Call) -> Json:
        """Change a group's name, description or both."""
        fields = call.fields()
        group = self._group(fields)
        group.name = text(fields, "Name", longest=LONGEST_NAME) or group.name
        description = text(fields, "Description", longest=_DESCRIPTION)
        group.description = description or group.description
        return {"Id": group.id}

    def delete(self, call: Call) -> Json:
        """Delete an asset."""
        self.library.remove(self._asset(call.fields()))
        return {}

    def delete_group(self, call: Call) -> Json:
        """Delete a group with the assets in it."""
        self.library.remove_group(self._group(call.fields()))
        return {}

    def _asset(self, fields: Mapping[str, Any]) -> Asset:
        return self.library.asset(text(fields, "Id", required=True), project_of(fields))

    def _group(self, fields: Mapping[str, Any]) -> Group:
        return self.library.group(text(fields, "Id", required=True), project_of(fields))

    def _ok(self, call: Call, result: Json) -> Reply:
        return Reply(200, {"ResponseMetadata": self._metadata(call), "Result": result})

    def _metadata(self, call: Call) -> Json:
        return {
            "RequestId": uuid.uuid4().hex.upper(),
            "Action": call.action,
            "Version": _VERSION,
            "Service": "ark",
            "Region": self.region,
        }


class BytePlus(Volcengine):
    """The same API outside China; its pages are the official ones, of 2026."""

    name = "byteplus"
    region = "ap-southeast-1"

    def __init__(self, world: World) -> None:
        super().__init__(world)
        self.kinds = ARK_2026

    @property
    def key(self) -> Key:
        """What requests must be signed with."""
        made = self.world.settings.credentials
        return Key(made.byteplus_key, made.byteplus_secret, self.region, made.session_token)
