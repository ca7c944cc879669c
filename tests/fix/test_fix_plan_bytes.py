"""Formats of pictures: what they are sure to fit, how they are stored, how they are stripped."""

from __future__ import annotations

import pytest
from conftest import findings_of, image
from fix_cases import UNSAFE_FIXES, plan, profile, recipe_of

from mediaprep.fix.recipe import Action, Allow, Framing, Safety, Size
from mediaprep.model import MediaInfo, Verdict
from mediaprep.profiles import load_profile

OPEN = load_profile("agentsflare")  # sides below 6,000 pixels, not up to them
SAFE = Allow()


def heic(width: int, height: int) -> MediaInfo:
    return image(
        path="a.heic",
        container="heif",
        width=width,
        height=height,
        coded_width=width + width % 2,
        coded_height=height + height % 2,
    )


@pytest.mark.parametrize(
    ("size", "scaled"),
    [
        pytest.param((6100, 4001), (5998, 3934), id="5999 would be stored as 6000"),
        pytest.param((6101, 2501), (5998, 2460), id="an odd height as well"),
        pytest.param((5999, 4000), (5998, 4000), id="one that is stored so already loses a column"),
    ],
)
def test_a_heic_is_legal_as_it_is_stored_too(
    size: tuple[int, int], scaled: tuple[int, int]
) -> None:
    made = plan(heic(*size), OPEN)
    assert recipe_of(heic(*size), OPEN, allow=SAFE).framing == Framing(scale=Size(*scaled))
    assert made.expected is not None
    assert (made.expected.coded_width, made.expected.coded_height) == scaled
    left = findings_of(made.expected, OPEN)
    assert all(finding.verdict is Verdict.PASS for finding in left)


def test_odd_sides_of_a_heic_stay_where_nothing_speaks_against_them() -> None:
    made = plan(heic(6500, 4333), load_profile("atlascloud"))
    assert made.expected is not None
    assert (made.expected.width, made.expected.coded_width) == (6000, 6000)
    odd = plan(heic(7000, 5001), profile("wide", image={"width": "[300, 6000] px"}))
    assert odd.expected is not None
    assert (odd.expected.height, odd.expected.coded_height) == (4287, 4288)


STRICT = profile(
    "strict",
    image={
        "container": ["jpeg", "png"], "size": "(0, 400000 B]", "height": "[200, 1000] px"
    },
)  # fmt: skip


@pytest.mark.parametrize(
    ("info", "container"),
    [
        pytest.param(
            image(container="tiff", width=400, height=500, path="a.tif"),
            "jpeg",
            id="noise in a TIFF would be too large as PNG",
        ),
        pytest.param(
            image(container="tiff", width=400, height=400, path="a.tif"),
            "png",
            id="a smaller one would not",
        ),
        pytest.param(
            *(image(width=3400, height=3200, color_mode="palette", size_bytes=1_500_000), "jpeg"),
            id="few colours become many when they are scaled",
        ),
    ],
)
def test_a_lossless_format_is_chosen_where_it_is_sure_to_fit(
    info: MediaInfo, container: str
) -> None:
    made = plan(info, STRICT, allow=UNSAFE_FIXES)
    assert made.action is Action.APPLY
    assert made.recipe is not None
    assert made.recipe.container == container


@pytest.mark.parametrize(
    ("container", "encode"),
    [("jpeg", False), ("png", False), ("webp", False), ("tiff", True), ("heif", True)],
)
def test_private_fields_cost_an_encoding_only_where_they_cannot_be_cut_out(
    container: str, encode: bool
) -> None:
    strip = Allow(strip_private=True)
    info = image(container=container, path=f"a.{container}", marks={"gps": "GPS position in EXIF"})
    made = plan(info, allow=strip)
    assert recipe_of(info, allow=strip).encode is encode
    assert made.safety is (Safety.REENCODE if encode else Safety.LOSSLESS)
    assert made.expected is not None
    assert made.expected.marks == {}
    assert plan(made.expected, allow=strip).action is Action.KEEP
