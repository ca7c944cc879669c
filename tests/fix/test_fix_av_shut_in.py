"""ffmpeg sees the files it was given and no others, and ends when it has to."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

import clips
import pytest

from mediaprep.engine import landlock
from mediaprep.errors import FixFailed, ToolMissing
from mediaprep.fix import av, ffmpeg
from mediaprep.fix.ffmpeg import Reach
from mediaprep.fix.recipe import AudioRecipe, Mode, VideoRecipe
from mediaprep.model import Kind, MediaInfo

_Found = TypeVar("_Found")

_ENDLESS = ("-nostdin", "-re", "-f", "lavfi", "-i", "testsrc=d=600", "-f", "null", "-")

_MANIFEST = """<?xml version="1.0"?>
<MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" mediaPresentationDuration="PT1S"
  profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period><AdaptationSet
  mimeType="video/mp4"><Representation id="1" bandwidth="1000" codecs="avc1.42E01E"><BaseURL>{0}
  </BaseURL></Representation></AdaptationSet></Period></MPD>"""
_HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:1,\n{0}\n#EXT-X-ENDLIST\n"
_PLAYLISTS = {
    "hls": _HLS,
    "ffconcat": "ffconcat version 1.0\nfile '{0}'\n",
    "dash": _MANIFEST,
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
}


@pytest.fixture(scope="session")
def secret(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("another") / "secret.ts"
    clips.run(
        *("-f", "lavfi", "-i", "testsrc=s=64x48:d=1", "-f", "lavfi", "-i", "sine=d=1"),
        *("-c:v", "libx264", "-c:a", "aac", path),
    )
    return path


class _Listener:
    """A web server that nobody should call."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.socket.settimeout(0.05)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.socket.getsockname()[1]}/secret.ts"

    def called(self) -> bool:
        try:
            self.socket.accept()[0].close()
        except TimeoutError:
            return False
        return True


@pytest.mark.parametrize("mode", [Mode.REMUX, Mode.ENCODE])
@pytest.mark.parametrize("container", ["mp4", "matroska", "mp3", "wav", "mpegts"])
@pytest.mark.parametrize("to", ["file", "relative", "network"])
@pytest.mark.parametrize("kind", _PLAYLISTS)
def test_a_playlist_in_disguise_reaches_nothing(
    secret: Path, tmp_path: Path, kind: str, to: str, container: str, mode: Mode
) -> None:
    listener = _Listener()
    named = {
        "file": f"file://{secret}" if kind == "hls" else str(secret),
        "relative": os.path.relpath(secret, tmp_path),
        "network": listener.url,
    }[to]
    path = tmp_path / f"innocent.{'m3u8' if mode is Mode.REMUX else container}"
    path.write_text(_PLAYLISTS[kind].format(named))
    out = tmp_path / "out"
    sound = container in ("mp3", "wav")
    info = MediaInfo(
        str(path),
        size_bytes=path.stat().st_size,
        kind=Kind.AUDIO if sound else Kind.VIDEO,
        container=container,  # as if the sniffer had been deceived
        audio_tracks=1,
    )
    recipe = AudioRecipe("mp3", mode) if sound else VideoRecipe("mp4", mode)
    with pytest.raises(FixFailed):
        av.write(info, recipe, str(path), str(out))
    assert not out.exists()
    assert not listener.called()
    listener.socket.close()


