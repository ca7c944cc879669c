"""Word what a recipe does to a file: each change, how safe it is, what it settles and costs."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from fractions import Fraction

from mediaprep.fix.recipe import (
    DEEPEST_BITS,
    AudioRecipe,
    Framing,
    ImageRecipe,
    Mode,
    Recipe,
    Safety,
    Short,
    Size,
    Step,
    VideoRecipe,
)
from mediaprep.fix.solve.clips import square_size
from mediaprep.fix.solve.containers import LOST_MARKS, PRIVATE_MARKS
from mediaprep.model import Kind, MediaInfo
from mediaprep.units import format_bytes, format_decimal

_SIZE_CODES = ("GEO001", "GEO002", "GEO003", "GEO004", "GEO005", "GEO007")
_SHAPE_CODES = ("GEO001", "GEO002", "GEO003", "GEO004")
_REMUX_CODES = ("CON002", "CON004", "CON005", "CON008", "TIM004", "PRB004")
_ENCODE_CODES = (
    *("CON002", "CON003", "CON004", "CON005", "CON008", "PRB004", "PIC009", "TIM004"),
    *("COD001", "COD002", "COD003", "COD004", "COD006", "COD007", "COD008"),
)
_HDR = {"pq": "PQ", "hlg": "HLG", "dolby-vision": "Dolby Vision"}
_WHOLE = Fraction(1)
# What has no quality to lower gives up colours where its size was predicted too low.
_FEW_COLOURS, _NEARLY_FULL = frozenset({"png", "gif"}), Fraction(1, 3)


def steps_of(
    info: MediaInfo, recipe: Recipe, expected: MediaInfo, codes: Collection[str]
) -> tuple[Step, ...]:
    """List the steps of a recipe in the order in which they are done; `codes` were found."""
    if isinstance(recipe, ImageRecipe):
        steps = _of_picture(info, recipe, expected)
    elif isinstance(recipe, VideoRecipe):
        steps = _of_clip(info, recipe, expected)
    else:
        steps = _of_sound(info, recipe, expected)
    found = [*steps, *_stripping(info, recipe)]
    return tuple(
        Step(step.words, step.safety, tuple(c for c in step.codes if c in codes), step.loss)
        for step in found
    )


def _of_picture(info: MediaInfo, recipe: ImageRecipe, expected: MediaInfo) -> Iterator[Step]:
    if not recipe.encode:
        yield from _renaming(info, expected)
        return
    if recipe.frame is not None:
        others = (info.frames or 1) - 1
        words, loss = f"keep frame {recipe.frame}", f"drops {_frames(others)}"
        yield Step(words, Safety.CONTENT, ("PIC003", "PIC004"), loss)
    yield from _baking(info, expected)
    yield from _framing(info, recipe.framing, Size(info.width or 1, info.height or 1))
    if recipe.srgb:
        source = f"the colour profile {info.icc!r}" if info.icc else (info.color_mode or "").upper()
        yield Step(f"convert {source} to sRGB", Safety.REENCODE, ("PIC001", "PIC005"))
    else:
        yield from _told_colours(info)
    yield from _flattening(info, recipe.flatten)
    deep = (info.bit_depth or 0) > (expected.bit_depth or 0)
    losses = [f"{info.bit_depth} bits a channel become {expected.bit_depth}"] if deep else []
    room, size = recipe.max_bytes, expected.size_bytes
    if recipe.container in _FEW_COLOURS and room and size and size > room * _NEARLY_FULL:
        losses.append("colours where it does not fit otherwise")
    words = _rewriting(info, recipe, recipe.container)
    yield Step(words, Safety.REENCODE, _ENCODE_CODES, _losses(info, losses))


def _baking(info: MediaInfo, expected: MediaInfo) -> Iterator[Step]:
    """Say what readers were told to do with the pixels, and is done to the pixels themselves."""
    if info.orientation not in (None, 1) or info.rotation:
        yield Step("turn the pixels upright", Safety.REENCODE, ("GEO006",))
    if _cropped(info) and not _cropped(expected):
        yield Step("leave out the hidden edges", Safety.REENCODE, ("GEO006",))


def _cropped(info: MediaInfo) -> bool:
    """Whether less is shown than is stored."""
    coded, shown = (info.coded_width, info.coded_height), (info.width, info.height)
    return None not in (*coded, *shown) and coded not in (shown, shown[::-1])


def _of_clip(info: MediaInfo, recipe: VideoRecipe, expected: MediaInfo) -> Iterator[Step]:
    if recipe.mode is not Mode.ENCODE:
        yield from _copying(info, recipe, expected)
        return
    yield from _timing(info, recipe, expected)
    yield from _baking(info, expected)
    if info.sample_aspect not in (None, _WHOLE):
        words = f"make the {_ratio(info.sample_aspect)} samples square"
        yield Step(words, Safety.REENCODE, ("GEO007",))
    yield from _framing(info, recipe.framing, square_size(info))
    if recipe.tonemap:
        words = f"map {_HDR.get(info.hdr or '', 'HDR')} to SDR (BT.709)"
        yield Step(words, Safety.REENCODE, ("COD005",), "loses the range of brightness")
    yield from _flattening(info, recipe.flatten)
    streams = "H.264" if not info.audio_tracks else "H.264 and AAC"
    what = f"{recipe.container} with {streams}"
    losses = ["one generation", *_other_tracks(info)]
    yield Step(
        _rewriting(info, recipe, what), Safety.REENCODE, _ENCODE_CODES, _losses(info, losses)
    )


def _of_sound(info: MediaInfo, recipe: AudioRecipe, expected: MediaInfo) -> Iterator[Step]:
    if recipe.mode is not Mode.ENCODE:
        yield from _copying(info, recipe, expected)
        return
    yield from _timing(info, recipe, expected)
    yield from _tuning(info, recipe)
    what = "16-bit WAV" if recipe.container == "wav" else "MP3"
    deep = (info.bit_depth or 0) > (expected.bit_depth or 16)
    losses = [f"{info.bit_depth} bits a sample become {expected.bit_depth}"] if deep else []
    if recipe.container == "mp3":
        losses = ["one generation"]
    words = _rewriting(info, recipe, what)
    yield Step(words, Safety.REENCODE, _ENCODE_CODES, _losses(info, losses))


def _copying(
    info: MediaInfo, recipe: VideoRecipe | AudioRecipe, expected: MediaInfo
) -> Iterator[Step]:
    if recipe.mode is Mode.RENAME:
        yield from _renaming(info, expected)
        return
    if recipe.window:
        yield from _timing(info, recipe, expected)
    words = f"write the streams unchanged into a new {recipe.container}"
    if info.container == "wav" and recipe.window and (info.bit_depth or 0) > DEEPEST_BITS:
        words = f"write the samples into a new wav at {DEEPEST_BITS} bits"
    yield Step(words, Safety.LOSSLESS, _REMUX_CODES, _losses(info, _other_tracks(info)))


def _renaming(info: MediaInfo, expected: MediaInfo) -> Iterator[Step]:
    if expected.path != info.path:
        name = expected.path.rpartition("/")[2]
        yield Step(f"rename it to {name}", Safety.LOSSLESS, ("PRB004",))


def _framing(info: MediaInfo, framing: Framing, shown: Size) -> Iterator[Step]:
    """List the steps of a framing; `shown` is the picture's size with square samples."""
    size = shown
    if crop := framing.crop:
        whole = Size(info.width or 1, info.height or 1)
        part = 1 - Fraction(crop.width * crop.height, whole.width * whole.height)
        words = f"crop {_by(whole)} to {crop.width}×{crop.height}"
        yield Step(words, Safety.CONTENT, _SHAPE_CODES, f"drops {_percent(part)} of the picture")
        size = Size(
            crop.width * shown.width // whole.width, crop.height * shown.height // whole.height
        )
    scale = framing.scale
    if scale and scale != size:
        yield _scaling(size, scale)
        size = scale
    if canvas := framing.canvas:
        blank = 1 - Fraction(size.width * size.height, canvas.width * canvas.height)
        ground = "a blurred copy" if framing.fill == "blur" else framing.fill
        words = f"pad {_by(size)} to {_by(canvas)} with {ground}"
        yield Step(words, Safety.CONTENT, _SHAPE_CODES, f"{_percent(blank)} of it is padding")


