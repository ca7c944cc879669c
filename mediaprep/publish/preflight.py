"""Look at a URL as a backend would before it is registered, and judge what came."""

from __future__ import annotations

import re
import time
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from mediaprep.formats import FORMATS
from mediaprep.model import Finding, Kind, MediaInfo, Severity
from mediaprep.probe.sniff import sniff
from mediaprep.profiles.profile import Profile
from mediaprep.publish.addresses import Resolver, is_address, look_up
from mediaprep.publish.fetch import Answer, Fetcher, NotFetched
from mediaprep.publish.weburl import BadUrl, WebUrl, follow, parse_url, signed_until
from mediaprep.rules import select_rules
from mediaprep.rules.url import judge_url
from mediaprep.rules.urlfacts import Obstacle, UrlFacts
from mediaprep.secret import Secret, plain, redact, without_locals

MAX_REDIRECTS = 3
DEADLINE_S = 20.0
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PAGE = (b"<!doctype html", b"<html", b"<head", b"<script", b"<body")
_S3_CODE = re.compile(rb"<Code>([A-Za-z]{1,60})</Code>")


@dataclass(frozen=True, slots=True)
class UrlReport:
    """What one look at a URL showed and what is to be said of it; holds no secret."""

    facts: UrlFacts
    findings: list[Finding]

    @property
    def ok(self) -> bool:
        """Whether no finding has error severity."""
        return all(f.severity is not Severity.ERROR for f in self.findings)

    @property
    def status(self) -> int | None:
        """The last answer's status."""
        return self.facts.status

    @property
    def content_type(self) -> str:
        """The last answer's Content-Type."""
        return self.facts.content_type

    @property
    def length(self) -> int | None:
        """The length of the whole object in bytes, if the answer tells."""
        return self.facts.length

    @property
    def redirects(self) -> tuple[str, ...]:
        """Where redirects led, without queries."""
        return self.facts.hops

    @property
    def container(self) -> str | None:
        """What the first bytes are."""
        return self.facts.container


def preflight(
    url: Secret | str,
    kind: Kind | None = None,
    *,
    profiles: Sequence[Profile] = (),
    allow_private: bool = False,
    deadline_s: float = DEADLINE_S,
    expected_bytes: int | None = None,
    resolve: Resolver = look_up,
    ca_bundle: str = "",
    trusted: Collection[str] = (),
) -> UrlReport:
    """Fetch the first 4 KiB of a URL as a backend would, and judge them; never raises for a URL.

    `expected_bytes` is the length of the file that the URL stands for. `resolve` looks names up;
    whatever it answers is vetted and connected to. `trusted` names the "host:port" that may be
    private, for one's own store, and nothing that it redirects to.
    """
    fetcher = Fetcher(time.monotonic() + deadline_s, allow_private, resolve, ca_bundle, trusted)
    try:
        facts = _facts(plain(url), fetcher, kind, expected_bytes)
    except BaseException as error:  # noqa: BLE001  it is raised again
        raise without_locals(error) from None  # the URL is in the clear below here
    return UrlReport(facts, [*judge_url(facts, profiles), *_limits(facts, profiles)])


def _facts(text: str, fetcher: Fetcher, kind: Kind | None, expected_bytes: int | None) -> UrlFacts:
    facts = UrlFacts(
        shown=_shown(text),
        scheme=text.partition(":")[0].lower()[:20],
        chars=len(text),
        private_allowed=fetcher.allow_private,
        declared=kind,
        expected_bytes=expected_bytes,
    )
    if facts.scheme != "data":
        _look(text, facts, fetcher)
    return facts


def _look(text: str, facts: UrlFacts, fetcher: Fetcher) -> None:
    try:
        url = parse_url(text)
        facts.shown, facts.host, facts.has_userinfo = url.shown, url.host, url.has_userinfo
        facts.host_is_address = is_address(url.host)
        if (ends := signed_until(url)) is not None:
            facts.signed_left_s = (ends - datetime.now(UTC)).total_seconds()
        if facts.has_userinfo:
            return
        _take(_last_answer(url, facts, fetcher), facts)
    except BadUrl as error:
        facts.obstacle, facts.why = Obstacle.NOT_A_URL, str(error)
    except NotFetched as error:
        facts.obstacle, facts.why = error.obstacle, str(error)


def _last_answer(url: WebUrl, facts: UrlFacts, fetcher: Fetcher) -> Answer:
    for _ in range(MAX_REDIRECTS + 1):
        facts.last_host = url.host
        answer = fetcher.get(url)
        if answer.status not in _REDIRECTS or not answer.location:
            return answer
        try:
            url = follow(url, answer.location)
        except BadUrl as error:
            raise NotFetched(Obstacle.BROKEN_ANSWER, f"a redirect leads nowhere: {error}") from None
        facts.hops += (url.shown,)
        if url.has_userinfo:
            words = f"a redirect to {url.host} carries a user name"
            raise NotFetched(Obstacle.NOT_PUBLIC, words)
    words = f"more than {MAX_REDIRECTS} redirects: {' → '.join(facts.hops)}"
    raise NotFetched(Obstacle.TOO_MANY_REDIRECTS, words)


def _take(answer: Answer, facts: UrlFacts) -> None:
    facts.status, facts.content_type = answer.status, answer.content_type
    facts.encoding, facts.length = answer.encoding, answer.length
    facts.read_bytes, facts.first_byte_s = len(answer.start), answer.first_byte_s
    if answer.status == 416 and answer.length == 0:  # a range of an empty object
        facts.status, facts.read_bytes = 200, 0
        return
    if answer.status not in (200, 206):
        code = _S3_CODE.search(answer.start)
        facts.said = code[1].decode() if code else ""
        return
    facts.container = sniff(answer.start)
    if facts.container is not None:
        facts.found_kind = FORMATS[facts.container].kind
    else:
        start = answer.start.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
        facts.is_page = start.startswith(_PAGE) or "html" in answer.content_type.lower()


def _limits(facts: UrlFacts, profiles: Sequence[Profile]) -> list[Finding]:
    """Judge what a URL shows of the file itself: kind, container and size."""
    if facts.container is None or not profiles:
        return []
    codes = (
        ["CON001", "CON003"] if facts.container == "matroska" else ["CON001", "CON002", "CON003"]
    )
    if facts.length is None:
        codes.remove("CON003")
    info = MediaInfo(
        facts.shown, size_bytes=facts.length, kind=facts.found_kind, container=facts.container
    )
    rules = select_rules(codes)
    return [f for f in rules.check(info, profiles) if f.code in codes]


def _shown(text: str) -> str:
    """Show a text that may be no URL: without query, userinfo, or the content of a data: URI."""
    if text[:5].lower() == "data:":
        return "data:***"
    shown = redact(text[:300]).split("?")[0]
    return "".join(char if char.isprintable() else "?" for char in shown)
