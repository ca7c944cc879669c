"""A generation request as values: what is asked for, and which media it refers to in which role.

The words are those of docs/requests.md; what a backend makes of them is in `backends.generate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from mediaprep.model import Kind
from mediaprep.secret import Secret, redact


class Role(StrEnum):
    """What a reference is to the model; the words are those of Ark's content list."""

    REFERENCE_IMAGE = "reference_image"
    REFERENCE_VIDEO = "reference_video"
    REFERENCE_AUDIO = "reference_audio"
    FIRST_FRAME = "first_frame"
    LAST_FRAME = "last_frame"


class Form(StrEnum):
    """How a reference is written."""

    PATH = "path"  # a file here, to be published
    ASSET = "asset"  # asset://…: published already
    URL = "url"  # sent as it is
    DATA = "data"  # data:…: the content itself


class Mode(StrEnum):
    """The three ways of asking, of which a request takes one."""

    TEXT = "text"
    FRAMES = "frames"
    REFERENCES = "references"


KIND_OF: Mapping[Role, Kind] = MappingProxyType(
    {
        Role.REFERENCE_IMAGE: Kind.IMAGE,
        Role.REFERENCE_VIDEO: Kind.VIDEO,
        Role.REFERENCE_AUDIO: Kind.AUDIO,
        Role.FIRST_FRAME: Kind.IMAGE,
        Role.LAST_FRAME: Kind.IMAGE,
    }
)
FRAMES = frozenset({Role.FIRST_FRAME, Role.LAST_FRAME})


@dataclass(frozen=True, slots=True)
class Reference:
    """One reference as it is written; `number` counts from 1 within its role."""

    role: Role
    number: int
    text: str = field(repr=False)  # a URL may be signed: print `shown`
    form: Form
    path: str = ""  # of a file: seen from the working folder

    @property
    def kind(self) -> Kind:
        """What its role wants it to be."""
        return KIND_OF[self.role]

    @property
    def shown(self) -> str:
        """The reference as it may be printed."""
        if self.form is Form.DATA:
            return f"{self.text[:32].partition(',')[0]},…"
        return self.path or redact(self.text)

    @property
    def label(self) -> str:
        """Which one it is, in words: `reference image 2 (hero.png)`."""
        words = self.role.replace("_", " ")
        number = "" if self.role in FRAMES else f" {self.number}"
        return f"{words}{number} ({self.shown})"


@dataclass(frozen=True, slots=True)
class Request:
    """A request file's content; what it leaves out is None and is left to the backend."""

    file: str
    backend: str
    model: str
    prompt: str
    references: tuple[Reference, ...] = ()  # images, videos, audios, frames: the body's order
    resolution: str | None = None
    ratio: str | None = None
    duration: int | float | None = None  # seconds; -1: the model chooses
    generate_audio: bool | None = None

    def of(self, *roles: Role) -> list[Reference]:
        """Return the references in these roles, in order."""
        return [reference for reference in self.references if reference.role in roles]

    @property
    def mode(self) -> Mode:
        """Which way of asking it is; frames mixed with references count as references."""
        if not self.references:
            return Mode.TEXT
        mixed = any(reference.role not in FRAMES for reference in self.references)
        return Mode.REFERENCES if mixed else Mode.FRAMES


@dataclass(frozen=True, slots=True)
class Ask:
    """A request with what is sent for each of its references, in the same order."""

    request: Request
    uris: tuple[Secret | str, ...]

    def uris_of(self, role: Role) -> list[Secret | str]:
        """Return what is sent in one role, in order."""
        pairs = zip(self.request.references, self.uris, strict=True)
        return [uri for reference, uri in pairs if reference.role is role]

    def options(self, **names: str) -> dict[str, object]:
        """Return what is asked for beside prompt and media, under the backend's own names."""
        request = self.request
        values = {
            "resolution": request.resolution,
            "ratio": request.ratio,
            "duration": request.duration,
            "generate_audio": request.generate_audio,
        }
        return {names.get(key, key): value for key, value in values.items() if value is not None}
