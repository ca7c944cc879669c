"""Files that are wrong whatever the limits are: empty, cut, renamed, or never media."""

from __future__ import annotations

import random
from functools import partial

from fixturelib.ffmpeg import h264
from fixturelib.handmade import cut, lfs_pointer, wav
from fixturelib.pixels import animation, gradient, jpeg, png
from fixturelib.recipe import Build, broken


def _says(text: str) -> Build:
    return lambda: text.encode()


_PHOTO = jpeg(partial(gradient, (800, 600)))
_PAGE = (
    "<!DOCTYPE html>\n<html><head><title>403 Forbidden</title></head><body>Sign in</body></html>\n"
)
_PLAYLIST = "#EXTM3U\n#EXT-X-TARGETDURATION:4\n#EXTINF:4.0,\nhttp://127.0.0.1:9/segment-0.ts\n#EXT-X-ENDLIST\n"

FIXTURES = [
    broken("empty.jpg", "no bytes at all", bytes, {"size_bytes": 0}, ["PRB003"]),
    broken(
        "random.png",
        "1,500 random bytes, seed 7",
        lambda: random.Random(7).randbytes(1500),
        {},
        ["PRB007"],
    ),
    broken("text-named.jpg", "a sentence", _says("This is not a photograph.\n"), {}, ["PRB007"]),
    broken(
        "html-named.jpg", "the page that a refused download leaves", _says(_PAGE), {}, ["PRB007"]
    ),
    broken(
        "playlist-named.mp4",
        "an HLS playlist that names another address",
        _says(_PLAYLIST),
        {},
        ["PRB007"],
    ),
    broken(
        "lfs-pointer.png",
        "what Git LFS leaves until it has fetched the file",
        lfs_pointer,
        {},
        ["PRB005"],
    ),
    broken(
        "clip.mp4.part",
        "room set aside for a download that has not begun",
        lambda: bytes(2000),
        {},
        ["PRB006"],
    ),
    broken(
        "photo.jpg.crdownload",
        "the first half of a JPEG, still being fetched",
        cut(_PHOTO, 0.5),
        {"kind": "image"},
        ["PRB006", "PRB002"],
    ),
    broken(
        "truncated.jpg",
        "the first 70 % of a JPEG",
        cut(_PHOTO, 0.7),
        {"kind": "image", "width": 800},
        ["PRB002"],
    ),
    broken(
        "truncated.png",
        "the first 70 % of a PNG",
        cut(png(partial(gradient, (800, 600))), 0.7),
        {"kind": "image", "width": 800},
        ["PRB002"],
    ),
    broken(
        "truncated.gif",
        "the first 70 % of an animation",
        cut(animation((400, 320), "GIF"), 0.7),
        {"kind": "image", "width": 400},
        ["PRB002"],
    ),
    broken(
        "truncated.mp4",
        "index first, the last 20 % missing",
        cut(h264(), 0.8),
        {"container": "mp4"},
        ["PRB002"],
        images_only=["CON001", "PRB002"],
    ),
    broken(
        "truncated.wav",
        "the data chunk says 3 s, the file holds 2.1",
        cut(wav(2000, 6000), 0.7),
        {"container": "wav"},
        ["PRB002"],
        images_only=["CON001", "PRB002"],
    ),
]
