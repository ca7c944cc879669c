"""The table of measures: exact values, missing values, and the facts as JSON."""

from __future__ import annotations

import json
from dataclasses import fields, replace
from fractions import Fraction

import pytest
from conftest import audio, image, video
from hypothesis import given
from hypothesis import strategies as st

from mediaprep.formats import FORMATS
from mediaprep.measures import ALIASES, CHOICES, FACTS, FPS_NOMINAL, MEASURES, facts
from mediaprep.model import Kind, MediaInfo
from mediaprep.units import UNITS

_FIELDS = {field.name for field in fields(MediaInfo)}


@pytest.mark.parametrize(
    ("name", "info", "value"),
    [
        ("size", image(size_bytes=7), (7, 1)),
        ("width", image(width=300), (300, 1)),
        ("height", image(height=301), (301, 1)),
        ("aspect", image(width=1000, height=400), (1000, 400)),
        ("pixels", image(width=834, height=1112), (927_408, 1)),
        ("duration", video(duration_s=Fraction(30, 7)), (30, 7)),
        ("fps", video(fps=Fraction(24000, 1001)), (24000, 1001)),
        ("frames", image(frames=0), (0, 1)),
        ("sample_rate", audio(sample_rate=44_100), (44_100, 1)),
        ("channels", audio(channels=6), (6, 1)),
        ("bit_depth", image(bit_depth=16), (16, 1)),
    ],
)
def test_a_value_is_exact(name: str, info: MediaInfo, value: tuple[int, int]) -> None:
    assert MEASURES[name].value(info) == value


def test_every_measure_has_a_value_in_some_row_above() -> None:
    rows = next(m for m in test_a_value_is_exact.pytestmark if m.name == "parametrize")  # type: ignore[attr-defined]
    assert {row[0] for row in rows.args[1]} == set(MEASURES)


@pytest.mark.parametrize("name", MEASURES)
def test_what_was_not_read_has_no_value(name: str) -> None:
    assert MEASURES[name].value(MediaInfo("a")) is None


@pytest.mark.parametrize("name", CHOICES)
def test_a_word_that_was_not_read_has_no_value(name: str) -> None:
    assert CHOICES[name].value(MediaInfo("a")) is None
    assert CHOICES[name].value(video()) in ("mp4", "h264", "aac", "yuv420p")


def test_one_side_alone_makes_no_ratio_and_no_pixels() -> None:
    half = replace(image(), height=None)
    assert MEASURES["aspect"].value(half) is None
    assert MEASURES["pixels"].value(half) is None


def test_a_side_of_zero_makes_no_ratio_but_pixels() -> None:
    flat = image(height=0)
    assert MEASURES["aspect"].value(flat) is None
    assert MEASURES["pixels"].value(flat) == (0, 1)


def test_the_nominal_rate_is_another_field_of_the_same_measure() -> None:
    info = video(fps=Fraction(25), fps_nominal=Fraction(30))
    assert (MEASURES["fps"].value(info), FPS_NOMINAL.value(info)) == ((25, 1), (30, 1))
    assert FPS_NOMINAL.fact == "fps_nominal"


def test_the_tables_speak_of_fields_and_units_that_exist() -> None:
    for measure in (*MEASURES.values(), FPS_NOMINAL):
        assert measure.fact in _FIELDS
        assert measure.dimension in UNITS
    for choice in CHOICES.values():
        assert choice.fact in _FIELDS
    for names in FACTS.values():
        assert set(names) - {"pixels", "aspect"} <= _FIELDS
        assert len(set(names)) == len(names)


def test_an_alias_leads_to_a_name_and_not_to_another_alias() -> None:
    assert not set(ALIASES) & set(ALIASES.values())
    containers = {"jpg", "tif", "heic", "quicktime", "mkv"}
    assert {ALIASES[name] for name in containers} <= set(FORMATS)


@pytest.mark.parametrize("info", [image(), video(), audio(), MediaInfo("a")])
def test_facts_are_json_and_all_there(info: MediaInfo) -> None:
    found = facts(info)
    assert tuple(found) == FACTS[info.kind]
    assert json.loads(json.dumps(found)) == found


def test_the_contract_names_these_facts() -> None:
    promised = {
        Kind.IMAGE: "container size_bytes width height pixels aspect coded_width coded_height "
        "orientation frames has_alpha",
        Kind.VIDEO: "container size_bytes width height pixels aspect coded_width coded_height "
        "duration_s fps fps_nominal video_codec pix_fmt rotation sample_aspect audio_codec "
        "audio_tracks frames",
        Kind.AUDIO: "container size_bytes duration_s audio_codec sample_rate channels bitrate",
    }
    for kind, names in promised.items():
        assert set(names.split()) <= set(FACTS[kind])


@given(st.fractions(min_value=0, max_value=10**6))
def test_a_fraction_becomes_a_number_with_six_decimals(duration: Fraction) -> None:
    shown = facts(audio(duration_s=duration))["duration_s"]
    assert isinstance(shown, float)
    assert abs(Fraction(shown) - duration) < Fraction(1, 10**6)


def test_derived_facts_are_worked_out() -> None:
    found = facts(image(width=3000, height=1000))
    assert (found["pixels"], found["aspect"]) == (3_000_000, 3.0)
    nothing = facts(replace(image(), width=None))
    assert (nothing["pixels"], nothing["aspect"]) == (None, None)
