# ruff: noqa: D102  (documented once, at `Backend`)
"""The backend that offers nothing: each call it could be asked for, refused in words."""

from __future__ import annotations

from typing import ClassVar, NoReturn

from mediaprep.backends.call import Call, Reply, Upload
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, FaceSession, Group, Page, Query
from mediaprep.secret import Secret


class NothingOffered:
    """Where an adapter falls back to for what its provider does not document."""

    name: ClassVar[str]

    def refused(
        self, category: Category, words: str, *, param: str = "", hint: str = ""
    ) -> BackendError:
        return BackendError(self.name, category, words, param=param, hint=hint)

    def unsupported(self, what: str, hint: str = "") -> NoReturn:
        words = f"this backend has no way to {what}"
        raise self.refused(Category.UNSUPPORTED, words, hint=hint)

    def list_assets(self, query: Query) -> Call:
        hint = "`mediaprep assets export` lists what this machine published"
        self.unsupported("list assets", hint)

    def list_trash(self, query: Query) -> Call:
        self.unsupported("list deleted assets: there is no trash")

    def parse_assets(self, reply: Reply, query: Query) -> Page[Asset]:
        self.unsupported("list assets")

    def rename_asset(self, asset_id: str, name: str) -> Call:
        self.unsupported("rename an asset")

    def delete_asset(self, asset_id: str, seen: Asset | None = None) -> Call:
        self.unsupported("delete an asset")

    def restore_asset(self, asset_id: str) -> Call:
        self.unsupported("restore an asset: there is no trash")

    def create_group(self, name: str, description: str = "") -> Call:
        self.unsupported("create a group")

    def parse_group_created(self, reply: Reply) -> Group:
        self.unsupported("create a group")

    def get_group(self, group_id: str) -> Call:
        self.unsupported("get a group")

    def parse_group(self, reply: Reply) -> Group:
        self.unsupported("get a group")

    def list_groups(self, query: Query) -> Call:
        self.unsupported("list groups")

    def parse_groups(self, reply: Reply, query: Query) -> Page[Group]:
        self.unsupported("list groups")

    def update_group(self, group_id: str, name: str = "", description: str = "") -> Call:
        self.unsupported("update a group")

    def delete_group(self, group_id: str, *, recursive: bool = False) -> Call:
        self.unsupported("delete a group")

    def create_face_session(self, redirect_url: str, name: str = "", description: str = "") -> Call:
        self.unsupported("verify a face")

    def parse_face_session(self, reply: Reply) -> FaceSession:
        self.unsupported("verify a face")

    def face_result(self, redirected_to: str) -> str:
        self.unsupported("verify a face")

    def upload_media(self, upload: Upload) -> Call:
        self.unsupported("take a file: give it a URL")

    def parse_uploaded(self, reply: Reply) -> Secret:
        self.unsupported("take a file: give it a URL")
