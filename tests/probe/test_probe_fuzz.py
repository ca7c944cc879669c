"""Whatever the bytes are, a probe ends, does not raise, and says of each fact why it is missing."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from fractions import Fraction
from pathlib import Path
from types import FrameType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from seeds import SEEDS

from mediaprep.formats import FORMATS
from mediaprep.model import Kind, MediaInfo
from mediaprep.probe import probe

HANGS_AFTER_S = 20  # a probe takes a millisecond; this only tells a hang from a busy machine
FACTS = frozenset(field.name for field in fields(MediaInfo))
COUNTS = (
    *("width", "height", "coded_width", "coded_height", "frames", "frame_pixels", "bit_depth"),
    *("sample_rate", "channels", "bitrate"),
)
RATIOS = ("duration_s", "fps", "fps_nominal", "sample_aspect")
WORDS = ("container", "icc", "color_mode", "video_codec", "audio_codec", "pix_fmt", "hdr")
NEEDED = {
    None: (),
    Kind.IMAGE: ("width", "height", "coded_width", "coded_height"),
    Kind.VIDEO: ("width", "height", "duration_s", "fps", "video_codec", "video_tracks"),
    Kind.AUDIO: ("duration_s", "audio_codec", "audio_tracks", "sample_rate", "channels"),
}
SIZES = (bytes(4), b"\xff" * 4, b"\x7f\xff\xff\xff", b"\0\0\0\1", b"\1\0\0\0")


@contextmanager
def _alarm() -> Iterator[None]:
    def ring(_number: int, _frame: FrameType | None) -> None:
        raise TimeoutError("the probe hangs")

    if not hasattr(signal, "SIGALRM"):
        yield
        return
    before = signal.signal(signal.SIGALRM, ring)
    signal.alarm(HANGS_AFTER_S)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def complaints(info: MediaInfo) -> list[str]:
    """List what no file may make a reader say."""
    wrong = [text for _, text in info.faults if "please report it" in text]  # a reader raised
    for name in COUNTS:
        value = getattr(info, name)
        if value is not None and (type(value) is not int or value <= 0):
            wrong.append(f"{name} is {value!r}")
    for name in RATIOS:
        value = getattr(info, name)
        still = info.kind is Kind.IMAGE and value == 0  # an animation of zero delays
        if value is not None and not (type(value) is Fraction and (value > 0 or still)):
            wrong.append(f"{name} is {value!r}")
    shown = [getattr(info, name) for name in WORDS]
    shown += [text for _, text in info.faults]
    shown += [*info.marks.values(), *info.unread.values()]
    wrong += [f"{text!r} is not to be shown" for text in shown if text and not text.isprintable()]
    if info.rotation not in (None, 0, 90, 180, 270) or info.orientation not in (None, *range(1, 9)):
        wrong.append(f"turned by {info.rotation}, {info.orientation}")
    wrong += [f"unread {name!r} is no fact" for name in info.unread.keys() - FACTS]
    contradicted = (name for name in info.unread.keys() & FACTS if getattr(info, name) is not None)
    wrong += [f"{name} is read and unread" for name in contradicted]
    if not info.faults:
        missing = {name for name in NEEDED[info.kind] if getattr(info, name) is None}
        wrong += [f"{name} is missing without a reason" for name in missing - info.unread.keys()]
    return wrong


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz") / "file"


def _check(data: bytes, place: Path) -> MediaInfo:
    place.write_bytes(data)
    with _alarm():
        info = probe(place)
    assert complaints(info) == [], info
    return info


each_container = pytest.mark.parametrize("container", SEEDS)


def test_every_container_has_a_seed() -> None:
    assert SEEDS.keys() == FORMATS.keys()


@each_container
def test_a_seed_is_what_it_says_and_sound(container: str, place: Path) -> None:
    info = _check(SEEDS[container], place)
    assert (info.container, info.kind) == (container, _kind(container))
    assert info.faults == []
    assert info.marks.keys() <= {"moov-at-end"}
    assert set(info.unread) <= {"fps", "frames"}


def _kind(container: str) -> Kind:
    return FORMATS[container].kind


def _cuts(size: int) -> list[int]:
    """Every place near both ends, and some in between."""
    step = max(1, size // 25)
    return sorted(
        {*range(1, min(size, 180)), *range(max(1, size - 30), size), *range(1, size, step)}
    )


@each_container
def test_a_cut_file_has_faults_or_measures_no_more_than_the_whole(
    container: str, place: Path
) -> None:
    seed = SEEDS[container]
    whole = _check(seed, place)
    for cut in _cuts(len(seed)):
        info = _check(seed[:cut], place)
        if info.faults or info.kind is not whole.kind:
            continue
        assert info.width in (None, whole.width), cut
        assert info.height in (None, whole.height), cut
        if info.duration_s is not None and whole.duration_s is not None:
            assert info.duration_s <= whole.duration_s, cut


@each_container
def test_any_size_may_be_zero_or_huge(container: str, place: Path) -> None:
    seed = SEEDS[container]
    for at in range(2, min(len(seed) - 4, 120)):
        for size in SIZES:
            _check(seed[:at] + size + seed[at + 4 :], place)


@settings(max_examples=500, deadline=None)
@given(
    container=st.sampled_from(sorted(SEEDS)),
    edits=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), max_size=8),
)
def test_any_bytes_may_be_others(
    container: str, edits: list[tuple[float, int]], place: Path
) -> None:
    data = bytearray(SEEDS[container])
    for where, value in edits:
        data[int(where**2 * len(data))] = value  # squared: the structure is at the beginning
    _check(bytes(data), place)


@settings(max_examples=300, deadline=None)
@given(
    container=st.sampled_from(sorted(SEEDS)),
    kept=st.integers(4, 64),
    noise=st.binary(max_size=1500),
)
def test_a_valid_beginning_may_be_followed_by_noise(
    container: str, kept: int, noise: bytes, place: Path
) -> None:
    _check(SEEDS[container][:kept] + noise, place)


@settings(max_examples=200, deadline=None)
@given(
    first=st.sampled_from(sorted(SEEDS)),
    second=st.sampled_from(sorted(SEEDS)),
    kept=st.floats(0, 1),
)
def test_two_files_may_be_glued_together(first: str, second: str, kept: float, place: Path) -> None:
    head = SEEDS[first]
    _check(head[: int(kept * len(head))] + SEEDS[second], place)
