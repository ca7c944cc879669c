"""The limits that the pages print, applied to the bytes that were fetched.

A table of the sandbox's own: Volcengine's and Agentsflare's page (images, open intervals), the
table of Atlas Cloud (three kinds, closed), and the 2026 revision of the official pages. The pages
of Sunra, AGTCloud and Crun print none; they front the same library, so Atlas Cloud's table stands
in. A megabyte is 10⁶ bytes, the stricter of its two readings.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import NamedTuple

from mediaprep.model import Kind, MediaInfo
from mediaprep.sandbox.state import Reason

_PREFIX = "InvalidParameter."
_IMAGES = frozenset({"jpeg", "png", "webp", "bmp", "tiff", "gif", "heif"})


class Span(NamedTuple):
    """An interval whose ends are both open or both closed."""

    low: Fraction
    high: Fraction
    closed: bool = True

    def side(self, value: Fraction | int) -> int:
        """Return -1 below, 0 inside, 1 above."""
        if value < self.low or (value == self.low and not self.closed):
            return -1
        return int(value > self.high or (value == self.high and not self.closed))


class Limits(NamedTuple):
    """What one kind of asset may measure; None is not limited."""

    containers: frozenset[str]
    size_bytes: Span
    sides: Span | None = None
    aspect: Span | None = None
    pixels: Span | None = None
    duration_s: Span | None = None
    fps: Span | None = None


def _span(low: str, high: str, *, closed: bool = True) -> Span:
    return Span(Fraction(low), Fraction(high), closed)


def _megabytes(most: int, *, closed: bool) -> Span:
    return Span(Fraction(0), Fraction(most * 10**6), closed)


_IMAGE_OPEN = Limits(
    _IMAGES,
    _megabytes(30, closed=False),
    _span("300", "6000", closed=False),
    _span("0.4", "2.5", closed=False),
)
_IMAGE_CLOSED = _IMAGE_OPEN._replace(sides=_span("300", "6000"), aspect=_span("0.4", "2.5"))
_VIDEO = Limits(
    frozenset({"mp4", "mov"}),
    _megabytes(50, closed=True),
    _span("300", "6000"),
    _span("0.4", "2.5"),
    _span("409600", "927408"),
    _span("2", "15"),
    _span("24", "60"),
)
_AUDIO = Limits(frozenset({"wav", "mp3"}), _megabytes(15, closed=True), duration_s=_span("2", "15"))

ATLAS = {Kind.IMAGE: _IMAGE_CLOSED, Kind.VIDEO: _VIDEO, Kind.AUDIO: _AUDIO}
ARK_SEED = {Kind.IMAGE: _IMAGE_OPEN}
ARK_2026 = {
    Kind.IMAGE: _IMAGE_OPEN,
    Kind.VIDEO: _VIDEO._replace(pixels=_span("409600", "2086876")),
    Kind.AUDIO: _AUDIO,
}


def refusal(info: MediaInfo, kind: Kind, limits: Limits) -> Reason | None:
    """Name the first limit that is broken: a provider names one, whatever else is wrong."""
    return next(_broken(info, kind, limits), None)


def _broken(info: MediaInfo, kind: Kind, limits: Limits) -> Iterator[Reason]:
    if info.container not in limits.containers or info.kind is not kind:
        found = info.container or "not media"
        yield Reason(
            f"{_PREFIX}FormatUnsupported", f"The {kind} format is not supported ({found})."
        )
        return
    if info.faults:
        yield Reason(f"{_PREFIX}FormatUnsupported", f"The {kind} cannot be parsed.")
        return
    yield from _outside(
        "FileSize", "Large", "Small", "File size", info.size_bytes, limits.size_bytes
    )
    if kind is not Kind.AUDIO:
        yield from _frame(info, limits)
    if limits.duration_s:
        yield from _outside(
            "Duration", "Long", "Short", "Duration", info.duration_s, limits.duration_s
        )
    if limits.fps:
        yield from _outside("Fps", "High", "Low", "Frame rate", info.fps, limits.fps)


def _frame(info: MediaInfo, limits: Limits) -> Iterator[Reason]:
    width, height = info.width, info.height
    if not width or not height:
        yield Reason(f"{_PREFIX}FormatUnsupported", "The picture's size cannot be read.")
        return
    if limits.aspect:
        ratio = Fraction(width, height)
        yield from _outside("AspectRatio", "Large", "Small", "Aspect ratio", ratio, limits.aspect)
    if limits.sides:
        for name, value in (("Width", width), ("Height", height)):
            yield from _outside(name, "Large", "Small", name, value, limits.sides, "px")
    if limits.pixels:
        pixels = width * height
        yield from _outside("PixelCount", "Large", "Small", "Pixel count", pixels, limits.pixels)


def _outside(
    code: str,
    high: str,
    low: str,
    words: str,
    value: Fraction | int | None,
    span: Span,
    unit: str = "",
) -> Iterator[Reason]:
    if value is None:
        yield Reason(f"{_PREFIX}FormatUnsupported", f"{words} cannot be read.")
    elif side := span.side(value):
        code = f"{_PREFIX}{code}Too{high if side > 0 else low}"
        bounds = f"{_word(span.low)}{unit} and {_word(span.high)}{unit}"
        yield Reason(code, f"{words} must be between {bounds}.")


def _word(value: Fraction) -> str:
    return str(value.numerator) if value.denominator == 1 else f"{float(value):g}"
