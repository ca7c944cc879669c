"""Turn the tracks of a movie into facts: which of them count, and what they measure together."""

from __future__ import annotations

from fractions import Fraction

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe.boxes import name
from mediaprep.probe.mp4_audio import take_frame
from mediaprep.probe.mp4_marks import mark_metadata
from mediaprep.probe.mp4_matrix import placement
from mediaprep.probe.mp4_samples import find_end, first_byte, total_bytes
from mediaprep.probe.mp4_tracks import PICTURE, SOUND, Movie, Presentation, Track
from mediaprep.probe.mp4_video import Visual
from mediaprep.probe.source import Source

# The movie header's duration is believed as long as the tracks bear it out.
_SLACK_S, _SLACK_SHARE = 0.5, 0.05
_SQUARE = Fraction(1)


def describe(info: MediaInfo, movie: Movie, source: Source) -> None:
    """Fill in the facts of a movie whose fragments, if any, were added to its tracks before."""
    pictures, sounds = _counting(movie, PICTURE), _counting(movie, SOUND)
    info.video_tracks, info.audio_tracks = len(pictures), len(sounds)
    counting = pictures + sounds
    sampled = any(track.samples for track in counting)
    info.fragmented = movie.fragments > 0 or (movie.extended and not sampled)
    info.kind = Kind.VIDEO if pictures else Kind.AUDIO if sounds else None
    if pictures and info.container == "m4a":
        info.container = "mp4"
    mark_metadata(movie.data, movie.metadata, info)
    holding, counted = (sum(t.samples > 0 for t in tracks) for tracks in (movie.tracks, counting))
    if besides := holding - counted:
        info.marks["other-tracks"] = f"{besides} besides those of pictures and sound"
    _describe_clocks(info, movie, counting)
    if pictures:
        _describe_picture(info, movie, _main(pictures))
    if sounds:
        _describe_sound(info, movie, _main(sounds), source)
    _find_faults(info, movie, counting, source.size)


def _counting(movie: Movie, handler: bytes) -> list[Track]:
    """Return the tracks that a player would offer: no chapters' pictures, no depth, none empty."""
    chapters = {chapter for track in movie.tracks for chapter in track.chapters}
    tracks = [
        track
        for track in movie.tracks
        if track.handler == handler and not track.auxiliary and track.id not in chapters
    ]
    return [track for track in tracks if track.samples] or tracks


def _main(tracks: list[Track]) -> Track:
    return next((track for track in tracks if track.enabled), tracks[0])


def _describe_clocks(info: MediaInfo, movie: Movie, tracks: list[Track]) -> None:
    container = movie.duration_s
    if container:
        info.clocks["container"] = container
    tracks = [track for track in tracks if track.samples]
    ticking = (track for track in tracks if track.times.ticks and track.timescale)
    if counted := [track for track in ticking if track.times.whole]:
        # Sound is coded in whole frames with priming before and padding behind: pictures count.
        pictures = [track for track in counted if track.handler == PICTURE]
        longest = max(pictures or counted, key=_ticking_s)
        info.clocks["counted"] = Fraction(longest.times.ticks, longest.timescale)
    if spans := [span for track in tracks if (span := track.presented(movie.timescale))]:
        info.clocks["track"] = info.duration_s = track_s = _union(spans)
        shown = float(track_s)
        slack = max(_SLACK_S, shown * _SLACK_SHARE)
        if container and not info.fragmented and abs(float(container) - shown) <= slack:
            info.duration_s = container
    elif container and not info.video_tracks and not info.audio_tracks:
        info.duration_s = container  # of text or data: nothing else says it
    elif tracks:
        info.unread["duration_s"] = "no track says how fast its clock ticks"
    else:
        info.unread["duration_s"] = "no track of pictures or sound has samples"


def _ticking_s(track: Track) -> float:
    return track.times.ticks / track.timescale


def _union(spans: list[Presentation]) -> Fraction:
    """Return the time from the start of the first track to the end of the last one."""
    if not any(span.start for span in spans):
        longest = max(spans, key=lambda span: span.length / span.unit)
        return Fraction(longest.length, longest.unit)
    ends = [Fraction(span.start + span.length, span.unit) for span in spans]
    return max(ends) - min(Fraction(span.start, span.unit) for span in spans)


def _describe_picture(info: MediaInfo, movie: Movie, track: Track) -> None:
    visual = track.visual
    if visual is None:
        for fact in ("video_codec", "width", "height", "pix_fmt"):
            info.unread[fact] = "no sample entry (stsd)"
    else:
        _describe_visual(info, visual)
        _place(info, movie, track, visual)
    info.frames = track.samples or None
    times, clock = track.times, track.timescale
    if clock and times.ticks and times.samples:
        info.fps = Fraction(times.samples * clock, times.ticks)
        info.fps_nominal = info.fps  # the best reading of steps that a coarse clock rounded
        if times.step and (times.steady or times.variable):
            info.fps_nominal = Fraction(clock, times.step)
        if times.whole:
            info.variable_fps = times.variable
        else:
            info.unread["variable_fps"] = "the table of sample times was not read to its end"
    else:
        why = "no samples" if not track.samples else "its clock does not tick"
        info.unread["fps"] = info.unread["variable_fps"] = why
    if info.frames is None:
        info.unread["frames"] = "no samples"


