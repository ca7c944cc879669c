from __future__ import annotations

from fractions import Fraction
from struct import pack

import pytest
from isobmff import (
    VIDEO_ENTRY,
    av1c,
    avcc,
    box,
    full,
    hvcc,
    movie,
    mvhd,
    tkhd,
    video,
    visual,
)
from pictures import probed


@pytest.mark.parametrize(
    ("turn", "rotation", "size"),
    [
        pytest.param((1, 0, 0, 1), 0, (96, 64), id="as stored"),
        pytest.param((0, 1, -1, 0), 90, (64, 96), id="a phone held upright"),
        pytest.param((-1, 0, 0, -1), 180, (96, 64), id="upside down"),
        pytest.param((0, -1, 1, 0), 270, (64, 96), id="upright the other way"),
        pytest.param((0, 0, 0, 0), 0, (96, 64), id="a matrix of zeros was never written"),
        pytest.param((-1, 0, 0, 1), 180, (96, 64), id="mirrored, as ffprobe reads it"),
        pytest.param((0, 1, 1, 0), 90, (64, 96), id="mirrored and turned"),
        pytest.param((0.7, 0.7, -0.7, 0.7), None, (96, 64), id="askew has no right angle"),
    ],
)
def test_the_display_matrix_turns_the_picture(
    turn: tuple[float, ...], rotation: int | None, size: tuple[int, int]
) -> None:
    info = probed(movie(video(header=tkhd(turn=turn))))
    assert (info.rotation, info.width, info.height) == (rotation, *size)
    assert (info.coded_width, info.coded_height) == (96, 64)
    assert ("rotation" in info.unread) == (rotation is None)


def test_the_matrices_of_movie_and_track_add_up() -> None:
    quarter = (0, 1, -1, 0)
    info = probed(movie(video(header=tkhd(turn=quarter)), header=mvhd(turn=quarter)))
    assert (info.rotation, info.width) == (180, 96)


@pytest.mark.parametrize(
    ("entry", "header", "aspect"),
    [
        pytest.param(VIDEO_ENTRY, tkhd(), Fraction(1), id="square"),
        pytest.param(
            visual(b"avc1", avcc(), box(b"pasp", pack(">II", 4, 3))),
            tkhd(),
            Fraction(4, 3),
            id="pasp",
        ),
        pytest.param(VIDEO_ENTRY, tkhd(shown=(128, 64)), Fraction(4, 3), id="a wider track header"),
        pytest.param(VIDEO_ENTRY, tkhd(turn=(2, 0, 0, 1)), Fraction(2), id="a stretching matrix"),
        pytest.param(
            VIDEO_ENTRY, tkhd(shown=(0, 0)), Fraction(1), id="a track header without a size"
        ),
        pytest.param(
            visual(b"avc1", avcc(), box(b"pasp", pack(">II", 0, 3))),
            tkhd(),
            Fraction(1),
            id="nothing to 3",
        ),
        pytest.param(
            visual(
                b"avc1", avcc(bytes.fromhex("6764000aacd94626c404000003000400000300c83c489658"))
            ),
            tkhd(),
            Fraction(2),
            id="in the stream alone",
        ),
    ],
)
def test_sample_aspect(entry: bytes, header: bytes, aspect: Fraction) -> None:
    info = probed(movie(video(entry=entry, header=header)))
    assert info.sample_aspect == aspect
    assert (info.width, info.height) == (96, 64)


@pytest.mark.parametrize(
    ("entry", "codec", "pix_fmt", "hdr"),
    [
        pytest.param(
            visual(b"hvc1", hvcc()), "hevc", "yuv420p10le", "pq", id="HEVC with PQ in the stream"
        ),
        pytest.param(
            visual(b"hvc1", hvcc(), box(b"colr", b"nclx", pack(">HHHB", 9, 18, 9, 0))),
            "hevc",
            "yuv420p10le",
            "hlg",
            id="a colr box is believed over the stream",
        ),
        pytest.param(
            visual(b"hvc1", hvcc(), box(b"dvvC", bytes(24))),
            "hevc",
            "yuv420p10le",
            "dolby-vision",
            id="Dolby Vision over a plain base",
        ),
        pytest.param(
            visual(b"dvh1", hvcc()), "hevc", "yuv420p10le", "dolby-vision", id="Dolby Vision alone"
        ),
        pytest.param(
            visual(b"hvc1", hvcc(b"")),
            "hevc",
            "yuv420p10le",
            None,
            id="HEVC without parameter sets",
        ),
        pytest.param(
            visual(b"av01", av1c(bits=10)), "av1", "yuv420p10le", None, id="AV1 with 10 bits"
        ),
        pytest.param(
            visual(b"av01", av1c(bits=12, gray=True)), "av1", "gray12le", None, id="AV1 in gray"
        ),
        pytest.param(
            visual(b"vp09", full(b"vpcC", bytes((1, 10, 0x82 | 2 << 1, 9, 16, 9, 0, 0)))),
            "vp9",
            "yuv444p",
            "pq",
            id="VP9 in 4:4:4",
        ),
        pytest.param(visual(b"mp4v"), "mpeg4", "yuv420p", None, id="MPEG-4 part 2"),
        pytest.param(visual(b"s263"), "h263", "yuv420p", None, id="H.263"),
        pytest.param(visual(b"apch"), "prores", "yuv422p10le", None, id="ProRes 422"),
        pytest.param(visual(b"jpeg"), "mjpeg", None, None, id="JPEG pictures do not say"),
        pytest.param(visual(b"????"), None, None, None, id="a codec without a name"),
    ],
)
def test_sample_entries(
    entry: bytes, codec: str | None, pix_fmt: str | None, hdr: str | None
) -> None:
    info = probed(movie(video(entry=entry)))
    assert (info.video_codec, info.pix_fmt, info.hdr) == (codec, pix_fmt, hdr)
    assert ("pix_fmt" in info.unread) == (pix_fmt is None)
    assert ("video_codec" in info.unread) == (codec is None)


def test_the_stream_is_believed_over_the_sample_entry() -> None:
    info = probed(movie(video(entry=visual(b"avc1", avcc(), width=640, height=480))))
    assert (info.coded_width, info.coded_height) == (96, 64)
