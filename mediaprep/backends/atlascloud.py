# ruff: noqa: D102  (documented once, at `Backend`)
"""Atlas Cloud's asset library:
https://www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0.

The library is on the console host, the upload of a file on the api host, with one key for both.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from mediaprep.backends import auth
from mediaprep.backends.answers import Answer, UnreadableAnswerError, told
from mediaprep.backends.base import (
    POLITE,
    WORDS,
    Adapter,
    is_web_url,
    kind_of,
    next_page,
    status_of,
)
from mediaprep.backends.call import Call, Reply, Upload
from mediaprep.backends.errors import Category
from mediaprep.backends.values import Asset, AssetStatus, Limits, Offer, Page, Query, Rate
from mediaprep.model import Kind
from mediaprep.secret import Secret

_ALSO = {"rejected": AssetStatus.FAILED}  # seen in answers, not on the page
_IDS = ("ark_asset_id", "atlas_asset_id", "id")
_HOSTS = "the library is on console.atlascloud.ai, uploads and generation on api.atlascloud.ai"


class AtlasCloud(Adapter):
    """Register, get, list, rename, trash and restore; upload for those who have no bucket."""

    name = "atlascloud"
    hints: ClassVar[Mapping[Category, str]] = {
        Category.AUTH: f"check ATLASCLOUD_API_KEY; if it is right, the host is wrong: {_HOSTS}",
        Category.NOT_FOUND: "check the id, which is the number, and that it is of this account; "
        f"it is a 404 on the wrong host, too: {_HOSTS}",
        Category.WRONG_HOST: f"check the two base URLs: {_HOSTS}",
        Category.QUOTA: "buy credits at Atlas Cloud, then run the command again",
    }

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        read = self._read
        self.base_url = read.url("CONSOLE_URL", "https://console.atlascloud.ai/api/v1")
        self._api_url = read.url("API_URL", "https://api.atlascloud.ai/api/v1")
        self._ref_id = read.text("REF_ID", "auto", ("auto", *_IDS))
        self._names = read.text("SEND_NAME", "yes", ("yes", "no")) == "yes"
        self._read_uri_scheme("asset://")
        offers = {Offer.LIST, Offer.RENAME, Offer.DELETE, Offer.TRASH, Offer.UPLOAD}
        self.offers = frozenset(offers | ({Offer.FIND_BY_NAME} if self._names else set()))
        rates = read.rates({**POLITE, "upload": Rate(5, in_flight=4)})
        self.limits = Limits(frozenset(Kind), rates)
        self._key = read.credential("ATLASCLOUD_API_KEY")
        self.secrets = (self._key,)

    def authorize(self, call: Call, now: datetime) -> Call:
        return auth.bearer(call, self._key)

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        body: dict[str, object] = {
            "type": WORDS[kind],
            "url": self._check_new(url, kind, name),
        }
        if name and self._names:  # not on the page; without it an asset cannot be found again
            body["name"] = name
        return self._call("POST", "", "register", "create", idempotent=False, body=body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        return self._read_answer(
            reply, lambda answer: self._one(reply, _data(answer)), of_one=False
        )

    def get_asset(self, asset_id: str) -> Call:
        return self._call("GET", f"/{self._in_path(asset_id)}", "get", "get")

    def parse_asset(self, reply: Reply) -> Asset:
        return self._read_answer(reply, lambda answer: self._one(reply, _data(answer)))

    def list_assets(self, query: Query) -> Call:
        return self._list("", query)

    def list_trash(self, query: Query) -> Call:
        return self._list("/trash", query)

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        def take(answer: Answer) -> Page[Asset]:
            data = _data(answer)
            found = data.objects("list", "items", "assets", "data")
            items = [self._one(reply, item) for item in found]
            size = data.integer("page_size") or query.size or self.limits.page_size
            total = data.integer("total")
            wanted = tuple(item for item in items if query.admits(item.name, item.status))
            return Page(wanted, next_page(query, size, len(items), total), total)

        return self._read_answer(reply, take, of_one=False)

    def rename_asset(self, asset_id: str, name: str) -> Call:
        path = f"/{self._in_path(asset_id)}"
        return self._call("PUT", path, "rename", "update", body={"name": name})

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        return self._call("DELETE", f"/{self._in_path(asset_id)}", "trash", "delete")

    def restore_asset(self, asset_id: str) -> Call:
        return self._call("POST", f"/{self._in_path(asset_id)}/restore", "restore", "update")

    def upload_media(self, upload: Upload) -> Call:
        target = f"{self._api_url}/model/uploadMedia"
        return Call("POST", target, "uploadMedia", "upload", False, upload=upload)

    def parse_uploaded(self, reply: Reply) -> Secret:
        def take(answer: Answer) -> Secret:
            data = _data(answer)
            url = next(filter(None, (data.get(key) for key in ("download_url", "url"))), None)
            if not isinstance(url, str) or not is_web_url(url):
                raise UnreadableAnswerError("the answer has no download_url")
            return Secret(url)

        return self._read_answer(reply, take, of_one=False)

    def parse_done(self, reply: Reply) -> None:
        if not (200 <= reply.status < 300 and not reply.body.strip()):  # 204 is an answer too
            super().parse_done(reply)

    def _list(self, path: str, query: Query) -> Call:
        # "Paginated, supports filters", and no parameter is named: what is asked for by name or
        # status is picked out of the answer.
        size = query.size or self.limits.page_size
        params = {"page": str(query.page), "page_size": str(size)}
        return self._call("GET", path, "list", "list", params=params)

    def _call(
        self,
        method: str,
        path: str,
        action: str,
        pool: str,
        *,
        idempotent: bool = True,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Call:
        url = f"{self.base_url}/sd/assets{path}"
        return Call(method, url, action, pool, idempotent, params or {}, json_body=body)

    def _one(self, reply: Reply, data: Answer) -> Asset:
        word = data.word("status")
        status = status_of(word, _ALSO)
        ids = {key: data.identity(key) for key in _IDS if data.get(key) not in (None, "")}
        wanted = _IDS if self._ref_id == "auto" else (self._ref_id,)
        ref_id = next((ids[key] for key in wanted if key in ids), "")
        if not ref_id and status is AssetStatus.ACTIVE:
            raise UnreadableAnswerError(f"an active asset has no {self._ref_id}")
        return self._asset(
            reply,
            data.identity("id"),
            status,
            word,
            ref_id=ref_id,
            name=data.name("name"),
            kind=kind_of(data.text("type") or data.text("asset_type")),
            created=data.text("created_at"),
            reason=data.reason(),
            extra={key: ids.get(key, "") for key in _IDS[:2]},
        )

    def _check(self, reply: Reply, answer: Answer) -> None:
        code = answer.integer("code")
        if code == 200 or answer.get("code") is None:
            return
        if code is None:
            raise UnreadableAnswerError("code is not a number")
        raise self._by_status(reply, code, told(answer)[1], code=str(code))


def _data(answer: Answer) -> Answer:
    """Return what an answer is about: the page shows it bare, answers wrap it in `data`."""
    return answer.object("data") if isinstance(answer.get("data"), dict) else answer
