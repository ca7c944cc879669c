"""The asset libraries: each an adapter that describes calls and parses answers, without I/O.

An adapter is loaded when it is asked for, so that naming one costs nothing for the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from mediaprep.backends.interface import Backend
from mediaprep.errors import UsageError
from mediaprep.secret import Hidden

# What a backend is called -> the module that holds it and the class in it.
ADAPTERS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sunra": ("sunra", "Sunra"),
        "agtcloud": ("agtcloud", "AGTCloud"),
        "volcengine": ("volcengine", "Volcengine"),
        "byteplus": ("volcengine", "BytePlus"),
        "agentsflare": ("agentsflare", "Agentsflare"),
        "crun": ("crun", "Crun"),
        "atlascloud": ("atlascloud", "AtlasCloud"),
    }
)
NAMES = tuple(ADAPTERS)


def get_backend(name: str, environ: Mapping[str, str]) -> Backend:
    """Return the backend of that name, set up from `environ`.

    Raises `UsageError` for a name that is none, `CredentialsMissing` naming the variable that is
    not set, and `ConfigError` naming the one whose value means nothing.
    """
    try:
        module, adapter = ADAPTERS[name]
    except KeyError:
        raise UsageError(f"no backend is called {name}", f"use one of {', '.join(NAMES)}") from None
    environ = Hidden(environ)
    made: Backend = getattr(import_module(f"{__name__}.{module}"), adapter)(environ)
    return made
