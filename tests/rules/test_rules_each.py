"""Every rule fires on a case of its kind and is silent on the nearest one that is none."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from zlib import crc32

import pytest
from conftest import audio, image, video

from mediaprep.model import Fault, Finding, MediaInfo, Severity, Verdict
from mediaprep.profiles import Profile, load_profile
from mediaprep.rules import RULES, select_rules
from mediaprep.rules.batch import judge_set, pair_findings
from mediaprep.tally import Tallies

NOTE, WARNING, ERROR = Severity.NOTE, Severity.WARNING, Severity.ERROR
Files = Callable[[Path], Sequence[MediaInfo]]


@dataclass(frozen=True)
class Case:
    """Files on which a rule fires, files on which it does not, and what its finding asks."""

    fires: Files
    silent: Files
    severity: Severity = ERROR
    as_set: bool = False


def _one(fires: MediaInfo, silent: MediaInfo, severity: Severity = ERROR) -> Case:
    return Case(lambda _: [fires], lambda _: [silent], severity)


def _fault(fault: Fault, severity: Severity = ERROR) -> Case:
    """A fault fires its own rule; any other fault leaves it silent."""
    other = Fault.EMPTY if fault is not Fault.EMPTY else Fault.CHANGED
    return _one(
        MediaInfo("a.png", faults=[(fault, "in these words")]),
        MediaInfo("a.png", faults=[(other, "in other words")]),
        severity,
    )


def _many(count: int, make: Callable[..., MediaInfo], **facts: object) -> Sequence[MediaInfo]:
    return [make(path=f"a/{number}.x", **facts) for number in range(count)]


def _set(fires: Sequence[MediaInfo], silent: Sequence[MediaInfo]) -> Case:
    return Case(lambda _: fires, lambda _: silent, as_set=True)


def _copies(second: bytes) -> Files:
    """Two files of one size, with equal first bytes, the second as given."""

    def make(folder: Path) -> Sequence[MediaInfo]:
        infos = []
        for name, content in (("a.png", b"x" * 5000), ("b.png", second)):
            path = folder / name
            path.write_bytes(content)
            infos.append(image(path=str(path), size_bytes=5000, head_crc=crc32(content[:4096])))
        return infos

    return make


CASES: dict[str, Case] = {
    "PRB001": _fault(Fault.MALFORMED),
    "PRB002": _fault(Fault.TRUNCATED),
    "PRB003": _fault(Fault.EMPTY),
    "PRB004": _one(
        image(path="a.gif", container="jpeg"), image(path="a.jpe", container="jpeg"), WARNING
    ),
    "PRB005": _fault(Fault.LFS_POINTER),
    "PRB006": _fault(Fault.PARTIAL),
    "PRB007": _fault(Fault.NOT_MEDIA),
    "PRB009": _fault(Fault.NOT_A_FILE),
    "PRB010": _fault(Fault.CANNOT_OPEN),
    "PRB011": _fault(Fault.CHANGED),
    "PRB012": _fault(Fault.UNDECODABLE),
    "PRB013": _fault(Fault.DECODER_DIED),
    "PRB014": _fault(Fault.MISMATCH, WARNING),
    "PRB015": _fault(Fault.TOO_COSTLY),
    "CON001": _one(audio(), image()),
    "CON002": _one(video(container="avi"), video(container="mov")),
    "CON003": _one(image(size_bytes=31_457_280), image(size_bytes=29_999_999)),
    "CON004": _one(video(moov_at_end=True), video(moov_at_end=None), NOTE),
    "CON005": _one(video(fragmented=True), video(fragmented=False), NOTE),
    "CON006": _fault(Fault.ENCRYPTED),
    "CON007": _fault(Fault.NO_SAMPLES),
    "CON008": _one(video(audio_tracks=2), video(audio_tracks=0), NOTE),
    "GEO001": _one(image(width=300, height=400), image(width=301, height=400)),
    "GEO002": _one(image(width=1000, height=400), image(width=999, height=400)),
    "GEO003": _one(image(width=400, height=6000), image(width=4000, height=5999)),
    "GEO004": _one(video(width=639, height=640), video(width=640, height=640)),
    "GEO005": _one(video(width=1281), video(), NOTE),
    "GEO006": _one(
        video(coded_width=720, coded_height=1280, rotation=90),
        video(width=900, height=600, coded_width=600, coded_height=900, rotation=90),
        WARNING,
    ),
    "GEO007": _one(
        video(width=640, height=640, sample_aspect=Fraction(8, 3)),
        video(width=640, height=640, sample_aspect=Fraction(4, 3)),
        WARNING,
    ),
    "TIM001": _one(video(duration_s=Fraction(1)), video(duration_s=Fraction(2))),
    "TIM002": _one(video(fps=Fraction(61)), video(fps=Fraction(60))),
    "TIM003": _one(video(variable_fps=True), video(variable_fps=None), NOTE),
    "TIM004": _one(
        video(duration_s=Fraction(15), clocks={"container": Fraction(16)}),
        video(duration_s=Fraction(14), clocks={"container": Fraction(15)}),
        WARNING,
    ),
    "COD001": _one(video(video_codec="av1"), video(video_codec="hevc")),
    "COD002": _one(video(audio_codec="opus"), video(audio_codec=None, audio_tracks=0)),
    "COD003": _one(video(pix_fmt="yuv444p"), video(pix_fmt="yuv420p")),
    "COD004": _one(image(bit_depth=16), image(bit_depth=8)),
    "COD005": _one(video(hdr="hlg"), video(hdr=None), NOTE),
    "COD006": _one(video(pix_fmt="yuv420p10le"), video(pix_fmt="yuvj420p"), NOTE),
    "COD007": _one(video(sample_rate=96_000), video(sample_rate=48_000)),
    "COD008": _one(video(channels=6), video(channels=2)),
    "PIC001": _one(image(color_mode="cmyk"), image(color_mode="gray"), NOTE),
    "PIC002": _one(image(has_alpha=True), image(has_alpha=None), NOTE),
    "PIC003": _one(image(frames=2), image(frames=1), NOTE),
    "PIC004": _one(image(frames=3), image(frames=2)),
    "PIC005": _one(image(icc="Display P3"), image(icc="sRGB IEC61966-2.1"), NOTE),
    "PIC006": _one(image(marks={"gps": "GPS position in EXIF"}), image(marks={"xmp": "x"}), NOTE),
    "PIC007": _one(image(marks={"serial": "BodySerialNumber"}), image(marks={"gps": "x"}), NOTE),
    "PIC008": _one(image(marks={"c2pa": "C2PA manifest in APP11"}), image(), NOTE),
    "PIC009": _one(image(marks={"trailing": "8 bytes"}), image(marks={"gps": "x"}), NOTE),
    "SET001": _set(_many(10, image), _many(9, image)),
    "SET002": _set(_many(4, video), _many(3, video)),
    "SET003": _set(_many(4, audio), _many(3, audio)),
    "SET004": _set(
        _many(2, video, duration_s=Fraction(76, 10)), _many(2, video, duration_s=Fraction(15, 2))
    ),
    "SET005": _set(
        _many(3, audio, duration_s=Fraction(501, 100)), _many(3, audio, duration_s=Fraction(5))
    ),
    "SET006": Case(_copies(b"x" * 5000), _copies(b"x" * 4999 + b"y"), NOTE),
    "SET007": Case(
        lambda _: [image(path="a/Pano.png"), image(path="a/pano.png")],
        lambda _: [image(path="a/Pano.png"), image(path="b/pano.png")],
        WARNING,
    ),
}

_OWN = """
name = "own"
source = "x"
checked = 2026-11-21
extends = "volcengine-2026"
[image]
bit_depth = "[8, 8] bit"
frames = "[1, 2]"
[video]
height = "[300, 1200] px"
pix_fmt = ["yuv420p", "yuvj420p", "yuv420p10le"]
sample_rate = "[8, 48] kHz"
channels = "[1, 2]"
"""


@pytest.fixture(scope="module")
def profile(tmp_path_factory: pytest.TempPathFactory) -> Profile:
    """Limit everything that a profile can limit."""
    path = tmp_path_factory.mktemp("profile") / "own.toml"
    path.write_text(_OWN)
    return load_profile(str(path))


def _judge(infos: Sequence[MediaInfo], profile: Profile, as_set: bool) -> list[Finding]:
    rules, tallies = select_rules(), Tallies()
    found: list[Finding] = []
    for info in infos:
        found += rules.check(info, [profile])
        tallies.add(info.path, info.kind, info.duration_s, ["request"] if as_set else [])
        twin = tallies.twin(info.path, info.size_bytes, info.head_crc)
        found += pair_findings(twin, tallies.namesake(info.path), rules.codes)
    for _, tally in tallies.named() if as_set else tallies.folders():
        found += judge_set(tally, [profile], rules.codes, ERROR if as_set else NOTE)
    return found


def _profile_for(code: str, profile: Profile) -> Profile:
    return load_profile("volcengine") if code == "CON001" else profile


@pytest.mark.parametrize("code", CASES)
def test_a_rule_fires(code: str, profile: Profile, tmp_path: Path) -> None:
    case = CASES[code]
    infos = case.fires(tmp_path)
    found = _judge(infos, _profile_for(code, profile), case.as_set)
    of_code = [finding for finding in found if finding.code == code]
    assert of_code
    for finding in of_code:
        assert finding.severity is case.severity
        assert finding.message
        assert finding.name == RULES[code].name
        assert finding.verdict in _verdicts_of(case.severity)
        if finding.profile:
            assert finding.profile in finding.message
            assert finding.measure
            assert finding.allowed
            assert finding.source
        if case.severity is not NOTE and not code.startswith("SET00"):
            assert finding.hint or code.startswith("PIC")


def _verdicts_of(severity: Severity) -> set[Verdict]:
    return {
        NOTE: {Verdict.PASS},
        WARNING: {Verdict.CONTESTED},
        ERROR: {Verdict.FAIL, Verdict.UNKNOWN},
    }[severity]


@pytest.mark.parametrize("code", CASES)
def test_a_rule_is_silent_on_what_comes_near(code: str, profile: Profile, tmp_path: Path) -> None:
    case = CASES[code]
    infos = case.silent(tmp_path)
    found = _judge(infos, _profile_for(code, profile), case.as_set)
    assert code not in {finding.code for finding in found}


def test_what_was_not_changed_passes_every_rule(profile: Profile) -> None:
    for make in (image, video, audio):
        assert _judge([make()], profile, as_set=True) == []
