"""Sounds: their length, their silence, their peaks, and where to cut them."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import clips
import pytest

from mediaprep.errors import FixFailed
from mediaprep.fix import av
from mediaprep.fix.cutting import choose, pauses
from mediaprep.fix.recipe import AudioRecipe, Mode, Short, Window
from mediaprep.model import MediaInfo
from mediaprep.probe import probe


def _make(path: Path, source: str, *options: str) -> Path:
    clips.run("-f", "lavfi", "-i", source, *options, path)
    return path


def _fix(path: Path, **recipe: object) -> MediaInfo:
    fields: dict[str, object] = {"container": "wav", "mode": Mode.ENCODE, **recipe}
    out = path.with_name(f"fixed.{fields['container']}")
    av.write(probe(path), AudioRecipe(**fields), str(path), str(out))  # type: ignore[arg-type]
    made = probe(out)
    assert made.faults == []
    return made


@pytest.mark.parametrize("container", ["wav", "mp3"])
@pytest.mark.parametrize("start", [Fraction(0), Fraction(5, 3)])
def test_no_clock_passes_the_window(tmp_path: Path, container: str, start: Fraction) -> None:
    path = _make(tmp_path / "a.flac", "sine=d=9:r=44100")
    made = _fix(path, container=container, window=Window(start, start + 5))
    assert made.duration_s is not None
    assert max(*made.clocks.values(), made.duration_s) <= 5
    assert made.duration_s > 5 - Fraction(1, 10)


@pytest.mark.parametrize(
    ("source", "options", "depth"),
    [
        pytest.param("a.wav", ("-c:a", "pcm_s24le"), 24, id="24 bits stay"),
        pytest.param("a.wav", ("-c:a", "pcm_s16le"), 16, id="16 bits stay"),
        pytest.param("a.mp3", (), 16, id="what was lossy gets 16"),
    ],
)
def test_depth(tmp_path: Path, source: str, options: tuple[str, ...], depth: int) -> None:
    path = _make(tmp_path / source, "sine=d=2:r=32000", *options)
    made = _fix(path)
    assert (made.bit_depth, made.sample_rate, made.channels) == (depth, 32_000, 1)


@pytest.mark.parametrize("codec", ["pcm_u8", "pcm_s16le", "pcm_s24le"])
def test_a_cut_of_plain_samples_keeps_every_one_of_them(tmp_path: Path, codec: str) -> None:
    path = _make(tmp_path / "a.wav", "sine=d=3:r=48000", "-c:a", codec)
    made = _fix(path, mode=Mode.CUT, window=Window(Fraction(0), Fraction(2), "from the start"))
    assert made.bit_depth == probe(path).bit_depth
    assert clips.samples(Path(made.path)) == clips.samples(path)[: 2 * 48_000]


def test_rate_and_channels_as_asked(tmp_path: Path) -> None:
    path = _make(tmp_path / "a.wav", "aevalsrc=sin(440*t)|cos(440*t):s=96000:d=1")
    made = _fix(path, sample_rate=44_100, channels=1)
    assert (made.sample_rate, made.channels, made.duration_s) == (44_100, 1, Fraction(1))
    made = _fix(path, container="mp3")
    assert (made.sample_rate, made.channels) == (48_000, 2)


@pytest.mark.parametrize("container", ["wav", "mp3"])
def test_what_is_too_loud_is_turned_down_not_cut_off(tmp_path: Path, container: str) -> None:
    path = _make(tmp_path / "a.wav", "aevalsrc=1.8*sin(2*PI*300*t):d=2", "-c:a", "pcm_f32le")
    made = _fix(path, container=container)
    heard = clips.samples(Path(made.path))
    highest = max(heard)
    assert 26_000 < highest < 32_767
    assert sum(abs(sample) > 0.98 * highest for sample in heard) / len(heard) < 0.2


@pytest.mark.parametrize("extend", list(Short))
def test_a_short_sound_is_made_longer(tmp_path: Path, extend: Short) -> None:
    path = _make(tmp_path / "a.wav", "aevalsrc=0.5*sin(2*PI*100*t+1):d=1.017:s=48000")
    made = _fix(path, extend_to_s=Fraction(5, 2), extend=extend)
    assert made.duration_s == Fraction(5, 2)
    heard = clips.samples(Path(made.path))
    tail = max(map(abs, heard[int(2.1 * 48_000) :]))
    assert tail == 0 if extend is Short.PAD else tail > 15_000
    # A 100 Hz tone of this height moves by 215 from one sample to the next.
    steps = [abs(b - a) for a, b in pairwise(heard[480:])]
    assert extend is Short.PAD or max(steps) < 700


@pytest.mark.parametrize("most", [40_000, 90_000])
def test_a_byte_limit_sets_the_rate(tmp_path: Path, most: int) -> None:
    path = _make(tmp_path / "a.wav", "anoisesrc=d=4:r=44100", "-ac", "2")
    made = _fix(path, container="mp3", max_bytes=most)
    assert made.size_bytes is not None
    assert most * 0.7 < made.size_bytes <= most


def test_a_byte_limit_that_wav_cannot_keep_is_said(tmp_path: Path) -> None:
    path = _make(tmp_path / "a.wav", "sine=d=4")
    with pytest.raises(FixFailed, match="100,000 are allowed"):
        _fix(path, max_bytes=100_000)


@pytest.fixture(scope="session")
def speech(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Words of 0.5 s with gaps of 50 ms; sentences of six words, and 0.4 s between them."""
    word = "mod(t,3.65)-0.55*floor(mod(t,3.65)/0.55)"
    loud = f"lt({word},0.5)*lt(mod(t,3.65),3.25)"
    source = f"aevalsrc='0.4*sin(2*PI*220*t)*{loud}+0.001*random(0)':d=30:s=16000"
    return _make(tmp_path_factory.mktemp("sounds") / "speech.wav", source)