@pytest.mark.skipif(landlock.abi() == 0, reason="this kernel has no Landlock")
@pytest.mark.parametrize("kind", ["hls", "ffconcat"])
def test_the_kernel_alone_keeps_other_files_shut(secret: Path, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "list.m3u8"
    path.write_text(_PLAYLISTS[kind].format(secret))
    freely = ("-safe", "0") if kind == "ffconcat" else ()
    words = ("-nostdin", "-xerror", *freely, "-i", str(path), "-c", "copy", "-f", "null", "-")
    ffmpeg.run(words, Reach((str(path), str(secret))))  # it would, if it were allowed to
    with pytest.raises(FixFailed):
        ffmpeg.run(words, Reach((str(path),)))


@pytest.mark.skipif(landlock.abi() == 0, reason="this kernel has no Landlock")
def test_nothing_but_the_output_is_written(tmp_path: Path) -> None:
    allowed, other = tmp_path / "allowed.wav", tmp_path / "other.wav"
    allowed.touch()
    words = ("-nostdin", "-y", "-f", "lavfi", "-i", "sine=d=1")
    reach = Reach(writes=(str(allowed),), file_bytes=1 << 20)
    ffmpeg.run((*words, str(allowed)), reach)
    assert allowed.stat().st_size > 80_000
    with pytest.raises(FixFailed, match="Permission denied"):
        ffmpeg.run((*words, str(other)), reach)
    assert not other.exists()


def test_a_run_that_takes_too_long_is_ended_with_its_children() -> None:
    before, started = _children(os.getpid()), time.monotonic()
    with pytest.raises(FixFailed, match=r"still busy after 0\.5 s") as late:
        ffmpeg.run(_ENDLESS, Reach(), timeout_s=0.5)
    assert "--" not in (late.value.hint or "")  # no option of ours makes it longer
    assert time.monotonic() - started < 30
    assert _children(os.getpid()) == before


def test_what_it_says_is_bounded() -> None:
    words = (
        "-nostdin",
        "-loglevel",
        "trace",
        "-f",
        "lavfi",
        "-i",
        "testsrc=d=9",
        "-f",
        "null",
        "-",
    )
    _, said = ffmpeg.run(words, Reach())
    assert 1000 < len(said) <= ffmpeg.TAIL_BYTES


def test_control_c_ends_it() -> None:
    before = _children(os.getpid())
    timer = threading.Timer(0.7, os.kill, (os.getpid(), signal.SIGINT))
    timer.start()
    with pytest.raises(KeyboardInterrupt):
        ffmpeg.run(_ENDLESS, Reach(), timeout_s=60)
    timer.join()
    assert _children(os.getpid()) == before


@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not tell a child")
def test_it_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    script = textwrap.dedent(f"""
        from mediaprep.fix import ffmpeg
        ffmpeg.run({_ENDLESS!r}, ffmpeg.Reach())
    """)
    parent = subprocess.Popen([sys.executable, "-c", script])
    child = _wait_for(lambda: _children(parent.pid))[0]
    parent.kill()
    parent.wait()
    assert _wait_for(lambda: not Path(f"/proc/{child}").exists() or _is_zombie(child))


def test_an_encoder_that_is_missing_is_named() -> None:
    bare = ffmpeg.Ffmpeg("/opt/bare/ffmpeg", "7.1", frozenset({"aac"}), frozenset())
    with pytest.raises(FixFailed, match=r"/opt/bare/ffmpeg \(7\.1\) was built without libx264"):
        bare.require("libx264", "aac")


def test_no_ffmpeg_says_how_to_get_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAPREP_FFMPEG", "/nowhere/ffmpeg")
    with pytest.raises(ToolMissing, match="/nowhere/ffmpeg") as caught:
        ffmpeg.find()
    assert all(way in caught.value.hint for way in ("pip install", "PATH", "MEDIAPREP_FFMPEG"))


def test_another_program_is_not_taken_for_ffmpeg(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDIAPREP_FFMPEG", "true")
    with pytest.raises(ToolMissing, match="is not ffmpeg"):
        ffmpeg.found()


def test_it_learns_nothing_of_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush")
    process = ffmpeg._start(_ENDLESS, Reach())
    try:
        _wait_for(lambda: b"testsrc" in Path(f"/proc/{process.pid}/cmdline").read_bytes())
        assert b"hush" not in Path(f"/proc/{process.pid}/environ").read_bytes()
    finally:
        ffmpeg._end(process)
        for pipe in (process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


def _children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(word) for word in listed.read_text().split()] if listed.exists() else []


def _is_zombie(pid: int) -> bool:
    return ") Z " in Path(f"/proc/{pid}/stat").read_text()


def _wait_for(found: Callable[[], _Found]) -> _Found:
    for _ in range(500):
        if value := found():
            return value
        time.sleep(0.02)
    raise AssertionError("it did not come about")
