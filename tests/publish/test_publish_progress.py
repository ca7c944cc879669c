"""What a person sees while a run goes on: how many files are where, on a terminal alone."""

from __future__ import annotations

import io
import os
import pty
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from cli_run import COMMAND
from conftest import png
from publish_world import World, served

from mediaprep.cli.publishreport import PublishLines
from mediaprep.cli.stageline import StageLine, words
from mediaprep.model import FileResult, Kind, MediaInfo, Summary, Verdict
from mediaprep.publish.outcome import End, Published
from mediaprep.publish.stages import Stages


def test_each_file_is_counted_at_one_stage() -> None:
    stages = Stages()
    stages.add("read", 9)
    stages.add("done", 2)
    with stages.at("uploading"), stages.at("registering"):
        assert stages.counts(queued=3) == {
            "read": 9,
            "queued": 3,
            "uploading": 1,
            "registering": 1,
            "waiting": 2,
            "done": 2,
        }
    assert stages.counts()["uploading"] == 0


@pytest.mark.parametrize(
    ("counts", "said"),
    [
        ({"read": 0, "queued": 0, "waiting": 0, "done": 0}, "0 of 0 done"),
        (
            {"read": 1200, "queued": 3, "uploading": 8, "registering": 0, "done": 1000},
            "1,000 of 1,200 done, 3 queued, 8 uploading",
        ),
    ],
)
def test_the_line_names_what_is_somewhere(counts: dict[str, int], said: str) -> None:
    assert words(counts) == said


def test_whoever_writes_finds_the_line_wiped() -> None:
    out = io.StringIO()
    line = StageLine(out, lambda: {"read": 3, "done": 1})
    while "1 of 3 done" not in out.getvalue():
        pass
    with line.quiet():
        out.write("a result\n")
    line.close()
    wiped = "\r" + " " * len("1 of 3 done") + "\r"
    assert wiped + "a result\n" in out.getvalue()
    assert out.getvalue().endswith(("a result\n", wiped))


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[World]:
    with served() as one:
        for name, value in one.environ(tmp_path / "state").items():
            monkeypatch.setenv(name, value)
        yield one


@pytest.mark.parametrize(
    ("more", "shown"),
    [
        pytest.param((), True, id="drawn"),
        pytest.param(("--no-progress",), False, id="not wanted", marks=pytest.mark.slow),
    ],
)
def test_a_terminal_shows_the_stages_and_keeps_the_results(
    more: tuple[str, ...], shown: bool, world: World, tmp_path: Path
) -> None:
    world.polls_until_active = 40
    media = tmp_path / "media"
    media.mkdir()
    (media / "a.png").write_bytes(png())
    arguments = ["publish", str(media), "--backend", "sunra", "--no-preflight", *more]
    arguments += ["--url-base", "https://cdn.example/m", "--url-root", str(media)]
    leader, follower = pty.openpty()
    process = subprocess.Popen([*COMMAND, *arguments], stdout=follower, stderr=follower)
    os.close(follower)
    said = b""
    while True:
        try:
            piece = os.read(leader, 65536)
        except OSError:  # the last writer has gone
            break
        if not piece:
            break
        said += piece
    os.close(leader)
    assert process.wait(30) == 0
    assert (b"0 of 1 done, 1 waiting" in said) is shown
    assert b"a.png  asset://cgt-0  active\r\n" in said
    assert b"1 file: 1 active" in said


def test_what_meets_every_file_is_told_once_and_counted() -> None:
    out = io.StringIO()
    report = PublishLines(out)
    for number in range(4):
        info = MediaInfo(f"{number}.png", 1, Kind.IMAGE, "png", width=400, height=400)
        result = FileResult(info.path, info, [], Verdict.PASS)
        refused = f"volcengine: no request passes (code X, HTTP 401, request {number}A)"
        why = refused if number else "other"
        report.file(Published(result, End.COULD_NOT, why=why, hint="check the key"))
    report.close(Summary(), 0.1)
    assert out.getvalue().splitlines() == [
        "0.png  could-not: other",
        "  → check the key",
        "1.png  could-not: volcengine: no request passes (code X, HTTP 401, request 1A)",
        "2 more files  could-not: volcengine: no request passes (code X, HTTP 401)",
        "4 files: 4 could not be published in 0.1 s",
    ]
