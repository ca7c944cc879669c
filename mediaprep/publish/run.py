"""Open what a run needs, from names and the environment: backend, ledger, session, store, look."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import replace
from types import MappingProxyType, TracebackType

from mediaprep.backends import get_backend
from mediaprep.backends.values import Offer
from mediaprep.errors import ConfigError, UsageError
from mediaprep.model import Finding, Kind
from mediaprep.profiles.profile import Profile
from mediaprep.publish.ledger import Ledger, ledger_path
from mediaprep.publish.naming import check_template
from mediaprep.publish.outcome import DEADLINES_S, Job, Published, Settings
from mediaprep.publish.pipeline import Item, Pipeline
from mediaprep.publish.presign import Presigned
from mediaprep.publish.redact import scrubbed_logging
from mediaprep.publish.session import Session
from mediaprep.publish.storing import Store
from mediaprep.secret import Hidden, redact

_TRUE = frozenset({"1", "true", "yes", "on"})


class Publishing:
    """One run against one backend; a context manager."""

    def __init__(
        self,
        backend: str,
        environ: Mapping[str, str],
        settings: Settings,
        *,
        store: str = "",
        url_base: str = "",
        root: str = ".",
        profiles: Callable[[str], list[Profile]] = lambda path: [],
    ) -> None:
        environ = Hidden(environ)
        check_template(settings.name_template)
        self.settings = from_environment(settings, environ)
        self.backend = get_backend(backend, environ)
        if settings.group and not self.backend.needs_group:
            raise UsageError(f"{backend}: this backend has no groups", "leave --group out")
        self._environ = environ
        self._root = root
        self._profiles = profiles
        self._where = _where(store, url_base, environ, Offer.UPLOAD in self.backend.offers)
        with ExitStack() as stack:
            stack.enter_context(scrubbed_logging(self.backend.secrets))
            self.ledger = Ledger(ledger_path(environ))
            stack.callback(self.ledger.close)
            self.session = open_session(self.backend.name, environ, self.settings)
            stack.callback(self.session.close)
            self._closing = stack.pop_all()
        look = self._look if self.settings.preflight else None
        self.pipeline = Pipeline(self.session, self.ledger, self.open_store, look, self.settings)

    def run(self, items: Iterable[Item]) -> Iterator[Published]:
        """Publish files and yield what became of each, in their order."""
        yield from self.pipeline.run(items)

    def open_store(self) -> Store:
        """Open the place that backends fetch from."""
        kind, url = self._where
        if kind == "url-base":
            from mediaprep.publish.urlbase import UrlBase

            return UrlBase(url, self._root)
        if kind == "backend":
            from mediaprep.publish.uploads import BackendStore

            return BackendStore(self.session)
        from mediaprep.publish.store import open_store

        return open_store(url, self._environ)

    @property
    def store_shown(self) -> str:
        """Where files go, in words."""
        kind, url = self._where
        return f"{self.backend.name}'s own upload" if kind == "backend" else redact(url)

    def also_close(self, close: Callable[[], None]) -> None:
        """Call this, too, when the run is closed."""
        self._closing.callback(close)

    def close(self) -> None:
        """Close ledger and connections."""
        self._closing.close()

    def __enter__(self) -> Publishing:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _look(self, url: Presigned, job: Job) -> list[Finding]:
        from mediaprep.publish.preflight import preflight

        assert job.record is not None
        return preflight(
            url.url,
            job.kind,
            profiles=self._profiles(job.result.path),
            allow_private=is_on(self._environ, "MEDIAPREP_ALLOW_PRIVATE_URLS"),
            expected_bytes=job.record.size_bytes,
            ca_bundle=self._environ.get("MEDIAPREP_CA_BUNDLE", ""),
        ).findings


def open_session(
    backend: str,
    environ: Mapping[str, str],
    settings: Settings | None = None,
    stop: threading.Event | None = None,
) -> Session:
    """Return a session with a backend that waits no longer between tries than between polls."""
    environ = Hidden(environ)
    interval_s = from_environment(settings or Settings(), environ).poll_interval_s
    first_wait_s = min(0.5, interval_s)
    return Session(get_backend(backend, environ), environ, stop, first_wait_s=first_wait_s)


def from_environment(settings: Settings, environ: Mapping[str, str]) -> Settings:
    """Return the settings with what MEDIAPREP_POLL_INTERVAL_S and _DEADLINE_S say in them."""
    interval_s = _seconds(environ, "MEDIAPREP_POLL_INTERVAL_S")
    if interval_s is not None:
        settings = replace(settings, poll_interval_s=interval_s)
    deadline_s = _seconds(environ, "MEDIAPREP_POLL_DEADLINE_S")
    if deadline_s is not None and settings.deadlines_s is DEADLINES_S:
        of_all = MappingProxyType(dict.fromkeys(Kind, deadline_s))
        settings = replace(settings, deadlines_s=of_all)
    return settings


def is_on(environ: Mapping[str, str], variable: str) -> bool:
    """Whether a switch in the environment is set."""
    return environ.get(variable, "").strip().lower() in _TRUE


def _seconds(environ: Mapping[str, str], variable: str) -> float | None:
    text = environ.get(variable, "").strip()
    if not text:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < 1e6:
        raise ConfigError(f"{variable} is {text!r}", "give a number of seconds, like 3")
    return seconds


def _where(store: str, url_base: str, environ: Mapping[str, str], offers: bool) -> tuple[str, str]:
    """Return which kind of store, and its URL: as named, from MEDIAPREP_STORE, or the backend's."""
    if store and url_base:
        raise UsageError("--store and --url-base exclude each other", "choose one")
    if url_base:
        return "url-base", url_base
    store = store or environ.get("MEDIAPREP_STORE", "").strip()
    if store == "backend" or (not store and offers):
        if not offers:
            raise UsageError(
                "this backend takes no files itself", "give --store s3://bucket/prefix"
            )
        return "backend", ""
    if not store:
        raise UsageError(
            "where shall the files go? no store is given",
            "--store s3://bucket/prefix or MEDIAPREP_STORE uploads them; --url-base URL is for "
            "files that a server shows already; `mediaprep sandbox` has a store of its own",
        )
    return "store", store
