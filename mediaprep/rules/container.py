"""CON: the kind of media, its container and its size in bytes."""

from __future__ import annotations

from collections.abc import Iterable

from mediaprep.model import Finding, Fixability, Kind, MediaInfo, Severity, Verdict
from mediaprep.profiles.profile import Profile
from mediaprep.rules.limits import not_one_of, out_of_range
from mediaprep.rules.registry import RULES, fact_rule, limit_rule

_ARTICLE = {Kind.IMAGE: "an image", Kind.VIDEO: "a video", Kind.AUDIO: "sound"}


@limit_rule("CON001", "kind-not-accepted")
def kind_not_accepted(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks that the backend takes this kind of media at all.

    ## Why it is refused
    Some asset libraries take images only. The kind is decided by content: an mp4 without a
    picture track is sound, a HEIC is an image.

    ## Fix
    None: choose another backend, or another file.
    """
    kind = info.kind
    if kind is None or kind in profile.limits:
        return ()
    taken = ", ".join(f"{kind}s" if kind is Kind.IMAGE else kind for kind in profile.limits)
    message = f"this is {_ARTICLE[kind]}, {profile.name} accepts {taken} only"
    return (
        RULES["CON001"].finding(
            Verdict.FAIL,
            message,
            profile=profile.name,
            measure="kind",
            found=kind,
            allowed=taken,
            source=profile.source,
            hint="use a backend that takes it: `mediaprep profile list`",
        ),
    )


@limit_rule("CON002", "container-not-accepted", fix=Fixability.REENCODE)
def container_not_accepted(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the container, as its bytes show it, against the formats that the backend names.

    ## Why it is refused
    Backends name the formats they decode; the extension plays no part.

    ## Fix
    Converts to an accepted format; a video is remuxed without loss where its codecs allow it.
    """
    return not_one_of("CON002", "container", info, profile, "convert it: `mediaprep fix`")


@limit_rule("CON003", "size-out-of-range", fix=Fixability.REENCODE)
def size_out_of_range(info: MediaInfo, profile: Profile) -> Iterable[Finding]:
    """Checks the size of the file in bytes.

    ## Why it is refused
    Every backend caps what it downloads. Most write "MB" without saying whether that is 10⁶ or
    2²⁰ bytes: a size that only one reading takes is contested, a warning.

    ## Fix
    Encodes again, as little smaller as the limit needs (reencode).
    """
    return out_of_range("CON003", "size", info, profile, "encode it smaller: `mediaprep fix`")


@fact_rule("CON004", "moov-at-end", Kind.VIDEO, Kind.AUDIO, fix=Fixability.LOSSLESS)
def moov_at_end(info: MediaInfo) -> Iterable[Finding]:
    """Notes that an mp4's index stands behind its media.

    ## Why it matters
    A reader that streams must fetch the whole file before it can start. No backend refuses it.

    ## Fix
    Moves the index to the front without touching the media (lossless): together with any other fix
    of the file, or alone with `--fix-notes`.
    """
    if not info.moov_at_end:
        return ()
    return (RULES["CON004"].finding(Verdict.PASS, "the index (moov) stands behind the media"),)


@fact_rule("CON005", "fragmented", Kind.VIDEO, Kind.AUDIO, fix=Fixability.LOSSLESS)
def fragmented(info: MediaInfo) -> Iterable[Finding]:
    """Notes that an mp4 is fragmented, as streaming servers write it.

    ## Why it matters
    Its header often claims another duration than its fragments hold. Readers differ.

    ## Fix
    Writes one index for the whole file without touching the media (lossless): together with any
    other fix of the file, or alone with `--fix-notes`.
    """
    if not info.fragmented:
        return ()
    return (RULES["CON005"].finding(Verdict.PASS, "the mp4 is fragmented (moof boxes)"),)


@fact_rule("CON008", "extra-tracks", Kind.VIDEO, severity=Severity.NOTE, fix=Fixability.LOSSLESS)
def extra_tracks(info: MediaInfo) -> Iterable[Finding]:
    """Notes more than one picture track or more than one sound track.

    ## Why it matters
    Nobody documents which of them a backend takes.

    ## Fix
    Keeps the first of each (lossless).
    """
    pictures, sounds = info.video_tracks or 0, info.audio_tracks or 0
    if pictures < 2 and sounds < 2:
        return ()
    message = f"{pictures} picture and {sounds} sound tracks: which is taken is not documented"
    return (RULES["CON008"].finding(Verdict.PASS, message),)
