"""The group that assets go into: found by name or id, made on first use, and remembered."""

from __future__ import annotations

import re
import threading

from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.interface import Backend
from mediaprep.backends.values import Group, Offer, Query
from mediaprep.errors import MediaprepError, UsageError
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.records import Target
from mediaprep.publish.session import Session, Unsettled

DEFAULT_NAME = "mediaprep"
# What looks like an id is not made a name: group-20260602115008-vvd9q, group_abc123.
_ID = re.compile(r"(?i)(group|asset)([-_]\d{8}|_(?=[a-z]*\d)(?=\d*[a-z])[a-z\d]{6,}$)")
_LOOK_S = 0.3
_TRIES = 3


def library(backend: Backend, group: str = "") -> Target:
    """Return where a backend's assets are."""
    return Target(backend.name, backend.base_url, backend.account, backend.project, group)


class Groups:
    """The one group of a run; asked for by the first file that needs it."""

    def __init__(self, session: Session, ledger: Ledger, wanted: str, settle_s: float) -> None:
        self._session = session
        self._backend = session.backend
        self._ledger = ledger
        self._wanted = wanted or DEFAULT_NAME
        self._settle_s = settle_s
        self._lock = threading.Lock()
        self._failure: MediaprepError | None = None
        self._target = None if self._backend.needs_group else library(self._backend, wanted)

    def known(self) -> Target | None:
        """Return the library if no call is needed to know it."""
        if self._target is None:
            group = self._ledger.group(library(self._backend, self._wanted))
            if group:
                self._target = library(self._backend, group)
        return self._target

    def target(self) -> Target:
        """Return the library, its group found or made; what failed once is not tried again."""
        with self._lock:
            if self._failure is not None:
                raise self._failure
            known = self.known()
            if known is not None:
                return known
            try:
                self._target = library(self._backend, self._resolved())
            except MediaprepError as error:
                self._failure = error
                raise
            return self._target

    def _resolved(self) -> str:
        wanted = library(self._backend, self._wanted)
        while not self._ledger.claim_group(wanted):
            if self._session.stop.wait(_LOOK_S):
                raise MediaprepError("stopped while another process makes the group")
        group = ""
        try:
            group = self._ledger.group(wanted) or self._find()
            if not group and _ID.match(self._wanted):
                where = f" in project {self._backend.project}" if self._backend.project else ""
                raise UsageError(
                    f"{self._backend.name}: there is no group {self._wanted}{where}",
                    "check the id, the account and the project; a name makes a new group",
                )
            group = group or self._make()
        finally:
            self._ledger.remember_group(wanted, group)
        return group

    def _find(self) -> str:
        """Look for the group by its name, then take the word for an id."""
        query: Query | None = Query(name=self._wanted)
        while query is not None:
            asked = query
            page = self._session.ask(
                self._backend.list_groups(asked),
                lambda reply, asked=asked: self._backend.parse_groups(reply, asked),  # type: ignore[misc]
            )
            for group in page.items:
                if self._wanted in (group.name, group.id):
                    return group.id
            query = page.next
        return self._by_id() if self._wanted != DEFAULT_NAME else ""

    def _by_id(self) -> str:
        if Offer.GET_GROUP not in self._backend.offers:
            return ""
        try:
            call = self._backend.get_group(self._wanted)
            return self._session.ask(call, self._backend.parse_group).id
        except BackendError as error:
            if error.category in (Category.NOT_FOUND, Category.INVALID):
                return ""
            raise

    def _make(self) -> str:
        for _ in range(_TRIES):
            try:
                made: Group = self._session.ask(
                    self._backend.create_group(self._wanted, "made by mediaprep"),
                    self._backend.parse_group_created,
                )
            except Unsettled as error:
                lost = error
                self._session.stop.wait(self._settle_s)
                if found := self._find():
                    return found
            else:
                return made.id
        raise lost
