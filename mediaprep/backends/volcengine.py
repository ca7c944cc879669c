# ruff: noqa: D102  (documented once, at `Backend`)
"""Volcengine's Ark asset library, and BytePlus' (the same API at another host).

https://docs.agentsflare.com/api-examples/assets-api is the page that was asked for;
https://docs.byteplus.com/en/docs/ModelArk/2333601 lists the official actions. Where the two
differ there is a setting: docs/backends/volcengine.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from mediaprep.backends.answers import Answer
from mediaprep.backends.base import WORDS, kind_of, status_of
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.values import Asset, AssetStatus, Offer, Page, Query, Rate
from mediaprep.backends.volcapi import rates, request_id
from mediaprep.backends.volcgroups import VolcGroups
from mediaprep.model import Kind
from mediaprep.secret import Secret


class Volcengine(VolcGroups):
    """All actions on assets and groups, signed with an access key."""

    name = "volcengine"
    offers = frozenset(Offer) - {Offer.TRASH, Offer.FACE_SESSION, Offer.UPLOAD}
    defaults: ClassVar[Mapping[str, str]] = {
        "BASE_URL": "https://open.volcengineapi.com",
        "REGION": "cn-beijing",
        "URI_SCHEME": "Asset://",
        "ASSET_TYPES": "Image",
    }
    default_rates: ClassVar[Mapping[str, Rate]] = rates(30, 100, 10, 5)

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        if not group:
            words = "an asset is created inside a group, and none is given"
            raise self.refused(Category.INVALID, words, param="GroupId", hint="name a group")
        body: dict[str, object] = {
            "GroupId": group,
            "URL": self._check_new(url, kind, name),
            "AssetType": WORDS[kind],
        }
        if name:
            body["Name"] = name
        if self._moderation:
            body["Moderation"] = {"Strategy": self._moderation}
        return self._call("CreateAsset", body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        def take(answer: Answer) -> Asset:
            ident = answer.object("Result").identity("Id")
            said = request_id(answer)
            return self._asset(reply, ident, AssetStatus.PROCESSING, "", kind=kind, request_id=said)

        return self._read_answer(reply, take)

    def get_asset(self, asset_id: str) -> Call:
        return self._call("GetAsset", {"Id": asset_id})

    def parse_asset(self, reply: Reply) -> Asset:
        return self._read_answer(
            reply, lambda answer: self._one(reply, answer.object("Result"), request_id(answer))
        )

    def list_assets(self, query: Query) -> Call:
        words = [query.status.value.capitalize()] if query.status else []
        groups = [query.group] if query.group else []
        if self._seed:  # flat and singular, as the seed's page names the filters
            flat = {"GroupId": query.group, "Status": "".join(words), "Name": query.name}
            body: dict[str, object] = {key: value for key, value in flat.items() if value}
            return self._call("ListAssets", body | self._paging(query))
        wanted = {"GroupIds": groups, "Statuses": words, "Name": query.name}
        return self._call("ListAssets", self._filter(wanted) | self._paging(query))

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        def take(answer: Answer) -> Page[Asset]:
            result = answer.object("Result")
            said = request_id(answer)
            items = [self._one(reply, item, said) for item in result.objects("Items")]
            wanted = tuple(x for x in items if query.admits(x.name, x.status, x.group))
            return Page(wanted, *self._turn(query, result, len(items)))

        return self._read_answer(reply, take)

    def rename_asset(self, asset_id: str, name: str) -> Call:
        self._check_length("name", name, self.limits.name_chars)
        return self._call("UpdateAsset", {"Id": asset_id, "Name": name})

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        return self._call("DeleteAsset", {"Id": asset_id})

    def _one(self, reply: Reply, item: Answer, said: str) -> Asset:
        word = item.word("Status")
        return self._asset(
            reply,
            item.identity("Id"),
            status_of(word),
            word,
            name=item.name("Name"),
            kind=kind_of(item.text("AssetType")),
            group=item.text("GroupId"),
            created=item.text("CreateTime"),
            reason=item.reason() if item.get("Error") else "",
            request_id=said,
            extra={"project": item.text("ProjectName")},
        )


class BytePlus(Volcengine):
    """The same library outside China, with the limits of BytePlus' own pages."""

    name = "byteplus"
    defaults: ClassVar[Mapping[str, str]] = {
        "BASE_URL": "https://ark.ap-southeast-1.byteplusapi.com",
        "REGION": "ap-southeast-1",
        "URI_SCHEME": "asset://",
        "ASSET_TYPES": "Image,Video,Audio",
    }
    default_rates: ClassVar[Mapping[str, Rate]] = rates(10, 10, 10, 5)
