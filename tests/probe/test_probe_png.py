from __future__ import annotations

import zlib
from fractions import Fraction
from struct import pack

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pictures import IDAT, IEND, SIGNATURE, exif, icc_v2, ihdr, piece, png, probed, xmp

from mediaprep.model import Fault, Kind

PLTE, TRNS = piece(b"PLTE", bytes(6)), piece(b"tRNS", b"\0")
TEXT = piece(b"tEXt", b"Comment\0", b"x" * 9000)
EXIF = piece(b"eXIf", exif(6))
XMP_ID = b"XML:com.adobe.xmp\0"


def actl(frames: int) -> bytes:
    return piece(b"acTL", pack(">II", frames, 0))


def fctl(sequence: int, delay: int, unit: int, width: int = 40, height: int = 30) -> bytes:
    return piece(b"fcTL", pack(">IIIIIHHBB", sequence, width, height, 0, 0, delay, unit, 0, 0))


def fdat(sequence: int) -> bytes:
    return piece(b"fdAT", pack(">I", sequence), b"not really deflated")


def raw_profile(name: bytes, blob: bytes) -> bytes:
    lines = f"\n{name.decode()}\n{len(blob):8}\n{blob.hex()}\n".encode()
    return piece(b"zTXt", b"Raw profile type " + name + b"\0\0", zlib.compress(lines))


def test_a_picture_is_measured() -> None:
    info = probed(png())
    assert (info.kind, info.container, info.faults, info.marks) == (Kind.IMAGE, "png", [], {})
    assert (info.width, info.height, info.coded_width, info.coded_height) == (40, 30, 40, 30)
    assert (info.orientation, info.frames, info.frame_pixels) == (1, 1, 1200)
    assert (info.duration_s, info.has_alpha, info.bit_depth) == (None, False, 8)


@pytest.mark.parametrize(
    ("color", "bits", "chunks", "facts"),
    [
        (0, 1, [], ("bilevel", 1, False)),
        (0, 4, [], ("gray", 4, False)),
        (0, 16, [TRNS], ("gray", 16, True)),
        (2, 16, [], ("rgb", 16, False)),
        (3, 2, [PLTE], ("palette", 8, False)),
        (3, 8, [PLTE, TRNS], ("palette", 8, True)),
        (4, 8, [], ("gray", 8, True)),
        (6, 8, [], ("rgb", 8, True)),
    ],
)
def test_the_colour_type_tells_mode_depth_and_alpha(
    color: int, bits: int, chunks: list[bytes], facts: tuple[str, int, bool]
) -> None:
    info = probed(png(*chunks, head=ihdr(bits=bits, color=color)))
    assert (info.color_mode, info.bit_depth, info.has_alpha, info.faults) == (*facts, [])


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(png(EXIF), id="before the picture"),
        pytest.param(png(TEXT, EXIF), id="past the first 4 KiB"),
        pytest.param(png(behind=EXIF), id="behind the picture"),
        pytest.param(png(*[IDAT] * 900, behind=EXIF), id="behind a long picture"),
        pytest.param(png(piece(b"eXIf", exif(6, order=">"))), id="big-endian"),
        pytest.param(png(raw_profile(b"exif", b"Exif\0\0" + exif(6))), id="ImageMagick's text"),
        pytest.param(png(raw_profile(b"APP1", b"Exif\0\0" + exif(6))), id="the other one"),
    ],
)
def test_exif_turns_the_picture(data: bytes) -> None:
    info = probed(data)
    assert (info.faults, info.orientation, info.width, info.height) == ([], 6, 30, 40)


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(piece(b"iTXt", XMP_ID, bytes(4), xmp('tiff:Orientation="6"')), id="plain"),
        pytest.param(
            piece(b"iTXt", XMP_ID, b"\1\0\0\0", zlib.compress(xmp('tiff:Orientation="6"'))),
            id="compressed",
        ),
    ],
)
def test_xmp_is_marked_and_turns_nothing(chunk: bytes) -> None:
    info = probed(png(chunk))
    assert (info.orientation, set(info.marks)) == (1, {"xmp-orientation"})


def test_profile_manifest_and_transfer_are_read() -> None:
    profile = piece(b"iCCP", b"any name\0\0", zlib.compress(icc_v2("Display P3")))
    info = probed(png(profile, piece(b"cICP", bytes((9, 16, 0, 1))), piece(b"caBX", b"jumb")))
    assert (info.icc, info.hdr, set(info.marks)) == ("Display P3", "pq", {"c2pa", "wide-gamut"})


def test_a_compressed_text_is_no_bomb() -> None:
    bomb = zlib.compress(bytes(64 << 20), 9)
    text = piece(b"zTXt", b"Raw profile type exif\0\0", bomb)
    info = probed(png(*[text] * 20, piece(b"iCCP", b"x\0\0", bomb)))
    assert (info.faults, info.icc) == ([], None)


