"""TIM: duration, frame rate, and clocks that disagree about them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from mediaprep.measures import MEASURES
from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules.limits import accepts, out_of_range
from mediaprep.rules.registry import RULES, fact_rule, limit_rule
from mediaprep.units import format_decimal

_TIMED = (Kind.VIDEO, Kind.AUDIO)
_TRIM = "trim or lengthen it: `mediaprep fix --unsafe-fixes --trim start|center|end|auto`"


@limit_rule("TIM001", "duration-out-of-range", *_TIMED, fix=Fixability.CONTENT)
def duration_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the duration in seconds, fragments and edit lists included.

    ## Why it is refused
    References are short by design: usually 2 to 15 seconds.

    ## Fix
    Trims, loops or pads (content): needs `--unsafe-fixes`; `--trim` says where to cut.
    """
    return out_of_range("TIM001", "duration", info, profile, _TRIM)


@limit_rule("TIM002", "fps-out-of-range", Kind.VIDEO, fix=Fixability.REENCODE)
def fps_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the average frame rate: frames over track duration, as an exact fraction.

    ## Why it is refused
    Backends resample to the model's rate and refuse what is far from it. They were seen to judge
    the average, so a phone's variable rate that averages 60.04 is refused at 60.

    ## Fix
    Retimes to a constant rate inside the limit (reencode).
    """
    return out_of_range("TIM002", "fps", info, profile, "retime it: `mediaprep fix`")


@fact_rule("TIM003", "variable-frame-rate", Kind.VIDEO, fix=Fixability.REENCODE)
def variable_frame_rate(info: MediaInfo) -> Iterable[Finding]:
    """Notes that frames are not evenly spaced.

    ## Why it matters
    The average and the nominal rate differ; sound drifts in tools that assume an even rate.

    ## Fix
    Retimes to a constant rate when it has to encode anyway (reencode).
    """
    if not info.variable_fps or info.fps is None:
        return ()
    message = f"variable frame rate, {format_decimal(info.fps, 3)} fps on average"
    return (RULES["TIM003"].finding(Verdict.PASS, message),)


@limit_rule("TIM004", "clocks-disagree", *_TIMED, fix=Fixability.LOSSLESS)
def clocks_disagree(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Finds a file that passes or fails depending on which of its clocks is believed.

    ## Why it is contested
    Container, track and counted samples each tell a duration. Far from a limit the difference
    does not matter; across it, backends that read another clock decide otherwise.

    ## Fix
    Writes the file anew, so that all clocks agree (lossless).
    """
    limits = profile.limits.get(info.kind) if info.kind else None
    limit = limits.get("duration") if limits else None
    duration = MEASURES["duration"].value(info)
    if limit is None or duration is None:
        return ()
    verdict = limit.judge(*duration)
    if verdict is Verdict.FAIL:
        return ()  # TIM001 says so already
    for clock, seconds in info.clocks.items():
        other = limit.judge(seconds.numerator, seconds.denominator)
        if other is not verdict:
            says = f"the {clock} clock says {format_decimal(seconds, 3)} s"
            believed = f"the file plays {format_decimal(info.duration_s or seconds, 3)} s"
            finding = RULES["TIM004"].finding(
                Verdict.CONTESTED,
                f"{says}, {believed}, {accepts(profile, limit)}",
                found=round(float(seconds), 6),
                hint="write it anew: `mediaprep fix`",
            )
            return (
                replace(
                    finding,
                    profile=profile.name,
                    measure="duration",
                    allowed=limit.text,
                    source=limit.source,
                ),
            )
    return ()
