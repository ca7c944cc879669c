"""What can be done with assets and groups that are there, one call or a few at a time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TypeVar

from mediaprep.backends.call import Call
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, AssetStatus, FaceSession, Group, Offer, Page, Query
from mediaprep.errors import MediaprepError
from mediaprep.publish.groups import library
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.records import Record, State, Target
from mediaprep.publish.session import Session

T = TypeVar("T")
_GROWTH, _LONGEST_STEPS = 1.3, 5


class Library:
    """A backend's library as a person asks for it."""

    def __init__(self, session: Session, ledger: Ledger) -> None:
        self._session = session
        self._backend = session.backend
        self._ledger = ledger

    @property
    def target(self) -> Target:
        """Where the assets are, whatever group they are in."""
        return library(self._backend)

    def assets(self, query: Query, *, trash: bool = False) -> Iterator[Asset]:
        """Yield what a list holds, page after page."""
        asked: Query | None = query
        while asked is not None:
            call = self._backend.list_trash(asked) if trash else self._backend.list_assets(asked)
            page = self._page(call, asked)
            yield from page.items
            asked = page.next

    def groups(self, query: Query) -> Iterator[Group]:
        """Yield the groups that a list holds, page after page."""
        asked: Query | None = query
        while asked is not None:
            now = asked
            page = self._session.ask(
                self._backend.list_groups(now),
                lambda reply, now=now: self._backend.parse_groups(reply, now),  # type: ignore[misc]
            )
            yield from page.items
            asked = page.next

    def get(self, asset_id: str) -> Asset:
        """Return one asset as it is now."""
        return self._session.ask(self._backend.get_asset(asset_id), self._backend.parse_asset)

    def wait(self, asset_id: str, interval_s: float, deadline_s: float) -> Asset:
        """Return an asset once it is active or failed, or as it is at the deadline."""
        ends = time.monotonic() + deadline_s
        step = interval_s
        while True:
            asset = self.get(asset_id)
            settled = asset.status in (AssetStatus.ACTIVE, AssetStatus.FAILED)
            if settled or time.monotonic() + step > ends:
                self._note(asset)
                return asset
            self._session.stop.wait(step)
            step = min(step * _GROWTH, interval_s * _LONGEST_STEPS)

    def rename(self, asset_id: str, name: str) -> None:
        """Give an asset another name."""
        self._do(self._backend.rename_asset(asset_id, name))

    @property
    def has_trash(self) -> bool:
        """Whether what is deleted can be restored."""
        return Offer.TRASH in self._backend.offers

    def delete(self, asset_id: str, *, recursive: bool = False) -> None:
        """Delete an asset, and no longer count it as there; a container only if `recursive`."""
        self._require(Offer.DELETE, "delete an asset")
        try:
            self._delete(asset_id, recursive=recursive)
        except BackendError as error:
            if error.category is Category.NOT_FOUND:
                self._gone(asset_id)
            raise
        self._gone(asset_id)

    def _gone(self, asset_id: str) -> None:
        if not self.has_trash:
            self._ledger.forget_asset(self.target, asset_id)
            return
        for record in self._claimed(asset_id, State.REGISTERED, State.ACTIVE):
            self._ledger.move(record.key, State.TRASHED, reason="in the backend's trash")

    def _delete(self, asset_id: str, *, recursive: bool) -> None:
        if not self._backend.delete_needs_get:
            self._do(self._backend.delete_asset(asset_id))
        else:
            try:
                seen = self.get(asset_id)
            except BackendError as error:
                if not recursive or error.category is not Category.INVALID:
                    raise
                self.delete_group(asset_id, recursive=True)  # not an asset, but a container
                return
            self._do(self._backend.delete_asset(asset_id, seen))

    def restore(self, asset_id: str) -> Asset:
        """Take an asset out of the trash, and count on it again; return it as it is now."""
        self._do(self._backend.restore_asset(asset_id))
        for record in self._claimed(asset_id, State.TRASHED):
            self._ledger.move(record.key, State.REGISTERED, reason="")
        asset = self.get(asset_id)
        self._note(asset)
        return asset

    def start_verification(self, redirect_url: str, name: str, description: str) -> FaceSession:
        """Ask for a page where a person proves who they are; they come back to `redirect_url`."""
        call = self._backend.create_face_session(redirect_url, name, description)
        return self._session.ask(call, self._backend.parse_face_session)

    def verified_group(self, redirected_to: str) -> str:
        """Return the group of a person from the address that they came back to; makes no call."""
        return self._backend.face_result(redirected_to)

    def create_group(self, name: str, description: str = "") -> Group:
        """Make a group."""
        call = self._backend.create_group(name, description)
        return self._session.ask(call, self._backend.parse_group_created)

    def rename_group(self, group_id: str, name: str) -> None:
        """Give a group another name."""
        self._do(self._backend.update_group(group_id, name))

    def delete_group(self, group_id: str, *, recursive: bool) -> None:
        """Delete a group with all that is in it, and forget it."""
        self._do(self._backend.delete_group(group_id, recursive=recursive))
        self._ledger.forget_group(self.target, group_id)

    def _page(self, call: Call, query: Query) -> Page[Asset]:
        return self._session.ask(call, lambda reply: self._backend.parse_assets(reply, query))

    def _do(self, call: Call) -> None:
        self._session.ask(call, self._backend.parse_done)

    def _require(self, offer: Offer, what: str) -> None:
        if offer not in self._backend.offers:
            words = f"{self._backend.name}: this backend has no way to {what}"
            raise MediaprepError(words, "ask the provider; its console may have one")

    def _note(self, asset: Asset) -> None:
        """Write what an asset turned out to be, if it is one that we wait for."""
        states = {AssetStatus.ACTIVE: State.ACTIVE, AssetStatus.FAILED: State.FAILED}
        if asset.status not in states:
            return
        facts = {"raw_status": asset.raw_status, "uri": asset.uri, "ref_id": asset.ref_id}
        reason = self._session.scrub(asset.reason)
        for record in self._claimed(asset.id, State.REGISTERED):
            self._ledger.move(record.key, states[asset.status], **facts, reason=reason)

    def _claimed(self, asset_id: str, *states: State) -> Iterator[Record]:
        """Yield each record of an asset while it is ours; what others have in hand is theirs."""
        for record in self._ledger.records(self.target, states):
            if record.asset_id == asset_id and self._ledger.claim(record.key) is not None:
                try:
                    yield record
                finally:
                    self._ledger.release(record.key)
