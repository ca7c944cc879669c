"""Plans to look at; files as they come, and profiles as nobody would write them."""

from __future__ import annotations

from datetime import date
from fractions import Fraction
from typing import Any

from conftest import audio, findings_of, image, video
from hypothesis import strategies as st

from mediaprep.fix.plan import make_plan
from mediaprep.fix.recipe import Action, Allow, Aspect, FixPlan, Short
from mediaprep.fix.solve.bounds import NO_LIMIT, Bounds
from mediaprep.fix.solve.target import target_of
from mediaprep.measures import MEASURES
from mediaprep.model import Kind, MediaInfo
from mediaprep.profiles import Limit, Profile, built_in_names, load_profile
from mediaprep.rules import select_rules
from mediaprep.units import Interval, parse_interval

F = Fraction
UNSAFE_FIXES = Allow(content=True)
PICTURES = ("jpeg", "png", "webp", "bmp", "tiff", "gif", "heif", "avif")
CLIPS = ("mp4", "mov", "matroska", "webm", "avi", "flv", "mpegts", "3gp")
SOUNDS = ("wav", "mp3", "flac", "m4a", "ogg", "aiff")
CODECS = ("h264", "hevc", "vp9", "av1", "mpeg4", "prores")
VOICES = ("aac", "mp3", "pcm", "opus", "ac3")
RATES = (F(12), F(24000, 1001), F(24), F(25), F(30), F(2998, 100), F(60), F(6004, 100), F(120))
marks = st.dictionaries(
    st.sampled_from(["gps", "serial", "c2pa", "trailing", "motion-photo", "xmp"]),
    st.just("found"),
    max_size=2,
)


def plan(info: MediaInfo, *chosen: Profile, allow: Allow = Allow(), **more: Any) -> FixPlan:  # noqa: B008
    chosen = chosen or (load_profile("atlascloud"),)
    return make_plan(info, findings_of(info, *chosen), chosen, allow, **more)


def recipe_of(info: MediaInfo, *chosen: Profile, allow: Allow = UNSAFE_FIXES) -> Any:
    made = plan(info, *chosen, allow=allow)
    assert made.action is Action.APPLY, made.refusal
    return made.recipe


def profile(name: str, **kinds: dict[str, Any]) -> Profile:
    """Make a profile of limits written as in TOML."""
    limits = {
        Kind(kind): {key: _limit(key, value) for key, value in table.items()}
        for kind, table in kinds.items()
    }
    return Profile(name, "a test", date.min, limits=limits)


def _limit(key: str, value: Any) -> Limit:
    if isinstance(value, list):
        return Limit(key, ", ".join(value), "", date.min, choices=tuple(value))
    readings = parse_interval(value, MEASURES[key].dimension)
    return Limit(key, value, "", date.min, readings=readings)


sides = st.one_of(
    st.integers(1, 12_000), st.sampled_from([299, 300, 301, 480, 720, 1080, 1920, 2160, 3840])
)


@st.composite
def pictures(draw: st.DrawFn) -> MediaInfo:
    width, height = draw(sides), draw(sides)
    turned = draw(st.booleans())
    frames = draw(st.sampled_from([1, 1, 1, 2, 40]))
    container = draw(st.sampled_from(PICTURES))
    return image(
        path=f"{draw(st.sampled_from(['a', 'some/b.c']))}.{draw(st.sampled_from(PICTURES))}",
        container=container,
        width=width,
        height=height,
        coded_width=height if turned else width,
        coded_height=width if turned else height,
        orientation=6 if turned else 1,
        frames=frames,
        duration_s=F(frames, 10) if frames > 1 else None,
        has_alpha=draw(st.booleans()) and container != "jpeg",
        color_mode=draw(st.sampled_from(["rgb", "rgb", "palette", "gray", "cmyk", "lab"])),
        bit_depth=draw(st.sampled_from([1, 8, 8, 16])),
        icc=draw(st.sampled_from([None, "sRGB IEC61966-2.1", "Display P3"])),
        size_bytes=draw(st.integers(1000, 80_000_000)),
        marks=draw(marks),
    )


