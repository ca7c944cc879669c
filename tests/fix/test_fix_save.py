"""Saved plans come back exactly as they were, and nothing else is taken for one."""

from __future__ import annotations

import json
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import pytest
from conftest import findings_of, image, video
from fix_cases import allowances, files, profiles
from hypothesis import given, settings
from hypothesis import strategies as st

from mediaprep.errors import ConfigError
from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import Allow
from mediaprep.fix.save import PlanFile, SavedPlan, dump_plans, parse_plans
from mediaprep.model import MediaInfo
from mediaprep.profiles import Profile, load_profile

F = Fraction
ATLAS = load_profile("atlascloud")
HASH = "0123456789abcdef" * 4


def saved(info: MediaInfo, allow: Allow = Allow(content=True)) -> SavedPlan:  # noqa: B008
    return SavedPlan(make_plan(info, findings_of(info, ATLAS), [ATLAS], allow), HASH)


CLIP = saved(video(duration_s=F(62, 3), width=1920, height=1080, fps=F(24000, 1001)))


@settings(deadline=None, max_examples=40)
@given(st.lists(st.tuples(files(), profiles(), allowances()), max_size=3))
def test_plans_come_back_exactly(cases: list[tuple[MediaInfo, list[Profile], Allow]]) -> None:
    plans = [
        SavedPlan(make_plan(info, findings_of(info, *chosen), chosen, allow), HASH)
        for info, chosen, allow in cases
    ]
    assert parse_plans(dump_plans(PlanFile(plans))).plans == plans


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("bytes \udcff of another encoding.png", id="not UTF-8"),
        pytest.param('quotes " and\nlines.png', id="control characters"),
    ],
)
def test_any_name_comes_back(path: str) -> None:
    plan = saved(image(path=path, width=9000))
    assert parse_plans(dump_plans(PlanFile([plan])).encode().decode()).plans == [plan]


def test_one_plan_a_line_and_fractions_as_text() -> None:
    text = dump_plans(PlanFile([CLIP, CLIP]))
    assert len(text.splitlines()) == 4
    recipe = json.loads(text)["plans"][0]["plan"]["recipe"]
    assert recipe["of"] == "video"
    assert recipe["window"]["end_s"] == "179/12"


def _at(*keys: str | int, value: Any) -> Callable[[Any], None]:
    """Make a change to parsed JSON: the value at a place, `...` to delete it."""

    def change(data: Any) -> None:
        for key in keys[:-1]:
            data = data[key]
        if value is ...:
            del data[keys[-1]]
        else:
            data[keys[-1]] = value

    return change


PLAN = ("plans", 0, "plan")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        pytest.param(_at("schema", value=2), "schema is 2; this version reads 1", id="newer"),
        pytest.param(_at("schema", value=...), "schema is None", id="no schema"),
        pytest.param(_at("more", value=1), "the file: unknown key 'more'", id="unknown key"),
        pytest.param(_at("plans", value={}), "plans: expected a list", id="no list"),
        pytest.param(
            _at("plans", 0, "sha256", value="xyz"), "plans[0].sha256: expected 64", id="no hash"
        ),
        pytest.param(
            _at(*PLAN, "action", value="delete"),
            "plans[0].plan.action: expected one of keep, apply, leave, found 'delete'",
            id="an action that there is not",
        ),
        pytest.param(
            _at(*PLAN, "recipe", value=...), "a plan to apply needs a recipe", id="no recipe"
        ),
        pytest.param(
            _at(*PLAN, "recipe", "of", value="text"),
            "plans[0].plan.recipe.of: expected one of image, video, audio, found 'text'",
            id="a recipe for another kind",
        ),
        pytest.param(
            _at(*PLAN, "recipe", "of", value=["image"]), "expected one of image", id="a list"
        ),
        pytest.param(
            _at(*PLAN, "recipe", "fps", value=24.5),
            "plans[0].plan.recipe.fps: expected text, found 24.5",
            id="a rounded rate",
        ),
        pytest.param(
            _at(*PLAN, "recipe", "fps", value="1/0"), "expected a fraction", id="a zero below"
        ),
        pytest.param(
            _at(*PLAN, "recipe", "fps", value="9" * 50), "expected a fraction", id="a huge number"
        ),
        pytest.param(
            _at(*PLAN, "recipe", "framing", "scale", "width", value=True),
            "plans[0].plan.recipe.framing.scale.width: expected a whole number, found True",
            id="truth is no number",
        ),
        pytest.param(
            _at(*PLAN, "recipe", "tonemap", value=1), "expected true or false", id="nor is one true"
        ),
        pytest.param(
            _at(*PLAN, "recipe", "framing", "scale", value={"width": 2}),
            "plans[0].plan.recipe.framing.scale: something is missing, one of height",
            id="half a size",
        ),
        pytest.param(
            _at(*PLAN, "steps", 0, "safety", value=0), "expected one of lossless", id="a number"
        ),
        pytest.param(
            _at(*PLAN, "source", "faults", value=[["truncated"]]),
            "plans[0].plan.source.faults[0]: expected 2 values, found 1",
            id="a fault without words",
        ),
        pytest.param(
            _at(*PLAN, "findings", 0, "found", value=[1]), "is not what belongs here", id="a mix"
        ),
        pytest.param(
            _at(*PLAN, "source", value=None), "source: expected an object, found nothing", id="null"
        ),
    ],
)
def test_whatever_is_wrong_is_named(change: Callable[[Any], None], words: str) -> None:
    data = json.loads(dump_plans(PlanFile([CLIP])))
    change(data)
    with pytest.raises(ConfigError) as error:
        parse_plans(json.dumps(data), "plan.json")
    assert str(error.value).startswith("plan.json: ")
    assert words in str(error.value)
    assert "--save-plan" in error.value.hint


@pytest.mark.parametrize("text", ["", "{", "NaN", '{"schema": NaN}', "[" * 100_000, "[]", "1"])
def test_other_text_is_no_plan(text: str) -> None:
    with pytest.raises(ConfigError):
        parse_plans(text)


@settings(deadline=None, max_examples=100)
@given(st.data())
def test_a_damaged_file_is_refused_or_still_a_plan(data: st.DataObject) -> None:
    text = dump_plans(PlanFile([CLIP]))
    start = data.draw(st.integers(0, len(text)))
    damage = data.draw(st.text('{}[]",:0123456789truefalsn/', max_size=4))
    cut = data.draw(st.integers(0, 6))
    try:
        parsed = parse_plans(text[:start] + damage + text[start + cut :])
    except ConfigError:
        return
    assert all(isinstance(plan, SavedPlan) for plan in parsed.plans)