def test_a_cut_ends_in_silence_not_in_a_word(speech: Path, tmp_path: Path) -> None:
    window = av.find_window(probe(speech), Fraction(2), Fraction(12))
    assert window is not None
    assert "ends in silence" in window.why
    assert 2 <= window.end_s - window.start_s <= 12
    path = tmp_path / "speech.wav"
    path.write_bytes(speech.read_bytes())
    heard = clips.samples(Path(_fix(path, window=window).path))
    assert max(map(abs, heard[-48_000 // 12 :])) < 300
    assert max(map(abs, heard[: 48_000 // 2])) > 3000


def test_a_scene_is_not_cut_through(tmp_path: Path) -> None:
    scenes = [f"{name}=s=160x120:r=25:d={s}" for name, s in (("testsrc", 5), ("mandelbrot", 4))]
    path = tmp_path / "scenes.mp4"
    graph = f"{scenes[0]}[a];{scenes[1].replace(':d=4', '')},trim=end=4[b];[a][b]concat"
    _make(path, graph, "-pix_fmt", "yuv420p")
    window = av.find_window(probe(path), Fraction(2), Fraction(6))
    assert window == Window(Fraction(0), Fraction(5), "ends with a scene at 5 s")


def test_without_a_pause_it_ends_where_it_is_quietest(tmp_path: Path) -> None:
    dip = "aevalsrc='(1-0.8*between(t,4.50,4.56))*0.5*sin(2*PI*400*t)':d=9"
    window = av.find_window(probe(_make(tmp_path / "a.wav", dip)), Fraction(2), Fraction(5))
    assert window is not None
    assert 4.5 <= window.end_s <= 4.56
    assert "no pause" in window.why


def test_what_cannot_be_decoded_has_no_window(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(b"\xff\xfb\x90\x00" + bytes(9000))
    info = probe(path)
    info.audio_tracks = 1
    assert av.find_window(info, Fraction(2), Fraction(5)) is None


def test_a_gap_in_a_word_is_no_pause() -> None:
    levels = [1000.0] * 50 + [0.0] * 5 + [1000.0] * 50 + [0.0] * 20 + [1000.0] * 50
    assert list(pauses(levels)) == [(2.1, 2.5)]


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        pytest.param([0, 4], [3, 9], (4, 9), id="the longest"),
        pytest.param([0, 4], [4.5, 9], (0, 4.5), id="from the start if hardly shorter"),
        pytest.param([0], [1, 9], None, id="none too short or too long"),
    ],
)
def test_choose(
    starts: list[float], ends: list[float], expected: tuple[float, float] | None
) -> None:
    assert choose(starts, ends, 2, 5) == expected