@st.composite
def clips(draw: st.DrawFn) -> MediaInfo:
    rate = draw(st.sampled_from(RATES) | st.none())
    seconds = draw(st.fractions(F(1, 2), 30, max_denominator=100))
    slow = rate or F(30)
    clocks = draw(st.sampled_from([{}, {"container": seconds + F(1, 50)}, {"counted": F(31, 2)}]))
    frames = draw(st.sampled_from([None, round(seconds * slow)]))
    sounds = draw(st.integers(0, 2))
    extension = draw(st.sampled_from(CLIPS))
    return video(
        path=f"a.{'mkv' if extension == 'matroska' else extension}",
        container=draw(st.sampled_from(CLIPS)),
        width=draw(sides),
        height=draw(sides),
        rotation=draw(st.sampled_from([0, 90, 180])),
        sample_aspect=draw(st.sampled_from([F(1), F(1), F(32, 27), F(8, 9), F(64, 45)])),
        duration_s=seconds,
        clocks=dict(clocks),
        fps=rate,
        fps_nominal=draw(st.sampled_from([rate, F(30), None])),
        variable_fps=draw(st.sampled_from([False, True, None])),
        frames=frames,
        video_codec=draw(st.sampled_from(CODECS)),
        pix_fmt=draw(st.sampled_from(["yuv420p", "yuv420p10le", None])),
        hdr=draw(st.sampled_from([None, None, "pq"])),
        audio_tracks=sounds,
        audio_codec=draw(st.sampled_from(VOICES)) if sounds else None,
        sample_rate=draw(st.sampled_from([8000, 44100, 48000])) if sounds else None,
        channels=draw(st.sampled_from([1, 2, 6])) if sounds else None,
        size_bytes=draw(st.integers(10_000, 200_000_000)),
        moov_at_end=draw(st.booleans()),
        marks=draw(marks),
    )


@st.composite
def sounds(draw: st.DrawFn) -> MediaInfo:
    container = draw(st.sampled_from(SOUNDS))
    seconds = draw(st.fractions(F(1, 2), 30, max_denominator=100))
    return audio(
        path=f"a.{draw(st.sampled_from(SOUNDS))}",
        container=container,
        audio_codec={"wav": "pcm"}.get(container, container),
        duration_s=seconds,
        clocks=draw(st.sampled_from([{}, {"container": seconds}, {"container": F(31, 2)}])),
        sample_rate=draw(st.sampled_from([8000, 44100, 48000, 96000, 192000])),
        channels=draw(st.sampled_from([1, 2, 6])),
        bit_depth=draw(st.sampled_from([None, 16, 24])),
        size_bytes=draw(st.integers(1000, 40_000_000)),
        marks=draw(marks),
    )


def files() -> st.SearchStrategy[MediaInfo]:
    """Files of all kinds."""
    return st.one_of(pictures(), clips(), sounds())


@st.composite
def _range(draw: st.DrawFn, low: int, high: int, unit: str = "") -> str:
    ends = sorted((draw(st.integers(low, high)), draw(st.integers(low, high))))
    if ends[0] == ends[1]:
        ends[1] += 1
    first = draw(st.sampled_from([str(ends[0]), str(low)]))
    last = draw(st.sampled_from([str(ends[1]), "inf"]))
    return f"{draw(st.sampled_from('[('))}{first}, {last}{draw(st.sampled_from('])'))} {unit}"


def _words(words: tuple[str, ...]) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(words), min_size=1, unique=True)


