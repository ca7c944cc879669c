from __future__ import annotations

from struct import pack

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from isobmff import (
    VIDEO_ENTRY,
    audio,
    avcc,
    box,
    encrypted,
    ftyp,
    full,
    movie,
    mvex,
    mvhd,
    stbl,
    stts,
    trak,
    video,
    visual,
)
from pictures import probed

from mediaprep.model import Fault


@pytest.mark.parametrize(
    ("data", "faults"),
    [
        pytest.param(
            movie(video(entry=visual(b"encv", avcc(), encrypted(b"avc1")))),
            [Fault.ENCRYPTED],
            id="encrypted",
        ),
        pytest.param(
            ftyp() + box(b"moov", mvhd(), trak(b"vide", stbl(VIDEO_ENTRY)), mvex(1)),
            [Fault.NO_SAMPLES],
            id="an init segment",
        ),
        pytest.param(movie(trak(b"text", b"")), [Fault.NOT_MEDIA], id="text alone"),
        pytest.param(movie(trak(b"vide", stbl(VIDEO_ENTRY))), [Fault.NO_SAMPLES], id="no samples"),
    ],
)
def test_what_cannot_be_played_has_no_kind(data: bytes, faults: list[Fault]) -> None:
    info = probed(data)
    assert info.kind is None
    assert [fault for fault, _ in info.faults] == faults


def test_an_encrypted_track_still_tells_what_it_is() -> None:
    info = probed(movie(video(entry=visual(b"encv", avcc(), encrypted(b"avc1")))))
    assert (info.video_codec, info.width, info.frames) == ("h264", 96, 25)


@pytest.mark.parametrize(
    ("data", "fault", "words"),
    [
        pytest.param(movie()[:-9], Fault.TRUNCATED, "mdat says it ends at", id="media data is cut"),
        pytest.param(
            movie(trak(b"vide", stbl(VIDEO_ENTRY, (25, 40), chunk=9000))),
            Fault.TRUNCATED,
            "byte 9100, the file ends",
            id="samples lie past the end",
        ),
        pytest.param(ftyp() + box(b"mdat", bytes(9)), Fault.MALFORMED, "no index", id="no index"),
        pytest.param(
            box(b"styp", bytes(8)) + box(b"moof") + box(b"mdat"),
            Fault.MALFORMED,
            "segment",
            id="a media segment",
        ),
        pytest.param(
            movie(trak(b"vide", stbl(VIDEO_ENTRY, (25, 40), first_chunk=7))),
            Fault.MALFORMED,
            "stsc speaks of chunk 7, there are 1",
            id="chunks that are not there",
        ),
        pytest.param(
            movie(trak(b"vide", stbl(VIDEO_ENTRY, (25, 40), in_chunk=0))),
            Fault.MALFORMED,
            "hold no samples",
            id="chunks that hold nothing",
        ),
        pytest.param(
            movie(trak(b"vide", stbl(VIDEO_ENTRY, (25, 40), times=stts((25, 40), stated=9)))),
            Fault.MALFORMED,
            "stts ends before",
            id="fewer times than stated",
        ),
    ],
)
def test_a_broken_structure_is_a_fault(data: bytes, fault: Fault, words: str) -> None:
    found = [message for kind, message in probed(data).faults if kind is fault]
    assert any(words in message for message in found), found


KEYS = full(b"keys", pack(">I", 1), box(b"mdta", b"com.apple.quicktime.location.ISO6709"))
XMP_ID = bytes.fromhex("be7acfcb97a942e89c71999491e3afac")
PACKET = b'<x exif:GPSLatitude="52,31N"/>'
C2PA = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")


@pytest.mark.parametrize(
    ("inside", "behind", "mark"),
    [
        pytest.param(
            box(b"udta", box(b"\xa9xyz", b"\0\x08\0\0+10-020/")),
            b"",
            "gps",
            id="QuickTime user data",
        ),
        pytest.param(box(b"udta", full(b"loci", bytes(20))), b"", "gps", id="3GPP location"),
        pytest.param(
            box(b"meta", full(b"hdlr", bytes(21)), KEYS), b"", "gps", id="QuickTime metadata"
        ),
        pytest.param(b"", box(b"uuid", C2PA, b"manifest"), "c2pa", id="a C2PA manifest"),
        pytest.param(b"", box(b"uuid", XMP_ID, PACKET), "gps", id="XMP behind the movie"),
        pytest.param(box(b"udta", box(b"XMP_", PACKET)), b"", "gps", id="XMP in user data"),
        pytest.param(box(b"uuid", XMP_ID, PACKET), b"", "gps", id="XMP in the movie"),
        pytest.param(trak(b"meta", box(b"gpmd")), b"", "gps", id="telemetry of a camera"),
        pytest.param(
            box(b"udta", box(b"CAME", b"0123")), b"", "serial", id="a camera that names itself"
        ),
    ],
)
def test_private_metadata_is_marked_not_kept(inside: bytes, behind: bytes, mark: str) -> None:
    data = ftyp() + box(b"moov", mvhd(), video(), inside) + box(b"mdat", bytes(400)) + behind
    marks = probed(data).marks
    assert list(marks) == [mark]
    assert "+10" not in marks[mark]


def test_garbage_in_user_data_is_passed_over() -> None:
    data = (
        ftyp()
        + box(b"moov", mvhd(), video(), box(b"udta", b"\0\0\0\1junkjunk"))
        + box(b"mdat", bytes(400))
    )
    info = probed(data)
    assert (info.frames, info.faults, info.marks) == (25, [], {})


WHOLE = movie(video(), audio(), trak(b"text", b""))


@settings(max_examples=200)
@given(st.integers(0, len(WHOLE) - 1), st.binary(min_size=1, max_size=8))
def test_changed_bytes_never_raise(at: int, change: bytes) -> None:
    data = WHOLE[:at] + change + WHOLE[at + len(change) :]
    info = probed(data)
    assert info.path


@settings(max_examples=100)
@given(st.integers(1, 400))
def test_a_file_cut_inside_its_media_data_is_never_clean(missing: int) -> None:
    assert Fault.TRUNCATED in [fault for fault, _ in probed(WHOLE[:-missing]).faults]
