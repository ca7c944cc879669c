"""Real files by others, where they are at hand: what is broken does not pass for healthy."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from mediaprep.engine import DeepResult, decode_all
from mediaprep.model import Fault, MediaInfo
from mediaprep.probe import probe

CORPUS = Path(__file__).parents[3] / "shared" / "corpus"

pytestmark = pytest.mark.skipif(not CORPUS.exists(), reason="no corpus beside the repository")
pytest.importorskip("av")

Row = tuple[dict[str, Any], MediaInfo, DeepResult]


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    truth = [json.loads(line) for line in (CORPUS / "truth.jsonl").read_text().splitlines()]
    infos = (probe(CORPUS / row["file"]) for row in truth)
    return [(row, *pair) for row, pair in zip(truth, decode_all(infos, jobs=2), strict=True)]


def test_no_decoder_dies(rows: list[Row]) -> None:
    assert [
        (info.path, deep.faults)
        for _, info, deep in rows
        if any(fault is Fault.DECODER_DIED for fault, _ in deep.faults)
    ] == []


def test_broken_films_and_sounds_do_not_pass(rows: list[Row]) -> None:
    assert [
        info.path
        for row, info, deep in rows
        if row["group"] == "malformed"
        and row["kind"] != "image"
        and not row["decodes_clean"]
        and not (info.faults or deep.faults)
    ] == []
