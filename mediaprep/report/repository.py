"""Names files from the top folder of their git work tree, as code hosts do in annotations."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable
from pathlib import Path


def naming() -> Callable[[str], str]:
    """Return what turns a path, as given in the working folder, into its name in the repository.

    Outside of a work tree, and for files that are not in it, a path stays as it is.
    """
    try:
        here = os.getcwd()
    except OSError:  # it is gone; whatever is said then is said by the full path
        return _plain
    top = next((str(p) for p in (Path(here), *Path(here).parents) if (p / ".git").exists()), None)
    if top is None:
        return _plain
    below = os.path.relpath(here, top).replace(os.sep, "/")

    def name(path: str) -> str:
        if os.path.isabs(path):
            inside = path.startswith(top.rstrip(os.sep) + os.sep)
            return os.path.relpath(path, top).replace(os.sep, "/") if inside else path
        found = posixpath.normpath(posixpath.join(below, path.replace(os.sep, "/")))
        return path if found.startswith("../") else found

    return name


def _plain(path: str) -> str:
    return path.removeprefix("./")
