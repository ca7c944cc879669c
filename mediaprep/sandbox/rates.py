"""How often a provider lets itself be called, as the pages say, and what was seen.

The window slides: a call is over a limit of N a second when N others were let in during the second
before it. `slack_s` forgives what the way to the server takes: calls that left a second apart can
arrive a little closer.
"""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from mediaprep.errors import UsageError
from mediaprep.sandbox.wire import Refused, Why


class Rate(NamedTuple):
    """At most `calls` within `seconds`."""

    calls: int
    seconds: float = 1.0


_VOLCENGINE = {
    "CreateAssetGroup": 30,
    "CreateAsset": 30,
    "ListAssetGroups": 30,
    "ListAssets": 30,
    "GetAsset": 100,
    "GetAssetGroup": 100,
    "UpdateAsset": 30,
    "UpdateAssetGroup": 30,
    "DeleteAsset": 10,  # printed by the official pages alone
    "DeleteAssetGroup": 5,
}
_BYTEPLUS = dict.fromkeys(_VOLCENGINE, 10) | {"GetAsset": 100, "DeleteAssetGroup": 5}
# Sunra prints 10 a second for what submits and 100 for the rest.
_SUNRA = {"create": 10, "get": 100, "list": 100, "delete": 100}
_SUNRA |= {"generate": 10, "generation": 100, "response": 100}

DOCUMENTED: dict[tuple[str, str], Rate] = {
    (backend, action): Rate(calls)
    for backend, table in (
        ("volcengine", _VOLCENGINE),
        ("byteplus", _BYTEPLUS),
        ("sunra", _SUNRA),
    )
    for action, calls in table.items()
}
# "Max 30 concurrent creation tasks": one pool for assets and groups.
IN_FLIGHT: dict[str, int] = {"volcengine": 30}
CREATES = frozenset({"CreateAsset", "CreateAssetGroup", "create"})


def parse_rate(text: str) -> tuple[tuple[str, str], Rate]:
    """Read `BACKEND.ACTION=CALLS` or `BACKEND.ACTION=CALLS/SECONDS`."""
    name, _, value = text.partition("=")
    backend, _, action = name.partition(".")
    calls, _, seconds = value.partition("/")
    try:
        rate = Rate(int(calls), float(seconds or 1))
    except ValueError:
        rate = Rate(0)
    if not backend or not action or rate.calls < 1 or rate.seconds <= 0:
        raise UsageError(
            f"--limit {text}: expected BACKEND.ACTION=CALLS[/SECONDS]",
            "for example --limit volcengine.CreateAsset=3/60",
        )
    return (backend, action), rate


@dataclass(slots=True)
class Seen:
    """What one action of one backend has been asked to do."""

    calls: int = 0
    admitted: int = 0
    over_rate: int = 0
    over_in_flight: int = 0
    in_flight: int = 0
    peak_in_flight: int = 0
    peak_per_second: int = 0
    answers: Counter[int] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    arrivals: deque[float] = field(default_factory=deque)  # of the last second, all calls
    let_in: deque[float] = field(default_factory=deque)  # of the last window, admitted calls

    def shown(self) -> dict[str, Any]:
        """Return the counters for GET /_sandbox/stats."""
        return {
            "calls": self.calls,
            "admitted": self.admitted,
            "over_rate": self.over_rate,
            "over_in_flight": self.over_in_flight,
            "in_flight": self.in_flight,
            "peak_in_flight": self.peak_in_flight,
            "peak_per_second": self.peak_per_second,
            "answers": {str(status): n for status, n in sorted(self.answers.items())},
            "faults": dict(self.faults),
        }


class Meter:
    """Counts every call and refuses those over a limit."""

    def __init__(
        self, limits: dict[tuple[str, str], Rate], in_flight: dict[str, int], slack_s: float
    ) -> None:
        self.limits = limits
        self.most_in_flight = in_flight
        self.slack_s = slack_s
        self.seen: defaultdict[tuple[str, str], Seen] = defaultdict(Seen)
        self.peak_processing: Counter[str] = Counter()

    def arrive(self, backend: str, action: str, now: float) -> Seen:
        """Count a call that has arrived."""
        seen = self.seen[backend, action]
        seen.calls += 1
        seen.in_flight += 1
        seen.peak_in_flight = max(seen.peak_in_flight, seen.in_flight)
        _forget(seen.arrivals, now - 1.0)
        seen.arrivals.append(now)
        seen.peak_per_second = max(seen.peak_per_second, len(seen.arrivals))
        return seen

    def admit(self, backend: str, action: str, now: float, busy: int) -> None:
        """Let a call in, or refuse it; `busy` creations are under way."""
        seen = self.seen[backend, action]
        rate = self.limits.get((backend, action))
        if rate:
            _forget(seen.let_in, now - rate.seconds + self.slack_s)
            if len(seen.let_in) >= rate.calls:
                seen.over_rate += 1
                raise Refused(Why.RATE, f"More than {rate.calls} calls in {rate.seconds:g} s.")
        most = self.most_in_flight.get(backend)
        if most and action in CREATES and busy >= most:
            seen.over_in_flight += 1
            raise Refused(Why.BUSY, f"More than {most} concurrent creation tasks.")
        if rate:
            seen.let_in.append(now)
        seen.admitted += 1


def _forget(times: deque[float], before: float) -> None:
    while times and times[0] <= before:
        times.popleft()
