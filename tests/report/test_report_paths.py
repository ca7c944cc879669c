from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.report.paths import printable, raw_bytes, well_formed

NAMES = st.text(st.characters()) | st.binary().map(os.fsdecode)

CASES = [
    pytest.param("a/pano.jpg", "a/pano.jpg", id="a plain name stays"),
    pytest.param("写真 é.jpg", "写真 é.jpg", id="other scripts stay"),
    pytest.param("a\nb\tc\r.jpg", "a\\nb\\tc\\r.jpg", id="line ends and tabs"),
    pytest.param("\x1b[31mred", "\\x1b[31mred", id="an ANSI escape"),
    pytest.param("\x9b31m", "\\x9b31m", id="an eight-bit control sequence"),
    pytest.param("a\u202egpj.exe", "a\\u202egpj.exe", id="a bidi override"),
    pytest.param("a\u2066b\u2069", "a\\u2066b\\u2069", id="a bidi isolate"),
    pytest.param("a\u2028b", "a\\u2028b", id="a line separator"),
    pytest.param("a\udcff\udc80.jpg", "a\\xff\\x80.jpg", id="bytes that are not UTF-8"),
    pytest.param("a\ud800.jpg", "a\\ud800.jpg", id="a surrogate that stands for no byte"),
    pytest.param("9.41.00\u202fAM.png", "9.41.00\u202fAM.png", id="the space of macOS screenshots"),
    pytest.param("👩\u200d🎨.png", "👩\u200d🎨.png", id="a joined emoji"),
    pytest.param("a\\n.jpg", "a\\n.jpg", id="a backslash is left alone"),
    pytest.param("", "", id="nothing"),
]


@pytest.mark.parametrize(("name", "shown"), CASES)
def test_printable_escapes_visibly(name: str, shown: str) -> None:
    assert printable(name) == shown


@given(NAMES)
def test_printable_text_is_one_line_of_valid_utf8_without_controls(name: str) -> None:
    shown = printable(name)
    shown.encode()
    assert len(shown.splitlines()) <= 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in shown)
    assert printable(shown) == shown


@given(NAMES)
def test_well_formed_changes_nothing_but_surrogates(name: str) -> None:
    text = well_formed(name)
    text.encode()
    assert (text == name) == (not any("\ud800" <= char <= "\udfff" for char in name))


@given(st.binary())
def test_raw_bytes_are_those_on_disk(name: bytes) -> None:
    assert raw_bytes(os.fsdecode(name)) == name


def test_a_surrogate_that_stands_for_no_byte_has_bytes_all_the_same() -> None:
    assert raw_bytes("a\ud800") == b"a\\ud800"
