from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import probed
from sounds import (
    BETTER,
    CBR,
    LENGTHS,
    PADDED,
    SAMPLES,
    flac_file,
    flac_frame,
    frame,
    frames,
    id3,
    xing,
)

from mediaprep.model import Fault, Kind, MediaInfo
from mediaprep.probe import mp3
from mediaprep.probe.mpegframe import looks_like_mp3, parse
from mediaprep.probe.syncframe import looks_like_ac3, looks_like_adts

ID3V1 = b"TAG" + bytes(125)
APE_FOOTER = b"APETAGEX" + (2000).to_bytes(4, "little") + (132).to_bytes(4, "little") + bytes(16)
LYRICS3 = b"LYRICSBEGIN" + bytes(30) + b"000041LYRICS200"


def seconds(count: int) -> Fraction:
    return Fraction(count * SAMPLES, 44100)


def faults(info: MediaInfo) -> list[Fault]:
    return [fault for fault, _ in info.faults]


def stream(number: int = 20, /, *, header: bytes = CBR, **claim: int | bytes) -> bytes:
    """Make a stream with a true Xing header, but for what `claim` changes in it."""
    told = {"count": number, "size": number * LENGTHS[header] + LENGTHS[CBR]} | claim
    return xing(**told) + frames(number, header)  # type: ignore[arg-type]


def test_a_stream_without_a_header_is_counted() -> None:
    info = probed(frames(100))
    assert (info.container, info.kind, info.faults) == ("mp3", Kind.AUDIO, [])
    assert (info.audio_codec, info.audio_tracks, info.sample_rate) == ("mp3", 1, 44100)
    assert (info.channels, info.bitrate) == (2, 127_706)
    assert (info.duration_s, info.clocks) == (seconds(100), {"counted": seconds(100)})


@pytest.mark.parametrize(
    ("file", "count"),
    [
        pytest.param((frame(CBR) + frame(PADDED)) * 50, 100, id="padding here and there"),
        pytest.param((frame(CBR) + frame(BETTER) * 2) * 30, 90, id="a varying bit rate"),
        pytest.param(frames(400) + frames(50, BETTER), 450, id="a change after one window"),
        pytest.param(bytes(300) + frames(10), 10, id="zero bytes first"),
        pytest.param(b"garbage" * 20 + frames(10), 10, id="garbage first"),
        pytest.param(frames(10) + b"garbage" + frames(10), 20, id="garbage in between"),
        pytest.param(frames(10) + id3(500) + frames(10), 20, id="a tag in between"),
        pytest.param(id3(600) + frames(10), 10, id="an ID3v2 tag"),
        pytest.param(id3(600) + id3(50, 3) + id3(70, 2) + frames(10), 10, id="three in a row"),
        pytest.param(id3(600, flags=0x10) + bytes(10) + frames(10), 10, id="a tag with a footer"),
        pytest.param(id3(600) + bytes(9000) + frames(10), 10, id="padding that a tag forgot"),
        pytest.param(frames(10) + ID3V1, 10, id="an ID3v1 tag"),
        pytest.param(frames(10) + b"TAG+" + bytes(223) + ID3V1, 10, id="with its extension"),
        pytest.param(frames(10) + bytes(100) + APE_FOOTER, 10, id="an APE tag"),
        pytest.param(frames(10) + bytes(100) + APE_FOOTER + LYRICS3 + ID3V1, 10, id="all of them"),
        pytest.param(frames(10) + b"LYRICSBEGIN words LYRICSEND" + ID3V1, 10, id="Lyrics3 v1"),
        pytest.param(frames(10) + id3(40), 10, id="an ID3v2 tag at the end"),
        pytest.param(frames(10) + frame()[:200], 10, id="a last frame that is cut is not counted"),
        pytest.param(frame(), 1, id="one frame is a file"),
        pytest.param(id3(5000) + frame(), 1, id="also behind a tag"),
    ],
)
def test_what_is_no_frame_takes_no_time(file: bytes, count: int) -> None:
    info = probed(file)
    assert (info.container, info.faults) == ("mp3", [])
    assert info.duration_s == info.clocks["counted"] == seconds(count)