def _describe_visual(info: MediaInfo, visual: Visual) -> None:
    info.video_codec, info.pix_fmt = visual.codec, visual.pix_fmt
    info.bit_depth, info.hdr = visual.bit_depth, visual.hdr
    info.has_alpha = True if visual.alpha else info.has_alpha
    if visual.codec is None:
        info.unread["video_codec"] = f"sample entry {name(visual.kind)}"
    if visual.pix_fmt is None:
        why = f"no decoder configuration of {visual.codec or name(visual.kind)} that we read"
        info.unread["pix_fmt"] = why
    if visual.bit_depth is None:
        info.unread["bit_depth"] = info.unread["pix_fmt"]


def _place(info: MediaInfo, movie: Movie, track: Track, visual: Visual) -> None:
    width, height = visual.width, visual.height
    if not width or not height:
        info.unread["width"] = info.unread["height"] = "the sample entry gives no size"
        return
    info.coded_width, info.coded_height = width, height
    placed = placement(track.turning, movie.turning)
    info.rotation = placed.rotation
    if placed.rotation is None:
        info.unread["rotation"] = "the display matrix turns by no right angle"
    if placed.mirrored:
        info.marks["mirrored"] = "the display matrix mirrors the picture"
    info.width, info.height = (height, width) if placed.sideways else (width, height)
    info.sample_aspect = visual.sample_aspect or _track_aspect(track, width, height)
    if info.sample_aspect is None:
        info.sample_aspect = placed.stretch or visual.stream_aspect or _SQUARE


def _track_aspect(track: Track, width: int, height: int) -> Fraction | None:
    """Return what a track header that shows another shape than the stored one makes of samples."""
    across, down = track.shown
    if not across or not down or across * height == width * down:
        return None
    return Fraction(across * height, width * down)


def _describe_sound(info: MediaInfo, movie: Movie, track: Track, source: Source) -> None:
    sound = track.sound
    if sound is None:
        for fact in ("audio_codec", "sample_rate", "channels"):
            info.unread[fact] = "no sample entry (stsd)"
        return
    if sound.codec == "mp3" and (start := first_byte(movie.data, track.tables)):
        take_frame(sound, source.at(start, 4))
    info.audio_codec, info.sample_rate = sound.codec, sound.sample_rate
    info.channels = sound.channels
    if sound.codec is None:
        info.unread["audio_codec"] = f"sample entry {name(sound.kind)}"
    for fact in ("sample_rate", "channels"):
        if getattr(info, fact) is None:
            info.unread[fact] = "the sample entry does not say"
    if info.kind is Kind.AUDIO:
        info.bitrate = _bitrate(movie, track) or sound.bitrate
        if info.bitrate is None:
            info.unread["bitrate"] = "neither stated nor to be had from the sizes of samples"


def _bitrate(movie: Movie, track: Track) -> int | None:
    seconds = track.counted_s
    if not seconds or not track.sound or track.sound.codec in ("pcm", "g711"):
        return None
    if movie.fragments:
        stored = movie.media_bytes if len(movie.tracks) == 1 else None
    else:
        stored = total_bytes(movie.data, track.tables)
    return round(8 * stored / seconds) if stored else None


def _find_faults(info: MediaInfo, movie: Movie, tracks: list[Track], size: int) -> None:
    faults = info.faults
    if any(_encrypted(track) for track in tracks):
        faults.append((Fault.ENCRYPTED, "the samples are encrypted"))
        info.kind = None
    if not tracks:
        handlers = ", ".join(sorted({name(track.handler) for track in movie.tracks}))
        what = f"no picture and no sound, only {handlers}" if handlers else "it has no tracks"
        faults.append((Fault.NOT_MEDIA, what))
    elif not any(track.samples for track in tracks):
        what = "an init segment: its samples are in other files"
        faults.append((Fault.NO_SAMPLES, what if movie.extended else "no track has samples"))
        info.kind = None
    if not movie.whole:
        return
    past = 0
    for track in tracks:
        if not track.times.whole:
            faults.append((Fault.MALFORMED, f"track {track.id}: stts ends before its entries do"))
        if track.samples and not info.fragmented:
            end, problem = find_end(movie.data, track.tables, track.samples)
            past = max(past, end)
            if problem:
                faults.append((Fault.MALFORMED, f"track {track.id}: {problem}"))
    if past > size and not any(fault is Fault.TRUNCATED for fault, _ in faults):
        message = f"samples are said to go on to byte {past}, the file ends at {size}"
        faults.append((Fault.TRUNCATED, message))


def _encrypted(track: Track) -> bool:
    return any(entry.encrypted for entry in (track.visual, track.sound) if entry)
