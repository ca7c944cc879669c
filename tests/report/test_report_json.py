from __future__ import annotations

import json
import math
import os
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import HOSTILE, PROFILES, REPORT, finding, picture, render, report_of, result

from mediaprep import __version__
from mediaprep.measures import facts
from mediaprep.model import FileResult, Finding, Report, SetResult, Summary, Verdict
from mediaprep.report.shape import encode

NAMES = st.text(st.characters()) | st.binary().map(os.fsdecode)

FINDING_FIELDS = {
    "code": str,
    "name": str,
    "severity": str,
    "verdict": str,
    "profile": str | None,
    "measure": str | None,
    "found": int | float | str | None,
    "allowed": str | None,
    "source": str | None,
    "message": str,
    "hint": str | None,
    "fix": str,
}


def _refuse(constant: str) -> Any:
    raise AssertionError(f"{constant} is no JSON")


def _json(report: Report = REPORT) -> dict[str, Any]:
    document: dict[str, Any] = json.loads(render("json", report), parse_constant=_refuse)
    return document


def _lines(report: Report = REPORT) -> list[dict[str, Any]]:
    lines = render("jsonl", report).splitlines()
    return [json.loads(line, parse_constant=_refuse) for line in lines]


def test_the_head_says_what_wrote_it() -> None:
    document = _json()
    assert list(document)[:4] == ["schema", "tool", "version", "profiles"]
    assert (document["schema"], document["tool"]) == (1, "mediaprep")
    assert (document["version"], document["profiles"]) == (__version__, list(PROFILES))


def test_the_summary_has_the_four_verdicts_and_they_add_up() -> None:
    summary = _json()["summary"]
    verdicts = [summary[name] for name in ("pass", "contested", "unknown", "fail")]
    assert sum(verdicts) == summary["files"] == len(REPORT.results)
    assert (summary["skipped"], summary["suppressed"]) == (17, 2)
    assert summary["codes"] == REPORT.summary.codes


def test_results_list_every_file_in_walking_order_and_passing_ones_too() -> None:
    results = _json()["results"]
    assert len(results) == len(REPORT.results)
    assert [r["path"] for r in results if "path_bytes" not in r] == [
        r.path for r in REPORT.results if "\udcff" not in r.path
    ]


@pytest.mark.parametrize("shown", _json()["results"], ids=lambda r: ascii(r["path"]))
def test_a_result_has_the_fields_of_the_contract(shown: dict[str, Any]) -> None:
    names = [name for name in shown if name != "path_bytes"]
    assert names == ["path", "kind", "verdict", "facts", "unread", "findings"]
    assert shown["kind"] in {"image", "video", "audio", None}
    assert shown["verdict"] in {"pass", "contested", "unknown", "fail"}
    assert all(shown["facts"].get(fact) is None for fact in shown["unread"])
    for each in shown["findings"]:
        assert list(each) == list(FINDING_FIELDS)
        assert all(isinstance(each[name], kind) for name, kind in FINDING_FIELDS.items())


def test_the_example_of_the_contract_reads_back_field_by_field() -> None:
    shown = _json()["results"][0]
    assert (shown["path"], shown["kind"], shown["verdict"]) == ("a/pano.jpg", "image", "fail")
    example = {
        "container": "jpeg",
        "size_bytes": 41231,
        "width": 3000,
        "height": 1000,
        "pixels": 3000000,
        "aspect": 3.0,
        "coded_width": 3000,
        "coded_height": 1000,
        "orientation": 1,
        "frames": 1,
        "has_alpha": False,
    }
    assert shown["facts"].items() >= example.items()
    assert (
        shown["findings"][0].items()
        >= {
            "code": "GEO002",
            "name": "aspect-out-of-range",
            "severity": "error",
            "verdict": "fail",
            "profile": "atlascloud",
            "measure": "aspect",
            "found": 3.0,
            "allowed": "[0.4, 2.5]",
            "fix": "content",
        }.items()
    )


