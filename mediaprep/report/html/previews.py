"""What the review page asks of whoever makes its pictures: small ones, later, or a reason."""

from __future__ import annotations

from concurrent.futures import Future
from dataclasses import dataclass
from typing import Protocol

from mediaprep.model import MediaInfo


@dataclass(frozen=True, slots=True)
class Preview:
    """A file made small: a picture, or the outline of a sound; or why there is neither."""

    picture: bytes = b""  # WebP or JPEG
    wave: bytes = b""  # the loudest of each of the parts of a sound, 0 to 255
    why: str = ""


class Previews(Protocol):
    """Makes previews side by side."""

    def start(self, info: MediaInfo, path: str, side: int, most_bytes: int) -> Future[Preview]:
        """Begin the preview of the file at `path`, no side longer than `side` pixels."""

    def close(self) -> None:
        """Stop whatever is under way."""
