from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from report_sample import render

PAGE = Path(__file__).parents[2] / "docs" / "json-v1.md"


def _field_names(value: Any) -> set[str]:
    """Collect every key that the contract names: not those of facts, whose list is open."""
    if isinstance(value, list):
        return set().union(*map(_field_names, value))
    if not isinstance(value, dict):
        return set()
    open_lists = ("facts", "unread", "codes")
    inner = (_field_names(item) for key, item in value.items() if key not in open_lists)
    return set(value).union(*inner)


def test_the_page_names_every_field_that_is_written() -> None:
    words = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`\n]+`", PAGE.read_text()))))
    written = _field_names(json.loads(render("json")))
    assert len(written) > 30
    assert written <= words


def test_every_fact_on_the_page_is_written() -> None:
    rows = re.findall(r"^\| (every|image|video|audio) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)
    results = json.loads(render("json"))["results"]
    for kind, cell in rows:
        named = set(re.findall(r"`([a-z_]+)`", cell))
        shown = [set(r["facts"]) for r in results if kind in ("every", r["kind"])]
        assert shown
        assert all(named <= facts for facts in shown)
