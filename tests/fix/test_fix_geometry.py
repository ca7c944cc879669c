"""The geometry solver: the examples that people care about, and every small case by brute force."""

from __future__ import annotations

from fractions import Fraction

import pytest

from mediaprep.fix.recipe import Allow, Aspect, Box, Framing, Size
from mediaprep.fix.solve.bounds import NO_LIMIT, Bounds
from mediaprep.fix.solve.geometry import solve_geometry
from mediaprep.units import Interval, parse_interval

SAFE, UNSAFE = Allow(), Allow(content=True)
CROP = Allow(content=True, aspect=Aspect.CROP)
F = Fraction


def aspect(text: str) -> Interval:
    return parse_interval(text, "ratio")[0]


CLIP = Bounds((300, 6000), (300, 6000), (409_600, 927_408), aspect("[0.4, 2.5]"))
PHOTO = Bounds((301, 5999), (301, 5999), (1, NO_LIMIT), aspect("(0.4, 2.5)"))


def scaled(width: int, height: int) -> Framing:
    return Framing(scale=Size(width, height))


@pytest.mark.parametrize(
    ("size", "bounds", "allow", "even", "framing"),
    [
        pytest.param((1280, 720), CLIP, SAFE, True, Framing(), id="what fits is not touched"),
        pytest.param((1920, 1080), CLIP, SAFE, True, scaled(1280, 720), id="exact 16:9, not 1284"),
        pytest.param((3840, 2160), CLIP, SAFE, True, scaled(1280, 720), id="4K as well"),
        pytest.param((1080, 1920), CLIP, SAFE, True, scaled(720, 1280), id="upright as well"),
        pytest.param((4096, 2160), CLIP, SAFE, True, scaled(1326, 698), id="no exact size is near"),
        pytest.param((1281, 721), CLIP, SAFE, True, scaled(1280, 720), id="odd sides lose a line"),
        pytest.param((1281, 721), CLIP, SAFE, False, Framing(), id="odd sides of a picture stay"),
        pytest.param((8000, 6000), PHOTO, SAFE, False, scaled(5996, 4497), id="exact 4:3"),
        pytest.param((6000, 4000), PHOTO, SAFE, False, scaled(5997, 3998), id="an open end is out"),
        pytest.param((848, 480), CLIP, SAFE, True, None, id="too small is not safe to mend"),
        pytest.param(
            (848, 480), CLIP, UNSAFE, True, scaled(850, 482), id="the smallest legal enlargement"
        ),
        pytest.param((200, 200), PHOTO, UNSAFE, False, scaled(301, 301), id="a square stays one"),
        pytest.param((6000, 1000), PHOTO, SAFE, False, None, id="a 6:1 panorama has no safe fix"),
        pytest.param(
            *((6000, 1000), CLIP, UNSAFE, True),
            Framing(scale=Size(1520, 254), canvas=Size(1520, 608)),
            id="a panorama is scaled and padded at once",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, UNSAFE, False),
            Framing(canvas=Size(3000, 1201)),
            id="padding alone does not scale",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, Allow(content=True, aspect=Aspect.BLUR), False),
            Framing(canvas=Size(3000, 1201), fill="blur"),
            id="blur fills the canvas",
        ),
        pytest.param(
            *((1000, 3000), PHOTO, Allow(content=True, pad_color="#ff0000"), False),
            Framing(canvas=Size(1201, 3000), fill="#ff0000"),
            id="a tall picture is padded at its sides",
        ),
        pytest.param(
            *((3000, 1000), PHOTO, CROP, False),
            Framing(crop=Box(250, 0, 2499, 1000)),
            id="cropping keeps the middle",
        ),
        pytest.param(
            *((9000, 3000), CLIP, CROP, True),
            Framing(crop=Box(762, 0, 7475, 3000), scale=Size(1520, 610)),
            id="cropping and scaling down",
        ),
        pytest.param(
            *((600, 100), PHOTO, UNSAFE, False),
            Framing(canvas=Size(600, 301)),
            id="padding may also settle a side that is too short",
        ),
        pytest.param(
            *((200, 50), PHOTO, UNSAFE, False),
            Framing(scale=Size(745, 186), canvas=Size(745, 301)),
            id="too small and too wide: enlarged and padded",
        ),
        pytest.param(
            *((200, 50), PHOTO, CROP, False),
            Framing(crop=Box(37, 0, 125, 50), scale=Size(752, 301)),
            id="too small and too wide: cropped and enlarged",
        ),
        pytest.param(
            *((2501, 1000), CLIP, SAFE, True),
            scaled(1520, 608),
            id="a shape that rounding settles needs no leave",
        ),
        pytest.param(
            *((400, 400), Bounds((500, 600), (100, 200)), UNSAFE, False),
            Framing(scale=Size(200, 200), canvas=Size(500, 200)),
            id="sides alone can forbid a shape",
        ),
        pytest.param(
            *((400, 400), Bounds((500, 400), (1, 9)), UNSAFE, False), None, id="nothing can fit"
        ),
    ],
)
def test_the_least_loss_is_chosen(
    size: tuple[int, int], bounds: Bounds, allow: Allow, even: bool, framing: Framing | None
) -> None:
    assert solve_geometry(*size, bounds, allow, even) == framing


def test_the_longest_sides_are_walked_in_no_time() -> None:
    bounds = Bounds((300, 6000), (300, 6000), (409_600, 927_408), Interval(F(16, 9), F(16, 9)))
    assert solve_geometry(65_535, 36_863, bounds, SAFE, True) == scaled(1280, 720)
    assert solve_geometry(65_536, 65_535, bounds, SAFE, True) is None
