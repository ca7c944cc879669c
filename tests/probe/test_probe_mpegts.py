from __future__ import annotations

from fractions import Fraction
from typing import Any

import pytest
from containers import (
    AUDIO_PID,
    VIDEO_PID,
    adts_frame,
    avc_frame,
    packets,
    pes,
    tables,
    transport_stream,
)
from pictures import probed

from mediaprep.model import Fault, Kind
from mediaprep.probe.tspackets import since
from mediaprep.probe.tstimes import Times, frame_rates

PAL, TWO_SECONDS = Fraction(25), Fraction(2)
AC3_FRAME = bytes.fromhex("0b77 0000 1e 40 e1") + bytes(1785)  # 448 kbit/s at 48 kHz: 5.1
MP2_FRAME = bytes.fromhex("fffd8404") + bytes(572)  # 192 kbit/s at 48 kHz, stereo
DTS_FIELDS = f"1{31:05b}0{15:07b}{1005:014b}{9:06b}{13:04b}{15:05b}{0:010b}{2:02b}{0:09b}"
DTS_FRAME = b"\x7f\xfe\x80\1" + int(DTS_FIELDS, 2).to_bytes(8, "big") + bytes(80)
SEQUENCE = bytes.fromhex("000001b3 160120 33 ffffe018 000001b5 1482 0001 0000")  # 352x288, 16:9, 25


def every(step: int, count: int, start: int = 126_000) -> tuple[int, ...]:
    return tuple(range(start, start + count * step, step))


def test_a_plain_stream_is_measured() -> None:
    info = probed(transport_stream())
    assert (info.kind, info.container) == (Kind.VIDEO, "mpegts")
    assert (info.width, info.height, info.video_codec, info.pix_fmt) == (64, 48, "h264", "yuv420p")
    assert (info.fps, info.duration_s, info.faults) == (PAL, TWO_SECONDS, [])
    assert (info.audio_codec, info.sample_rate, info.channels) == ("aac", 44100, 2)
    assert "frames" in info.unread


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(4, 0, id="a time stamp before each packet, as Blu-ray discs have"),
        pytest.param(0, 16, id="sixteen bytes of parity after each packet"),
    ],
)
def test_longer_packets_are_the_same_stream(before: int, after: int) -> None:
    plain = transport_stream()
    pieces = (plain[at : at + 188] for at in range(0, len(plain), 188))
    info = probed(b"".join(bytes(before) + piece + bytes(after) for piece in pieces))
    assert (info.fps, info.duration_s, info.faults) == (PAL, TWO_SECONDS, [])
    assert info.width == 64


def test_only_both_ends_of_a_long_stream_are_read() -> None:
    middle = packets(0x1FFF, bytes(184)) * 4000
    begin, end = transport_stream(), transport_stream(every(3600, 50, 126_000 + 90_000 * 60))
    info = probed(begin + middle + end)
    assert (info.duration_s, info.fps) == (Fraction(62), PAL)


def test_the_clock_may_wrap() -> None:
    info = probed(transport_stream(every(3600, 50, (1 << 33) - 90_000)))
    assert (info.duration_s, info.fps) == (TWO_SECONDS, PAL)
    assert since(5, (1 << 33) - 5) == 10
    assert since((1 << 33) - 5, 5) == -10


def test_frames_are_shown_in_another_order_than_stored() -> None:
    times = list(every(3600, 50))
    times[1], times[2], times[3] = times[3], times[1], times[2]
    assert probed(transport_stream(times)).fps == 25


@pytest.mark.parametrize(
    ("start", "end", "rates"),
    [
        pytest.param(every(3003, 9), [], (Fraction(30000, 1001),) * 2, id="29.97 in whole ticks"),
        pytest.param(
            [0, 3754, 7508, 11261, 15015],
            [],
            (Fraction(24000, 1001),) * 2,
            id="23.976 wavers by a tick",
        ),
        pytest.param(
            every(1501, 2), [], (Fraction(60000, 1001),) * 2, id="59.94 by one step alone"
        ),
        pytest.param([0, 3600, 7200, 18000], [], (None, 25), id="a gap means no steady rate"),
        pytest.param(
            [0, 3600, 7200, 18000],
            every(3600, 5),
            (25, 25),
            id="a gap at the cut is only a frame stored later",
        ),
        pytest.param(
            every(3600, 9),
            every(1800, 9),
            (None, 25),
            id="another rate at the end is no steady rate",
        ),
        pytest.param([7], [], (None, None), id="one frame has no rate"),
    ],
)
def test_steps_become_a_rate(start: list[int], end: list[int], rates: tuple[Any, Any]) -> None:
    assert frame_rates(Times(list(start), list(end), None)) == rates


