"""The preflight against servers that misbehave: each is seen as what it is, in bounded time."""

from __future__ import annotations

import itertools
import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from publish_web import PNG, Web, answer, certificates, media, web

from mediaprep.model import Kind, Severity
from mediaprep.profiles import load_profile
from mediaprep.publish.preflight import UrlReport, preflight
from mediaprep.secret import Secret

SECRET = "X-Amz-Signature=0123456789abcdef0123456789abcdef"


@pytest.fixture(name="site")
def _site() -> Iterator[Web]:
    with web() as server:
        yield server


def _look(url: str, **options: object) -> UrlReport:
    options = {"allow_private": True, "deadline_s": 10.0} | options
    return preflight(url, **options)  # type: ignore[arg-type]


def _codes(report: UrlReport) -> list[str]:
    return [f.code for f in report.findings]


def test_good_media_is_seen_as_it_is(site: Web) -> None:
    site.routes["/a.png"] = media()
    report = _look(site.url("/a.png"), kind=Kind.IMAGE, expected_bytes=len(PNG))
    assert report.ok
    assert report.findings == []
    assert (report.status, report.container, report.length) == (206, "png", len(PNG))
    assert report.content_type == "image/png"
    assert report.facts.first_byte_s is not None


def test_it_asks_as_a_backend_does(site: Web) -> None:
    site.routes["/a"] = media()
    _look(site.url(f"/a?x=%20b&{SECRET}"))
    (request,) = site.seen
    first, *headers = request.decode().lower().strip().split("\r\n")
    assert first == f"get /a?x=%20b&{SECRET.lower()} http/1.1"
    assert f"host: 127.0.0.1:{site.port}" in headers
    assert "range: bytes=0-4095" in headers
    assert "accept-encoding: identity" in headers
    assert not [h for h in headers if h.startswith(("cookie", "authorization", "referer"))]
    assert len([h for h in headers if h.startswith("host:")]) == 1


def test_a_server_without_ranges_is_taken_too(site: Web) -> None:
    site.routes["/a"] = answer("200 OK", PNG, "Content-Type: image/png")
    report = _look(site.url("/a"))
    assert report.ok
    assert (report.status, report.length) == (200, len(PNG))
    assert report.facts.read_bytes == 4096


_XML = b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>x</Message></Error>"


@pytest.mark.parametrize(
    ("speech", "codes"),
    [
        pytest.param(answer("404 Not Found", b"<html>"), ["URL009"], id="not found"),
        pytest.param(answer("503 Slow Down"), ["URL009"], id="busy"),
        pytest.param(answer("401 Unauthorized"), ["URL007"], id="asks for a password"),
        pytest.param(answer("403 Forbidden", _XML), ["URL007"], id="a private object"),
        pytest.param(answer("400 Bad Request", _XML), ["URL007"], id="expired, as rclone says it"),
        pytest.param(
            answer("200 OK", b"\n <!DOCTYPE HTML><p>", "Content-Type: text/html"),
            ["URL010"],
            id="a page",
        ),
        pytest.param(
            answer("200 OK", b"<html>", "Content-Type: image/png"), ["URL010"], id="a page as PNG"
        ),
        pytest.param(
            answer("200 OK", b"{}", "Content-Type: application/json"), ["URL011"], id="JSON"
        ),
        pytest.param(answer("200 OK", b"", "Content-Type: image/png"), ["URL014"], id="no bytes"),
        pytest.param(
            answer("416 Range Not Satisfiable", b"", "Content-Range: bytes */0"),
            ["URL014"],
            id="no bytes, asked for a range",
        ),
        pytest.param(media(mime="application/octet-stream"), ["URL013"], id="octets"),
        pytest.param(media(mime="video/mp4"), ["URL013"], id="a type that is another"),
        pytest.param(
            answer("200 OK", PNG, "Content-Type: image/png", length=False),
            ["URL018"],
            id="no length",
        ),
        pytest.param(
            answer("200 OK", PNG, "Content-Type: image/png", "Content-Encoding: br"),
            ["URL013"],
            id="an encoding",
        ),
        pytest.param(b"", ["URL006"], id="hangs up at once"),
        pytest.param(b"\x16\x03\x01 what\r\n\r\n", ["URL006"], id="speaks something else"),
        pytest.param(b"HTTP/1.1 200 OK\r\n" + b"A: b\r\n" * 200, ["URL006"], id="endless headers"),
        pytest.param(b"HTTP/1.1 200 OK\r\nA: " + b"b" * 90_000, ["URL006"], id="an endless header"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n" + PNG[:100],
            ["URL006"],
            id="hangs up in the middle",
        ),
        pytest.param(
            answer("302 Found", b"", "Location: file:///etc/passwd"),
            ["URL006"],
            id="a redirect to a file",
        ),
        pytest.param(answer("302 Found"), ["URL009"], id="a redirect to nowhere"),
    ],
)
def test_what_is_wrong_is_named(site: Web, speech: bytes, codes: list[str]) -> None:
    site.routes["/a"] = speech
    report = _look(site.url("/a"))
    assert _codes(report) == codes


