"""Every URL rule fires on a look of its kind, and is silent on the nearest one that is none."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mediaprep.model import Kind, Severity, Verdict
from mediaprep.profiles import load_profile
from mediaprep.rules import RULES
from mediaprep.rules.shares import SHARES, Share, share_of
from mediaprep.rules.url import judge_url
from mediaprep.rules.urlfacts import Obstacle, UrlFacts

GOOD = UrlFacts(
    shown="https://media.example/a.png",
    host="media.example",
    last_host="media.example",
    chars=27,
    status=206,
    content_type="image/png",
    length=100_000,
    read_bytes=4096,
    container="png",
    found_kind=Kind.IMAGE,
    first_byte_s=0.1,
    declared=Kind.IMAGE,
    expected_bytes=100_000,
)


def _look(**facts: object) -> UrlFacts:
    return replace(GOOD, **facts)  # type: ignore[arg-type]


def _stopped(obstacle: Obstacle) -> UrlFacts:
    return UrlFacts(GOOD.shown, host=GOOD.host, obstacle=obstacle, why="it is so")


_SEEN = {"container": None, "found_kind": None}
# code -> a look that it is said of, one that comes near, and how the finding weighs.
CASES: dict[str, tuple[UrlFacts, UrlFacts, Severity]] = {
    "URL001": (_stopped(Obstacle.NOT_A_URL), _stopped(Obstacle.TLS), Severity.ERROR),
    "URL002": (UrlFacts("data:***", scheme="data"), GOOD, Severity.ERROR),
    "URL003": (_look(shown="http://media.example/a.png"), GOOD, Severity.WARNING),
    "URL004": (_stopped(Obstacle.NOT_PUBLIC), _stopped(Obstacle.NO_ADDRESS), Severity.ERROR),
    "URL005": (
        _look(host="drive.google.com", shown="https://drive.google.com/file/d/1/view"),
        _look(host="drive.google.com.example", shown="https://drive.google.com.example/x"),
        Severity.ERROR,
    ),
    "URL006": (_stopped(Obstacle.NO_CONNECTION), _stopped(Obstacle.NOT_PUBLIC), Severity.ERROR),
    "URL007": (_look(status=403), _look(status=404), Severity.ERROR),
    "URL008": (_look(signed_left_s=-1.0), _look(signed_left_s=301.0), Severity.ERROR),
    "URL009": (_look(status=500), _look(status=200), Severity.ERROR),
    "URL010": (_look(is_page=True, **_SEEN), _look(**_SEEN), Severity.ERROR),
    "URL011": (_look(**_SEEN), GOOD, Severity.ERROR),
    "URL012": (
        _look(declared=Kind.VIDEO),
        _look(container="mp4", found_kind=Kind.VIDEO, declared=Kind.AUDIO),
        Severity.ERROR,
    ),
    "URL013": (
        _look(content_type="application/octet-stream"),
        _look(content_type="image/png; charset=binary"),
        Severity.WARNING,
    ),
    "URL014": (_look(length=99_999), _look(expected_bytes=None), Severity.ERROR),
    "URL015": (_look(hops=("https://cdn.example/a.png",)), GOOD, Severity.WARNING),
    "URL016": (_look(chars=2049), _look(chars=2048), Severity.WARNING),
    "URL017": (_look(host_is_address=True), GOOD, Severity.WARNING),
    "URL018": (_look(length=None), GOOD, Severity.NOTE),
    "URL019": (_look(first_byte_s=5.1), _look(first_byte_s=5.0), Severity.WARNING),
}


@pytest.mark.parametrize("code", CASES)
def test_a_rule_fires(code: str) -> None:
    fires, _, severity = CASES[code]
    found = [f for f in judge_url(fires) if f.code == code]
    assert len(found) == 1
    assert found[0].severity is severity
    assert found[0].name == RULES[code].name
    assert found[0].message
    assert found[0].hint or severity is Severity.NOTE


@pytest.mark.parametrize("code", CASES)
def test_a_rule_is_silent_on_what_comes_near(code: str) -> None:
    assert code not in {f.code for f in judge_url(CASES[code][1])}


def test_a_good_url_has_no_finding() -> None:
    assert judge_url(GOOD) == []


def test_what_took_too_long_is_unknown_and_no_pass() -> None:
    (found,) = judge_url(_stopped(Obstacle.TIMEOUT))
    assert (found.verdict, found.severity) == (Verdict.UNKNOWN, Severity.ERROR)


@pytest.mark.parametrize(
    ("chars", "codes"),
    [
        pytest.param(2083, {Severity.WARNING}, id="2083 is what Sunra takes, past what is usual"),
        pytest.param(2084, {Severity.ERROR}, id="2084 is past it"),
    ],
)
def test_a_backend_s_own_length_of_urls(chars: int, codes: set[Severity]) -> None:
    found = judge_url(_look(chars=chars), [load_profile("sunra")])
    said = [f for f in found if f.code == "URL016"]
    assert {f.severity for f in said} == codes
    if codes == {Severity.ERROR}:
        assert (said[0].found, said[0].allowed) == (chars, "[1, 2083]")
        assert "sunra.ai" in (said[0].source or "")


@pytest.mark.parametrize(
    ("facts", "codes"),
    [
        pytest.param(
            _look(host="we.tl", shown="https://we.tl/t-1", is_page=True, **_SEEN),
            ["URL005"],
            id="a share link explains its page",
        ),
        pytest.param(
            _look(signed_left_s=-60.0, status=403, said="AccessDenied"),
            ["URL008"],
            id="an end that has passed explains the 403",
        ),
        pytest.param(
            _look(status=400, said="AccessDenied"),
            ["URL007"],
            id="a 400 that says AccessDenied is a 403",
        ),
        pytest.param(
            _look(last_host="accounts.google.com", is_page=True, **_SEEN),
            ["URL007"],
            id="a page at a sign-in host asks for a sign-in",
        ),
        pytest.param(
            _look(read_bytes=0, length=0, **_SEEN), ["URL014"], id="no bytes are not unknown bytes"
        ),
        pytest.param(
            _look(shown="http://127.0.0.1/a", host_is_address=True, private_allowed=True),
            [],
            id="a sandbox on this machine is spared the words on https and names",
        ),
        pytest.param(_look(encoding="gzip"), ["URL013"], id="compressed on the way"),
    ],
)
def test_one_offence_is_said_once(facts: UrlFacts, codes: list[str]) -> None:
    assert [f.code for f in judge_url(facts)] == codes


@pytest.mark.parametrize("share", SHARES, ids=lambda share: share.name)
def test_a_share_link_is_named(share: Share) -> None:
    for host in share.hosts:
        path = share.paths[0] + "x"
        assert share_of(host, path) is share
        assert share_of(f"www.{host}", path) is share
        assert share_of(f"not{host}", path) is not share


@pytest.mark.parametrize("host", ["dl.dropboxusercontent.com", "i.imgur.com", "s3.amazonaws.com"])
def test_a_host_that_serves_the_bytes_is_no_share(host: str) -> None:
    assert share_of(host, "/s/a.png") is None
