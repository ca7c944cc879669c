"""Copied streams: their packets are the source's, byte for byte."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import clips
import pytest

import mediaprep
from mediaprep.fix import av
from mediaprep.fix.outcome import Deed
from mediaprep.fix.recipe import AudioRecipe, Mode, VideoRecipe, Window
from mediaprep.probe import probe


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("clips") / "late-index.mp4"
    clips.run(
        *("-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=4", "-f", "lavfi", "-i", "sine=d=4"),
        *("-c:v", "libx264", "-bf", "3", "-preset", "fast", "-g", "48", "-c:a", "aac"),
        *("-metadata", "title=Harbour", "-metadata", "location=+48.1371+011.5753/"),
        path,
    )
    return path


def test_a_remux_keeps_every_packet_and_moves_the_index(source: Path, tmp_path: Path) -> None:
    assert probe(source).moov_at_end is True
    out = tmp_path / "out.mp4"
    av.write(probe(source), VideoRecipe("mp4", Mode.REMUX), str(source), str(out))
    assert probe(out).moov_at_end is False
    assert clips.packets(out) == clips.packets(source)
    assert b"Harbour" in out.read_bytes()


def test_a_remux_can_drop_the_place(source: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.mp4"
    recipe = VideoRecipe("mp4", Mode.REMUX, strip_private=True)
    assert b"loci" in source.read_bytes()
    av.write(probe(source), recipe, str(source), str(out))
    assert b"loci" not in out.read_bytes()
    assert clips.packets(out) == clips.packets(source)


@pytest.mark.parametrize("end_s", [Fraction(2), Fraction(10, 3), Fraction(3001, 1000)])
def test_a_cut_keeps_the_first_packets_and_stays_inside(
    source: Path, tmp_path: Path, end_s: Fraction
) -> None:
    out = tmp_path / "out.mp4"
    recipe = VideoRecipe("mp4", Mode.CUT, window=Window(Fraction(0), end_s))
    av.write(probe(source), recipe, str(source), str(out))
    made = probe(out)
    assert made.duration_s is not None
    assert max(*made.clocks.values(), made.duration_s) <= end_s
    assert made.duration_s > end_s - Fraction(1, 5)
    whole, kept = clips.packets(source), clips.packets(out)
    for track in ("0", "1"):
        first, copied = ([row for row in rows if row.startswith(track)] for rows in (whole, kept))
        assert copied == first[: len(copied)]
        assert len(copied) > 30


@pytest.mark.parametrize("suffix", ["mov", "matroska"])
def test_streams_go_into_another_container(source: Path, tmp_path: Path, suffix: str) -> None:
    other, out = tmp_path / f"other.{suffix}", tmp_path / "out.mp4"
    clips.run("-i", source, "-c", "copy", "-f", suffix, other)
    av.write(probe(other), VideoRecipe("mp4", Mode.REMUX), str(other), str(out))
    assert (probe(out).container, probe(out).faults) == ("mp4", [])
    assert sorted(clips.packets(out)) == sorted(clips.packets(source))


def test_a_cut_wav_keeps_its_samples(tmp_path: Path) -> None:
    source, out = tmp_path / "a.wav", tmp_path / "b.wav"
    clips.run("-f", "lavfi", "-i", "anoisesrc=d=3:r=44100", "-c:a", "pcm_s24le", source)
    recipe = AudioRecipe("wav", Mode.CUT, window=Window(Fraction(0), Fraction(5, 2)))
    av.write(probe(source), recipe, str(source), str(out))
    assert (probe(out).duration_s, probe(out).bit_depth) == (Fraction(5, 2), 24)
    raw = ("-f", "s24le", "-c:a", "pcm_s24le", "-")
    assert clips.run("-i", out, *raw) == clips.run("-i", source, *raw)[: 44100 * 5 // 2 * 3]


def test_a_cut_keeps_the_sound_that_goes_on_after_the_picture(tmp_path: Path) -> None:
    clip = Path(__file__).parents[2] / "fixtures/media/video/sound-outlasts-picture.mp4"
    out = tmp_path / "out"
    report = mediaprep.fix([str(clip)], ["atlascloud"], out=out, unsafe_fixes=True, scores=False)
    fixed = report.results[0]
    assert fixed.deed is Deed.FIXED, fixed.why
    counted, lasts = fixed.after.info.clocks["counted"], fixed.after.info.duration_s
    assert counted == Fraction(29, 2)
    assert lasts is not None
    assert counted < lasts <= 15
