"""What a picture says of itself after a fix: kept, corrected, or taken out without a trace."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import pytest
from fix_pictures import XMP, encoded, exif, grain, made, shown
from hypothesis import example, given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from mediaprep.errors import FixFailed
from mediaprep.fix import imageexif, imagexmp
from mediaprep.fix.imagestrip import strip
from mediaprep.fix.recipe import Framing, ImageRecipe, Size
from mediaprep.probe import probe

SECRETS = (b"4711", b"Jane", b"52,31", b"13,24", b"secret maker")


def private(form: str) -> bytes:
    if form == "PNG":
        text = PngImagePlugin.PngInfo()
        text.add_itxt("XML:com.adobe.xmp", XMP.decode())
        text.add_text("Raw profile type exif", "4711")
        return encoded(grain(64, 48), form, exif=exif(1, private=True), pnginfo=text)
    more = {"quality": 80}
    return encoded(grain(64, 48), form, exif=exif(1, private=True), xmp=XMP, **more)


@pytest.mark.parametrize("container", ["jpeg", "png", "webp", "tiff"])
@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_exif_is_kept_and_told_the_truth(tmp_path: Path, form: str, container: str) -> None:
    data = encoded(grain(64, 48), form, exif=exif(6))
    recipe = ImageRecipe(container, framing=Framing(scale=Size(24, 32)))
    block = shown(made(data, recipe, tmp_path)).getexif()
    shot = block.get_ifd(0x8769)
    assert (block[0x010F], block[0x0110]) == ("Maker", "Model")
    assert block.get(0x0112, 1) == 1
    assert shot[0x829A] == 0.25
    assert (shot[0xA002], shot[0xA003]) == (24, 32)


def test_the_thumbnail_of_another_picture_goes(tmp_path: Path) -> None:
    thumbnail = encoded(Image.new("RGB", (16, 16)), "JPEG")
    first = struct.pack("<HHHIHHI", 1, 0x0112, 3, 1, 6, 0, 26)
    second = struct.pack("<H", 2) + b"".join(
        struct.pack("<HHII", *entry) for entry in ((0x201, 4, 1, 56), (0x202, 4, 1, len(thumbnail)))
    )
    block = b"II*\0\x08\0\0\0" + first + second + bytes(4) + thumbnail
    assert block.find(thumbnail) == 56
    data = encoded(grain(64, 48), "JPEG", exif=b"Exif\0\0" + block)
    result = made(data, ImageRecipe("jpeg"), tmp_path)
    assert thumbnail in data
    assert b"\xff\xd8\xff" not in result[2:]
    assert shown(result).size == (48, 64)


def test_resolution_comment_and_text_are_kept(tmp_path: Path) -> None:
    data = encoded(grain(64, 48), "JPEG", dpi=(300, 300), comment=b"a comment")
    result = shown(made(data, ImageRecipe("jpeg"), tmp_path))
    assert result.info["dpi"] == (300, 300)
    assert result.info["comment"] == b"a comment"
    text = PngImagePlugin.PngInfo()
    text.add_text("parameters", "a prompt")
    data = encoded(grain(64, 48), "PNG", pnginfo=text)
    assert shown(made(data, ImageRecipe("png"), tmp_path)).info["parameters"] == "a prompt"


@pytest.mark.parametrize("container", ["jpeg", "png", "webp"])
def test_the_orientation_of_xmp_is_reset_too(tmp_path: Path, container: str) -> None:
    packet = XMP.replace(b'Orientation="1"', b'Orientation="6"')
    data = encoded(grain(64, 48), "JPEG", exif=exif(6), xmp=packet)
    result = made(data, ImageRecipe(container), tmp_path)
    assert b'Orientation="1"' in result
    assert b'Orientation="6"' not in result
    assert b"A title" in result


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_private_fields_go_without_touching_a_pixel(tmp_path: Path, form: str) -> None:
    data = private(form)
    recipe = ImageRecipe(form.lower(), encode=False, strip_private=True)
    result = made(data, recipe, tmp_path)
    assert shown(result).tobytes() == shown(data).tobytes()
    for secret in SECRETS:
        assert secret not in result
    (tmp_path / "result").write_bytes(result)
    info = probe(str(tmp_path / "result"))
    assert not info.faults
    assert not {"gps", "serial"} & set(info.marks)
    block = shown(result).getexif()
    assert block[0x010F] == "Maker"
    assert block.get_ifd(0x8769)[0x829A] == 0.25
    assert not block.get_ifd(0x8825)
    assert b"A title" in result
    assert made(result, recipe, tmp_path) == result


@pytest.mark.parametrize("container", ["jpeg", "png", "webp", "tiff"])
def test_private_fields_go_when_it_is_encoded_too(tmp_path: Path, container: str) -> None:
    result = made(private("JPEG"), ImageRecipe(container, strip_private=True), tmp_path)
    for secret in SECRETS:
        assert secret not in result
    assert shown(result).getexif()[0x010F] == "Maker"


def test_what_lies_behind_a_jpeg_goes_with_the_private_fields(tmp_path: Path) -> None:
    data = private("JPEG") + b"\0\0\0\x18ftypmp42 with a position 4711"
    result = made(data, ImageRecipe("jpeg", encode=False, strip_private=True), tmp_path)
    assert result.endswith(b"\xff\xd9")
    assert b"4711" not in result


def test_a_progressive_jpeg_keeps_all_its_scans(tmp_path: Path) -> None:
    data = encoded(grain(64, 48), "JPEG", progressive=True, exif=exif(1, private=True))
    result = made(data, ImageRecipe("jpeg", encode=False, strip_private=True), tmp_path)
    assert shown(result).tobytes() == shown(data).tobytes()


@pytest.mark.parametrize("form", ["TIFF", "HEIF", "AVIF"])
def test_where_pixels_would_be_touched_it_says_so(tmp_path: Path, form: str) -> None:
    import pillow_heif

    pillow_heif.register_heif_opener()
    data = encoded(grain(64, 48), form, exif=exif(1, private=True))
    recipe = ImageRecipe(form.lower(), encode=False, strip_private=True)
    with pytest.raises(FixFailed, match="without encoding it anew"):
        made(data, recipe, tmp_path)


@pytest.mark.parametrize("form", ["JPEG", "BMP", "GIF", "TIFF"])
def test_nothing_to_encode_means_the_same_bytes(tmp_path: Path, form: str) -> None:
    data = encoded(grain(64, 48), form)
    assert made(data, ImageRecipe(form.lower(), encode=False), tmp_path) == data


def test_what_nothing_points_at_is_not_kept_where_privacy_matters() -> None:
    block = exif(6, private=True)
    whole = block + b"lost 4711"
    assert b"4711" not in imageexif.edit(whole, private=True)
    assert imageexif.edit(block, private=True) == imageexif.edit(whole, private=True)


@example(b"", 96, b"\x01")  # the directory that entries are taken from is the last
@given(st.binary(max_size=300), st.integers(0, 250), st.binary(max_size=8))
def test_an_exif_block_cannot_break_the_editor(noise: bytes, at: int, patch: bytes) -> None:
    block = exif(6, private=True)
    for blob in (noise, b"II*\0\x08\0\0\0" + noise, block[:at] + patch + block[at + len(patch) :]):
        edited = imageexif.edit(blob, size=(3, 4), upright=True, private=True)
        assert not edited or imageexif.orientation_of(edited) == 1
        assert imageexif.edit(edited, private=True) in (edited, b"")


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_a_file_cut_anywhere_is_refused_or_cut_clean(form: str) -> None:
    data = private(form)
    for end in range(2, len(data), 7):
        try:
            result = strip(data[:end], form.lower(), private=True)
        except FixFailed:
            continue
        assert not any(secret in result for secret in SECRETS)


def test_an_xmp_packet_in_utf_16_is_not_trusted() -> None:
    assert imagexmp.edit(XMP.decode().encode("utf-16-le"), private=True) == b""


def test_exif_too_long_for_a_jpeg_is_left_out(tmp_path: Path) -> None:
    block = Image.Exif()
    block[0x010E] = "x" * 70_000
    data = encoded(grain(64, 48), "PNG", exif=block.tobytes())
    result = shown(made(data, ImageRecipe("jpeg"), tmp_path))
    assert not result.getexif()
    assert io.BytesIO(data).getbuffer().nbytes > 70_000
