"""The review page in a real browser: what a person does with it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from chromium import Chromium
from cli_run import run
from page_runs import HOSTILE, PROFILE, URI, many, scene

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.tools
KINDS = ("check", "plan", "fix", "publish")
SHOWN = "document.getElementById('shown').textContent"
NAME = "document.querySelector('#detail h2').textContent"
CARDS = "[...document.querySelectorAll('.card .name')].map((n) => n.textContent)"


def select(tab: Chromium, name: str, value: str) -> None:
    tab.run(
        f"(() => {{ const s = document.querySelector('select[name={name}]'); s.value = "
        f"{json.dumps(value)}; s.dispatchEvent(new Event('change')); }})()"
    )


def go_to(tab: Chromium, name: str) -> None:
    """Choose a file by its name, as by a click on its card."""
    tab.run(
        f"[...document.querySelectorAll('.card')].find((c) => c.querySelector('.name').textContent"
        f" === {json.dumps(name)}).click()"
    )
    assert tab.run(NAME) == name


@pytest.mark.parametrize("kind", KINDS)
def test_a_page_opens_without_a_complaint_and_asks_nothing_of_a_network(
    tab: Chromium, pages: dict[str, Path], kind: str
) -> None:
    tab.open(pages[kind])
    files = tab.run("document.querySelectorAll('.card').length")
    for _ in range(files):
        tab.press("j")
    tab.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert files == (2 if kind == "publish" else 10)
    assert (tab.complaints(), tab.requests()) == ([], [])


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_metadata_are_words_and_nothing_else(
    tab: Chromium, pages: dict[str, Path], kind: str
) -> None:
    tab.open(pages[kind])
    for _ in range(10):
        tab.press("j")
        assert tab.run("document.querySelector('#detail').textContent.length") > 0
    assert tab.run("window.pwned") is None
    assert tab.run("document.querySelectorAll('[onerror], [onmouseover], [onclick]').length") == 0
    assert tab.run("document.querySelectorAll('script').length") == 4  # three of data, one of ours
    sources = tab.run("[...document.images].map((i) => i.src.split(';')[0])")
    assert set(sources) <= {"data:image/webp", "data:image/jpeg"}


def test_a_hostile_name_is_shown_as_it_is(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    assert set(tab.run(CARDS)) >= set(HOSTILE[:3]) | {r"a\u2028b<!--<script.jpg"}


def test_search_narrows_the_sheet_and_can_be_taken_back(
    tab: Chromium, pages: dict[str, Path]
) -> None:
    tab.open(pages["check"])
    tab.press("/")
    tab.write("WIDE")
    assert tab.run(CARDS) == ["wide.jpg"]
    assert tab.run(SHOWN) == "1 of 10 files"
    assert tab.run(NAME) == "wide.jpg"
    tab.press("j")  # it is a letter while somebody types
    assert tab.run("document.getElementById('query').value") == "WIDEj"
    assert tab.run("document.querySelector('.sheet .empty').textContent") == "No file is like that."
    tab.press("Escape")
    tab.press("x")
    assert tab.run(SHOWN) == "10 files"


@pytest.mark.parametrize(
    ("choices", "names"),
    [
        pytest.param({"rule": "GEO001"}, ["small.png"], id="by rule"),
        pytest.param({"rule": "TIM001", "kind": "audio"}, ["long.wav"], id="by rule and kind"),
        pytest.param({"rule": "TIM001", "kind": "image"}, [], id="by what excludes itself"),
    ],
)
def test_filters_show_what_they_say(
    tab: Chromium, pages: dict[str, Path], choices: dict[str, str], names: list[str]
) -> None:
    tab.open(pages["check"])
    for name, value in choices.items():
        select(tab, name, value)
    assert tab.run(CARDS) == names


def test_verdicts_filter_and_are_counted(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    chips = "[...document.querySelectorAll('.verdict')].map((b) => b.getAttribute('aria-label'))"
    assert tab.run(chips) == ["Fail: 7", "Contested: 1", "Unknown: 0", "Pass: 2"]
    tab.press("2")
    assert tab.run(CARDS) == ["named.png"]
    tab.press("4")
    assert tab.run(SHOWN) == "3 of 10 files"


def test_the_profile_filter_keeps_files_that_the_profile_speaks_of(
    tab: Chromium, tmp_path: Path
) -> None:
    media = tmp_path / "m"
    media.mkdir()
    scene(800, 600).save(media / "fine.jpg")
    scene(1500, 500).save(media / "wide.jpg")
    page = tmp_path / "page.html"
    both = ("--profile", "atlascloud,volcengine", "--no-cache")
    run("check", media, *both, "--output", f"html={page}")
    tab.open(page)
    for profile in ("atlascloud", "volcengine"):
        select(tab, "profile", profile)
        assert tab.run(CARDS) == ["wide.jpg"]


def test_the_sheet_is_sorted_as_asked(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    select(tab, "sort", "worst")
    marks = "[...document.querySelectorAll('.card .mark')].map((m) => m.getAttribute('aria-label'))"
    assert tab.run(marks) == ["Fail"] * 7 + ["Contested"] + ["Pass"] * 2
    select(tab, "sort", "length")
    assert tab.run(CARDS)[0] == "long.wav"


def test_the_keyboard_moves_helps_and_closes(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    first = tab.run(NAME)
    tab.press("j")
    assert tab.run(NAME) != first
    tab.press("k")
    assert tab.run(NAME) == first
    tab.run("document.getElementById('sheet').focus()")
    tab.press("End")
    assert tab.run(NAME) == tab.run(CARDS)[-1]
    tab.press("?")
    assert tab.run("document.getElementById('keys').open") is True
    tab.press("Escape")
    assert tab.run("document.getElementById('keys').open") is False


def test_the_slider_moves_between_before_and_after(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["fix"])
    go_to(tab, "wide.jpg")
    tab.run("document.querySelector('.slide').focus()")
    for _ in range(30):
        tab.press("ArrowLeft")
    slide = "document.querySelector('.slide')"
    assert tab.run(f"{slide}.getAttribute('aria-valuetext')") == "20 % before, 80 % after"
    veils = "[...document.querySelectorAll('.veil')].map((v) => v.style.clipPath)"
    assert tab.run(veils) == ["inset(0px 80% 0px 0px)", "inset(0px 0px 0px 20%)"]
    box = tab.run(f"(({{x, y, width, height}}) => [x, y, width, height])"
                  f"({slide}.getBoundingClientRect())")  # fmt: skip
    at = {"x": box[0] + box[2] * 0.75, "y": box[1] + box[3] / 2, "button": "left", "clickCount": 1}
    for kind in ("mousePressed", "mouseReleased"):
        tab.send("Input.dispatchMouseEvent", type=kind, **at)
    assert 70 <= int(tab.run(f"{slide}.value")) <= 80


def test_the_result_of_padding_lies_around_its_source(
    tab: Chromium, pages: dict[str, Path]
) -> None:
    tab.open(pages["fix"])
    go_to(tab, "wide.jpg")
    boxes = (
        "[...document.querySelectorAll('.veil > .place')].map((p) => p.getBoundingClientRect())"
        ".map((b) => [b.left, b.right, b.bottom - b.top])"
    )
    before, after = tab.run(boxes)
    assert before[:2] == pytest.approx(after[:2], abs=1)  # padded above and below alone
    assert after[2] / before[2] == pytest.approx(1.2, abs=0.02)  # 3 : 1 became 2.5 : 1


def test_the_allowed_shape_is_drawn_over_a_picture_that_is_too_wide(
    tab: Chromium, pages: dict[str, Path]
) -> None:
    tab.open(pages["check"])
    go_to(tab, "wide.jpg")
    box = "document.querySelector('.outline').getBoundingClientRect()"
    assert tab.run(f"{box}.width / {box}.height") == pytest.approx(2.5, abs=0.05)
    tab.run("document.getElementById('shapes').click()")
    assert tab.run("document.querySelectorAll('.outline').length") == 0


def test_found_lies_outside_of_allowed_on_the_scale(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    go_to(tab, "wide.jpg")
    scale = "document.querySelector('.finding .scale')"
    assert tab.run(f"{scale}.getAttribute('aria-label')") == "3, [0.4, 2.5] is allowed"
    edge = tab.run(f"{scale}.querySelector('.zone').getBoundingClientRect().right")
    assert tab.run(f"{scale}.querySelector('.at').getBoundingClientRect().left") > edge


def test_an_asset_uri_is_copied(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.send("Browser.grantPermissions", permissions=["clipboardReadWrite"])
    tab.open(pages["publish"])
    tab.send("Page.bringToFront")
    tab.run("document.querySelector('[data-copy]').click()")
    tab.wait("document.getElementById('said').textContent === 'Copied asset URI'")
    assert tab.run("navigator.clipboard.readText()") == URI


def test_a_file_that_the_backend_refused_is_not_called_unfixed(
    tab: Chromium, pages: dict[str, Path]
) -> None:
    tab.open(pages["publish"])
    lines = tab.run("[...document.querySelectorAll('.card .line')].map((n) => n.textContent)")
    assert [line.partition(" ")[2].partition(" ·")[0] for line in lines] == [
        "active",
        "refused by the backend",
    ]
    tab.press("j")
    assert "refused by the backend: " in tab.run("document.querySelector('#detail').textContent")


def test_a_card_says_what_was_decided(tab: Chromium, pages: dict[str, Path]) -> None:
    line = "document.querySelector('.card[aria-selected=true] .line').textContent"
    tab.open(pages["plan"])
    go_to(tab, "wide.jpg")
    if "decision needed" not in tab.run(line):  # marks outlive the tab
        tab.press("a" if "to be fixed" in tab.run(line) else "r")
    for key, words in (("a", "to be fixed"), ("r", "to be left"), ("r", "decision needed")):
        tab.press(key)
        assert words in tab.run(line)
    bar = "document.getElementById('decisions').getBoundingClientRect().top"
    assert tab.run(f"document.getElementById('said').getBoundingClientRect().bottom <= {bar}")


def decided(tab: Chromium, tmp_path: Path, page: Path) -> Path:
    """Accept the wide picture, reject the small one, leave the rest open, and save."""
    tab.open(page)
    go_to(tab, "wide.jpg")
    tab.press("a")
    go_to(tab, "small.png")
    tab.press("r")
    saved = tab.downloads / "decisions.json"
    saved.unlink(missing_ok=True)
    tab.press("d")
    tab.wait("document.getElementById('said').textContent === 'Saved decisions.json'")
    for _ in range(500):
        if saved.is_file() and saved.read_text().endswith("}\n"):
            break
        tab.wait("true")
    return Path(saved.rename(tmp_path / "decisions.json"))


def test_decisions_come_back_to_fix(tab: Chromium, tmp_path: Path) -> None:
    media = tmp_path / "media"
    media.mkdir()
    for name, size in {
        "wide.jpg": (1500, 500),
        "small.png": (200, 200),
        "b.jpg": (900, 300),
    }.items():
        scene(*size).save(media / name)
    page, out = tmp_path / "plan.html", tmp_path / "out"
    run("fix", media, *PROFILE, "--plan", "--output", f"html={page}")
    saved = decided(tab, tmp_path, page)
    marks = {
        Path(d["path"]).name: d["decision"] for d in json.loads(saved.read_text())["decisions"]
    }
    assert marks == {"wide.jpg": "accept", "small.png": "reject"}
    done = run("fix", media, "--no-cache", "--decisions", saved, "--out", out, "--output", "jsonl")
    assert done.code == 1
    deeds: dict[str, Any] = {Path(r["path"]).name: r["fix"] for r in map(json.loads, done.lines)}
    assert {name: fix["action"] for name, fix in deeds.items()} == {
        "wide.jpg": "fixed",
        "small.png": "left",
        "b.jpg": "left",
    }
    assert deeds["small.png"]["why"] == f"its fix was rejected in {saved}"
    assert [p.name for p in out.iterdir() if p.suffix == ".jpg"] == ["wide.jpg"]


def test_marks_outlive_the_tab(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["plan"])
    go_to(tab, "wide.jpg")
    tab.press("a")
    tab.open(pages["check"])
    tab.open(pages["plan"])
    assert tab.run("document.querySelectorAll('.choice.accept').length") == 1


def test_the_next_open_fix_is_found(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["plan"])
    seen = []
    for _ in range(tab.run("document.querySelectorAll('.choice').length")):
        tab.press("n")
        seen.append(tab.run(NAME))
        tab.press("r")
    assert len(set(seen)) == len(seen) == 7
    tab.press("n")
    assert tab.run("document.getElementById('said').textContent").startswith("Nothing is left")


def test_five_thousand_files_stay_few_elements(tab: Chromium, tmp_path: Path) -> None:
    page = tmp_path / "many.html"
    page.write_text(many(5000), encoding="utf-8")
    tab.open(page)
    assert tab.run(SHOWN) == "5,000 files"
    elements = "document.querySelectorAll('*').length"
    assert tab.run(elements) < 1000
    tab.run("document.getElementById('sheet').focus()")
    tab.press("End")
    assert tab.run(NAME) == "frame-04999.jpg"
    assert tab.run("document.querySelector('.card[aria-selected=true] img').complete") is True
    tab.press("1")
    assert tab.run(SHOWN) == "1,000 of 5,000 files"
    assert tab.run(elements) < 1000
    assert (tab.complaints(), tab.requests()) == ([], [])
