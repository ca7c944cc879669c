"""Videos, each named for the fact it shows; flat colour, so that a frame costs a few bytes."""

from __future__ import annotations

from fixturelib.ffmpeg import Build, again, color, h264, run, tone, with_sound
from fixturelib.handmade import before
from fixturelib.recipe import Fact, Fixture, clip

_AAC = ["-c:a", "aac", "-b:a", "24k", "-ac", "1"]
_FRAGMENTS = "+frag_keyframe+empty_moov+default_base_moof"
_VIDEO: dict[str, Fact] = {"kind": "video", "container": "mp4", "video_codec": "h264"}


def _shape(path: str, size: str, codes: tuple[str, ...] = ()) -> Fixture:
    width, height = map(int, size.split("x"))
    facts = _VIDEO | {"width": width, "height": height, "pixels": width * height}
    return clip(path, f"{size}, 24 fps, 2 s, H.264", h264(size, "24", 48), facts, codes)


def _rate(path: str, fps: str, frames: int, codes: tuple[str, ...] = ()) -> Fixture:
    facts = _VIDEO | {"fps": fps, "fps_nominal": fps, "frames": frames}
    return clip(
        path, f"{frames} frames at {fps} fps, H.264", h264("1280x720", fps, frames), facts, codes
    )


def _length(path: str, frames: int, fps: int, seconds: str, codes: tuple[str, ...] = ()) -> Fixture:
    facts = _VIDEO | {"duration_s": seconds, "frames": frames}
    made = f"{frames} frames at {fps} fps, H.264"
    return clip(path, made, h264("640x640", str(fps), frames), facts, codes)


SHAPES = [
    _shape("640x640-least-pixels.mp4", "640x640"),
    _shape("834x1112-most-pixels.mp4", "834x1112"),
    _shape("836x1112-too-many-pixels.mp4", "836x1112", ("GEO004",)),
    _shape("848x480-too-few-pixels.mp4", "848x480", ("GEO004",)),
    _shape("1920x1080-too-many-pixels.mp4", "1920x1080", ("GEO004",)),
]
RATES = [
    _rate("fps-12.mp4", "12", 36, ("TIM002",)),
    _rate("fps-23.976.mp4", "24000/1001", 72, ("TIM002",)),
    _rate("fps-24.mp4", "24", 72),
    _rate("fps-60.mp4", "60", 180),
    _rate("fps-61.mp4", "61", 183, ("TIM002",)),
]
LENGTHS = [
    _length("duration-1.9s.mp4", 57, 30, "1.9", ("TIM001",)),
    _length("duration-2.0s.mp4", 60, 30, "2"),
    _length("duration-15.0s.mp4", 450, 30, "15"),
    _length("duration-15.1s.mp4", 453, 30, "15.1", ("TIM001",)),
]

_GOOD = with_sound(3, _AAC)
_GOOD_FACTS = _VIDEO | {"width": 1280, "height": 720, "fps": "24", "audio_codec": "aac"}
_PLAIN = h264()


def _turned() -> Build:
    return again(_PLAIN, ["-display_rotation", "-90"], ["-movflags", "+faststart"], ".mp4")


def _uneven() -> Build:
    thin_out = r"select='lt(t\,1)+not(mod(n\,2))'"
    uneven = ["-vf", thin_out, "-fps_mode", "vfr", "-video_track_timescale", "600", "-bf", "0"]
    return h264("640x640", "60", 120, *uneven)


def _fragmented() -> Build:
    return again(_PLAIN, [], ["-movflags", _FRAGMENTS], ".mp4")


def _two_sounds() -> bytes:
    inputs = [*color("1280x720", "24"), *tone(440), *tone(880)]
    coded = ["-c:v", "libx264", "-crf", "40", "-pix_fmt", "yuv420p", *_AAC, "-t", "3"]
    return run(inputs, ["-map", "0", "-map", "1", "-map", "2", *coded], ".mp4")


def _long_sound() -> bytes:
    inputs = ["-t", "14.5", *color("640x640", "24"), "-t", "15.5", *tone(200, 8000)]
    coded = ["-c:v", "libx264", "-crf", "40", "-pix_fmt", "yuv420p", "-g", "999"]
    return run(inputs, [*coded, "-c:a", "aac", "-b:a", "8k"], ".mp4")


def _hidden_start() -> Build:
    """Cut before the first key frame: the frames stay, and an edit list skips them."""
    whole = h264("640x640", "24", 372, "-bf", "0")
    return again(whole, ["-ss", "0.75"], [], ".mp4")


def _hevc() -> bytes:
    coder = ["-c:v", "libx265", "-x265-params", "log-level=error:pools=none:frame-threads=1:info=0"]
    options = [*coder, "-crf", "40", "-pix_fmt", "yuv420p10le", "-tag:v", "hvc1", "-frames:v", "48"]
    return run(color("1280x720", "24"), options, ".mp4")


def _vp9(suffix: str) -> Build:
    options = ["-c:v", "libvpx-vp9", "-b:v", "0", "-crf", "60", "-frames:v", "48"]
    return lambda: run(color("1280x720", "24"), options, suffix)