@pytest.mark.parametrize(
    ("header", "codec", "rate", "channels", "length", "samples"),
    [
        pytest.param("fffb90c4", "mp3", 44100, 1, 417, 1152, id="MPEG-1 layer III, mono"),
        pytest.param("fffa9064", "mp3", 44100, 2, 417, 1152, id="with a checksum"),
        pytest.param("fff38464", "mp3", 24000, 2, 192, 576, id="MPEG-2 layer III"),
        pytest.param("ffe34864", "mp3", 8000, 2, 288, 576, id="MPEG-2.5 layer III"),
        pytest.param("fffda404", "mp2", 48000, 2, 576, 1152, id="MPEG-1 layer II"),
        pytest.param("fff58404", "mp2", 24000, 2, 384, 1152, id="MPEG-2 layer II"),
        pytest.param("ffffc404", "mp1", 48000, 2, 384, 384, id="MPEG-1 layer I"),
        pytest.param("fffd0804", "mp2", 32000, 2, 864, 1152, id="free format"),
    ],
)
def test_layers_and_versions(
    header: str, codec: str, rate: int, channels: int, length: int, samples: int
) -> None:
    info = probed(bytes.fromhex(header).ljust(length, b"\0") * 30)
    assert (info.audio_codec, info.sample_rate, info.channels) == (codec, rate, channels)
    assert (info.container, info.faults) == ("mp3", [])
    assert info.duration_s == Fraction(30 * samples, rate)
    assert info.bitrate == round(Fraction(length * 8 * rate, samples))


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(stream(name=b"Info"), id="Info"),
        pytest.param(stream(name=b"Xing"), id="Xing, small enough to count"),
        pytest.param(stream(400, name=b"Xing"), id="Xing, held against the first frames"),
        pytest.param(stream(name=b"Info") + ID3V1, id="with a tag behind"),
        pytest.param(id3(5000) + stream(name=b"Info"), id="with a tag before"),
        pytest.param(xing(20, None) + frames(20), id="without a byte count"),
        pytest.param(
            (CBR + bytes(32) + b"VBRI" + bytes(6) + (21 * 417).to_bytes(4, "big")
             + (20).to_bytes(4, "big")).ljust(417, b"\0") + frames(20),
            id="VBRI",
        ),
    ],
)  # fmt: skip
def test_a_true_header_is_believed(file: bytes) -> None:
    info = probed(file)
    count = 400 if len(file) > 100_000 else 20
    assert (info.duration_s, info.faults) == (seconds(count), [])
    assert info.clocks == {"container": seconds(count)}


def test_encoder_delay_and_padding_are_not_heard() -> None:
    info = probed(stream(name=b"Info", encoder=b"LAME3.100", delay=576, padding=1000))
    assert info.duration_s == info.clocks["track"] == seconds(20) - Fraction(1576, 44100)
    assert info.clocks["container"] == seconds(20)


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(stream(name=b"Info", count=31_000), id="more time than the bytes can hold"),
        pytest.param(stream(name=b"Info", count=25), id="a quarter too much at a constant rate"),
        pytest.param(stream(name=b"Xing", count=25), id="and at a varying one"),
        pytest.param(stream(name=b"Info", count=15), id="too little"),
        pytest.param(stream(name=b"Info", count=0), id="nothing at all"),
        pytest.param(stream(10, name=b"Info") + frames(10), id="a file that was joined to another"),
        pytest.param(
            stream(10, name=b"Info") + id3(90) + frames(10), id="which began with a tag of its own"
        ),
    ],
)
def test_a_header_that_lies_is_counted_after(file: bytes) -> None:
    info = probed(file)
    assert info.faults == []
    assert info.duration_s == info.clocks["counted"] == seconds(20)
    assert info.clocks.get("container") != seconds(20)


def test_a_large_claim_that_the_first_frames_refute_is_counted_after() -> None:
    info = probed(stream(400, name=b"Xing", count=1500))
    assert (info.duration_s, info.clocks["container"]) == (seconds(400), seconds(1500))


