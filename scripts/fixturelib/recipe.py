"""What a fixture is: where it lies, how it is made, what it measures and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Fact = str | int | float | bool
Build = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Fixture:
    """One small file, named for the fact it shows.

    `facts` holds only what is asserted. A string in a field that is a fraction is that exact
    fraction ("24000/1001"). `codes` lists, by profile, the errors and warnings that are expected;
    notes are free to come and go.
    """

    path: str  # below fixtures/
    made: str
    build: Build
    facts: dict[str, Fact]
    codes: dict[str, tuple[str, ...]]


def picture(
    path: str,
    made: str,
    build: Build,
    facts: dict[str, Fact],
    codes: Sequence[str] = (),
    *,
    open_ends: Sequence[str] | None = None,
) -> Fixture:
    """An image; `open_ends` are its codes where the ends of an interval are refused."""
    strict = codes if open_ends is None else open_ends
    both = {"atlascloud": tuple(codes), "volcengine": tuple(strict)}
    return Fixture(f"media/image/{path}", made, build, {"kind": "image", **facts}, both)


def clip(
    path: str,
    made: str,
    build: Build,
    facts: dict[str, Fact],
    codes: Sequence[str] = (),
    *,
    images_only: Sequence[str] = ("CON001",),
) -> Fixture:
    """A video; a profile that takes images only says that, and nothing of its measures."""
    both = {"atlascloud": tuple(codes), "volcengine": tuple(images_only)}
    return Fixture(f"media/video/{path}", made, build, facts, both)


def sound(
    path: str, made: str, build: Build, facts: dict[str, Fact], codes: Sequence[str] = ()
) -> Fixture:
    """An audio file; a profile that takes images only says that and nothing else."""
    both = {"atlascloud": tuple(codes), "volcengine": ("CON001",)}
    return Fixture(f"media/audio/{path}", made, build, {"kind": "audio", **facts}, both)


def broken(
    path: str,
    made: str,
    build: Build,
    facts: dict[str, Fact],
    codes: Sequence[str],
    *,
    images_only: Sequence[str] | None = None,
) -> Fixture:
    """A file that is wrong whatever the limits are; its kind may be wrong too for some profiles."""
    both = {"atlascloud": tuple(codes), "volcengine": tuple(images_only or codes)}
    return Fixture(f"media/broken/{path}", made, build, facts, both)
