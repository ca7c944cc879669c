from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from report_sample import CUT, FPS, GPS, REPORT, TYPE, picture, render, report_of, result

from mediaprep.model import Finding, Report, Summary, Verdict

XSD = Path(__file__).parent / "schemas" / "junit-10.xsd"
NAMES = st.text(st.characters(), min_size=1) | st.binary(min_size=1).map(os.fsdecode)


@pytest.fixture(scope="module")
def xsd() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(XSD)))


def _suites(report: Report = REPORT) -> etree._Element:
    return etree.fromstring(render("junit", report).encode())


def test_the_report_is_valid_against_the_public_schema(xsd: etree.XMLSchema) -> None:
    xsd.assertValid(_suites())


def test_a_run_without_files_is_valid(xsd: etree.XMLSchema) -> None:
    suites = _suites(Report((), [], [], Summary()))
    xsd.assertValid(suites)
    assert suites.get("tests") == "0"


def test_the_counts_are_those_of_the_cases() -> None:
    suites = _suites()
    [suite] = suites
    for element in (suites, suite):
        assert element.get("tests") == str(len(suite))
        assert element.get("failures") == str(len(suite.findall("testcase/failure")))
        assert element.get("errors") == str(len(suite.findall("testcase/error")))
    assert suite.get("name") == "mediaprep atlascloud,volcengine"


def test_failures_are_fail_and_errors_are_unknown() -> None:
    [suite] = _suites(report_of(*REPORT.results))
    assert suite.get("failures") == str(REPORT.summary.verdicts[Verdict.FAIL])
    assert suite.get("errors") == str(REPORT.summary.verdicts[Verdict.UNKNOWN])


def test_a_case_is_a_file_in_its_folder() -> None:
    case = _suites()[0][0]
    assert (case.get("classname"), case.get("name")) == ("a", "pano.jpg")
    notes = _suites().find("testsuite/testcase[@name='notes.jpg']")
    assert notes is not None
    assert notes.get("classname") == "(root)"


@pytest.mark.parametrize(
    ("findings", "tags"),
    [
        pytest.param([], [], id="a file that passes"),
        pytest.param([GPS], ["system-out"], id="a note leaves it passed"),
        pytest.param([FPS], ["system-out"], id="so does a contested limit"),
        pytest.param([TYPE], ["failure"], id="a refused file fails"),
        pytest.param([CUT], ["error"], id="one that could not be measured is an error"),
        pytest.param([CUT, TYPE], ["failure"], id="both make one failure"),
        pytest.param([GPS, CUT, FPS], ["error", "system-out"], id="an error with a warning"),
    ],
)
def test_what_a_case_holds(findings: list[Finding], tags: list[str]) -> None:
    case = _suites(report_of(result(picture("a.jpg"), *findings)))[0][0]
    assert [child.tag for child in case] == tags


def test_a_failure_names_the_first_and_lists_all() -> None:
    failure = _suites()[0][0][0]
    assert failure.get("message", "").endswith("atlascloud accepts [0.4, 2.5] (and 1 more)")
    assert failure.get("type") == "GEO002 aspect-out-of-range"
    assert "volcengine accepts (0.4, 2.5)\n  → crop or pad" in (failure.text or "")


@given(NAMES)
def test_any_name_makes_a_valid_document(name: str) -> None:
    suites = _suites(report_of(result(picture(name), GPS, CUT)))
    etree.XMLSchema(etree.parse(str(XSD))).assertValid(suites)
