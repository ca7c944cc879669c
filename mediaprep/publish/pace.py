"""When an asset is asked for next: politely, unless others wait for the place that it takes.

A backend that counts a creation until its asset has settled is idle for as long as nobody notices
that one has. While a place is waited for, the steps are therefore small parts of an asset's age,
and the first look is when earlier ones of its kind were seen settled.
"""

from __future__ import annotations

import threading
from collections import deque

from mediaprep.model import Kind

_GROWTH = 1.3
_LONGEST_STEPS = 5  # a polite step grows to so many of the first
_REMEMBERED = 48
_EARLIER, _LATER = 0.95, 1.1  # of the shortest age seen; of the age at the last look
_SHORTEST_S = 0.1


class Pace:
    """Remembers how long assets take; shared by threads."""

    def __init__(self, interval_s: float) -> None:
        self._interval_s = interval_s
        self._ages: dict[Kind, deque[float]] = {}
        self._lock = threading.Lock()

    def grown(self, step_s: float) -> float:
        """Return the polite step that follows one of `step_s`; the first one for 0."""
        if not step_s:
            return self._interval_s
        return min(step_s * _GROWTH, _LONGEST_STEPS * self._interval_s)

    def hurried(self, kind: Kind, age_s: float, polite_s: float) -> float:
        """Return the step to take at an age while places are waited for, `polite_s` at most."""
        with self._lock:
            ages = self._ages.get(kind)
            expected = min(ages) * _EARLIER if ages else 0.0
        growth = _LATER if expected else _GROWTH
        step = max(expected, age_s * growth) - age_s
        return min(max(step, _SHORTEST_S), polite_s)

    def settled(self, kind: Kind, age_s: float) -> None:
        """Note the age at which an asset was first seen settled."""
        with self._lock:
            self._ages.setdefault(kind, deque(maxlen=_REMEMBERED)).append(age_s)
