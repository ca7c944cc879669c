# ruff: noqa: D102  (documented once, at `Backend`)
"""Crun's Seedance assets: https://docs.crun.ai/models/seedance/asset-upload and asset-info."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from mediaprep.backends import auth
from mediaprep.backends.answers import Answer, UnreadableAnswerError
from mediaprep.backends.base import POLITE, WORDS, Adapter, kind_of, status_of
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.values import Asset, AssetStatus, Limits
from mediaprep.model import Kind
from mediaprep.secret import Secret


class Crun(Adapter):
    """Upload and info; the `code` in the body decides, whatever the HTTP status is."""

    name = "crun"
    by_status: ClassVar[Mapping[int, Category]] = {
        402: Category.QUOTA,  # credits
        455: Category.SERVER,  # maintenance
        501: Category.SERVER,  # a generation failed: not an answer that an asset should get
        505: Category.UNSUPPORTED,  # the feature is disabled
    }
    hints: ClassVar[Mapping[Category, str]] = {
        Category.AUTH: "check CRUN_API_KEY",
        Category.QUOTA: "buy credits at Crun, then run the command again",
        Category.UNSUPPORTED: "Crun has switched this feature off: ask it when it is back",
    }

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("BASE_URL", "https://api.crun.ai/api/v1/client/job")
        # The page on info is public in full; the paths are those of the provider's own docs.
        self._upload_path = self._read.text("UPLOAD_PATH", "/asset-upload")
        self._info_path = self._read.text("INFO_PATH", "/asset-info")
        self._read_uri_scheme("asset://")
        rates = {pool: POLITE[pool] for pool in ("create", "get")}
        self.limits = Limits(frozenset(Kind), self._read.rates(rates))
        self._key = self._read.credential("CRUN_API_KEY")
        self.secrets = (self._key,)

    def authorize(self, call: Call, now: datetime) -> Call:
        return auth.with_headers(call, x_api_key=self._key)

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        body: dict[str, object] = {
            "asset_url": self._check_new(url, kind, name),
            "asset_type": WORDS[kind],
        }
        if name:
            body["name"] = name
        target = self.base_url + self._upload_path
        return Call("POST", target, "asset-upload", "create", False, json_body=body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        def take(answer: Answer) -> Asset:
            # The page writes AssetId in its example and asset_id in its prose.
            ident = answer.object("data").identity("AssetId", "asset_id")
            return self._asset(reply, ident, AssetStatus.PROCESSING, "", kind=kind)

        return self._read_answer(reply, take, of_one=False)

    def get_asset(self, asset_id: str) -> Call:
        self._in_path(asset_id)
        target = self.base_url + self._info_path
        return Call("GET", target, "asset-info", "get", True, params={"asset_id": asset_id})

    def parse_asset(self, reply: Reply) -> Asset:
        def take(answer: Answer) -> Asset:
            data = answer.object("data")
            word = data.word("Status")
            status = status_of(word)
            # "Check the error message", says the page, and not which field it is in.
            said = data.reason() or answer.text("message").replace("success", "")
            return self._asset(
                reply,
                data.identity("AssetId", "asset_id"),
                status,
                word,
                name=data.name("Name"),
                kind=kind_of(data.text("AssetType")),
                created=data.text("CreateTime"),
                reason=said if status is AssetStatus.FAILED else "",
            )

        return self._read_answer(reply, take)

    def _check(self, reply: Reply, answer: Answer) -> None:
        code = answer.integer("code")
        if code is None and 200 <= reply.status < 300:
            raise UnreadableAnswerError("the answer has no code")
        if code is not None and code != 200:
            words = answer.text("message") or f"code {code}"
            raise self._by_status(reply, code, words, code=str(code))
