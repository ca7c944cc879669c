from __future__ import annotations

import csv
import io
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import FINDINGS, REPORT, finding, picture, render, report_of, result

from mediaprep.model import FileResult, Report, Summary, Verdict

NAMES = st.text(st.characters()) | st.binary().map(os.fsdecode)


def _rows(report: Report = REPORT) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(render("csv", report), newline="")))


def test_there_is_a_row_for_each_finding_and_one_for_each_file_without() -> None:
    assert len(_rows()) == sum(len(findings) or 1 for findings in FINDINGS)


def test_a_row_has_the_file_and_the_finding() -> None:
    row = _rows()[0]
    assert row["path"] == "a/pano.jpg"
    assert (row["kind"], row["file_verdict"], row["verdict"]) == ("image", "fail", "fail")
    assert (row["code"], row["found"], row["allowed"]) == ("GEO002", "3.0", "[0.4, 2.5]")
    assert (row["hint"], row["fix"]) == ("crop or pad it to 5:2", "content")


def test_a_file_that_passes_has_an_empty_code() -> None:
    row = next(row for row in _rows() if row["path"] == "a/plain.jpg")
    assert (row["file_verdict"], row["code"], row["fix"]) == ("pass", "", "")


def test_a_set_is_a_row_of_kind_set() -> None:
    assert [(r["path"], r["code"]) for r in _rows() if r["kind"] == "set"] == [
        ("a", ""),
        ("refs & more", "SET001"),
    ]


def test_a_run_without_files_has_a_header_row_alone() -> None:
    assert render("csv", Report((), [], [], Summary())).startswith("path,kind,file_verdict,code,")
    assert _rows(Report((), [], [], Summary())) == []


def test_numbers_stay_numbers() -> None:
    row = next(row for row in _rows() if row["measure"] == "fps")
    assert row["found"] == "23.976024"


@pytest.mark.parametrize("start", list("=+-@＝＋－＠"))
def test_no_cell_starts_a_formula(start: str) -> None:
    odd = finding("PIC007", "private-metadata", Verdict.PASS, f"{start}1+1", found=f"{start}2")
    [row] = _rows(report_of(result(picture(f"{start}cmd.jpg"), odd)))
    assert (row["path"], row["message"]) == (f"'{start}cmd.jpg", f"'{start}1+1")
    assert row["found"] == f"'{start}2"


@given(NAMES)
def test_any_name_is_one_cell_on_one_line(name: str) -> None:
    written = render("csv", report_of(FileResult(name, picture("x"), [], Verdict.PASS)))
    assert written.count("\n") == 2
    [row] = csv.DictReader(io.StringIO(written, newline=""))
    assert (row["kind"], row["file_verdict"]) == ("image", "pass")
    assert not row["path"].startswith(tuple("=+-@\t\r\n"))
