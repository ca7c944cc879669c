"""One thing broken at a time: a sentence for each, the rule that says so, and the change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from request_world import BACKENDS, FRAME_MODELS, SPELLED, good, token

Change = dict[str, Any]
DATA = "data:image/png;base64,"


def named(backend: str, **counts: int) -> Change:
    """Fill the lists, and name everything in them."""
    files = {"images": "one.png", "videos": "clip.mp4", "audios": "voice.wav"}
    words = [
        token(backend, kind[:-1].capitalize(), number)
        for kind, count in counts.items()
        for number in range(1, count + 1)
    ]
    lists = {f"reference_{kind}": [files[kind]] * count for kind, count in counts.items()}
    return {"prompt": " and ".join(words), "reference_images": None, **lists}


def frames(backend: str, **frames: str) -> Change:
    base = {"model": FRAME_MODELS[backend], "prompt": "from dawn to dusk"}
    return base | {"reference_images": None} | frames


def _misspelled(backend: str) -> str:
    return "[Image2]" if SPELLED[backend] != "[{}{}]" else "@Image2"


def second(backend: str, uri: str) -> Change:
    return {"reference_images": ["one.png", uri]}


# A sentence for what is broken -> the code that says so, the backends concerned, and the change.
MUTATIONS: dict[str, tuple[str, tuple[str, ...], Callable[[str], Change]]] = {
    "a number past the last image": (
        "REQ001",
        BACKENDS,
        lambda b: {"prompt": f"{good(b)['prompt']} and {token(b, 'Image', 3)}"},
    ),
    "a number below the first": (
        "REQ001",
        BACKENDS,
        lambda b: {"prompt": f"{good(b)['prompt']} and {token(b, 'Video', 0)}"},
    ),
    "a video named among images": (
        "REQ001",
        BACKENDS,
        lambda b: {"prompt": f"{good(b)['prompt']} in {token(b, 'Video', 1)}"},
    ),
    "an image that the prompt leaves out": (
        "REQ002",
        BACKENDS,
        lambda b: {"prompt": f"{token(b, 'Image', 1)} alone"},
    ),
    "another backend's spelling": (
        "REQ003",
        tuple(b for b in BACKENDS if b != "atlascloud"),  # whose pages say none
        lambda b: {"prompt": f"{token(b, 'Image', 1)} and {_misspelled(b)}"},
    ),
    "small letters": (
        "REQ003",
        ("sunra", "crun"),
        lambda b: {"prompt": f"{token(b, 'image', 1)} and {token(b, 'Image', 2)}"},
    ),
    "ten images, one of them ten times": ("REQ004", BACKENDS, lambda b: named(b, images=10)),
    "four videos": ("REQ005", BACKENDS, lambda b: named(b, images=1, videos=4)),
    "four sounds": ("REQ006", BACKENDS, lambda b: named(b, images=1, audios=4)),
    "videos of eighteen seconds together": (
        "REQ007",
        BACKENDS,
        lambda b: named(b, videos=2) | {"reference_videos": ["clip.mp4", "long.mp4"]},
    ),
    "a video of unknown length": (
        "REQ007",
        tuple(b for b in BACKENDS if b != "atlascloud"),  # which takes none that is no asset
        lambda b: named(b, videos=1) | {"reference_videos": ["https://cdn.example/v.mp4"]},
    ),
    "one sound twice, and too long so": (
        "REQ008",
        BACKENDS,
        lambda b: named(b, images=1, audios=2) | {"reference_audios": ["long.wav"] * 2},
    ),
    "sound alone": (
        "REQ009",
        BACKENDS,
        lambda b: named(b, audios=1),
    ),
    "a frame among references": ("REQ010", BACKENDS, lambda b: {"first_frame": "one.png"}),
    "frames of two sizes": (
        "REQ011",
        BACKENDS,
        lambda b: frames(b, first_frame="one.png", last_frame="wide.png"),
    ),
    "a frame of unknown size": (
        "REQ011",
        BACKENDS,
        lambda b: frames(b, first_frame="one.png", last_frame="https://cdn.example/l.png"),
    ),
    "a resolution that nobody offers": ("REQ012", BACKENDS, lambda b: {"resolution": "4k"}),
    "a ratio that nobody offers": ("REQ013", BACKENDS, lambda b: {"ratio": "16:10"}),
    "three seconds": ("REQ014", BACKENDS, lambda b: {"duration": 3}),
    "sixteen seconds": ("REQ014", BACKENDS, lambda b: {"duration": 16}),
    "no seconds": ("REQ014", BACKENDS, lambda b: {"duration": 0}),
    "four seconds and a half": ("REQ014", BACKENDS, lambda b: {"duration": 4.5}),
    "four videos whose length nobody knows": (
        "REQ005",
        tuple(b for b in BACKENDS if b != "atlascloud"),
        lambda b: named(b, images=1, videos=4) | {"reference_videos": ["https://c.example/v"] * 4},
    ),
    "a sound of unknown length alone": (
        "REQ009",
        tuple(b for b in BACKENDS if b != "atlascloud"),
        lambda b: named(b, audios=1) | {"reference_audios": ["https://cdn.example/a.mp3"]},
    ),
    "ten images of which one was never published": (
        "REQ004",
        BACKENDS,
        lambda b: named(b, images=10) | {"reference_images": ["one.png"] * 9 + ["new.png"]},
    ),
    "a model that knows no assets": (
        "REQ015",
        ("sunra",),
        lambda b: {"model": "bytedance/seedance-2.0"},
    ),
    "a video as a URL": (
        "REQ016",
        ("atlascloud",),
        lambda b: named(b, videos=1) | {"reference_videos": ["https://cdn.example/v.mp4"]},
    ),
    "an image as data": (
        "REQ016",
        ("sunra", "crun", "atlascloud"),
        lambda b: second(b, f"{DATA}AAAA"),
    ),
    "a video as data": (
        "REQ016",
        BACKENDS,
        lambda b: named(b, videos=1) | {"reference_videos": ["data:video/mp4;base64,AAAA"]},
    ),
    "an asset that the ledger does not know": (
        "REQ017",
        BACKENDS,
        lambda b: second(b, "asset://asset-of-somebody-else"),
    ),
    "a video asset that the ledger does not know": (
        "REQ017",
        BACKENDS,
        lambda b: named(b, videos=1) | {"reference_videos": ["asset://asset-of-somebody-else"]},
    ),
    "an asset that is not active yet": ("REQ018", BACKENDS, lambda b: second(b, "late.png")),
    "an asset by its URI that is not active yet": (
        "REQ018",
        BACKENDS,
        lambda b: second(b, f"asset://asset-{b}-late"),
    ),
    "an asset that failed": ("REQ018", BACKENDS, lambda b: second(b, "bad.png")),
    "sound among images": ("REQ019", BACKENDS, lambda b: second(b, "voice.wav")),
    "a sound's asset among images": (
        "REQ019",
        BACKENDS,
        lambda b: second(b, f"ASSET://asset-{b}-voice"),
    ),
    "a file that was never published": ("REQ020", BACKENDS, lambda b: second(b, "new.png")),
    "a last frame alone": ("REQ022", BACKENDS, lambda b: frames(b, last_frame="two.png")),
    "references for a model of frames": (
        "REQ023",
        ("sunra", "crun", "atlascloud"),
        lambda b: {
            "model": f"{FRAME_MODELS[b]}/image-to-video" if b == "sunra" else FRAME_MODELS[b]
        },
    ),
    "frames for a model of references": (
        "REQ023",
        ("crun", "atlascloud"),
        lambda b: frames(b, first_frame="one.png") | {"model": good(b)["model"]},
    ),
    "an asset's URI in the prompt": (
        "REQ024",
        BACKENDS,
        lambda b: {"prompt": f"{good(b)['prompt']} as in asset://asset-1"},
    ),
    "a thousand words more": (
        "REQ025",
        BACKENDS,
        lambda b: {"prompt": good(b)["prompt"] + " very" * 1000},
    ),
    "a page in Chinese": ("REQ025", BACKENDS, lambda b: {"prompt": good(b)["prompt"] + "好" * 501}),
}
# What cannot be measured offline is said, and refuses no request.
OPEN = {"a video of unknown length", "a frame of unknown size"}
# What needs no file to be shown is in the table; a body's size and a backend without pages are not.
CODES = {code for code, _, _ in MUTATIONS.values()} | {"REQ021", "REQ026"}
