"""Every documented border: one smallest step before it, on it and behind it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

import pytest
from conftest import audio, findings_of, image, video

from mediaprep.model import MediaInfo, Severity, Verdict
from mediaprep.profiles import built_in_names, load_profile

PASS, FAIL, CONTESTED = Verdict.PASS, Verdict.FAIL, Verdict.CONTESTED
_TICK = Fraction(1, 90_000)  # of a clock, in seconds
_STEP = Fraction(1, 1001 * 1000)  # between two frame rates
_MB, _MIB = 10**6, 2**20


def _verdict(info: MediaInfo, profile: str, code: str) -> Verdict:
    found = [finding for finding in findings_of(info, profile) if finding.code == code]
    assert len(found) <= 1
    return found[0].verdict if found else PASS


def _sides() -> Iterator[Any]:
    """300 and 6000 px: closed for Atlas, open for Volcengine."""
    table = {
        299: (FAIL, FAIL),
        300: (PASS, FAIL),
        301: (PASS, PASS),
        5999: (PASS, PASS),
        6000: (PASS, FAIL),
        6001: (FAIL, FAIL),
    }
    for side, verdicts in table.items():
        other = 300 + (side > 1000) * 2700  # keeps the ratio inside
        for profile, verdict in zip(("atlascloud", "volcengine"), verdicts, strict=True):
            wide, high = image(width=side, height=other), image(width=other, height=side)
            yield pytest.param(wide, profile, "GEO001", verdict, id=f"{side} wide {profile}")
            yield pytest.param(high, profile, "GEO003", verdict, id=f"{side} high {profile}")


def _ratios() -> Iterator[Any]:
    """0.4 and 2.5: 2·h against 5·w, a pixel to either side."""
    table = {
        (399, 1000): (FAIL, FAIL),
        (400, 1000): (PASS, FAIL),
        (401, 1000): (PASS, PASS),
        (2400, 5999): (PASS, PASS),
        (2399, 5999): (FAIL, FAIL),
        (1000, 401): (PASS, PASS),
        (1000, 400): (PASS, FAIL),
        (1000, 399): (FAIL, FAIL),
        (5999, 2400): (PASS, PASS),
        (5999, 2399): (FAIL, FAIL),
        (1500, 600): (PASS, FAIL),
    }
    for (width, height), verdicts in table.items():
        for profile, verdict in zip(("atlascloud", "volcengine"), verdicts, strict=True):
            info = image(width=width, height=height)
            yield pytest.param(info, profile, "GEO002", verdict, id=f"{width}:{height} {profile}")
        yield pytest.param(
            *(video(width=width, height=height), "volcengine-2026", "GEO002", verdicts[0]),
            id=f"{width}:{height} videos are closed",
        )


def _pixels() -> Iterator[Any]:
    """409,600 and 927,408 px, and the cap of the official revision."""
    table = {
        (1, 409_599): (FAIL, FAIL),
        (640, 640): (PASS, PASS),
        (1, 409_601): (PASS, PASS),
        (848, 480): (FAIL, FAIL),
        (854, 480): (PASS, PASS),
        (1, 927_407): (PASS, PASS),
        (834, 1112): (PASS, PASS),
        (1, 927_409): (FAIL, PASS),
        (1280, 726): (FAIL, PASS),
        (1920, 1080): (FAIL, PASS),
        (2206, 946): (FAIL, PASS),
        (1, 2_086_877): (FAIL, FAIL),
        (3840, 2160): (FAIL, FAIL),
    }
    for (width, height), verdicts in table.items():
        for profile, verdict in zip(("atlascloud", "volcengine-2026"), verdicts, strict=True):
            info = video(width=width, height=height)
            yield pytest.param(info, profile, "GEO004", verdict, id=f"{width}×{height} {profile}")


def _rates() -> Iterator[Any]:
    """24 and 60 fps, and the rates that are written like them."""
    table = {
        Fraction(24) - _STEP: FAIL,
        Fraction(24): PASS,
        Fraction(24) + _STEP: PASS,
        Fraction(24000, 1001): FAIL,
        Fraction(60) - _STEP: PASS,
        Fraction(60): PASS,
        Fraction(60) + _STEP: FAIL,
        Fraction(60000, 1001): PASS,
        Fraction(6004, 100): FAIL,
        Fraction(12): FAIL,
    }
    for rate, verdict in table.items():
        yield pytest.param(video(fps=rate), "atlascloud", "TIM002", verdict, id=f"{rate} fps")


def _durations() -> Iterator[Any]:
    """2 and 15 s, a tick of a 90 kHz clock to either side."""
    table = {
        Fraction(2) - _TICK: FAIL,
        Fraction(2): PASS,
        Fraction(2) + _TICK: PASS,
        Fraction(15) - _TICK: PASS,
        Fraction(15): PASS,
        Fraction(15) + _TICK: FAIL,
        Fraction(0): FAIL,
        Fraction(18, 10): FAIL,
        Fraction(152, 10): FAIL,
    }
    for seconds, verdict in table.items():
        for make in (video, audio):
            name = f"{seconds} s of {make.__name__}"
            info = make(duration_s=seconds)
            yield pytest.param(info, "atlascloud", "TIM001", verdict, id=name)


def _sizes() -> Iterator[Any]:
    """30, 50 and 15 MB, decimal and binary; "< 30" leaves the end out, "≤ 50" takes it in."""
    open_end = (PASS, CONTESTED, CONTESTED, CONTESTED, FAIL, FAIL)
    closed_end = (PASS, PASS, CONTESTED, CONTESTED, CONTESTED, FAIL)
    table = ((image, 30, open_end), (video, 50, closed_end), (audio, 15, closed_end))
    for make, most, verdicts in table:
        borders = [most * unit + step for unit in (_MB, _MIB) for step in (-1, 0, 1)]
        for size, verdict in zip(borders, verdicts, strict=True):
            for profile in ("atlascloud", "byteplus"):
                info = make(size_bytes=size)
                name = f"{make.__name__} of {size:,} bytes {profile}"
                yield pytest.param(info, profile, "CON003", verdict, id=name)
        for size, verdict in ((0, FAIL), (1, PASS)):
            name = f"{make.__name__} of {size}"
            yield pytest.param(make(size_bytes=size), "atlascloud", "CON003", verdict, id=name)


@pytest.mark.parametrize(
    ("info", "profile", "code", "verdict"),
    [*_sides(), *_ratios(), *_pixels(), *_rates(), *_durations(), *_sizes()],
)
def test_a_border_is_where_the_page_draws_it(
    info: MediaInfo, profile: str, code: str, verdict: Verdict
) -> None:
    assert _verdict(info, profile, code) is verdict


def test_a_contested_size_is_a_warning_that_tells_both_readings() -> None:
    (finding,) = findings_of(image(size_bytes=30_500_000), "atlascloud")
    assert (finding.severity, finding.found) == (Severity.WARNING, 30_500_000)
    assert finding.message == (
        "size is 30.50 MB (30,500,000 bytes), atlascloud accepts (0, 30 MB): within it if that "
        "means 0 to 31,457,280 bytes, not if it means 0 to 30,000,000 bytes"
    )


@pytest.mark.parametrize(
    ("info", "code", "message"),
    [
        pytest.param(
            *(image(width=3000, height=1000), "GEO002"),
            "aspect is 3.00 (3000×1000), atlascloud accepts [0.4, 2.5]",
            id="the contract's own example",
        ),
        pytest.param(
            *(image(width=5999, height=2399), "GEO002"),
            "aspect is 2.501 (5999×2399), atlascloud accepts [0.4, 2.5]",
            id="as many decimals as show it",
        ),
        pytest.param(
            *(video(width=848, height=480), "GEO004"),
            "total pixels is 407040 px (848×480), atlascloud accepts [409600, 927408] px",
            id="pixels with their sides",
        ),
        pytest.param(
            *(video(fps=Fraction(24000, 1001)), "TIM002"),
            "frame rate is 23.976 fps (24000/1001), atlascloud accepts [24, 60] fps",
            id="a rate as a fraction, too",
        ),
        pytest.param(
            *(audio(duration_s=Fraction(20)), "TIM001"),
            "duration is 20.00 s, atlascloud accepts [2, 15] s",
            id="seconds",
        ),
        pytest.param(
            *(video(duration_s=15 + _TICK), "TIM001"),
            "duration is 15.00001 s, atlascloud accepts [2, 15] s",
            id="a tick too long",
        ),
    ],
)
def test_a_message_has_the_number_the_limit_and_whose_it_is(
    info: MediaInfo, code: str, message: str
) -> None:
    found = {finding.code: finding for finding in findings_of(info, "atlascloud")}
    assert found[code].message == message
    assert found[code].source == (
        "https://www.atlascloud.ai/blog/guides/atlas-cloud-asset-library-seedance-2-0"
    )


@pytest.mark.parametrize(
    ("info", "code", "seen"),
    [
        (video(fps=Fraction(24000, 1001)), "TIM002", "[23.8, 60] fps"),
        (video(duration_s=Fraction(151, 10)), "TIM001", "[1.8, 15.2] s"),
        (audio(duration_s=Fraction(19, 10)), "TIM001", "[1.8, 15.2] s"),
        (video(width=1920, height=1080), "GEO004", "[407696, 8295044] px"),
    ],
)
def test_what_was_seen_to_be_accepted_is_a_hint_and_still_fails(
    info: MediaInfo, code: str, seen: str
) -> None:
    (finding,) = [f for f in findings_of(info, "atlascloud") if f.code == code]
    assert (finding.verdict, finding.severity) == (FAIL, Severity.ERROR)
    assert f"was seen to be accepted: {seen} in practice, not documented" in str(finding.hint)


@pytest.mark.parametrize(
    "info",
    [video(fps=Fraction(23)), video(duration_s=Fraction(16)), video(width=300, height=300)],
)
def test_what_was_never_seen_to_be_accepted_gets_no_such_hint(info: MediaInfo) -> None:
    found = findings_of(info, "atlascloud")
    assert found
    assert all("seen" not in str(finding.hint) for finding in found)


def test_an_inherited_limit_says_so() -> None:
    (finding,) = findings_of(image(width=299, height=299 * 2), "sunra")
    assert finding.message == (
        "width is 299 px, sunra accepts [300, 6000] px (inherited from seedance-2.0)"
    )


def test_compliant_files_have_no_findings() -> None:
    for name in built_in_names():
        for make in (image, video, audio):
            if make().kind in load_profile(name).limits:
                assert findings_of(make(), name) == []
