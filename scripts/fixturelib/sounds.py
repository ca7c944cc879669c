"""Audio, each named for the fact it shows; low sample rates keep exact lengths small."""

from __future__ import annotations

from fixturelib.ffmpeg import Build, run, tone
from fixturelib.handmade import wav
from fixturelib.recipe import Fact, Fixture, sound

_WAV: dict[str, Fact] = {"container": "wav", "channels": 1}
_MP3: dict[str, Fact] = {
    "container": "mp3",
    "audio_codec": "mp3",
    "channels": 1,
    "sample_rate": 16_000,
}
_LAME = ["-c:a", "libmp3lame", "-ac", "1", "-ar", "16000"]
# Silence, then noise: frames of very different sizes, which is what a VBR file is.
_UNEVEN = "aevalsrc='if(lt(t\\,2)\\,0\\,0.4*random(0))':s=16000:d=3"


def _exact(
    path: str, rate: int, samples: int, seconds: str, codes: tuple[str, ...] = ()
) -> Fixture:
    facts = _WAV | {"sample_rate": rate, "duration_s": seconds, "audio_codec": "pcm"}
    return sound(
        path,
        f"{samples:,} samples of 8 bits at {rate} Hz, by hand",
        wav(rate, samples),
        facts,
        codes,
    )


def _coded(source: list[str], *options: str, suffix: str) -> Build:
    return lambda: run(source, options, suffix)


def _mp3(source: list[str], *options: str) -> Build:
    return _coded(source, *_LAME, *options, suffix=".mp3")


_NOISE = ["-f", "lavfi", "-i", _UNEVEN]
_LOW = tone(200, 2000)
# 3 s of 16 kHz end inside the 84th frame of 576 samples, and LAME adds two: 86 × 576 / 16,000 s.
_BARE = ["-write_xing", "0", "-id3v2_version", "0"]

LENGTHS = [
    _exact("duration-1.99s.wav", 2000, 3980, "1.99", ("TIM001",)),
    _exact("duration-2.00s.wav", 2000, 4000, "2"),
    _exact("duration-15.00s.wav", 2000, 30_000, "15"),
    _exact("duration-15.01s.wav", 2000, 30_020, "15.01", ("TIM001",)),
]
KINDS = [
    sound(
        "cbr.mp3",
        "16 kbit/s throughout, no Xing header, no ID3, LAME",
        _mp3(tone(440, 16_000), "-b:a", "16k", *_BARE, "-t", "3"),
        _MP3 | {"bitrate": 16_000, "duration_s": "387/125"},
    ),
    sound(
        "vbr-with-xing.mp3",
        "VBR with a Xing header that says how much is padding, LAME",
        _mp3(_NOISE, "-q:a", "9"),
        _MP3 | {"duration_s": "3"},
    ),
    sound(
        "vbr-without-xing.mp3",
        "VBR, every frame must be counted, LAME",
        _mp3(_NOISE, "-q:a", "9", *_BARE),
        _MP3 | {"duration_s": "387/125"},
    ),
    sound(
        "float.wav",
        "32-bit IEEE float, ffmpeg",
        _coded(_LOW, "-c:a", "pcm_f32le", "-t", "2", suffix=".wav"),
        _WAV | {"duration_s": "2", "sample_rate": 2000, "audio_codec": "pcm"},
    ),
    sound(
        "rf64.wav",
        "RF64 with a ds64 chunk, 16 bits, ffmpeg",
        _coded(_LOW, "-c:a", "pcm_s16le", "-rf64", "always", "-t", "2", suffix=".wav"),
        _WAV | {"duration_s": "2", "audio_codec": "pcm"},
    ),
    sound(
        "wav-data-size-zero.wav",
        "a writer that was never told to finish: sizes of zero, 2 s of samples, by hand",
        wav(2000, 4000, says=0),
        {"container": "wav", "duration_s": "2"},
    ),
    sound(
        "voice.flac",
        "FLAC, ffmpeg",
        _coded(_LOW, "-c:a", "flac", "-ar", "8000", "-t", "3", suffix=".flac"),
        {"container": "flac", "duration_s": "3"},
        ["CON002"],
    ),
    sound(
        "voice.ogg",
        "Vorbis in Ogg, ffmpeg",
        _coded(tone(200, 8000), "-c:a", "libvorbis", "-t", "3", suffix=".ogg"),
        {"container": "ogg", "audio_codec": "vorbis", "duration_s": "3"},
        ["CON002"],
    ),
]

FIXTURES = [*LENGTHS, *KINDS]
