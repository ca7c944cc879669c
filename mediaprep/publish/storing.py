"""What a store is to the pipeline: bytes go in under a name made of their hash, a URL comes out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Protocol

from mediaprep.errors import MediaprepError
from mediaprep.formats import FORMATS, extension_of
from mediaprep.publish.presign import Life, Presigned

EXTENSION_OF_MIME: Mapping[str, str] = {
    form.mime: form.extensions[0] for form in reversed(FORMATS.values())
}


class StoreError(MediaprepError):
    """The store did not take or give something; `fatal`: no other file will fare better."""

    def __init__(self, message: str, hint: str = "", *, fatal: bool = False) -> None:
        super().__init__(message, hint)
        self.fatal = fatal


@dataclass(frozen=True, slots=True)
class StoredObject:
    """Where the bytes are; `uploaded` is False where they had been there before."""

    key: str
    size_bytes: int
    uploaded: bool


class Store(Protocol):
    """A place that backends can fetch from."""

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Make sure that the bytes are there, verified; raises StoreError."""

    def presign(self, key: str, life_s: int) -> Presigned:
        """Make a URL that lives `life_s` seconds, or as long as it can; raises StoreError."""

    def life(self, asked_s: int) -> Life:
        """Return how long a URL signed now would live, and what decides it."""

    def life_s(self, asked_s: int) -> int:
        """Return the seconds of `life`."""


def content_key(prefix: str, path: str, sha256: str, content_type: str) -> str:
    """Name bytes by their hash: PREFIX/ab/abcdef….ext, with the extension of what they are."""
    extension = EXTENSION_OF_MIME.get(content_type) or extension_of(PurePath(path).name)
    parts = [part for part in (prefix.strip("/"), sha256[:2]) if part]
    return "/".join([*parts, f"{sha256}.{extension}" if extension else sha256])
