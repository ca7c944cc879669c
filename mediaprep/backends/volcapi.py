# ruff: noqa: D102  (documented once, at `Backend`)
"""How Volcengine's library is called, whatever the action: envelope, signature, settings.

Every answer is `{"ResponseMetadata": {...}, "Result": {...}}`, and an error may come with HTTP
200: `ResponseMetadata.Error` decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import ClassVar
from urllib.parse import urlsplit

from mediaprep.backends import auth, volcerrors, volcsign
from mediaprep.backends.answers import Answer, UnreadableAnswerError, told
from mediaprep.backends.base import WORDS, Adapter, next_page
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import InFlight, Limits, Query, Rate
from mediaprep.secret import Secret

# Action -> its rate's pool, and whether it may be sent twice.
ACTIONS: Mapping[str, tuple[str, bool]] = {
    "CreateAssetGroup": ("create", False),
    "CreateAsset": ("create", False),
    "GetAsset": ("get", True),
    "ListAssets": ("list", True),
    "ListAssetGroups": ("list-groups", True),
    "GetAssetGroup": ("get-group", True),
    "UpdateAsset": ("update", True),
    "UpdateAssetGroup": ("update-group", True),
    "DeleteAsset": ("delete", True),
    "DeleteAssetGroup": ("delete-group", True),
}


def rates(per_s: int, get_group: int, delete: int, delete_group: int) -> dict[str, Rate]:
    """Return the rate of each pool, from the calls per second that a page states."""
    each = {pool: Rate(per_s) for pool in ("list", "list-groups", "update", "update-group")}
    return each | {
        # Whether both creations share the 30, and until when one counts, is not said: the
        # strictest reading is one pool, and until the asset has settled.
        "create": Rate(per_s, in_flight=30, until=InFlight.SETTLED),
        "get": Rate(100),
        "get-group": Rate(get_group),
        "delete": Rate(delete),
        "delete-group": Rate(delete_group),
    }


class VolcApi(Adapter):
    """A caller of the library; `defaults` and `default_rates` are what a region differs in."""

    needs_group = True
    defaults: ClassVar[Mapping[str, str]]
    default_rates: ClassVar[Mapping[str, Rate]]

    def __init__(self, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        read = self._read
        self.base_url = read.url("BASE_URL", self.defaults["BASE_URL"])
        self._region = read.text("REGION", self.defaults["REGION"])
        self._service = read.text("SERVICE", "ark")
        self._version = read.text("VERSION", "2024-01-01")
        self.project = read.text("PROJECT", "default")
        self._seed = read.text("SCHEME", "official", ("official", "seed")) == "seed"
        self._group_type = read.text("GROUP_TYPE", "AIGC", ("AIGC", "LivenessFace"))
        # Skip wants a mode that cannot be switched back on: only ever sent when it is set.
        self._moderation = read.text("MODERATION", "", ("", "Default", "Skip"))
        self._read_uri_scheme(self.defaults["URI_SCHEME"])
        words = read.words("ASSET_TYPES", self.defaults["ASSET_TYPES"], tuple(WORDS.values()))
        kinds = frozenset(kind for kind, word in WORDS.items() if word in words)
        until = InFlight(read.text("IN_FLIGHT_UNTIL", "settled", tuple(InFlight)))
        rates = read.rates(self.default_rates)
        rates["create"] = replace(rates["create"], until=until)
        self.limits = Limits(kinds, rates, name_chars=64, description_chars=300, page_size=100)
        prefix = self.name.upper()
        self._access_key = read.credential(f"{prefix}_ACCESS_KEY")
        self._secret_key = read.credential(f"{prefix}_SECRET_KEY")
        self._token = read.credential(f"{prefix}_SESSION_TOKEN", needed=False)
        self.secrets = (self._access_key, self._secret_key, self._token)

    def authorize(self, call: Call, now: datetime) -> Call:
        body = call.content() or b""
        parts = urlsplit(call.url)
        date = volcsign.x_date(now)
        signed = {"Host": volcsign.host_header(parts.netloc), "X-Date": date}
        if not self._seed:
            signed["Content-Type"] = "application/json"
            signed["X-Content-Sha256"] = volcsign.sha256_hex(body)
        if self._token:
            signed["X-Security-Token"] = self._token.reveal()
        canonical = volcsign.canonical_request(call.method, parts.path, call.query(), signed, body)
        prefix = volcsign.SEED_PREFIX if self._seed else ""
        where = (date, self._region, self._service)
        hexed = volcsign.signature(canonical, *where, self._secret_key, prefix)
        proof = volcsign.authorization(self._access_key.reveal(), *where, signed, hexed)
        sent: dict[str, str | Secret] = {**signed, "Authorization": proof}
        if self._token:
            sent["X-Security-Token"] = self._token
        return replace(call, headers={**auth.with_headers(call).headers, **sent})

    def _call(self, action: str, body: Mapping[str, object]) -> Call:
        for key in ("Id", "GroupId"):
            if body.get(key) == "":
                raise self.refused(Category.INVALID, f"{key} is empty", param=key)
        pool, idempotent = ACTIONS[action]
        body = {**body, "ProjectName": self.project}
        if self._seed:
            url, params = f"{self.base_url}/open/{action}", {}
        else:
            url, params = f"{self.base_url}/", {"Action": action, "Version": self._version}
        return Call("POST", url, action, pool, idempotent, params, json_body=body)

    def _filter(self, wanted: Mapping[str, object]) -> dict[str, object]:
        said = {key: value for key, value in wanted.items() if value}
        return {"Filter": {"GroupType": self._group_type, **said}}

    def _paging(self, query: Query) -> dict[str, object]:
        return {"PageNumber": query.page, "PageSize": query.size or self.limits.page_size}

    def _turn(self, query: Query, result: Answer, got: int) -> tuple[Query | None, int | None]:
        size = result.integer("PageSize") or query.size or self.limits.page_size
        total = result.integer("TotalCount")
        return next_page(query, size, got, total), total

    def _check(self, reply: Reply, answer: Answer) -> None:
        if "ResponseMetadata" not in answer:
            if reply.status == 404:
                words = told(answer)[1] or "nothing is there"
                raise self._failure(reply, Category.WRONG_HOST, words)
            if 200 <= reply.status < 300 and "Result" not in answer:
                raise UnreadableAnswerError("the answer has no ResponseMetadata")
            return
        metadata = answer.object("ResponseMetadata")
        if metadata.get("Error") is None:
            return
        raise self._refusal(reply, metadata.object("Error"), metadata.text("RequestId"))

    def _refusal(self, reply: Reply, error: Answer, request_id: str) -> BackendError:
        code, words = error.text("Code"), error.text("Message")
        number = error.text("CodeN")
        return self._failure(
            reply,
            volcerrors.category(code, words, reply.status),
            words or code or f"error {number}",
            code=code or number,
            param=volcerrors.param(code),
            request_id=request_id,
            hint=volcerrors.hint(code, self.name.upper()),
        )


def request_id(answer: Answer) -> str:
    """Return the id that the provider's support asks for."""
    metadata = answer.get("ResponseMetadata")
    return answer.object("ResponseMetadata").text("RequestId") if metadata else ""
