from __future__ import annotations

import io
import re
import subprocess
import sys
import tracemalloc

import pytest
from report_sample import (
    GPS,
    HOSTILE,
    PROFILES,
    REPORT,
    SOURCE,
    aspect,
    feed,
    finding,
    picture,
    render,
    report_of,
    result,
)

from mediaprep.errors import UsageError
from mediaprep.model import Finding, Report, SetResult, Summary, Verdict
from mediaprep.report import FORMATS, open_renderer
from mediaprep.report.counts import describe

PANO = report_of(result(picture("a/pano.jpg", 3000), aspect("atlascloud", "[0.4, 2.5]")))


def test_a_finding_is_a_line_then_the_way_out_then_where_it_is_written() -> None:
    assert render("text", PANO).splitlines() == [
        "a/pano.jpg  GEO002 aspect is 3.00 (3000×1000), atlascloud accepts [0.4, 2.5]",
        "  → crop or pad it to 5:2",
        f"  source: {SOURCE}",
        "1 file checked: 1 fail",
    ]


def test_a_source_is_named_once() -> None:
    assert render("text").count(SOURCE) == 1


def test_each_profile_keeps_its_finding() -> None:
    lines = [line for line in render("text").splitlines() if line.startswith("a/pano.jpg")]
    assert [line.split("), ")[1].split()[0] for line in lines] == ["atlascloud", "volcengine"]


def test_notes_are_listed_only_on_request() -> None:
    assert GPS.message not in render("text")
    assert f"a/beach.jpg  {GPS.code} {GPS.message}\n" in render("text", show_notes=True)


def test_files_that_pass_are_not_listed() -> None:
    assert "plain.jpg" not in render("text", show_notes=True)


def test_colour_adds_nothing_but_ansi_sequences() -> None:
    colored = render("text", color=True)
    assert colored != render("text")
    assert re.sub(r"\x1b\[[0-9;]*m", "", colored) == render("text")


@pytest.mark.parametrize("name", ["text", "csv", "junit", "github", "sarif"])
def test_hostile_names_reach_no_terminal(name: str) -> None:
    written = render(name, show_notes=True)
    written.encode()
    assert not set(written) & set("\x1b\r\u202e")
    assert HOSTILE[0] not in written


def test_statistics_count_rules_most_first() -> None:
    counts = [line.split() for line in render("text", statistics=True).splitlines()[:-1]]
    assert counts[0] == ["8", "GEO002", "aspect-out-of-range"]
    assert [int(count) for count, *_ in counts] == sorted(
        REPORT.summary.codes.values(), reverse=True
    )


def test_statistics_line_up_and_keep_the_summary() -> None:
    summary = Summary(1, codes={"AAA001": 1234, "BBB001": 7})
    report = Report(PROFILES, [], [SetResult("a", [_set_finding("BBB001", "b-rule")])], summary)
    lines = render("text", report, statistics=True).splitlines()
    assert lines[:2] == ["1,234  AAA001", "    7  BBB001  b-rule"]
    assert lines[2].startswith("1 file checked")


def _counts(*numbers: int) -> dict[Verdict, int]:
    order = (Verdict.PASS, Verdict.CONTESTED, Verdict.FAIL, Verdict.UNKNOWN)
    return dict(zip(order, numbers, strict=True))


@pytest.mark.parametrize(
    ("summary", "line"),
    [
        pytest.param(
            Summary(2300, 17, _counts(2100, 12, 150, 38)),
            "2,300 files checked: 2,100 pass, 12 contested, 150 fail, 38 unknown (17 skipped)",
            id="every verdict",
        ),
        pytest.param(Summary(1, 0, _counts(1, 0, 0, 0)), "1 file checked: 1 pass", id="one file"),
        pytest.param(
            Summary(),
            "0 files checked: found no image, video or audio file",
            id="nothing was checked",
        ),
        pytest.param(
            Summary(0, 3),
            "0 files checked: found no image, video or audio file (3 skipped)",
            id="everything was skipped",
        ),
        pytest.param(
            Summary(2, 1, _counts(2, 0, 0, 0), suppressed=1),
            "2 files checked: 2 pass (1 skipped, 1 finding held back by the baseline)",
            id="a baseline held something back",
        ),
    ],
)
def test_the_summary_line(summary: Summary, line: str) -> None:
    assert describe(summary) == line


def test_nothing_checked_is_loud_in_colour() -> None:
    empty = Report(PROFILES, [], [], Summary())
    assert render("text", empty, color=True).startswith("\x1b[1;31m0 files checked")


def test_a_refused_set_shows_in_the_summary_though_every_file_passes() -> None:
    crowd = SetResult("refs", [_set_finding("SET001", "too-many-files")])
    report = report_of(result(picture("refs/a.jpg")), sets=[crowd, SetResult("other", [])])
    assert render("text", report).splitlines() == [
        "refs  SET001 10 images",
        "1 file checked: 1 pass; 1 set of files refused",
    ]


def _set_finding(code: str, name: str) -> Finding:
    return finding(code, name, Verdict.FAIL, "10 images")


class _Sink(io.TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


@pytest.mark.parametrize("name", ["text", "json", "jsonl", "csv", "github"])
def test_memory_does_not_grow_with_the_number_of_files(name: str) -> None:
    renderer = open_renderer(name, _Sink(), PROFILES, show_notes=True)  # type: ignore[arg-type]
    tracemalloc.start()
    try:
        for _ in range(50):
            renderer.file(REPORT.results[0])
        few = tracemalloc.get_traced_memory()[0]
        for _ in range(2000):
            renderer.file(REPORT.results[0])
        many = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert many - few < 20_000


@pytest.mark.parametrize("name", FORMATS)
def test_nothing_is_written_before_the_first_result(name: str) -> None:
    out = io.StringIO()
    renderer = open_renderer(name, out, PROFILES)
    assert out.getvalue() == ""
    feed(renderer)
    assert out.getvalue().endswith("\n")


def test_an_unknown_format_is_refused_with_the_known_ones() -> None:
    with pytest.raises(UsageError, match="yaml") as caught:
        open_renderer("yaml", io.StringIO(), PROFILES)
    assert "sarif" in caught.value.hint


def test_the_default_format_loads_no_other() -> None:
    code = (
        "import sys, mediaprep.report as r; r.open_renderer('text', sys.stdout, []);"
        "print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert "mediaprep.report.text" in loaded
    assert not loaded & {"json", "csv", "hashlib", "urllib.parse", "mediaprep.report.sarif"}
