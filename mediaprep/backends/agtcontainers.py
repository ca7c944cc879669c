# ruff: noqa: D102  (documented once, at `Backend`)
"""AGTCloud's containers and face verification, and how any of its endpoints is called.

Every answer is `{"success": ..., "message": ..., "data": ...}`; `success` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar
from urllib.parse import parse_qs, urlsplit

from mediaprep.backends import auth
from mediaprep.backends.answers import Answer, UnreadableAnswerError, guess, told
from mediaprep.backends.base import POLITE, Adapter, is_web_url, next_page
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import Category
from mediaprep.backends.values import FaceSession, Group, Limits, Offer, Page, Query
from mediaprep.model import Kind
from mediaprep.secret import Secret

_CONTAINER = 1
_GROUP_TYPE = {1: "LivenessFace", 2: "AIGC"}


class Containers(Adapter):
    """Containers, real or virtual, that assets are created in."""

    name = "agtcloud"
    offers = frozenset(Offer) - {Offer.TRASH, Offer.UPLOAD}
    needs_group = True
    delete_needs_get = True
    hints: ClassVar[Mapping[Category, str]] = {Category.AUTH: "check AGTCLOUD_API_KEY"}

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.base_url = self._read.url("BASE_URL", "https://api.agtcloud.ai")
        self._read_uri_scheme("asset://")  # not documented: what the forks of its server use
        self.limits = Limits(frozenset(Kind), self._read.rates(POLITE))
        self._key = self._read.credential("AGTCLOUD_API_KEY")
        self.secrets = (self._key,)

    def authorize(self, call: Call, now: datetime) -> Call:
        return auth.bearer(call, self._key)

    def create_group(self, name: str, description: str = "") -> Call:
        if not name:
            raise self.refused(Category.INVALID, "a container needs a name", param="name")
        # The page says that the name is required and shows no body.
        body = {"name": name} | ({"description": description} if description else {})
        return self._call("POST", "aigc", "create", idempotent=False, body=body)

    def parse_group_created(self, reply: Reply) -> Group:
        def take(answer: Answer) -> Group:
            # "Returns GroupId", and no example: in `data`, or as `data`.
            inside = isinstance(answer.get("data"), dict)
            data = answer.object("data") if inside else answer
            keys = ("GroupId", "group_id", "id") if inside else ("data",)
            return Group(self.name, data.identity(*keys), type="AIGC")

        return self._read_answer(reply, take)

    def get_group(self, group_id: str) -> Call:
        return self._get(group_id)

    def parse_group(self, reply: Reply) -> Group:
        def take(answer: Answer) -> Group:
            data = answer.object("data")
            if not is_container(data):
                words = f"{data.identity('id')} is an asset, not a container"
                raise self._failure(reply, Category.INVALID, words)
            return self._group(data)

        return self._read_answer(reply, take)

    def list_groups(self, query: Query) -> Call:
        return self._list(query, is_leaf="0")

    def parse_groups(self, reply: Reply, query: Query) -> Page[Group]:
        def take(answer: Answer) -> Page[Group]:
            data = answer.object("data")
            found = data.objects("items")
            groups = [self._group(item) for item in found if is_container(item)]
            wanted = tuple(group for group in groups if query.admits(group.name))
            return Page(wanted, *self._turn(query, data, len(found)))

        return self._read_answer(reply, take)

    def update_group(self, group_id: str, name: str = "", description: str = "") -> Call:
        both = {"name": name, "description": description}
        body = {key: value for key, value in both.items() if value}
        return self._call("PUT", f"update/{self._in_path(group_id)}", "update", body=body)

    def delete_group(self, group_id: str, *, recursive: bool = False) -> Call:
        self.refuse_unless(recursive, group_id)
        return self._call("DELETE", f"delete/{self._in_path(group_id)}", "delete")

    def create_face_session(self, redirect_url: str, name: str = "", description: str = "") -> Call:
        if not is_web_url(redirect_url):
            words = "the person is sent back to an http or https URL"
            raise self.refused(Category.INVALID, words, param="redirect_url")
        said = {"name": name, "description": description, "redirect_url": redirect_url}
        body = {key: value for key, value in said.items() if value}
        return self._call("POST", "session", "create", idempotent=False, body=body)

    def parse_face_session(self, reply: Reply) -> FaceSession:
        def take(answer: Answer) -> FaceSession:
            data = answer.object("data")
            url = data.word("Url")
            link = data.text("H5Link") or url
            return FaceSession(Secret(url), Secret(link), Secret(data.word("BytedToken")))

        return self._read_answer(reply, take)

    def face_result(self, redirected_to: str) -> str:
        try:
            said = parse_qs(urlsplit(redirected_to).query, max_num_fields=50)
        except ValueError:
            said = {}
        group = said.get("group_id", [""])[0]
        if said.get("status") == ["success"] and group:
            return group
        why = said.get("reason", ["the address does not say success"])[0]
        words = f"the person was not verified: {self._safe(why)}"
        raise self.refused(Category.INVALID, words, hint="start a new session")

    def _list(self, query: Query, is_leaf: str) -> Call:
        size = query.size or self.limits.page_size
        params = {"is_leaf": is_leaf, "p": str(query.page), "page_size": str(size)}
        if query.group:
            params["group_id"] = query.group
        return self._call("GET", "list", "list", params=params)

    def _turn(self, query: Query, data: Answer, got: int) -> tuple[Query | None, int | None]:
        total = data.integer("total")
        return next_page(query, query.size or self.limits.page_size, got, total), total

    def _call(
        self,
        method: str,
        path: str,
        pool: str,
        *,
        idempotent: bool = True,
        params: Mapping[str, str] | None = None,
        body: Mapping[str, object] | None = None,
    ) -> Call:
        url = f"{self.base_url}/v1/asset/human/{path}"
        action = path.partition("/")[0]
        return Call(method, url, action, pool, idempotent, params or {}, json_body=body)

    def _group(self, data: Answer) -> Group:
        return Group(
            self.name,
            data.identity("id"),
            data.name("name"),
            data.text("description"),
            _GROUP_TYPE.get(data.integer("group_type") or 0, data.text("group_type")),
            created=data.text("created_at"),
        )

    def _check(self, reply: Reply, answer: Answer) -> None:
        success = answer.get("success")
        if success is None and reply.status == 404:
            raise self._failure(reply, Category.WRONG_HOST, told(answer)[1] or "nothing is there")
        if success is True or (success is None and not 200 <= reply.status < 300):
            return
        if success is not False:
            raise UnreadableAnswerError("the answer does not say success")
        words = answer.text("message")
        if not 200 <= reply.status < 300:
            raise self._by_status(reply, reply.status, words)
        raise self._failure(reply, guess(words), words or "refused without a word")

    def _get(self, ident: str) -> Call:
        return self._call("GET", f"get/{self._in_path(ident)}", "get")


def is_container(data: Answer) -> bool:
    """Say whether this is a container, which get, update and delete do not tell from an asset."""
    return data.integer("is_leaf") == 0 or data.integer("asset_type") == _CONTAINER
