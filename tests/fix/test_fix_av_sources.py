"""Clips as cameras, recorders and broadcasters write them: fields, mirrors, coarse clocks, cuts."""

from __future__ import annotations

import re
import struct
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import clips
import pytest

from mediaprep.fix import av
from mediaprep.fix.ffmpeg import Ffmpeg
from mediaprep.fix.packets import Packet, parse, whole
from mediaprep.fix.recipe import Mode, VideoRecipe, Window
from mediaprep.model import MediaInfo
from mediaprep.probe import probe

_ONE = 1 << 16
_QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "10", "-pix_fmt", "yuv420p")


def _written(path: Path, recipe: VideoRecipe) -> MediaInfo:
    out = path.with_name(f"{path.stem}-fixed.{recipe.container}")
    av.write(probe(path), recipe, str(path), str(out))
    made = probe(out)
    assert made.faults == []
    return made


def _shown_first_s(path: str | Path) -> float:
    """Return when the first frame is shown, after the sound begins."""
    words = ("-fps_mode", "passthrough", "-frames:v", "1", "-f", "framecrc", "-")
    said = clips.run("-i", path, "-map", "0:V:0", *words).decode()
    base = re.search(r"#tb 0: (\d+)/(\d+)", said)
    row = re.search(r"^0, *-?\d+, *(-?\d+)", said, re.MULTILINE)
    assert base is not None
    assert row is not None
    return int(row[1]) * int(base[1]) / int(base[2])


@pytest.mark.parametrize("rate", [None, Fraction(50)], ids=["at its rate", "at twice the rate"])
def test_two_fields_make_one_frame(tmp_path: Path, rate: Fraction | None) -> None:
    path = tmp_path / "fields.ts"
    fields = "testsrc2=s=320x240:r=50:d=2,tinterlace=interleave_top,setfield=tff"
    clips.run("-f", "lavfi", "-i", fields, "-c:v", "mpeg2video", "-q:v", "2",
              "-flags", "+ildct+ilme", path)  # fmt: skip
    made = _written(path, VideoRecipe("mp4", Mode.ENCODE, fps=rate))
    assert made.fps == (rate or 25)
    assert made.frames is not None
    assert made.frames - 2 * int(rate or 25) in (0, 1, 2)
    if rate is None:
        said = clips.run("-i", made.path, "-vf", "idet,metadata=print:file=-", "-f", "null", "-")
        assert float(said.rpartition(b"multiple.progressive=")[2].split()[0]) > 40


# Where the red quarter, upper left, and the green one, upper right, are seen.
_MIRRORS = {
    "left to right": ((-_ONE, 0, 0, _ONE), (160, 120), (0.75, 0.25), (0.25, 0.25)),
    "upside down": ((_ONE, 0, 0, -_ONE), (160, 120), (0.25, 0.75), (0.75, 0.75)),
    "about its diagonal": ((0, _ONE, _ONE, 0), (120, 160), (0.25, 0.25), (0.25, 0.75)),
    "about the other one": ((0, -_ONE, -_ONE, 0), (120, 160), (0.75, 0.75), (0.75, 0.25)),
}


@pytest.mark.parametrize("mirror", _MIRRORS)
def test_a_mirrored_clip_is_seen_as_its_matrix_says(tmp_path: Path, mirror: str) -> None:
    matrix, size, red, green = _MIRRORS[mirror]
    path = tmp_path / "mirrored.mp4"
    boxes = "drawbox=0:0:80:60:red:fill,drawbox=80:0:80:60:lime:fill"
    clips.run("-f", "lavfi", "-i", f"color=blue:s=160x120:r=24:d=0.5,{boxes}", *_QUICK, path)
    data = bytearray(path.read_bytes())
    at = data.index(b"tkhd") + 44
    a, b, c, d = matrix
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    made = _written(path, VideoRecipe("mp4", Mode.ENCODE))
    assert (made.width, made.height) == size
    shown, width, height = clips.pixels(Path(made.path))
    for (x, y), channel in ((red, 0), (green, 1)):
        pixel = shown[int(y * height) * width + int(x * width)]
        assert pixel[channel] == max(pixel) > 150, (mirror, pixel)


@pytest.mark.parametrize("rate", ["24", "30000/1001", "60", "24000/1001"])
@pytest.mark.parametrize("suffix", ["mkv", "flv"])
def test_a_clock_of_milliseconds_is_made_exact_by_a_copy(
    tmp_path: Path, suffix: str, rate: str
) -> None:
    path = tmp_path / f"rounded.{suffix}"
    sources = ("-f", "lavfi", "-i", f"testsrc2=s=160x120:r={rate}:d=3", "-f", "lavfi", "-i",
               "sine=d=3:r=44100")  # fmt: skip
    clips.run(*sources, *_QUICK, "-bf", "3", "-preset", "medium", "-c:a", "aac", path)
    source = probe(path)
    if source.fps != Fraction(rate):
        pytest.skip(f"an {suffix} does not say {rate} exactly")
    made = _written(path, VideoRecipe("mp4", Mode.REMUX))
    assert (made.fps, made.fps_nominal, made.variable_fps) == (*(Fraction(rate),) * 2, False)
    assert sorted(clips.packets(Path(made.path))) == sorted(clips.packets(path))
    shown = ("-map", "0:V:0", "-fps_mode", "passthrough", "-f", "rawvideo", "-")
    assert clips.run("-i", made.path, *shown) == clips.run("-i", path, *shown)
    first, begun = (_shown_first_s(place) for place in (made.path, path))
    assert abs(first - begun) < 0.005


@pytest.mark.parametrize(
    ("version", "can"),
    [("5.1.9-0+deb12u1", True), ("4.4.2-0ubuntu0.22.04.1", False), ("n7.1", True),
     ("N-113348-g0a5813fc68", True)],
)  # fmt: skip
def test_an_old_ffmpeg_is_not_asked_to_set_times(version: str, can: bool) -> None:
    assert Ffmpeg("ffmpeg", version, frozenset(), frozenset()).sets_times is can


@pytest.mark.parametrize(
    "end_s", [Fraction(2), Fraction(61, 30), Fraction(31, 15), Fraction(21, 10)]
)
def test_a_copied_cut_ends_without_a_hole(tmp_path: Path, end_s: Fraction) -> None:
    path = tmp_path / "reordered.mp4"
    sources = ("-f", "lavfi", "-i", "testsrc2=s=160x120:r=30:d=4", "-f", "lavfi", "-i", "sine=d=4")
    clips.run(*sources, "-c:v", "libx264", "-bf", "3", "-b_strategy", "0", "-c:a", "aac", path)
    made = _written(path, VideoRecipe("mp4", Mode.CUT, window=Window(Fraction(0), end_s)))
    listing = clips.run("-i", made.path, "-map", "0:V:0", "-c", "copy", "-f", "framecrc", "-")
    starts = sorted(packet.start_s for packet in parse(listing))
    assert {later - start for start, later in pairwise(starts)} == {Fraction(1, 30)}
    assert made.duration_s is not None
    assert end_s - Fraction(1, 5) < starts[-1] + Fraction(1, 30) <= end_s
    assert made.duration_s <= end_s + Fraction(1, 1000)  # the movie header counts milliseconds


def test_where_frames_are_stored_too_far_apart_a_hole_is_the_smaller_harm() -> None:
    stored = [0, 10, *range(1, 10)]
    packets = [Packet(Fraction(n, 10), Fraction(n + 1, 10)) for n in stored]
    assert whole(packets, Fraction(11, 10)) == 11
    assert whole(packets, Fraction(9, 10)) is None
    assert whole([], Fraction(1)) is None
