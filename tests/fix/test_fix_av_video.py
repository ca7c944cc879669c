"""Clips that were encoded anew: upright, in shape, at their rate, in their colours, in step."""

from __future__ import annotations

import struct
from fractions import Fraction
from pathlib import Path

import clips
import pytest

from mediaprep.fix import av, ffmpeg
from mediaprep.fix.recipe import Box, Framing, Mode, Short, Size, VideoRecipe, Window
from mediaprep.model import MediaInfo
from mediaprep.probe import probe

_ONE = 1 << 16
_MATRICES = {
    0: (_ONE, 0, 0, _ONE),
    90: (0, _ONE, -_ONE, 0),
    180: (-_ONE, 0, 0, -_ONE),
    270: (0, -_ONE, _ONE, 0),
}
_QUICK = ("-c:v", "libx264", "-preset", "ultrafast", "-crf", "12", "-pix_fmt", "yuv420p")


def _make(path: Path, *inputs: str, options: tuple[str, ...] = ()) -> Path:
    words = [word for source in inputs for word in ("-f", "lavfi", "-i", source)]
    clips.run(*words, *_QUICK, *options, path)
    return path


def _fix(path: Path, **recipe: object) -> MediaInfo:
    out = path.with_name(f"{path.stem}-fixed.mp4")
    fields: dict[str, object] = {"container": "mp4", "mode": Mode.ENCODE, **recipe}
    av.write(probe(path), VideoRecipe(**fields), str(path), str(out))  # type: ignore[arg-type]
    made = probe(out)
    assert made.faults == []
    assert made.moov_at_end is False
    assert (made.video_codec, made.pix_fmt, made.video_tracks) == ("h264", "yuv420p", 1)
    return made


def _colour(path: str, x: float, y: float, at_s: float = 0.0) -> str:
    """Name the strongest channel at a place given as shares of width and height."""
    shown, width, height = clips.pixels(Path(path), at_s)
    red, green, blue = shown[int(y * height) * width + int(x * width)]
    if max(red, green, blue) < 60:
        return "black"
    return max((red, "red"), (green, "green"), (blue, "blue"))[1]