def test_the_bytes_decide_the_kind(site: Web) -> None:
    site.routes["/a.mp4"] = media(mime="video/mp4")
    assert "URL012" in _codes(_look(site.url("/a.mp4"), kind=Kind.VIDEO))


def test_another_length_than_the_file_s_is_an_error(site: Web) -> None:
    site.routes["/a"] = media()
    assert _codes(_look(site.url("/a"), expected_bytes=len(PNG) + 1)) == ["URL014"]


def test_limits_of_profiles_are_held_against_it(site: Web) -> None:
    big = answer(
        "206 Partial Content",
        PNG[:4096],
        "Content-Type: image/png",
        "Content-Range: bytes 0-4095/99000000",
    )
    site.routes["/a"] = big
    report = _look(site.url("/a"), profiles=[load_profile("atlascloud")])
    (found,) = report.findings
    assert (found.code, found.profile) == ("CON003", "atlascloud")


def test_redirects_are_shown_without_queries(site: Web) -> None:
    site.routes["/a"] = answer("302 Found", b"", f"Location: /b?{SECRET}")
    site.routes["/b"] = answer("307 Temporary Redirect", b"", "Location: c")
    site.routes["/c"] = media()
    report = _look(site.url("/a"))
    assert _codes(report) == ["URL015"]
    assert report.redirects == (site.url("/b?***"), site.url("/c"))
    assert report.ok


def test_three_redirects_are_followed_and_no_more(site: Web) -> None:
    for number in range(5):
        site.routes[f"/{number}"] = answer("301 Moved", b"", f"Location: /{number + 1}")
    site.routes["/5"] = media()
    assert _look(site.url("/2")).ok
    report = _look(site.url("/1"))
    assert [(f.code, f.severity) for f in report.findings] == [("URL015", Severity.ERROR)]


@pytest.mark.parametrize(
    "host",
    [
        *("127.0.0.1", "localhost", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "0"),
        *("[::1]", "[::ffff:127.0.0.1]", "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[::]"),
        *("169.254.169.254", "224.0.0.1", "10.0.0.1", "１２７.0.0.1", "127。0。0。1"),
    ],
)
def test_private_addresses_are_refused_in_every_form(site: Web, host: str) -> None:
    report = _look(site.url("/a", host), allow_private=False)
    assert "URL004" in _codes(report)
    assert not report.ok
    assert site.seen == []


@pytest.mark.parametrize(
    "answers",
    [
        pytest.param(["127.0.0.1"], id="a name of loopback"),
        pytest.param(["8.8.8.8", "127.0.0.1"], id="one private address among public ones"),
        pytest.param(["64:ff9b::a9fe:a9fe"], id="metadata behind NAT64"),
    ],
)
def test_a_name_with_any_private_address_is_refused(site: Web, answers: list[str]) -> None:
    url = site.url("/a", "media.example")
    report = _look(url, allow_private=False, resolve=lambda host, port: answers)
    assert "URL004" in _codes(report)
    assert site.seen == []


def test_a_redirect_to_a_private_address_is_refused(site: Web) -> None:
    with web() as inside:
        inside.routes["/meta"] = media()
        site.routes["/a"] = answer("302 Found", b"", f"Location: {inside.url('/meta')}")
        trusted = (f"127.0.0.1:{site.port}",)
        report = _look(site.url("/a"), allow_private=False, trusted=trusted)
        assert "URL004" in _codes(report)
        assert inside.seen == []
    assert len(site.seen) == 1


