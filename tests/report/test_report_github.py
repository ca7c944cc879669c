from __future__ import annotations

import os
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import CUT, FPS, GPS, REPORT, aspect, picture, render, report_of, result

from mediaprep.model import Finding

NAMES = st.text(st.characters(), min_size=1) | st.binary(min_size=1).map(os.fsdecode)
COMMAND = re.compile(r"::(error|warning|notice) file=([^,:]*),title=([^,:]*)::(.*)")


def _runner(escaped: str) -> str:
    """Undo the escapes in the order in which the runner does."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        escaped = escaped.replace(code, char)
    return escaped


def test_a_finding_is_a_command() -> None:
    pano = report_of(result(picture("a/pano.jpg"), aspect("atlascloud", "[0.4, 2.5]")))
    assert render("github", pano).splitlines() == [
        "::error file=a/pano.jpg,title=GEO002 aspect-out-of-range::a/pano.jpg  GEO002 "
        "aspect is 3.00 (3000×1000), atlascloud accepts [0.4, 2.5]%0A→ crop or pad it to 5:2",
        "::notice title=mediaprep::1 file checked: 1 fail",
    ]


@pytest.mark.parametrize(
    ("finding", "command"),
    [
        pytest.param(CUT, "error", id="an error"),
        pytest.param(FPS, "warning", id="a warning"),
        pytest.param(GPS, "notice", id="a note"),
    ],
)
def test_the_command_is_the_severity(finding: Finding, command: str) -> None:
    written = render("github", report_of(result(picture("a.jpg"), finding)), show_notes=True)
    assert written.startswith(f"::{command} file=a.jpg,")


def test_notes_are_annotated_only_on_request() -> None:
    assert GPS.message not in render("github")


def test_a_name_is_that_of_the_repository() -> None:
    assert render("github", report_of(result(picture("./a.jpg"), CUT))).startswith(
        "::error file=a.jpg,"
    )


@pytest.mark.parametrize(
    ("name", "escaped"),
    [
        pytest.param("a,b:c.jpg", "a%2Cb%3Ac.jpg", id="comma and colon"),
        pytest.param("100%.jpg", "100%25.jpg", id="percent"),
        pytest.param("a%0Ab.jpg", "a%250Ab.jpg", id="what looks like an escape"),
        pytest.param("a\nb.jpg", "a\\nb.jpg", id="a line end is printed as for people"),
    ],
)
def test_a_property_is_escaped(name: str, escaped: str) -> None:
    written = render("github", report_of(result(picture(name), CUT)))
    assert written.startswith(f"::error file={escaped},")


@given(NAMES)
def test_no_name_can_start_a_command_of_its_own(name: str) -> None:
    first, last = render("github", report_of(result(picture(name), CUT))).splitlines()
    command = COMMAND.fullmatch(first)
    assert command is not None
    assert _runner(command[4]).startswith(f"{_runner(command[2])}  {CUT.code} ")
    assert last.startswith("::notice title=mediaprep::")


def test_the_summary_comes_last() -> None:
    last = render("github").splitlines()[-1]
    assert last.startswith(f"::notice title=mediaprep::{len(REPORT.results)} files checked: ")
