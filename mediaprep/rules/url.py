"""URL: what a backend would see when it fetches a URL."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from mediaprep.formats import FORMATS
from mediaprep.model import Finding, Kind, Severity, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules.registry import RULES
from mediaprep.rules.shares import share_of
from mediaprep.rules.urlfacts import Obstacle, UrlFacts

_FAIL, _UNKNOWN, _CONTESTED, _PASS = (
    Verdict.FAIL,
    Verdict.UNKNOWN,
    Verdict.CONTESTED,
    Verdict.PASS,
)
_USUAL_CHARS = 2048  # where those begin to cut who say nothing
_SOON_S = 300
_SLOW_S = 5.0
_OBSTACLES: dict[Obstacle, tuple[str, str]] = {
    Obstacle.NOT_A_URL: ("URL001", "give an https:// URL, or publish the file itself"),
    Obstacle.NOT_PUBLIC: ("URL004", "put the file where the internet sees it: --store s3://…"),
    Obstacle.NO_ADDRESS: ("URL006", "look at the host's spelling"),
    Obstacle.NO_CONNECTION: ("URL006", "is the server up, and open to the internet?"),
    Obstacle.TLS: ("URL006", "the certificate must be valid for that host"),
    Obstacle.TIMEOUT: ("URL006", "the server is too slow for a backend, too"),
    Obstacle.BROKEN_ANSWER: ("URL006", "the server breaks HTTP or hangs up"),
    Obstacle.TOO_MANY_REDIRECTS: ("URL015", "use where the last one leads"),
}
_S3_HINTS = {
    "SignatureDoesNotMatch": "the signature is wrong: was the URL cut, or its & lost in a shell?",
    "AccessDenied": "sign a new URL (`mediaprep publish` does) or make the object public",
    "ExpiredToken": "the credentials that signed it have ended: sign it again",
    "InvalidAccessKeyId": "the key that signed it is gone: sign it with another",
    "RequestTimeTooSkewed": "the clock of the machine that signed it is wrong",
}
# Header types that mean the same as ours, or say nothing wrong about the container.
_SAME = {
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/x-png": "image/png",
    "image/x-ms-bmp": "image/bmp",
    "image/heif": "image/heic",
    "audio/mp3": "audio/mpeg",
    "audio/x-wav": "audio/wav",
    "audio/wave": "audio/wav",
    "audio/vnd.wave": "audio/wav",
    "audio/x-m4a": "audio/mp4",
    "audio/x-flac": "audio/flac",
    "audio/x-aiff": "audio/aiff",
    "audio/aacp": "audio/aac",
    "video/avi": "video/vnd.avi",
    "video/x-msvideo": "video/vnd.avi",
    "video/x-matroska": "video/matroska",
}
# The first bytes do not tell whether these hold a picture.
_EITHER = frozenset(
    {"mp4", "mov", "m4v", "3gp", "matroska", "webm", "avi", "mpegts", "flv", "ogg", "asf"}
)
_MP4 = frozenset({"mp4", "m4v", "m4a", "3gp"})


def judge_url(facts: UrlFacts, profiles: Sequence[Profile] = ()) -> list[Finding]:
    """Judge one look at a URL; what one offence explains is not said again by another."""
    found = list(_about_text(facts, profiles))
    if facts.obstacle is not None:
        return [*found, *_obstacle(facts), *_redirects(facts)]
    if facts.status is None:
        return found
    found += _redirects(facts)
    for stop in (_refused, _page, _not_media):
        offence = list(stop(facts))
        if offence:
            return found + [f for f in offence if not _explained(f, found)]
    for check in _OF_MEDIA:
        found += check(facts)
    return found


def _about_text(facts: UrlFacts, profiles: Sequence[Profile]) -> Iterator[Finding]:
    if facts.scheme == "data":
        yield _say("URL002", "it is the content itself", hint="publish the file: it gets a URL")
        return
    if facts.has_userinfo:
        hint = "leave out what stands before the @"
        yield _say("URL001", "it holds a user name or password", hint=hint)
    plain = [shown for shown in (facts.shown, *facts.hops) if shown.startswith("http:")]
    if plain and not facts.private_allowed:
        words = f"{plain[0]} is not https"
        yield _say("URL003", words, _CONTESTED, hint="use https://")
    if facts.host_is_address and not facts.private_allowed:
        words = f"the host {facts.host} is an address, not a name"
        yield _say("URL017", words, _CONTESTED, hint="use a host name with a certificate")
    yield from _length_of_url(facts, profiles)
    yield from _share(facts)
    yield from _expiry(facts)


def _length_of_url(facts: UrlFacts, profiles: Sequence[Profile]) -> Iterator[Finding]:
    hint = "sign with a key instead of a session token, shorten the prefix, or use --url-base"
    limits = [(p.name, p.urls["length"]) for p in profiles if "length" in p.urls]
    broken = [(name, limit) for name, limit in limits if limit.judge(facts.chars) is not _PASS]
    for name, limit in broken:
        words = f"{facts.chars} characters, {name} takes {limit.text}"
        finding = _say("URL016", words, hint=hint)
        finding.profile, finding.found, finding.allowed = name, facts.chars, limit.text
        finding.source = limit.source
        yield finding
    if not broken and facts.chars > _USUAL_CHARS:
        words = f"{facts.chars} characters, past {_USUAL_CHARS} some take it no more"
        yield _say("URL016", words, _CONTESTED, hint=hint)


def _share(facts: UrlFacts) -> Iterator[Finding]:
    share = share_of(facts.host, "/" + facts.shown.partition("://")[2].partition("/")[2])
    if share is not None:
        words = f"a {share.name} link shows a page, a backend gets no media from it"
        yield _say("URL005", words, hint=share.hint)


def _expiry(facts: UrlFacts) -> Iterator[Finding]:
    left = facts.signed_left_s
    if left is not None and left <= 0:
        yield _say("URL008", f"its signature ended {_span(-left)} ago", hint="sign a new URL")
    elif left is not None and left < _SOON_S:
        words = f"its signature ends in {_span(left)}"
        yield _say("URL008", words, _CONTESTED, hint="sign one that outlives the polling")


def _obstacle(facts: UrlFacts) -> Iterator[Finding]:
    if facts.obstacle is None or facts.scheme == "data":
        return
    code, hint = _OBSTACLES[facts.obstacle]
    verdict = _UNKNOWN if facts.obstacle is Obstacle.TIMEOUT else _FAIL
    yield _say(code, facts.why, verdict, hint=hint)


def _redirects(facts: UrlFacts) -> Iterator[Finding]:
    if facts.hops and facts.obstacle is not Obstacle.TOO_MANY_REDIRECTS:
        words = f"redirected to {' → '.join(facts.hops)}"
        yield _say("URL015", words, _CONTESTED, hint="register where the last one leads")


def _refused(facts: UrlFacts) -> Iterator[Finding]:
    status = facts.status
    if status in (200, 206):
        return
    said = f" ({facts.said})" if facts.said else ""
    answer = f"the server answered {status}{said}"
    if status in (401, 403, 407) or facts.said in _S3_HINTS:
        hint = _S3_HINTS.get(facts.said, "make it readable without signing in, or presign it")
        yield _say("URL007", answer, hint=hint, found=status)
    else:
        hint = "try again later" if status == 429 or (status or 0) >= 500 else "is it still there?"
        yield _say("URL009", answer, hint=hint, found=status)


def _page(facts: UrlFacts) -> Iterator[Finding]:
    if facts.is_page:
        words = f"an HTML page at {facts.last_host or facts.host}, not the media"
        if _is_login(facts.last_host):
            yield _say("URL007", f"{words}: a sign-in", hint="make it readable without signing in")
        else:
            yield _say("URL010", words, hint="use the address of the file itself")


def _not_media(facts: UrlFacts) -> Iterator[Finding]:
    if facts.read_bytes == 0:
        yield _say("URL014", "the answer has no bytes", hint="upload the file again")
    elif facts.container is None:
        header = f" (Content-Type {facts.content_type})" if facts.content_type else ""
        words = f"the first bytes are of no image, video or sound that we know{header}"
        yield _say("URL011", words, hint="use the address of the file itself, not compressed")


def _kind(facts: UrlFacts) -> Iterator[Finding]:
    either = facts.container in _EITHER and facts.declared is not Kind.IMAGE
    if facts.declared and facts.found_kind is not facts.declared and not either:
        words = f"the bytes are {facts.container}: {facts.found_kind}, not {facts.declared}"
        yield _say("URL012", words, hint=f"register it as {facts.found_kind}")


def _header(facts: UrlFacts) -> Iterator[Finding]:
    if facts.container is None:
        return
    mime = FORMATS[facts.container].mime
    header = facts.content_type.partition(";")[0].strip().lower()
    if facts.encoding not in ("", "identity"):
        words = f"Content-Encoding is {facts.encoding}: media must come as it is"
        yield _say("URL013", words, _CONTESTED, hint="store it without Content-Encoding")
    elif not _agrees(header, facts.container):
        words = f"Content-Type is {header or 'missing'}, the bytes are {mime}"
        yield _say("URL013", words, _CONTESTED, hint=f"store it as {mime}")


def _length(facts: UrlFacts) -> Iterator[Finding]:
    if facts.length is None:
        yield _say("URL018", "the answer does not tell its length", _PASS)
    elif facts.expected_bytes is not None and facts.length != facts.expected_bytes:
        words = f"{facts.length:,} bytes there, {facts.expected_bytes:,} in the file"
        yield _say("URL014", words, hint="upload the file again", found=facts.length)


def _speed(facts: UrlFacts) -> Iterator[Finding]:
    if facts.first_byte_s is not None and facts.first_byte_s > _SLOW_S:
        words = f"the first byte came after {facts.first_byte_s:.1f} s"
        yield _say("URL019", words, _CONTESTED, hint="put it nearer to the backend")


_OF_MEDIA: tuple[Callable[[UrlFacts], Iterator[Finding]], ...] = (_kind, _header, _length, _speed)


def _say(
    code: str,
    words: str,
    verdict: Verdict = _FAIL,
    *,
    hint: str | None = None,
    found: float | int | str | None = None,
) -> Finding:
    severity = Severity.ERROR if verdict in (_FAIL, _UNKNOWN) else None
    return RULES[code].finding(verdict, words, severity=severity, hint=hint, found=found)


def _explained(finding: Finding, found: Sequence[Finding]) -> bool:
    """A share link explains its page; an end that has passed explains the 403."""
    failed = {f.code for f in found if f.verdict is _FAIL}
    return (finding.code == "URL010" and "URL005" in failed) or (
        finding.code == "URL007" and bool(failed & {"URL005", "URL008"})
    )


def _agrees(header: str, container: str) -> bool:
    header = _SAME.get(header, header)
    if container in _MP4:
        return header in {FORMATS[name].mime for name in _MP4}
    if container == "matroska":
        return header in ("video/matroska", "video/webm", "audio/x-matroska", "audio/webm")
    if container == "ogg":
        return header in ("audio/ogg", "application/ogg", "video/ogg", "audio/opus")
    return header == FORMATS[container].mime


def _is_login(host: str) -> bool:
    words = ("login.", "accounts.", "signin.", "sso.", "auth.", "id.")
    return host.startswith(words)


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.0f} h"
