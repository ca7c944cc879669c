"""What is stored reads back as the same value, exactly."""

from __future__ import annotations

from dataclasses import fields
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.model import Fault, Finding, Fixability, Kind, MediaInfo, Severity, Verdict
from mediaprep.stored import DAMAGED, dump_findings, dump_info, parse_findings, parse_info

_words = st.text(max_size=12)
_exact = st.fractions(min_value=0, max_value=10**12)
# Annotation -> values, so that a field added to the model is covered without a change here.
_VALUES: dict[str, st.SearchStrategy[Any]] = {
    "str": _words,
    "int": st.integers(-(2**70), 2**70),
    "bool": st.booleans(),
    "Kind": st.sampled_from(Kind),
    "Fraction": _exact,
    "Severity": st.sampled_from(Severity),
    "Verdict": st.sampled_from(Verdict),
    "Fixability": st.sampled_from(Fixability),
    "float": st.floats(allow_nan=False, allow_infinity=False),
    "None": st.none(),
    "dict[str, Fraction]": st.dictionaries(_words, _exact, max_size=3),
    "dict[str, str]": st.dictionaries(_words, _words, max_size=3),
    "list[tuple[Fault, str]]": st.lists(st.tuples(st.sampled_from(Fault), _words), max_size=3),
}


def _any(model: type) -> st.SearchStrategy[Any]:
    return st.builds(
        model,
        **{
            field.name: st.one_of([_VALUES[part] for part in str(field.type).split(" | ")])
            for field in fields(model)
        },
    )


@given(_any(MediaInfo))
def test_facts_read_back(info: MediaInfo) -> None:
    again = parse_info(info.path, dump_info(info))
    assert again == info
    for field in fields(MediaInfo):
        here, there = getattr(info, field.name), getattr(again, field.name)
        assert type(here) is type(there)
    assert all(type(seconds) is Fraction for seconds in again.clocks.values())
    assert all(type(fault) is Fault for fault, _ in again.faults)


@given(st.lists(_any(Finding), max_size=3))
def test_findings_read_back(findings: list[Finding]) -> None:
    again = parse_findings(dump_findings(findings))
    assert again == findings
    for finding in again:
        assert type(finding.severity) is Severity
        assert type(finding.verdict) is Verdict
        assert type(finding.fix) is Fixability


def test_a_path_is_not_stored() -> None:
    assert "secret" not in dump_info(MediaInfo("secret", size_bytes=1))


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[1]", "null", "[[[]]]", '{"colour": 1}', '{"kind": "smell"}', '{"fps": "x"}'),
        *('{"fps": "1/0"}', '{"clocks": [1]}', '{"faults": 3}', '{"faults": [["rust", ""]]}'),
    ],
)
def test_anything_else_is_an_error_that_callers_expect(text: str) -> None:
    with pytest.raises(DAMAGED):
        parse_info("a", text)
