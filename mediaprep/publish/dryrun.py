"""What a run would do, in bytes, calls, lives and limits; makes no call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from mediaprep.backends.interface import Backend
from mediaprep.backends.values import InFlight, Limits, Rate
from mediaprep.model import Kind
from mediaprep.publish.ledger import Ledger
from mediaprep.publish.outcome import End, Published, Settings, is_blocked
from mediaprep.publish.pipeline import Item
from mediaprep.publish.prepare import hash_file, needed_s
from mediaprep.publish.records import Key, State, Target
from mediaprep.publish.storing import Store


@dataclass(slots=True)
class Forecast:
    """Counts of what would be done; grows while the items pass."""

    files: int = 0
    blocked: int = 0
    active: int = 0
    waiting: int = 0  # registered by an earlier run
    in_doubt: int = 0
    twins: int = 0  # the same content as a file before
    upload: int = 0
    upload_bytes: int = 0
    kinds: set[Kind] = field(default_factory=set)


def forecast(
    items: Iterable[Item],
    ledger: Ledger,
    target: Target | None,
    settings: Settings,
    counts: Forecast,
) -> Iterator[Published]:
    """Count what would be done with each file, and yield how it stands."""
    seen: set[str] = set()
    for result, output in items:
        counts.files += 1
        kind = result.info.kind
        if is_blocked(result) or kind is None:
            counts.blocked += 1
            yield Published(result, End.BLOCKED, output=output)
            continue
        sha256, size_bytes = hash_file(output or result.path)
        record = ledger.get(Key(sha256, target)) if target else None
        state = record.state if record else State.PLANNED
        if sha256 in seen:
            counts.twins += 1
        elif state is State.ACTIVE:
            counts.active += 1
        elif state is State.REGISTERED:
            counts.waiting += 1
        elif state is State.REGISTERING:
            counts.in_doubt += 1
        else:
            counts.upload += 1
            counts.upload_bytes += size_bytes
            counts.kinds.add(kind)
        seen.add(sha256)
        end = End.ACTIVE if state is State.ACTIVE else End.STOPPED
        yield Published(result, end, record, why="" if record else "dry run", output=output)


def forecast_lines(
    counts: Forecast,
    backend: Backend,
    store: Callable[[], Store],
    settings: Settings,
    target: Target | None,
) -> Iterator[str]:
    """Say it in lines for people."""
    yield (
        f"{counts.files:,} files: {counts.upload:,} to publish ({counts.upload_bytes:,} bytes at "
        f"most), {counts.active:,} active already, {counts.waiting:,} waiting, "
        f"{counts.in_doubt:,} in doubt, {counts.twins:,} twins, {counts.blocked:,} stopped"
    )
    group = 1 if backend.needs_group and target is None else 0
    looks = counts.upload if settings.preflight else 0
    yield (
        f"calls: {counts.upload:,} uploads at most, {looks:,} looks at URLs, "
        f"{group + counts.upload:,} creations{' (one of a group)' if group else ''}, at least "
        f"{counts.upload + counts.waiting if settings.wait else 0:,} polls"
    )
    if counts.kinds:
        life = store().life(settings.life_s)
        needed = max(needed_s(settings, kind) for kind in counts.kinds)
        verdict = "enough" if life.seconds >= needed else "TOO SHORT"
        yield f"URLs live {life.seconds:,} s ({life.why}), {needed:,.0f} s are needed: {verdict}"
    for kind in sorted(counts.kinds - backend.limits.kinds):
        yield f"{kind} is not taken by {backend.name}: it would be refused before it is uploaded"
    for pool in ("create", "get"):
        if rate := backend.limits.rates.get(pool):
            yield f"limit: {pool} {_rate(rate)}"
    yield f"limit: {', '.join(_limits(backend.limits))}"
    where = f"project {backend.project}, " if backend.project else ""
    named = target.group if target and target.group else ("to be made" if group else "none")
    yield f"{backend.name}: {backend.base_url}, {where}group {named}"


def _limits(limits: Limits) -> Iterator[str]:
    yield f"kinds {' '.join(sorted(limits.kinds))}"
    if limits.name_chars is not None:
        yield f"names of {limits.name_chars} characters"
    if limits.url_chars is not None:
        yield f"URLs of {limits.url_chars:,} characters"


def _rate(rate: Rate) -> str:
    each = "a second" if rate.seconds == 1 else f"in {rate.seconds:g} s"
    flying = ""
    if rate.in_flight is not None:
        until = "until they settle" if rate.until is InFlight.SETTLED else "at a time"
        flying = f", {rate.in_flight} {until}"
    return f"{rate.calls} {each}{flying}"
