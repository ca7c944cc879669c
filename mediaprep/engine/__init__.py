"""Run native decoders over untrusted files: isolated processes, and `--deep` on top of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mediaprep.engine.deep import DeepResult, decode_all
    from mediaprep.engine.isolate import isolation

__all__ = ["MEMORY_BYTES", "DeepResult", "decode_all", "isolation"]

MEMORY_BYTES = 2 << 30  # that a worker may have beyond what it started with
_HOMES = {"DeepResult": "deep", "decode_all": "deep", "isolation": "isolate"}


def __getattr__(name: str) -> Any:
    """Load what is asked for: a part of the engine must not cost the start of all of it."""
    from importlib import import_module

    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
