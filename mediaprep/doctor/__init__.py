"""Look at what this machine, the store and the backends offer, and say what mends what does not.

Nothing that is asked here costs money; credentials are used, and never shown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from mediaprep.doctor import backends, local, store
from mediaprep.doctor.answer import Answer, State

__all__ = ["Answer", "State", "examine"]


def examine(
    environ: Mapping[str, str], *, names: Sequence[str] = (), offline: bool = False
) -> Iterator[Answer]:
    """Yield an answer for each thing looked at, never raising for what is wrong with it.

    `names` are the backends to try; by default every one that has credentials. `offline` looks at
    this machine alone. The store is tried with an object of some 70 bytes that is removed again.
    """
    yield from local.examine(environ)
    yield from store.examine(environ, offline=offline)
    yield from backends.examine(environ, names, offline=offline)