def test_a_name_that_changes_its_address_is_connected_to_where_it_was_vetted(site: Web) -> None:
    """DNS rebinding: the second answer is never asked for."""
    site.routes["/a"] = media()
    answers = itertools.chain([["127.0.0.1"]], itertools.repeat(["127.0.0.9"]))
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    assert _look(site.url("/a", "media.example"), resolve=resolve).ok
    assert asked == ["media.example"]
    assert f"Host: media.example:{site.port}".encode() in site.seen[0]


def test_rebinding_between_hops_is_vetted_again(site: Web) -> None:
    site.routes["/a"] = answer("302 Found", b"", f"Location: http://other.example:{site.port}/b")
    names = {"media.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    report = _look(
        site.url("/a", "media.example"),
        allow_private=False,
        trusted=(f"media.example:{site.port}",),
        resolve=lambda host, port: names[host],
    )
    assert "URL004" in _codes(report)
    assert len(site.seen) == 1


def test_the_next_address_is_tried_where_one_is_dead(site: Web) -> None:
    site.routes["/a"] = media()
    url = site.url("/a", "media.example")
    assert _look(url, resolve=lambda host, port: ["127.0.0.2", "127.0.0.1"]).ok


def test_proxies_of_the_environment_are_not_used(
    site: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.routes["/a"] = media()
    with web() as proxy:
        for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url())
        assert _look(site.url("/a")).ok
        assert proxy.seen == []