SHAPES = st.sampled_from(["[0.4, 2.5]", "(0.4, 2.5)", "[1, 1]", "[16/9, 16/9]", "(1, 2)", "[3, 4]"])
SIDES = {
    "width": _range(1, 4000, "px"),
    "height": _range(1, 4000, "px"),
    "aspect": SHAPES,
    "pixels": _range(1, 4_000_000, "px"),
}
LIMITS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "image": SIDES
    | {
        "container": _words(PICTURES),
        "size": st.sampled_from(["(0, 30 MB)", "[0, 500 KB]", "(0, 20000 B)"]),
        "frames": st.sampled_from(["[1, 1]", "[1, 10]"]),
        "bit_depth": st.sampled_from(["[8, 8] bit", "[1, 8] bit", "[10, 16] bit"]),
    },
    "video": SIDES
    | {
        "container": _words(CLIPS),
        "size": st.sampled_from(["(0, 50 MB]", "[0, 2 MB]", "(0, 20 KB)"]),
        "duration": _range(1, 20, "s"),
        "fps": _range(5, 90, "fps"),
        "frames": _range(20, 900),
        "video_codec": _words(CODECS),
        "audio_codec": _words(VOICES),
        "pix_fmt": st.sampled_from([["yuv420p"], ["yuv444p"]]),
        "bit_depth": st.sampled_from(["[8, 8] bit", "[10, 16] bit"]),
        "channels": st.sampled_from(["[1, 2]", "[2, 2]"]),
    },
    "audio": {
        "container": _words(SOUNDS),
        "size": st.sampled_from(["(0, 15 MB]", "[0, 500 KB]", "(0, 20 KB)"]),
        "duration": _range(1, 20, "s"),
        "audio_codec": _words(("pcm", "mp3", "aac")),
        "sample_rate": st.sampled_from(["[8, 16] kHz", "[44.1, 48] kHz", "[50, 60] kHz"]),
        "channels": st.sampled_from(["[1, 1]", "[2, 2]", "[1, 2]", "[3, 6]"]),
    },
}


@st.composite
def _profile(draw: st.DrawFn, name: str) -> Profile:
    kinds = {}
    for kind, limits in LIMITS.items():
        measures = draw(st.lists(st.sampled_from(sorted(limits)), max_size=5, unique=True))
        kinds[kind] = {measure: draw(limits[measure]) for measure in measures}
    return profile(name, **kinds)


def profiles() -> st.SearchStrategy[list[Profile]]:
    """One or two profiles with limits at random."""
    return st.one_of(st.tuples(_profile("one")), st.tuples(_profile("one"), _profile("two"))).map(
        list
    )


@st.composite
def allowances(draw: st.DrawFn) -> Allow:
    return Allow(
        content=draw(st.booleans()),
        aspect=draw(st.sampled_from(Aspect)),
        trim=draw(st.sampled_from(["start", "center", "end", "auto", "0.5"])),
        short=draw(st.sampled_from(Short)),
        frame=draw(st.integers(0, 3)),
        strip_private=draw(st.booleans()),
    )


ends = st.integers(1, 26)


@st.composite
def bounds_of(draw: st.DrawFn) -> Bounds:
    def pair(most: int) -> tuple[int, int]:
        low, high = sorted((draw(st.integers(1, most)), draw(st.integers(1, most))))
        return (draw(st.sampled_from((1, low))), draw(st.sampled_from((high, NO_LIMIT))))

    ratios = st.fractions(F(1, 6), 6, max_denominator=8)
    lo, hi = sorted((draw(ratios), draw(ratios)))
    shape = Interval(
        draw(st.sampled_from((None, lo))), draw(st.sampled_from((None, hi))), draw(st.booleans())
    )
    return Bounds(pair(26), pair(26), pair(500), shape)


def _small_bounds(limits: Profile, kind: Kind, by: int = 100) -> Bounds:
    """Return a profile's bounds as they are when a pixel is a hundred times as long."""
    bounds = target_of([limits], kind, select_rules()).bounds

    def shrunk(ends: tuple[int, int], by: int) -> tuple[int, int]:
        return -(-ends[0] // by), ends[1] // by

    pixels = shrunk(bounds.pixels, by * by)
    return Bounds(shrunk(bounds.width, by), shrunk(bounds.height, by), pixels, bounds.aspect)


bounds_of_profiles = st.sampled_from(
    [
        _small_bounds(limits, kind)
        for limits in map(load_profile, built_in_names())
        for kind in (Kind.IMAGE, Kind.VIDEO)
        if kind in limits.limits
    ]
)
small_bounds = st.one_of(bounds_of(), bounds_of_profiles)
