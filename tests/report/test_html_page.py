"""The review page as text: one file, inert data, a policy that fits, and sparing with previews."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import re
from collections.abc import Callable
from concurrent.futures import Future
from html.parser import HTMLParser
from typing import Any

import pytest
from conftest import audio, findings_of, image, video
from hypothesis import given
from hypothesis import strategies as st
from report_sample import REPORT, render

from mediaprep.model import FileResult, MediaInfo, Summary, worst
from mediaprep.report import open_renderer
from mediaprep.report.html import spool
from mediaprep.report.html.beside import Beside
from mediaprep.report.html.previews import Preview
from mediaprep.report.html.spool import Spool, inert

SIGNED = "https://b.example/k?X-Amz-Signature=00ff00ff&X-Amz-Credential=AKIAEXAMPLE"


class Tags(HTMLParser):
    """Collects the tags of a page, and the text of its scripts and styles."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: dict[str, str] = {}
        self._inside = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._inside = (dict(attrs).get("id") or tag) if tag in ("script", "style") else ""

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.texts[self._inside] = self.texts.get(self._inside, "") + data

    def handle_endtag(self, tag: str) -> None:
        self.texts.setdefault(self._inside, "")
        self._inside = ""


def written(*infos: MediaInfo, beside: Beside | None = None) -> str:
    out = io.StringIO()
    renderer = open_renderer("html", out, ["atlascloud"], beside=beside)
    for info in infos:
        found = findings_of(info, "atlascloud")
        renderer.file(FileResult(info.path, info, found, worst(found)))
    renderer.close(Summary(files=len(infos)))
    return out.getvalue()


def data(page: str) -> tuple[dict[str, Any], list[dict[str, Any]], list[str]]:
    texts = Tags(page).texts
    return json.loads(texts["run"]), json.loads(texts["files"])[:-1], texts["previews"].split("\n")


def test_nothing_in_the_page_is_fetched() -> None:
    for tag, attributes in Tags(render("html", REPORT)).tags:
        assert tag not in ("iframe", "img", "object", "embed", "base", "form", "video", "audio")
        assert not attributes.keys() & {"src", "srcset", "action", "style"}, tag
        assert not [name for name in attributes if name.startswith("on")]
        if tag == "link":
            assert attributes["href"] == "data:,"


def test_the_policy_lets_our_own_script_and_style_run_and_nothing_else() -> None:
    page = Tags(render("html", REPORT))
    policy = next(a["content"] for t, a in page.tags if "http-equiv" in a) or ""
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    for kind in ("script", "style"):
        digest = hashlib.sha256(page.texts[kind].encode()).digest()
        assert rules[f"{kind}-src"] == f"'sha256-{base64.b64encode(digest).decode()}'"


@given(st.text())
def test_any_text_in_the_data_is_inert_and_comes_back(text: str) -> None:
    line = inert(json.dumps(text))
    assert not set("<>&\u2028\u2029") & set(line)
    assert json.loads(line) == text


@pytest.mark.parametrize(
    "name",
    ["</script><script>x</script>", "<!--<script>", "]]>", "a\u2028b", "\udcff.jpg", "a\x1b[2J"],
)
def test_a_hostile_name_leaves_the_document_as_it_was(name: str) -> None:
    plain, hostile = Tags(written(image())), Tags(written(image(path=name)))
    assert [tag for tag, _ in hostile.tags] == [tag for tag, _ in plain.tags]
    assert json.loads(hostile.texts["files"])[0]["path"] == name or name == "\udcff.jpg"


def test_no_signature_of_a_url_is_on_the_page() -> None:
    info = image()
    found = findings_of(image(width=3000, coded_width=3000), "atlascloud")
    found[0].message, found[0].hint, found[0].found = f"see {SIGNED}", f"look at {SIGNED}", SIGNED
    out = io.StringIO()
    renderer = open_renderer("html", out, ["atlascloud"])
    renderer.file(FileResult("a.png", info, found, worst(found)))
    renderer.close(Summary(files=1))
    assert "https://b.example/k" in out.getvalue()
    assert not re.search("X-Amz|00ff00ff|AKIA", out.getvalue())


