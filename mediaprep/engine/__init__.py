"""Run native decoders over untrusted files: isolated processes, and `--deep` on top of them."""

from __future__ import annotations

from mediaprep.engine.deep import DeepResult, decode_all
from mediaprep.engine.isolate import isolation

__all__ = ["DeepResult", "decode_all", "isolation"]