def one_stream(kind: int, data: bytes, descriptors: bytes = b"") -> bytes:
    frames = (packets(AUDIO_PID, pes(time, data, 0xC0)) for time in every(2880, 4))
    return tables((kind, AUDIO_PID, descriptors)) + b"".join(frames)


@pytest.mark.parametrize(
    ("data", "facts"),
    [
        pytest.param(one_stream(0x0F, adts_frame()), ("aac", 44100, 2), id="AAC in ADTS"),
        pytest.param(one_stream(0x81, AC3_FRAME), ("ac3", 48000, 6), id="AC-3 by ATSC's number"),
        pytest.param(
            one_stream(0x06, AC3_FRAME, b"\x6a\x01\0"),
            ("ac3", 48000, 6),
            id="AC-3 by DVB's descriptor",
        ),
        pytest.param(
            one_stream(0x06, AC3_FRAME, b"\x05\x04AC-3"),
            ("ac3", 48000, 6),
            id="AC-3 by registration",
        ),
        pytest.param(one_stream(0x03, MP2_FRAME), ("mp2", 48000, 2), id="MPEG audio by its layer"),
        pytest.param(one_stream(0x82, DTS_FRAME), ("dts", 48000, 6), id="DTS with its LFE channel"),
        pytest.param(
            one_stream(0x06, b"?", b"\x05\x04Opus"),
            ("opus", 48000, None),
            id="Opus without channels",
        ),
        pytest.param(
            one_stream(0x0F, b"garbage"), ("aac", None, None), id="no frame header to read"
        ),
    ],
)
def test_sound_alone_is_audio(data: bytes, facts: tuple[str, Any, Any]) -> None:
    info = probed(data)
    assert (info.audio_codec, info.sample_rate, info.channels) == facts
    assert (info.kind, info.video_tracks, info.audio_tracks) == (Kind.AUDIO, 0, 1)
    assert (info.channels is None) == ("channels" in info.unread)


def test_the_last_packet_of_sound_lasts_as_long_as_its_frames() -> None:
    data = one_stream(0x81, AC3_FRAME) + packets(AUDIO_PID, pes(126_000 + 4 * 2880, AC3_FRAME * 3))
    assert probed(data).duration_s == Fraction(7 * 1536, 48000)


def test_private_data_without_a_name_is_no_track() -> None:
    info = probed(one_stream(0x06, AC3_FRAME))
    assert (info.kind, info.audio_tracks) == (None, 0)


def test_mpeg_2_tells_its_shape_and_rate() -> None:
    frames = (packets(VIDEO_PID, pes(time, SEQUENCE)) for time in every(3600, 4))
    info = probed(tables((0x02, VIDEO_PID, b"")) + b"".join(frames))
    assert (info.video_codec, info.width, info.height) == ("mpegvideo", 352, 288)
    assert (info.sample_aspect, info.fps, info.fps_nominal) == (Fraction(16, 11), PAL, PAL)


def test_a_codec_whose_headers_are_not_read_has_no_size() -> None:
    frame = packets(VIDEO_PID, pes(0, b"\0\0\1\xb0"))
    info = probed(tables((0x10, VIDEO_PID, b"")) + frame)
    assert (info.kind, info.video_codec, info.width) == (Kind.VIDEO, "mpeg4", None)
    assert {"width", "height", "fps", "duration_s"} <= info.unread.keys()


def test_scrambled_packets_leave_the_reference_clock() -> None:
    data = tables((0x1B, VIDEO_PID, b"")) + b"".join(
        packets(VIDEO_PID, bytes(100), scrambled=True, pcr=time) for time in every(45_000, 5)
    )
    info = probed(data)
    assert [fault for fault, _ in info.faults] == [Fault.ENCRYPTED]
    assert info.duration_s == 2


def test_a_cut_packet_is_truncation() -> None:
    info = probed(transport_stream()[:-100])
    assert info.faults == [(Fault.TRUNCATED, "the last packet has 88 of its 188 bytes")]
    assert info.width == 64


def test_packets_lost_in_between_do_not_lose_the_rest() -> None:
    data = transport_stream(audio=False)
    info = probed(data[: 188 * 20] + b"noise" + data[188 * 20 :])
    assert (info.width, info.duration_s) == (64, TWO_SECONDS)


def test_a_table_may_span_packets() -> None:
    long = b"\x0a\xfa" + bytes(250)
    frames = (packets(VIDEO_PID, pes(time, avc_frame())) for time in every(3600, 4))
    info = probed(tables((0x1B, VIDEO_PID, long), (0x0F, AUDIO_PID, b"")) + b"".join(frames))
    assert (info.video_tracks, info.audio_tracks, info.width) == (1, 1, 64)


def test_packets_without_tables_are_malformed() -> None:
    info = probed(packets(VIDEO_PID, pes(0, avc_frame())) * 5)
    assert [fault for fault, _ in info.faults] == [Fault.MALFORMED]