def _scaling(size: Size, scale: Size) -> Step:
    words = f"scale {_by(size)} to {_by(scale)}"
    times = Fraction(scale.width * scale.height, max(1, size.width * size.height))
    if scale.width <= size.width and scale.height <= size.height:
        return Step(words, Safety.REENCODE, _SIZE_CODES, f"keeps {_percent(times)} of the pixels")
    loss = f"{format_decimal(times, 2)} times the pixels, none of them new detail"
    return Step(words, Safety.CONTENT, _SIZE_CODES, loss)


def _timing(
    info: MediaInfo, recipe: VideoRecipe | AudioRecipe, expected: MediaInfo
) -> Iterator[Step]:
    duration = info.duration_s or Fraction(0)
    if window := recipe.window:
        words = f"keep {_seconds(window.start_s)} to {_seconds(window.end_s)} ({window.why})"
        dropped = duration - (window.end_s - window.start_s)
        loss = f"drops {_seconds(dropped)}"
        yield Step(words, Safety.CONTENT, ("TIM001", "TIM004", "PIC004"), loss)
    if recipe.extend_to_s is not None:
        added = recipe.extend_to_s - duration
        how = {Short.LOOP: "repeating it", Short.PAD: "silence"}[recipe.extend]
        if recipe.extend is Short.PAD and info.kind is Kind.VIDEO:
            how = "holding the last frame"
        words = f"lengthen it to {_seconds(recipe.extend_to_s)} by {how}"
        loss = f"{_seconds(added)} are not new"
        yield Step(words, Safety.CONTENT, ("TIM001", "PIC004"), loss)
    if isinstance(recipe, VideoRecipe) and recipe.fps is not None:
        yield _retiming(info, recipe.fps, expected)


