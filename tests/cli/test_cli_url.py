"""`mediaprep url check` as a person runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import run, spawn

sys.path.insert(0, str(Path(__file__).parent.parent / "publish"))
from publish_web import PNG, Web, answer, media, web

SECRET = "X-Amz-Signature=0123456789abcdef"


@pytest.fixture(name="site")
def _site() -> Iterator[Web]:
    with web() as server:
        server.routes["/a.png"] = media()
        server.routes["/page"] = answer("200 OK", b"<html>", "Content-Type: text/html")
        yield server


def test_a_good_url_is_ok(site: Web) -> None:
    done = run("url", "check", site.url(f"/a.png?{SECRET}"), "--allow-private", "--kind", "image")
    assert done.code == 0
    assert done.lines[0] == f"{site.url('/a.png')}?***  ok"
    assert "HTTP 206, png by its bytes, image/png" in done.out


def test_one_that_is_refused_says_why_and_what_to_do(site: Web) -> None:
    done = run("url", "check", site.url("/page"), site.url("/a.png"), "--allow-private")
    assert done.code == 1
    assert "error   URL010  an HTML page" in done.out
    assert "→ use the address of the file itself" in done.out
    assert done.out.count("  ok\n") == 1


def test_private_addresses_are_refused_by_default(site: Web) -> None:
    done = run("url", "check", site.url("/a.png"))
    assert done.code == 1
    assert "URL004" in done.out
    assert site.seen == []


def test_the_sandbox_s_variable_allows_them(site: Web) -> None:
    done = spawn("url", "check", site.url("/a.png"), MEDIAPREP_ALLOW_PRIVATE_URLS="1")
    assert done.code == 0, done
    assert site.seen


def test_json_has_every_fact_and_no_query(site: Web) -> None:
    site.routes["/r"] = answer("302 Found", b"", f"Location: /a.png?{SECRET}")
    url = site.url(f"/r?{SECRET}")
    done = run(
        "url", "check", url, "--allow-private", "--output", "json", "--profile", "atlascloud"
    )
    assert done.code == 0
    assert "0123456789abcdef" not in done.out + done.err
    (result,) = json.loads(done.out)["results"]
    assert result["ok"] is True
    assert result["verdict"] == "contested"
    assert result["facts"]["redirects"] == [site.url("/a.png") + "?***"]
    assert result["facts"]["length"] == len(PNG)
    assert [f["code"] for f in result["findings"]] == ["URL015"]


def test_a_profile_s_limits_are_held_against_it(site: Web) -> None:
    site.routes["/a.mp4"] = media(b"\0\0\0\x18ftypavif" + b"\0" * 100, "image/avif")
    done = run("url", "check", site.url("/a.mp4"), "--allow-private", "--profile", "atlascloud")
    assert done.code == 1
    assert "CON002" in done.out


@pytest.mark.parametrize(
    "arguments",
    [[], ["x", "--kind", "text"], ["x", "--profile", "nobody"], ["x", "--deadline", "0"]],
)
def test_what_cannot_be_done_is_exit_2(arguments: list[str]) -> None:
    assert run("url", "check", *arguments).code == 2
