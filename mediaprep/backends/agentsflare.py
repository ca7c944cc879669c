# ruff: noqa: D102  (documented once, at `Backend`)
"""Agentsflare's global node: https://docs.agentsflare.com/api-examples/assets-api."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from mediaprep.backends import auth
from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess, is_integer, told
from mediaprep.backends.base import POLITE, WORDS, Adapter, kind_of, status_of
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.values import Asset, AssetStatus, Limits
from mediaprep.model import Kind
from mediaprep.secret import Secret


class Agentsflare(Adapter):
    """CreateAsset and GetAsset; whether either worked is in `base_resp`, not in the status."""

    name = "agentsflare"
    hints: ClassVar[Mapping[Category, str]] = {Category.AUTH: "check AGENTSFLARE_API_KEY"}

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        default = "https://api.agentsflare.com/byteplus/_unstable/open"
        self.base_url = self._read.url("BASE_URL", default)
        self._read_uri_scheme("asset://")
        words = self._read.words("ASSET_TYPES", "Image", tuple(WORDS.values()))
        kinds = frozenset(kind for kind, word in WORDS.items() if word in words)
        rates = {pool: POLITE[pool] for pool in ("create", "get")}
        self.limits = Limits(kinds, self._read.rates(rates))
        self._key = self._read.credential("AGENTSFLARE_API_KEY")
        self.secrets = (self._key,)

    def authorize(self, call: Call, now: datetime) -> Call:
        return auth.bearer(call, self._key)

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        body: dict[str, object] = {
            "URL": self._check_new(url, kind, name),
            "AssetType": WORDS[kind],
        }
        if name:
            body["Name"] = name
        target = f"{self.base_url}/CreateAsset"
        return Call("POST", target, "CreateAsset", "create", False, json_body=body)

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        def take(answer: Answer) -> Asset:
            return self._asset(reply, answer.identity("Id"), AssetStatus.PROCESSING, "", kind=kind)

        return self._read_answer(reply, take, of_one=False)

    def get_asset(self, asset_id: str) -> Call:
        self._in_path(asset_id)
        target = f"{self.base_url}/GetAsset"
        return Call("POST", target, "GetAsset", "get", True, json_body={"Id": asset_id})

    def parse_asset(self, reply: Reply) -> Asset:
        def take(answer: Answer) -> Asset:
            word = answer.word("Status")
            status = status_of(word)
            # No field of its own is documented for why an asset failed.
            said = answer.reason() or answer.object("base_resp").text("status_msg")
            return self._asset(
                reply,
                answer.identity("Id"),
                status,
                word,
                name=answer.name("Name"),
                kind=kind_of(answer.text("AssetType")),
                created=answer.text("CreateTime"),
                reason=said if status is AssetStatus.FAILED else "",
            )

        return self._read_answer(reply, take)

    def _check(self, reply: Reply, answer: Answer) -> None:
        if "base_resp" not in answer and not 200 <= reply.status < 300:
            if reply.status == 404:
                words = told(answer)[1] or "nothing is there"
                raise self._failure(reply, Category.WRONG_HOST, words)
            return
        outcome = answer.object("base_resp")
        code = outcome.get("status_code")
        if not is_integer(code):
            raise UnreadableAnswerError("base_resp has no status_code")
        if code:
            words = outcome.text("status_msg") or f"status_code {code}"
            if reply.status >= 400:
                raise self._by_status(reply, reply.status, words, code=str(code))
            raise self._failure(reply, guess(words), words, code=str(code))