def _retiming(info: MediaInfo, rate: Fraction, expected: MediaInfo) -> Step:
    codes = ("TIM002", "TIM003")
    if info.fps is None:
        words = f"play it at {_rate(rate)} fps throughout: its own rate is not known"
        return Step(words, Safety.REENCODE, codes)
    if rate == info.fps and not info.variable_fps:
        return Step("leave out what the edit list hides", Safety.REENCODE, ("TIM004",))
    before = round(info.fps * (expected.duration_s or 0))
    change = (expected.frames or before) - before
    loss = f"drops {_frames(-change)}" if change < 0 else ""
    loss = f"repeats {_frames(change)}" if change > 0 else loss
    words = f"retime {_rate(info.fps)} to {_rate(rate)} fps throughout"
    return Step(words, Safety.REENCODE, codes, loss)


def _tuning(info: MediaInfo, recipe: AudioRecipe) -> Iterator[Step]:
    if recipe.sample_rate is not None:
        words = f"resample the sound to {recipe.sample_rate:,} Hz"
        yield Step(words, Safety.REENCODE, ("COD007",))
    if recipe.channels is not None:
        words = f"mix {info.channels or 'its'} channels to {recipe.channels}"
        yield Step(words, Safety.REENCODE, ("COD008",))


def _stripping(info: MediaInfo, recipe: Recipe) -> Iterator[Step]:
    if recipe.strip_private and not PRIVATE_MARKS.isdisjoint(info.marks):
        words = "remove the position, serial numbers and owners' names"
        yield Step(words, Safety.LOSSLESS, ("PIC006", "PIC007"), _stripped(info, recipe))


def _stripped(info: MediaInfo, recipe: Recipe) -> str:
    """Say what goes together with what is private, unless another step says it."""
    if not isinstance(recipe, ImageRecipe):
        return "loses every other tag"
    lost = "any preview (EXIF thumbnail) and maker notes"
    return f"loses {lost}" if recipe.encode else _losses(info, [lost])


def _other_tracks(info: MediaInfo) -> list[str]:
    several = max(info.video_tracks or 0, info.audio_tracks or 0) > 1
    return ["all tracks but the first of each"] if several else []


def _told_colours(info: MediaInfo) -> Iterator[Step]:
    """Say what is done about colours that the file tells of without a profile."""
    if info.hdr:
        words = f"map {_HDR.get(info.hdr, 'HDR')} to SDR (sRGB)"
        yield Step(words, Safety.REENCODE, (), "loses the range of brightness")
    elif gamut := info.marks.get("wide-gamut"):
        yield Step(f"convert {gamut} to sRGB", Safety.REENCODE)


def _flattening(info: MediaInfo, colour: str | None) -> Iterator[Step]:
    if colour is not None:
        perhaps = "" if info.has_alpha else ", if there are any,"
        words = f"flatten transparent pixels{perhaps} on {colour}"
        yield Step(words, Safety.CONTENT, ("PIC002",), "the picture is no longer transparent")


def _rewriting(info: MediaInfo, recipe: Recipe, what: str) -> str:
    same = info.container == recipe.container
    words = f"encode it again as {what}" if same else f"convert {info.container} to {what}"
    if recipe.max_bytes is None:
        return words
    return f"{words}, at most {format_bytes(recipe.max_bytes)}"


def _losses(info: MediaInfo, losses: list[str]) -> str:
    lost = [*losses, *(words for key, words in LOST_MARKS.items() if key in info.marks)]
    return f"loses {', '.join(lost)}" if lost else ""


def _frames(count: int) -> str:
    return f"{count:,} frame{'s' if count != 1 else ''}"


def _by(size: Size) -> str:
    return f"{size.width}×{size.height}"


def _percent(part: Fraction) -> str:
    return f"{format_decimal(part * 100, 1 if part < Fraction(1, 10) else 0)} %"


def _seconds(seconds: Fraction) -> str:
    return f"{format_decimal(seconds, 3)} s"


def _rate(rate: Fraction) -> str:
    return format_decimal(rate, 3)


def _ratio(ratio: Fraction | None) -> str:
    return "" if ratio is None else f"{ratio.numerator}:{ratio.denominator}"