def test_a_cut_transfer_is_truncated() -> None:
    info = probed(stream(100, name=b"Info")[:30_000])
    assert faults(info) == [Fault.TRUNCATED]
    assert info.duration_s == seconds(30_000 // 417 - 1)
    assert info.clocks["container"] == seconds(100)


def test_a_cut_between_frames_leaves_an_old_header_and_no_fault() -> None:
    info = probed(stream(100, name=b"Info")[: 417 * 51])
    assert (info.duration_s, info.faults) == (seconds(50), [])
    assert "stale-header" in info.marks


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(xing(20, 8757, name=b"Info"), Fault.TRUNCATED, id="a header without audio"),
        pytest.param(id3(600)[:300], Fault.TRUNCATED, id="cut within the tag"),
        pytest.param(id3(600) + b"words " * 99, Fault.MALFORMED, id="no frames behind the tag"),
        pytest.param(frames(5) + b"words " * 999, Fault.MALFORMED, id="mostly something else"),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    assert fault in faults(probed(file))


def test_flac_and_aac_may_begin_with_an_id3_tag() -> None:
    sound = probed(id3(300) + flac_file(4096, flac_frame(0)))
    assert (sound.container, sound.audio_codec) == ("flac", "flac")
    adts = bytes.fromhex("fff1508002dffc").ljust(22, b"\0")
    sound = probed(id3(300) + adts * 20)
    assert (sound.container, sound.audio_codec) == ("aac", "aac")


def test_a_file_too_large_to_count_is_sampled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mp3, "_MOST_WALKED", 100_000)
    same, mixed = frames(300), frames(150) + frames(150, BETTER)
    assert probed(same).duration_s == Fraction(len(same) * 8, 128_000)
    info = probed(mixed)
    assert (info.duration_s, info.faults) == (None, [])
    assert info.unread.keys() == {"duration_s", "bitrate"}


@given(st.lists(st.sampled_from([CBR, PADDED, BETTER]), min_size=3, max_size=300))
def test_every_frame_is_counted_whatever_the_order(headers: list[bytes]) -> None:
    assert probed(b"".join(map(frame, headers))).duration_s == seconds(len(headers))


# The sniffer's part ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        pytest.param(frames(9), True, id="frames"),
        pytest.param(frame()[:200], True, id="a whole file of less than one"),
        pytest.param(frames(2)[:600], True, id="two headers are"),
        pytest.param(frame(), True, id="a whole file of one frame"),
        pytest.param(b"\xff\xfb\x90\x64" + b"words " * 500, False, id="a header by chance"),
        pytest.param(b"words " * 20 + frames(5), True, id="after a little garbage"),
        pytest.param(b"words " * 200 + frames(5), False, id="not after any amount of it"),
        pytest.param(b"words " * 20 + frames(3) + bytes(2000), False, id="three frames in garbage"),
        pytest.param(bytes(2000) + frames(3), True, id="zeros may be many"),
        pytest.param(b"\xff" * 4096, False, id="all ones"),
        pytest.param(b"\xff\xff\0\0" * 1024, False, id="white pixels"),
        pytest.param("\ufefftext".encode("utf-16-le") * 500, False, id="UTF-16"),
        pytest.param(b"", False, id="nothing"),
    ],
)
def test_looks_like_mp3(head: bytes, expected: bool) -> None:
    assert looks_like_mp3(head[:4096]) is expected


@given(st.binary(max_size=300))
def test_noise_is_no_audio(noise: bytes) -> None:
    head = noise + bytes(4000)
    assert not looks_like_mp3(head)
    assert not looks_like_adts(head)
    assert not looks_like_ac3(head)


@given(st.binary(min_size=4, max_size=4))
def test_any_four_bytes_may_be_asked_for_a_frame(data: bytes) -> None:
    found = parse(data)
    assert found is None or (
        found.sample_rate >= 8000 and (found.length >= 24 or not found.bitrate)
    )
