"""Every format of one report, compared with tests/report/golden.

After a change that is meant: MEDIAPREP_UPDATE_GOLDEN=1 pytest tests/report/test_report_golden.py,
then read the diff.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from report_sample import REPORT, render

from mediaprep import __version__

GOLDEN = Path(__file__).parent / "golden"

CASES = [
    pytest.param("text.txt", "text", {}, id="text lists what fails"),
    pytest.param(
        "text-color.txt", "text", {"color": True, "show_notes": True}, id="text in colour"
    ),
    pytest.param("text-statistics.txt", "text", {"statistics": True}, id="text with statistics"),
    pytest.param("report.json", "json", {}, id="json"),
    pytest.param("report.jsonl", "jsonl", {}, id="jsonl"),
    pytest.param("report.csv", "csv", {}, id="csv"),
    pytest.param("report.sarif", "sarif", {}, id="sarif"),
    pytest.param("junit.xml", "junit", {}, id="junit"),
    pytest.param("github.txt", "github", {}, id="github"),
    pytest.param("gitlab.json", "gitlab", {}, id="gitlab"),
    pytest.param("github-notes.txt", "github", {"show_notes": True}, id="github with notes"),
]


@pytest.mark.parametrize(("file", "name", "options"), CASES)
def test_a_format_is_written_as_before(file: str, name: str, options: dict[str, bool]) -> None:
    written = _steady(render(name, REPORT, **options))
    golden = GOLDEN / file
    if os.environ.get("MEDIAPREP_UPDATE_GOLDEN"):
        golden.write_text(written, encoding="utf-8", newline="")
    assert written == golden.read_bytes().decode()


def _steady(text: str) -> str:
    """Take out what changes with a release or a rule's documentation rather than the format."""
    text = text.replace(f'"version": "{__version__}"', '"version": "0.0.0"')
    return re.sub(r'^(\{"id": "[A-Z]{3}\d{3}").*?(\},?)$', r"\1\2", text, flags=re.MULTILINE)
