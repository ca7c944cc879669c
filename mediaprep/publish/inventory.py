"""Which keys a bucket held a moment ago: one listing in place of a question for every file.

A question (HEAD) costs as much as a small upload. The listing is only ever trusted to say that a
key is absent; whoever puts it there meanwhile is met by the conditional write.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

# So few files are asked for one by one; so many keys are worth listing.
_ASK_FIRST = 16
MAX_KEYS = 20_000


class Inventory:
    """The keys below one prefix, listed once when more than a few are asked for."""

    def __init__(self, listing: Callable[[], Iterator[str]]) -> None:
        self._listing = listing  # raises PermissionError where listing is not allowed
        self._lock = threading.Lock()
        self._asked = 0
        self._keys: set[str] | None = None  # None: not known
        self._listed = False

    def may_hold(self, key: str) -> bool:
        """Whether the key may be there; False: it was not when the listing was made."""
        with self._lock:
            self._asked += 1
            if not self._listed and self._asked > _ASK_FIRST:
                self._keys, self._listed = self._read(), True
            return self._keys is None or key in self._keys

    def add(self, key: str) -> None:
        """Note a key that is there now."""
        with self._lock:
            if self._keys is not None:
                self._keys.add(key)

    def _read(self) -> set[str] | None:
        keys: set[str] = set()
        try:
            for key in self._listing():
                keys.add(key)
                if len(keys) > MAX_KEYS:
                    return None
        except PermissionError:
            return None
        return keys
