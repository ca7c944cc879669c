"""COD: codecs, pixel formats and dynamic range."""

from __future__ import annotations

from collections.abc import Iterable

from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules.limits import not_one_of, out_of_range
from mediaprep.rules.registry import RULES, fact_rule, limit_rule

_CONVERT = "transcode it: `mediaprep fix`"
_EVERYWHERE = frozenset({"yuv420p", "yuvj420p"})
_HDR_WORDS = {"pq": "HDR (PQ, SMPTE ST 2084)", "hlg": "HDR (HLG)", "dolby-vision": "Dolby Vision"}


@limit_rule("COD001", "video-codec-not-accepted", Kind.VIDEO, fix=Fixability.REENCODE)
def video_codec_not_accepted(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the picture codec against those that the backend names.

    ## Why it is refused
    A container says nothing about what is in it; backends name the codecs they decode.

    ## Fix
    Transcodes the picture to H.264 (reencode).
    """
    return not_one_of("COD001", "video_codec", info, profile, _CONVERT)


@limit_rule("COD002", "audio-codec-not-accepted", Kind.VIDEO, Kind.AUDIO, fix=Fixability.REENCODE)
def audio_codec_not_accepted(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the sound codec against those that the backend names; a silent video passes.

    ## Fix
    Transcodes the sound to AAC, WAV or MP3 (reencode).
    """
    if _is_silent(info):
        return ()
    return not_one_of("COD002", "audio_codec", info, profile, _CONVERT)


@limit_rule("COD003", "pixel-format-not-accepted", Kind.VIDEO, fix=Fixability.REENCODE)
def pixel_format_not_accepted(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the pixel format against those that the backend names.

    ## Fix
    Converts to 8-bit yuv420p (reencode).
    """
    return not_one_of("COD003", "pix_fmt", info, profile, _CONVERT)


@limit_rule("COD004", "bit-depth-out-of-range", Kind.IMAGE, Kind.VIDEO, fix=Fixability.REENCODE)
def bit_depth_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the bits of each channel, where a profile limits them.

    ## Fix
    Converts to 8 bits (reencode).
    """
    return out_of_range("COD004", "bit_depth", info, profile, _CONVERT)


@fact_rule("COD005", "hdr", Kind.IMAGE, Kind.VIDEO, fix=Fixability.REENCODE)
def hdr(info: MediaInfo) -> Iterable[Finding]:
    """Notes high dynamic range.

    ## Why it matters
    Backends document nothing about HDR; a reader that ignores the transfer function shows the
    picture grey and washed out.

    ## Fix
    Tone-maps to SDR when it has to encode anyway (reencode).
    """
    if info.hdr is None:
        return ()
    return (RULES["COD005"].finding(Verdict.PASS, f"the picture is {_HDR_WORDS[info.hdr]}"),)


@fact_rule("COD006", "unusual-pixel-format", Kind.VIDEO, fix=Fixability.REENCODE)
def unusual_pixel_format(info: MediaInfo) -> Iterable[Finding]:
    """Notes a pixel format that not every decoder takes: more than 8 bits, 4:2:2, 4:4:4.

    ## Fix
    Converts to 8-bit yuv420p when it has to encode anyway (reencode).
    """
    if info.pix_fmt is None or info.pix_fmt in _EVERYWHERE:
        return ()
    return (RULES["COD006"].finding(Verdict.PASS, f"the pixel format is {info.pix_fmt}"),)


@limit_rule("COD007", "sample-rate-out-of-range", Kind.VIDEO, Kind.AUDIO, fix=Fixability.REENCODE)
def sample_rate_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the sample rate of the sound, where a profile limits it.

    ## Fix
    Resamples (reencode).
    """
    if _is_silent(info):
        return ()
    return out_of_range("COD007", "sample_rate", info, profile, _CONVERT)


@limit_rule("COD008", "channels-out-of-range", Kind.VIDEO, Kind.AUDIO, fix=Fixability.REENCODE)
def channels_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the number of sound channels, where a profile limits it.

    ## Fix
    Mixes down (reencode).
    """
    if _is_silent(info):
        return ()
    return out_of_range("COD008", "channels", info, profile, _CONVERT)


def _is_silent(info: MediaInfo) -> bool:
    return info.kind is Kind.VIDEO and info.audio_tracks == 0
