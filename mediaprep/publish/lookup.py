"""What became of a creation whose answer was lost: looked up by name before it is tried again."""

from __future__ import annotations

from collections.abc import Iterator

from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, AssetStatus, Offer, Query
from mediaprep.publish.session import Session

_RANK = {AssetStatus.ACTIVE: 0, AssetStatus.PROCESSING: 1, AssetStatus.UNKNOWN: 2}


def can_look(session: Session) -> bool:
    """Whether the backend's list settles if a name is there."""
    return Offer.FIND_BY_NAME in session.backend.offers


def find(session: Session, name: str, group: str) -> Asset | None:
    """Return the asset of exactly this name, the most usable of several; None: there is none.

    One that failed counts as none: it is no use to anybody.
    """
    listed = _listed(session, name, group)
    found = [item for item in listed if item.status is not AssetStatus.FAILED]
    return min(found, key=lambda item: _RANK.get(item.status, 3), default=None)


def _listed(session: Session, name: str, group: str) -> Iterator[Asset]:
    query: Query | None = Query(name=name, group=group)
    while query is not None:
        asked = query
        page = session.ask(
            session.backend.list_assets(asked),
            lambda reply, asked=asked: session.backend.parse_assets(reply, asked),  # type: ignore[misc]
        )
        for item in page.items:
            full = _named(session, item) if item.name is None else item
            if full is not None and full.name == name:
                yield full
        query = page.next


def _named(session: Session, item: Asset) -> Asset | None:
    """Get an asset whose name the list does not tell."""
    try:
        return session.ask(session.backend.get_asset(item.id), session.backend.parse_asset)
    except BackendError as error:
        if error.category is Category.NOT_FOUND:
            return None
        raise
