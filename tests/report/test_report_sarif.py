from __future__ import annotations

import io
import json
import os
from itertools import chain
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from report_sample import (
    FINDINGS,
    GPS,
    HOSTILE,
    PROFILES,
    REPORT,
    aspect,
    feed,
    picture,
    report_of,
    result,
)

from mediaprep.model import Report, SetResult, Severity, Summary
from mediaprep.report import Options
from mediaprep.report.sarif import MAX_BYTES, MAX_RESULTS, SarifReport, uri
from mediaprep.rules import RULES

SCHEMA = Path(__file__).parent / "schemas" / "sarif-2.1.0-rtm.5.json"


@pytest.fixture(scope="module")
def schema() -> jsonschema.protocols.Validator:
    return jsonschema.Draft4Validator(
        json.loads(SCHEMA.read_text()), format_checker=jsonschema.FormatChecker()
    )


def _sarif(report: Report = REPORT, **limits: int) -> tuple[dict[str, Any], str, SarifReport]:
    out = io.StringIO()
    renderer = SarifReport(out, Options(PROFILES), **limits)
    feed(renderer, report)
    [run] = json.loads(out.getvalue())["runs"]
    return run, out.getvalue(), renderer


def test_the_report_is_valid_against_the_public_schema(schema: Any) -> None:
    _, text, _ = _sarif()
    schema.validate(json.loads(text))


def test_a_report_without_findings_is_valid(schema: Any) -> None:
    run, text, _ = _sarif(Report(PROFILES, [], [], Summary()))
    schema.validate(json.loads(text))
    assert (run["results"], run["tool"]["driver"]["rules"]) == ([], [])


def test_a_cut_report_is_valid(schema: Any) -> None:
    _, text, _ = _sarif(max_results=2)
    schema.validate(json.loads(text))


def test_every_finding_is_a_result_with_a_location_and_a_fingerprint() -> None:
    run, *_ = _sarif()
    assert len(run["results"]) == sum(map(len, FINDINGS))
    for each in run["results"]:
        [location] = each["locations"]
        assert location["physicalLocation"]["artifactLocation"]["uri"]
        assert location["physicalLocation"]["region"] == {"startLine": 1}
        assert each["partialFingerprints"]["primaryLocationLineHash"]


def test_levels_are_the_severities() -> None:
    run, *_ = _sarif()
    findings = list(chain.from_iterable(FINDINGS))
    assert [each["level"] for each in run["results"]] == [f.severity for f in findings]


def test_rules_that_occur_are_described_once_by_their_documentation() -> None:
    run, *_ = _sarif()
    rules = run["tool"]["driver"]["rules"]
    assert [rules[each["ruleIndex"]]["id"] for each in run["results"]] == [
        each["ruleId"] for each in run["results"]
    ]
    assert len({rule["id"] for rule in rules}) == len(rules)
    geo = next(rule for rule in rules if rule["id"] == "GEO002")
    doc = RULES["GEO002"].doc.strip()
    assert geo["help"] == {"text": doc, "markdown": doc}
    assert geo["shortDescription"]["text"] == doc.splitlines()[0]


def test_a_set_is_located_at_its_folder() -> None:
    run, *_ = _sarif(report_of(sets=[SetResult("refs & more", [GPS])]))
    [each] = run["results"]
    assert (
        each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "refs%20%26%20more"
    )


