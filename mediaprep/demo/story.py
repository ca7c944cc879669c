"""The steps of the demo: what is done, by which command, and what it is expected to end with."""

from __future__ import annotations

from dataclasses import dataclass

BACKEND = "atlascloud"
REFS, FIXED, REVIEW, REQUEST = "refs", "fixed", "review.html", "shot.toml"


@dataclass(frozen=True, slots=True)
class Step:
    """One command, the sentence before it, and the exit codes that belong to the story."""

    says: str
    arguments: tuple[str, ...]
    ends: frozenset[int] = frozenset({0})


STORY = (
    Step(
        "A folder of references as people have them. Which of them would the backend refuse?",
        ("check", REFS, "--profile", BACKEND),
        frozenset({1}),
    ),
    Step(
        "What would have to be done to each, and what would be lost? Nothing is written yet.",
        ("fix", REFS, "--profile", BACKEND, "--unsafe-fixes", "--plan"),
        frozenset({0, 1}),
    ),
    Step(
        "Do it, into another folder. Each result is measured and judged again before it counts.",
        ("fix", REFS, "--profile", BACKEND, "--unsafe-fixes", "--out", FIXED),
    ),
    Step(
        "The same as a page to look at: pictures, limits, and before against after.",
        (
            *("fix", REFS, "--profile", BACKEND, "--unsafe-fixes", "--plan"),
            *("--output", f"html={REVIEW}"),
        ),
        frozenset({0, 1}),
    ),
    Step(
        "Upload, presign, register, wait. The sandbox stands in for the provider and for S3.",
        ("publish", FIXED, "--backend", BACKEND),
    ),
    Step(
        "Once more: what is active is remembered, so no call is made.",
        ("publish", FIXED, "--backend", BACKEND),
    ),
    Step(
        "A generation that uses them, checked before it is paid for.",
        ("request", "check", REQUEST),
    ),
    Step("The body that goes to the provider.", ("request", "emit", REQUEST)),
    Step("Submit it, wait, and download the result.", ("request", "run", REQUEST)),
)

SHOT = f"""\
backend = "{BACKEND}"
model   = "bytedance/seedance-2.0/reference-to-video"
prompt  = "@Image1 walks towards the camera, slowly, and says what @Audio1 says."
reference_images = ["{FIXED}/hero.jpg"]
reference_audios = ["{FIXED}/voice.mp3"]
resolution = "720p"
ratio      = "16:9"
duration   = 5
"""
