"""The review page in a real browser, for everybody: names, contrast, themes and small screens."""

from __future__ import annotations

from pathlib import Path

import pytest
from chromium import Chromium

pytest_plugins = ["page_fixtures"]
pytestmark = pytest.mark.tools
KINDS = ("check", "plan", "fix", "publish")
_INTERACTIVE = frozenset(
    {
        "button", "link", "searchbox", "textbox", "combobox", "listbox", "option", "slider",
        "checkbox", "dialog", "meter", "image", "DisclosureTriangle", "region", "search", "group",
    }
)  # fmt: skip
_UNNAMED_IS_FINE = frozenset({"group"})  # <details>, which its summary names
_CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")


def everything_open(tab: Chromium, page: Path, key: str = "j") -> None:
    tab.open(page)
    for _ in range(6):
        tab.press(key)
    tab.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")


@pytest.mark.parametrize("kind", KINDS)
def test_whatever_can_be_used_has_a_name(tab: Chromium, pages: dict[str, Path], kind: str) -> None:
    everything_open(tab, pages[kind])
    nodes = tab.send("Accessibility.getFullAXTree")["nodes"]
    tab.press("?")
    nodes += tab.send("Accessibility.getFullAXTree")["nodes"]
    seen = {
        (node["role"]["value"], node.get("name", {}).get("value", "").strip())
        for node in nodes
        if not node["ignored"] and node.get("role", {}).get("value") in _INTERACTIVE
    }
    assert {"button", "combobox", "option", "listbox", "dialog"} <= {role for role, _ in seen}
    assert [role for role, name in seen if not name and role not in _UNNAMED_IS_FINE] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("kind", KINDS)
def test_words_stand_out_from_their_ground(
    tab: Chromium, pages: dict[str, Path], kind: str, scheme: str
) -> None:
    tab.prefer(scheme)
    everything_open(tab, pages[kind])
    assert tab.run(_CONTRAST) == []


def test_the_page_follows_the_system_until_it_is_told_otherwise(
    tab: Chromium, pages: dict[str, Path]
) -> None:
    paper = "getComputedStyle(document.body).backgroundColor"
    tab.open(pages["check"])
    light = tab.run(paper)
    tab.prefer("dark")
    dark = tab.run(paper)
    assert light != dark
    tab.run("document.getElementById('theme').click()")
    assert tab.run(paper) == light
    tab.open(pages["check"])
    assert tab.run(paper) == light  # it is remembered


@pytest.mark.parametrize("kind", KINDS)
def test_a_phone_scrolls_one_way(tab: Chromium, pages: dict[str, Path], kind: str) -> None:
    tab.size(360, 740, phone=True)
    tab.open(pages[kind])
    width = "document.documentElement.scrollWidth"
    assert tab.run(width) <= 360
    assert tab.run("document.getElementById('sheet').scrollWidth") <= 360
    assert tab.run("getComputedStyle(document.getElementById('detail')).display") == "none"
    tab.run("document.querySelectorAll('.card')[1].click()")
    tab.run("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
    assert tab.run("document.getElementById('detail').checkVisibility()") is True
    assert tab.run("document.getElementById('detail').scrollWidth") <= 360
    assert tab.run(width) <= 360
    tab.run("document.querySelector('.back button').click()")
    assert tab.run("document.getElementById('detail').checkVisibility()") is False


def test_the_focus_is_seen(tab: Chromium, pages: dict[str, Path]) -> None:
    tab.open(pages["check"])
    for _ in range(12):
        tab.press("Tab")
        style = "getComputedStyle(document.activeElement)"
        outlined = f"{style}.outlineStyle !== 'none' || document.activeElement.id === 'sheet'"
        assert tab.run(outlined) is True
    tab.run("document.getElementById('sheet').focus()")
    tab.press("ArrowDown")
    card = "getComputedStyle(document.querySelector('.card[aria-selected=true]'))"
    assert tab.run(f"{card}.outlineStyle") != "none"
