from __future__ import annotations

import struct
import subprocess
import sys
from fractions import Fraction
from uuid import UUID

import pytest
from containers import bitmap_header
from pictures import probed
from seeds import SEEDS
from sounds import id3

from mediaprep.model import Fault, Kind, MediaInfo

ADTS = bytes.fromhex("fff1508002dffc").ljust(22, b"\0")  # 44.1 kHz, stereo, 22 bytes
AC3 = bytes.fromhex("0b770000144040").ljust(768, b"\0")  # 48 kHz, 192 kbit/s: 768 bytes, stereo
AC3_51 = bytes.fromhex("0b7700001440e100").ljust(768, b"\0")  # three front, two rear, one low
EAC3 = bytes.fromhex("0b77017f3f870000").ljust(768, b"\0")  # 48 kHz, six blocks, 3/2 and low
EAC3_MORE = bytes.fromhex("0b77417f34870000").ljust(768, b"\0")  # two channels for the one before


def faults(info: MediaInfo) -> list[Fault]:
    return [fault for fault, _ in info.faults]


@pytest.mark.parametrize(
    ("file", "codec", "rate", "channels", "duration"),
    [
        pytest.param(ADTS * 40, "aac", 44100, 2, Fraction(40 * 1024, 44100), id="AAC"),
        pytest.param(
            ADTS * 40 + b"TAG" + bytes(125), "aac", 44100, 2, Fraction(40 * 1024, 44100), id="tags"
        ),
        pytest.param(
            ADTS * 40 + ADTS[:10], "aac", 44100, 2, Fraction(40 * 1024, 44100), id="a cut frame"
        ),
        pytest.param(AC3 * 10, "ac3", 48000, 2, Fraction(10 * 1536, 48000), id="AC-3"),
        pytest.param(AC3_51 * 10, "ac3", 48000, 6, Fraction(10 * 1536, 48000), id="AC-3 5.1"),
        pytest.param(EAC3 * 10, "eac3", 48000, 6, Fraction(10 * 1536, 48000), id="E-AC-3"),
        pytest.param(
            (EAC3 + EAC3_MORE) * 10,
            *("eac3", 48000, 6, Fraction(10 * 1536, 48000)),
            id="dependent frames of E-AC-3 take no time of their own",
        ),
    ],
)
def test_frames_are_counted(
    file: bytes, codec: str, rate: int, channels: int, duration: Fraction
) -> None:
    info = probed(file)
    assert (info.kind, info.audio_codec, info.faults) == (Kind.AUDIO, codec, [])
    assert (info.sample_rate, info.channels) == (rate, channels)
    assert info.duration_s == info.clocks["counted"] == duration


def test_channels_may_be_left_to_the_payload() -> None:
    info = probed((ADTS[:2] + b"\x50\x00" + ADTS[4:]) * 20)
    assert (info.channels, set(info.unread)) == (None, {"channels"})


def test_frames_that_stop_in_the_middle_are_malformed() -> None:
    info = probed(ADTS * 40 + b"words " * 40)
    assert faults(info) == [Fault.MALFORMED]
    assert info.duration_s == Fraction(40 * 1024, 44100)


def test_id3_alone_does_not_make_it_mp3() -> None:
    assert probed(id3(200) + ADTS * 40).container == "aac"


# ASF ---------------------------------------------------------------------------------------------


def part(name: str, body: bytes, size: int | None = None) -> bytes:
    return UUID(name).bytes_le + struct.pack("<Q", 24 + len(body) if size is None else size) + body


def stream(kind: str, body: bytes) -> bytes:
    head = UUID(kind).bytes_le + bytes(16 + 8) + struct.pack("<IIHI", len(body), 0, 1, 0)
    return part("b7dc0791-a9b7-11cf-8ee6-00c00c205365", head + body)


SOUND = stream(
    "f8699e40-5b4d-11cf-a8fd-00805f5c442b",
    struct.pack("<HHIIHHH", 0x161, 2, 44100, 16000, 4, 16, 0),
)
PICTURES = stream(
    "bc19efc0-5b4d-11cf-a8fd-00805f5c442b",
    struct.pack("<IIBH", 320, 180, 2, 40) + bitmap_header(320, 180, b"WMV2"),
)
PROTECTED = part("2211b3fb-bd23-11d2-b4b7-00a0c955fc6e", bytes(16))


