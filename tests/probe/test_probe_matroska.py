from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from containers import (
    AVC_SPS,
    audio_track,
    avc_configuration,
    bitmap_header,
    block,
    cluster,
    ebml_header,
    element,
    endless,
    floating,
    matroska,
    number,
    segment_info,
    text,
    video_track,
)
from pictures import probed

from mediaprep.model import Fault, Kind
from mediaprep.probe import matroska_ids as ids


def video(*fields: bytes) -> bytes:
    return video_track(video=fields)


def rate(step_ns: int) -> bytes:
    return video_track(number(ids.DEFAULT_DURATION, step_ns))


SUBTITLES = element(ids.TRACK_ENTRY, number(ids.TRACK_TYPE, 17), text(ids.CODEC_ID, "S_TEXT/UTF8"))
ROLLED = element(ids.PROJECTION, floating(ids.ROLL, -90))
TURNED_SPHERE = element(ids.PROJECTION, number(ids.PROJECTION_TYPE, 1), floating(ids.ROLL, -90))
MP3_IN_ACM = element(ids.CODEC_PRIVATE, bytes.fromhex("5500 0200 44ac0000 803e0000 0100 0000"))
NTSC = Fraction(30000, 1001)


@pytest.mark.parametrize(
    ("track", "facts"),
    [
        pytest.param(
            video(),
            {"width": 640, "coded_height": 360, "sample_aspect": 1, "rotation": 0, "kind": "video"},
            id="a track without a display size is shown as it is stored",
        ),
        pytest.param(
            video(number(ids.DISPLAY_WIDTH, 1280), number(ids.DISPLAY_HEIGHT, 360)),
            {"width": 640, "height": 360, "sample_aspect": 2},
            id="a display size stretches samples, not the width",
        ),
        pytest.param(
            video(number(ids.DISPLAY_WIDTH, 16), number(ids.DISPLAY_UNIT, 4)),
            {"sample_aspect": None},
            id="a display size of unknown unit says nothing of samples",
        ),
        pytest.param(
            video(number(ids.CROP_LEFT, 40), number(ids.CROP_BOTTOM, 60)),
            {"width": 600, "height": 300, "coded_width": 640, "coded_height": 360},
            id="cropping takes from the shown size alone",
        ),
        pytest.param(
            video(number(ids.CROP_LEFT, 640)),
            {"width": None, "coded_width": 640},
            id="cropping everything away leaves no size",
        ),
        pytest.param(
            video(ROLLED),
            {"rotation": 90, "width": 360, "height": 640},
            id="a roll to the left by minus a quarter is a turn to the right",
        ),
        pytest.param(
            video(TURNED_SPHERE), {"rotation": 0}, id="the roll of a sphere is no rotation"
        ),
        pytest.param(
            video(element(ids.COLOUR, number(ids.TRANSFER, 16), number(ids.BITS_PER_CHANNEL, 10))),
            {"hdr": "pq", "bit_depth": 10},
            id="the colour element tells of high dynamic range",
        ),
        pytest.param(video(number(ids.ALPHA_MODE, 1)), {"has_alpha": True}, id="alpha is declared"),
        pytest.param(video(), {"has_alpha": False}, id="VP9 without alpha mode has none"),
        pytest.param(
            video_track(codec="V_FFV1"), {"has_alpha": None}, id="FFV1 may have alpha unsaid"
        ),
        pytest.param(
            video_track(element(ids.CODEC_PRIVATE, avc_configuration()), codec="V_MPEG4/ISO/AVC"),
            {"video_codec": "h264", "coded_width": 64, "width": 64, "pix_fmt": "yuv420p"},
            id="the decoder's configuration is believed over the track",
        ),
        pytest.param(
            video_track(element(ids.CODEC_PRIVATE, AVC_SPS[:9]), codec="V_MPEG4/ISO/AVC"),
            {"video_codec": "h264", "width": 640},
            id="a configuration that cannot be read changes nothing",
        ),
        pytest.param(
            video_track(
                element(ids.CODEC_PRIVATE, bitmap_header(640, 360, b"xvid")),
                codec="V_MS/VFW/FOURCC",
            ),
            {"video_codec": "mpeg4"},
            id="Video for Windows hides a FOURCC in the private data",
        ),
        pytest.param(
            audio_track(MP3_IN_ACM, codec="A_MS/ACM"),
            {"audio_codec": "mp3"},
            id="ACM hides a format tag in the private data",
        ),
        pytest.param(
            audio_track(codec="A_AAC/MPEG4/LC"),
            {"audio_codec": "aac"},
            id="a codec is known by what stands before the slash",
        ),
        pytest.param(
            audio_track(codec="A_NEW"), {"audio_codec": None}, id="an unknown codec has no name"
        ),
        pytest.param(
            element(
                ids.TRACK_ENTRY, number(ids.TRACK_TYPE, 2), text(ids.CODEC_ID, "A_PCM/INT/LIT")
            ),
            {"channels": 1, "sample_rate": 8000, "audio_codec": "pcm"},
            id="the standard's defaults stand for channels and rate left out",
        ),
        pytest.param(rate(33_366_666), {"fps": NTSC}, id="rounded nanoseconds are 30000/1001"),
        pytest.param(rate(41_708_333), {"fps": Fraction(24000, 1001)}, id="… and 24000/1001"),
        pytest.param(rate(16_666_666), {"fps": 60}, id="… and 60"),
        pytest.param(rate(80_000_000), {"fps": Fraction(25, 2)}, id="half rates stay exact"),
        pytest.param(
            rate(33_000_000), {"fps": Fraction(1000, 33)}, id="an odd step is kept as it is"
        ),
        pytest.param(video(), {"fps": None, "frames": None}, id="no frame duration, no frame rate"),
    ],
)
def test_a_track_entry_is_read(track: bytes, facts: dict[str, Any]) -> None:
    info = probed(matroska(track))
    assert {name: getattr(info, name) for name in facts} == facts
    assert info.faults == []
    for name, value in facts.items():
        assert value is not None or name in info.unread or name in ("has_alpha", "sample_aspect")


