"""Core types: what was measured, what was judged, and what came of it.

Everything here is plain data without behaviour beyond properties. Nothing here reads a file,
knows a limit or prints.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from itertools import chain


class Kind(StrEnum):
    """What a file is to a backend, decided by its content."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"


class Verdict(StrEnum):
    """How one file stands against one limit, or against all of them (the worst one)."""

    PASS = "pass"  # noqa: S105
    CONTESTED = "contested"  # depends on how the source, or the file, is read
    UNKNOWN = "unknown"  # could not be measured: never a pass
    FAIL = "fail"


class Severity(StrEnum):
    """What a finding asks of the person who reads it."""

    NOTE = "note"  # worth knowing, changes nothing
    WARNING = "warning"  # may be refused, depending on who reads it
    ERROR = "error"  # will be refused, or cannot be shown not to be


class Fixability(StrEnum):
    """The mildest kind of change that would settle a finding."""

    LOSSLESS = "lossless"  # rename, remux, tags
    REENCODE = "reencode"  # same content, new encoding
    CONTENT = "content"  # something seen or heard changes
    NONE = "none"


class Fault(StrEnum):
    """What can be wrong with the bytes themselves, as opposed to what they measure."""

    EMPTY = "empty"
    NOT_MEDIA = "not-media"
    NOT_A_FILE = "not-a-file"
    CANNOT_OPEN = "cannot-open"
    CHANGED = "changed"  # size or time differed before and after reading
    LFS_POINTER = "lfs-pointer"
    PARTIAL = "partial-download"
    MALFORMED = "malformed"  # the structure breaks its own format's rules
    TRUNCATED = "truncated"  # a chunk, box or index ends past the end of the file
    TOO_COSTLY = "too-costly"  # reading it would have passed the byte or step budget
    ENCRYPTED = "encrypted"
    NO_SAMPLES = "no-samples"  # an init segment, or tracks without one sample
    UNDECODABLE = "undecodable"  # --deep: a decoder refused the content
    DECODER_DIED = "decoder-died"  # --deep: crash, timeout or memory limit
    MISMATCH = "mismatch"  # --deep: decoded content is not what the header said


@dataclass(slots=True)
class MediaInfo:
    """What a bounded read of one file showed; a fact that is None was not read, see `unread`.

    `width` and `height` are as displayed: after EXIF orientation, `irot`, `clap` or the display
    matrix, before sample aspect. `coded_*` are as stored. Durations are exact seconds. Readers
    fill one of these in; afterwards it is treated as a value.
    """

    path: str
    size_bytes: int | None = None
    kind: Kind | None = None  # None: neither image, video nor audio
    container: str | None = None  # the sniffer's name: "jpeg", "mp4", "wav"

    width: int | None = None
    height: int | None = None
    coded_width: int | None = None
    coded_height: int | None = None
    orientation: int | None = None  # EXIF 1-8, 1 when the file carries none
    rotation: int | None = None  # clockwise degrees from the display matrix: 0, 90, 180, 270
    sample_aspect: Fraction | None = None
    frames: int | None = None
    frame_pixels: int | None = None  # coded pixels summed over all frames
    has_alpha: bool | None = None
    color_mode: str | None = None  # "rgb" "gray" "cmyk" "lab" "palette" "ycbcr" "bilevel"
    bit_depth: int | None = None  # bits a channel
    icc: str | None = None  # description of the embedded ICC profile

    duration_s: Fraction | None = None  # the best supported reading, see `clocks`
    clocks: dict[str, Fraction] = field(default_factory=dict)  # "container" "track" "counted"
    fps: Fraction | None = None  # average: frames over track duration
    fps_nominal: Fraction | None = None  # the most common frame step
    variable_fps: bool | None = None
    video_codec: str | None = None
    pix_fmt: str | None = None
    hdr: str | None = None  # "pq" "hlg" "dolby-vision"
    video_tracks: int | None = None
    audio_codec: str | None = None
    audio_tracks: int | None = None
    sample_rate: int | None = None  # Hz
    channels: int | None = None
    bitrate: int | None = None  # bit/s

    moov_at_end: bool | None = None
    fragmented: bool | None = None

    head_crc: int | None = None  # CRC-32 of the first 4 KiB: equal files are looked for by it

    unread: dict[str, str] = field(default_factory=dict)  # fact -> why it is None
    faults: list[tuple[Fault, str]] = field(default_factory=list)  # what is wrong, in words
    marks: dict[str, str] = field(
        default_factory=dict
    )  # "gps" "serial" "c2pa" ... -> what was found


@dataclass(slots=True)
class Finding:
    """One way one file, or one set of files, stands against one profile."""

    code: str
    name: str
    severity: Severity
    verdict: Verdict
    message: str
    profile: str | None = None
    measure: str | None = None
    found: float | int | str | None = None
    allowed: str | None = None
    source: str | None = None
    hint: str | None = None
    fix: Fixability = Fixability.NONE


_RANK = {Verdict.PASS: 0, Verdict.CONTESTED: 1, Verdict.UNKNOWN: 2, Verdict.FAIL: 3}


def worst(findings: Iterable[Finding]) -> Verdict:
    """Return the worst verdict among findings, pass when there is none."""
    verdicts = [finding.verdict for finding in findings]
    return max(verdicts, key=_RANK.__getitem__) if verdicts else Verdict.PASS


class FileResult:
    """One input, what it measures and every finding about it; an error is a finding too.

    `info` may be given as a function, which is called when somebody asks for it: most reports
    never do.
    """

    __slots__ = ("_info", "findings", "path", "verdict")

    def __init__(
        self,
        path: str,
        info: MediaInfo | Callable[[], MediaInfo],
        findings: list[Finding],
        verdict: Verdict,
    ) -> None:
        self.path = path
        self._info = info
        self.findings = findings
        self.verdict = verdict

    @property
    def info(self) -> MediaInfo:
        """What the file measures."""
        if not isinstance(self._info, MediaInfo):
            self._info = self._info()
        return self._info

    def __repr__(self) -> str:
        return f"FileResult({self.path!r}, {self.verdict!s}, {len(self.findings)} findings)"


@dataclass(slots=True)
class SetResult:
    """A folder or a named set of files, judged as the references of one request."""

    path: str
    findings: list[Finding]


@dataclass(slots=True)
class Summary:
    """Counts over a run; the four verdicts add up to `files`."""

    files: int = 0
    skipped: int = 0  # neither name nor first bytes say media
    verdicts: dict[Verdict, int] = field(default_factory=lambda: dict.fromkeys(Verdict, 0))
    codes: dict[str, int] = field(default_factory=dict)  # code -> findings
    suppressed: int = 0  # findings held back by a baseline
    excluded: int = 0  # left out by a pattern or .gitignore: files, and folders as one


@dataclass(slots=True)
class Report:
    """Everything one check found, in walking order."""

    profiles: Sequence[str]
    results: list[FileResult]
    sets: list[SetResult]
    summary: Summary

    @property
    def clean(self) -> bool:
        """Whether no finding has error severity."""
        of_files = (finding for result in self.results for finding in result.findings)
        of_sets = (finding for result in self.sets for finding in result.findings)
        return all(f.severity is not Severity.ERROR for f in chain(of_files, of_sets))