def test_numbers_have_six_decimals_at_most() -> None:
    take = next(r for r in _json()["results"] if r["path"] == "clips/take 1.mp4")
    assert take["facts"]["fps"] == 23.976024
    assert take["findings"][0]["found"] == 23.976024


def test_what_was_not_read_is_null_and_says_why() -> None:
    take = next(r for r in _json()["results"] if r["path"] == "clips/take 1.mp4")
    assert take["facts"]["fps_nominal"] is None
    assert "time-to-sample" in take["unread"]["fps_nominal"]


def test_sets_follow_the_results() -> None:
    document = _json()
    assert list(document)[4:] == ["results", "sets", "summary"]
    assert [(s["path"], s["kind"], s["verdict"]) for s in document["sets"]] == [
        ("a", "set", "pass"),
        ("refs & more", "set", "fail"),
    ]
    assert document["sets"][1]["findings"][0]["found"] == 10


def test_sets_that_come_between_files_still_follow_the_results() -> None:
    document = _json(report_of(sets=[SetResult("a", [])]))
    assert (document["results"], len(document["sets"])) == ([], 1)


def test_a_run_without_files_is_a_document() -> None:
    document = _json(Report(PROFILES, [], [], Summary()))
    assert (document["results"], document["sets"], document["summary"]["files"]) == ([], [], 0)


def test_each_result_stands_on_a_line_of_its_own() -> None:
    lines = render("json").splitlines()
    assert len(lines) == 1 + len(REPORT.results) + 1 + len(REPORT.sets) + 1
    assert json.loads(lines[1].rstrip(","))["path"] == "a/pano.jpg"


def test_jsonl_has_the_same_objects_behind_their_schema() -> None:
    document, lines = _json(), _lines()
    assert all(list(line)[:2] == ["schema", "path"] and line["schema"] == 1 for line in lines)
    bare = [{k: v for k, v in line.items() if k != "schema"} for line in lines]
    assert bare == document["results"] + document["sets"]


@pytest.mark.parametrize("name", ["json", "jsonl", "sarif"])
def test_output_is_ascii(name: str) -> None:
    assert render(name).isascii()


def test_a_name_that_is_text_is_kept_whatever_it_holds() -> None:
    paths = [r["path"] for r in _json()["results"]]
    assert HOSTILE[0] in paths
    assert HOSTILE[5] in paths


@given(NAMES)
def test_a_name_that_is_not_text_is_given_byte_for_byte(name: str) -> None:
    [shown] = _lines(report_of(FileResult(name, picture("x"), [], Verdict.PASS)))
    shown["path"].encode()  # no parser meets a lone surrogate
    if "path_bytes" not in shown:
        assert shown["path"] == name
    elif not any("\ud800" <= char < "\udc80" or "\udcff" < char <= "\udfff" for char in name):
        assert os.fsdecode(bytes.fromhex(shown["path_bytes"])) == name


@given(st.text(st.characters()))
def test_a_message_is_valid_text_on_one_line(message: str) -> None:
    written = render("jsonl", report_of(result(picture("x"), _note(message))))
    assert written.count("\n") == 1
    json.loads(written)["findings"][0]["message"].encode()


def _note(message: str, found: Any = None) -> Finding:
    return finding("PIC007", "private-metadata", Verdict.PASS, message, found=found)


@pytest.mark.parametrize("odd", [math.nan, math.inf, -math.inf], ids=str)
def test_no_number_is_nan_or_infinite(odd: float) -> None:
    [shown] = _lines(report_of(result(picture("x"), _note("…", odd))))
    assert shown["findings"][0]["found"] is None
    assert json.loads(encode({"facts": {"fps": odd, "width": 7}})) == {
        "facts": {"fps": None, "width": 7}
    }


def test_exact_numbers_among_the_facts_are_rounded() -> None:
    shape = {"fps": Fraction(30000, 1001), "huge": Fraction(10**400)}
    assert json.loads(encode(shape)) == {"fps": 29.97003, "huge": None}


def test_facts_come_as_measured() -> None:
    assert [r["facts"] for r in _json()["results"]] == [facts(r.info) for r in REPORT.results]