def test_tls_is_verified_against_the_name(tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    context, authority = certificates(tmp_path, "media.example")
    with web(context) as site:
        site.routes["/a"] = media()
        home = {"resolve": lambda host, port: ["127.0.0.1"]}
        good, other = (site.url("/a", name) for name in ("media.example", "other.example"))
        assert _look(good, ca_bundle=authority, **home).findings == []
        assert _codes(_look(other, ca_bundle=authority, **home)) == ["URL006"]
        assert _codes(_look(good, **home)) == ["URL006"]


def test_tls_to_a_server_without_it_is_named(site: Web) -> None:
    report = _look(f"https://127.0.0.1:{site.port}/a", deadline_s=2.0)
    assert [f.code for f in report.findings if f.severity is Severity.ERROR] == ["URL006"]


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    report = _look(f"http://127.0.0.1:{port}/")
    assert _codes(report) == ["URL006"]
    assert "refused" in report.findings[0].message


def test_a_name_without_address() -> None:
    assert _codes(_look("https://does-not-exist.invalid/a.png")) == ["URL006"]


@pytest.mark.parametrize(
    ("first", "part"),
    [
        pytest.param(b"", b"", id="says nothing"),
        pytest.param(b"HTTP/1.1 200 OK\r\n", b"a", id="drips a header"),
        pytest.param(b"HTTP/1.1 200 OK\r\nContent-Length: 4096\r\n\r\n", b"a", id="drips a body"),
    ],
)
def test_time_is_bounded(site: Web, first: bytes, part: bytes) -> None:
    def speak(peer: socket.socket, request: bytes) -> None:
        peer.sendall(first)
        for _ in range(200):
            peer.sendall(part)
            time.sleep(0.05)

    site.routes["/a"] = speak
    began = time.monotonic()
    report = _look(site.url("/a"), deadline_s=0.5)
    assert time.monotonic() - began < 8  # the server alone would take ten
    assert [(f.code, f.verdict) for f in report.findings] == [("URL006", "unknown")]


def test_a_resolver_that_hangs_is_bounded_too() -> None:
    def resolve(host: str, port: int) -> list[str]:
        time.sleep(3)
        return []

    report = _look("https://media.example/", resolve=resolve, deadline_s=0.2)
    assert _codes(report) == ["URL006"]
    assert "not resolved" in report.findings[0].message


def test_an_endless_body_is_cut(site: Web) -> None:
    sent = [0]

    def speak(peer: socket.socket, request: bytes) -> None:
        peer.sendall(answer("200 OK", PNG, "Content-Type: image/png", length=False))
        for _ in range(2000):
            sent[0] += peer.send(b"x" * 65536)

    site.routes["/a"] = speak
    report = _look(site.url("/a"))
    assert report.ok
    assert sent[0] < 60_000_000


@pytest.mark.parametrize(
    ("url", "code"),
    [
        pytest.param("a.png", "URL001", id="a path"),
        pytest.param("file:///etc/passwd", "URL001", id="a file"),
        pytest.param("s3://bucket/a.png", "URL001", id="a bucket"),
        pytest.param("https:///a.png", "URL001", id="no host"),
        pytest.param("https://a.example:99999/", "URL001", id="a port that is none"),
        pytest.param("https://[::1/", "URL001", id="a bracket that is open"),
        pytest.param("https://user:word@a.example/", "URL001", id="a user name"),
        pytest.param("https://8.8.8.8\\@127.0.0.1/", "URL001", id="a backslash"),
        pytest.param("https://a.example/a b", "URL001", id="a space"),
        pytest.param("https://a.example/\r\nHost: b", "URL001", id="a line break"),
        pytest.param("data:image/png;base64,iVBORw0KGgo=", "URL002", id="the content itself"),
        pytest.param("", "URL001", id="nothing"),
    ],
)
def test_what_is_no_web_url_is_said_without_a_call(url: str, code: str) -> None:
    report = preflight(url, resolve=lambda *_: pytest.fail("looked up"))
    assert _codes(report) == [code]


_PAST = "X-Amz-Date=20200101T000000Z&X-Amz-Expires=3600&X-Amz-Signature=abcdef0123456789"


@pytest.mark.parametrize(
    "query",
    [
        pytest.param(_PAST, id="S3, version 4"),
        pytest.param("AWSAccessKeyId=A&Signature=abcdef0123456789&Expires=1577836800", id="S3, 2"),
        pytest.param(_PAST.replace("Amz", "Goog"), id="GCS"),
        pytest.param(_PAST.replace("Amz", "Tos"), id="TOS"),
        pytest.param("sv=2020&se=2020-01-01T00%3A00%3A00Z&sig=abcdef0123456789", id="Azure SAS"),
    ],
)
def test_an_end_that_has_passed_is_read_off_the_url(site: Web, query: str) -> None:
    site.routes["/a"] = answer("403 Forbidden", _XML)
    report = _look(site.url(f"/a?{query}"))
    assert _codes(report) == ["URL008"]
    assert "abcdef" not in repr(report)


@pytest.mark.parametrize(
    "query",
    ["X-Amz-Date=x&X-Amz-Expires=1", "X-Amz-Date=20200101T000000Z&X-Amz-Expires=-1", "se=x&sig=y"],
)
def test_an_end_that_cannot_be_read_is_no_end(site: Web, query: str) -> None:
    site.routes["/a"] = media()
    assert _codes(_look(site.url(f"/a?{query}"))) == []


@pytest.mark.parametrize("path", ["/ok", "/gone", "/moved", "/dead"])
def test_no_report_shows_a_query(site: Web, path: str) -> None:
    site.routes |= {
        "/ok": media(),
        "/gone": answer("403 Forbidden", _XML),
        "/moved": answer("302 Found", b"", f"Location: http://u:{SECRET}@127.0.0.1/x?{SECRET}"),
        "/dead": b"",
    }
    report = _look(Secret(site.url(f"{path}?{SECRET}")))  # type: ignore[arg-type]
    assert "0123456789abcdef" not in repr(report)
    assert "***" in report.facts.shown


def test_an_international_name_is_looked_up_in_ascii() -> None:
    asked: list[str] = []

    def resolve(host: str, port: int) -> list[str]:
        asked.append(host)
        return []

    _look("https://bücher.example/", resolve=resolve)
    assert asked == ["xn--bcher-kva.example"]


def test_ipv6_is_spoken() -> None:
    try:
        server = Web(family=socket.AF_INET6)
    except OSError:
        pytest.skip("no IPv6 here")
    server.routes["/a"] = media()
    assert _look(server.url("/a", "[::1]")).ok
    assert f"Host: [::1]:{server.port}".encode() in server.seen[0]
    server.close()
