"""What a backend is to the rest: calls described as values, answers parsed from bytes.

Nothing here does I/O. One session sends a `Call` and hands the `Reply` back:

    call = backend.authorize(backend.create_asset(url, kind, name, group), now)
    asset = backend.parse_created(send(call), kind)

Every `parse_*` raises `BackendError`, and nothing else, whatever the bytes are. Every method that
describes a call raises it too, with `UNSUPPORTED`, where the backend does not offer it, and with
`INVALID` where the documented limits already forbid it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Protocol

from mediaprep.backends.call import Call, Reply, Upload
from mediaprep.backends.errors import BackendError, Category, CredentialsMissing
from mediaprep.backends.values import (
    Asset,
    AssetStatus,
    FaceSession,
    Group,
    InFlight,
    Limits,
    Offer,
    Page,
    Query,
    Rate,
)
from mediaprep.model import Kind
from mediaprep.secret import Secret

__all__ = [
    "Asset",
    "AssetStatus",
    "Backend",
    "BackendError",
    "Call",
    "Category",
    "CredentialsMissing",
    "FaceSession",
    "Group",
    "InFlight",
    "Limits",
    "Offer",
    "Page",
    "Query",
    "Rate",
    "Reply",
    "Upload",
]


class Backend(Protocol):
    """One provider's asset library.

    To get, delete, rename or restore, use `Asset.id`; in a generation, `Asset.uri`.
    """

    @property
    def name(self) -> str:
        """The name on the command line, and in the names of its variables."""

    @property
    def offers(self) -> frozenset[Offer]:
        """What there is beyond creating and getting an asset."""

    @property
    def limits(self) -> Limits:
        """What a call may hold, and how often one may be made."""

    @property
    def needs_group(self) -> bool:
        """Whether an asset is created inside a group."""

    @property
    def delete_needs_get(self) -> bool:
        """Whether `delete_asset` wants the asset that a get has just told."""

    @property
    def base_url(self) -> str:
        """Where the library is: part of an asset's identity."""

    @property
    def account(self) -> str:
        """A fingerprint of the credential, or what the ACCOUNT setting says instead."""

    @property
    def project(self) -> str:
        """The project that assets belong to, empty where there are none."""

    @property
    def settings(self) -> Mapping[str, str]:
        """Every setting by its variable's name; nothing in it is secret."""

    @property
    def secrets(self) -> tuple[Secret, ...]:
        """The credentials, so that they can be looked for in any output."""

    def authorize(self, call: Call, now: datetime) -> Call:
        """Add what proves who is calling; `now` is aware, and the server's time if known."""

    def uri(self, ref_id: str) -> str:
        """Return the reference that a generation takes, the id as it is."""

    def check_kind(self, kind: Kind) -> None:
        """Raise a `BackendError`, UNSUPPORTED, for a kind that is not taken."""

    def create_asset(self, url: Secret | str, kind: Kind, name: str = "", group: str = "") -> Call:
        """Register what is at `url`; an empty name or group is left out."""

    def parse_created(self, reply: Reply, kind: Kind) -> Asset:
        """Return the new asset, which is hardly ever active yet."""

    def get_asset(self, asset_id: str) -> Call:
        """Ask for one asset, by `Asset.id`."""

    def parse_asset(self, reply: Reply) -> Asset:
        """Return the asset; `NOT_FOUND` if there is none."""

    def list_assets(self, query: Query) -> Call:
        """Ask for one page; follow `Page.next` for the others."""

    def list_trash(self, query: Query) -> Call:
        """Ask for one page of what was deleted and can be restored."""

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        """Return what the page holds of what `query` asks for."""

    def rename_asset(self, asset_id: str, name: str) -> Call:
        """Give an asset another name; its id and URI stay."""

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        """Delete an asset; `seen` is what a get has just told, if that is needed."""

    def restore_asset(self, asset_id: str) -> Call:
        """Take an asset out of the trash."""

    def create_group(self, name: str, description: str = "") -> Call:
        """Make a group that assets can be created in."""

    def parse_group_created(self, reply: Reply) -> Group:
        """Return the new group; often no more than its id is told."""

    def get_group(self, group_id: str) -> Call:
        """Ask for one group."""

    def parse_group(self, reply: Reply) -> Group:
        """Return the group."""

    def list_groups(self, query: Query) -> Call:
        """Ask for one page of groups."""

    def parse_groups(self, reply: Reply, query: Query) -> Page[Group]:
        """Return what the page holds of what `query` asks for."""

    def update_group(self, group_id: str, name: str = "", description: str = "") -> Call:
        """Change what is not empty: its name, its description."""

    def delete_group(self, group_id: str, *, recursive: bool = False) -> Call:
        """Delete a group; refused unless `recursive`, since its assets go with it."""

    def create_face_session(self, redirect_url: str, name: str = "", description: str = "") -> Call:
        """Ask for a page where a person proves who they are."""

    def parse_face_session(self, reply: Reply) -> FaceSession:
        """Return that page."""

    def face_result(self, redirected_to: str) -> str:
        """Return the group's id from the address that the person was sent back to."""

    def upload_media(self, upload: Upload) -> Call:
        """Send a file to the backend's own store."""

    def parse_uploaded(self, reply: Reply) -> Secret:
        """Return the URL to register."""

    def parse_done(self, reply: Reply) -> None:
        """Accept the answer to a rename, delete, restore or update."""