def _locked() -> Build:
    key = ["-encryption_key", "0f" * 16, "-encryption_kid", "f0" * 16]
    return again(_PLAIN, [], ["-encryption_scheme", "cenc-aes-ctr", *key], ".mp4")


def _exact_with_sound() -> bytes:
    """As most exports are: 15 s of picture, and AAC whose last frame is padded past them."""
    inputs = [*color("640x640", "24"), *tone(200, 8000)]
    coded = ["-c:v", "libx264", "-crf", "40", "-pix_fmt", "yuv420p", "-g", "999"]
    return run(inputs, [*coded, "-c:a", "aac", "-b:a", "8k", "-t", "15"], ".mp4")


HEALTHY = [
    clip(
        "good-1280x720-24fps.mp4",
        "H.264 and AAC, 3 s, index first",
        _GOOD,
        _GOOD_FACTS
        | {"moov_at_end": False, "audio_tracks": 1, "rotation": 0, "sample_aspect": "1"},
    ),
    clip(
        "good.mov",
        "H.264 and AAC, 3 s, QuickTime",
        with_sound(3, _AAC, suffix=".mov"),
        _GOOD_FACTS | {"container": "mov"},
    ),
    clip(
        "moov-at-end.mp4",
        "the same, index last",
        with_sound(3, _AAC, "-movflags", "-faststart"),
        _GOOD_FACTS | {"moov_at_end": True},
    ),
    clip(
        "sound-is-mp3.mp4",
        "H.264 with MP3 in MP4",
        with_sound(3, ["-c:a", "libmp3lame", "-b:a", "32k", "-ac", "1"]),
        _VIDEO | {"audio_codec": "mp3", "audio_tracks": 1},
    ),
    clip("two-audio-tracks.mp4", "two tones", _two_sounds, _GOOD_FACTS | {"audio_tracks": 2}),
    clip(
        "duration-15.0s-with-aac.mp4",
        "15 s of picture and sound, the last AAC frame padded past them",
        _exact_with_sound,
        _VIDEO | {"duration_s": "15", "audio_codec": "aac"},
    ),
    clip(
        "fragmented.mp4",
        "empty moov, then moof and mdat",
        _fragmented(),
        _VIDEO | {"fragmented": True, "duration_s": "3", "fps": "24"},
    ),
    clip(
        "hevc-10bit.mp4",
        "H.265 Main 10, tagged hvc1",
        _hevc,
        _VIDEO | {"video_codec": "hevc", "bit_depth": 10, "duration_s": "2"},
    ),
]
READINGS = [
    clip(
        "rotated-90.mp4",
        "stored 1280×720, a display matrix turns it 90° clockwise",
        _turned(),
        _VIDEO
        | {"width": 720, "height": 1280, "coded_width": 1280, "coded_height": 720, "rotation": 90},
    ),
    clip(
        "sar-4x3.mp4",
        "1152×720 stored, pixels 4:3: within the cap as stored, past it as shown",
        h264("1152x720", "24", 48, "-vf", "setsar=4/3"),
        _VIDEO | {"width": 1152, "height": 720, "sample_aspect": "4/3"},
        ["GEO007"],
    ),
    clip(
        "vfr.mp4",
        "a second of 60 fps, then two of 30",
        _uneven(),
        _VIDEO | {"variable_fps": True, "frames": 120, "fps": "7200/179"},
    ),
    clip(
        "clocks-disagree.mp4",
        "15.5 s of frames, of which an edit list skips 0.75 s",
        _hidden_start(),
        _VIDEO | {"duration_s": "14.75", "frames": 372},
        ["TIM004"],
    ),
    clip(
        "sound-outlasts-picture.mp4",
        "14.5 s of picture, 15.5 s of sound",
        _long_sound,
        _VIDEO | {"duration_s": "15.5"},
        ["TIM001"],
    ),
]
REFUSED = [
    clip(
        "audio-only.mp4",
        "AAC and no picture",
        lambda: run(tone(), [*_AAC, "-t", "3"], ".mp4"),
        {"kind": "audio", "container": "mp4", "audio_codec": "aac"},
        ["CON002"],
    ),
    clip(
        "clip.webm",
        "VP9 in WebM",
        _vp9(".webm"),
        {"kind": "video", "container": "webm", "width": 1280, "height": 720},
        ["CON002"],
    ),
    clip(
        "clip.mkv",
        "VP9 in Matroska",
        _vp9(".mkv"),
        {"kind": "video", "container": "matroska", "width": 1280, "height": 720},
        ["CON002"],
    ),
    clip(
        "init-segment.mp4",
        "a fragmented file up to its first moof",
        before(_fragmented(), b"moof"),
        {},
        ["CON007"],
        images_only=["CON007"],
    ),
    clip(
        "encrypted.mp4",
        "Common Encryption (cenc)",
        _locked(),
        {},
        ["CON006"],
        images_only=["CON006"],
    ),
]

FIXTURES = [*SHAPES, *RATES, *LENGTHS, *HEALTHY, *READINGS, *REFUSED]