def test_runs_with_other_profiles_do_not_replace_each_other() -> None:
    run, *_ = _sarif()
    assert run["automationDetails"]["id"] == "mediaprep/atlascloud+volcengine/"


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("a/pano.jpg", "a/pano.jpg", id="a relative path stays relative"),
        pytest.param("./a/pano.jpg", "a/pano.jpg", id="a leading dot goes"),
        pytest.param(".//a.jpg", "a.jpg", id="so do the slashes behind it"),
        pytest.param("../a.jpg", "../a.jpg", id="a parent stays"),
        pytest.param(".hidden.jpg", ".hidden.jpg", id="a hidden file keeps its dot"),
        pytest.param("a b#c?d.jpg", "a%20b%23c%3Fd.jpg", id="reserved characters are encoded"),
        pytest.param("a:b.jpg", "a%3Ab.jpg", id="a colon makes no scheme"),
        pytest.param("映画.mp4", "%E6%98%A0%E7%94%BB.mp4", id="other scripts as UTF-8"),
        pytest.param("\udcff.jpg", "%FF.jpg", id="bytes that are not UTF-8"),
        pytest.param("/srv/a.jpg", "file:///srv/a.jpg", id="an absolute path is a file URI"),
        pytest.param("//srv/a.jpg", "file:///srv/a.jpg", id="two slashes make no host"),
        pytest.param(".", ".", id="the folder itself"),
        pytest.param("./", ".", id="the folder itself with a slash"),
    ],
)
def test_a_path_is_a_uri(path: str, expected: str) -> None:
    assert uri(path) == expected


@given(st.binary(min_size=1).filter(lambda name: name.strip(b"./") and b"\0" not in name))
def test_a_relative_uri_decodes_to_the_bytes_of_the_path(name: bytes) -> None:
    name = name.lstrip(b"./")
    reference = uri(os.fsdecode(name))
    assert reference.isascii()
    assert urlsplit(reference).path == reference
    assert unquote_to_bytes(reference) == name


def test_findings_alike_in_one_file_have_fingerprints_of_their_own() -> None:
    twice = report_of(result(picture("a.jpg"), GPS, GPS), result(picture("b.jpg"), GPS))
    run, *_ = _sarif(twice)
    prints = [each["partialFingerprints"]["primaryLocationLineHash"] for each in run["results"]]
    assert len(set(prints)) == 3


def test_a_fingerprint_outlives_another_number_and_another_folder() -> None:
    once, later = aspect("atlascloud", "[0.4, 2.5]"), aspect("atlascloud", "[0.4, 2.5]")
    later.message, later.found = "aspect is 2.60, atlascloud accepts [0.4, 2.5]", 2.6
    run, *_ = _sarif(report_of(result(picture("a.jpg"), once), result(picture("b/a.jpg"), later)))
    first, second = (each["partialFingerprints"] for each in run["results"])
    assert first == second


def test_the_limits_are_those_of_github() -> None:
    assert (MAX_RESULTS, MAX_BYTES) == (25_000, 10_000_000)


def test_an_uncut_report_says_nothing_of_cutting() -> None:
    run, _, renderer = _sarif()
    assert renderer.cut is None
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_too_many_results_are_cut_notes_first_and_it_says_so() -> None:
    findings = list(chain.from_iterable(FINDINGS))
    errors = [f.code for f in findings if f.severity is Severity.ERROR]
    run, _, renderer = _sarif(max_results=len(errors))
    assert [each["ruleId"] for each in run["results"]] == errors
    [notice] = run["invocations"][0]["toolExecutionNotifications"]
    assert notice["message"]["text"] == renderer.cut
    assert f"{len(errors)} of {len(findings)} findings" in (renderer.cut or "")


@given(st.integers(25_000, 120_000), st.integers(1, 300))
def test_a_report_never_passes_its_limits(max_bytes: int, files: int) -> None:
    panos = [result(picture(f"{n}.jpg"), aspect("atlascloud", "[0, 1]"), GPS) for n in range(files)]
    run, text, renderer = _sarif(report_of(*panos), max_bytes=max_bytes, max_results=100)
    assert len(text.encode()) <= max_bytes
    assert len(run["results"]) <= 100
    assert (renderer.cut is None) == (len(run["results"]) == 2 * files)


def test_hostile_names_keep_the_report_ascii() -> None:
    _, text, _ = _sarif()
    assert text.isascii()
    assert ascii(HOSTILE[1])[1:-1] not in text