def properties(seconds: int, flags: int = 2) -> bytes:
    numbers = struct.pack("<QQQQQQ", 0, 0, 1, (seconds + 3) * 10_000_000, 0, 3000)
    body = bytes(16) + numbers + struct.pack("<IIII", flags, 100, 100, 0)
    return part("8cabdca1-a947-11cf-8ee4-00c00c205365", body)


def asf(*parts: bytes, claimed: int = 0) -> bytes:
    body = struct.pack("<I", len(parts)) + b"\1\2" + b"".join(parts)
    samples = bytes(500)
    size = 24 + len(samples) + claimed
    return part("75b22630-668e-11cf-a6d9-00aa0062ce6c", body) + part(
        "75b22636-668e-11cf-a6d9-00aa0062ce6c", samples, size
    )


def test_windows_media_audio() -> None:
    info = probed(asf(properties(5), SOUND))
    assert (info.container, info.kind, info.faults) == ("asf", Kind.AUDIO, [])
    assert (info.audio_codec, info.sample_rate, info.channels) == ("wma", 44100, 2)
    assert (info.duration_s, info.audio_tracks, info.video_tracks) == (Fraction(5), 1, None)


def test_windows_media_video() -> None:
    info = probed(asf(properties(5), PICTURES, SOUND))
    assert (info.kind, info.video_codec, info.audio_codec) == (Kind.VIDEO, "wmv", "wma")
    assert (info.width, info.height, info.video_tracks) == (320, 180, 1)
    assert (info.duration_s, set(info.unread)) == (Fraction(5), {"fps"})


@pytest.mark.parametrize(
    ("file", "fault"),
    [
        pytest.param(asf(properties(5), SOUND, claimed=9000), Fault.TRUNCATED, id="cut"),
        pytest.param(asf(properties(5), SOUND)[:80], Fault.TRUNCATED, id="cut in the header"),
        pytest.param(asf(properties(5), SOUND, PROTECTED), Fault.ENCRYPTED, id="protected"),
        pytest.param(
            asf(part("00000000-0000-0000-0000-000000000000", b"", 0)), Fault.MALFORMED, id="size 0"
        ),
        pytest.param(asf(properties(5)), Fault.NO_SAMPLES, id="no streams"),
    ],
)
def test_broken_files_are_called_so(file: bytes, fault: Fault) -> None:
    assert faults(probed(file)) == [fault]


def test_a_broadcast_has_no_duration() -> None:
    info = probed(asf(properties(5, flags=1), SOUND))
    assert (info.duration_s, set(info.unread)) == (None, {"duration_s"})


# What mutagen reads ------------------------------------------------------------------------------


@pytest.mark.parametrize("container", ["ape", "wavpack", "musepack"])
def test_mutagen_reads_the_rest(container: str) -> None:
    info = probed(SEEDS[container])
    assert (info.container, info.kind, info.faults) == (container, Kind.AUDIO, [])
    assert (info.audio_codec or "").startswith(container)
    assert info.sample_rate
    assert info.duration_s
    assert (info.duration_s * info.sample_rate).denominator == 1


@pytest.mark.parametrize("container", ["ape", "wavpack", "musepack"])
def test_what_mutagen_cannot_read_is_malformed(container: str) -> None:
    assert Fault.MALFORMED in faults(probed(SEEDS[container][:20]))


def test_a_musepack_header_without_end_is_given_up() -> None:
    # a packet of size 0: the next one begins where this one did
    info = probed(b"MPCK" + b"XX\0" * 40)
    assert (faults(info), info.duration_s) == ([Fault.TOO_COSTLY], None)


def test_mutagen_is_imported_for_its_own_formats_alone() -> None:
    script = (
        "import sys; from mediaprep.probe import tagged, mp3, wav, flac, ogg, aiff, amr, asf; "
        "sys.exit('mutagen' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
