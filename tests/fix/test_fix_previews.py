"""Previews for the review page, made of real files by the workers and programs that make them."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import clips
import pytest
from conftest import wav
from PIL import Image, ImageCms

from mediaprep.fix.previews import Workshop, outline, poster
from mediaprep.probe import probe
from mediaprep.report.html.previews import Preview

SIDE, MOST_BYTES = 320, 7000


@pytest.fixture(scope="module")
def workshop() -> Iterator[Workshop]:
    """One for all tests, as for all files of a run."""
    made = Workshop(1)
    yield made
    made.close()


def preview(workshop: Workshop, path: Path) -> Preview:
    return workshop.start(probe(str(path)), str(path), SIDE, MOST_BYTES).result(60)


def decoded(made: Preview) -> Image.Image:
    assert made.why == ""
    assert len(made.picture) <= MOST_BYTES
    return Image.open(io.BytesIO(made.picture))


def ramp(mode: str = "RGB") -> Image.Image:
    grey = Image.linear_gradient("L").resize((800, 400))
    return grey.convert(mode) if mode == "I;16" else grey.convert("RGB").convert(mode)


@pytest.mark.parametrize(
    ("name", "picture"),
    [
        pytest.param("a.jpg", ramp(), id="JPEG"),
        pytest.param("a.jpg", ramp("CMYK"), id="CMYK"),
        pytest.param("a.png", ramp("RGBA"), id="transparent pixels"),
        pytest.param("a.png", ramp("P"), id="a palette"),
        pytest.param("a.png", ramp("I;16"), id="16 bits of grey"),
        pytest.param("a.tif", ramp("LAB"), id="LAB"),
        pytest.param("a.gif", ramp("P"), id="GIF"),
        pytest.param("a.webp", ramp(), id="WebP"),
        pytest.param("a.avif", ramp(), id="AVIF"),
    ],
)
def test_a_picture_is_made_small(
    workshop: Workshop, tmp_path: Path, name: str, picture: Image.Image
) -> None:
    picture.save(tmp_path / name)
    with decoded(preview(workshop, tmp_path / name)) as made:
        assert (made.format, made.size) == ("WEBP", (320, 160))


def test_a_picture_of_noise_is_made_smaller_still(workshop: Workshop, tmp_path: Path) -> None:
    Image.effect_noise((320, 160), 90).save(tmp_path / "a.png")
    with decoded(preview(workshop, tmp_path / "a.png")) as made:
        assert made.size == (160, 80)


def test_a_tagged_picture_is_turned_upright(workshop: Workshop, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("RGB", (800, 400), "teal").save(tmp_path / "a.jpg", exif=exif)
    with decoded(preview(workshop, tmp_path / "a.jpg")) as made:
        assert made.size == (160, 320)


def test_nothing_but_pixels_and_a_short_profile_goes_along(
    workshop: Workshop, tmp_path: Path
) -> None:
    exif = Image.Exif()
    exif[0x010E] = "a secret place"
    icc = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (400, 400)).save(tmp_path / "a.jpg", exif=exif, icc_profile=icc)
    made = preview(workshop, tmp_path / "a.jpg")
    assert b"secret" not in made.picture
    with decoded(made) as shown:
        assert "exif" not in shown.info
        assert shown.info.get("icc_profile") == icc[:1024] or len(icc) <= 1024


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        pytest.param("a.jpg", b"\xff\xd8\xff\xe0 not much", "", id="a broken picture"),
        pytest.param("a.txt", b"words", "it is no picture, clip or sound", id="no media"),
    ],
)
def test_what_cannot_be_shown_has_a_reason(
    workshop: Workshop, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    (tmp_path / name).write_bytes(content)
    made = preview(workshop, tmp_path / name)
    assert made.why.startswith(said)
    assert made.why
    assert (made.picture, made.wave) == (b"", b"")


def test_a_file_that_is_gone_has_a_reason(workshop: Workshop, tmp_path: Path) -> None:
    Image.new("RGB", (400, 400)).save(tmp_path / "a.png")
    info = probe(str(tmp_path / "a.png"))
    (tmp_path / "a.png").unlink()
    made = workshop.start(info, info.path, SIDE, MOST_BYTES).result(60)
    assert made.why == "No such file or directory"


def test_without_ffmpeg_a_clip_has_a_reason(
    workshop: Workshop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.wav").write_bytes(wav(3))
    monkeypatch.setenv("MEDIAPREP_FFMPEG", "/nowhere/ffmpeg")
    assert "is no program" in preview(workshop, tmp_path / "a.wav").why


def test_the_outline_of_a_sound_follows_its_loudness(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    quiet_then_loud = "aevalsrc='sin(880*PI*t)*if(lt(t,2),0.1,0.8)':d=4:s=16000"
    clips.run("-f", "lavfi", "-i", quiet_then_loud, path)
    found = outline(probe(str(path)))
    half = len(found) // 2
    assert 200 < len(found) <= 240
    assert max(found[: half - 2]) == pytest.approx(25, abs=6)
    assert min(found[half + 2 : -2]) == pytest.approx(205, abs=12)


@pytest.mark.parametrize(
    ("filters", "size"),
    [
        pytest.param("", (320, 180), id="square samples"),
        pytest.param("scale=720:576,setsar=64/45", (320, 180), id="samples that are not square"),
    ],
)
def test_a_poster_frame_has_the_shape_that_is_seen(
    tmp_path: Path, filters: str, size: tuple[int, int]
) -> None:
    path = tmp_path / "a.mp4"
    chain = ["-vf", filters] if filters else []
    source = "testsrc2=s=1280x720:r=24:d=1"
    clips.run("-f", "lavfi", "-i", source, *chain, "-c:v", "libx264", "-pix_fmt", "yuv420p", path)
    made = poster(probe(str(path)), SIDE, 24_000)
    with Image.open(io.BytesIO(made.picture)) as shown:
        assert shown.format == "JPEG"
        assert shown.size == pytest.approx(size, abs=2)