@pytest.mark.parametrize(
    "chunk",
    [
        pytest.param(piece(b"iCCP", b"x\0\0not deflated"), id="a profile"),
        pytest.param(piece(b"zTXt", b"Raw profile type exif\0\0not deflated"), id="a text"),
        pytest.param(piece(b"tEXt", b"Raw profile type exif\0\nexif\n 3\nxyz"), id="digits"),
        pytest.param(piece(b"cICP", b"\1"), id="a transfer"),
    ],
)
def test_what_cannot_be_read_beside_the_picture_is_nothing(chunk: bytes) -> None:
    info = probed(png(chunk))
    assert (info.faults, info.marks, info.orientation, info.icc) == ([], {}, 1, None)


def test_frames_are_counted_and_delays_add_up() -> None:
    front = actl(3), fctl(0, 1, 3)
    behind = fctl(1, 50, 0, 20, 10), fdat(2), fctl(3, 1, 1000), fdat(4)
    info = probed(png(*front, behind=b"".join(behind)))
    assert (info.frames, info.frame_pixels) == (3, 2 * 1200 + 200)
    assert info.duration_s == Fraction(1, 3) + Fraction(50, 100) + Fraction(1, 1000)
    assert (info.faults, info.marks) == ([], {})


def test_a_number_of_frames_is_a_claim() -> None:
    info = probed(png(actl(900), fctl(0, 1, 10), behind=fctl(1, 1, 10) + fdat(2)))
    assert (info.frames, set(info.marks), info.faults) == (2, {"frame-count"}, [])


def test_delays_in_very_many_units_are_not_added_up() -> None:
    frames = b"".join(fctl(n, 1, 1000 + n) for n in range(80))
    info = probed(png(actl(80), behind=frames))
    assert (info.frames, info.duration_s) == (80, None)
    assert "duration_s" in info.unread


@pytest.mark.parametrize(
    ("data", "fault"),
    [
        pytest.param(png(head=ihdr(0, 9)), Fault.MALFORMED, id="width zero"),
        pytest.param(png(head=ihdr(9, 1 << 31)), Fault.MALFORMED, id="more rows than allowed"),
        pytest.param(png(head=ihdr(bits=4)), Fault.MALFORMED, id="a depth that RGB does not have"),
        pytest.param(png(head=ihdr()[:-1] + b"!"), Fault.MALFORMED, id="a wrong checksum"),
        pytest.param(png(head=piece(b"tEXt", bytes(13))), Fault.MALFORMED, id="no IHDR"),
        pytest.param(png(head=piece(b"CgBI", bytes(4)) + ihdr()), Fault.MALFORMED, id="Apple's"),
        pytest.param(png(head=ihdr(color=3)), Fault.MALFORMED, id="indices without a palette"),
        pytest.param(SIGNATURE + ihdr() + IEND, Fault.MALFORMED, id="no IDAT"),
        pytest.param(SIGNATURE + ihdr() + IDAT, Fault.TRUNCATED, id="no IEND"),
        pytest.param(png(bytes(12)), Fault.MALFORMED, id="a chunk type of zeros"),
        pytest.param(
            png(*[IDAT] * 900)[:-2], Fault.TRUNCATED, id="a long picture cut by two bytes"
        ),
        pytest.param(png(actl(1), fctl(7, 1, 1)), Fault.MALFORMED, id="frames out of order"),
        pytest.param(png(actl(1 << 31), fctl(0, 1, 1)), Fault.MALFORMED, id="2^31 frames"),
    ],
)
def test_what_is_broken_is_said(data: bytes, fault: Fault) -> None:
    assert [kind for kind, _ in probed(data).faults] == [fault]


@pytest.mark.parametrize("chunks", [1, 900], ids=["a short file", "a long file"])
def test_bytes_behind_iend_are_no_fault(chunks: int) -> None:
    info = probed(png(*[IDAT] * chunks) + b"PK\3\4" * 2000)
    assert (info.faults, info.marks) == ([], {"trailing": "8,000 bytes after IEND"})


@given(st.data())
def test_a_cut_file_is_never_taken_for_a_whole_one(data: st.DataObject) -> None:
    whole = png(TEXT, EXIF, *[IDAT] * 9, behind=EXIF)
    assert probed(whole[: data.draw(st.integers(8, len(whole) - 1))]).faults


@given(st.data())
def test_damage_never_raises(data: st.DataObject) -> None:
    damaged = bytearray(png(actl(2), fctl(0, 1, 2), EXIF, behind=fctl(1, 1, 2) + fdat(2)))
    for _ in range(data.draw(st.integers(1, 8))):
        damaged[data.draw(st.integers(33, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    info = probed(bytes(damaged))
    assert (info.coded_width, info.coded_height) == (40, 30)