def test_the_page_holds_every_limit_that_it_draws() -> None:
    run, files, _ = data(written(image(), video(), audio()))
    limits = run["limits"]["atlascloud"]["limits"]
    assert limits["image"]["aspect"]["readings"] == [[0.4, 2.5]]
    assert limits["image"]["size"]["readings"] == [[0, 30_000_000], [0, 31_457_280]]
    assert limits["video"]["container"]["choices"] == ["mp4", "mov"]
    assert [file["profiles"] for file in files] == [["atlascloud"]] * 3


def test_only_rules_that_speak_are_explained() -> None:
    run, _, _ = data(written(image(width=3000, coded_width=3000)))
    assert list(run["rules"]) == ["GEO002"]
    assert "## Why it is refused" in run["rules"]["GEO002"]["doc"]


def test_one_run_is_written_the_same_twice() -> None:
    assert render("html", REPORT) == render("html", REPORT)


def test_without_a_file_there_is_a_page_all_the_same() -> None:
    run, files, pictures = data(written())
    assert (files, pictures, run["summary"]["files"]) == ([], [""], 0)


Made = Callable[[int, int], Preview]


class Maker:
    """Makes previews on the spot, and remembers what was asked for."""

    def __init__(self, made: Made) -> None:
        self.asked: list[int] = []
        self.closed = 0
        self._made = made

    def start(self, info: MediaInfo, path: str, side: int, most_bytes: int) -> Future[Preview]:
        self.asked.append(side)
        done: Future[Preview] = Future()
        done.set_result(self._made(side, most_bytes))
        return done

    def close(self) -> None:
        self.closed += 1


def test_previews_lie_beside_the_records_that_name_them() -> None:
    kinds = [
        Preview(picture=b"RIFFone"),
        Preview(wave=b"\x01\x02"),
        Preview(why="it is broken"),
        Preview(picture=b"RIFFtwo"),
    ]
    made = iter(kinds)
    maker = Maker(lambda side, most: next(made))
    page = written(*(image(path=f"{n}.png") for n in range(4)), beside=Beside(maker))
    _, files, pictures = data(page)
    assert [file["before"] for file in files] == [
        {"n": 0},
        {"wave": "AQI="},
        {"why": "it is broken"},
        {"n": 1},
    ]
    assert [base64.b64decode(line) for line in pictures] == [b"RIFFone", b"RIFFtwo", b""]
    assert maker.closed == 1


def test_a_large_run_gets_smaller_previews_and_then_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spool, "_TIERS", ((100_000, 720, 10_000), (150_000, 320, 1_000)))
    maker = Maker(lambda side, most: Preview(picture=b"R" * most))
    run, files, _ = data(
        written(*(image(path=f"{n}.png") for n in range(300)), beside=Beside(maker))
    )
    assert sorted(set(maker.asked)) == [320, 720]
    assert maker.asked == sorted(maker.asked, reverse=True)
    left = [file for file in files if file["before"] == {"why": spool.LEFT_OUT}]
    assert 0 < len(left) == run["left_out"]


def test_few_previews_are_waited_for_at_a_time() -> None:
    waiting: list[Future[Preview]] = []

    class Slow(Maker):
        def start(self, info: MediaInfo, path: str, side: int, most: int) -> Future[Preview]:
            waiting.append(Future())
            if len(waiting) > 48:  # the oldest is waited for before one more is begun
                waiting[len(waiting) - 49].set_result(Preview(why="slow"))
            return waiting[-1]

    kept = Spool(Slow(lambda side, most: Preview()))
    for number in range(200):
        kept.add({"number": number}, before=kept.preview(image(), "a.png"))
    assert sum(not future.done() for future in waiting) <= 49
    for future in waiting:
        if not future.done():
            future.set_result(Preview(why="slow"))
    kept.finish()
    assert "".join(kept.records()).count('"slow"') == 200
    kept.close()
