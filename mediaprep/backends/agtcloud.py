# ruff: noqa: D102  (documented once, at `Backend`)
"""AGTCloud's digital-human library: https://api.agtcloud.ai/docs/en/api/seedance-2.0/asset-library/.

Requests say types in words, answers in numbers; a container and an asset share one endpoint each
for get, update and delete, told apart by `is_leaf`.
"""

from __future__ import annotations

from mediaprep.backends.agtcontainers import Containers, is_container
from mediaprep.backends.answers import Answer
from mediaprep.backends.base import WORDS
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.values import Asset, AssetStatus, Page, Query
from mediaprep.model import Kind
from mediaprep.secret import Secret

_STATUS = {0: AssetStatus.PROCESSING, 1: AssetStatus.ACTIVE, 2: AssetStatus.FAILED}
_KIND = {2: Kind.VIDEO, 3: Kind.IMAGE, 4: Kind.AUDIO}  # 2 and 3 are not in the order of the words


class AGTCloud(Containers):
    """Containers, real or virtual, and the assets in them."""

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        if not group:
            words = "an asset is created inside a container, and none is given"
            raise self.refused(Category.INVALID, words, param="group_id", hint="name a group")
        body: dict[str, object] = {
            "group_id": group,
            "url": self._check_new(url, kind, name),
            "asset_type": WORDS[kind],
        }
        if name:
            body["name"] = name
        return self._call("POST", "upload", "create", idempotent=False, body=body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        return self._read_answer(reply, lambda answer: self._one(reply, answer.object("data")))

    def get_asset(self, asset_id: str) -> Call:
        return self._get(asset_id)

    def parse_asset(self, reply: Reply) -> Asset:
        def take(answer: Answer) -> Asset:
            data = answer.object("data")
            if is_container(data):
                words = f"{data.identity('id')} is a container, not an asset"
                hint = "`mediaprep assets groups` shows it; deleting it takes --recursive"
                raise self._failure(reply, Category.INVALID, words, hint=hint)
            return self._one(reply, data)

        return self._read_answer(reply, take)

    def list_assets(self, query: Query) -> Call:
        return self._list(query, is_leaf="1")

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        def take(answer: Answer) -> Page[Asset]:
            data = answer.object("data")
            found = data.objects("items")
            items = [self._one(reply, item) for item in found if not is_container(item)]
            wanted = tuple(item for item in items if query.admits(item.name, item.status))
            return Page(wanted, *self._turn(query, data, len(found)))

        return self._read_answer(reply, take)

    def rename_asset(self, asset_id: str, name: str) -> Call:
        return self.update_group(asset_id, name)

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        # The same call on a container takes all that is in it, so the answer to a get has to
        # have said that this is none.
        if seen is None or seen.id != asset_id or seen.extra.get("is_leaf") != "1":
            words = f"{asset_id} is not known to be an asset: it may be a container"
            raise self.refused(Category.INVALID, words, param="id", hint="get it first")
        return self._call("DELETE", f"delete/{self._in_path(asset_id)}", "delete")

    def _one(self, reply: Reply, data: Answer) -> Asset:
        word = data.word("status")  # 0 is a status: never tested for truth
        number = data.integer("status")
        return self._asset(
            reply,
            data.identity("id"),
            _STATUS.get(number) if number is not None else None,
            word,
            name=data.name("name"),
            kind=_KIND.get(data.integer("asset_type") or 0),
            created=data.text("created_at"),
            reason=data.text("fail_reason"),
            extra={"is_leaf": data.text("is_leaf"), "group_type": data.text("group_type")},
        )
