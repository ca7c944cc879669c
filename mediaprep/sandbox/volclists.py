"""Ark's lists: what they filter by on either page, how they are paged, what an item shows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mediaprep.sandbox.provider import iso
from mediaprep.sandbox.state import Asset, Group, page_of
from mediaprep.sandbox.wire import Call, Json, Refused, Why, number, text

SEED_PATH = "/open/"
LONGEST_NAME = 64


def is_seed(call: Call) -> bool:
    """Tell whether a call came by the path of the seed's page."""
    return call.path.startswith(SEED_PATH)


def project_of(fields: Mapping[str, Any]) -> str:
    """Return the project that a call names, or the one that it is in without."""
    return text(fields, "ProjectName") or "default"


def seed_filter(fields: Mapping[str, Any]) -> Callable[[Asset], bool]:
    """Filter by GroupId, Status and Name, flat and optional."""
    group, status = text(fields, "GroupId"), text(fields, "Status")
    name = text(fields, "Name")
    return lambda a: _fits(a, [group] if group else [], [status] if status else [], name)


def official_filter(fields: Mapping[str, Any]) -> Callable[[Asset], bool]:
    """Filter by the required object Filter with its required GroupType."""
    wanted = fields.get("Filter")
    if not isinstance(wanted, dict):
        raise Refused(Why.MISSING, "The required parameter Filter is missing.", "Filter")
    if not wanted.get("GroupType"):
        message = "The required parameter Filter.GroupType is missing."
        raise Refused(Why.MISSING, message, "Filter.GroupType")
    kind, name = text(wanted, "GroupType"), text(wanted, "Name", longest=LONGEST_NAME)
    groups, statuses = wanted.get("GroupIds") or [], wanted.get("Statuses") or []
    if not isinstance(groups, list) or not isinstance(statuses, list):
        raise Refused(Why.INVALID, "GroupIds and Statuses are lists.", "Filter")
    return lambda a: (
        _fits(a, groups, statuses, name) and a.group is not None and a.group.kind == kind
    )


def _fits(asset: Asset, groups: list[Any], statuses: list[Any], name: str) -> bool:
    return (
        (not groups or (asset.group is not None and asset.group.id in groups))
        and (not statuses or asset.status.value in statuses)
        and name in asset.name
    )


def page(items: list[Json], fields: Mapping[str, Any], *, required: bool) -> Json:
    """Return one page of a list in Ark's words; the official pages require both numbers."""
    for name in ("PageNumber", "PageSize"):
        if required and name not in fields:
            raise Refused(Why.MISSING, f"The required parameter {name} is missing.", name)
    page, size = number(fields, "PageNumber", 1), number(fields, "PageSize", 20, 100)
    shown = page_of(items, page, size)
    return {"Items": shown, "TotalCount": len(items), "PageNumber": page, "PageSize": size}


def shown_asset(asset: Asset) -> Json:
    """Show an asset as GetAsset and ListAssets do."""
    shown: Json = {
        "Id": asset.id,
        "Name": asset.name,
        "URL": f"https://sandbox.invalid/ark/{asset.id}",
        "AssetType": asset.kind.capitalize(),
        "GroupId": asset.group.id if asset.group else "",
        "Status": asset.status.value,
        "CreateTime": iso(asset.created_s),
        "UpdateTime": iso(asset.updated_s),
        "ProjectName": asset.project,
    }
    if asset.reason:
        shown["Error"] = {"Code": asset.reason.code, "Message": asset.reason.message}
    return shown


def shown_group(group: Group) -> Json:
    """Show a group as GetAssetGroup and ListAssetGroups do."""
    return {
        "Id": group.id,
        "Name": group.name,
        "Title": group.name,
        "Description": group.description,
        "GroupType": group.kind,
        "ProjectName": group.project,
        "CreateTime": iso(group.created_s),
        "UpdateTime": iso(group.updated_s),
    }