@pytest.mark.parametrize(
    ("tracks", "kind", "counts"),
    [
        pytest.param(
            [video(), audio_track()], Kind.VIDEO, (1, 1), id="pictures and sound are a video"
        ),
        pytest.param([audio_track(), SUBTITLES], Kind.AUDIO, (0, 1), id="sound alone is audio"),
        pytest.param([SUBTITLES], None, (0, 0), id="subtitles alone are no media"),
    ],
)
def test_tracks_decide_the_kind(
    tracks: list[bytes], kind: Kind | None, counts: tuple[int, int]
) -> None:
    info = probed(matroska(*tracks))
    assert (info.kind, (info.video_tracks, info.audio_tracks)) == (kind, counts)


@pytest.mark.parametrize(
    ("doc_type", "container"), [("webm", "webm"), ("matroska", "matroska"), ("webm\0\0", "webm")]
)
def test_the_document_type_tells_webm_from_matroska(doc_type: str, container: str) -> None:
    assert probed(matroska(doc_type=doc_type)).container == container


def test_another_document_type_is_not_matroska() -> None:
    info = probed(matroska(doc_type="pictures"))
    assert info.faults == [
        (Fault.MALFORMED, "an EBML document of type 'pictures', which is not Matroska")
    ]


TRACKS = element(ids.TRACKS, video())


def test_tracks_behind_the_clusters_are_found_by_the_seek_head() -> None:
    def body(position: int) -> bytes:
        entry = element(
            ids.SEEK,
            element(ids.SEEK_ID, ids.TRACKS.to_bytes(4, "big")),
            element(ids.SEEK_POSITION, position.to_bytes(4, "big")),
        )
        return element(ids.SEEK_HEAD, entry) + segment_info() + cluster(block(0, bytes(5000)))

    info = probed(ebml_header() + element(ids.SEGMENT, body(len(body(0))), TRACKS))
    assert (info.width, info.duration_s, info.faults) == (640, Fraction(2), [])


def test_a_seek_head_that_points_at_itself_ends() -> None:
    entry = element(
        ids.SEEK, element(ids.SEEK_ID, ids.TRACKS.to_bytes(4, "big")), number(ids.SEEK_POSITION, 0)
    )
    info = probed(ebml_header() + element(ids.SEGMENT, element(ids.SEEK_HEAD, entry), cluster()))
    assert [fault for fault, _ in info.faults] == [Fault.MALFORMED]


def recording(*blocks: bytes) -> bytes:
    """What a browser records: nothing has a size, and no duration is stated."""
    first = endless(ids.CLUSTER, number(ids.TIMESTAMP, 0), block(0), block(33))
    last = endless(ids.CLUSTER, number(ids.TIMESTAMP, 3000), *blocks)
    return ebml_header("webm") + endless(ids.SEGMENT, segment_info(None), TRACKS, first, last)


def test_a_recording_without_duration_lasts_to_its_last_block() -> None:
    info = probed(recording(block(0), block(40), block(20)))
    assert (info.duration_s, info.clocks) == (Fraction(304, 100), {"track": Fraction(304, 100)})
    assert info.faults == []


def test_a_last_block_that_states_its_duration_lasts_as_long() -> None:
    group = element(
        ids.BLOCK_GROUP,
        element(ids.BLOCK, b"\x81\0\x28\0frame"),
        number(ids.BLOCK_DURATION, 60),
    )
    assert probed(recording(group)).duration_s == Fraction(31, 10)


def test_a_recording_that_was_cut_says_so() -> None:
    info = probed(recording(block(0), block(40, bytes(99)))[:-9])
    assert [fault for fault, _ in info.faults] == [Fault.TRUNCATED]
    assert info.duration_s == Fraction(304, 100)


def test_a_segment_that_ends_past_the_file_is_truncated() -> None:
    data = matroska()
    info = probed(data[:-3])
    assert info.faults == [
        (
            Fault.TRUNCATED,
            f"the segment says it ends at {len(data)}, the file ends at {len(data) - 3}",
        )
    ]
    assert info.width == 640


def test_encrypted_tracks_say_so() -> None:
    locked = element(ids.ENCODINGS, element(ids.ENCODING, element(ids.ENCRYPTION)))
    info = probed(matroska(video_track(locked)))
    assert [fault for fault, _ in info.faults] == [Fault.ENCRYPTED]
    assert info.width == 640


def test_tracks_without_a_cluster_have_no_samples() -> None:
    info = probed(ebml_header() + element(ids.SEGMENT, segment_info(), TRACKS))
    assert [fault for fault, _ in info.faults] == [Fault.NO_SAMPLES]


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="not a number"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param(-1.0, id="negative"),
    ],
)
def test_a_duration_that_is_no_duration_is_unread(value: float) -> None:
    header = ebml_header() + element(ids.SEGMENT, segment_info(value), TRACKS)
    info = probed(header)
    assert info.duration_s is None
    assert "duration_s" in info.unread


def test_a_document_of_endless_small_elements_is_given_up() -> None:
    info = probed(ebml_header() + endless(ids.SEGMENT, b"\xec\x80" * 9000))
    assert [fault for fault, _ in info.faults] == [Fault.TOO_COSTLY]
