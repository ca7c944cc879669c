# ruff: noqa: D102  (documented once, at `Backend`)
"""What all adapters share: refusing what is not offered, checking a call, sorting errors.

An adapter overrides what its provider documents; the rest stays UNSUPPORTED, in words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from mediaprep.backends.answers import Answer, UnreadableAnswerError, clean, decode, guess, told
from mediaprep.backends.call import Call, Reply
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.settings import Settings
from mediaprep.backends.unoffered import NothingOffered
from mediaprep.backends.values import Asset, AssetStatus, Limits, Offer, Query, Rate
from mediaprep.model import Kind
from mediaprep.secret import Secret, plain, redact

T = TypeVar("T")

# Where no page states a rate: polite, and a setting.
POLITE: Mapping[str, Rate] = {
    "create": Rate(10, in_flight=10),
    "get": Rate(20, in_flight=20),
    "list": Rate(10, in_flight=10),
    "update": Rate(10, in_flight=10),
    "delete": Rate(10, in_flight=10),
}
WORDS = {Kind.IMAGE: "Image", Kind.VIDEO: "Video", Kind.AUDIO: "Audio"}
STATUSES = {
    "processing": AssetStatus.PROCESSING,
    "active": AssetStatus.ACTIVE,
    "failed": AssetStatus.FAILED,
}
_WELL = (AssetStatus.PROCESSING, AssetStatus.ACTIVE)
_BY_STATUS = {
    401: Category.AUTH,
    402: Category.QUOTA,
    403: Category.AUTH,
    404: Category.NOT_FOUND,
    408: Category.SERVER,
    425: Category.SERVER,
    429: Category.RATE_LIMITED,
    451: Category.MODERATION,
}
_REQUEST_IDS = ("x-request-id", "x-tt-logid", "x-oneapi-request-id", "x-trace-id", "cf-ray")
_LONGEST_WORDS = 300
_LONGEST_WAIT_S = 86_400.0
_LAST_PAGE = 10_000  # a server that ignores the page number would never end


class Adapter(NothingOffered):
    """One provider; `Backend` says what each method means."""

    offers: frozenset[Offer] = frozenset()
    needs_group: ClassVar[bool] = False
    delete_needs_get: ClassVar[bool] = False
    by_status: ClassVar[Mapping[int, Category]] = {}  # where it differs from HTTP's meaning
    hints: ClassVar[Mapping[Category, str]] = {}

    limits: Limits
    base_url: str
    project: str = ""
    secrets: tuple[Secret, ...]

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._read = Settings(self.name, environ)
        self._account = self._read.text("ACCOUNT", "")

    @property
    def settings(self) -> Mapping[str, str]:
        return self._read.shown

    @property
    def account(self) -> str:
        return self._account or self.secrets[0].fingerprint()

    def authorize(self, call: Call, now: datetime) -> Call:
        raise NotImplementedError

    def uri(self, ref_id: str) -> str:
        return self._uri_scheme + ref_id

    def _read_uri_scheme(self, default: str) -> None:
        self._uri_scheme = self._read.text("URI_SCHEME", default, ("asset://", "Asset://"))

    # What is wrong with a call before it is made.

    def _check_new(self, url: Secret | str, kind: Kind, name: str) -> Secret:
        address = plain(url)
        self.check_kind(kind)
        if not address.startswith(("https://", "http://")):
            words = "only an http or https URL can be registered"
            raise self.refused(Category.INVALID, words, param="URL")
        most = self.limits.url_chars
        if most is not None and len(address) > most:
            words = f"the URL has {len(address)} characters, at most {most} are taken"
            hint = "sign it with a key of its own instead of a session's, or use --url-base"
            raise self.refused(Category.INVALID, words, param="URL", hint=hint)
        self._check_length("name", name, self.limits.name_chars)
        return url if isinstance(url, Secret) else Secret(url)

    def check_kind(self, kind: Kind) -> None:
        if kind not in self.limits.kinds:
            offered = ", ".join(sorted(self.limits.kinds))
            words = f"{kind} is not taken here, only {offered}"
            hint = (
                "use a backend that takes it, or if yours does, name its types in "
                f"MEDIAPREP_{self.name.upper()}_ASSET_TYPES"
            )
            raise self.refused(Category.UNSUPPORTED, words, hint=hint)

    def _check_length(self, param: str, text: str, most: int | None) -> None:
        if most is not None and len(text) > most:
            words = f"the {param} has {len(text)} characters, at most {most} are taken"
            raise self.refused(Category.INVALID, words, param=param, hint="shorten it")

    def _in_path(self, ident: str) -> str:
        if ident in ("", ".", ".."):
            raise self.refused(Category.INVALID, f"{ident!r} is no id", param="id")
        return quote(ident, safe="")

    def refuse_unless(self, recursive: bool, group_id: str) -> None:
        """Refuse to delete what may hold assets unless that is meant."""
        if not recursive:
            words = f"deleting {group_id} deletes every asset in it"
            raise self.refused(Category.INVALID, words, hint="add --recursive if that is meant")

    # What an answer says.

    def _read_answer(self, reply: Reply, take: Callable[[Answer], T], *, of_one: bool = True) -> T:
        """Return what `take` finds in an answer that is a success; every other is an error.

        Unless the call was `of_one`, named by an id, a 404 means that nothing is served there.
        """
        try:
            answer = decode(reply.body)
        except UnreadableAnswerError as exc:
            raise self._unreadable(reply, str(exc)) from None
        try:
            self._check(reply, answer)
            if not 200 <= reply.status < 300:
                code, words = told(answer)
                raise self._by_status(reply, reply.status, words, code=code)
            return take(answer)
        except UnreadableAnswerError as exc:
            raise self._failure(reply, Category.MALFORMED_ANSWER, str(exc)) from None
        except BackendError as exc:
            if of_one or 404 not in (reply.status, answer.integer("code")):
                raise
            raise self._failure(reply, Category.WRONG_HOST, exc.words, code=exc.code) from None

    def _check(self, reply: Reply, answer: Answer) -> None:
        """Raise if the body says that the call failed, whatever the HTTP status is."""

    def _unreadable(self, reply: Reply, what: str) -> BackendError:
        if 200 <= reply.status < 300:
            return self._failure(reply, Category.MALFORMED_ANSWER, what)
        if reply.status == 404 or 300 <= reply.status < 400:
            return self._failure(reply, Category.WRONG_HOST, what)
        error = self._by_status(reply, reply.status, what)
        other = error.category in (Category.AUTH, Category.INVALID) or reply.status == 403
        if reply.status < 500 and other and "host" not in error.hint:
            # The library answers in JSON: something else may stand where it should be.
            error.hint = f"{error.hint}; or the host is wrong: {self._hint(Category.WRONG_HOST)}"
        return error

    def _by_status(self, reply: Reply, status: int, words: str, *, code: str = "") -> BackendError:
        category = self.by_status.get(status) or _BY_STATUS.get(status)
        if category is None and 300 <= status < 400:
            category = Category.WRONG_HOST
        elif category is None:
            category = Category.INVALID if 400 <= status < 500 else Category.SERVER
        if category is Category.INVALID and words:
            category = guess(words)
        return self._failure(reply, category, words or f"refused with {status}", code=code)

    def _failure(
        self,
        reply: Reply,
        category: Category,
        words: str,
        *,
        code: str = "",
        param: str = "",
        request_id: str = "",
        hint: str = "",
    ) -> BackendError:
        limited = category in (Category.RATE_LIMITED, Category.SERVER)
        return BackendError(
            self.name,
            category,
            self._safe(words),
            code=self._safe(code),
            status=reply.status,
            request_id=self._safe(request_id or _request_id(reply)),
            param=self._safe(param),
            retry_after_s=_retry_after_s(reply) if limited else None,
            hint=hint or self._hint(category),
        )

    def _hint(self, category: Category) -> str:
        said = self.hints.get(category, "")
        if category is Category.WRONG_HOST and not said:
            variable = f"MEDIAPREP_{self.name.upper()}_BASE_URL"
            said = f"check {variable}: that host does not serve the asset library"
        return said

    def _safe(self, words: str) -> str:
        return clean(redact(words, self.secrets), _LONGEST_WORDS)

    def _asset(
        self,
        reply: Reply,
        ident: str,
        status: AssetStatus | None,
        raw_status: str,
        *,
        ref_id: str = "",
        reason: str = "",
        name: str | None = None,
        kind: Kind | None = None,
        group: str = "",
        created: str = "",
        request_id: str = "",
        extra: Mapping[str, str] | None = None,
    ) -> Asset:
        return Asset(
            backend=self.name,
            id=ident,
            ref_id=ref_id or ident,
            uri=self.uri(ref_id or ident),
            status=status or AssetStatus.UNKNOWN,
            raw_status=raw_status,
            kind=kind,
            name=name,
            reason="" if status in _WELL else self._safe(reason),
            request_id=self._safe(request_id or _request_id(reply)),
            group=group,
            created=created,
            extra={key: value for key, value in (extra or {}).items() if value},
        )

    def parse_done(self, reply: Reply) -> None:
        self._read_answer(reply, lambda answer: None)


def next_page(query: Query, size: int, got: int, total: int | None) -> Query | None:
    """Return the query for the page after this one; a list ends at an empty page at the latest."""
    size = size if size > 0 else got
    more = query.page * size < total if total is not None else got == size
    return replace(query, page=query.page + 1, size=size) if _turns(query, got) and more else None


def status_of(word: str, also: Mapping[str, AssetStatus] | None = None) -> AssetStatus:
    """Return what a status word means, in whatever case it is written."""
    known = STATUSES | dict(also or {})
    return known.get(word.lower(), AssetStatus.UNKNOWN)


def kind_of(word: str) -> Kind | None:
    """Return the kind that a provider's word for it means."""
    return next((kind for kind in Kind if kind.value == word.lower()), None)


def is_web_url(text: str) -> bool:
    """Say whether this is an http or https URL with a host."""
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _turns(query: Query, got: int) -> bool:
    return bool(got) and 0 < query.page < _LAST_PAGE


def _request_id(reply: Reply) -> str:
    return clean(next(filter(None, map(reply.header, _REQUEST_IDS)), ""))


def _retry_after_s(reply: Reply) -> float | None:
    value = reply.header("Retry-After").strip()
    if value.isascii() and value.isdigit() and len(value) < 10:
        return min(float(value), _LONGEST_WAIT_S)
    try:
        wait = parsedate_to_datetime(value)
        since = reply.date()
        seconds = (wait - since).total_seconds() if since else None
    except (ValueError, TypeError, OverflowError):
        return None
    return None if seconds is None else min(max(seconds, 0.0), _LONGEST_WAIT_S)
