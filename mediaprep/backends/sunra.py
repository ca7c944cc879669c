# ruff: noqa: D102  (documented once, at `Backend`)
"""Sunra's Ark assets: https://docs.sunra.ai/multimodal/seedance-face-auth, see docs/backends."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from mediaprep.backends import auth
from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess
from mediaprep.backends.base import POLITE, Adapter, kind_of, next_page, status_of
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, Limits, Offer, Page, Query, Rate
from mediaprep.model import Kind
from mediaprep.profiles import load_profile
from mediaprep.secret import Secret


class Sunra(Adapter):
    """Create, get, list and delete, scoped to the organization that the key belongs to."""

    name = "sunra"
    offers = frozenset({Offer.LIST, Offer.FIND_BY_NAME, Offer.DELETE})
    # Over the limit Sunra answers 403, not 429 (https://docs.sunra.ai/multimodal/queue).
    by_status: ClassVar[Mapping[int, Category]] = {403: Category.RATE_LIMITED}
    hints: ClassVar[Mapping[Category, str]] = {
        Category.AUTH: "check SUNRA_API_KEY",
        Category.RATE_LIMITED: "Sunra says 403 when it is asked too often: wait; if it goes on, "
        "check what SUNRA_API_KEY may do",
    }

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("BASE_URL", "https://api.sunra.ai")
        self._scheme = self._read.text("AUTH_SCHEME", "Bearer", ("Bearer", "Key"))
        self._read_uri_scheme("asset://")
        # 1,800 a minute for what submits nothing, where the same page says 100 a second. Whether a
        # registration is a submission, 10 a second, is not said: the stricter reading.
        shared = {pool: Rate(30, in_flight=30) for pool in ("get", "list", "delete")}
        self.limits = Limits(
            frozenset(Kind),
            self._read.rates({**POLITE, **shared}),
            url_chars=_longest_url(),
            page_size=100,
        )
        self._key = self._read.credential("SUNRA_API_KEY")
        self.secrets = (self._key,)

    def authorize(self, call: Call, now: datetime) -> Call:
        return auth.bearer(call, self._key, self._scheme)

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        # The type is always sent: Sunra would guess it from an extension, and a presigned URL
        # need not have one.
        body: dict[str, object] = {
            "source_url": self._check_new(url, kind, name),
            "asset_type": kind.value,
        }
        if name:
            body["name"] = name
        return self._call("POST", "", "create asset", "create", idempotent=False, body=body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        return self._read_answer(reply, lambda answer: self._one(reply, answer), of_one=False)

    def get_asset(self, asset_id: str) -> Call:
        return self._call("GET", f"/{self._in_path(asset_id)}", "get asset", "get")

    def parse_asset(self, reply: Reply) -> Asset:
        return self._read_answer(reply, lambda answer: self._one(reply, answer))

    def list_assets(self, query: Query) -> Call:
        body: dict[str, object] = {
            "page": query.page,
            "page_size": query.size or self.limits.page_size,
        }
        if query.status is not None:
            body["status"] = query.status.value
        return self._call("POST", "/list", "list assets", "list", body=body)

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        def take(answer: Answer) -> Page[Asset]:
            items = [self._one(reply, item) for item in answer.objects("items")]
            size = answer.integer("page_size") or query.size or self.limits.page_size
            total = answer.integer("total")
            wanted = tuple(item for item in items if query.admits(item.name, item.status))
            return Page(wanted, next_page(query, size, len(items), total), total)

        return self._read_answer(reply, take, of_one=False)

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        return self._call("DELETE", f"/{self._in_path(asset_id)}", "delete asset", "delete")

    def _by_status(self, reply: Reply, status: int, words: str, *, code: str = "") -> BackendError:
        # Only the page on rates speaks of 403; plain words about a quota count more.
        told = guess(words) if status == 403 else None
        if told in (Category.QUOTA, Category.SUBSCRIPTION, Category.MODERATION):
            return self._failure(reply, told, words, code=code)
        return super()._by_status(reply, status, words, code=code)

    def parse_done(self, reply: Reply) -> None:
        def take(answer: Answer) -> None:
            if answer.get("deleted") is not True:
                raise UnreadableAnswerError("the answer does not say that it was deleted")

        self._read_answer(reply, take)

    def _call(
        self,
        method: str,
        path: str,
        action: str,
        pool: str,
        *,
        idempotent: bool = True,
        body: Mapping[str, object] | None = None,
    ) -> Call:
        url = f"{self.base_url}/v1/ark/assets{path}"
        return Call(method, url, action, pool, idempotent, json_body=body)

    def _one(self, reply: Reply, answer: Answer) -> Asset:
        word = answer.word("status")
        return self._asset(
            reply,
            answer.identity("ark_asset_id"),
            status_of(word),
            word,
            name=answer.name("name"),
            kind=kind_of(answer.text("asset_type")),
            created=answer.text("created_at"),
            reason=answer.reason(),
            extra={"id": answer.text("id")},
        )


def _longest_url() -> int | None:
    longest = load_profile("sunra").urls["length"].readings[0].hi
    return None if longest is None else int(longest)
