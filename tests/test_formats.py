"""The table of containers: consistent, complete, and what it derives."""

from __future__ import annotations

import mimetypes
import re
from importlib.util import find_spec

import pytest

from mediaprep.formats import (
    EXTENSIONS,
    FORMATS,
    MEDIA_EXTENSIONS,
    extension_of,
    files_pattern,
    misleads,
    named_container,
)


def test_an_extension_names_one_container() -> None:
    listed = [extension for form in FORMATS.values() for extension in form.extensions]
    assert len(listed) == len(set(listed)) == len(EXTENSIONS)
    assert all(extension == extension.lower().strip(".") for extension in listed)


@pytest.mark.parametrize("name", FORMATS)
def test_a_container_has_a_reader_and_a_mime_type_of_its_own(name: str) -> None:
    form = FORMATS[name]
    assert find_spec(f"mediaprep.probe.{form.reader}")
    assert [n for n, f in FORMATS.items() if f.mime == form.mime] == [name]


@pytest.mark.parametrize("name", ["jpeg", "png", "gif", "bmp", "tiff", "mp4", "mov", "mp3"])
def test_mime_types_are_the_registered_ones(name: str) -> None:
    types = mimetypes.MimeTypes()
    assert types.guess_type(f"a.{FORMATS[name].extensions[0]}")[0] == FORMATS[name].mime


@pytest.mark.parametrize(
    ("path", "extension"),
    [
        ("a.jpg", "jpg"),
        ("a.JPG", "jpg"),
        ("a.tar.gz", "gz"),
        ("a", ""),
        ("a.", ""),
        (".jpg", ""),
        ("x.jpg/a", ""),
        ("x/.hidden.png", "png"),
        ("-a.mp4", "mp4"),
        ("a\n.png", "png"),
        ("\udcff.wav", "wav"),
    ],
)
def test_the_extension_of_a_path(path: str, extension: str) -> None:
    assert extension_of(path) == extension


@pytest.mark.parametrize(
    ("path", "container"),
    [("a.jpeg", "jpeg"), ("a.JFIF", "jpeg"), ("a.heic", "heif"), ("a.txt", None), ("jpg", None)],
)
def test_a_name_promises_a_container(path: str, container: str | None) -> None:
    assert named_container(path) == container


@pytest.mark.parametrize(
    ("named", "container", "misleading"),
    [
        pytest.param("gif", "jpeg", True, id="a JPEG named .gif"),
        pytest.param("jpeg", "gif", True, id="a GIF named .jpeg"),
        pytest.param("mp4", "3gp", True, id="a 3GP named .mp4"),
        pytest.param("mp4", "mov", True, id="a QuickTime movie named .mp4"),
        pytest.param("mov", "mp4", True, id="an MP4 named .mov"),
        pytest.param("jpeg", "webm", True, id="a WebM named .jpg"),
        pytest.param("webm", "matroska", True, id="any Matroska named .webm"),
        pytest.param("matroska", "webm", False, id="WebM is Matroska"),
        pytest.param("m4a", "mp4", False, id="an MP4 named .m4a"),
        pytest.param("mp4", "m4v", False, id="an M4V named .mp4"),
        pytest.param("png", "png", False, id="a PNG named .png"),
    ],
)
def test_a_name_misleads_when_readers_would_differ(
    named: str, container: str, misleading: bool
) -> None:
    assert misleads(named, container) is misleading


def test_the_pattern_matches_the_names_of_media_and_no_others() -> None:
    pattern = re.compile(files_pattern())
    for extension in MEDIA_EXTENSIONS:
        assert pattern.search(f"a/b.{extension}")
        assert pattern.search(f"B.{extension.upper()}")
        assert not pattern.search(f"a.{extension}.txt")
        assert not pattern.search(f"{extension}/readme.md")
        assert not pattern.search(f"a{extension}")
    assert EXTENSIONS.keys() - MEDIA_EXTENSIONS == {"ts", "mts"}


def test_typescript_is_not_taken_for_a_transport_stream() -> None:
    pattern = re.compile(files_pattern())
    assert not pattern.search("src/index.ts")
    assert not pattern.search("src/index.mts")
    assert named_container("clip.ts") == "mpegts"
