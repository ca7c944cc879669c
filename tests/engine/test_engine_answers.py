"""Answers of workers that may have been taken over."""

from __future__ import annotations

import os
import pickle
from pathlib import Path
from typing import Any

import pytest
from engine_work import Trap
from pebble.common.types import Result, ResultStatus

from mediaprep.engine import answers
from mediaprep.engine.deep import _judge
from mediaprep.model import Fault, MediaInfo


@pytest.mark.parametrize("data", [None, 1, "text", b"bytes", [1.5, {"a": (True,)}]])
def test_plain_data_in_an_envelope_is_read(data: object) -> None:
    envelope: Result[object] = Result(ResultStatus.SUCCESS, data)
    assert answers.loads(pickle.dumps(envelope)) == envelope


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(Path("x"), id="a class from elsewhere"),
        pytest.param(os.system, id="a function"),
        pytest.param(Trap("never made"), id="a call"),
        pytest.param(Fault.EMPTY, id="an enum from elsewhere"),
        pytest.param(ValueError("x"), id="an exception"),
    ],
)
def test_anything_else_is_refused(answer: object) -> None:
    with pytest.raises(OSError, match="a worker answered with"):
        answers.loads(pickle.dumps(Result(ResultStatus.SUCCESS, answer)))


@pytest.mark.parametrize(
    "path", ["os\nsystem", "pebble.pool.process\nos", "pebble.pool.process\nos.system"]
)
def test_a_module_is_no_way_around(path: str) -> None:
    with pytest.raises(OSError, match="a worker answered with"):
        answers.loads(f"c{path}\n.".encode())


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {"unknown": 1},
        {"faults": 1},
        {"faults": [("no-such-fault", "x")]},
        {"faults": [("malformed", 1)]},
        {"faults": [("malformed",)]},
        {"width": "48"},
        {"span_s": float("nan")},
        pytest.param({"span_s": 10**400}, id="more seconds than a float holds"),
        {"note": None},
    ],
)
def test_a_result_of_the_wrong_shape_is_a_decoder_gone_wrong(answer: Any) -> None:
    result = _judge(MediaInfo("a.png", container="png"), answer)
    assert result.faults == [(Fault.DECODER_DIED, "the decoder's answer makes no sense")]


def test_reasons_come_out_short_and_printable() -> None:
    reason = "\x1b[31mred\n" * 1000
    result = _judge(MediaInfo("a.png", container="png"), {"faults": [("malformed", reason)]})
    [(_, said)] = result.faults
    assert said.isprintable()
    assert len(said) <= 300


@pytest.mark.parametrize(
    ("exitcode", "said"),
    [
        (-11, "crashed (SIGSEGV)"),
        (-9, "for want of memory"),
        (-99, "crashed (signal 99)"),
        (3, "status 3"),
    ],
)
def test_the_end_of_a_process_in_words(exitcode: int, said: str) -> None:
    assert said in answers.words(exitcode)
