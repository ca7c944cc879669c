"""Playlists dressed as media: what ffmpeg is told keeps it from them even where no kernel does."""

from __future__ import annotations

import subprocess
from itertools import pairwise
from pathlib import Path

import clips
import pytest
from test_fix_av_shut_in import _MANIFEST, _PLAYLISTS

from mediaprep.engine.decode.formats import DEMUXERS
from mediaprep.fix.graph import Job, arguments, look_arguments, peak_arguments
from mediaprep.fix.recipe import AudioRecipe, Mode, VideoRecipe
from mediaprep.model import Kind, MediaInfo

# Name, text with the other file's name in it, and what makes a plain ffmpeg read it.
_DRESSED = [
    pytest.param("list.m3u8", _PLAYLISTS["hls"], "file://{0}", (), id="HLS by its own name"),
    pytest.param("clip.mp4", _PLAYLISTS["hls"], "file://{0}", ("-f", "hls"), id="HLS as MP4"),
    pytest.param("clip.mp4", _PLAYLISTS["ffconcat"], "secret.ts", (), id="ffconcat as MP4"),
    pytest.param("song.mp3", _PLAYLISTS["ffconcat"], "secret.ts", (), id="ffconcat as MP3"),
    pytest.param("clip.mp4", _MANIFEST, "secret.ts", ("-f", "dash"), id="DASH as MP4"),
]


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("another") / "secret.ts"
    clips.run(
        *("-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-f", "lavfi", "-i", "sine=d=1"),
        *("-c:v", "libx264", "-c:a", "aac", path),
    )
    return path.read_bytes()


def _runs(*words: str) -> bool:
    command = [clips.tool(), *words]
    return subprocess.run(command, capture_output=True, timeout=60, check=False).returncode == 0


@pytest.mark.parametrize(("name", "text", "named", "plainly"), _DRESSED)
def test_what_ffmpeg_is_told_is_enough(
    tmp_path: Path, secret: bytes, name: str, text: str, named: str, plainly: tuple[str, ...]
) -> None:
    other = tmp_path / "secret.ts"
    other.write_bytes(secret)
    path, out = tmp_path / name, tmp_path / "out.mp4"
    path.write_text(text.format(named.format(other)))
    reads = ("-nostdin", "-y", *plainly, "-protocol_whitelist", "file", "-i", str(path))
    opened = _runs(*reads, "-c", "copy", str(tmp_path / "stolen.mkv"))
    if not opened and plainly:
        pytest.skip("this ffmpeg does not read it even when it is asked to")
    assert opened  # the protocols alone do not keep it shut
    for container in DEMUXERS:
        info = MediaInfo(str(path), kind=Kind.VIDEO, container=container, audio_tracks=1)
        clip = Job(info, VideoRecipe("mp4", Mode.REMUX), str(out))
        sound = Job(info, AudioRecipe("wav", Mode.ENCODE), str(out))
        for words in (
            arguments(clip),
            arguments(Job(info, VideoRecipe("mp4", Mode.ENCODE), str(out))),
            arguments(sound),
            peak_arguments(sound),
            look_arguments(info),
        ):
            told = dict(pairwise(words))
            assert told["-protocol_whitelist"] == "file"
            assert told["-format_whitelist"] == DEMUXERS[container]
            assert "," in DEMUXERS[container] or told["-f"] is not None
        assert not _runs(*arguments(clip)), container
