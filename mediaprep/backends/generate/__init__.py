"""How each backend is asked for a generation: calls described and answers parsed, without I/O.

An adapter is loaded when it is asked for. AGTCloud's pages describe its asset library alone, so it
has none.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType

from mediaprep.backends.generate.base import Generator
from mediaprep.errors import UsageError

GENERATORS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "sunra": ("sunra", "SunraQueue"),
        "volcengine": ("ark", "VolcengineTasks"),
        "byteplus": ("ark", "BytePlusTasks"),
        "agentsflare": ("ark", "AgentsflareTasks"),
        "crun": ("crun", "CrunTasks"),
        "atlascloud": ("atlascloud", "AtlasPredictions"),
    }
)


class NotDocumented(UsageError):  # noqa: N818
    """No page of the backend says how a generation is asked for."""


def get_generator(name: str, environ: Mapping[str, str]) -> Generator:
    """Return how a backend is asked; its key is wanted when a call is sent, not before.

    Raises NotDocumented, and ConfigError for a setting that means nothing.
    """
    try:
        module, adapter = GENERATORS[name]
    except KeyError:
        raise NotDocumented(
            f"{name}: no page says how a generation is asked for",
            f"one of these says it: {', '.join(GENERATORS)}",
        ) from None
    made: Generator = getattr(import_module(f"{__name__}.{module}"), adapter)(environ)
    return made
