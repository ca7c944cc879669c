"""What the ledger knows of a request's media, by URI and by content; nobody is asked."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mediaprep.backends import get_backend
from mediaprep.backends.errors import CredentialsMissing
from mediaprep.publish.groups import library
from mediaprep.publish.ledger import Ledger, ledger_path
from mediaprep.publish.prepare import hash_file
from mediaprep.publish.records import Record, State
from mediaprep.rules.reqfacts import Standing

# Of several records of one content the most usable counts: it may be in several groups.
_RANK = (State.ACTIVE, State.REGISTERED, State.REGISTERING, State.FAILED, State.TRASHED)
_STANDING = {
    State.ACTIVE: Standing.ACTIVE,
    State.REGISTERED: Standing.PENDING,
    State.REGISTERING: Standing.DOUBTFUL,
    State.FAILED: Standing.FAILED,
    State.TRASHED: Standing.TRASHED,
}


@dataclass(slots=True)
class Shelf:
    """The records of one backend's library, as far as they say anything."""

    by_id: dict[str, list[Record]] = field(default_factory=dict)
    by_content: dict[str, list[Record]] = field(default_factory=dict)

    def find_uri(self, uri: str) -> tuple[Standing, Record | None]:
        """Look an asset:// URI up; its scheme may be in any case, its id may not."""
        return _best(self.by_id.get(uri.partition("://")[2], []), Standing.UNKNOWN)

    def find_file(self, path: str) -> tuple[Standing, Record | None]:
        """Look a file up by its content; raises OSError."""
        if not self.by_content:
            return Standing.NEW, None
        return _best(self.by_content.get(hash_file(path)[0], []), Standing.NEW)


def open_shelf(backend: str, environ: Mapping[str, str]) -> Shelf:
    """Read what the ledger knows of a backend: of our account if its key is there, else of all."""
    path = ledger_path(environ)
    shelf = Shelf()
    if not path.exists():
        return shelf
    ledger = Ledger(path)
    try:
        for record in _records(ledger, backend, environ):
            if record.state not in _STANDING:
                continue
            shelf.by_content.setdefault(record.key.sha256, []).append(record)
            for ident in {record.asset_id, record.ref_id} - {""}:
                shelf.by_id.setdefault(ident, []).append(record)
    finally:
        ledger.close()
    return shelf


def published_file(record: Record) -> str:
    """Return where the file that was published still is, unchanged; empty if it is not there."""
    try:
        if os.stat(record.path).st_size != record.size_bytes:
            return ""
        return record.path if hash_file(record.path)[0] == record.key.sha256 else ""
    except (OSError, ValueError):
        return ""


def _records(ledger: Ledger, backend: str, environ: Mapping[str, str]) -> Iterable[Record]:
    try:
        target = library(get_backend(backend, environ))
    except CredentialsMissing:
        return [record for record in ledger.records() if record.key.target.backend == backend]
    return ledger.records(target)


def _best(records: list[Record], none: Standing) -> tuple[Standing, Record | None]:
    if not records:
        return none, None
    if len({record.key.target[:4] for record in records}) > 1:
        return Standing.AMBIGUOUS, None
    best = min(records, key=lambda record: _RANK.index(record.state))
    return _STANDING[best.state], best
