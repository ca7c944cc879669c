"""Files that a web server or CDN already serves: a path below a folder is a path below a URL."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import quote

from mediaprep.errors import UsageError
from mediaprep.publish.presign import Life, Presigned
from mediaprep.publish.storing import StoredObject, StoreError
from mediaprep.publish.weburl import BadUrl, parse_url
from mediaprep.secret import Secret, redact

_FOREVER_S = 10 * 365 * 24 * 3600


class UrlBase:
    """A store that uploads nothing: `root` on this machine is what `base` shows to the world."""

    def __init__(self, base: str, root: str | os.PathLike[str] = ".") -> None:
        try:
            url = parse_url(base)
        except BadUrl as error:
            raise UsageError(f"--url-base {redact(base)}: {error}", "give https://…") from None
        if "?" in base or "#" in base or url.has_userinfo:
            hint = "files are looked for below it: give scheme, host and folder"
            raise UsageError("--url-base takes no query, fragment or user", hint)
        self._base = base.rstrip("/")
        self._root = Path(os.path.abspath(root))  # a link is served under its own name

    def put(self, path: str, sha256: str, content_type: str) -> StoredObject:
        """Return the place of a file below the root; nothing is sent, and the preflight verifies.

        Raises StoreError for a file that is not below the root.
        """
        try:
            key = Path(os.path.abspath(path)).relative_to(self._root).as_posix()
        except ValueError:
            hint = "publish the folder that the URL serves, unchanged"
            raise StoreError(f"{path} is not below {self._root}", hint) from None
        return StoredObject(key, Path(path).stat().st_size, uploaded=False)

    def presign(self, key: str, life_s: int) -> Presigned:
        """Return the URL itself, which has no end."""
        return Presigned(Secret(f"{self._base}/{quote(key, safe='/~')}"), None)

    def life(self, asked_s: int) -> Life:
        """Return the life asked for: a plain URL does not end."""
        return Life(min(asked_s, _FOREVER_S), "a plain URL does not end")

    def life_s(self, asked_s: int) -> int:
        """Return the seconds of `life`."""
        return self.life(asked_s).seconds
