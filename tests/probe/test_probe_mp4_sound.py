from __future__ import annotations

from struct import pack

import pytest
from isobmff import audio, box, encrypted, esds, full, movie, sound
from pictures import probed

from mediaprep.model import Fault, Kind
from mediaprep.probe.mp4_esds import Aac, read_aac, read_esds

LC = b"\x12\x10"  # AAC-LC, 44100 Hz, stereo
STREAMINFO = bytes(10) + pack(">I", 96000 << 12 | 5 << 9 | 23 << 4) + bytes(20)
ALAC = bytes(5) + b"\x18\0\0\0\6" + bytes(6) + pack(">II", 800_000, 88200)
VERSION_2 = pack(">IdIIIIII", 72, 96000.0, 6, 0x7F000000, 24, 0, 0, 0)


@pytest.mark.parametrize(
    ("entry", "codec", "rate", "channels"),
    [
        pytest.param(sound(b"mp4a", esds(0x40, LC)), "aac", 44100, 2, id="AAC"),
        pytest.param(
            sound(b"mp4a", esds(0x40, LC), rate=0, channels=0),
            "aac",
            44100,
            2,
            id="AAC by its own header",
        ),
        pytest.param(sound(b"mp4a"), "aac", 44100, 2, id="AAC without its header"),
        pytest.param(sound(b"mp4a", esds(0x6B)), "mp3", 44100, 2, id="MP3"),
        pytest.param(sound(b"mp4a", esds(0xE1)), "qcelp", 44100, 2, id="an object type of a phone"),
        pytest.param(
            sound(b"alac", full(b"alac", ALAC)), "alac", 88200, 6, id="ALAC above 65535 Hz"
        ),
        pytest.param(
            sound(b"fLaC", full(b"dfLa", bytes(4) + STREAMINFO)), "flac", 96000, 6, id="FLAC"
        ),
        pytest.param(
            sound(b"Opus", box(b"dOps", b"\0\1"), rate=48000), "opus", 48000, 1, id="Opus"
        ),
        pytest.param(
            sound(b"ac-3", box(b"dac3", b"\x10\x3d\xc0")), "ac3", 48000, 6, id="AC-3 in 5.1"
        ),
        pytest.param(
            sound(b"ec-3", box(b"dec3", b"\0\0\x20\x0f\x02\x02")),
            "eac3",
            48000,
            8,
            id="E-AC-3 in 7.1",
        ),
        pytest.param(
            sound(b"mlpa", box(b"dmlp", pack(">II", 0x4F, 0)), rate=0),
            "truehd",
            48000,
            8,
            id="TrueHD",
        ),
        pytest.param(sound(b"samr", rate=44100), "amr", 8000, 1, id="AMR has one rate"),
        pytest.param(sound(b"sawb"), "amr", 16000, 1, id="wide-band AMR another"),
        pytest.param(sound(b"sowt", rate=48000), "pcm", 48000, 2, id="PCM"),
        pytest.param(sound(b"ulaw", rate=8000, channels=1), "g711", 8000, 1, id="telephone sound"),
        pytest.param(
            sound(b"mp4a", box(b"wave", esds(0x40, LC)), version=1, more=bytes(16), rate=0),
            "aac",
            44100,
            2,
            id="QuickTime version 1",
        ),
        pytest.param(
            sound(b"lpcm", version=2, more=VERSION_2, rate=1, channels=3),
            "pcm",
            96000,
            6,
            id="QuickTime version 2",
        ),
        pytest.param(sound(b"????"), None, 44100, 2, id="a codec without a name"),
    ],
)
def test_sample_entries(entry: bytes, codec: str | None, rate: int, channels: int) -> None:
    info = probed(movie(audio(entry=entry)))
    assert info.kind is Kind.AUDIO
    assert (info.audio_codec, info.sample_rate, info.channels) == (codec, rate, channels)
    assert ("audio_codec" in info.unread) == (codec is None)


@pytest.mark.parametrize(
    ("entry", "bitrate"),
    [
        pytest.param(sound(b"mp4a", esds(0x40, LC, 128_000)), 320, id="the sizes of samples count"),
        pytest.param(sound(b"sowt"), 44100 * 2 * 16, id="PCM has a nominal sample size"),
        pytest.param(sound(b"in24"), 44100 * 2 * 24, id="of 24 bits"),
    ],
)
def test_the_bit_rate_of_sound_alone(entry: bytes, bitrate: int) -> None:
    assert probed(movie(audio(entry=entry))).bitrate == bitrate


def test_mpeg_audio_is_known_by_its_first_frame() -> None:
    data = movie(audio(entry=sound(b"mp4a", esds(0x6B), channels=2)))
    at = data.index(b"mdat") + 4
    mono = bytes.fromhex("fffb90c4")  # layer III, 128 kbit/s, 44100 Hz, one channel
    offset = data.index(b"stco") + 12
    data = data[:offset] + pack(">I", at) + data[offset + 4 : at] + mono + data[at + 4 :]
    info = probed(data)
    assert (info.audio_codec, info.channels, info.sample_rate) == ("mp3", 1, 44100)


def test_encrypted_sound_has_no_kind_but_a_codec() -> None:
    info = probed(movie(audio(entry=sound(b"enca", esds(0x40, LC), encrypted(b"mp4a")))))
    assert (info.kind, info.audio_codec) == (None, "aac")
    assert [fault for fault, _ in info.faults] == [Fault.ENCRYPTED]


@pytest.mark.parametrize(
    ("specific", "aac"),
    [
        pytest.param("00010 0100 0010 000", Aac(44100, 2), id="low complexity"),
        pytest.param("00010 0011 0001 000", Aac(48000, 1), id="one channel"),
        pytest.param("00010 0011 0111 000", Aac(48000, 8), id="seven and one"),
        pytest.param(
            "00101 0111 0001 0100 00010 000", Aac(44100, 1), id="band replication doubles the rate"
        ),
        pytest.param(
            "11101 0111 0001 0100 00010 000", Aac(44100, 2), id="parametric stereo the channels"
        ),
        pytest.param(
            "00010 0110 0001 000 01010110111 00101 1 0011 10101001000 1",
            Aac(48000, 2),
            id="both where old decoders do not see them",
        ),
        pytest.param(f"00010 1111 {96001:024b} 0010 000", Aac(96001, 2), id="a rate written out"),
        pytest.param("11111 001010 0100 0010", Aac(44100, 2), id="unified speech and audio"),
        pytest.param("00010 0100 0000 000", Aac(44100, None), id="the stream will tell channels"),
        pytest.param("00010 010", None, id="cut short"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_audio_specific_configurations(specific: str, aac: Aac | None) -> None:
    bits = specific.replace(" ", "")
    packed = bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, len(bits), 8))
    assert read_aac(packed) == aac


@pytest.mark.parametrize("length", range(len(esds(0x40, LC)) - 8))
def test_a_descriptor_cut_short_is_none_or_has_less(length: int) -> None:
    found = read_esds(esds(0x40, LC)[8 : 8 + length])
    assert found is None or (found.object_type, LC.startswith(found.specific)) == (0x40, True)
