"""What all providers share: settings, libraries, and the review that every asset goes through."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from typing import Any

from mediaprep.model import Kind
from mediaprep.sandbox.faults import Faults
from mediaprep.sandbox.fetch import DownloadFailed, fetch_in_thread
from mediaprep.sandbox.limits import Limits, refusal
from mediaprep.sandbox.rates import Meter
from mediaprep.sandbox.settings import Settings
from mediaprep.sandbox.state import Asset, Library, Reason, Status
from mediaprep.sandbox.wire import Json

_FETCHERS = 16
_POLICY = Reason(
    "InputImageSensitiveContentDetected.PolicyViolation",
    "The asset violates the content policy.",
)
_INTERNAL = Reason("InternalError", "The asset could not be processed.")


class World:
    """The state of one sandbox."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.faults = Faults()
        self.meter = Meter(settings.limits, settings.in_flight, settings.slack_s)
        self.libraries: dict[str, Library] = {}
        self.generations: dict[str, dict[str, Any]] = {}  # by backend and id, see `gen`
        self.processing: Counter[str] = Counter()
        self.next_rejected: set[str] = set()  # backends whose next asset fails moderation
        self._reviews: set[asyncio.Task[None]] = set()
        self._fetchers = asyncio.Semaphore(_FETCHERS)

    def library(self, backend: str) -> Library:
        """Return the library of a backend's one account."""
        if backend not in self.libraries:
            self.libraries[backend] = Library(self.settings.quota)
        return self.libraries[backend]

    def review(self, backend: str, asset: Asset, limits: dict[Kind, Limits]) -> None:
        """Start what happens to a new asset after the answer: fetch, measure, settle."""
        rejected = backend in self.next_rejected
        self.next_rejected.discard(backend)
        self.processing[backend] += 1
        peak = self.meter.peak_processing
        peak[backend] = max(peak[backend], self.processing[backend])
        task = asyncio.create_task(self._review(backend, asset, limits, rejected))
        self._reviews.add(task)
        task.add_done_callback(self._reviews.discard)

    async def _review(
        self, backend: str, asset: Asset, limits: dict[Kind, Limits], rejected: bool
    ) -> None:
        ready = time.monotonic() + self.settings.delay_s
        try:
            reason = await self._judge(asset, limits)
            await asyncio.sleep(ready - time.monotonic())
        except Exception:  # noqa: BLE001 - a provider's own failure is an asset's failure
            reason = _INTERNAL
        finally:
            self.processing[backend] -= 1
        asset.reason = _POLICY if rejected else reason
        asset.status = Status.FAILED if asset.reason else Status.ACTIVE
        asset.updated_s = time.time()

    async def _judge(self, asset: Asset, limits: dict[Kind, Limits]) -> Reason | None:
        try:
            async with self._fetchers:
                got = await fetch_in_thread(asset.url, self.settings.folder)
        except DownloadFailed as error:
            return error.reason
        asset.sha256, asset.size_bytes = got.sha256, got.size_bytes
        asset.content_type = got.content_type
        return refusal(got.info, asset.kind, limits[asset.kind])

    def stats(self) -> Json:
        """Return every counter; keys are backends, then actions."""
        backends: dict[str, Any] = {}
        for (backend, action), seen in sorted(self.meter.seen.items()):
            backends.setdefault(backend, {"actions": {}})["actions"][action] = seen.shown()
        for backend, library in self.libraries.items():
            shown = backends.setdefault(backend, {"actions": {}})
            shown["assets"] = Counter(a.status for a in library.assets.values() if not a.trashed)
            shown["groups"] = len(library.groups)
            shown["peak_processing"] = self.meter.peak_processing[backend]
            shown["contents"] = _contents(library)
            shown["generations"] = len(self.generations.get(backend, ()))
        return {"backends": backends, "faults": [f.shown() for f in self.faults.orders]}

    def assets(self) -> Json:
        """Return every registration ever carried out, in the sandbox's own words."""
        return {
            "assets": [
                {
                    "backend": backend,
                    "id": asset.id,
                    "number": asset.number,
                    "name": asset.name,
                    "kind": asset.kind,
                    "status": asset.status,
                    "reason": asset.reason and asset.reason.code,
                    "sha256": asset.sha256,
                    "size_bytes": asset.size_bytes,
                    "content_type": asset.content_type,
                    "trashed": asset.trashed,
                    "deleted": asset.id not in library.assets,
                }
                for backend, library in self.libraries.items()
                for asset in library.ever()
            ]
        }

    def reset(self) -> None:
        """Forget assets, counters and faults; credentials and limits stay."""
        self.libraries.clear()
        self.generations.clear()
        self.faults = Faults()
        self.meter = Meter(self.settings.limits, self.settings.in_flight, self.settings.slack_s)
        self.next_rejected.clear()

    def close(self) -> None:
        """Give up every review; a fetch under way ends with the process."""
        for task in self._reviews:
            task.cancel()


def _contents(library: Library) -> dict[str, Json]:
    """Count registrations by content: `created` above 1 is a duplicate."""
    found: dict[str, Json] = {}
    for asset in library.ever():
        if asset.sha256:
            counted = found.setdefault(asset.sha256, {"created": 0, "active": 0, "ids": []})
            counted["created"] += 1
            counted["active"] += asset.status is Status.ACTIVE and asset.id in library.assets
            counted["ids"].append(asset.id)
    return found
