"""One browser for all tests of the review page, and the pages that they look at."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import page_runs
import pytest
from chromium import Chromium, program


@pytest.fixture(scope="session")
def browser() -> Iterator[Chromium]:
    """A headless Chromium; the tests are skipped where there is none."""
    if program() is None:
        pytest.skip("no Chromium here")
    with Chromium() as chromium:
        yield chromium


@pytest.fixture
def tab(browser: Chromium, tmp_path_factory: pytest.TempPathFactory) -> Chromium:
    """The browser's tab, as wide as a desk's and light, with nothing kept from before."""
    browser.size(1280, 800)
    browser.prefer("light")
    blank = tmp_path_factory.getbasetemp() / "blank.html"
    blank.write_text("<!doctype html><title>blank</title>")
    browser.open(blank)
    browser.run("localStorage.clear()")
    return browser


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A page of each kind: `check`, `plan`, `fix`, `publish`."""
    return page_runs.pages(tmp_path_factory.mktemp("pages"))
