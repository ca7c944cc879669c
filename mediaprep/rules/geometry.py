"""GEO: sides, aspect and total pixels, as displayed, and who reads them differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mediaprep.measures import MEASURES, Measure
from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Verdict
from mediaprep.profiles.profile import Limit, Profile
from mediaprep.rules.limits import accepts, out_of_range
from mediaprep.rules.registry import RULES, fact_rule, limit_rule

_PICTURES = (Kind.IMAGE, Kind.VIDEO)
_GEOMETRY = ("width", "height", "aspect", "pixels")
_SCALE = "scale it: `mediaprep fix`"
_ENLARGE = "scale it up: `mediaprep fix --unsafe-fixes`"


@limit_rule("GEO001", "width-out-of-range", *_PICTURES, fix=Fixability.REENCODE)
def width_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the displayed width in pixels, after orientation and display matrix.

    ## Why it is refused
    Backends scale to the model's canvas and refuse what is too small to carry detail or too
    large to decode.

    ## Fix
    Scales down (reencode). Scaling up invents pixels and needs `--unsafe-fixes` (content).
    """
    return _scaled("GEO001", "width", info, profile)


@limit_rule("GEO002", "aspect-out-of-range", *_PICTURES, fix=Fixability.CONTENT)
def aspect_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the displayed width divided by the displayed height, compared as integers.

    ## Why it is refused
    Backends frame the picture to the model's canvas and refuse shapes they cannot frame.

    ## Example
    A 3000×1000 panorama has an aspect of 3.0, above the usual 2.5.

    ## Fix
    Pads or crops (content): needs `--unsafe-fixes`, and `--aspect pad|crop|blur` chooses.
    """
    hint = "pad or crop it: `mediaprep fix --unsafe-fixes --aspect pad|crop|blur`"
    return out_of_range("GEO002", "aspect", info, profile, hint)


@limit_rule("GEO003", "height-out-of-range", *_PICTURES, fix=Fixability.REENCODE)
def height_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the displayed height in pixels, after orientation and display matrix.

    ## Why it is refused
    As for the width, GEO001.

    ## Fix
    Scales down (reencode). Scaling up needs `--unsafe-fixes` (content).
    """
    return _scaled("GEO003", "height", info, profile)


@limit_rule("GEO004", "pixels-out-of-range", *_PICTURES, fix=Fixability.REENCODE)
def pixels_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the total pixels of one picture: width times height.

    ## Why it is refused
    Video references have a pixel budget apart from their sides: 854×480 is enough for many
    backends, 848×480 (407,040 px) is not.

    ## Fix
    Scales down to the largest size that keeps the shape (reencode), or up with
    `--unsafe-fixes` (content).
    """
    return _scaled("GEO004", "pixels", info, profile)


@fact_rule("GEO005", "odd-sides", Kind.VIDEO, fix=Fixability.REENCODE)
def odd_sides(info: MediaInfo) -> Iterable[Finding]:
    """Notes a video whose width or height is odd.

    ## Why it matters
    yuv420p halves both sides for colour; with odd sides many encoders fail or crop a line.

    ## Fix
    Scales to even sides when it has to encode anyway (reencode).
    """
    if info.width is None or info.height is None or not (info.width | info.height) & 1:
        return ()
    return (RULES["GEO005"].finding(Verdict.PASS, f"{info.width}×{info.height} has an odd side"),)


@limit_rule("GEO006", "rotation-disagrees", *_PICTURES, fix=Fixability.REENCODE)
def rotation_disagrees(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Finds a picture that passes or fails depending on whether its rotation or crop is applied.

    ## Why it is contested
    A phone stores pixels lying down and a tag that says "turn me". Readers that ignore EXIF
    orientation, `irot` or the display matrix see width and height exchanged. HEIC, AVIF and
    Matroska also hide lines at the edges (`clap`, `PixelCrop`), which some readers show.

    ## Fix
    Turns and crops the pixels themselves, so that there is only one reading (reencode).
    """
    width, height = info.coded_width, info.coded_height
    if not width or not height or (width, height) == (info.width, info.height):
        return ()
    return _disagreement("GEO006", _unapplied(info), info, _sized(info, width, height), profile)


@limit_rule("GEO007", "sample-aspect-disagrees", Kind.VIDEO, fix=Fixability.REENCODE)
def sample_aspect_disagrees(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Finds a video that passes or fails depending on whether its sample aspect ratio is applied.

    ## Why it is contested
    Anamorphic video stores pixels that are not square (4:3, 12:11, 64:45). Players stretch
    them, most upload checks do not.

    ## Fix
    Scales to square pixels (reencode).
    """
    ratio = info.sample_aspect
    if ratio is None or ratio == 1 or not info.width or not info.height:
        return ()
    width, height = info.width, info.height
    turned = info.rotation in (90, 270)
    stretched = (
        _sized(info, width, round(height * ratio))
        if turned
        else _sized(info, round(width * ratio), height)
    )
    words = f"the sample aspect of {ratio.numerator}:{ratio.denominator} is applied"
    return _disagreement("GEO007", words, info, stretched, profile)


def _scaled(code: str, name: str, info: MediaInfo, profile: Profile) -> Sequence[Finding]:
    """Judge a side or the area; only scaling down keeps the content, up invents pixels."""
    found = out_of_range(code, name, info, profile, _SCALE)
    value = MEASURES[name].value(info) if found else None
    if value and info.kind:
        low = profile.limits[info.kind][name].readings[0].lo
        if low is not None and value[0] <= low * value[1]:
            finding = found[0]
            finding.fix = Fixability.CONTENT
            finding.hint = (finding.hint or "").replace(_SCALE, _ENLARGE)
    return found


def _unapplied(info: MediaInfo) -> str:
    """Say what a reader leaves out that sees the sides as they are stored."""
    if (info.coded_width, info.coded_height) == (info.height, info.width):
        return "rotation is not applied"
    return "neither rotation nor crop is applied" if info.rotation else "the crop is not applied"


def _sized(info: MediaInfo, width: int, height: int) -> MediaInfo:
    """Return what the geometric limits look at, for the same file read otherwise."""
    return MediaInfo(info.path, kind=info.kind, width=width, height=height)


def _disagreement(
    code: str, when: str, shown: MediaInfo, other: MediaInfo, profile: Profile
) -> Sequence[Finding]:
    """Find whether a file's geometry passes by one reading and fails by the other."""
    limits = profile.limits.get(shown.kind) if shown.kind else None
    here, there = _broken(shown, limits or {}), _broken(other, limits or {})
    if bool(here) == bool(there):
        return ()
    limit, measure = (here or there)[0]
    size = f"{other.width}×{other.height}"
    outcome = "passes" if here else "fails"
    message = f"{size} when {when}: its {measure.words} then {outcome}, {accepts(profile, limit)}"
    finding = RULES[code].finding(
        Verdict.CONTESTED, message, found=size, hint="bake it in: `mediaprep fix`"
    )
    finding.profile, finding.measure = profile.name, limit.measure
    finding.allowed, finding.source = limit.text, limit.source
    return (finding,)


def _broken(info: MediaInfo, limits: Mapping[str, Limit]) -> list[tuple[Limit, Measure]]:
    """List the geometric limits that a file breaks."""
    broken = []
    for name in _GEOMETRY:
        limit, value = limits.get(name), MEASURES[name].value(info)
        if limit and value and limit.judge(*value) is not Verdict.PASS:
            broken.append((limit, MEASURES[name]))
    return broken
