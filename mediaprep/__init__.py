"""Check, fix and publish reference media for the asset libraries behind Seedance 2.0.

    >>> import mediaprep
    >>> report = mediaprep.check("fixtures/tour", profiles=["atlascloud"])
    >>> report.clean
    False

The names below are loaded on first use, so that importing the package costs nothing.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mediaprep.api import check, fix, probe, publish
    from mediaprep.errors import ConfigError, MediaprepError, ToolMissing, UsageError
    from mediaprep.fix.outcome import Deed, Fixed, FixReport
    from mediaprep.fix.recipe import Allow, Aspect, Short
    from mediaprep.model import (
        Fault,
        FileResult,
        Finding,
        Fixability,
        Kind,
        MediaInfo,
        Report,
        SetResult,
        Severity,
        Summary,
        Verdict,
    )
    from mediaprep.publish.outcome import End, Published, PublishReport
    from mediaprep.request.api import RequestRefused, check_request, emit_request, run_request

__version__ = "0.1.0"

_HOMES = {
    "mediaprep.api": ("check", "fix", "probe", "publish"),
    "mediaprep.errors": ("ConfigError", "MediaprepError", "ToolMissing", "UsageError"),
    "mediaprep.fix.outcome": ("Deed", "FixReport", "Fixed"),
    "mediaprep.fix.recipe": ("Allow", "Aspect", "Short"),
    "mediaprep.publish.outcome": ("End", "PublishReport", "Published"),
    "mediaprep.request.api": (*("RequestRefused", "check_request", "emit_request", "run_request"),),
    "mediaprep.model": (
        *("Fault", "FileResult", "Finding", "Fixability", "Kind", "MediaInfo"),
        *("Report", "SetResult", "Severity", "Summary", "Verdict"),
    ),
}
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Allow",
    "Aspect",
    "ConfigError",
    "Deed",
    "End",
    "Fault",
    "FileResult",
    "Finding",
    "FixReport",
    "Fixability",
    "Fixed",
    "Kind",
    "MediaInfo",
    "MediaprepError",
    "PublishReport",
    "Published",
    "Report",
    "RequestRefused",
    "SetResult",
    "Severity",
    "Short",
    "Summary",
    "ToolMissing",
    "UsageError",
    "Verdict",
    "__version__",
    "check",
    "check_request",
    "emit_request",
    "fix",
    "probe",
    "publish",
    "run_request",
]


def __getattr__(name: str) -> object:
    home = _HOME.get(name)
    if home is None:
        raise AttributeError(f"module 'mediaprep' has no attribute {name!r}")
    value = getattr(import_module(home), name)
    globals()[name] = value
    return value


class _Package(ModuleType):
    """Keeps `mediaprep.probe` the function, although a subpackage bears that name."""

    def __setattr__(self, name: str, value: object) -> None:
        # The import system binds a subpackage to its parent; the public name wins.
        if not (name in _HOME and isinstance(value, ModuleType)):
            super().__setattr__(name, value)


sys.modules[__name__].__class__ = _Package
