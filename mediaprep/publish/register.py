"""The second stage of a file: register its URL exactly once, whatever happens to the answer."""

from __future__ import annotations

import time

from mediaprep.backends.call import Call
from mediaprep.backends.errors import BackendError, Category
from mediaprep.backends.values import Asset, AssetStatus
from mediaprep.errors import MediaprepError, UsageError
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.lookup import can_look, find
from mediaprep.publish.naming import asset_name
from mediaprep.publish.outcome import Doubt, End, Job, Published, Settings
from mediaprep.publish.prepare import Preparer
from mediaprep.publish.presign import Presigned
from mediaprep.publish.rates import Stopped
from mediaprep.publish.records import Record, State
from mediaprep.publish.session import Session, Unsettled
from mediaprep.publish.transport import TransportFailed

_ROUNDS = 3
# One file is refused so, and so is every other: the run need not ask for each.
_FOR_ALL = frozenset({Category.AUTH, Category.WRONG_HOST, Category.SUBSCRIPTION, Category.QUOTA})


class InDoubt(MediaprepError):  # noqa: N818
    """A content may be registered, and this backend offers no way to look."""


def concerns_all(error: MediaprepError) -> bool:
    """Whether an error would meet every other file of the run, too."""
    if isinstance(error, BackendError):
        return error.category in _FOR_ALL
    if isinstance(error, TransportFailed):
        return not error.sent
    return isinstance(error, UsageError) or bool(getattr(error, "fatal", False))


class Registrar:
    """Creates assets; shared by threads."""

    def __init__(
        self,
        session: Session,
        ledger: Ledger,
        preparer: Preparer,
        settings: Settings,
        settle_s: float,
    ) -> None:
        self._session = session
        self._backend = session.backend
        self._ledger = ledger
        self._preparer = preparer
        self._settings = settings
        self._settle_s = settle_s

    def resolve(self, job: Job) -> Published | None:
        """Find out what an earlier run left open: whether it is registered.

        Afterwards the record is REGISTERED, or UPLOADED again. Returns its end if that cannot
        be told.
        """
        record = _record(job)
        if can_look(self._session):
            self._look(job, record)
        elif self._settings.doubt is Doubt.RETRY:
            self._moved(job, State.UPLOADED)
        elif self._settings.doubt is Doubt.FORGET:
            self._ledger.forget(record.key)
            return job.ended(End.STOPPED, why="forgotten: it may be registered all the same")
        else:
            return job.ended(End.UNKNOWN, self._doubtful())
        return None

    def register(self, job: Job, signed: Presigned) -> None:
        """Create the asset; raises what the backend says if it does not take it."""
        record = _record(job)
        limits = self._backend.limits
        template = self._settings.name_template
        name = asset_name(template, record.path, record.key.sha256, job.kind, limits.name_chars)
        urls = _Urls(self, job, signed)
        for _ in range(_ROUNDS):
            urls.call(name)  # what the adapter refuses is not written down as asked for
            self._moved(job, State.REGISTERING, name=name)
            try:
                asset, job.slot = self._session.hold(
                    lambda: urls.call(name),
                    lambda reply: self._backend.parse_created(reply, job.kind),
                )
            except Unsettled as error:
                lost = error
                if not can_look(self._session):
                    if self._settings.doubt is not Doubt.RETRY:
                        raise self._doubtful(error) from None
                    self._moved(job, State.UPLOADED)
                else:
                    self._look(job, _record(job))
                if _record(job).state is not State.UPLOADED:
                    return  # it had arrived
            except (MediaprepError, OSError):
                self._moved(job, State.UPLOADED)
                raise
            else:
                self._registered(job, asset)
                return
        raise lost

    def _look(self, job: Job, record: Record) -> None:
        """Look for the asset by name, once more if a late request may yet arrive."""
        while True:
            asset = find(self._session, record.name, record.key.target.group)
            if asset is not None:
                self._registered(job, asset)
                return
            left = record.updated_at + self._settle_s - time.time()
            if left <= 0 or left > self._settle_s:  # an age ago, or a clock that was set
                break
            if self._session.stop.wait(left):
                raise Stopped("the run was stopped")
        self._moved(job, State.UPLOADED)

    def _registered(self, job: Job, asset: Asset) -> None:
        self._moved(
            job,
            State.REGISTERED,
            asset_id=asset.id,
            ref_id=asset.ref_id,
            uri=asset.uri,
            raw_status=asset.raw_status,
            registered_at=time.time(),
        )
        if asset.status is AssetStatus.ACTIVE:
            self._moved(job, State.ACTIVE)

    def _moved(self, job: Job, state: State, **facts: str | float) -> None:
        job.record = self._ledger.move(_record(job).key, state, **facts)

    def _doubtful(self, error: MediaprepError | None = None) -> InDoubt:
        told = f"{error}; " if error else ""
        return InDoubt(
            f"{told}{self._backend.name} may have registered it, and offers no list to look in",
            "look in the provider's console, then run again with --retry-unknown to register it "
            "anew, or with --forget",
        )


class _Urls:
    """The URL of one job, signed again when the old one would not outlive the wait."""

    def __init__(self, registrar: Registrar, job: Job, signed: Presigned) -> None:
        self._preparer = registrar._preparer
        self._backend = registrar._backend
        self._job = job
        self._signed = signed

    def call(self, name: str) -> Call:
        if not self._preparer.lasts(self._signed, self._job.kind):
            self._signed = self._preparer.sign(self._job)
        group = _record(self._job).key.target.group
        url = self._signed.url
        return self._backend.create_asset(url, self._job.kind, name, group)


def _record(job: Job) -> Record:
    assert job.record is not None
    return job.record