@pytest.fixture(scope="session")
def corners(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip whose upper left quarter is red and upper right quarter green, the rest blue."""
    boxes = "drawbox=0:0:80:60:red:fill,drawbox=80:0:80:60:lime:fill"
    source = f"color=blue:s=160x120:r=24:d=0.5,{boxes}"
    return _make(tmp_path_factory.mktemp("clips") / "corners.mp4", source)


@pytest.fixture(scope="session")
def clap(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight seconds with a white frame and a tone at 5 s, B-frames and an edit list."""
    flash = (
        "color=black:s=160x120:r=30:d=8,drawbox=0:0:160:120:white:fill:enable='between(n,150,152)'"
    )
    tone = "aevalsrc='if(between(t,5,5.1),0.8*sin(2*PI*1000*t),0)':s=48000:d=8"
    path = tmp_path_factory.mktemp("clips") / "clap.mp4"
    options = ("-c:v", "libx264", "-preset", "medium", "-bf", "3", "-g", "60", "-c:a", "aac")
    return _make(path, flash, tone, options=options)


@pytest.mark.parametrize(
    "degrees", [pytest.param(turn, id=f"a matrix that turns by {turn}°") for turn in _MATRICES]
)
def test_pictures_come_out_upright(corners: Path, tmp_path: Path, degrees: int) -> None:
    path = tmp_path / "turned.mp4"
    data = bytearray(corners.read_bytes())
    a, b, c, d = _MATRICES[degrees]
    # In a version 0 track header the matrix stands 40 bytes behind its name.
    at = data.index(b"tkhd") + 44
    data[at : at + 36] = struct.pack(">9i", a, b, 0, c, d, 0, 0, 0, 1 << 30)
    path.write_bytes(data)
    made = _fix(path)
    sideways = degrees in (90, 270)
    assert (made.width, made.height) == ((120, 160) if sideways else (160, 120))
    assert made.rotation == 0
    # The red quarter goes round clockwise, and the green one follows it.
    round_the_clock = [(0.25, 0.25), (0.75, 0.25), (0.75, 0.75), (0.25, 0.75)]
    steps = degrees // 90
    assert _colour(made.path, *round_the_clock[steps % 4]) == "red"
    assert _colour(made.path, *round_the_clock[(steps + 1) % 4]) == "green"


def test_a_sample_aspect_is_baked_in(tmp_path: Path) -> None:
    path = _make(tmp_path / "wide.mp4", "testsrc=s=144x108:r=24:d=0.5,setsar=4/3")
    made = _fix(path)
    assert (made.width, made.height, made.sample_aspect) == (192, 108, Fraction(1))


@pytest.mark.parametrize(
    ("framing", "size", "places"),
    [
        pytest.param(
            Framing(crop=Box(80, 0, 80, 60), scale=Size(120, 90)),
            (120, 90),
            {(0.5, 0.5): "green"},
            id="a crop is of the picture as shown",
        ),
        pytest.param(
            Framing(canvas=Size(160, 160), fill="#00ff00"),
            (160, 160),
            {(0.1, 0.05): "green", (0.25, 0.3): "red", (0.5, 0.95): "green"},
            id="padding has the colour asked for",
        ),
        pytest.param(
            Framing(scale=Size(80, 60), canvas=Size(80, 160), fill="blur"),
            (80, 160),
            {(0.05, 0.05): "red", (0.25, 0.45): "red", (0.9, 0.05): "green", (0.5, 0.95): "blue"},
            id="padding is a blurred copy",
        ),
    ],
)
def test_framing(
    corners: Path,
    tmp_path: Path,
    framing: Framing,
    size: tuple[int, int],
    places: dict[tuple[float, float], str],
) -> None:
    path = tmp_path / "framed.mp4"
    path.write_bytes(corners.read_bytes())
    made = _fix(path, framing=framing)
    assert (made.width, made.height) == size
    assert {place: _colour(made.path, *place) for place in places} == places


@pytest.mark.parametrize(
    ("source", "rate", "frames"),
    [
        pytest.param("testsrc=s=64x48:r=12:d=2", 24, 48, id="12 fps to 24 by repetition"),
        pytest.param("testsrc=s=64x48:r=120:d=2", 60, 120, id="120 fps to 60"),
        pytest.param(
            "testsrc=s=64x48:r=30:d=2,settb=1/600,setpts='PTS+12*eq(mod(N,4),1)'",
            30,
            60,
            id="a variable rate to a constant one",
        ),
    ],
)
def test_frame_rates(tmp_path: Path, source: str, rate: int, frames: int) -> None:
    path = _make(tmp_path / "rate.mp4", source)
    made = _fix(path, fps=Fraction(rate))
    assert (made.fps, made.variable_fps) == (Fraction(rate), False)
    assert made.frames is not None
    assert made.frames in (frames, frames + 1)  # the last one lasts as long as the source says
    assert made.clocks["track"] == made.frames / Fraction(rate)


@pytest.mark.parametrize(
    ("recipe", "at_s"),
    [
        pytest.param({"framing": Framing(scale=Size(80, 60))}, 5.0, id="sound copied"),
        pytest.param({"window": Window(Fraction(0), Fraction(7))}, 5.0, id="end cut off"),
        pytest.param(
            {"window": Window(Fraction(7, 3), Fraction(7))}, 5 - 7 / 3, id="start between frames"
        ),
        pytest.param(
            {"window": Window(Fraction(1), Fraction(7)), "fps": Fraction(24)}, 4.0, id="new rate"
        ),
        pytest.param({"extend_to_s": Fraction(12)}, 5.0, id="held to 12 s"),
    ],
)
def test_a_clap_stays_where_it_was(
    clap: Path, tmp_path: Path, recipe: dict[str, object], at_s: float
) -> None:
    path = tmp_path / "clap.mp4"
    path.write_bytes(clap.read_bytes())
    made = _fix(path, **recipe)
    assert made.fps is not None
    seen = next(i for i, mean in enumerate(clips.grey_means(Path(made.path))) if mean > 128)
    heard = next(i for i, s in enumerate(clips.samples(Path(made.path))) if abs(s) > 6000)
    frame_s = 1 / float(made.fps)
    assert abs(seen * frame_s - at_s) <= frame_s
    assert abs(heard / 48_000 - at_s) <= frame_s


def test_a_loop_repeats_sound_and_pictures_in_step(clap: Path, tmp_path: Path) -> None:
    path = tmp_path / "clap.mp4"
    path.write_bytes(clap.read_bytes())
    window = Window(Fraction(4), Fraction(6))
    made = _fix(path, window=window, extend_to_s=Fraction(5), extend=Short.LOOP)
    assert made.duration_s == 5
    means = clips.grey_means(Path(made.path))
    starts = [i / 30 for i in range(1, len(means)) if means[i] > 128 > means[i - 1]]
    assert starts == pytest.approx([1, 3], abs=0.04)
    loud = [abs(sample) > 6000 for sample in clips.samples(Path(made.path))]
    assert loud.index(True) / 48_000 == pytest.approx(1, abs=0.04)
    assert loud.index(True, 2 * 48_000) / 48_000 == pytest.approx(3, abs=0.04)


@pytest.mark.parametrize("rate", [24, Fraction(30000, 1001), 60])
def test_no_clock_passes_the_window(clap: Path, tmp_path: Path, rate: Fraction) -> None:
    path = tmp_path / "clap.mp4"
    path.write_bytes(clap.read_bytes())
    made = _fix(path, window=Window(Fraction(1, 3), Fraction(16, 3)), fps=Fraction(rate))
    assert made.duration_s is not None
    assert all(clock <= 5 for clock in (*made.clocks.values(), made.duration_s))
    assert made.duration_s > 5 - Fraction(1, 20)


def test_a_byte_limit_is_kept(tmp_path: Path) -> None:
    noise = "nullsrc=s=320x240:r=30:d=2,geq=random(1)*255:128:128"
    path = _make(tmp_path / "noise.mp4", noise, "anoisesrc=d=2", options=("-c:a", "aac"))
    assert path.stat().st_size > 400_000
    made = _fix(path, max_bytes=300_000)
    assert made.size_bytes is not None
    assert 100_000 < made.size_bytes <= 300_000


def test_hdr_is_not_washed_out(tmp_path: Path) -> None:
    if "libx265" not in ffmpeg.found().encoders:
        pytest.skip("this ffmpeg encodes no HEVC")
    # PQ code values of white paper (203 nits), a grey of 26 nits, and pure BT.2020 red at 203 nits.
    patches = {"white": (0.58,) * 3, "grey": (0.375,) * 3, "red": (0.58, 0.0, 0.0)}
    found = {}
    for name, (red, green, blue) in patches.items():
        kr, kb = 0.2627, 0.0593
        luma = kr * red + (1 - kr - kb) * green + kb * blue
        chroma = (blue - luma) / (2 * (1 - kb)), (red - luma) / (2 * (1 - kr))
        y, u, v = round(64 + 876 * luma), *(round(512 + 896 * c) for c in chroma)
        path = tmp_path / f"{name}.mp4"
        plain = f"color=black:s=64x64:r=24:d=0.25,format=yuv420p10le,lutyuv=y={y}:u={u}:v={v}"
        tags = (
            "colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:log-level=none:range=limited"
        )
        clips.run(
            *(
                "-f",
                "lavfi",
                "-i",
                plain,
                "-c:v",
                "libx265",
                "-x265-params",
                tags,
                "-tag:v",
                "hvc1",
            ),
            *("-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"),
            path,
        )
        assert probe(path).hdr == "pq"
        made = _fix(path, tonemap=True)
        assert made.hdr is None
        shown, width, _ = clips.pixels(Path(made.path))
        found[name] = shown[width * 32 + 32]
    assert all(200 <= channel <= 245 for channel in found["white"]), found
    assert all(70 <= channel <= 130 for channel in found["grey"]), found
    red, green, blue = found["red"]
    assert red > 180, found
    assert max(green, blue) < 70, found
